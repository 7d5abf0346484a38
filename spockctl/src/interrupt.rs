//! How a signal reaches an operation that must clean up before it ends.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use spock_admin::operations::run::Cancel;

static CANCEL: LazyLock<Arc<Cancel>> = LazyLock::new(Arc::default);
static IS_HEEDED: AtomicBool = AtomicBool::new(false);

/// What cancels the operation.
pub(crate) fn handle() -> Arc<Cancel> {
    Arc::clone(&CANCEL)
}

/// An operation heeds the handle as long as this lives.
pub(crate) struct Heeded;

impl Heeded {
    pub(crate) fn new() -> Self {
        IS_HEEDED.store(true, Ordering::Relaxed);
        Heeded
    }
}

impl Drop for Heeded {
    fn drop(&mut self) {
        IS_HEEDED.store(false, Ordering::Relaxed);
    }
}

/// Cancels the operation that runs; whether one does that is to be waited for.
pub(crate) fn cancel() -> bool {
    CANCEL.request();
    IS_HEEDED.load(Ordering::Relaxed)
}
