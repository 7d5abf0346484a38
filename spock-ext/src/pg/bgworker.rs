//! Background workers: registering and starting them, their entry points, and what each of them
//! does first.
//!
//! The five exported functions are the doors by which the postmaster enters; they hand over to safe
//! functions that `worker` has put into [`Entries`] (this layer imports nothing above it).

use std::ffi::{CStr, CString};
use std::ptr::NonNull;
use std::sync::OnceLock;

use pgrx::pg_sys;

use super::error::{self, CaughtError};
use super::{callbacks, compat, session_origin};

/// The functions behind the exported entry points; the argument is the worker's slot.
pub(crate) struct Entries {
    pub(crate) supervisor: fn(),
    pub(crate) manager: fn(usize),
    pub(crate) apply: fn(usize),
    pub(crate) sync: fn(usize),
    /// The argument is the handle of a [`super::shared_queue`].
    pub(crate) parallel: fn(u32),
}

static ENTRIES: OnceLock<Entries> = OnceLock::new();

/// Names the functions behind the entry points; in `_PG_init`.
pub(crate) fn set_entries(entries: Entries) {
    // A second `_PG_init` in one process would bring the same functions.
    let _ = ENTRIES.set(entries);
}

fn entries() -> &'static Entries {
    match ENTRIES.get() {
        Some(entries) => entries,
        None => super::preload::not_preloaded().raise(),
    }
}

/// Entry of the supervisor.
#[pgrx::pg_guard]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn spock_supervisor_main(_arg: pg_sys::Datum) {
    (entries().supervisor)();
}

/// Entry of the manager of one database; the argument is its slot.
#[pgrx::pg_guard]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn spock_manager_main(arg: pg_sys::Datum) {
    (entries().manager)(arg.value());
}

/// Entry of the apply worker of one subscription; the argument is its slot.
#[pgrx::pg_guard]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn spock_apply_main(arg: pg_sys::Datum) {
    (entries().apply)(arg.value());
}

/// Entry of a worker that copies a table; the argument is its slot.
#[pgrx::pg_guard]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn spock_sync_main(arg: pg_sys::Datum) {
    (entries().sync)(arg.value());
}

/// Entry of a worker that applies one transaction beside its apply worker; the argument is the handle of
/// what both share.
#[pgrx::pg_guard]
#[unsafe(no_mangle)]
pub extern "C-unwind" fn spock_parallel_main(arg: pg_sys::Datum) {
    (entries().parallel)(arg.value() as u32);
}

/// What the server is told about a worker.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    /// Title in the process list and `backend_type` in `pg_stat_activity`.
    pub(crate) title: String,
    /// Exported entry point.
    pub(crate) entry: &'static str,
    /// Slot, or what else the entry point is given.
    pub(crate) slot: usize,
}

fn describe(launch: &Launch) -> pg_sys::BackgroundWorker {
    // Truncates at the array's end; the array's length differs between majors.
    fn set<const N: usize>(field: &mut [std::ffi::c_char; N], text: &str) {
        for (place, byte) in field.iter_mut().take(N - 1).zip(text.bytes()) {
            *place = byte as std::ffi::c_char;
        }
    }
    let mut worker = pg_sys::BackgroundWorker::default();
    set(&mut worker.bgw_name, &launch.title);
    // One type per kind of worker, as monitoring groups by it.
    let kind: Vec<&str> = launch.title.split(' ').take(2).collect();
    set(&mut worker.bgw_type, &kind.join(" "));
    set(&mut worker.bgw_library_name, "spock");
    set(&mut worker.bgw_function_name, launch.entry);
    worker.bgw_flags =
        (pg_sys::BGWORKER_SHMEM_ACCESS | pg_sys::BGWORKER_BACKEND_DATABASE_CONNECTION) as i32;
    worker.bgw_start_time = pg_sys::BgWorkerStartTime::BgWorkerStart_RecoveryFinished;
    worker.bgw_restart_time = pg_sys::BGW_NEVER_RESTART;
    worker.bgw_main_arg = pg_sys::Datum::from(launch.slot);
    worker
}

/// Registers a worker that the postmaster itself keeps running; in `_PG_init` only.
pub(crate) fn register_static(launch: &Launch, restart_seconds: i32) {
    let mut worker = describe(launch);
    worker.bgw_restart_time = restart_seconds;
    // SAFETY: the postmaster copies the description.
    unsafe { pg_sys::RegisterBackgroundWorker(&raw mut worker) };
}

/// State of a started worker, as the postmaster knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    /// Asked for, not forked yet.
    Starting,
    /// Runs.
    Running,
    /// Gone, or never started.
    Stopped,
}

/// A worker started by this process. Dropping it leaves the worker alone.
#[derive(Debug)]
pub(crate) struct Handle(NonNull<pg_sys::BackgroundWorkerHandle>);

impl Handle {
    /// Asks the postmaster's table.
    pub(crate) fn life(&self) -> Life {
        let mut pid = 0;
        // SAFETY: the handle lives in the top memory context until it is dropped.
        let state = unsafe { pg_sys::GetBackgroundWorkerPid(self.0.as_ptr(), &raw mut pid) };
        match state {
            pg_sys::BgwHandleStatus::BGWH_STARTED => Life::Running,
            pg_sys::BgwHandleStatus::BGWH_NOT_YET_STARTED => Life::Starting,
            _ => Life::Stopped,
        }
    }
}

impl Handle {
    /// Asks the postmaster to end the worker.
    pub(crate) fn terminate(&self) {
        // SAFETY: as above.
        unsafe { pg_sys::TerminateBackgroundWorker(self.0.as_ptr()) }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: allocated by the server in the top memory context, freed once.
        unsafe { pg_sys::pfree(self.0.as_ptr().cast()) };
    }
}

