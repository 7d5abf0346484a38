//! Makes the transactions of ordinary sessions read-only while a setting says so.
//!
//! The server checks `XactReadOnly` wherever something is written: here it is set at each door by which
//! a session comes to work, so that neither an open transaction nor `SET TRANSACTION READ WRITE` gets
//! past it: statements of the executor, utility statements ([`super::hooks`] calls [`restrict`]), and the
//! first call of each function, because calls by the fast path and simple expressions of procedures pass
//! the other two by.
//!
//! Whom it concerns is decided by the role that the session has taken (`SET ROLE` counts), not by the
//! owner of a function that runs: a function with SECURITY DEFINER opens no door, and a superuser stays
//! exempt inside of one. Connections for replication are left alone, and so are our workers, which run as
//! superuser.
//!
//! All hooks are plain trampolines: an error of the statement passes untouched.

use std::ffi::{c_int, c_void};

use pgrx::pg_sys;

use super::word_setting::WordSetting;

static mut SETTING: Option<&'static WordSetting> = None;
static mut PREVIOUS_START: pg_sys::ExecutorStart_hook_type = None;
static mut PREVIOUS_ACCESS: pg_sys::object_access_hook_type = None;

unsafe extern "C-unwind" {
    fn standard_ExecutorStart(query: *mut pg_sys::QueryDesc, flags: c_int);
    fn IsTransactionState() -> bool;
    fn GetOuterUserId() -> pg_sys::Oid;
    fn superuser_arg(role: pg_sys::Oid) -> bool;
}

/// Puts the hooks in place; in `_PG_init`. Any value of the setting but 0 restricts.
pub(crate) fn install(setting: &'static WordSetting) {
    // SAFETY: hook variables belong to whoever loads at this moment.
    unsafe {
        SETTING = Some(setting);
        PREVIOUS_START = pg_sys::ExecutorStart_hook;
        pg_sys::ExecutorStart_hook = Some(executor_start);
        PREVIOUS_ACCESS = pg_sys::object_access_hook;
        pg_sys::object_access_hook = Some(object_access);
    }
}

/// Makes the transaction read-only if the session is to be restricted; may raise as any catalog
/// look-up may. Costs two loads while the setting is off.
#[inline]
pub(super) fn restrict() {
    // SAFETY: written in `_PG_init` only.
    if let Some(setting) = unsafe { SETTING }
        && setting.get() != 0
    {
        restrict_session();
    }
}

#[cold]
fn restrict_session() {
    // SAFETY: plain variables of this backend; the catalog is asked only inside a transaction that has
    // not failed. Nothing here is owned if that raises.
    unsafe {
        if pg_sys::XactReadOnly || pg_sys::am_walsender || !IsTransactionState() {
            return;
        }
        if !superuser_arg(GetOuterUserId()) {
            pg_sys::XactReadOnly = true;
        }
    }
}

/// Not guarded on purpose: see the module's head.
unsafe extern "C-unwind" fn executor_start(query: *mut pg_sys::QueryDesc, flags: c_int) {
    restrict();
    // SAFETY: the arguments are handed on as they came.
    unsafe {
        match PREVIOUS_START {
            Some(previous) => previous(query, flags),
            None => standard_ExecutorStart(query, flags),
        }
    }
}

/// Not guarded on purpose: see the module's head.
unsafe extern "C-unwind" fn object_access(
    access: pg_sys::ObjectAccessType::Type,
    class: pg_sys::Oid,
    object: pg_sys::Oid,
    part: c_int,
    argument: *mut c_void,
) {
    if access == pg_sys::ObjectAccessType::OAT_FUNCTION_EXECUTE {
        restrict();
    }
    // SAFETY: as above.
    unsafe {
        if let Some(previous) = PREVIOUS_ACCESS {
            previous(access, class, object, part, argument);
        }
    }
}
