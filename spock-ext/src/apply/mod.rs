//! Subscriber side: reads a provider's stream and applies it.

use crate::pg::error::SpockError;
use crate::worker::entry::{Outcome, WorkerContext};

/// Runs the apply worker of a subscription until it is told to end.
#[expect(clippy::unnecessary_wraps, reason = "the stream loop fails in many ways")]
pub(crate) fn run(context: &WorkerContext) -> Result<Outcome, SpockError> {
    while !context.asked_to_stop() {
        crate::pg::latch::wait(std::time::Duration::from_secs(1));
    }
    Ok(Outcome::Restart)
}
