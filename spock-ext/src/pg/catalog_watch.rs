//! Notices that one relation of this database was invalidated: the sign by which
//! [`super::relation::invalidate`] tells other processes that its rows changed.

use std::cell::Cell;

use pgrx::pg_sys;

thread_local! {
    // A backend has one thread; the callback runs on it.
    static WATCHED: Cell<u32> = const { Cell::new(0) };
    static CHANGED: Cell<bool> = const { Cell::new(true) };
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn note(_argument: pg_sys::Datum, relation: pg_sys::Oid) {
    // Zero stands for every relation.
    if relation == pg_sys::InvalidOid || relation.to_u32() == WATCHED.get() {
        CHANGED.set(true);
    }
}

/// Watches a relation; one per process.
#[derive(Debug, Default)]
pub(crate) struct Watch(());

impl Watch {
    /// Says which relation; nothing is noticed before.
    pub(crate) fn set(&self, relation: u32) {
        if WATCHED.replace(relation) == 0 {
            // SAFETY: the callback stays valid as long as the library, which is never unloaded.
            unsafe {
                pg_sys::CacheRegisterRelcacheCallback(Some(note), pg_sys::Datum::from(0));
            }
        }
    }

    /// Whether there was a notice since the last call; true the first time. To be called outside of
    /// transactions: it takes in what other processes sent.
    #[inline]
    pub(crate) fn take(&self) -> bool {
        // SAFETY: a guarded server call, allowed in any state that holds no catalog tuple.
        unsafe { pg_sys::AcceptInvalidationMessages() };
        CHANGED.replace(false)
    }
}
