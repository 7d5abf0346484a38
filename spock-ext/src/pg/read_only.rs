//! Makes the transactions of ordinary sessions read-only while a setting says so.
//!
//! The server checks `XactReadOnly` wherever something is written: here it is set at each door by which
//! a session comes to work, so that neither an open transaction nor `SET TRANSACTION READ WRITE` gets
//! past it: statements of the executor ([`super::executor_start`]), utility statements ([`super::hooks`]),
//! and the first call of each function ([`super::object_access`]), because calls by the fast path and
//! simple expressions of procedures pass the other two by.
//!
//! Whom it concerns is decided by the role that the session has taken (`SET ROLE` counts), not by the
//! owner of a function that runs: a function with SECURITY DEFINER opens no door, and a superuser stays
//! exempt inside of one. Connections for replication are left alone, and so are our workers, which run as
//! superuser.
//!
//! Before version 16 the server's functions for large objects do not look at the flag: they are known by
//! number, and refused with the error of later versions.
//!
//! All hooks are plain trampolines: an error of the statement passes untouched.

use std::ffi::{CStr, c_char};

use pgrx::pg_sys;

use super::word_setting::WordSetting;

static mut SETTING: Option<&'static WordSetting> = None;

unsafe extern "C-unwind" {
    fn IsTransactionState() -> bool;
    fn GetOuterUserId() -> pg_sys::Oid;
    fn superuser_arg(role: pg_sys::Oid) -> bool;
    fn PreventCommandIfReadOnly(command: *const c_char);
}

/// Functions that write large objects, as errors name them (`catalog/pg_proc.dat`). Opening one for
/// writing is not among them: whoever opened it still has to write.
const LARGE_OBJECT_WRITERS: [(u32, &CStr); 10] = [
    (715, c"lo_create()"),
    (764, c"lo_import()"),
    (767, c"lo_import()"),
    (955, c"lowrite()"),
    (957, c"lo_creat()"),
    (964, c"lo_unlink()"),
    (1004, c"lo_truncate()"),
    (3172, c"lo_truncate64()"),
    (3457, c"lo_from_bytea()"),
    (3460, c"lo_put()"),
];

/// Names the setting; in `_PG_init`. Any value of it but 0 restricts.
pub(crate) fn obey(setting: &'static WordSetting) {
    // SAFETY: no other thread.
    unsafe { SETTING = Some(setting) }
}

/// Makes the transaction read-only if the session is to be restricted; may raise as any catalog
/// look-up may. Costs two loads while the setting is off.
#[inline]
pub(super) fn restrict() {
    if is_on() {
        restrict_session();
    }
}

/// Whether the setting restricts sessions.
#[inline]
pub(super) fn is_on() -> bool {
    // SAFETY: written in `_PG_init` only.
    unsafe { SETTING }.is_some_and(|setting| setting.get() != 0)
}

#[cold]
fn restrict_session() {
    // SAFETY: plain variables of this backend.
    unsafe {
        if !pg_sys::XactReadOnly && is_concerned() {
            pg_sys::XactReadOnly = true;
        }
    }
}

/// Whether the session is one that may not write.
fn is_concerned() -> bool {
    // SAFETY: plain variables of this backend; the catalog is asked only inside a transaction that has
    // not failed. Nothing here is owned if that raises.
    unsafe { !pg_sys::am_walsender && IsTransactionState() && !superuser_arg(GetOuterUserId()) }
}

/// A function is about to be called; may raise.
pub(super) fn called(function: pg_sys::Oid) {
    if !is_on() {
        return;
    }
    restrict_session();
    let function = function.to_u32();
    if let Some((_, name)) = LARGE_OBJECT_WRITERS.iter().find(|(writer, _)| *writer == function)
        && is_concerned()
    {
        // SAFETY: the text is a constant; what is raised leaves nothing behind.
        unsafe { PreventCommandIfReadOnly(name.as_ptr()) }
    }
}
