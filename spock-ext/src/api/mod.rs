//! The SQL functions, one file per noun; `sql/spock--6.0.0.sql` declares them.
//!
//! Each is exported as `<name>_wrapper`. A function checks its arguments, calls `catalog` and
//! `worker`, and raises what goes wrong with the message and SQLSTATE that callers know. Nothing of
//! the extension imports this layer.
#![allow(
    unsafe_code,
    reason = "the export of an SQL function expands to an unsafe extern function"
)]

mod checks;
mod copy;
mod ddl;
mod ddl_lock;
mod delta;
mod exception;
mod explain;
mod horizon;
mod node;
mod pause;
mod policy;
mod progress;
mod readonly;
mod repair;
mod repset;
mod retention;
mod slot;
mod snowflake;
mod statistics;
mod subscription;
mod sync_event;
mod version;
mod wait;
