//! What administers a cluster from outside: connections, the typed client of the SQL API, plans,
//! and the operations that `spockctl` and the tests share.
//!
//! Nothing here prints. Operations report through [`progress::Progress`], fail with
//! [`error::AdminError`], and leave words, colours, and exit codes to the programs above.
//!
//! **Invariants**
//! - A password lives only in [`secret::Secret`]; no `Debug` or `Display` of this crate shows one.
//! - Every wait has a limit and ends early when its future is dropped.
//! - Identifiers and values travel to the server as parameters, never spliced into SQL unquoted.

pub mod error;
pub mod secret;
