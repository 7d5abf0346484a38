//! What Spock knows without a server: types, the wire protocol, the conflict rule, names.
//!
//! No PostgreSQL, no I/O and no unsafe code, so that everything here can be tested alone, by
//! properties and by fuzzing. The extension and the programs both build on it.
//!
//! - [`lsn`], [`oid`]: the identifiers that appear in every other module.
//! - [`proto`]: the replication stream, versions 4 and 5, in both directions.
//! - [`conflict`]: which version of a row stays.
//! - [`converge`]: the way of a change through a node, by the convergence rules.
//! - [`conninfo`]: connection strings, and texts in which one may stand.
//! - [`exception`]: which failures are worth another try.
//! - [`schema`]: whether a table here can take what the provider sends.
//! - [`sync`]: the states of an initial copy; [`dump`]: the structure on its way.
//! - [`names`]: names derived from names, and the hash they need.
//! - [`snowflake`]: numbers that nodes generate without asking each other.
//! - [`sequence`]: how far ahead of a node the others have a sequence of it.
//! - [`sql_text`]: statements that are changed on their way to other nodes.
#![forbid(unsafe_code)]

pub mod conflict;
pub mod conninfo;
pub mod converge;
pub mod dump;
pub mod exception;
pub mod lsn;
pub mod names;
pub mod oid;
pub mod proto;
pub mod schema;
pub mod sequence;
pub mod snowflake;
pub mod sql_text;
pub mod sync;
pub mod sync_standby;
