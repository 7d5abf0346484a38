//! From nodes to a definition: what they have in common is said once, and the rest as exceptions.

use std::collections::{BTreeMap, BTreeSet};

use crate::client::{NodeDefinition, SetDefinition, SubscriptionDefinition};
use crate::cluster::{Cluster, Link, Node, SUB_NAME, SubscriptionDefaults, Topology};
use crate::replication_set::{Actions, BUILT_IN, Pattern, ReplicationSet, TableRule};

/// A subscription with its name and the node that has it.
type Live<'a> = (&'a str, &'a str, &'a SubscriptionDefinition);

/// The definition of these nodes; `nodes` are all, `live` those that could be asked.
pub(super) fn cluster(
    name: &str,
    nodes: Vec<Node>,
    live: &[&NodeDefinition],
    seed: &str,
    all_sets: bool,
) -> Cluster {
    let mut out = Cluster::mesh(name, nodes);
    if out.nodes.iter().any(|node| node.name == seed) {
        out.seed = seed.to_owned();
    }
    let subs: Vec<Live<'_>> = live
        .iter()
        .flat_map(|node| {
            node.subscriptions.iter().map(|(name, sub)| (name.as_str(), node.name.as_str(), sub))
        })
        .collect();
    let usual = SubscriptionDefaults::default();
    let all = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>();
    out.subscription = SubscriptionDefaults {
        replication_sets: most(subs.iter().map(|(_, _, sub)| all(&sub.replication_sets)))
            .unwrap_or(usual.replication_sets),
        forward_origins: most(subs.iter().map(|(_, _, sub)| all(&sub.forward_origins)))
            .unwrap_or(usual.forward_origins),
        apply_delay: most(subs.iter().map(|(_, _, sub)| sub.apply_delay.clone()))
            .unwrap_or(usual.apply_delay),
        synchronize: usual.synchronize,
    };
    let names = subs.iter().filter_map(|(name, subscriber, sub)| {
        let pattern =
            name.replacen(&sub.provider, "{provider}", 1).replacen(subscriber, "{subscriber}", 1);
        (pattern.contains("{provider}") && pattern.contains("{subscriber}")).then_some(pattern)
    });
    out.sub_name = most(names).unwrap_or_else(|| SUB_NAME.to_owned());
    recognize(&mut out, &subs);
    let of_topology = out.subscriptions();
    for (name, subscriber, sub) in subs {
        let link = link(&out, name, subscriber, sub);
        if !of_topology.contains(&link) {
            out.links.push(link);
        }
    }
    out.replication_sets = sets(live, all_sets);
    out
}

/// The most frequent one; of several the first in their order.
fn most<T: Ord>(items: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for item in items {
        *counts.entry(item).or_default() += 1;
    }
    // The last of equals is taken, so they go the other way round.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(item, _)| item)
}

