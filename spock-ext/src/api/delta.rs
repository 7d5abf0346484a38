//! Delta columns.

use pgrx::{PgLogLevel, PgSqlErrorCode, pg_extern};
use spock_core::oid::Oid;

use super::checks::{not_now, require_preloaded, require_table};
use crate::ddl::capture::{self, Inner};
use crate::ddl::delta_columns;
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::In;

/// `spock.delta_apply(rel, att_name, to_drop)`: declares a delta column, or takes that back. False when
/// there was nothing to do, or the column may be null.
#[pg_extern(sql = false)]
fn delta_apply_column(rel: In<Oid>, att_name: In<String>, to_drop: bool) -> bool {
    capture::running_for(Inner::Callers, || change(rel.0, &att_name.0, to_drop)).or_raise()
}

fn change(relation: Oid, column: &str, to_drop: bool) -> Result<bool, SpockError> {
    require_preloaded()?;
    let table = require_table(relation)?;
    if to_drop {
        let was_delta = delta_columns::give_up(relation, column)?;
        if !was_delta {
            SpockError::new(
                PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION,
                format!("column \"{column}\" of table \"{}\" is not a delta column", table.name),
            )
            .report(PgLogLevel::NOTICE);
        }
        return Ok(was_delta);
    }
    if table.is_reserved || !table.is_permanent {
        return Err(not_now(format!("table \"{}\" cannot be replicated", table.name)));
    }
    if !delta_columns::has_key(relation, column)? {
        return Err(not_now(format!("table \"{}\" has no primary key", table.name))
            .detail("Rows of tables with delta columns are found by their primary key."));
    }
    if delta_columns::refuses_for_nulls(relation, column)? {
        return Ok(false);
    }
    delta_columns::declare(relation, column)?;
    Ok(true)
}
