//! A commit goes out only when the provider's own synchronous standbys have it: else a subscriber
//! could hold a transaction that a failover of the provider loses.
//!
//! Only physical standbys are waited for (convergence rule S1, `spock_core::sync_standby`).

use std::time::{Duration, Instant};

use spock_core::lsn::Lsn;

use crate::pg::latch;
use crate::pg::output_plugin::Output;
use crate::pg::sync_standby;

/// First and longest time between two looks.
const PATIENCE: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(10));

/// Time between two signs of life to the subscriber.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1);

/// Waits until the standbys have everything before `lsn`, or are no longer asked for.
#[inline]
pub(super) fn wait(out: &mut Output<'_>, lsn: Lsn) {
    if sync_standby::may_matter() {
        wait_for(out, lsn);
    }
}

#[cold]
fn wait_for(out: &mut Output<'_>, lsn: Lsn) {
    let mut patience = PATIENCE.0;
    let mut last_sign = Instant::now();
    while !sync_standby::have(lsn) {
        latch::wait(patience);
        patience = (patience * 2).min(PATIENCE.1);
        if last_sign.elapsed() >= SIGN_OF_LIFE {
            out.sign_of_life();
            last_sign = Instant::now();
        }
        sync_standby::reload_settings();
    }
}
