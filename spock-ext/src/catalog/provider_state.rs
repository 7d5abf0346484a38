//! `spock.provider_state`: what was last seen of each provider (convergence rule V7).
//!
//! A provider whose system identifier differs, or whose WAL ends before what it had flushed, went
//! back in time: the subscription is stopped with a reason until somebody decides.

use spock_core::lsn::Lsn;
use spock_core::oid::Oid;

use crate::pg::spi;

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProviderState {
    pub(crate) system_identifier: String,
    pub(crate) timeline: i32,
    pub(crate) flush_lsn: Lsn,
    /// Why the subscription was stopped, or nothing.
    pub(crate) stopped_reason: Option<String>,
}

/// What is known of the provider of a subscription.
pub(crate) fn get(subscription: Oid) -> Option<ProviderState> {
    let row = spi::select_one(
        "SELECT system_identifier, timeline, flush_lsn, stopped_reason
           FROM spock.provider_state WHERE sub_id = $1::oid",
        &[subscription.into()],
    )?;
    Some(ProviderState {
        system_identifier: row.get(0),
        timeline: row.get(1),
        flush_lsn: row.get(2),
        stopped_reason: row.get(3),
    })
}

/// Notes what was seen; a reason to stop stays.
pub(crate) fn record(subscription: Oid, system_identifier: &str, timeline: i32, flush_lsn: Lsn) {
    spi::execute(
        "INSERT INTO spock.provider_state AS p
             (sub_id, system_identifier, timeline, flush_lsn, checked_at)
         VALUES ($1::oid, $2, $3::integer, $4, clock_timestamp())
         ON CONFLICT (sub_id) DO UPDATE
            SET system_identifier = excluded.system_identifier, timeline = excluded.timeline,
                flush_lsn = excluded.flush_lsn, checked_at = excluded.checked_at",
        &[subscription.into(), system_identifier.into(), timeline.into(), flush_lsn.into()],
    );
}

/// Stops the subscription for a reason; false when nothing is known of its provider yet.
pub(crate) fn stop(subscription: Oid, reason: &str) -> bool {
    spi::execute(
        "UPDATE spock.provider_state
            SET stopped_reason = $2, stopped_at = clock_timestamp() WHERE sub_id = $1::oid",
        &[subscription.into(), reason.into()],
    ) > 0
}
