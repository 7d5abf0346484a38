//! The number of this node in snowflake values.
//!
//! `snowflake.node` where it is set, else the number that was chosen for the node. A number that is known to
//! be another node's is refused, whoever set it: values would come twice.
//!
//! **Invariant**: a session that keeps its answer looks again when the setting changes, and when a change of
//! `spock.sequence_node` has committed, at the latest in its next transaction.

use std::sync::atomic::{AtomicU32, Ordering};

use pgrx::PgSqlErrorCode;
use spock_core::snowflake::free_number;

use crate::catalog::node;
use crate::catalog::sequence_node::{self, Numbers};
use crate::pg::catalog_watch::Watch;
use crate::pg::error::SpockError;
use crate::settings;

static WATCH: Watch = Watch::new();

/// The setting for which [`NUMBER`] was found, plus one; zero: none.
static FOUND_FOR: AtomicU32 = AtomicU32::new(0);
/// What was found.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// The number for a new value.
#[inline]
pub(crate) fn to_use() -> Result<u16, SpockError> {
    let key = u32::from(settings::snowflake_node().unwrap_or(0)) + 1;
    if WATCH.take_noticed() || FOUND_FOR.load(Ordering::Relaxed) != key {
        return look(key);
    }
    Ok(NUMBER.load(Ordering::Relaxed) as u16)
}

#[cold]
fn look(key: u32) -> Result<u16, SpockError> {
    FOUND_FOR.store(0, Ordering::Relaxed);
    sequence_node::watch(&WATCH);
    let numbers = Numbers::load();
    let number = declared_in(&numbers).ok_or_else(not_set)?;
    if let Some(other) = numbers.other_with(number) {
        let other = node::name_of(other);
        return Err(taken(number, &other, &numbers));
    }
    NUMBER.store(u32::from(number), Ordering::Relaxed);
    FOUND_FOR.store(key, Ordering::Relaxed);
    Ok(number)
}

fn declared_in(numbers: &Numbers) -> Option<u16> {
    settings::snowflake_node().or(numbers.chosen)
}

/// The number that this node says it has, if it has one.
pub(crate) fn declared() -> Option<u16> {
    declared_in(&Numbers::load())
}

fn not_set() -> SpockError {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        "value for snowflake.node is not set",
    )
    .detail("This database is not a node, so that no number was chosen for it.")
    .hint(
        "Set snowflake.node to a number from 1 to 1023 that no other node has, or make the database a \
         node with spock.node_create().",
    )
}

/// The error for a number that two nodes have.
pub(super) fn taken(number: u16, other: &str, numbers: &Numbers) -> SpockError {
    let is_taken = |candidate| candidate == number || numbers.other_with(candidate).is_some();
    let advice = match free_number(u32::from(number), is_taken) {
        Some(free) => format!(
            "Set snowflake.node to a number that no node has, as {free}, or to 0 to have one chosen, on \
             one of the two nodes."
        ),
        None => "All numbers are taken.".to_owned(),
    };
    SpockError::new(
        PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        format!("snowflake.node {number} is also that of node \"{other}\""),
    )
    .detail("Both nodes would generate the same values.")
    .hint(advice)
}
