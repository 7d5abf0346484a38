//! What most functions check first, with the messages that callers know.

use pgrx::PgSqlErrorCode;
use spock_core::oid::Oid;

use crate::catalog::node::{self, LocalNode};
use crate::catalog::replication_set::{self, TableFacts};
use crate::catalog::subscription::{self, Subscription};
use crate::pg::error::SpockError;
use crate::pg::preload;

/// An error about an argument.
pub(super) fn invalid(message: impl Into<String>) -> SpockError {
    SpockError::new(PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE, message)
}

/// An error about something that does not exist.
pub(super) fn missing(message: impl Into<String>) -> SpockError {
    SpockError::new(PgSqlErrorCode::ERRCODE_UNDEFINED_OBJECT, message)
}

/// An error about the state of this node.
pub(super) fn not_now(message: impl Into<String>) -> SpockError {
    SpockError::new(PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, message)
}

/// Raises when the server did not preload the library: there are no workers then.
pub(super) fn require_preloaded() -> Result<(), SpockError> {
    if preload::is_preloaded() { Ok(()) } else { Err(preload::not_preloaded()) }
}

/// The node of this database.
pub(super) fn require_local_node() -> Result<LocalNode, SpockError> {
    require_preloaded()?;
    node::local().ok_or_else(|| {
        not_now("current database is not configured as spock node").hint("create spock node first")
    })
}

/// A subscription by name.
pub(super) fn require_subscription(name: &str) -> Result<Subscription, SpockError> {
    require_local_node()?;
    subscription::by_name(name).ok_or_else(|| missing(format!("subscription \"{name}\" not found")))
}

/// A sequence by its number.
pub(super) fn require_sequence(relation: Oid) -> Result<TableFacts, SpockError> {
    let facts = require_relation(relation)?;
    if facts.is_sequence {
        Ok(facts)
    } else {
        Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_WRONG_OBJECT_TYPE,
            format!("\"{}\" is not a sequence", facts.name),
        ))
    }
}

fn require_relation(relation: Oid) -> Result<TableFacts, SpockError> {
    replication_set::table_facts(relation).ok_or_else(|| {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_UNDEFINED_TABLE,
            format!("relation with OID {relation} does not exist"),
        )
    })
}

/// A table by its number.
pub(super) fn require_table(relation: Oid) -> Result<TableFacts, SpockError> {
    let facts = require_relation(relation)?;
    if facts.is_table {
        Ok(facts)
    } else {
        Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_WRONG_OBJECT_TYPE,
            format!("\"{}\" is not a table", facts.name),
        ))
    }
}
