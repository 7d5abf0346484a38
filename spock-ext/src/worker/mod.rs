//! The processes of the extension: who starts them, who watches them, and what they share.
//!
//! `spock supervisor` (one, kept by the postmaster) starts a `spock manager` in every database that
//! has the extension; a manager compares the subscriptions it finds with the workers that run, and
//! starts or stops a `spock apply` for each enabled subscription and a `spock sync` for each table to
//! copy. [`slots`] is their common memory, [`clock`] keeps commit times rising, [`control`] is what
//! SQL functions use to stop and restart workers, [`notify`] tells the managers about committed changes,
//! [`commit_waits`] ends waits for synchronous subscribers that nobody else can end,
//! [`head`] and [`passages`] say how far streams have come, [`horizon`] and [`announce`] how far this
//! server's own commits.

mod announce;
pub(crate) mod clock;
pub(crate) mod commit_waits;
pub(crate) mod control;
mod counter_table;
pub(crate) mod entry;
mod failure;
pub(crate) mod head;
pub(crate) mod horizon;
mod manager;
pub(crate) mod mark;
pub(crate) mod notify;
pub(crate) mod own_log;
pub(crate) mod passages;
pub(crate) mod pause;
pub(crate) mod progress;
pub(crate) mod retention;
mod saved_state;
mod saved_statistics;
pub(crate) mod slots;
mod statements;
pub(crate) mod statistics;
mod supervisor;
mod text;
mod wanted;

use crate::catalog::{truncation, version_override};
use crate::pg::bgworker::{self, Entries, Launch};
use crate::pg::{
    callbacks, database, delete_marks, executor_start, hooks, latch, object_access, read_only,
    session_origin, shmem, transaction, truncate_watch, write_gate,
};
use crate::settings;

/// Seconds until the postmaster starts the supervisor again.
const SUPERVISOR_RESTART_SECONDS: i32 = 5;

/// Registers shared memory, callbacks and the supervisor; in `_PG_init` of the preloaded library.
pub(crate) fn register() {
    shmem::register(&slots::SLOTS);
    shmem::register(&progress::CELLS);
    shmem::register(&pause::DATABASES);
    shmem::register(&pause::TAKEN);
    shmem::register(&head::CELLS);
    shmem::register(&head::CLOSINGS);
    shmem::register(&passages::CELLS);
    shmem::register(&horizon::PREPARED);
    shmem::register(&clock::CLOCK);
    shmem::register(&version_override::FLAGS);
    statistics::TABLES.register();
    statistics::SUBSCRIPTIONS.register();
    shmem::after_start(|| {
        saved_state::load();
        saved_statistics::load();
    });
    shmem::before_stop(saved_statistics::save);
    shmem::register(&retention::SHARED);
    shmem::register(&crate::pg::retention::STATE);
    shmem::register(&delete_marks::SHARED);
    shmem::register(&write_gate::TABLE);
    shmem::register(&write_gate::COUNTS);
    // The clock stands first: what it refuses has told nobody anything.
    callbacks::watch_transactions(&clock::WATCHER);
    callbacks::watch_transactions(&delete_marks::WATCHER);
    callbacks::watch_transactions(&write_gate::WATCHER);
    callbacks::watch_transactions(&notify::WATCHER);
    callbacks::watch_transactions(&session_origin::WATCHER);
    callbacks::watch_transactions(&session_origin::PROGRESS_WATCHER);
    hooks::watch_utility(&statements::WATCHER);
    hooks::install(failure::observe_log);
    read_only::obey(settings::readonly_setting());
    executor_start::install();
    truncate_watch::register(truncation::note);
    object_access::install();
    if database::in_binary_upgrade() {
        return;
    }
    bgworker::set_entries(Entries {
        supervisor: supervisor::main,
        manager: manager::main,
        apply: entry::apply,
        sync: entry::sync,
        parallel: entry::parallel,
    });
    let supervisor =
        Launch { title: "spock supervisor".into(), entry: "spock_supervisor_main", slot: 0 };
    bgworker::register_static(&supervisor, SUPERVISOR_RESTART_SECONDS);
}

/// The clock of the server, in microseconds since 2000-01-01.
fn now() -> i64 {
    transaction::now()
}

/// A clock for delays, in microseconds, that no step of the server's clock disturbs.
fn steady() -> i64 {
    latch::steady_micros()
}

/// Microseconds of a duration, as times of slots count.
fn micros(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
