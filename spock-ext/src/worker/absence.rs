//! Keeps the part of this server's log that holds the deletes of the time in which a peer was not heard
//! (convergence rule D1).
//!
//! Deleted rows are kept for seconds. A peer that was away for longer brings changes that were made
//! without knowing of older deletes. Our log has those: the slot by which that peer reads from us keeps
//! it, but moves on as soon as the peer reads again. So when the worker of a subscription has ended, that
//! slot is copied at once; the next worker reads the deletes from the copy before it takes any change
//! ([`crate::apply`]), and drops it.
//!
//! The copy keeps log and catalog rows as the slot of an absent subscriber does, also for a disabled
//! subscription; `max_slot_wal_keep_size` limits both. Whose slot is whose is not known here: the one that
//! is furthest behind is copied, which has at least what is needed.

use std::time::Duration;

use crate::pg::spi;

use super::slots::{Slot, Status};
use super::{micros, now};

/// A worker that comes back sooner needs no log.
const AT_ONCE: Duration = Duration::from_millis(500);

const PREFIX: &str = "spk_away_";

/// The copy for a subscription.
pub(crate) fn slot_name(subscription: u32) -> String {
    format!("{PREFIX}{subscription}")
}

/// Drops the copy for a subscription that goes, if nobody reads it. Does not come back with a rollback.
pub(crate) fn forget(subscription: u32) {
    spi::select(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
          WHERE slot_name = $1::name AND NOT active",
        &[slot_name(subscription).into()],
    );
}

/// Whether the peer of an apply worker's slot is not being heard.
pub(super) fn is_away(slot: &Slot) -> bool {
    matches!(slot.status, Status::Stopped | Status::Failed)
        && now() - slot.stopped_at > micros(AT_ONCE)
}

/// How long until that is to be asked again, in microseconds.
pub(super) fn look_again_in(slot: &Slot) -> Option<i64> {
    let left = micros(AT_ONCE) - (now() - slot.stopped_at);
    let ended = matches!(slot.status, Status::Stopped | Status::Failed);
    (ended && left > 0).then_some(left + 1000)
}

/// Makes what is missing for the subscriptions whose peers are away, and drops what belongs to none.
/// Needs a transaction that has not written.
pub(super) fn keep_log(away: &[u32], known: &[u32]) {
    let present: Vec<String> = spi::select(
        "SELECT slot_name::text FROM pg_replication_slots
          WHERE database = current_database() AND slot_name LIKE 'spk\\_away\\_%'",
        &[],
    )
    .iter()
    .map(|row| row.get(0))
    .collect();
    for name in &present {
        if !known.iter().any(|subscription| slot_name(*subscription) == *name) {
            spi::select("SELECT pg_drop_replication_slot($1::name)", &[name.as_str().into()]);
        }
    }
    for name in away.iter().map(|subscription| slot_name(*subscription)) {
        if !present.contains(&name) {
            spi::select(
                "SELECT pg_copy_logical_replication_slot(slot_name, $1::name, false)
                   FROM (SELECT slot_name FROM pg_replication_slots
                          WHERE database = current_database() AND plugin = 'spock_output'
                            AND NOT temporary AND slot_name LIKE 'spk\\_%'
                            AND slot_name NOT LIKE 'spk\\_away\\_%'
                            AND confirmed_flush_lsn IS NOT NULL AND wal_status <> 'lost'
                          ORDER BY confirmed_flush_lsn LIMIT 1) AS furthest_behind",
                &[name.into()],
            );
        }
    }
}
