//! What the nodes are, compared with what the cluster's definition wants of them.
//!
//! Both sides are brought to the same types ([`NodeDefinition`]): what the definition says of a node is worked out with
//! the node's own tables and sequences (patterns), and in the words of its server (intervals, conditions). Secrets are
//! not compared: a definition without passwords is equal to servers that have them.
//!
//! In the built-in replication sets only what the definition names is compared, because tables come into them by
//! themselves. Partitions of a named table may be in its set.

mod compare;
mod text;
mod wanted;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::join_all;
use serde::Serialize;

use super::{Fleet, automatic_ddl, guc};
use crate::client::{Client, NodeDefinition, Relations};
use crate::cluster::{Cluster, Node};
use crate::error::{AdminError, Result};
use crate::replication_set::BUILT_IN;

pub(super) use wanted::set as wanted_set;

pub use compare::{Change, Difference, ObjectKind, Remedy};

/// How the nodes stand to the definition.
#[derive(Debug)]
pub struct Drift {
    /// What differs.
    pub items: Vec<Difference>,
    /// The nodes that could be asked.
    pub nodes: Vec<Pair>,
    /// What the user should know.
    pub warnings: Vec<String>,
    /// Nodes that could not be asked, and why.
    pub errors: Vec<AdminError>,
}

/// One node as it is and as it is to be.
#[derive(Debug, Clone)]
pub struct Pair {
    /// Its name in the definition.
    pub node: String,
    /// What it is, as far as that is compared; nothing before it is registered.
    pub live: Option<NodeDefinition>,
    /// What it is to be.
    pub wanted: NodeDefinition,
    /// The settings of its server that the definition names.
    pub settings: Vec<guc::Checked>,
    /// The subscriptions that are paused, and by whom.
    pub paused: BTreeMap<String, String>,
}

/// A pair of texts that differ where the nodes and the definition do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Texts {
    /// What the nodes are.
    pub live: String,
    /// What the definition says.
    pub file: String,
}

impl Drift {
    /// Both sides as text.
    pub fn texts(&self) -> Texts {
        let side =
            |of: &dyn Fn(&Pair) -> Option<String>| self.nodes.iter().filter_map(of).collect();
        Texts {
            live: side(&|pair| {
                let settings = pair.settings.iter().map(|s| (&s.name, s.value.as_ref()));
                pair.live.as_ref().map(|live| text::of(live, settings))
            }),
            file: side(&|pair| {
                let settings = pair.settings.iter().map(|s| (&s.name, Some(&s.wanted)));
                Some(text::of(&pair.wanted, settings))
            }),
        }
    }

    /// Whether the nodes have subscriptions, so that rows are under way between them.
    pub fn is_running(&self) -> bool {
        let live = |pair: &Pair| pair.live.as_ref().is_some_and(|n| !n.subscriptions.is_empty());
        self.nodes.iter().any(live)
    }
}

/// Compares the nodes that can be reached with the definition.
pub async fn compare(cluster: &Cluster, fleet: &Fleet) -> Drift {
    let clients = fleet.clients.iter().map(|client| (client.node().to_owned(), Arc::clone(client)));
    compare_as(cluster, &clients.collect::<Vec<_>>(), fleet.errors.clone()).await
}

/// The same with connections that go by other names than the definition's.
pub(super) async fn compare_as(
    cluster: &Cluster,
    clients: &[(String, Arc<Client>)],
    errors: Vec<AdminError>,
) -> Drift {
    let mut drift = Drift { items: Vec::new(), nodes: Vec::new(), warnings: Vec::new(), errors };
    let delays = match clients.first() {
        Some((_, client)) => match delays(cluster, client).await {
            Ok(delays) => delays,
            Err(error) => {
                drift.errors.push(error);
                return drift;
            }
        },
        None => return drift,
    };
    let pairs = join_all(clients.iter().map(|(name, client)| {
        let delays = &delays;
        async move {
            let node = cluster.node(name)?;
            pair(cluster, node, client, delays).await.map_err(|error| error.on(name))
        }
    }))
    .await;
    for pair in pairs {
        match pair {
            Ok((pair, warnings)) => {
                drift.nodes.push(pair);
                drift.warnings.extend(warnings);
            }
            Err(error) => drift.errors.push(error),
        }
    }
    let is_running = drift.is_running();
    let missing = drift.nodes.iter().filter(|pair| is_running && pair.live.is_none());
    let missing: Vec<&str> = missing.map(|pair| pair.node.as_str()).collect();
    drift.items =
        drift.nodes.iter().flat_map(|pair| compare::node(pair, is_running, &missing)).collect();
    drift
}

