//! Tables, sequences and columns about to be dropped (`catalog/objectaccess.h`), however it comes about:
//! by name, in a cascade, with their schema or owner.
//!
//! The hook ([`super::object_access`]) picks what is watched, and the watcher runs guarded. It runs in the middle of the statement, before the object's catalog rows go; an error
//! refuses the statement.

use std::ffi::c_int;
use std::sync::OnceLock;

use pgrx::pg_sys;

use super::error::{OrRaise, SpockError};

/// Who wants to know.
pub(crate) struct DropWatcher {
    /// A permanent table or sequence goes.
    pub(crate) relation: fn(relation: u32) -> Result<(), SpockError>,
    /// A column of a permanent table goes, and the table stays.
    pub(crate) column: fn(relation: u32, column: i16) -> Result<(), SpockError>,
}

static WATCHER: OnceLock<&'static DropWatcher> = OnceLock::new();

/// Who wants to know; in `_PG_init`.
pub(crate) fn register(watcher: &'static DropWatcher) {
    let _already = WATCHER.set(watcher);
}

/// Called by [`super::object_access`].
///
/// # Safety
/// The arguments of the hook.
pub(super) unsafe fn dropped(class: pg_sys::Oid, object: pg_sys::Oid, part: c_int) {
    if class == pg_sys::RelationRelationId {
        // SAFETY: a guarded function of ours.
        unsafe { tell(object, part) }
    }
}

#[pgrx::pg_guard]
unsafe extern "C-unwind" fn tell(relation: pg_sys::Oid, column: c_int) {
    let Some(watcher) = WATCHER.get() else { return };
    // SAFETY: guarded look-ups inside the statement's transaction.
    let (kind, persistence) = unsafe {
        (pg_sys::get_rel_relkind(relation) as u8, pg_sys::get_rel_persistence(relation) as u8)
    };
    let is_table = matches!(kind, pg_sys::RELKIND_RELATION | pg_sys::RELKIND_PARTITIONED_TABLE);
    if persistence != pg_sys::RELPERSISTENCE_PERMANENT {
        return;
    }
    if column == 0 && (is_table || kind == pg_sys::RELKIND_SEQUENCE) {
        (watcher.relation)(relation.to_u32()).or_raise();
    } else if is_table && let Ok(column @ 1..) = i16::try_from(column) {
        (watcher.column)(relation.to_u32(), column).or_raise();
    }
}
