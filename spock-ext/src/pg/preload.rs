//! Whether, and how, the server loaded the library (`miscadmin.h`, `replication/slot.h`).
//!
//! **Invariants**: shared memory, hooks and settings of ours exist only where [`is_preloaded`] says
//! so. The output plugins are doors into the same file and open without it.
//!
//! A server whose files were replaced by those of another version runs the old library until it is restarted.
//! The library of a plugin is loaded when a stream starts, by its own name, and would be the new file: it finds
//! the preloaded library through a rendezvous variable and lets that one serve the stream.

use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, Ordering};

use pgrx::{PgSqlErrorCode, pg_sys};

use super::error::SpockError;

static PRELOADED: AtomicBool = AtomicBool::new(false);

/// What the server calls to fill in the callbacks of an output plugin.
pub(crate) type PluginInit = unsafe extern "C-unwind" fn(*mut pg_sys::OutputPluginCallbacks);

/// Where the preloaded library leaves its [`PluginInit`]; the name and what is found there never change.
const RENDEZVOUS: &std::ffi::CStr = c"spock_output_plugin_init";

fn rendezvous() -> *mut *mut c_void {
    // SAFETY: finds or makes an entry of a table of this process; it stays where it is.
    unsafe { pg_sys::find_rendezvous_variable(RENDEZVOUS.as_ptr()) }
}

/// Says where the preloaded library serves streams; in `_PG_init`.
pub(crate) fn serve_streams_by(init: PluginInit) {
    // SAFETY: the variable is a pointer of ours alone; nothing unloads a library.
    unsafe { *rendezvous() = init as *mut c_void };
}

/// The function of the preloaded library when this one is another file, which replaced it.
pub(crate) fn preloaded_plugin() -> Option<PluginInit> {
    if is_preloaded() {
        return None;
    }
    // SAFETY: [`serve_streams_by`] alone writes there, a function of this type.
    unsafe {
        let init = *rendezvous();
        (!init.is_null()).then(|| std::mem::transmute::<*mut c_void, PluginInit>(init))
    }
}

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
