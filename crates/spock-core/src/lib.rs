//! What Spock knows without a server: types, the wire protocol, the conflict rule, names.
//!
//! No PostgreSQL, no I/O and no unsafe code, so that everything here can be tested alone, by
//! properties and by fuzzing. The extension and the programs both build on it.
//!
//! - [`lsn`], [`oid`]: the identifiers that appear in every other module.
//! - [`proto`]: the replication stream, versions 4 and 5, in both directions.
#![forbid(unsafe_code)]

pub mod lsn;
pub mod oid;
pub mod proto;
