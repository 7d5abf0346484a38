//! A cluster: its directory, its builder, and finding it again.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::account::Account;
use super::conf::{self, Settings};
use super::node::{LocalNode, NodeState};
use super::{
    Extension, Installation, ServerCopy, StopMode, cache_dir, default_root, free_port, template,
    tree,
};
use crate::error::{AdminError, Result};

/// The file that makes a directory a cluster.
const STATE_FILE: &str = "cluster.json";
/// A socket's path must fit into 107 bytes; this much of it is the directory's.
const LONGEST_SOCKET_DIR: usize = 85;

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

type Observer<'a> = Box<dyn Fn(&LocalEvent) + Send + Sync + 'a>;

/// Says what a cluster shall be; [`up`](Self::up) makes it.
pub struct LocalClusterBuilder<'a> {
    dir: PathBuf,
    nodes: Vec<String>,
    databases: Vec<String>,
    extension: ExtensionChoice,
    settings: Settings,
    node_settings: HashMap<String, Settings>,
    password: Option<String>,
    fake_clock: bool,
    installation: Option<Installation>,
    cache: Option<PathBuf>,
    observer: Observer<'a>,
}

enum ExtensionChoice {
    None,
    /// What the installed server has.
    Installed,
    Build(Extension),
}

impl<'a> LocalClusterBuilder<'a> {
    /// This many nodes, named `n1`, `n2`, and so on.
    #[must_use]
    pub fn nodes(mut self, count: usize) -> Self {
        self.nodes = (1..=count).map(|i| format!("n{i}")).collect();
        self
    }

    /// Nodes of these names (letters, digits, `-`, `_`).
    #[must_use]
    pub fn node_names(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.nodes = names.into_iter().map(Into::into).collect();
        self
    }

    /// Creates this database on every node; may be repeated.
    #[must_use]
    pub fn database(mut self, name: impl Into<String>) -> Self {
        self.databases.push(name.into());
        self
    }

    /// Installs this build of the extension, and preloads it.
    #[must_use]
    pub fn extension(mut self, extension: Extension) -> Self {
        self.extension = ExtensionChoice::Build(extension);
        self
    }

    /// Plain servers: nothing is installed or preloaded.
    #[must_use]
    pub fn without_extension(mut self) -> Self {
        self.extension = ExtensionChoice::None;
        self
    }

