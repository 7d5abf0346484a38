//! Notices each table that a TRUNCATE of any session empties, those reached by CASCADE and inheritance
//! included (`catalog/objectaccess.h`).
//!
//! The server calls the hook before it has the table's lock, and for some tables more than once; what is
//! written then is rolled back with the statement if that fails.

use std::sync::OnceLock;

use pgrx::pg_sys;

use super::relation;

static NOTE: OnceLock<fn(u32)> = OnceLock::new();

/// Who wants to know; in `_PG_init`. `note` gets the object id of each table.
pub(crate) fn register(note: fn(u32)) {
    let _ = NOTE.set(note);
}

/// Called by [`super::object_access`].
///
/// # Safety
/// The arguments of the hook.
pub(super) unsafe fn truncated(class: pg_sys::Oid, object: pg_sys::Oid) {
    if class == pg_sys::RelationRelationId {
        // SAFETY: a guarded function of ours.
        unsafe { tell(object) }
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn tell(table: pg_sys::Oid) {
    if relation::is_permanent(table.to_u32())
        && let Some(note) = NOTE.get()
    {
        note(table.to_u32());
    }
}
