//! All tables of schemas at once.

use pgrx::{PgLogLevel, PgSqlErrorCode, pg_extern};

use super::find;
use super::table::{add_table, queue_copy};
use crate::catalog::replication_set;
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::In;
use crate::pg::spi;

/// `spock.repset_add_all_tables()`.
#[pg_extern(sql = false)]
fn repset_add_all_tables(
    set_name: In<String>,
    schema_names: In<Vec<String>>,
    synchronize_data: bool,
) -> bool {
    add_all_tables(&set_name.0, &schema_names.0, synchronize_data).or_raise();
    true
}

fn add_all_tables(set_name: &str, schemas: &[String], synchronize: bool) -> Result<(), SpockError> {
    let set = find(set_name)?;
    for schema in usable_schemas(schemas)? {
        for table in replication_set::tables_of_schema(&schema) {
            if replication_set::has_table(set.id, table.oid) {
                continue;
            }
            match add_table(&set, &table, None, None) {
                Ok(()) if synchronize => queue_copy(&set, &table),
                Ok(()) => {}
                Err(error) => warn(
                    format!(
                        "skipping table {} for replication set {}",
                        table.qualified(),
                        set.name
                    ),
                    Some(error.detail.unwrap_or(error.message)),
                ),
            }
        }
    }
    Ok(())
}

/// Warns of something that is left out.
pub(super) fn warn(message: String, detail: Option<String>) {
    let warning = SpockError::new(PgSqlErrorCode::ERRCODE_WARNING, message);
    let warning = match detail {
        Some(detail) => warning.detail(detail),
        None => warning,
    };
    warning.report(PgLogLevel::WARNING);
}

/// Those of the schemas that are not reserved. Each must exist.
pub(super) fn usable_schemas(schemas: &[String]) -> Result<Vec<String>, SpockError> {
    let mut usable = Vec::new();
    for schema in schemas {
        match schema_standing(schema) {
            None => {
                return Err(SpockError::new(
                    PgSqlErrorCode::ERRCODE_INVALID_SCHEMA_NAME,
                    format!("schema \"{schema}\" does not exist"),
                ));
            }
            Some(true) => {
                warn(format!("skipping schema {schema}"), Some("The schema is reserved.".into()));
            }
            Some(false) => usable.push(schema.clone()),
        }
    }
    Ok(usable)
}

/// Whether a schema is reserved; nothing when there is none of that name.
fn schema_standing(schema: &str) -> Option<bool> {
    spi::select_one(
        "SELECT nspname IN ('pg_catalog', 'information_schema', 'spock')
                OR nspname LIKE 'pg\\_toast%' OR nspname LIKE 'pg\\_temp%'
                OR EXISTS (SELECT FROM spock.reserved_object o
                            WHERE o.kind = 'schema' AND o.block_in_repset AND o.name = n.nspname)
           FROM pg_namespace n WHERE nspname = $1::name",
        &[schema.into()],
    )
    .map(|row| row.get(0))
}
