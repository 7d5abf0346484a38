//! Strings between Rust (UTF-8) and the server (the database's encoding, `mb/pg_wchar.h`).

use std::ffi::{CStr, CString, c_char};

use pgrx::PgSqlErrorCode;
use pgrx::pg_sys;

use super::error::SpockError;

/// UTF-8 text as a C string in the encoding of the database. Text beyond ASCII in a database of
/// another encoding needs a transaction (conversions are catalog objects).
pub(crate) fn to_server(text: &str) -> Result<CString, SpockError> {
    let string = CString::new(text).map_err(|_| {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
            "text contains a zero byte",
        )
    })?;
    if text.is_ascii() {
        return Ok(string);
    }
    // SAFETY: a C string of known length; the answer is the argument itself or a new C string in
    // the current memory context, copied here.
    unsafe {
        let converted = pg_sys::pg_any_to_server(
            string.as_ptr(),
            text.len() as i32,
            pg_sys::pg_enc::PG_UTF8 as i32,
        );
        Ok(CStr::from_ptr(converted).to_owned())
    }
}

/// A C string of the server's as UTF-8; bytes that are no text (SQL_ASCII) are replaced.
///
/// # Safety
/// `text` is a C string in the database's encoding.
pub(crate) unsafe fn from_server(text: *const c_char) -> String {
    // SAFETY: as the caller promises; the answer as in `to_server`.
    unsafe {
        let bytes = CStr::from_ptr(text).to_bytes();
        if bytes.is_ascii() {
            return String::from_utf8_lossy(bytes).into_owned();
        }
        let converted =
            pg_sys::pg_server_to_any(text, bytes.len() as i32, pg_sys::pg_enc::PG_UTF8 as i32);
        CStr::from_ptr(converted).to_string_lossy().into_owned()
    }
}