/// One node, and what the user should know of it.
async fn pair(
    cluster: &Cluster,
    node: &Node,
    client: &Client,
    delays: &BTreeMap<String, String>,
) -> Result<(Pair, Vec<String>)> {
    let Some((mut live, relations)) = client.node_definition().await? else {
        let wanted = wanted::node(cluster, node, None, &Relations::default(), delays);
        let (settings, paused) = (Vec::new(), BTreeMap::new());
        let pair = Pair { node: node.name.clone(), live: None, wanted, settings, paused };
        return Ok((pair, Vec::new()));
    };
    let mut wanted = wanted::node(cluster, node, Some(&live), &relations, delays);
    for name in BUILT_IN {
        match wanted.sets.get(name) {
            None => drop(live.sets.remove(name)),
            Some(wanted) => {
                if let Some(set) = live.sets.get_mut(name) {
                    set.tables.retain(|table, _| wanted.tables.contains_key(table));
                    set.sequences.retain(|sequence| wanted.sequences.contains(sequence));
                }
            }
        }
    }
    let mut warnings = Vec::new();
    for (set, wanted) in &mut wanted.sets {
        let Some(live) = live.sets.get(set) else { continue };
        for (table, part) in &mut wanted.tables {
            let Some(there) = live.tables.get(table) else { continue };
            let (Some(filter), Some(found)) = (&part.row_filter, &there.row_filter) else {
                continue;
            };
            if filter == found {
                continue;
            }
            // The same condition may be written in many ways; the server knows one.
            match client.canonical_row_filter(table, filter).await {
                Ok(canonical) if canonical == *found => part.row_filter = Some(canonical),
                Ok(_) => {}
                Err(error) => warnings.push(format!(
                    "node {}: the row filter of {table} in replication set {set} could not be compared: {}",
                    node.name, error.message
                )),
            }
        }
    }
    let settings = guc::check_node(client, &settings(cluster)).await?;
    let paused = match live.subscriptions.values().all(|sub| sub.enabled) {
        true => BTreeMap::new(),
        false => client.pauses().await?.into_iter().collect(),
    };
    Ok((Pair { node: node.name.clone(), live: Some(live), wanted, settings, paused }, warnings))
}

/// The settings that the definition names.
fn settings(cluster: &Cluster) -> Vec<guc::Wanted> {
    let ddl = cluster.automatic_ddl.iter().flat_map(|on| automatic_ddl::wanted(*on));
    let ddl: Vec<guc::Wanted> =
        ddl.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let is_other = |(name, _): &&guc::Wanted| ddl.iter().all(|(known, _)| known != name);
    let others: Vec<guc::Wanted> = cluster.settings.iter().filter(is_other).cloned().collect();
    [ddl, others].concat()
}

/// The delays of the definition in the words of a server.
async fn delays(cluster: &Cluster, client: &Client) -> Result<BTreeMap<String, String>> {
    let mut texts: Vec<String> =
        cluster.links.iter().filter_map(|link| link.apply_delay.clone()).collect();
    texts.push(cluster.subscription.apply_delay.clone());
    let canonical = client.canonical_intervals(&texts).await.map_err(|mut error| {
        error.kind = crate::error::ErrorKind::Config;
        error.context("could not read apply_delay of the cluster file")
    })?;
    Ok(texts.into_iter().zip(canonical).collect())
}