    /// A setting of every node.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.insert(name.into(), value.into());
        self
    }

    /// A setting of one node.
    #[must_use]
    pub fn node_setting(
        mut self,
        node: impl Into<String>,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.node_settings.entry(node.into()).or_default().insert(name.into(), value.into());
        self
    }

    /// Asks for this password on TCP connections; the private unix socket never asks.
    #[must_use]
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// Gives every node a clock that can be stepped.
    #[must_use]
    pub fn fake_clock(mut self) -> Self {
        self.fake_clock = true;
        self
    }

    /// Uses this server instead of the one that [`Installation::find`] finds.
    #[must_use]
    pub fn installation(mut self, installation: Installation) -> Self {
        self.installation = Some(installation);
        self
    }

    /// Keeps server copies and templates here instead of the user's cache directory.
    #[must_use]
    pub fn cache(mut self, dir: impl Into<PathBuf>) -> Self {
        self.cache = Some(dir.into());
        self
    }

    /// Hears what happens; several threads may call it at once.
    #[must_use]
    pub fn observer(mut self, observer: impl Fn(&LocalEvent) + Send + Sync + 'a) -> Self {
        self.observer = Box::new(observer);
        self
    }

    /// Creates the cluster and starts its servers. On failure nothing of it keeps running; its
    /// files stay for a look at the logs.
    pub fn up(self) -> Result<LocalCluster> {
        self.check()?;
        fs::create_dir_all(&self.dir).map_err(|e| super::io("create directory", &self.dir, e))?;
        let dir = fs::canonicalize(&self.dir).map_err(|e| super::io("find", &self.dir, e))?;
        let account = Account::choose()?;
        account.check_can_enter(&dir)?;
        let cache = self.cache.clone().map_or_else(cache_dir, Ok)?;
        let installation = self.installation.clone().map_or_else(Installation::find, Ok)?;

        (self.observer)(&LocalEvent::PreparingServer { version: installation.version.clone() });
        let fingerprint = installation.fingerprint()?;
        let server = ServerCopy::create(&installation, &fingerprint, &cache, &dir.join("server"))?;
        account.check_can_enter(&cache)?;
        let preload = match &self.extension {
            ExtensionChoice::None => false,
            ExtensionChoice::Build(build) => build.install(&server).map(|()| true)?,
            ExtensionChoice::Installed => server.has_extension(),
        };
        let shared = Arc::new(Shared {
            sockets: socket_dir(&dir, &account)?,
            dir,
            account,
            server: server.clone(),
        });
        let mut settings = conf::base(preload, server.limits_output_plugins()?);
        settings.extend(self.settings.clone());

        let mut nodes = Vec::new();
        for name in &self.nodes {
            let mut own = settings.clone();
            own.insert("cluster_name".into(), name.clone());
            own.extend(self.node_settings.get(name).cloned().unwrap_or_default());
            let state = NodeState {
                port: free_port()?,
                settings: own,
                databases: self.databases.clone(),
                fake_clock: self.fake_clock,
            };
            nodes.push(LocalNode::new(name.clone(), Arc::clone(&shared), state));
        }
        let cluster = LocalCluster { shared, nodes, version: installation.version };
        cluster.save()?;
        let made = for_each(&cluster.nodes, |node| {
            (self.observer)(&LocalEvent::CreatingNode { node: node.name().to_owned() });
            self.create_node(&cluster, node, &fingerprint, &cache)?;
            start(node, &self.observer, LocalNode::start_first_time)?;
            self.prepare_databases(node)
        });
        if let Err(error) = made {
            let _ = cluster.down(StopMode::Immediate, |_| ());
            return Err(error);
        }
        Ok(cluster)
    }

    fn check(&self) -> Result<()> {
        if self.dir.join(STATE_FILE).exists() {
            return Err(AdminError::precondition(format!(
                "\"{}\" holds a cluster already",
                self.dir.display()
            ))
            .hint("start it again or remove it first"));
        }
        if self.nodes.is_empty() {
            return Err(AdminError::config("a cluster needs at least one node"));
        }
        for (at, name) in self.nodes.iter().enumerate() {
            let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
            if name.is_empty() || !plain || name == "server" || self.nodes[..at].contains(name) {
                return Err(AdminError::config(format!("\"{name}\" cannot be a node's name"))
                    .detail("Names are letters, digits, - and _, each used once."));
            }
        }
        Ok(())
    }

    fn create_node(
        &self,
        cluster: &LocalCluster,
        node: &LocalNode,
        fingerprint: &str,
        cache: &Path,
    ) -> Result<()> {
        let (shared, data) = (&cluster.shared, node.data_dir());
        template::create_data_dir(&shared.server, fingerprint, cache, &shared.account, &data)?;
        let hba = data.join("pg_hba.conf");
        fs::write(&hba, conf::render_hba(self.password.is_some()))
            .map_err(|e| super::io("write", &hba, e))?;
        if let Some(clock) = node.clock() {
            clock.set_offset_ms(0)?;
        }
        node.save()
    }

    fn prepare_databases(&self, node: &LocalNode) -> Result<()> {
        for database in &self.databases {
            if database != "postgres" {
                node.create_database(database)?;
            }
        }
        if let Some(password) = &self.password {
            // Only the verifier travels: a statement may end up in the server's log.
            let verifier = postgres_protocol::password::scram_sha_256(password.as_bytes());
            node.psql("postgres", &format!("ALTER ROLE postgres PASSWORD '{verifier}'"))?;
        }
        Ok(())
    }
}

/// Servers on this machine that belong together.
///
/// Dropping it leaves the servers running: [`open`](Self::open) finds them again.
#[derive(Debug)]
pub struct LocalCluster {
    shared: Arc<Shared>,
    nodes: Vec<LocalNode>,
    version: String,
}

impl LocalCluster {
    /// Describes a new cluster in this directory, which may not hold one yet.
    pub fn builder<'a>(dir: impl Into<PathBuf>) -> LocalClusterBuilder<'a> {
        LocalClusterBuilder {
            dir: dir.into(),
            nodes: vec!["n1".into()],
            databases: Vec::new(),
            extension: Extension::find().map_or(ExtensionChoice::Installed, ExtensionChoice::Build),
            settings: Settings::new(),
            node_settings: HashMap::new(),
            password: None,
            fake_clock: false,
            installation: None,
            cache: None,
            observer: Box::new(|_| ()),
        }
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

    fn save(&self) -> Result<()> {
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

fn start<'o>(
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
fn for_each(nodes: &[LocalNode], action: impl Fn(&LocalNode) -> Result<()> + Sync) -> Result<()> {
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

/// A directory for unix sockets: inside the cluster's, unless its path is too long for a socket.
fn socket_dir(dir: &Path, account: &Account) -> Result<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let inside = dir.join("sockets");
    let path = if inside.as_os_str().len() <= LONGEST_SOCKET_DIR {
        fs::create_dir_all(&inside).map_err(|e| super::io("create directory", &inside, e))?;
        inside
    } else {
        tempfile::Builder::new()
            .prefix("spk-sockets-")
            .tempdir()
            .map_err(|e| super::io("create a directory in", &std::env::temp_dir(), e))?
            .keep()
    };
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700))
        .map_err(|e| super::io("set permissions of", &path, e))?;
    account.own(&path)?;
    tree::make_enterable(dir)?;
    Ok(path)
}
