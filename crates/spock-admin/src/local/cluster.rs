//! A cluster: its directory, its life, and finding it again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::account::Account;
use super::builder::LocalClusterBuilder;
use super::node::LocalNode;
use super::{Extension, ServerCopy, StopMode, default_root};
use crate::error::{AdminError, Result};

/// The file that makes a directory a cluster.
pub(super) const STATE_FILE: &str = "cluster.json";

/// What the nodes of a cluster have in common.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) dir: PathBuf,
    pub(super) sockets: PathBuf,
    pub(super) server: ServerCopy,
    pub(super) account: Account,
}

/// The content of the cluster's state file.
#[derive(Debug, Serialize, Deserialize)]
struct ClusterState {
    format: u32,
    version: String,
    server: ServerCopy,
    sockets: PathBuf,
    nodes: Vec<String>,
}

/// What happens while a cluster comes up or goes down.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LocalEvent {
    /// The private copy of the server is being made.
    PreparingServer {
        /// As `pg_config --version` says it.
        version: String,
    },
    /// A node's data directory is being made.
    CreatingNode {
        /// The node.
        node: String,
    },
    /// A node's server is being started.
    StartingNode {
        /// The node.
        node: String,
    },
    /// A node accepts connections.
    NodeReady {
        /// The node.
        node: String,
        /// Its port on 127.0.0.1.
        port: u16,
        /// How long the start took.
        took: Duration,
    },
    /// A node's server was stopped.
    NodeStopped {
        /// The node.
        node: String,
    },
}

/// Servers on this machine that belong together.
///
/// Dropping it leaves the servers running: [`open`](Self::open) finds them again.
#[derive(Debug)]
pub struct LocalCluster {
    pub(super) shared: Arc<Shared>,
    pub(super) nodes: Vec<LocalNode>,
    pub(super) version: String,
}

impl LocalCluster {
    /// Describes a new cluster in this directory, which may not hold one yet.
    pub fn builder<'a>(dir: impl Into<PathBuf>) -> LocalClusterBuilder<'a> {
        LocalClusterBuilder::new(dir.into())
    }

    /// The cluster that was made in this directory, running or not.
    pub fn open(dir: &Path) -> Result<LocalCluster> {
        let path = dir.join(STATE_FILE);
        let bytes = fs::read(&path).map_err(|e| {
            AdminError::precondition(format!("\"{}\" holds no local cluster", dir.display()))
                .detail(e.to_string())
        })?;
        let state: ClusterState = serde_json::from_slice(&bytes).map_err(|e| {
            AdminError::config(format!("\"{}\" is no cluster's state", path.display()))
                .detail(e.to_string())
        })?;
        let dir = fs::canonicalize(dir).map_err(|e| super::io("find", dir, e))?;
        let shared = Arc::new(Shared {
            dir,
            sockets: state.sockets,
            server: state.server,
            account: Account::choose()?,
        });
        let nodes = state
            .nodes
            .into_iter()
            .map(|name| LocalNode::open(name, Arc::clone(&shared)))
            .collect::<Result<_>>()?;
        Ok(LocalCluster { shared, nodes, version: state.version })
    }

