//! Adopting a cluster that runs: its definition out of what its nodes are.
//!
//! The nodes that are named are asked, and then those that these know, until nobody knows another one. What is written
//! is compared with the nodes like any definition, and what it could not say is told.

mod generalize;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Fleet, automatic_ddl, drift};
use crate::client::{Client, ConnectOptions, NodeDefinition};
use crate::cluster::{Cluster, Node};
use crate::cluster_file;
use crate::conninfo::Conninfo;
use crate::error::{AdminError, Result};

/// How to write.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What the cluster is called; as the nodes were found when it is not said.
    pub name: Option<String>,
    /// Whether the tables of the built-in sets are listed, too.
    pub all_sets: bool,
    /// Whether addresses and users are masked.
    pub redact_dsn: bool,
}

/// The definition of a running cluster.
#[derive(Debug)]
pub struct Export {
    /// The text of its `cluster.toml`.
    pub text: String,
    /// How many nodes it has.
    pub nodes: usize,
    /// What the user should know.
    pub warnings: Vec<String>,
    /// Nodes that could not be asked, and why.
    pub errors: Vec<AdminError>,
}

/// A node of the cluster, found by name.
struct Member {
    admin: Conninfo,
    password_command: Option<Vec<String>>,
    client: Option<Arc<Client>>,
    live: Option<NodeDefinition>,
    /// How others reach it, where it could not be asked.
    peer: Conninfo,
}

/// Asks the nodes of `cluster` and those that they know, and writes down what they are.
pub async fn export(
    cluster: &Cluster,
    fleet: Fleet,
    connect: &ConnectOptions,
    options: &Options,
) -> Result<Export> {
    let Fleet { clients, mut errors, .. } = fleet;
    let mut members: BTreeMap<String, Member> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    let mut to_ask: Vec<(Node, Arc<Client>)> = Vec::new();
    for client in clients {
        to_ask.push((cluster.node(client.node())?.clone(), client));
    }
    while !to_ask.is_empty() {
        let mut heard: Vec<(String, Conninfo)> = Vec::new();
        for (node, client) in std::mem::take(&mut to_ask) {
            let Some((live, _)) = client.node_definition().await? else {
                errors.push(
                    AdminError::precondition(format!(
                        "the database of node \"{}\" is no node of spock",
                        node.name
                    ))
                    .on(&node.name),
                );
                continue;
            };
            heard.extend(client.known_nodes().await?);
            order.push(live.name.clone());
            let member = Member {
                admin: node.admin,
                password_command: node.password_command,
                client: Some(client),
                peer: live.dsn.clone(),
                live: Some(live.clone()),
            };
            members.insert(live.name, member);
        }
        for (name, dsn) in heard {
            let is_unreachable = errors.iter().any(|error| error.node.as_deref() == Some(&name));
            if members.contains_key(&name) || to_ask.iter().any(|(node, _)| node.name == name) {
                continue;
            }
            let node = cluster.nodes.iter().find(|node| node.name == name);
            let node = node.cloned().unwrap_or_else(|| Node::new(&name, dsn.clone()));
            let connected =
                if is_unreachable { None } else { Some(Client::connect(&node, connect).await) };
            let error = match connected {
                Some(Ok(client)) => {
                    to_ask.push((node, Arc::new(client)));
                    continue;
                }
                Some(Err(error)) => Some(error.on(&name)),
                None => None,
            };
            errors.extend(error);
            order.push(name.clone());
            let (admin, password_command) = (node.admin, node.password_command);
            members.insert(
                name,
                Member { admin, password_command, client: None, live: None, peer: dsn },
            );
        }
    }
    if members.values().all(|member| member.live.is_none()) {
        let error = errors.into_iter().next();
        return Err(
            error.unwrap_or_else(|| AdminError::precondition("there is no node to write of"))
        );
    }
    // The order of what was given, then as they were found.
    let place = |name: &String| cluster.nodes.iter().position(|node| node.name == *name);
    order.sort_by_key(|name| place(name).unwrap_or(usize::MAX));

    let mut warnings = Vec::new();
    let nodes = order.iter().map(|name| node(name, &members[name], &mut warnings)).collect();
    let live: Vec<&NodeDefinition> =
        order.iter().filter_map(|name| members[name].live.as_ref()).collect();
    let name = options.name.clone().unwrap_or_else(|| cluster.name.clone());
    let mut out = generalize::cluster(&name, nodes, &live, &cluster.seed, options.all_sets);
    let client_of =
        |(name, member): (&String, &Member)| Some((name.clone(), member.client.clone()?));
    let clients: Vec<(String, Arc<Client>)> = members.iter().filter_map(client_of).collect();
    match automatic_ddl::common(&clients).await? {
        Ok(common) => out.automatic_ddl = common,
        Err(states) => warnings.push(format!(
            "automatic DDL is not alike on all nodes, and [ddl] is left out: {states}"
        )),
    }
    let has_secret = |node: &NodeDefinition| {
        node.dsn.has_secret()
            || node.interfaces.values().any(Conninfo::has_secret)
            || node.subscriptions.values().any(|sub| sub.dsn.has_secret())
    };
    if live.iter().any(|node| has_secret(node)) {
        warnings.push(
            "the connection strings of the nodes contain passwords, which are left out: give the servers a passfile"
                .to_owned(),
        );
    }
    let (text, unsaid) = cluster_file::write(&out);
    warnings.extend(unsaid);
    warnings.extend(unlike(&text, &clients).await?);
    warnings.extend(unknown_readers(&clients).await?);
    let text = if options.redact_dsn {
        redact(&mut out);
        cluster_file::write(&out).0
    } else {
        text
    };
    Ok(Export { text, nodes: out.nodes.len(), warnings, errors })
}