/// Finds the topology whose subscriptions are there by their usual names.
fn recognize(cluster: &mut Cluster, subs: &[Live<'_>]) {
    let pairs: BTreeSet<(&str, &str)> =
        subs.iter().map(|(_, subscriber, sub)| (sub.provider.as_str(), *subscriber)).collect();
    let is_there = |cluster: &Cluster| {
        let links = cluster.subscriptions();
        links.iter().all(|link| {
            subs.iter().any(|(name, subscriber, sub)| {
                *name == link.name
                    && *subscriber == link.subscriber
                    && sub.provider == link.provider
            })
        })
    };
    cluster.topology = Topology::Mesh;
    if !pairs.is_empty() && is_there(cluster) {
        return;
    }
    cluster.topology = Topology::Star;
    let seed = cluster.seed.clone();
    let names: Vec<String> = cluster.nodes.iter().map(|node| node.name.clone()).collect();
    for center in std::iter::once(&seed).chain(names.iter().filter(|name| **name != seed)) {
        cluster.seed.clone_from(center);
        if pairs.len() == 2 * (names.len() - 1) && !pairs.is_empty() && is_there(cluster) {
            return;
        }
    }
    cluster.topology = Topology::Chain;
    if pairs.len() + 1 == names.len() && !pairs.is_empty() {
        let is_first = |name: &str| pairs.iter().all(|(_, subscriber)| *subscriber != name);
        let mut at = names.iter().map(String::as_str).find(|name| is_first(name));
        let mut order: Vec<String> = Vec::new();
        while let Some(name) = at.filter(|name| !order.iter().any(|known| known == name)) {
            order.push(name.to_owned());
            at = pairs.iter().find(|(provider, _)| *provider == name).map(|(_, next)| *next);
        }
        if order.len() == names.len() {
            let before = cluster.nodes.clone();
            let place = |node: &Node| order.iter().position(|name| *name == node.name);
            cluster.nodes.sort_by_key(place);
            cluster.seed.clone_from(&order[0]);
            if is_there(cluster) {
                return;
            }
            cluster.nodes = before;
        }
    }
    cluster.topology = Topology::Custom;
    cluster.seed = seed;
}

/// The subscription as the definition has it, every option said that is not the default.
fn link(cluster: &Cluster, name: &str, subscriber: &str, sub: &SubscriptionDefinition) -> Link {
    let defaults = &cluster.subscription;
    let unusual = |names: &BTreeSet<String>, default: &[String]| {
        (!names.iter().eq(default.iter().collect::<BTreeSet<_>>()))
            .then(|| names.iter().cloned().collect())
    };
    let provider = cluster.nodes.iter().find(|node| node.name == sub.provider);
    let is_peer =
        provider.is_some_and(|node| node.peer.without_secrets() == sub.dsn.without_secrets());
    Link {
        name: name.to_owned(),
        provider: sub.provider.clone(),
        subscriber: subscriber.to_owned(),
        replication_sets: unusual(&sub.replication_sets, &defaults.replication_sets),
        apply_delay: (sub.apply_delay != defaults.apply_delay).then(|| sub.apply_delay.clone()),
        forward_origins: unusual(&sub.forward_origins, &defaults.forward_origins),
        skip_schema: sub.skip_schema.iter().cloned().collect(),
        force_text_transfer: sub.force_text_transfer,
        disabled: !sub.enabled,
        dsn: (!is_peer).then(|| sub.dsn.clone()),
    }
}

/// The sets, those that are alike on several nodes once.
fn sets(live: &[&NodeDefinition], all_sets: bool) -> Vec<ReplicationSet> {
    let mut alike: Vec<(ReplicationSet, Vec<String>)> = Vec::new();
    for node in live {
        for (name, set) in &node.sets {
            let Some(set) = said(name, set, all_sets) else { continue };
            match alike.iter_mut().find(|(known, _)| *known == set) {
                Some((_, nodes)) => nodes.push(node.name.clone()),
                None => alike.push((set, vec![node.name.clone()])),
            }
        }
    }
    alike.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    alike
        .into_iter()
        .map(|(set, nodes)| {
            let is_everywhere = nodes.len() == live.len();
            ReplicationSet { nodes: (!is_everywhere).then_some(nodes), ..set }
        })
        .collect()
}

/// What is said of a set; of a built-in one only what is not usual.
fn said(name: &str, set: &SetDefinition, all_sets: bool) -> Option<ReplicationSet> {
    let usual = match name {
        "default_insert_only" => Actions { update: false, delete: false, ..Actions::ALL },
        "ddl_sql" => Actions { insert: true, update: false, delete: false, truncate: false },
        _ => Actions::ALL,
    };
    let is_brief = BUILT_IN.contains(&name) && !all_sets;
    let tables: Vec<TableRule> = set
        .tables
        .iter()
        .filter(|(_, part)| !is_brief || part.columns.is_some() || part.row_filter.is_some())
        .map(|(table, part)| TableRule {
            tables: Pattern::from(table),
            columns: part.columns.as_ref().map(|columns| columns.iter().cloned().collect()),
            row_filter: part.row_filter.clone(),
        })
        .collect();
    if BUILT_IN.contains(&name)
        && set.actions == usual
        && tables.is_empty()
        && (is_brief || set.sequences.is_empty())
    {
        return None;
    }
    Some(ReplicationSet {
        name: name.to_owned(),
        replicate: Some(set.actions),
        tables,
        sequences: match is_brief {
            true => Vec::new(),
            false => set.sequences.iter().map(Pattern::from).collect(),
        },
        nodes: None,
    })
}
