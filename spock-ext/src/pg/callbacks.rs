//! Callbacks of the transaction machinery and of process exit.
//!
//! The server calls transaction callbacks at every commit of every session, so a watcher has two
//! parts: `interested`, which runs without a guard and costs a few nanoseconds (it may neither raise
//! nor panic), and `act`, which runs under pgrx's guard only when the first part said so. Transactions that have
//! written nothing pay for neither, unless somebody has asked for their end ([`want_end`]).

use std::cell::UnsafeCell;
use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, Ordering};

use pgrx::pg_sys;

use super::commit_ts;

/// What happens to the transaction of this process.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum XactEvent {
    /// Before the commit: the last moment to wait or to raise. The server takes the commit time later.
    PreCommit,
    /// Committed and visible to others; must not raise.
    Commit,
    /// Rolled back; must not raise.
    Abort,
    /// Before a PREPARE TRANSACTION.
    PrePrepare,
    /// Prepared; must not raise.
    Prepare,
}

/// A party that wants to know of transaction events.
pub(crate) struct XactWatcher {
    /// Says at no cost whether `act` is wanted.
    pub(crate) interested: fn(XactEvent) -> bool,
    /// Does the work; runs under a guard.
    pub(crate) act: fn(XactEvent),
}

struct Watchers(UnsafeCell<Vec<&'static XactWatcher>>);
// SAFETY: backends have one thread.
unsafe impl Sync for Watchers {}
static WATCHERS: Watchers = Watchers(UnsafeCell::new(Vec::new()));

/// A watcher wants to hear of the end of this transaction even if that has written nothing.
static WANTED: AtomicBool = AtomicBool::new(false);

/// Has all watchers hear of the end of the open transaction. Without, those that commit nothing pass them by.
#[inline]
pub(crate) fn want_end() {
    WANTED.store(true, Ordering::Relaxed);
}

/// Adds a watcher; in `_PG_init`, from where all later processes inherit it.
pub(crate) fn watch_transactions(watcher: &'static XactWatcher) {
    // SAFETY: one thread; the list is not being walked during `_PG_init`.
    unsafe {
        let watchers = &mut *WATCHERS.0.get();
        if watchers.is_empty() {
            pg_sys::RegisterXactCallback(Some(on_xact), std::ptr::null_mut());
        }
        watchers.push(watcher);
    }
}

/// Not guarded on purpose: see the module's head.
unsafe extern "C-unwind" fn on_xact(event: pg_sys::XactEvent::Type, _arg: *mut c_void) {
    use pg_sys::XactEvent::{XACT_EVENT_COMMIT, XACT_EVENT_PRE_COMMIT, XACT_EVENT_PRE_PREPARE};
    let is_commit =
        matches!(event, XACT_EVENT_COMMIT | XACT_EVENT_PRE_COMMIT | XACT_EVENT_PRE_PREPARE);
    if is_commit && !WANTED.load(Ordering::Relaxed) && !commit_ts::is_writing() {
        return;
    }
    tell(event);
}

/// Apart from the above, so that a transaction which wrote nothing costs no frame.
#[inline(never)]
fn tell(event: pg_sys::XactEvent::Type) {
    use pg_sys::XactEvent as Server;
    let event = match event {
        Server::XACT_EVENT_PRE_COMMIT => XactEvent::PreCommit,
        Server::XACT_EVENT_COMMIT => XactEvent::Commit,
        Server::XACT_EVENT_ABORT => XactEvent::Abort,
        Server::XACT_EVENT_PRE_PREPARE => XactEvent::PrePrepare,
        Server::XACT_EVENT_PREPARE => XactEvent::Prepare,
        // Parallel workers commit nothing of their own.
        _ => return,
    };
    if matches!(event, XactEvent::Commit | XactEvent::Abort | XactEvent::Prepare) {
        WANTED.store(false, Ordering::Relaxed);
    }
    // SAFETY: the list only changes in `_PG_init`.
    for watcher in unsafe { &*WATCHERS.0.get() } {
        if (watcher.interested)(event) {
            // SAFETY: called by the server in this event.
            unsafe { act_guarded(*watcher, event) };
        }
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn act_guarded(watcher: *const XactWatcher, event: XactEvent) {
    // SAFETY: the pointer was made from a 'static reference just above.
    (unsafe { &*watcher }.act)(event);
}

struct ExitAction(UnsafeCell<Vec<fn()>>);
// SAFETY: backends have one thread.
unsafe impl Sync for ExitAction {}
static EXIT_ACTIONS: ExitAction = ExitAction(UnsafeCell::new(Vec::new()));

/// Runs `action` when this process leaves while shared memory is still attached. Actions run in the
/// opposite order of their registration, mixed with the server's own. They must not raise.
pub(crate) fn before_exit(action: fn()) {
    // SAFETY: one thread; the index given to the server stays good because the list only grows.
    unsafe {
        let actions = &mut *EXIT_ACTIONS.0.get();
        actions.push(action);
        pg_sys::before_shmem_exit(Some(on_exit), pg_sys::Datum::from(actions.len() - 1));
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn on_exit(_code: i32, index: pg_sys::Datum) {
    // SAFETY: the index was made by `before_exit`.
    let action = unsafe { (&*EXIT_ACTIONS.0.get()).get(index.value()).copied() };
    if let Some(action) = action {
        action();
    }
}

/// Makes sure that a worker leaves nothing behind, whatever way it ends: to be called once after the
/// connection to the database.
///
/// The origin of the session is forgotten *before* the server aborts an open transaction: an abort
/// record that carries the origin would move its progress past changes that were never applied.
/// Session locks are released after that abort: nothing else does it when a worker ends with FATAL
/// between two transactions, and the table would stay locked without an owner until restart.
pub(crate) fn leave_clean_at_exit() {
    before_exit(abandon_transaction);
}

/// Rolls back whatever is open, without progress of the session's origin, and gives back the session
/// locks: as [`leave_clean_at_exit`] explains.
pub(crate) fn abandon_transaction() {
    const DEFAULT_LOCK_METHOD: u16 = 1;
    forget_session_origin();
    // SAFETY: as a backend's main loop does after an error, and its exit callback at exit.
    unsafe {
        pg_sys::AbortOutOfAnyTransaction();
        pg_sys::LockReleaseAll(DEFAULT_LOCK_METHOD, true);
        pg_sys::MemoryContextSwitchTo(pg_sys::TopMemoryContext);
    }
}

/// Takes the replication origin out of what the next commit or abort record will say. The session
/// keeps the origin acquired (the server gives it back at exit).
pub(crate) fn forget_session_origin() {
    super::session_origin::forget_progress();
    // SAFETY: plain variables of this process.
    unsafe {
        pg_sys::replorigin_session_origin = 0;
        pg_sys::replorigin_session_origin_timestamp = 0;
    }
}
