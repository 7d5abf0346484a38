//! What every worker does first and last; the entry points of apply, sync and
//! parallel workers.
//!
//! A worker takes its slot before anything else, so that even a failed connection leaves its reason
//! there. Whatever ends the work, error or panic, is caught at the top, recorded, and written to the log
//! at most once in ten seconds; the manager decides when to start again.

use std::time::Duration;

use crate::catalog::extension;
use crate::pg::error::{CaughtError, SpockError};
use crate::pg::shared_queue::Taker;
use crate::pg::{bgworker, hooks};
use crate::settings;

use super::slots::{self, Slot, SlotId};
use super::{failure, pause};

/// Who a worker is and what it works for.
#[derive(Debug, Clone)]
pub(crate) struct WorkerContext {
    pub(crate) slot: SlotId,
    pub(crate) db: u32,
    pub(crate) sub: u32,
    /// The table to copy, for sync workers.
    pub(crate) schema: String,
    pub(crate) table: String,
}

/// How the work of a worker ended when it ended without an error.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// Start again at once: something changed under the worker.
    Restart,
    /// Failed in a way that the worker has dealt with itself; start again after this time.
    RetryAfter { reason: String, delay: Duration },
    /// Nothing is left to do: a table is copied, a subscription was disabled.
    Done,
}

impl WorkerContext {
    fn new(slot: SlotId, row: &Slot) -> Self {
        Self {
            slot,
            db: row.db,
            sub: row.sub,
            schema: row.schema.as_str().to_owned(),
            table: row.table.as_str().to_owned(),
        }
    }

    /// Whether a line about this worker may be written to the log now, and remembers that it was.
    pub(crate) fn may_log(&self) -> bool {
        failure::may_log(self.slot)
    }

    /// True when somebody asked this worker to end: end at the next good moment, or be terminated.
    pub(crate) fn asked_to_stop(&self) -> bool {
        slots::get(self.slot.index).is_none_or(|slot| slot.asked)
    }
}

/// Settings that a worker runs with, whatever the configuration files say: nothing may time out or
/// read names and values in another way than the provider wrote them.
const PINNED: [(&std::ffi::CStr, &std::ffi::CStr); 21] = [
    (c"session_replication_role", c"replica"),
    (c"statement_timeout", c"0"),
    (c"lock_timeout", c"0"),
    (c"idle_in_transaction_session_timeout", c"0"),
    (c"idle_session_timeout", c"0"),
    (c"default_transaction_isolation", c"read committed"),
    (c"default_transaction_read_only", c"off"),
    (c"search_path", c""),
    (c"row_security", c"off"),
    (c"DateStyle", c"ISO"),
    (c"IntervalStyle", c"postgres"),
    (c"extra_float_digits", c"1"),
    (c"bytea_output", c"hex"),
    (c"array_nulls", c"on"),
    (c"xmloption", c"content"),
    (c"lc_monetary", c"C"),
    (c"quote_all_identifiers", c"off"),
    (c"standard_conforming_strings", c"on"),
    (c"transform_null_equals", c"off"),
    (c"default_transaction_deferrable", c"off"),
    // None of them may wait for a subscriber that may wait for it.
    (c"synchronous_commit", c"local"),
];

/// So long a worker that applies a transaction before its commit waits for a lock.
const PARALLEL_LOCK_TIMEOUT: &std::ffi::CStr = c"1s";

/// Takes the slot and connects; `None` when nobody waits for this worker any more.
pub(super) fn begin(index: usize) -> Option<(SlotId, Slot)> {
    bgworker::accept_signals();
    hooks::this_is_a_worker();
    let (id, slot) = slots::attach(index)?;
    failure::watch_own_end(id);
    connect(slot.db);
    Some((id, slot))
}

fn connect(database: u32) {
    bgworker::connect(Some(database));
    for (name, value) in PINNED {
        bgworker::pin_setting(name, value);
    }
}

fn pin_commit() {
    let commit = if settings::synchronous_commit() { c"local" } else { c"off" };
    bgworker::pin_setting(c"synchronous_commit", commit);
}

fn run(index: usize, work: fn(&WorkerContext) -> Result<Outcome, SpockError>) {
    let Some((id, row)) = begin(index) else { return };
    pin_commit();
    let context = WorkerContext::new(id, &row);
    let work = |context: &WorkerContext| {
        pause::until_writable(id.index);
        bgworker::transaction(extension::require_fitting).map_err(CaughtError::into_error)??;
        work(context)
    };
    match bgworker::catching(|| work(&context)) {
        Ok(Ok(Outcome::Restart)) => failure::ends_to_restart(),
        Ok(Ok(Outcome::Done)) => failure::ends_done(),
        Ok(Ok(Outcome::RetryAfter { reason, delay })) => {
            failure::ends_failed("", &reason, Some(delay));
            failure::log(id, &row, &reason, None);
        }
        Ok(Err(error)) => {
            crate::pg::callbacks::abandon_transaction();
            let code = crate::pg::error::sqlstate_of(error.code);
            failure::ends_failed(&code, &error.message, None);
            failure::log(id, &row, &error.message, error.detail.as_deref());
        }
        Err(caught) => {
            failure::ends_failed(&caught.sqlstate, &caught.message, None);
            failure::log(id, &row, &caught.message, caught.detail.as_deref());
        }
    }
}

/// Entry of the apply worker.
pub(super) fn apply(index: usize) {
    run(index, crate::apply::run);
}

/// Entry of the worker that copies one table.
pub(super) fn sync(index: usize) {
    run(index, crate::sync::run_table);
}

/// Entry of a worker that applies one transaction beside its apply worker.
pub(super) fn parallel(handle: u32) {
    bgworker::accept_signals();
    hooks::this_is_a_worker();
    let Some(taker) = Taker::find(handle) else { return };
    connect(taker.shared().database);
    bgworker::pin_setting(c"lock_timeout", PARALLEL_LOCK_TIMEOUT);
    pin_commit();
    crate::apply::parallel::worker::run(taker);
}
