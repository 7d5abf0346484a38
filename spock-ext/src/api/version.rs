//! What version this is, and which versions of the wire protocol it speaks.

use pgrx::pg_extern;

/// Version in the form of the control file.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// `spock.spock_version()`.
#[pg_extern(sql = false)]
fn spock_version() -> &'static str {
    VERSION
}

/// `spock.spock_version_num()`.
#[pg_extern(sql = false)]
fn spock_version_num() -> i32 {
    VERSION.split('.').take(3).fold(0, |number, part| number * 100 + part.parse().unwrap_or(0))
}

/// `spock.spock_min_proto_version()`.
#[pg_extern(sql = false)]
fn spock_min_proto_version() -> i32 {
    4
}

/// `spock.spock_max_proto_version()`.
#[pg_extern(sql = false)]
fn spock_max_proto_version() -> i32 {
    5
}
