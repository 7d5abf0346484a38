//! The replication origin of this session: acquiring it, what commits say about it, giving it back
//! (`replication/origin.h`).
//!
//! Convergence rule V1: a commit record names an origin only while this session holds it.
//!
//! **Invariants**
//! - One per process at a time. Every way out of a worker clears the session's origin before the
//!   transaction machinery shuts down (see [`super::callbacks`]), so a value that is lost by an error
//!   does no harm; the server gives the origin back when the process ends.
//! - A worker that catches an error goes on under the origin that it had ([`come_back`]): what it applies
//!   then would else be this node's own, and travel.
//! - Since 16 abort records carry progress, too, those of subtransactions included, and the origin
//!   advances by them. So the server hears of progress only when nothing of the transaction can be
//!   rolled back by itself any more, after the deferred triggers, and whoever rolls a transaction back
//!   calls [`forget_progress`] first.

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU16, AtomicU64, Ordering};

use pgrx::{PgSqlErrorCode, pg_sys};
use spock_core::lsn::Lsn;

use super::callbacks::{self, XactEvent, XactWatcher};
use super::error::SpockError;
use super::{failpoint, latch};

/// The origin that this session's commits are to name, also after an error; 0: none.
static NAMED: AtomicU16 = AtomicU16::new(0);

/// This session holds an origin for the transaction that is open. Looked at in each transaction.
static HELD: AtomicBool = AtomicBool::new(false);

/// Progress that the commit of the open transaction will say; 0: none.
static PROGRESS: AtomicU64 = AtomicU64::new(0);

/// The process that owns the origin under which this one writes ([`write_as`]); 0: none.
static WRITES_FOR: AtomicI32 = AtomicI32::new(0);

/// This process may commit under that origin ([`take`]).
static MAY_COMMIT: AtomicBool = AtomicBool::new(false);

/// Tells the server of the progress. The last of the watchers: others may raise before the commit.
pub(crate) static PROGRESS_WATCHER: XactWatcher =
    XactWatcher { interested: tell_progress, act: |_| refuse() };

/// Part of every commit: must not raise.
fn tell_progress(event: XactEvent) -> bool {
    if event != XactEvent::PreCommit {
        return false;
    }
    let progress = PROGRESS.load(Ordering::Relaxed);
    if progress != 0 {
        // SAFETY: a plain variable of this process.
        unsafe { pg_sys::replorigin_session_origin_lsn = progress }
    }
    let owner = WRITES_FOR.load(Ordering::Relaxed);
    if owner == 0 {
        return false;
    }
    let refused = !(MAY_COMMIT.load(Ordering::Relaxed) && latch::is_alive(owner));
    if !refused {
        failpoint::hit("parallel.may_commit");
    }
    refused
}

/// A commit under an origin that is another process's.
fn refuse() {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        "the transaction cannot be committed without its apply worker",
    )
    .raise()
}

/// Prepares this session to write under the origin that the process `owner` has. In a transaction.
/// Before 16 nothing is shared: the owner lends its origin for the commit.
pub(crate) fn write_for(origin: u16, owner: i32) {
    // SAFETY: in a transaction; this session has no origin.
    unsafe { super::compat::share_origin(origin, owner) }
}

/// What this session writes from here on has the origin of that process: log records name it. Nothing may be
/// committed before [`take`].
pub(crate) fn write_as(origin: u16, owner: i32) {
    WRITES_FOR.store(owner, Ordering::Relaxed);
    name(origin);
}

/// The transaction that is open may commit under the origin now; how far that has come. Raises where
/// its owner has not lent it.
///
/// A next owner waits for the commit ([`await_commits`]), or this one sees that its own is gone: before 16 the
/// origin itself sees to that, since then a lock that the transaction keeps to its end.
pub(crate) fn take(origin: u16) -> Lsn {
    if super::compat::ORIGINS_ARE_SHARED {
        // SAFETY: in a transaction, whose end gives the lock back.
        unsafe { lock(origin, pg_sys::ShareLock) };
    } else {
        exchange(None, origin);
    }
    MAY_COMMIT.store(true, Ordering::Relaxed);
    progress()
}

/// Before an origin is acquired: waits for those who are about to commit under it for an owner that is gone. In
/// a transaction of its own, which keeps others waiting.
pub(super) fn await_commits(origin: u16) {
    if super::compat::ORIGINS_ARE_SHARED {
        // SAFETY: in a transaction, whose end gives the lock back.
        unsafe { lock(origin, pg_sys::ExclusiveLock) };
    }
}

/// # Safety
/// In a transaction.
unsafe fn lock(origin: u16, mode: u32) {
    // SAFETY: the caller's promise; a guarded call. The server itself locks an origin so when it drops it.
    unsafe {
        let object = pg_sys::Oid::from(u32::from(origin));
        pg_sys::LockSharedObject(pg_sys::ReplicationOriginRelationId, object, 0, mode as i32);
    }
}

/// After that commit: the owner may have it back.
pub(crate) fn give_back() {
    name(0);
    // SAFETY: this session acquired it, in `take`.
    unsafe {
        if !super::compat::ORIGINS_ARE_SHARED && MAY_COMMIT.load(Ordering::Relaxed) {
            pg_sys::replorigin_session_reset();
        }
    }
}

/// Lets another process commit under the origin of this session; true if this one has to acquire it again
/// then.
pub(crate) fn lend() -> bool {
    if super::compat::ORIGINS_ARE_SHARED {
        return false;
    }
    name(0);
    // SAFETY: the session holds one, by the caller.
    unsafe { pg_sys::replorigin_session_reset() }
    true
}

/// How far the origin of this session has come.
pub(crate) fn progress() -> Lsn {
    super::transaction::session_origin_progress()
}

/// The session's commits name this origin from here on; 0: none.
pub(super) fn name(origin: u16) {
    NAMED.store(origin, Ordering::Relaxed);
    // SAFETY: a plain variable of this process.
    unsafe { pg_sys::replorigin_session_origin = origin }
}

/// After an error that was caught, and whose transaction was rolled back without an origin: commits name it
/// again, without progress.
pub(super) fn come_back() {
    name(NAMED.load(Ordering::Relaxed));
}

/// What the next commit says: progress of the origin (`INVALID` leaves it as it is).
pub(super) fn set_progress(progress: Lsn) {
    PROGRESS.store(progress.0, Ordering::Relaxed);
    // SAFETY: a plain variable of this process.
    unsafe { pg_sys::replorigin_session_origin_lsn = 0 }
}

/// The next commit or abort says nothing of progress.
pub(super) fn forget_progress() {
    set_progress(Lsn::INVALID);
}

/// Whether the open transaction has an origin by [`SessionOrigin::hold_until_end`].
pub(crate) fn is_held() -> bool {
    HELD.load(Ordering::Relaxed)
}

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
        name(0);
        super::compat::acquire_origin(wanted);
    }
    name(wanted);
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
        name(self.0);
        // SAFETY: a plain variable of this process.
        unsafe { pg_sys::replorigin_session_origin_timestamp = commit_time }
        set_progress(progress);
    }

    /// Commits from here on are this node's own.
    pub(crate) fn unstamp(&self) {
        callbacks::forget_session_origin();
        name(0);
    }

    /// Leaves the origin acquired until the transaction ends, whatever way it ends.
    pub(crate) fn hold_until_end(self) {
        HELD.store(true, Ordering::Relaxed);
        callbacks::want_end();
    }

    /// Gives the origin back.
    pub(crate) fn release(self) {
        self.unstamp();
        // SAFETY: acquired by this session.
        unsafe { pg_sys::replorigin_session_reset() };
    }
}
