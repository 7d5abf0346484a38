//! Statements that write all rows of a table anew (convergence rule D6).
//!
//! Every row gets the version of the statement, on each node that runs it. A change that another node made
//! before, and that is still on its way, would be judged older and left out on the nodes that rewrote the table
//! already, while its own node keeps it. So nobody else may write meanwhile, which only the DDL lock can see to.
//!
//! **Invariant**: asked when the statement is about to write the new rows, by what the server does and not by
//! what the statement says; what is refused is undone with the statement.

use pgrx::PgSqlErrorCode;

use super::lock;
use crate::catalog::{replicated_table, subscription};
use crate::pg::error::SpockError;
use crate::pg::relation;
use crate::settings;

/// A statement that is replicated is about to rewrite a table; an error refuses it.
pub(super) fn judge(tag: &str, table: u32) -> Result<(), SpockError> {
    // Without subscriptions nobody writes but this node.
    if subscription::all().is_empty() || !replicated_table::is_replicated(table) {
        return Ok(());
    }
    if lock::is_held() {
        return lock::writers::require(table);
    }
    if settings::allow_unlocked_rewrite() {
        return Ok(());
    }
    let name = relation::qualified_name(table);
    Err(SpockError::new(
        PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        format!("cannot rewrite replicated table {name} without the DDL lock"),
    )
    .detail(format!(
        "{tag} gives every row of table {name} a new version, on all nodes. What other nodes write meanwhile would be \
         taken for older and lost on some of them."
    ))
    .hint(
        "SET spock.ddl_lock = wait. Where nobody writes to the table on any node, a superuser may set \
         spock.allow_unlocked_rewrite.",
    ))
}
