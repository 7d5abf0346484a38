//! The test harness: real clusters, faults, waiters, and checkers.
//!
//! Every test makes its own cluster and throws it away:
//!
//! ```no_run
//! use spock_tests::Cluster;
//!
//! let cluster = Cluster::start(2); // n1 and n2, the extension created in database "app"
//! let n1 = cluster.node(0);
//! n1.sql("CREATE TABLE t (id int PRIMARY KEY)");
//! assert_eq!(n1.value::<i64>("SELECT count(*) FROM t"), 0);
//! spock_tests::wait_for("the row", || n1.value::<i64>("SELECT count(*) FROM t") == 0);
//! ```
//!
//! What the harness sees to by itself:
//! - The library under test is built first (see [`library`]), unless `SPOCK_LIBRARY` names one.
//! - When the test fails, the state of all nodes is printed, and their directories stay.
//! - When it passes, the servers' logs must hold no ERROR, FATAL, or PANIC that the test did not
//!   announce with [`Cluster::allow_log`] ([`log_check`]).
//! - Every statement has a time limit, and so has every wait.
//! - Servers die with the test process, however that ends.
//!
//! The fault kit: [`proxy`] (cut, delay, block one way), [`pgbouncer`] (a pooler), [`kill`] (a process by kind),
//! [`Node::crash`](spock_admin::local::LocalNode::crash) and its siblings, [`failpoint`], stepped
//! clocks ([`ClusterBuilder::fake_clock`]), a node of another version
//! ([`ClusterBuilder::other_server`]) or of another version of the extension ([`other_version`]), the [`ledger`] of acknowledged transactions, and the
//! [`canary`] password.
//!
//! Harness functions panic with what they know: a test reads as the story it tells.
#![expect(clippy::print_stderr, reason = "what a failing test shows goes to standard error")]

pub mod acceptance;
pub mod canary;
pub mod chance;
pub mod cluster;
pub mod failpoint;
pub mod kill;
pub mod ledger;
pub mod library;
pub mod log_check;
pub mod node;
pub mod other_server;
pub mod other_version;
pub mod pgbench;
pub mod pgbouncer;
pub mod proxy;
pub mod reaper;
pub mod refusal;
pub mod run;
pub mod schema;
pub mod wait;

pub use cluster::{Cluster, ClusterBuilder};
pub use kill::Victim;
pub use node::Node;
pub use other_version::OtherVersion;
pub use pgbouncer::Pgbouncer;
pub use run::Run;
pub use spock_admin::local::{Signal, StopMode};
pub use wait::{wait_for, wait_until};

/// Says loudly that this test proves nothing here, and why; the caller returns.
pub fn skip(why: &str) {
    let thread = std::thread::current();
    eprintln!("SKIPPED {}: {why}", thread.name().unwrap_or("a test"));
}
