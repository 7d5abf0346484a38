//! The steps of an upgrade, and what must hold before the first one.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::actions::{CheckNode, RestartServer, UpdateExtension, VerifyNode, WaitForStreams};
use super::command::Template;
use super::protocol::{Pair, between};
use super::site::{Site, Sites};
use crate::client::{Client, ConnectOptions, Versions};
use crate::cluster::Cluster;
use crate::error::{AdminError, ErrorKind, Result};
use crate::operations::{Fleet, status};
use crate::plan::{Action, Order, Plan, Step};
use crate::progress::{Event, Progress};

/// How the server of a node is restarted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Restart {
    /// By these commands.
    Commands {
        /// Stops it.
        stop: Template,
        /// Starts it.
        start: Template,
    },
    /// By a person, who is told when.
    Manual,
}

/// How far streams may be behind before a node is taken out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxLag {
    /// In time.
    Time(Duration),
    /// In bytes of the provider's log.
    Bytes(f64),
}

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Options {
    /// The version.
    pub target: String,
    /// The nodes in the order in which they are done.
    pub order: Vec<String>,
    /// How their servers are restarted.
    pub restart: Restart,
    /// How far streams may be behind.
    pub max_lag: MaxLag,
    /// Limit of each wait.
    pub timeout: Duration,
    /// The run that does it, from its begin on: its sessions are known by it.
    pub run: Arc<OnceLock<String>>,
}

/// Checks every node and plans its steps. `fleet` is the whole cluster. One node may be away: the one that an earlier
/// run has stopped; it comes first.
pub async fn plan(
    cluster: &Cluster,
    fleet: &Fleet,
    connect: &ConnectOptions,
    options: &Options,
    progress: &dyn Progress,
) -> Result<(Plan, Vec<Pair>)> {
    let away: Vec<&str> = fleet.errors.iter().filter_map(|error| error.node.as_deref()).collect();
    if let Some(error) = fleet.errors.first() {
        let may_start = options.order.iter().any(|node| away == [node.as_str()]);
        if !may_start || error.kind != ErrorKind::Connect {
            return Err(error.clone().hint(
                "every node must answer, but for the one that an interrupted upgrade has stopped",
            ));
        }
    }
    let target = options.target.as_str();
    let mut found: BTreeMap<&str, Versions> = BTreeMap::new();
    for client in &fleet.clients {
        status::require_node(client).await?;
        found.insert(client.node(), client.versions().await?);
    }
    let pairs = negotiate(&found, target)?;
    let mut missing = Vec::new();
    for client in
        fleet.clients.iter().filter(|client| options.order.iter().any(|n| n == client.node()))
    {
        if let Some(versions) = found.get(client.node()) {
            missing.extend(lacks(client, versions, target).await?);
        }
    }
    if !missing.is_empty() {
        return Err(AdminError::precondition(format!(
            "not every node can be brought to spock {target}"
        ))
        .detail(missing.join("\n"))
        .hint(format!("install the files of spock {target} there; nothing was changed")));
    }
    let mut order: Vec<&String> = options.order.iter().collect();
    order.sort_by_key(|node| !away.contains(&node.as_str()));
    for node in &away {
        let message =
            "does not answer: it is taken for stopped by an interrupted upgrade, and started first";
        progress.event(Event::Warning { node, message });
    }

    let mut plan = Plan::new(format!(
        "cluster \"{}\", extension spock to {target}, one node at a time: {}",
        cluster.name,
        order.iter().map(|node| node.as_str()).collect::<Vec<_>>().join(", ")
    ));
    let sites = Sites::of(cluster, connect, &options.run);
    for name in order {
        let site = sites
            .get(name)
            .ok_or_else(|| AdminError::config(format!("there is no node \"{name}\"")))?;
        let from = found.get(name.as_str()).and_then(|versions| versions.extension.clone());
        let back = match (&from, fleet.client(name)) {
            (Some(from), Ok(client)) => client.has_update_path(target, from).await?,
            _ => false,
        };
        plan.stage(Order::Sequential, steps(&sites, &site, options, from, back));
    }
    Ok((plan, pairs))
}

fn steps(
    sites: &Sites,
    site: &Arc<Site>,
    options: &Options,
    from: Option<String>,
    back: bool,
) -> Vec<Step> {
    let target = options.target.clone();
    let (sites, site) = (|| sites.clone(), || Arc::clone(site));
    let step = |verb: &str, action: Box<dyn Action>| Step {
        id: format!("{}.{verb}", site().name()),
        node: site().name().to_owned(),
        action,
    };
    let limit = options.timeout;
    vec![
        step(
            "check",
            Box::new(CheckNode {
                sites: sites(),
                site: site(),
                target: target.clone(),
                max_lag: options.max_lag,
                limit,
            }),
        ),
        step(
            "restart",
            Box::new(RestartServer {
                site: site(),
                target: target.clone(),
                from,
                back,
                how: options.restart.clone(),
                limit,
            }),
        ),
        step("streams", Box::new(WaitForStreams { sites: sites(), site: site(), limit })),
        step(
            "update_extension",
            Box::new(UpdateExtension { site: site(), target: target.clone(), limit }),
        ),
        step("verify", Box::new(VerifyNode { sites: sites(), site: site(), target, limit })),
    ]
}

/// Whether every two versions that run at once have a protocol in common.
fn negotiate(found: &BTreeMap<&str, Versions>, target: &str) -> Result<Vec<Pair>> {
    let mut speakers = vec![(target.to_owned(), None)];
    for versions in found.values() {
        let running = versions.library.clone().map(|library| (library, versions.protocols));
        speakers.extend(running);
        let file = versions.file.as_ref().filter(|file| file.version == target);
        speakers.extend(file.map(|file| (file.version.clone(), Some(file.protocols))));
    }
    let pairs = between(&speakers);
    let apart: Vec<String> = pairs
        .iter()
        .filter(|pair| pair.is_known && pair.protocol.is_none())
        .map(|pair| format!("spock {} and spock {}", pair.one, pair.other))
        .collect();
    if apart.is_empty() {
        return Ok(pairs);
    }
    Err(AdminError::new(
        ErrorKind::Incompatible,
        "nodes of the old and of the new version could not replicate with each other",
    )
    .detail(format!("There is no version of the protocol that both speak: {}.", apart.join("; ")))
    .hint("upgrade to a version in between first; nothing was changed"))
}

/// What a node lacks, each in one line.
pub(super) async fn lacks(
    client: &Client,
    versions: &Versions,
    target: &str,
) -> Result<Vec<String>> {
    let node = client.node();
    if versions.library.as_deref() == Some(target) && versions.extension.as_deref() == Some(target)
    {
        return Ok(Vec::new());
    }
    let mut out = Vec::new();
    if !client.has_scripts_of(target).await? {
        let scripts = versions.scripts.as_deref().unwrap_or("none");
        out.push(format!(
            "node {node}: no scripts of spock {target} are installed (the newest: {scripts})"
        ));
    } else if let Some(from) = &versions.extension
        && !client.has_update_path(from, target).await?
    {
        out.push(format!("node {node}: no script leads from spock {from} to {target}"));
    }
    if let Some(file) = &versions.file
        && file.version != target
    {
        let version = &file.version;
        out.push(format!("node {node}: the installed library is spock {version}, not {target}"));
    }
    Ok(out)
}
