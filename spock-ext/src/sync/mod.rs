//! Initial copy of structure and data, and copying single tables again.

pub(crate) mod handover;

use crate::pg::error::SpockError;
use crate::worker::entry::{Outcome, WorkerContext};

/// Brings a subscription to where its stream can start: slot, structure, data. `Some` when the apply
/// worker has to end instead.
#[expect(clippy::unnecessary_wraps, reason = "the copy fails in many ways")]
pub(crate) fn bring_up(_context: &WorkerContext) -> Result<Option<Outcome>, SpockError> {
    Ok(None)
}

/// Copies the table of the worker's slot.
#[expect(clippy::unnecessary_wraps, reason = "the copy fails in many ways")]
pub(crate) fn run_table(_context: &WorkerContext) -> Result<Outcome, SpockError> {
    Ok(Outcome::Done)
}
