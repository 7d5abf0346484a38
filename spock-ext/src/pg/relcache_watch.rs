//! Notices that the description of some relation changed since it was last asked.

use std::cell::Cell;

use pgrx::pg_sys;

thread_local! {
    // A backend has one thread; the callback runs on it.
    static CHANGED: Cell<bool> = const { Cell::new(false) };
    static REGISTERED: Cell<bool> = const { Cell::new(false) };
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn note(_argument: pg_sys::Datum, _relation: pg_sys::Oid) {
    CHANGED.set(true);
}

/// Starts watching; once per process.
pub(crate) fn start() {
    if REGISTERED.replace(true) {
        return;
    }
    // SAFETY: the callback stays valid as long as the library, which is never unloaded.
    unsafe { pg_sys::CacheRegisterRelcacheCallback(Some(note), pg_sys::Datum::from(0)) }
}

/// Whether something changed since the last call.
#[inline]
pub(crate) fn take() -> bool {
    CHANGED.replace(false)
}
