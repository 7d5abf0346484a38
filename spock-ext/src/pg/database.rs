//! Databases of this cluster, as a worker sees them.

use std::ffi::CStr;

use pgrx::pg_sys;

/// A row of `pg_database` that matters to the supervisor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Database {
    pub(crate) oid: u32,
    pub(crate) name: String,
}

/// `datconnlimit` of a database whose DROP was interrupted.
const INVALID_DATABASE: i32 = -2;

/// Databases that accept connections and are no templates. Needs a transaction.
pub(crate) fn connectable() -> Vec<Database> {
    let mut found = Vec::new();
    // SAFETY: a plain scan of a shared catalog under its lock, inside a transaction of the caller.
    unsafe {
        let relation =
            pg_sys::table_open(pg_sys::DatabaseRelationId, pg_sys::AccessShareLock as i32);
        let scan = pg_sys::table_beginscan_catalog(relation, 0, std::ptr::null_mut());
        loop {
            let tuple = pg_sys::heap_getnext(scan, pg_sys::ScanDirection::ForwardScanDirection);
            if tuple.is_null() {
                break;
            }
            let row = &*pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_database>();
            if row.datallowconn && !row.datistemplate && row.datconnlimit != INVALID_DATABASE {
                let name = CStr::from_ptr(row.datname.data.as_ptr());
                found.push(Database {
                    oid: row.oid.to_u32(),
                    name: name.to_string_lossy().into_owned(),
                });
            }
        }
        pg_sys::table_endscan(scan);
        pg_sys::table_close(relation, pg_sys::AccessShareLock as i32);
    }
    found
}

/// The database that this process is connected to; 0 when none.
#[inline]
pub(crate) fn my_database() -> u32 {
    // SAFETY: a plain variable of this process.
    unsafe { pg_sys::MyDatabaseId }.to_u32()
}

/// Oid of a database by name, or `None`. Needs a transaction.
pub(crate) fn oid_of(name: &CStr) -> Option<u32> {
    // SAFETY: reads the catalog; the name is a C string.
    let oid = unsafe { pg_sys::get_database_oid(name.as_ptr(), true) }.to_u32();
    (oid != 0).then_some(oid)
}

/// True if the extension is installed in this database. Needs a transaction.
pub(crate) fn has_extension(name: &CStr) -> bool {
    // SAFETY: reads the catalog; the name is a C string.
    unsafe { pg_sys::get_extension_oid(name.as_ptr(), true) != pg_sys::InvalidOid }
}

/// True while pg_upgrade works on this cluster: none of our processes may run then.
pub(crate) fn in_binary_upgrade() -> bool {
    // SAFETY: a plain flag of the server.
    unsafe { pg_sys::IsBinaryUpgrade }
}

/// True in an ordinary multi-process server (not initdb, not single-user mode).
#[inline]
pub(crate) fn under_postmaster() -> bool {
    // SAFETY: a plain flag of the server.
    unsafe { pg_sys::IsUnderPostmaster }
}

/// The data directory.
pub(crate) fn data_directory() -> std::path::PathBuf {
    use std::os::unix::ffi::OsStrExt;
    // SAFETY: set before any library is loaded.
    let path = unsafe { CStr::from_ptr(pg_sys::DataDir) };
    std::path::PathBuf::from(std::ffi::OsStr::from_bytes(path.to_bytes()))
}
