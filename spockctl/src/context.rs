//! Which cluster a command is about, and how to reach it.
//!
//! Looked for in this order: `--dsn`, `--local`, `--cluster-file`, `./cluster.toml`, the context ([`crate::settle`]),
//! `/etc/spock/cluster.toml`, and a local cluster if there is exactly one.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use spock_admin::client::{AtOnce, ConnectOptions};
use spock_admin::cluster::{Cluster, Node};
use spock_admin::cluster_file;
use spock_admin::conninfo::{Conninfo, passfile};
use spock_admin::error::{AdminError, ErrorKind};
use spock_admin::local::{LocalCluster, default_root};
use spock_admin::operations::Fleet;
use spock_admin::secret::Secret;

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::{input, ui};

/// Name of a local cluster unless another is given.
pub(crate) const DEFAULT_LOCAL: &str = "default";

/// The cluster of a command, and how to connect to it.
pub(crate) struct Context {
    pub(crate) cluster: Cluster,
    pub(crate) options: ConnectOptions,
    /// Where the cluster's definition stands, and what named that place.
    pub(crate) definition: Definition,
    pub(crate) named_by: String,
    names: Vec<String>,
}

impl Context {
    /// Finds the cluster; `command` is what servers show as the name of the application.
    pub(crate) fn load(global: &Global, command: &str) -> Result<Context> {
        let (definition, named_by) = locate(global)?;
        let cluster = find(global, &definition)?;
        for warning in &cluster.warnings {
            ui::warning(warning);
        }
        // An unknown node is a mistake also where no node is needed.
        cluster.select(&global.node)?;
        let options = ConnectOptions {
            application_name: format!("spockctl/{command}"),
            connect_timeout: global.connect_timeout,
            statement_timeout: global.statement_timeout,
            at_once: AtOnce(global.jobs),
            password: password(global)?,
        };
        Ok(Context { cluster, options, definition, named_by, names: global.node.clone() })
    }

    /// The nodes that the command is restricted to, or all.
    pub(crate) fn nodes(&self) -> Result<Vec<&Node>> {
        Ok(self.cluster.select(&self.names)?)
    }

    /// The one node that a command changes: the only one, or the one that is chosen.
    pub(crate) fn one_node(&self) -> Result<&Node> {
        match self.nodes()?.as_slice() {
            [node] => Ok(node),
            several => {
                let names: Vec<&str> = several.iter().map(|node| node.name.as_str()).collect();
                Err(Failure::usage("this command changes one node")
                    .hint(format!("choose it with --node ({})", names.join(", "))))
            }
        }
    }

    /// Connects to the nodes of the command; fails when none answers.
    pub(crate) async fn connect(&self) -> Result<Fleet> {
        let fleet = Fleet::connect(&self.nodes()?, &self.options).await;
        if fleet.clients.is_empty() { Err(no_connection(fleet.errors)) } else { Ok(fleet) }
    }

    /// Connects to every node of the cluster, whatever the command is restricted to; fails when none of its own
    /// answers.
    pub(crate) async fn connect_cluster(&self) -> Result<Fleet> {
        let all: Vec<&Node> = self.cluster.nodes.iter().collect();
        let mut fleet = Fleet::connect(&all, &self.options).await;
        let is_own =
            |node: &str| self.names.is_empty() || self.names.iter().any(|name| name == node);
        if fleet.clients.iter().any(|client| is_own(client.node())) {
            return Ok(fleet);
        }
        fleet.errors.retain(|error| error.node.as_deref().is_none_or(is_own));
        Err(no_connection(fleet.errors))
    }

    /// The nodes that the command names; empty for all.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Connects to this node; fails when it does not answer, or is not one of the command's.
    pub(crate) async fn connect_to(&self, name: &str) -> Result<Fleet> {
        let node = self.cluster.node(name)?;
        if !self.names.is_empty() && !self.names.iter().any(|chosen| chosen == name) {
            return Err(Failure::usage(format!("--node does not name node \"{name}\"")));
        }
        let fleet = Fleet::connect(&[node], &self.options).await;
        if fleet.errors.is_empty() { Ok(fleet) } else { Err(no_connection(fleet.errors)) }
    }

    /// Connects to the nodes of the command; fails unless all of them answer.
    pub(crate) async fn connect_all(&self) -> Result<Fleet> {
        let fleet = self.connect().await?;
        if fleet.errors.is_empty() { Ok(fleet) } else { Err(no_connection(fleet.errors)) }
    }
}