fn node(name: &str, member: &Member, warnings: &mut Vec<String>) -> Node {
    let live = member.live.as_ref();
    if live.is_none() {
        warnings.push(format!(
            "node \"{name}\" could not be asked: what only it knows (its sets, its subscriptions) is not written"
        ));
    }
    let interfaces = live.into_iter().flat_map(|live| &live.interfaces);
    Node {
        name: name.to_owned(),
        admin: member.admin.without_secrets(),
        password_command: member.password_command.clone(),
        peer: member.peer.clone(),
        location: live.and_then(|live| live.location.clone()),
        country: live.and_then(|live| live.country.clone()),
        info: live.and_then(|live| live.info.clone()),
        interfaces: interfaces
            .map(|(name, peer)| crate::cluster::Interface {
                name: name.clone(),
                peer: peer.clone(),
            })
            .collect(),
    }
}

/// In what the text, read again, is not what the nodes are.
async fn unlike(text: &str, clients: &[(String, Arc<Client>)]) -> Result<Vec<String>> {
    let read = cluster_file::parse(text, "the exported file").map_err(|mut error| {
        error.kind = crate::error::ErrorKind::Internal;
        error
    })?;
    let drift = drift::compare_as(&read, clients, Vec::new()).await;
    let shown = |value: Option<&String>| value.cloned().unwrap_or_else(|| "nothing".to_owned());
    Ok(drift
        .items
        .iter()
        .map(|item| {
            format!(
                "the file cannot say what node {} is: {} {}: {}, not {}",
                item.node,
                item.object(),
                item.field.unwrap_or_default(),
                shown(item.live.as_ref()),
                shown(item.file.as_ref())
            )
        })
        .collect())
}

/// Slots that belong to nodes which nobody of these knows.
async fn unknown_readers(clients: &[(String, Arc<Client>)]) -> Result<Vec<String>> {
    let mut claimed = BTreeSet::new();
    for (_, client) in clients {
        let claims = client.slot_claims().await?;
        claimed.extend(claims.into_iter().map(|claim| claim.slot));
    }
    let mut warnings = Vec::new();
    for (name, client) in clients {
        let slots = client.slots().await?;
        // Slots that read a node's own log, or copy a table, have names of other kinds.
        let of_subscriptions =
            slots.into_iter().filter(|slot| slot.name.contains(&format!("_{name}_")));
        for slot in of_subscriptions.filter(|slot| !claimed.contains(&slot.name)) {
            warnings.push(format!(
                "slot {} of node {name} is read by no subscription of a known node: when its node is one of the \
                 cluster, name it, too, by a cluster file",
                slot.name
            ));
        }
    }
    Ok(warnings)
}

/// Masks where the nodes are and who connects to them.
fn redact(cluster: &mut Cluster) {
    let masked = |info: &mut Conninfo| {
        let mut out = Conninfo::new();
        for (key, value) in info.iter() {
            match key {
                "port" | "dbname" | "sslmode" => out = out.with(key, value),
                "host" | "hostaddr" | "user" => out = out.with(key, crate::secret::MASK),
                _ => {}
            }
        }
        *info = out;
    };
    for node in &mut cluster.nodes {
        masked(&mut node.admin);
        masked(&mut node.peer);
        node.password_command = None;
        node.interfaces.iter_mut().for_each(|interface| masked(&mut interface.peer));
    }
    cluster.links.iter_mut().filter_map(|link| link.dsn.as_mut()).for_each(masked);
}
