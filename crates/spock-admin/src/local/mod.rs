//! Local clusters: real servers of the installed PostgreSQL, in a directory of the user's.
//!
//! The demo, the tests, the benches, and a user's first five minutes all stand on this module. The
//! servers run from a private copy of the installed one ([`ServerCopy`]), so the extension's files
//! never touch the system's directories and nothing here needs root; root may call it too, and the
//! servers then run as an unprivileged account. Linux only.
//!
//! # For `spockctl local`
//!
//! | command | call |
//! |---|---|
//! | `up NAME --nodes N` | [`LocalCluster::builder`]`(`[`default_root`]`()?.join(name))`, then [`up`](LocalClusterBuilder::up); of an existing one [`open`](LocalCluster::open) and [`start`](LocalCluster::start) |
//! | `down NAME` | [`open`](LocalCluster::open), then [`down`](LocalCluster::down), or [`remove`](LocalCluster::remove) to delete the data |
//! | `list` | [`LocalCluster::list`]`(None)`; per node [`is_running`](LocalNode::is_running), [`port`](LocalNode::port), [`conninfo`](LocalNode::conninfo) |
//! | `logs NAME NODE` | [`log_path`](LocalNode::log_path), [`log_size`](LocalNode::log_size), [`log_since`](LocalNode::log_since) |
//! | `psql NAME NODE` | [`client`](LocalNode::client)`("psql", database)`: a [`Command`] to replace the program with |
//!
//! All calls block, for up to some minutes: an async program calls them in `spawn_blocking`. They
//! print nothing; the observer of a builder hears [`LocalEvent`]s.
//!
//! ```no_run
//! use spock_admin::local::{LocalCluster, StopMode};
//! # fn main() -> spock_admin::error::Result<()> {
//! let cluster = LocalCluster::builder("/tmp/three").nodes(3).database("app").up()?;
//! let n1 = cluster.node("n1")?;
//! assert_eq!(n1.psql("app", "SELECT 1")?, "1");
//! n1.crash()?;
//! n1.start()?;
//! cluster.down(StopMode::Fast, |_| ())?;
//! cluster.remove()
//! # }
//! ```
//!
//! # Layout of a cluster's directory
//!
//! `cluster.json` (what [`LocalCluster::open`] reads), `server/` (the private copy), `sockets/`,
//! and per node `NODE/{node.json,data/,server.log,clock}`.
//!
//! **Invariants**
//! - Servers listen on 127.0.0.1 and on a unix socket in a directory that only their account and
//!   the caller can enter. Without a password, everyone on this machine may connect over loopback.
//! - The configuration file is written by this module alone.

mod account;
mod builder;
mod clock;
mod cluster;
mod conf;
mod extension;
mod install;
mod node;
mod ports;
mod process;
mod relocate;
mod standby;
mod template;
mod tree;

use std::path::{Path, PathBuf};
use std::process::Command;

pub use account::Account;
pub use builder::LocalClusterBuilder;
pub use clock::FakeClock;
pub use cluster::{LocalCluster, LocalEvent};
pub use conf::Settings;
pub use extension::Extension;
pub use install::Installation;
pub use nix::sys::signal::Signal;
pub use node::LocalNode;
pub use process::ServerProcess;
pub use relocate::ServerCopy;

use crate::error::{AdminError, Result};

/// How a server stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopMode {
    /// Ends the sessions and shuts down in order.
    Fast,
    /// Ends at once; the next start recovers from the log.
    Immediate,
}

/// Where clusters live that are known by name: `SPOCK_LOCAL_DIR`, else below the user's data
/// directory, and for root below `/var/lib`.
pub fn default_root() -> Result<PathBuf> {
    user_dir("SPOCK_LOCAL_DIR", "/var/lib/spock/local", "XDG_DATA_HOME", ".local/share")
        .map(|(dir, ours)| if ours { dir.join("spock/local") } else { dir })
}

/// Where copies of servers and templates are kept: `SPOCK_LOCAL_CACHE`, else below the user's cache
/// directory, and for root below `/var/cache`.
pub fn cache_dir() -> Result<PathBuf> {
    user_dir("SPOCK_LOCAL_CACHE", "/var/cache/spock", "XDG_CACHE_HOME", ".cache")
        .map(|(dir, ours)| if ours { dir.join("spock") } else { dir })
}

/// A directory by the environment; true when our own part of the path is still to be added.
fn user_dir(own: &str, of_root: &str, xdg: &str, in_home: &str) -> Result<(PathBuf, bool)> {
    let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    if let Some(dir) = var(own) {
        return Ok((dir, false));
    }
    if nix::unistd::geteuid().is_root() {
        return Ok((of_root.into(), false));
    }
    if let Some(dir) = var(xdg) {
        return Ok((dir, true));
    }
    match var("HOME") {
        Some(home) => Ok((home.join(in_home), true)),
        None => Err(AdminError::config("there is no place for local clusters")
            .detail("HOME is not set.")
            .hint(format!("set {own} to a directory"))),
    }
}

/// Gives a program of the server an environment that does not depend on the caller's: a password
/// file, a library path, or a request for backtraces would change what the server does.
pub fn clean_environment(command: &mut Command) {
    command.env_clear().current_dir("/").env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
    for name in ["PATH", "LLVM_PROFILE_FILE"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
}

/// The last lines of a text.
fn tail(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

fn io(action: &str, path: &Path, error: std::io::Error) -> AdminError {
    AdminError::failed(format!("could not {action} \"{}\"", path.display()))
        .detail(error.to_string())
}
