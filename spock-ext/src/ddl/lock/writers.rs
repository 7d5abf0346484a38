//! Keeping the users of all nodes from writing to tables that a statement of this transaction rewrites
//! (convergence rule D6): the side of the node that runs it.
//!
//! What a statement rewrites is known when it is about to do so, with the table locked here, where streams
//! could not be drained any more. So it is tried in a subtransaction first; where it turns out to rewrite
//! something, that is rolled back, writers are kept away, streams drained, and it is run again.
//!
//! Users of this node need no gate: what they commit before the statement goes ahead of it in this node's log,
//! and the statement's own lock keeps them away from then on.

use std::cell::Cell;
use std::time::{Duration, Instant};

use pgrx::PgSqlErrorCode;
use spock_core::oid::Oid;

use super::held;
use super::take::{GRACE, catch_up, position};
use crate::catalog::{node, replicated_table};
use crate::pg::error::SpockError;
use crate::pg::quoting::literal;
use crate::pg::{deadline, relation};
use crate::settings;

thread_local! {
    /// The table that the statement is about to rewrite; 0: none.
    static WANTED: Cell<Oid> = const { Cell::new(0) };
}

/// Whether a statement that this transaction runs may turn out to need what [`shut_out`] does.
pub(in crate::ddl) fn may_be_needed() -> bool {
    held::is_held()
        && held::with(|held| held.grants.iter().any(|grant| grant.connection.is_some()))
            == Some(true)
}

/// A statement is about to rewrite a table; an error ends it while others may write.
pub(in crate::ddl) fn require(table: Oid) -> Result<(), SpockError> {
    if held::with(|held| held.rewritable.contains(&table)) == Some(true) || !may_be_needed() {
        return Ok(());
    }
    WANTED.set(table);
    Err(SpockError::new(
        PgSqlErrorCode::ERRCODE_OBJECT_IN_USE,
        format!(
            "cannot rewrite table {} while other nodes may write to it",
            relation::qualified_name(table)
        ),
    ))
}

/// Whether that was why the statement ended.
pub(in crate::ddl) fn are_wanted() -> bool {
    WANTED.get() != 0
}

/// Keeps the users of all other nodes from writing to the table that is wanted, and to those above and below it,
/// and waits until every node has applied what they wrote before.
pub(in crate::ddl) fn shut_out() -> Result<(), SpockError> {
    let table = WANTED.replace(0);
    let Some(local) = node::local() else { return Ok(()) };
    let until = Instant::now() + settings::ddl_lock_timeout();
    let family = replicated_table::family(table);
    let array = |names: Vec<&str>| {
        let quoted: Vec<String> = names.iter().map(|name| literal(name)).collect();
        format!("ARRAY[{}]::pg_catalog.text[]", quoted.join(","))
    };
    let schemas = array(family.iter().map(|member| member.schema.as_str()).collect());
    let names = array(family.iter().map(|member| member.name.as_str()).collect());
    held::with(|held| {
        let mut vector = Vec::new();
        for grant in &mut held.grants {
            let Some(connection) = &mut grant.connection else { continue };
            let left = until.saturating_duration_since(Instant::now());
            let query = format!(
                "SELECT spock.ddl_gate_close({}, {schemas}, {names}, {})::pg_catalog.text",
                literal(&local.node.name),
                left.as_millis().max(1),
            );
            let answer = deadline::with_limit(left + GRACE, || connection.query_row(&query, 1));
            let row = match answer {
                Ok(Ok(row)) => row,
                Ok(Err(error)) => return Err(refused(&grant.name, table, &error)),
                Err(deadline::Expired) => return Err(no_answer(&grant.name, table, left)),
            };
            let lsn = position(row.into_iter().next().flatten())
                .map_err(|error| refused(&grant.name, table, &error))?;
            vector.push((grant.id, lsn));
        }
        catch_up(&local.node.name, &mut held.grants, &vector, until)?;
        held.rewritable.extend(family.iter().map(|member| member.table));
        Ok(())
    })
    .unwrap_or(Ok(()))
}

fn refused(node: &str, table: Oid, error: &SpockError) -> SpockError {
    let hint = if error.code == PgSqlErrorCode::ERRCODE_UNDEFINED_FUNCTION {
        "That node has an older version of spock."
    } else {
        "Transactions that write to it there have to end first; spock.ddl_lock_timeout is how long they are waited for."
    };
    SpockError::new(
        PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE,
        format!(
            "node {node} could not keep writers away from table {}",
            relation::qualified_name(table)
        ),
    )
    .detail(error.message.clone())
    .hint(hint)
}

fn no_answer(node: &str, table: Oid, waited: Duration) -> SpockError {
    let error = SpockError::new(
        PgSqlErrorCode::ERRCODE_CONNECTION_FAILURE,
        format!("no answer within {} ms", waited.as_millis()),
    );
    refused(node, table, &error)
}
