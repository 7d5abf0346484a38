//! Settings of the server itself, by name (`utils/guc.h`).

use std::ffi::{CStr, CString};

use pgrx::pg_sys;

use super::encoding::from_server;

/// The value of a setting in its base unit, or nothing when the server has no such setting.
pub(crate) fn get(name: &str) -> Option<String> {
    let name = CString::new(name).ok()?;
    // SAFETY: the result is null or a C string in a static buffer, which is copied at once.
    unsafe {
        let value = pg_sys::GetConfigOption(name.as_ptr(), true, false);
        (!value.is_null()).then(|| from_server(value))
    }
}

/// The value of a setting that is a number.
pub(crate) fn get_int(name: &str) -> Option<i64> {
    get(name)?.parse().ok()
}

/// Whether a boolean setting is on.
pub(crate) fn is_on(name: &str) -> bool {
    get(name).as_deref() == Some("on")
}

/// Sets an internal setting until the transaction ends, or the part of it that is rolled back.
pub(crate) fn set_until_commit(name: &CStr, value: &CStr) {
    // SAFETY: a transaction is open; the server copies the value.
    unsafe {
        pg_sys::set_config_option(
            name.as_ptr(),
            value.as_ptr(),
            pg_sys::GucContext::PGC_INTERNAL,
            // Anything below this would become the default to which a reset leads.
            pg_sys::GucSource::PGC_S_SESSION,
            pg_sys::GucAction::GUC_ACTION_LOCAL,
            true,
            0,
            false,
        );
    }
}
