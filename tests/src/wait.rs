//! Waiting for a state, with a limit: tests never sleep for a while and hope.

use std::fmt::Display;
use std::time::{Duration, Instant};

/// How long [`wait_for`] waits; generous, since it is only ever used up by a failure.
pub const LIMIT: Duration = Duration::from_secs(60);

/// Waits until the condition holds, and panics after [`LIMIT`]. [`Cluster::wait_for`] shows the
/// state of the nodes as well.
///
/// [`Cluster::wait_for`]: crate::Cluster::wait_for
pub fn wait_for(what: impl Display, condition: impl FnMut() -> bool) {
    assert!(wait_until(LIMIT, condition), "waited {} s in vain for {what}", LIMIT.as_secs());
}

/// Waits until the condition holds; `false` when the limit passed.
pub fn wait_until(limit: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let begun = Instant::now();
    let mut pause = Duration::from_millis(5);
    loop {
        if condition() {
            return true;
        }
        if begun.elapsed() > limit {
            return false;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(100));
    }
}
