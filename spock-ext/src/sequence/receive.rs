//! Values of sequences that other nodes told us.

use std::cell::RefCell;
use std::collections::HashSet;

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::sequence::Told;

use crate::catalog::{node, replicated_sequence};
use crate::pg::error::SpockError;
use crate::pg::sequence::told::{self, Look, Raised, Standing};

thread_local! {
    /// Sequences of which this process has said that both nodes take values.
    static SAID: RefCell<HashSet<u32>> = RefCell::default();
}

/// Raises the sequence of that name to a value or behind it, never back. `source` names the node that told it.
///
/// A sequence that is not in use here goes to the place of this node behind the value. One that is in use is left
/// alone while it is ahead.
pub(crate) fn raise(
    schema: &str,
    name: &str,
    value: i64,
    source: impl Fn() -> String,
) -> Result<(), SpockError> {
    let (sequence, standing) = find(schema, name, value, &source)?;
    let shape = standing.shape;
    let before = replicated_sequence::told(sequence, standing.storage);
    // Values were taken here since somebody told us.
    let is_in_use = before
        .is_some_and(|told| told.cache > 0 && shape.steps(standing.given, told.value) < told.cache);
    let landing = shape.landing(value, node::rank());
    if is_in_use && shape.raise(standing.given, true, value).is_none() {
        return Ok(());
    }
    if let Raised::To(reached) = told::raise(sequence, landing) {
        // Else nobody is told of it by us.
        if !replicated_sequence::set_names(sequence).is_empty() {
            let told = Told { value: reached, cache: 0 };
            replicated_sequence::note(sequence, standing.storage, told);
        }
        if is_in_use {
            say_that_both_write(sequence, schema, name, &source());
        }
    }
    Ok(())
}

/// The sequence of that name, which the caller has to himself then, if it has room for the value.
pub(crate) fn find(
    schema: &str,
    name: &str,
    value: i64,
    source: impl Fn() -> String,
) -> Result<(u32, Standing), SpockError> {
    let missing = || {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_UNDEFINED_TABLE,
            format!("sequence {schema}.{name} does not exist here"),
        )
        .detail(format!(
            "Node {} has it in a replication set, and told us to be at {value}.",
            source()
        ))
        .hint("Create it and call spock.sync_seq() there, or take it out of the set there.")
    };
    let (sequence, is_sequence) = replicated_sequence::find(schema, name).ok_or_else(missing)?;
    if !is_sequence {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_WRONG_OBJECT_TYPE,
            format!("{schema}.{name} is not a sequence here, but it is on node {}", source()),
        ));
    }
    told::lock(sequence);
    // It may have gone before the lock was there.
    let Look::At(standing) = told::look(sequence) else { return Err(missing()) };
    let shape = standing.shape;
    if shape.has_room_for(value) {
        return Ok((sequence, standing));
    }
    Err(SpockError::new(
        PgSqlErrorCode::ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE,
        format!(
            "value {value} of node {} is out of bounds for sequence {schema}.{name} ({}..{})",
            source(),
            shape.min,
            shape.max
        ),
    )
    .hint("Define the sequence alike on all nodes."))
}

/// After a node took over from another one this comes once; else it is a mistake of whoever set it up.
#[cold]
fn say_that_both_write(sequence: u32, schema: &str, name: &str, source: &str) {
    if !SAID.with_borrow_mut(|said| said.insert(sequence)) {
        return;
    }
    SpockError::new(
        PgSqlErrorCode::ERRCODE_WARNING,
        format!("values of sequence {schema}.{name} are taken here and on node {source}"),
    )
    .detail("If both take them at the same time they get the same values.")
    .hint("Use snowflake sequences where several nodes insert at once.")
    .report(PgLogLevel::WARNING);
}
