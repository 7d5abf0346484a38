//! The door for readers of the server's own protocol: its `pgoutput`, with an origin filter.
//!
//! A slot with plugin `mmlite`, or one with `spock_output` whose reader starts it with pgoutput's
//! options, serves a native `CREATE SUBSCRIPTION` and sends only what was written on this node. That
//! is what `origin = none` does on servers that have it.
//!
//! **Invariant**: pgoutput sees its own private data in the context and never ours, so none of our
//! callbacks but [`only_local`] may stay once it has taken over.

use std::ffi::CStr;

use pgrx::{pg_guard, pg_sys};

/// Every callback of pgoutput, with the origin filter.
pub(super) fn callbacks() -> pg_sys::OutputPluginCallbacks {
    let mut callbacks = pg_sys::OutputPluginCallbacks::default();
    // SAFETY: the server's own plugin exports this function with this type; a call through a plain
    // pointer is not guarded by pgrx, so the guard is put here.
    unsafe {
        let init = pg_sys::load_external_function(
            c"pgoutput".as_ptr(),
            c"_PG_output_plugin_init".as_ptr(),
            true,
            std::ptr::null_mut(),
        );
        let init: unsafe extern "C-unwind" fn(*mut pg_sys::OutputPluginCallbacks) =
            std::mem::transmute(init);
        pg_sys::ffi::pg_guard_ffi_boundary(|| init(&mut callbacks));
    }
    callbacks.filter_by_origin_cb = Some(only_local);
    callbacks
}

/// Do these start options speak pgoutput's language?
pub(super) fn is_asked_for(names: &[&CStr]) -> bool {
    names.contains(&c"publication_names") || names.contains(&c"proto_version")
}

/// Hands a stream that began with our callbacks over to pgoutput.
///
/// # Safety
/// Only from the startup callback of `ctx`, before our state was put there.
pub(super) unsafe fn take_over(
    ctx: *mut pg_sys::LogicalDecodingContext,
    options: *mut pg_sys::OutputPluginOptions,
    is_init: bool,
) {
    // SAFETY: the server reads the callbacks from the context for each call; what they can do it
    // looked up in the first ones, which have all of pgoutput's.
    unsafe {
        (*ctx).callbacks = callbacks();
        if let Some(startup) = (*ctx).callbacks.startup_cb {
            pg_sys::ffi::pg_guard_ffi_boundary(|| startup(ctx, options, is_init));
        }
    }
}

#[pg_guard]
unsafe extern "C-unwind" fn only_local(
    _ctx: *mut pg_sys::LogicalDecodingContext,
    origin: pg_sys::RepOriginId,
) -> bool {
    u32::from(origin) != pg_sys::InvalidRepOriginId
}
