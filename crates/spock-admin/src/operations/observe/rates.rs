//! What happens in a second, from two looks at the same node.

use super::{Observed, Stream};

/// What a subscription does in a second.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rates {
    /// Transactions applied.
    pub commits: f64,
    /// Rows changed.
    pub changes: f64,
    /// Conflicts.
    pub conflicts: f64,
    /// Changes that were left out and wait for somebody.
    pub exceptions: f64,
    /// Seconds until nothing is behind any more, when it goes on like this; `None` when it does not
    /// catch up.
    pub caught_up_in: Option<f64>,
}

#[expect(clippy::cast_precision_loss, reason = "a rate has no need of the last digits")]
fn float(number: i64) -> f64 {
    number as f64
}

/// The rates of a subscription now; `None` where it was not seen before, or counts nothing.
pub fn rates(before: &Observed, now: &Observed, stream: &Stream) -> Option<Rates> {
    let seconds = now.at.checked_duration_since(before.at)?.as_secs_f64();
    let old = before.view.as_ref().ok()?.streams.iter().find(|s| s.state.id == stream.state.id)?;
    if seconds <= 0.0 {
        return None;
    }
    // Counters that were reset meanwhile begin at zero.
    let rate = |old: i64, new: i64| float((new - old).max(0)) / seconds;
    let behind = stream.state.lag_bytes.unwrap_or_default();
    let nearer = rate(behind, old.state.lag_bytes.unwrap_or_default());
    let caught_up_in = match behind {
        0 => Some(0.0),
        _ if nearer > 0.0 => Some(float(behind) / nearer),
        _ => None,
    };
    let (was, is) = (old.counters?, stream.counters?);
    Some(Rates {
        commits: rate(was.commits, is.commits),
        changes: rate(was.changes(), is.changes()),
        conflicts: rate(was.conflicts, is.conflicts),
        exceptions: rate(old.state.pending_exceptions, stream.state.pending_exceptions),
        caught_up_in,
    })
}
