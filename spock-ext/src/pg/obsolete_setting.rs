//! Settings of older versions that mean nothing any more (`utils/guc.h`): configuration files that have
//! them go on to work, and whoever sets one is told.

use std::ffi::{CStr, c_void};
use std::ptr::null_mut;

use pgrx::{PgLogLevel, PgSqlErrorCode, pg_sys};

use super::error::SpockError;

/// A boolean setting without effect.
pub(crate) struct ObsoleteSetting {
    pub(crate) name: &'static CStr,
    pub(crate) doc: &'static CStr,
    pub(crate) default: bool,
}

/// Defines such a setting; in `_PG_init`.
pub(crate) fn define(setting: &ObsoleteSetting) {
    // SAFETY: a guarded call. Names are static, and the value's place is never given back.
    unsafe {
        pg_sys::DefineCustomBoolVariable(
            setting.name.as_ptr(),
            setting.doc.as_ptr(),
            std::ptr::null(),
            Box::into_raw(Box::new(setting.default)),
            setting.default,
            pg_sys::GucContext::PGC_USERSET,
            0,
            Some(check),
            None,
            None,
        );
    }
}

/// Tells whoever sets one; a file is read by every process, so that is said only in the log of those
/// that say much.
#[pgrx::pg_guard]
unsafe extern "C-unwind" fn check(
    _value: *mut bool,
    extra: *mut *mut c_void,
    source: pg_sys::GucSource::Type,
) -> bool {
    // SAFETY: the server gives a place for data of ours; there is none.
    unsafe { *extra = null_mut() };
    if source > pg_sys::GucSource::PGC_S_DYNAMIC_DEFAULT {
        let is_of_session = source >= pg_sys::GucSource::PGC_S_INTERACTIVE;
        let level = if is_of_session { PgLogLevel::NOTICE } else { PgLogLevel::DEBUG1 };
        SpockError::new(
            PgSqlErrorCode::ERRCODE_WARNING,
            "a setting of older versions of Spock is accepted, but has no effect",
        )
        .hint("spock.batch_inserts and spock.use_spi can be removed: inserts are gathered where possible.")
        .report(level);
    }
    true
}
