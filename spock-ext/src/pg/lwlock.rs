//! Lightweight locks of ours, as guards.
//!
//! A guard gives its lock back when it is dropped, also while a panic unwinds. After a server ERROR
//! the abort has released all lightweight locks already, so the guard looks before it releases.

use pgrx::pg_sys;

/// How a lock is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Many readers at once.
    Shared,
    /// One alone.
    Exclusive,
}

/// A lightweight lock held by this process.
#[must_use = "the lock is released when the guard is dropped"]
pub(super) struct Held {
    lock: *mut pg_sys::LWLock,
}

impl Held {
    /// Waits for the lock and takes it.
    ///
    /// # Safety
    /// `lock` must point to a lock in shared memory that this process does not hold.
    pub(super) unsafe fn take(lock: *mut pg_sys::LWLock, mode: Mode) -> Self {
        let mode = match mode {
            Mode::Shared => pg_sys::LWLockMode::LW_SHARED,
            Mode::Exclusive => pg_sys::LWLockMode::LW_EXCLUSIVE,
        };
        // SAFETY: the caller vouches for the pointer.
        unsafe { pg_sys::LWLockAcquire(lock, mode) };
        Self { lock }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // SAFETY: the pointer was good when the lock was taken, and shared memory does not move.
        unsafe {
            if pg_sys::LWLockHeldByMe(self.lock) {
                pg_sys::LWLockRelease(self.lock);
            }
        }
    }
}
