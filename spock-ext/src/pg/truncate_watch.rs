//! Notices each table that a TRUNCATE of any session empties, those reached by CASCADE and inheritance
//! included (`catalog/objectaccess.h`).
//!
//! The server calls the hook before it has the table's lock, and for some tables more than once; what is
//! written then is rolled back with the statement if that fails.

use std::ffi::{c_int, c_void};
use std::sync::OnceLock;

use pgrx::pg_sys;

use super::relation;

static mut PREVIOUS: pg_sys::object_access_hook_type = None;
static NOTE: OnceLock<fn(u32)> = OnceLock::new();

/// Puts the hook in place; in `_PG_init`. `note` gets the object id of each table.
pub(crate) fn install(note: fn(u32)) {
    let _ = NOTE.set(note);
    // SAFETY: hook variables belong to whoever loads at this moment.
    unsafe {
        PREVIOUS = pg_sys::object_access_hook;
        pg_sys::object_access_hook = Some(on_access);
    }
}

/// Not guarded on purpose: errors of other accesses pass untouched.
unsafe extern "C-unwind" fn on_access(
    access: pg_sys::ObjectAccessType::Type,
    class: pg_sys::Oid,
    object: pg_sys::Oid,
    column: c_int,
    argument: *mut c_void,
) {
    // SAFETY: all arguments are handed on as they came.
    unsafe {
        if access == pg_sys::ObjectAccessType::OAT_TRUNCATE && class == pg_sys::RelationRelationId {
            truncated(object);
        }
        if let Some(previous) = PREVIOUS {
            previous(access, class, object, column, argument);
        }
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn truncated(table: pg_sys::Oid) {
    if relation::is_permanent(table.to_u32())
        && let Some(note) = NOTE.get()
    {
        note(table.to_u32());
    }
}
