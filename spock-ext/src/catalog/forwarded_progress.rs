//! `spock.forwarded_progress`: how far the provider of a subscription that is disabled has been applied
//! here by another stream, which forwards its changes.
//!
//! Written in the transaction that applies the change, so it is exact after any crash: the subscription
//! goes on from there when it is enabled, and nothing comes twice.

use spock_core::lsn::Lsn;
use spock_core::oid::Oid;

use crate::pg::spi;

/// What was brought for the subscription; `INVALID` when nothing was.
pub(crate) fn of(subscription: Oid) -> Lsn {
    spi::select_one(
        "SELECT remote_lsn FROM spock.forwarded_progress WHERE sub_id = $1::oid",
        &[subscription.into()],
    )
    .map_or(Lsn::INVALID, |row| row.get(0))
}

/// Notes that everything up to the position has been applied with the transaction that is open.
pub(crate) fn note(subscription: Oid, position: Lsn) {
    spi::execute(
        "INSERT INTO spock.forwarded_progress AS p VALUES ($1::oid, $2)
         ON CONFLICT (sub_id) DO UPDATE SET remote_lsn = excluded.remote_lsn
          WHERE p.remote_lsn < excluded.remote_lsn",
        &[subscription.into(), position.into()],
    );
}

/// Forgets a subscription.
pub(crate) fn forget(subscription: Oid) {
    spi::execute(
        "DELETE FROM spock.forwarded_progress WHERE sub_id = $1::oid",
        &[subscription.into()],
    );
}
