//! The making of a cluster.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::account::Account;
use super::cluster::{LocalCluster, LocalEvent, STATE_FILE, Shared, for_each, start};
use super::conf::{self, Settings};
use super::node::{LocalNode, NodeState};
use super::{Extension, Installation, ServerCopy, StopMode, cache_dir, ports, template, tree};
use crate::error::{AdminError, Result};

/// A socket's path must fit into 107 bytes; this much of it is the directory's.
const LONGEST_SOCKET_DIR: usize = 85;

type Observer<'a> = Box<dyn Fn(&LocalEvent) + Send + Sync + 'a>;

/// Says what a cluster shall be; [`up`](Self::up) makes it.
pub struct LocalClusterBuilder<'a> {
    dir: PathBuf,
    nodes: Vec<String>,
    databases: Vec<String>,
    extension: ExtensionChoice,
    settings: Settings,
    node_settings: HashMap<String, Settings>,
    node_servers: HashMap<String, (Installation, Extension)>,
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
    pub(super) fn new(dir: PathBuf) -> Self {
        LocalClusterBuilder {
            dir,
            nodes: vec!["n1".into()],
            databases: Vec::new(),
            extension: Extension::find().map_or(ExtensionChoice::Installed, ExtensionChoice::Build),
            settings: Settings::new(),
            node_settings: HashMap::new(),
            node_servers: HashMap::new(),
            password: None,
            fake_clock: false,
            installation: None,
            cache: None,
            observer: Box::new(|_| ()),
        }
    }

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

    /// Gives one node another server than the rest have, with the build of the extension for it.
    #[must_use]
    pub fn node_server(
        mut self,
        node: impl Into<String>,
        installation: Installation,
        extension: Extension,
    ) -> Self {
        self.node_servers.insert(node.into(), (installation, extension));
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
            ExtensionChoice::Installed if server.has_extension() => true,
            ExtensionChoice::Installed => {
                return Err(AdminError::precondition("the extension is not to be found")
                    .detail("It is neither beside this program nor in the installed server.")
                    .hint("build it (cargo build --release) or install it (make install)"));
            }
        };
        let shared = Arc::new(Shared {
            sockets: socket_dir(&dir, &account)?,
            dir,
            account,
            server: server.clone(),
        });
        let base = conf::base(preload, server.limits_output_plugins()?);

        let mut nodes = Vec::new();
        for name in &self.nodes {
            let own_server = self.create_own_server(name, &shared.dir, &cache)?;
            let mut settings = match &own_server {
                Some(own) => conf::base(true, own.limits_output_plugins()?),
                None => base.clone(),
            };
            settings.extend(self.settings.clone());
            settings.insert("cluster_name".into(), name.clone());
            settings.extend(self.node_settings.get(name).cloned().unwrap_or_default());
            let state = NodeState {
                port: ports::claim(&shared.dir)?,
                settings,
                databases: self.databases.clone(),
                fake_clock: self.fake_clock,
                own_server,
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
        if let Some(stranger) = self.node_servers.keys().find(|name| !self.nodes.contains(name)) {
            return Err(AdminError::config(format!("there is no node \"{stranger}\"")));
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

    /// The copy of the server that only this node has, with the extension in it.
    fn create_own_server(
        &self,
        node: &str,
        dir: &Path,
        cache: &Path,
    ) -> Result<Option<ServerCopy>> {
        let Some((installation, extension)) = self.node_servers.get(node) else { return Ok(None) };
        let fingerprint = installation.fingerprint()?;
        let prefix = dir.join(node).join("server");
        let server = ServerCopy::create(installation, &fingerprint, cache, &prefix)?;
        extension.install(&server)?;
        Ok(Some(server))
    }

    fn create_node(
        &self,
        cluster: &LocalCluster,
        node: &LocalNode,
        fingerprint: &str,
        cache: &Path,
    ) -> Result<()> {
        let (account, data) = (&cluster.shared.account, node.data_dir());
        let own =
            self.node_servers.get(node.name()).map(|(own, _)| own.fingerprint()).transpose()?;
        let fingerprint = own.as_deref().unwrap_or(fingerprint);
        template::create_data_dir(&node.server(), fingerprint, cache, account, &data)?;
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
