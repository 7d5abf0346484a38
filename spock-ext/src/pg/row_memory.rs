//! The memory context that the values of the row (or batch) being written live in.

use pgrx::pg_sys;

use super::raw;

/// A context of its own, emptied after each row.
pub(crate) struct RowMemory(pg_sys::MemoryContext);

impl RowMemory {
    /// Makes the context; once per worker.
    pub(crate) fn new() -> Self {
        // SAFETY: lives as long as the process.
        Self(unsafe {
            pg_sys::AllocSetContextCreateInternal(
                pg_sys::TopMemoryContext,
                c"spock row".as_ptr(),
                pg_sys::ALLOCSET_DEFAULT_MINSIZE as usize,
                pg_sys::ALLOCSET_DEFAULT_INITSIZE as usize,
                pg_sys::ALLOCSET_DEFAULT_MAXSIZE as usize,
            )
        })
    }

    /// Makes it the current context, until the transaction's end switches away from it.
    pub(crate) fn enter(&self) {
        // SAFETY: the context exists for good.
        unsafe { pg_sys::CurrentMemoryContext = self.0 }
    }

    /// Gives the context itself back; it must not be used after it.
    pub(crate) fn free(&mut self) {
        // SAFETY: a context of our own; outside of transactions it is not the current one.
        unsafe {
            if pg_sys::CurrentMemoryContext == self.0 {
                pg_sys::CurrentMemoryContext = pg_sys::TopMemoryContext;
            }
            pg_sys::MemoryContextDelete(self.0);
        }
        self.0 = std::ptr::null_mut();
    }

    /// Frees everything in it.
    pub(crate) fn reset(&self) {
        // SAFETY: no value of an earlier row is used any more.
        unsafe {
            if !(*self.0).isReset {
                raw::MemoryContextReset(self.0);
            }
        }
    }
}
