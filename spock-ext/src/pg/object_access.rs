//! The server's hook for accesses to objects (`catalog/objectaccess.h`): one for all of ours that watch.
//!
//! The server calls it for functions and schemas in nearly every statement, too: what nobody watches costs a
//! comparison.

use std::ffi::{c_int, c_void};

use pgrx::pg_sys;

use super::{ddl_watch, object_watch, read_only, truncate_watch};

static mut PREVIOUS: pg_sys::object_access_hook_type = None;

/// Puts the hook in place; in `_PG_init`.
pub(crate) fn install() {
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
    part: c_int,
    argument: *mut c_void,
) {
    // SAFETY: hooks are put in place in `_PG_init` only; all arguments are handed on as they came.
    unsafe {
        let previous = PREVIOUS;
        let is_call = access == pg_sys::ObjectAccessType::OAT_FUNCTION_EXECUTE;
        if !is_call || read_only::is_on() || previous.is_some() {
            tell(access, class, object, part, argument);
        }
    }
}

/// Apart from the above, so that the call of a function costs no frame.
#[inline(never)]
unsafe extern "C-unwind" fn tell(
    access: pg_sys::ObjectAccessType::Type,
    class: pg_sys::Oid,
    object: pg_sys::Oid,
    part: c_int,
    argument: *mut c_void,
) {
    use pg_sys::ObjectAccessType::{
        OAT_DROP, OAT_FUNCTION_EXECUTE, OAT_POST_ALTER, OAT_POST_CREATE, OAT_TRUNCATE,
    };
    // SAFETY: as above.
    unsafe {
        if let Some(previous) = PREVIOUS {
            previous(access, class, object, part, argument);
        }
        match access {
            OAT_FUNCTION_EXECUTE => read_only::called(object),
            OAT_POST_CREATE | OAT_POST_ALTER => {
                ddl_watch::touched(access, class, object, part, argument);
            }
            OAT_DROP => {
                object_watch::dropped(class, object, part);
                ddl_watch::touched(access, class, object, part, argument);
            }
            OAT_TRUNCATE => truncate_watch::truncated(class, object),
            _ => {}
        }
    }
}
