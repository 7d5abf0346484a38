//! Strings between Rust (UTF-8) and the server (the database's encoding, `mb/pg_wchar.h`).

use std::ffi::{CStr, CString, c_char};

use pgrx::PgSqlErrorCode;
use pgrx::pg_sys;

use super::error::SpockError;

/// Runs a conversion, which needs a transaction unless the database is in UTF-8 (conversions are
/// catalog objects): in the one that is open, or in a short one. `None` where there can be none.
fn in_transaction<T>(convert: impl FnOnce() -> T) -> Option<T> {
    // SAFETY: a transaction is begun only where nothing is open, not even one that failed, and ended
    // at once; memory context and owner of the caller are put back, because a commit changes them.
    unsafe {
        let encoding = pg_sys::GetDatabaseEncoding() as u32;
        let is_free =
            encoding == pg_sys::pg_enc::PG_UTF8 || encoding == pg_sys::pg_enc::PG_SQL_ASCII;
        if is_free || pg_sys::IsTransactionState() {
            return Some(convert());
        }
        if pg_sys::IsTransactionOrTransactionBlock() || pg_sys::MyDatabaseId == pg_sys::InvalidOid {
            return None;
        }
        let (context, owner) = (pg_sys::CurrentMemoryContext, pg_sys::CurrentResourceOwner);
        pg_sys::StartTransactionCommand();
        let value = convert();
        pg_sys::CommitTransactionCommand();
        pg_sys::CurrentMemoryContext = context;
        pg_sys::CurrentResourceOwner = owner;
        Some(value)
    }
}

/// Whether text of the database is UTF-8, or whatever it happens to be.
fn converts_nothing() -> bool {
    // SAFETY: a variable of this backend.
    let encoding = unsafe { pg_sys::GetDatabaseEncoding() } as u32;
    encoding == pg_sys::pg_enc::PG_UTF8 || encoding == pg_sys::pg_enc::PG_SQL_ASCII
}

/// A name or text of the server's as UTF-8.
pub(crate) fn as_utf8(text: &CStr) -> String {
    // SAFETY: a C string; bytes of another encoding are replaced at worst.
    unsafe { from_server(text.as_ptr()) }
}

/// Text with a question mark for all that is not ASCII.
fn ascii(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect()
}

/// UTF-8 text as a C string in the encoding of the database. The mark of what could not be read
/// before becomes a question mark: other encodings lack it.
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
    if text.contains(char::REPLACEMENT_CHARACTER) && !converts_nothing() {
        return to_server(&text.replace(char::REPLACEMENT_CHARACTER, "?"));
    }
    // SAFETY: a C string of known length; the answer is the argument itself or a new C string in
    // the current memory context, copied here.
    let converted = in_transaction(|| unsafe {
        let converted = pg_sys::pg_any_to_server(
            string.as_ptr(),
            text.len() as i32,
            pg_sys::pg_enc::PG_UTF8 as i32,
        );
        CStr::from_ptr(converted).to_owned()
    });
    converted.map_or_else(
        || {
            Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_UNTRANSLATABLE_CHARACTER,
                format!("\"{}\" cannot be converted in a transaction that failed", ascii(text)),
            ))
        },
        Ok,
    )
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
        let converted = in_transaction(|| {
            let utf8 = pg_sys::pg_enc::PG_UTF8 as i32;
            let converted = pg_sys::pg_server_to_any(text, bytes.len() as i32, utf8);
            CStr::from_ptr(converted).to_string_lossy().into_owned()
        });
        converted.unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
    }
}
