//! The replication origin of this session: acquiring it, what commits say about it, giving it back
//! (`replication/origin.h`).
//!
//! Convergence rule V1: a commit record names an origin only while this session holds it.
//!
//! **Invariants**: one per process at a time. Every way out of a worker clears the session's origin
//! before the transaction machinery shuts down (see [`super::callbacks`]), so a value that is lost by
//! an error does no harm; the server gives the origin back when the process ends.

use std::sync::atomic::{AtomicBool, Ordering};

use pgrx::pg_sys;
use spock_core::lsn::Lsn;

use super::callbacks::{XactEvent, XactWatcher};

/// This session holds an origin for the transaction that is open. Looked at in each transaction.
static HELD: AtomicBool = AtomicBool::new(false);

/// Ends what [`SessionOrigin::hold_until_end`] began.
pub(crate) static WATCHER: XactWatcher =
    XactWatcher { interested: |_| HELD.load(Ordering::Relaxed), act: on_transaction };

fn on_transaction(event: XactEvent) {
    if matches!(event, XactEvent::PreCommit | XactEvent::PrePrepare) {
        return;
    }
    HELD.store(false, Ordering::Relaxed);
    SessionOrigin(0).release();
}

/// Gives back the origin that this session holds, if any, and acquires another one, under whose id the
/// next commits go. Inside a transaction, whose abort cleans up when it cannot be had; the session holds
/// none then.
pub(crate) fn exchange(held: Option<u16>, wanted: u16) {
    // SAFETY: the session holds `held`, by the caller; the server checks that the other one is free.
    unsafe {
        if held.is_some() {
            pg_sys::replorigin_session_reset();
        }
        super::compat::acquire_origin(wanted);
        pg_sys::replorigin_session_origin = wanted;
    }
}

/// Commit time of copied rows: 1970-01-01. It is known (zero would not be) and older than every
/// version that a node can have written, so a copied row loses against any change.
pub(crate) const COPIED_AT: i64 = -946_684_800_000_000;

/// An acquired origin.
pub(crate) struct SessionOrigin(u16);

impl SessionOrigin {
    /// Acquires an origin that exists; raises when another session holds it.
    pub(crate) fn acquire(origin: u16) -> Self {
        // SAFETY: the server checks that the origin is free and none is held here.
        unsafe { super::compat::acquire_origin(origin) };
        Self(origin)
    }

    /// Its id.
    pub(crate) fn id(&self) -> u16 {
        self.0
    }

    /// What the next commit says: progress of the origin (`INVALID` leaves it as it is) and commit
    /// time (0 takes the clock's).
    pub(crate) fn stamp(&self, progress: Lsn, commit_time: i64) {
        // SAFETY: plain variables of this process.
        unsafe {
            pg_sys::replorigin_session_origin = self.0;
            pg_sys::replorigin_session_origin_lsn = progress.0;
            pg_sys::replorigin_session_origin_timestamp = commit_time;
        }
    }

    /// Commits from here on are this node's own.
    pub(crate) fn unstamp(&self) {
        super::callbacks::forget_session_origin();
    }

    /// Leaves the origin acquired until the transaction ends, whatever way it ends.
    pub(crate) fn hold_until_end(self) {
        HELD.store(true, Ordering::Relaxed);
    }

    /// Gives the origin back.
    pub(crate) fn release(self) {
        self.unstamp();
        // SAFETY: acquired by this session.
        unsafe { pg_sys::replorigin_session_reset() };
    }
}
