//! Notices that one relation of this database was invalidated: the sign by which
//! [`super::relation::invalidate`] tells other processes that its rows changed.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use pgrx::pg_sys;

/// Watches one relation; a `static`, because the server keeps its address.
pub(crate) struct Watch {
    relation: AtomicU32,
    changed: AtomicBool,
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn note(argument: pg_sys::Datum, relation: pg_sys::Oid) {
    // SAFETY: the argument is the address of a static that Watch::set() has given.
    let watch = unsafe { &*argument.cast_mut_ptr::<Watch>().cast_const() };
    // Zero stands for every relation.
    if relation == pg_sys::InvalidOid || relation.to_u32() == watch.relation.load(Ordering::Relaxed)
    {
        watch.changed.store(true, Ordering::Relaxed);
    }
}

impl Watch {
    /// Watches nothing yet.
    pub(crate) const fn new() -> Self {
        Self { relation: AtomicU32::new(0), changed: AtomicBool::new(true) }
    }

    /// Says which relation; nothing is noticed before.
    pub(crate) fn set(&'static self, relation: u32) {
        if self.relation.swap(relation, Ordering::Relaxed) == 0 {
            // SAFETY: callback and argument stay valid as long as the library, which is never unloaded.
            unsafe {
                let argument = pg_sys::Datum::from(std::ptr::from_ref(self).cast_mut());
                pg_sys::CacheRegisterRelcacheCallback(Some(note), argument);
            }
        }
    }

    /// Whether there was a notice since the last call; true the first time. To be called outside of
    /// transactions: it takes in what other processes sent.
    #[inline]
    pub(crate) fn take(&self) -> bool {
        // SAFETY: a guarded server call, allowed in any state that holds no catalog tuple.
        unsafe { pg_sys::AcceptInvalidationMessages() };
        self.take_noticed()
    }

    /// Whether the next [`Self::take`] says so.
    pub(crate) fn is_noticed(&self) -> bool {
        // SAFETY: as in `take`.
        unsafe { pg_sys::AcceptInvalidationMessages() };
        self.changed.load(Ordering::Relaxed)
    }

    /// The same of what this process has taken in by itself, as it does whenever it takes a lock.
    #[inline]
    pub(crate) fn take_noticed(&self) -> bool {
        self.changed.load(Ordering::Relaxed) && self.changed.swap(false, Ordering::Relaxed)
    }
}