/// Starts a worker; `None` when `max_worker_processes` are in use. This process's latch is set when
/// the worker starts and when it ends.
pub(crate) fn start_dynamic(launch: &Launch) -> Option<Handle> {
    let mut worker = describe(launch);
    // SAFETY: the handle is made in the top memory context, so that it outlives any transaction.
    unsafe {
        worker.bgw_notify_pid = pg_sys::MyProcPid;
        let before = pg_sys::MemoryContextSwitchTo(pg_sys::TopMemoryContext);
        let mut handle = std::ptr::null_mut();
        let started = pg_sys::RegisterDynamicBackgroundWorker(&raw mut worker, &raw mut handle);
        pg_sys::MemoryContextSwitchTo(before);
        if started { NonNull::new(handle).map(Handle) } else { None }
    }
}

// pg_sys functions are Rust wrappers; signal handlers must be the server's own functions.
unsafe extern "C-unwind" {
    fn SignalHandlerForConfigReload(signal: i32);
    fn die(signal: i32);
}

/// Signals as in a backend: SIGHUP re-reads the configuration, SIGTERM ends the process at the next
/// check for interrupts, also in the middle of a lock wait or of a network wait.
pub(crate) fn accept_signals() {
    // SAFETY: the handlers are the server's and fit any process with a latch.
    unsafe {
        compat::pqsignal(libc::SIGHUP, Some(SignalHandlerForConfigReload));
        compat::pqsignal(libc::SIGTERM, Some(die));
        pg_sys::BackgroundWorkerUnblockSignals();
    }
}

/// Re-reads the configuration files if SIGHUP asked for it.
pub(crate) fn reload_config_if_asked() {
    // SAFETY: a flag set by a signal handler, read as the server does.
    unsafe {
        if std::ptr::read_volatile(&raw const pg_sys::ConfigReloadPending) != 0 {
            pg_sys::ConfigReloadPending = 0;
            pg_sys::ProcessConfigFile(pg_sys::GucContext::PGC_SIGHUP);
        }
    }
}

/// Connects to a database as the bootstrap superuser, or to none (shared catalogs only).
pub(crate) fn connect(database: Option<u32>) {
    // SAFETY: called once at the start of a worker.
    unsafe {
        match database {
            Some(oid) => pg_sys::BackgroundWorkerInitializeConnectionByOid(
                pg_sys::Oid::from(oid),
                pg_sys::InvalidOid,
                0,
            ),
            None => {
                pg_sys::BackgroundWorkerInitializeConnection(std::ptr::null(), std::ptr::null(), 0);
            }
        }
    }
    callbacks::leave_clean_at_exit();
}

/// Sets a setting for the life of this worker, over anything a configuration file says.
pub(crate) fn pin_setting(name: &CStr, value: &CStr) {
    // SAFETY: both are C strings; the server copies them.
    unsafe {
        pg_sys::SetConfigOption(
            name.as_ptr(),
            value.as_ptr(),
            pg_sys::GucContext::PGC_SUSET,
            pg_sys::GucSource::PGC_S_OVERRIDE,
        );
    }
}

/// Shows in `pg_stat_activity` what the worker does; without a text, that it is idle, and nothing of what
/// it did before.
pub(crate) fn report_activity(text: Option<&str>) {
    let text = text.and_then(|text| CString::new(text).ok());
    let state = if text.is_some() {
        pg_sys::BackendState::STATE_RUNNING
    } else {
        pg_sys::BackendState::STATE_IDLE
    };
    // SAFETY: the server copies the string.
    unsafe {
        pg_sys::pgstat_report_activity(state, text.as_deref().unwrap_or(c"").as_ptr());
    }
}

/// Process id of this process.
pub(crate) fn my_pid() -> i32 {
    // SAFETY: a plain variable.
    unsafe { pg_sys::MyProcPid }
}

/// Runs `body`; a server ERROR or a panic in it comes back as an error, after the transaction was
/// rolled back (without the session's origin, so that the abort does not advance it; later commits name it
/// again).
/// Values that `body` owns when the server raises below a raw call are leaked, which only a worker
/// that ends soon after may afford.
pub(crate) fn catching<T>(body: impl FnOnce() -> T) -> Result<T, CaughtError> {
    let mut body = Some(body);
    let mut value = None;
    // SAFETY: an ERROR leaves `body` by a jump only from raw calls; see above for what it owns.
    let caught = unsafe {
        error::catch(&mut || {
            if let Some(body) = body.take() {
                value = Some(body());
            }
        })
    };
    match (caught, value) {
        (Ok(()), Some(value)) => Ok(value),
        (caught, _) => {
            callbacks::abandon_transaction();
            session_origin::come_back();
            Err(caught.err().unwrap_or_default())
        }
    }
}

/// Runs `body` in a transaction of its own with a snapshot, and commits; an error rolls back.
pub(crate) fn transaction<T>(body: impl FnOnce() -> T) -> Result<T, CaughtError> {
    catching(|| {
        // SAFETY: the worker is between transactions; the snapshot is popped before the commit.
        unsafe {
            pg_sys::SetCurrentStatementStartTimestamp();
            pg_sys::StartTransactionCommand();
            pg_sys::PushActiveSnapshot(pg_sys::GetTransactionSnapshot());
        }
        let value = body();
        // SAFETY: as above.
        unsafe {
            pg_sys::PopActiveSnapshot();
            pg_sys::CommitTransactionCommand();
            pg_sys::pgstat_report_stat(false);
        }
        value
    })
}
