//! A flag that threads watch, raised when its holder is done or fails: nobody waits for a test that
//! has panicked.

use std::sync::atomic::{AtomicBool, Ordering};

/// Not raised at first.
#[derive(Default)]
pub(crate) struct Flag(AtomicBool);

/// Raises the flag when dropped.
pub(crate) struct Raise<'a>(&'a Flag);

impl Flag {
    /// Whether it is raised.
    pub(crate) fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Raises it when the value is dropped.
    pub(crate) fn raise_at_end(&self) -> Raise<'_> {
        Raise(self)
    }
}

impl Drop for Raise<'_> {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}
