//! Whether, and how, the server loaded the library (`miscadmin.h`, `replication/slot.h`).
//!
//! **Invariants**: shared memory, hooks and settings of ours exist only where [`is_preloaded`] says
//! so. The output plugins are doors into the same file and open without it.

use std::sync::atomic::{AtomicBool, Ordering};

use pgrx::{PgSqlErrorCode, pg_sys};

use super::error::SpockError;

static PRELOADED: AtomicBool = AtomicBool::new(false);

/// What `_PG_init` has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// The postmaster preloads the library: register everything.
    Preload,
    /// A slot loads it for its output plugin: register nothing.
    OutputPlugin,
}

/// Tells which way the library is being loaded; an error when it is neither of the two.
pub(crate) fn door() -> Result<Door, SpockError> {
    // SAFETY: plain reads of variables of this process; a slot is acquired before its plugin loads.
    let (preloading, has_slot) = unsafe {
        (pg_sys::process_shared_preload_libraries_in_progress, !pg_sys::MyReplicationSlot.is_null())
    };
    if preloading {
        PRELOADED.store(true, Ordering::Relaxed);
        Ok(Door::Preload)
    } else if has_slot {
        Ok(Door::OutputPlugin)
    } else {
        Err(not_preloaded())
    }
}

/// Whether the postmaster preloaded the library, so that shared memory and settings exist.
pub(crate) fn is_preloaded() -> bool {
    PRELOADED.load(Ordering::Relaxed)
}

/// The error for everything that needs the preloaded library.
pub(crate) fn not_preloaded() -> SpockError {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        "spock is not in shared_preload_libraries",
    )
    .hint("Add spock to shared_preload_libraries and restart the server.")
}
