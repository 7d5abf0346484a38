//! Closes tables for the other streams of this node while they are copied (convergence rule I2).
//!
//! A stream that does not know yet that a table is closed could write to it between the source's snapshot
//! and the copy's commit. So the closing is committed first, and then every stream is waited for until it
//! has read that. A stream that waits for something itself has nothing open and reads all the same; one that
//! is in the middle of a transaction ends it first.

use std::time::{Duration, Instant};

use pgrx::PgSqlErrorCode;
use spock_core::oid::NodeId;
use spock_core::sync::{SyncKind, SyncStatus};

use super::{announce_change, in_transaction};
use crate::catalog::subscription::{self, Subscription};
use crate::catalog::{copied_changes, sync_status};
use crate::pg::error::SpockError;
use crate::pg::{bgworker, database, failpoint, latch};
use crate::settings;
use crate::worker::head;
use crate::worker::slots::{self, Kind};

/// Pause between two looks at the streams.
const POLL: Duration = Duration::from_millis(10);

/// Closes tables for the changes of some nodes, and waits until no stream writes to them. Whoever fails after
/// this opens them again.
pub(super) fn close(
    subscription: &Subscription,
    tables: &[(String, String)],
    nodes: &[NodeId],
) -> Result<(), SpockError> {
    if nodes.is_empty() || tables.is_empty() {
        return Ok(());
    }
    in_transaction(|| {
        for (schema, name) in tables {
            copied_changes::close(subscription.id, schema, name, nodes).map_err(|other| {
                let other = subscription::by_id(other)
                    .map_or_else(|| other.to_string(), |other| other.name);
                SpockError::new(
                    PgSqlErrorCode::ERRCODE_OBJECT_IN_USE,
                    format!("subscription \"{other}\" is copying table {schema}.{name} already"),
                )
            })?;
        }
        announce_change();
        Ok(())
    })?;
    failpoint::hit("sync.after_closing");
    await_streams(subscription.id, head::count_closing())
}

/// Waits until the other streams from some nodes have a slot there. What the source has applied when it is copied
/// from must not be less: nobody brings what lies between.
pub(super) fn await_slots(own: u32, nodes: &[NodeId]) -> Result<(), SpockError> {
    let began = Instant::now();
    loop {
        let missing = in_transaction(|| {
            let mut others = subscription::all().into_iter();
            Ok(others.find(|other| {
                other.id != own
                    && other.enabled
                    && nodes.contains(&other.provider.id)
                    && sync_status::of_subscription(other.id).is_some_and(|row| {
                        row.kind == SyncKind::Init && row.status != SyncStatus::Ready
                    })
            }))
        })?;
        let Some(other) = missing else { return Ok(()) };
        if began.elapsed() > settings::copy_wait_timeout() {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                format!("subscription \"{}\" has no replication slot yet", other.name),
            )
            .detail(format!(
                "Changes of node {} that the copy does not hold would not come.",
                other.provider.name
            ))
            .hint("See why it does not start, or disable it."));
        }
        bgworker::report_activity(Some(&format!("waiting for a slot on {}", other.provider.name)));
        latch::wait(POLL);
    }
}

/// Opens what was not copied.
pub(super) fn reopen(subscription: u32, table: Option<(&str, &str)>) {
    if copied_changes::reopen(subscription, table) > 0 {
        announce_change();
    }
}

/// Waits until every other stream of this database has read of a closing.
fn await_streams(own: u32, closing: u64) -> Result<(), SpockError> {
    let db = database::my_database();
    let began = Instant::now();
    loop {
        let behind = slots::list(|slot| {
            slot.kind == Kind::Apply
                && slot.db == db
                && slot.sub != own
                && slot.status.is_live()
                // It reads before it goes on.
                && !slot.paused
        });
        let behind = behind.into_iter().find(|(id, _)| !head::has_read(id.index, closing));
        let Some((_, slot)) = behind else { return Ok(()) };
        if began.elapsed() > settings::copy_wait_timeout() {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE,
                format!(
                    "subscription \"{}\" did not come to the end of a transaction in time",
                    slot.name.as_str()
                ),
            )
            .detail("The table is copied when no stream writes to it. Nothing was changed."));
        }
        bgworker::report_activity(Some(&format!("waiting for stream {}", slot.name.as_str())));
        latch::wake(slot.pid);
        latch::wait(POLL);
    }
}