    /// The clusters below a directory, by default [`default_root`], ordered by name.
    pub fn list(root: Option<&Path>) -> Result<Vec<LocalCluster>> {
        let root = root.map_or_else(default_root, |r| Ok(r.to_owned()))?;
        let Ok(entries) = fs::read_dir(&root) else { return Ok(Vec::new()) };
        let mut dirs: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|dir| dir.join(STATE_FILE).is_file())
            .collect();
        dirs.sort();
        dirs.iter().map(|dir| LocalCluster::open(dir)).collect()
    }

    pub(super) fn save(&self) -> Result<()> {
        let state = ClusterState {
            format: 1,
            version: self.version.clone(),
            server: self.shared.server.clone(),
            sockets: self.shared.sockets.clone(),
            nodes: self.nodes.iter().map(|n| n.name().to_owned()).collect(),
        };
        let path = self.shared.dir.join(STATE_FILE);
        let text = serde_json::to_string_pretty(&state).unwrap_or_default();
        fs::write(&path, text).map_err(|e| super::io("write", &path, e))
    }

    /// Its directory.
    pub fn dir(&self) -> &Path {
        &self.shared.dir
    }

    /// The directory's last part, by which the command line knows the cluster.
    pub fn name(&self) -> String {
        self.shared.dir.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Version of the server that was copied.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The private copy of the server.
    pub fn server(&self) -> &ServerCopy {
        &self.shared.server
    }

    /// All nodes, in the order of their making.
    pub fn nodes(&self) -> &[LocalNode] {
        &self.nodes
    }

    /// The node of this name.
    pub fn node(&self, name: &str) -> Result<&LocalNode> {
        self.nodes.iter().find(|n| n.name() == name).ok_or_else(|| {
            let known: Vec<&str> = self.nodes.iter().map(LocalNode::name).collect();
            AdminError::precondition(format!("the local cluster has no node \"{name}\""))
                .hint(format!("its nodes are {}", known.join(", ")))
        })
    }

    /// A port on 127.0.0.1 for another program that belongs to the cluster, for as long as its directory is there.
    pub fn claim_port(&self) -> Result<u16> {
        super::ports::claim(&self.shared.dir)
    }

    /// Puts another build of the extension into the servers' copy; a restart makes it run.
    pub fn install(&self, extension: &Extension) -> Result<()> {
        extension.install(&self.shared.server)
    }

    /// Starts the servers that do not run.
    pub fn start(&self, observer: impl Fn(&LocalEvent) + Send + Sync) -> Result<()> {
        for_each(&self.nodes, |node| start(node, &observer, LocalNode::start))
    }

    /// Stops the servers; the data stays.
    pub fn down(&self, mode: StopMode, observer: impl Fn(&LocalEvent) + Send + Sync) -> Result<()> {
        for_each(&self.nodes, |node| {
            if node.is_running() {
                node.stop(mode)?;
                observer(&LocalEvent::NodeStopped { node: node.name().to_owned() });
            }
            Ok(())
        })
    }

    /// Stops the servers and deletes the cluster's directory.
    pub fn remove(self) -> Result<()> {
        self.down(StopMode::Immediate, |_| ())?;
        if !self.shared.sockets.starts_with(&self.shared.dir) {
            let _ = fs::remove_dir_all(&self.shared.sockets);
        }
        // The state file goes first: what is left of a failed removal is no cluster any more.
        let _ = fs::remove_file(self.shared.dir.join(STATE_FILE));
        fs::remove_dir_all(&self.shared.dir).map_err(|e| super::io("remove", &self.shared.dir, e))
    }
}

pub(super) fn start<'o>(
    node: &LocalNode,
    observer: &'o (dyn Fn(&LocalEvent) + Send + Sync + 'o),
    how: impl Fn(&LocalNode) -> Result<()>,
) -> Result<()> {
    let name = node.name().to_owned();
    observer(&LocalEvent::StartingNode { node: name.clone() });
    let begun = Instant::now();
    how(node)?;
    observer(&LocalEvent::NodeReady { node: name, port: node.port(), took: begun.elapsed() });
    Ok(())
}

/// Does the same to all nodes at once; reports the first failure by order of nodes.
pub(super) fn for_each(
    nodes: &[LocalNode],
    action: impl Fn(&LocalNode) -> Result<()> + Sync,
) -> Result<()> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = nodes.iter().map(|node| scope.spawn(|| action(node))).collect();
        // All are joined before the first failure is reported: none may go on in the background.
        let results: Vec<Result<()>> = threads
            .into_iter()
            .map(|thread| {
                thread.join().unwrap_or_else(|_| Err(AdminError::failed("a thread panicked")))
            })
            .collect();
        results.into_iter().collect()
    })
}