/// Nodes that gave no connection: by the network, unless all of them by our own configuration.
fn no_connection(errors: Vec<AdminError>) -> Failure {
    let is_ours = errors.iter().all(|error| error.kind == ErrorKind::Config);
    Failure { exit: if is_ours { Exit::Config } else { Exit::Connect }, errors }
}

/// Where the definition of the cluster stands.
#[derive(Debug, Clone)]
pub(crate) enum Definition {
    /// A connection string.
    Dsn(String),
    /// A local cluster.
    Local(String),
    /// Standard input.
    Input,
    /// A file.
    File(PathBuf),
}

/// The first place in the order above that is given or exists, and what names it.
pub(crate) fn locate(global: &Global) -> Result<(Definition, String)> {
    if let Some(dsn) = &global.dsn {
        return Ok((Definition::Dsn(dsn.clone()), "--dsn".to_owned()));
    }
    if let Some(name) = &global.local {
        return Ok((Definition::Local(name.clone()), "--local".to_owned()));
    }
    if let Some(path) = &global.cluster_file {
        let from = global.cluster_file_from.clone().unwrap_or_else(|| "--cluster-file".to_owned());
        return Ok(match input::is_standard(path) {
            true => (Definition::Input, from),
            false => (Definition::File(path.clone()), from),
        });
    }
    for path in ["cluster.toml", "/etc/spock/cluster.toml"] {
        if Path::new(path).exists() {
            return Ok((Definition::File(path.into()), "default".to_owned()));
        }
    }
    match LocalCluster::list(None).unwrap_or_default().as_slice() {
        [only] => Ok((Definition::Local(only.name()), "the only local cluster".to_owned())),
        several => {
            let error = AdminError::config("no cluster given")
                .hint("name a definition with --cluster-file, or a node with --dsn");
            let hint = if several.is_empty() {
                "or start a local cluster with `spockctl local up`".to_owned()
            } else {
                let names: Vec<String> = several.iter().map(LocalCluster::name).collect();
                format!("or choose a local cluster with --local ({})", names.join(", "))
            };
            Err(error.hint(hint).into())
        }
    }
}

fn find(global: &Global, place: &Definition) -> Result<Cluster> {
    match place {
        Definition::Dsn(dsn) => {
            let info = Conninfo::parse(dsn)?;
            let name = match global.node.as_slice() {
                [] => "node".to_owned(),
                [name] => name.clone(),
                _ => return Err(Failure::usage("--dsn means one node, --node names several")),
            };
            Ok(Cluster::mesh(name.clone(), vec![Node::new(name, info)]))
        }
        Definition::Local(name) => Ok(of_local(&open_local(name)?)?),
        Definition::Input => Ok(cluster_file::parse(&input::standard()?, "standard input")?),
        Definition::File(path) => Ok(cluster_file::load(path)?),
    }
}

/// The local cluster of this name.
pub(crate) fn open_local(name: &str) -> Result<LocalCluster> {
    let dir = local_dir(name)?;
    LocalCluster::open(&dir).map_err(|e| {
        e.context(format_args!("could not open local cluster \"{name}\""))
            .hint("see what there is with `spockctl local list`")
            .into()
    })
}

/// Directory of the local cluster of this name; a path is taken as it is.
pub(crate) fn local_dir(name: &str) -> Result<PathBuf> {
    if name.contains('/') {
        return Ok(name.into());
    }
    Ok(default_root()?.join(name))
}

/// A local cluster as the operations see it: a mesh of its first databases.
pub(crate) fn of_local(local: &LocalCluster) -> spock_admin::error::Result<Cluster> {
    let nodes = local
        .nodes()
        .iter()
        .map(|node| Ok(Node::new(node.name(), Conninfo::parse(&node.conninfo(&database(node)))?)))
        .collect::<spock_admin::error::Result<Vec<_>>>()?;
    Ok(Cluster::mesh(local.name(), nodes))
}

/// The database of a local node that commands are about.
pub(crate) fn database(node: &spock_admin::local::LocalNode) -> String {
    node.databases().into_iter().next().unwrap_or_else(|| "postgres".to_owned())
}

/// The password that was asked for or stands in the named file.
fn password(global: &Global) -> Result<Option<Secret>> {
    if global.password && !global.no_password {
        return ui::confirm::password(global).map(Some);
    }
    let Some(path) = &global.password_file else { return Ok(None) };
    let text = if input::is_standard(path) {
        if std::io::stdin().is_terminal() {
            return ui::confirm::password(global).map(Some);
        }
        input::standard()?
    } else {
        passfile::read_private(path)?.ok_or_else(|| {
            AdminError::config(format!("password file \"{}\" does not exist", path.display()))
        })?
    };
    Ok(Some(Secret::new(text.lines().next().unwrap_or_default())))
}
