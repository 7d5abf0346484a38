//! What the engine promises about the rows it carries, proved on real servers.
//!
//! All tests stand in one program and most of them share one pair of nodes ([`pair`]); each works in
//! a schema of its own. Tests that need servers of another kind, or that break something, make their
//! own.

mod amounts;
mod at_home;
mod columns;
mod conflicts;
mod connections;
mod copies;
mod differences;
mod encodings;
mod failures;
mod flag;
mod formats;
mod keys;
mod locks;
mod long_transactions;
mod memory;
mod names;
mod pair;
mod random;
mod secrets;
mod stream;
mod toast;
mod transactions;
mod triggers;
mod two_way;
mod types_built_in;
mod types_of_users;
