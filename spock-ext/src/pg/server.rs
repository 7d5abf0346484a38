//! What this server is: version, encoding, memory layout.

use std::ffi::CString;

use pgrx::pg_sys;

use super::guc;

/// Strictest alignment of a datum.
pub(crate) const MAX_ALIGN: u32 = pg_sys::MAXIMUM_ALIGNOF;

/// Whether 8-byte values are datums themselves.
pub(crate) const FLOAT8_BY_VALUE: bool = pg_sys::FLOAT8PASSBYVAL != 0;

/// The server as it presents itself to a peer.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    /// `server_version_num`: 150020.
    pub(crate) version_num: u32,
    /// `server_version` without what a distribution adds: 15.20.
    pub(crate) version: String,
    /// Version of the system catalogs.
    pub(crate) catalog_version: u32,
    /// Encoding of this database.
    pub(crate) encoding: String,
    /// This process.
    pub(crate) pid: i32,
}

impl Server {
    /// Asks the server for all of it.
    pub(crate) fn describe() -> Self {
        let text = |name| guc::get(name).unwrap_or_default();
        Self {
            version_num: text("server_version_num").parse().unwrap_or(0),
            version: text("server_version").split(' ').next().unwrap_or_default().to_owned(),
            catalog_version: pg_sys::CATALOG_VERSION_NO,
            encoding: text("server_encoding"),
            // SAFETY: a variable of this process.
            pid: unsafe { pg_sys::MyProcPid },
        }
    }

    /// The major version in the form in which peers compare it: 1500.
    pub(crate) fn major_version(&self) -> u32 {
        self.version_num / 100
    }
}

/// A time (microseconds since 2000) in ISO form, in the session's time zone.
pub(crate) fn timestamp_text(time: i64) -> String {
    // SAFETY: a guarded server call; the answer is a C string in a static buffer, copied at once.
    unsafe {
        let text = pg_sys::timestamptz_to_str(time);
        std::ffi::CStr::from_ptr(text).to_string_lossy().into_owned()
    }
}

/// Do two names mean the same encoding? Spellings differ: `UTF8`, `utf-8`, `Unicode`.
pub(crate) fn same_encoding(one: &str, other: &str) -> bool {
    let number = |name: &str| {
        let text = CString::new(name).ok()?;
        let mut name = pg_sys::NameData::default();
        // SAFETY: guarded server calls: a C string is copied into a name, which the SQL function takes.
        // What stands behind that function has another symbol in some minor versions.
        let number: Option<i32> = unsafe {
            pg_sys::namestrcpy(&raw mut name, text.as_ptr());
            let name = pg_sys::Datum::from(&raw const name);
            pgrx::direct_function_call(pg_sys::PG_char_to_encoding, &[Some(name)])
        };
        let number = number?;
        (number >= 0).then_some(number)
    };
    number(one).is_some() && number(one) == number(other)
}
