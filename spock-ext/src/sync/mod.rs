//! Copying what a provider has: the whole of a new subscription, or one table again.
//!
//! A copy happens at one point of the provider's log. A slot is created with an exported snapshot;
//! structure and rows are read in that snapshot, and the stream is taken up exactly where the slot
//! begins, so that every transaction is either in the copy or in the stream. Copied rows are committed
//! under an origin of the subscription with a commit time before all others: they do not travel on, and
//! any change wins over them that the source had not seen.
//!
//! - [`initial`]: a subscription, states `i s d c w r`, in the apply worker before it streams.
//! - [`table`]: one table beside the running stream, states `i d w u y r`, in a worker of its own;
//!   [`handover`] is the apply worker's side of it.
//! - [`structure`], [`data`], [`sequences`], [`slot`], [`provider`]: the parts.
//! - Other nodes write too: [`closing`] keeps their streams off a table while it is copied, [`vector`] says
//!   which of their changes a copy holds, [`versions`] brings the versions that those may meet; [`source`]
//!   is what the provider tells of itself.
//!
//! **Invariants**: the state in `spock.local_sync_status` is committed before the step that it names
//! begins, and together with the step's result where that is in this database. A copy that fails
//! leaves state `f` with the reason, and is tried again from its beginning: nothing that an earlier try
//! left is taken for granted, it is replaced.

mod closing;
mod data;
pub(crate) mod handover;
mod initial;
mod provider;
pub(crate) mod sequences;
mod slot;
pub(crate) mod source;
mod structure;
mod table;
mod target;
mod vector;
mod versions;

use std::time::Duration;

use spock_core::lsn::Lsn;
use spock_core::sync::{SyncKind, SyncStatus};

use crate::catalog::subscription::{self, Subscription};
use crate::catalog::sync_work::{self, Failure, Table};
use crate::catalog::{origin_history, sync_status};
use crate::pg::bgworker;
use crate::pg::error::{CaughtError, OrRaise, SpockError};
use crate::pg::{origin, relation, systable};
use crate::settings;
use crate::worker::entry::{Outcome, WorkerContext};

pub(crate) use initial::bring_up;
pub(crate) use slot::check_plugin_allowed;

/// Longest pause between two tries of a copy.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

/// Schema of the slots of copy workers, which belong to no table of their own. No table can have it.
const HELPER_SCHEMA: &str = "";

/// Entry of a sync worker: copies the table of its slot, or helps an initial copy.
pub(crate) fn run_table(context: &WorkerContext) -> Result<Outcome, SpockError> {
    if context.schema == HELPER_SCHEMA { data::help(context) } else { table::run(context) }
}

/// Runs `body` in a transaction of its own; an error of either kind rolls it back.
fn in_transaction<T>(body: impl FnOnce() -> Result<T, SpockError>) -> Result<T, SpockError> {
    bgworker::transaction(|| body().or_raise()).map_err(CaughtError::into_error)
}

/// The subscription, read in a transaction of its own.
fn read_subscription(id: u32) -> Result<Option<Subscription>, SpockError> {
    in_transaction(|| Ok(subscription::by_id(id)))
}

/// Makes sure that an origin of the subscription exists, also in the history of origins.
fn ensure_origin(subscription: &Subscription, name: &str) -> Result<u16, SpockError> {
    let id = match origin::by_name(name) {
        Some(id) => id,
        None => origin::create(name, origin_history::highest_origin())?,
    };
    if !origin_history::open_origins(subscription.id).contains(&id) {
        origin_history::open(id, subscription.provider.id, subscription.id);
    }
    Ok(id)
}

/// Records a failed copy, and says when to try again.
fn record_failure(id: u32, table: Table<'_>, error: &SpockError) -> Result<Outcome, SpockError> {
    let mut reason = spock_core::conninfo::mask(&error.message).into_owned();
    if let Some(detail) = error.detail.as_deref().filter(|detail| !reason.contains(*detail)) {
        reason.push_str(": ");
        reason.push_str(&spock_core::conninfo::mask(detail));
    }
    let Failure { count, .. } = in_transaction(|| {
        let failure = sync_work::fail(id, table, &reason);
        closing::reopen(id, table);
        announce_change();
        Ok(failure)
    })?;
    let doublings = count.saturating_sub(1).min(10);
    let delay = (settings::restart_delay_default() * (1 << doublings)).min(LONGEST_PAUSE);
    Ok(Outcome::RetryAfter { reason, delay })
}

/// Tells the apply worker of this database that a state changes with this transaction.
pub(crate) fn announce_change() {
    if let Some(oid) = systable::relation_oid(c"spock", c"local_sync_status") {
        relation::invalidate(oid);
    }
}

/// Moves a copy on, and tells the apply worker.
fn advance(id: u32, table: Table<'_>, status: SyncStatus, lsn: Lsn) -> bool {
    let moved = sync_work::advance(id, table, status, lsn);
    announce_change();
    moved
}

/// Moves a copy on if it still has the status `from`, and tells the apply worker.
fn advance_from(id: u32, table: Table<'_>, from: SyncStatus, status: SyncStatus, lsn: Lsn) -> bool {
    let moved = sync_work::advance_from(id, table, from, status, lsn);
    announce_change();
    moved
}

/// Removes the files of a subscription that is dropped.
pub(crate) fn clear_away(id: u32) {
    // Mostly there is nothing.
    let _ = std::fs::remove_dir_all(structure::directory(id));
}

/// Asks for a copy of one table beside the stream, which notices and starts a worker for it. With
/// `truncate`, and where an earlier copy left rows, the table is emptied in the copy's transaction.
pub(crate) fn request_copy(id: u32, schema: &str, table: &str, truncate: bool) {
    let place = Some((schema, table));
    let truncate = truncate || sync_work::replaces(id, place);
    sync_status::put(id, place, SyncKind::Data, SyncStatus::Init, Lsn::INVALID);
    sync_status::set_truncate(id, schema, table, truncate);
    announce_change();
}
