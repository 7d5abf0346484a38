//! Memory, references and locks that outlive a transaction: the warm relations of an apply worker.
//!
//! Opening a relation for writing (lock, relcache entry, executor state, indexes, slots) costs a third
//! of a small transaction. So it is done once and kept: memory in a context of our own, references
//! under a resource owner of our own, the relation lock as a session lock.
//!
//! **Invariants**
//! - An abort drops session locks: after one, [`WarmSet::forget`] before anything else.
//! - A FATAL between transactions does not release session locks: the worker's exit callback does.
//! - DDL waits for the locks: give the set back when idle and at least every 100 ms under load.
//! - A session lock may be the only one that protects rows of the open transaction: in the middle of one
//!   [`WarmSet::keep_until_commit`] goes before [`WarmSet::give_back`]. (A table rewritten between the
//!   two would lose what is not committed yet.)
//! - The owner dies when the set is given back, since 17 it could not be used again: what the open
//!   transaction holds must not name it then.

use pgrx::pg_sys;

use super::{raw, write_gate};

/// The set; see the module's page.
pub(crate) struct WarmSet {
    pub(super) context: pg_sys::MemoryContext,
    pub(super) owner: pg_sys::ResourceOwner,
    /// With the mode of each.
    locks: Vec<(pg_sys::LockRelId, i32)>,
    since: i64,
}

impl WarmSet {
    /// Makes an empty set; once per worker.
    pub(crate) fn new() -> Self {
        // SAFETY: both live as long as the process.
        unsafe {
            Self {
                context: pg_sys::AllocSetContextCreateInternal(
                    pg_sys::TopMemoryContext,
                    c"spock warm relations".as_ptr(),
                    pg_sys::ALLOCSET_DEFAULT_MINSIZE as usize,
                    pg_sys::ALLOCSET_DEFAULT_INITSIZE as usize,
                    pg_sys::ALLOCSET_DEFAULT_MAXSIZE as usize,
                ),
                owner: new_owner(),
                locks: Vec::new(),
                since: 0,
            }
        }
    }

    /// Since when something is held (TimestampTz), 0 when nothing is.
    pub(crate) fn since(&self) -> i64 {
        self.since
    }

    /// Locks a relation for this transaction and for the session.
    ///
    /// # Safety
    /// Inside a transaction; `relation` is open.
    pub(super) unsafe fn keep_lock(&mut self, relation: pg_sys::Relation) {
        // SAFETY: the caller's promise.
        unsafe {
            let id = &raw mut (*relation).rd_lockInfo.lockRelId;
            let mode = write_gate::write_mode((*id).relId);
            pg_sys::LockRelationIdForSession(id, mode);
            self.locks.push((*id, mode));
            if self.since == 0 {
                self.since = raw::GetCurrentTimestamp();
            }
        }
    }

    /// Locks every relation of the set for the open transaction too. This session has the locks, so
    /// nothing is waited for.
    pub(crate) fn keep_until_commit(&self) {
        for (id, mode) in &self.locks {
            // SAFETY: inside a transaction; the relation cannot go while it is locked.
            unsafe { pg_sys::LockRelationOid(id.relId, *mode) }
        }
    }

    /// Gives everything back, locks included. Every `Target` of the set is gone after it.
    pub(crate) fn give_back(&mut self) {
        for (mut id, mode) in std::mem::take(&mut self.locks) {
            // SAFETY: this session holds the lock once per entry.
            unsafe { pg_sys::UnlockRelationIdForSession(&mut id, mode) }
        }
        self.forget();
    }

    /// Gives everything back, and the set itself: it must not be used after it.
    pub(crate) fn close(&mut self) {
        self.give_back();
        // SAFETY: both are the set's own, and empty; outside of transactions neither is current.
        unsafe {
            pg_sys::ResourceOwnerDelete(self.owner);
            pg_sys::MemoryContextDelete(self.context);
        }
        (self.owner, self.context) = (std::ptr::null_mut(), std::ptr::null_mut());
    }

    /// After an abort, which dropped the locks: lets go of references and memory.
    pub(crate) fn forget(&mut self) {
        self.locks.clear();
        self.since = 0;
        // SAFETY: nobody uses what the owner and the context hold (the caller drops its targets);
        // a release as for an abort does not complain about references still held.
        unsafe {
            use pg_sys::ResourceReleasePhase as Phase;
            let current = pg_sys::CurrentResourceOwner;
            // Locks of indexes, of the open transaction: it would look for the owner when it ends.
            pg_sys::CurrentResourceOwner = self.owner;
            pg_sys::LockReleaseCurrentOwner(std::ptr::null_mut(), 0);
            for phase in [
                Phase::RESOURCE_RELEASE_BEFORE_LOCKS,
                Phase::RESOURCE_RELEASE_LOCKS,
                Phase::RESOURCE_RELEASE_AFTER_LOCKS,
            ] {
                pg_sys::ResourceOwnerRelease(self.owner, phase, false, true);
            }
            pg_sys::CurrentResourceOwner = current;
            // Since 17 an owner that has let go takes nothing any more.
            pg_sys::ResourceOwnerDelete(self.owner);
            self.owner = new_owner();
            pg_sys::MemoryContextReset(self.context);
        }
    }
}

/// A resource owner that nobody else releases.
///
/// # Safety
/// Calls the server: in the process's one thread.
unsafe fn new_owner() -> pg_sys::ResourceOwner {
    // SAFETY: a guarded server call; without a parent it lives as long as the process.
    unsafe { pg_sys::ResourceOwnerCreate(std::ptr::null_mut(), c"spock warm relations".as_ptr()) }
}
