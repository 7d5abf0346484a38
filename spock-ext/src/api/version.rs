//! What version this is, and which versions of the wire protocol it speaks.

use pgrx::pg_extern;

use crate::version;

/// `spock.spock_version()`.
#[pg_extern(sql = false)]
fn spock_version() -> &'static str {
    version::text()
}

/// `spock.spock_version_num()`.
#[pg_extern(sql = false)]
fn spock_version_num() -> i32 {
    version::number()
}

/// `spock.spock_min_proto_version()`.
#[pg_extern(sql = false)]
fn spock_min_proto_version() -> i32 {
    version::protocols().0.cast_signed()
}

/// `spock.spock_max_proto_version()`.
#[pg_extern(sql = false)]
fn spock_max_proto_version() -> i32 {
    version::protocols().1.cast_signed()
}
