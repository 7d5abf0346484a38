//! A commit goes out only when the provider's own synchronous standbys have it: else a subscriber
//! could hold a transaction that a failover of the provider loses.
//!
//! Only physical standbys are waited for (convergence rule S1). A subscription may be listed in
//! `synchronous_standby_names` too; its walsender would wait for itself.

use std::time::{Duration, Instant};

use spock_core::lsn::Lsn;

use crate::pg::latch;
use crate::pg::output_plugin::Output;
use crate::pg::sync_standby::{self, LogicalSlot, Rule, Standby};

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
    while let Some(rule) = sync_standby::rule() {
        let slots = sync_standby::logical_slots();
        if has_confirmed(&rule, sync_standby::candidates(), &slots, lsn) {
            return;
        }
        latch::wait(patience);
        patience = (patience * 2).min(PATIENCE.1);
        if last_sign.elapsed() >= SIGN_OF_LIFE {
            out.sign_of_life();
            last_sign = Instant::now();
        }
        sync_standby::reload_settings();
    }
}

/// Have enough physical standbys confirmed the position?
fn has_confirmed(rule: &Rule, all: Vec<Standby>, slots: &[LogicalSlot], lsn: Lsn) -> bool {
    let is_logical = |standby: &Standby| slots.iter().any(|slot| slot.pid == standby.pid);
    let mut physical: Vec<Standby> =
        all.into_iter().filter(|standby| !is_logical(standby)).collect();
    let anybody = rule.names.iter().any(|name| name == b"*");
    let named_logical = rule
        .names
        .iter()
        .filter(|name| slots.iter().any(|slot| slot.name.eq_ignore_ascii_case(name)))
        .count();
    // So many confirmations cannot come from subscriptions. More are asked of those that are there.
    let certain = if anybody { 0 } else { rule.needed.saturating_sub(named_logical) };
    let needed = certain.max(rule.needed.min(physical.len()));
    if !rule.any {
        physical.sort_by_key(|standby| standby.priority);
        physical.truncate(needed);
    }
    physical.iter().filter(|standby| standby.flushed >= lsn).count() >= needed
}
