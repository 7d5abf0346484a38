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

pub mod client;
pub mod cluster;
pub mod cluster_file;
pub mod conninfo;
pub mod error;
pub mod exit;
pub mod generated;
pub mod journal;
pub mod local;
pub mod operations;
pub mod operator;
pub mod plan;
pub mod progress;
pub mod replication_set;
pub mod secret;
pub mod user_config;
pub mod wait;

/// The known word nearest to what was written, when it is near enough to be a slip.
pub fn did_you_mean<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(written, word), word))
        .filter(|(distance, word)| *distance <= word.len() / 3)
        .min()
        .map(|(_, word)| word)
}
