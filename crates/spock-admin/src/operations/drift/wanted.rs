//! What the definition wants of one node.

use std::collections::BTreeMap;

use crate::client::{
    NodeDefinition, Relations, SetDefinition, SubscriptionDefinition, TablePart, TableRef, bare,
};
use crate::cluster::{Cluster, Link, Node};
use crate::conninfo::Conninfo;
use crate::replication_set::{Actions, Pattern, ReplicationSet};

/// What the definition wants of this node; what it leaves open is as it is.
pub(super) fn node(
    cluster: &Cluster,
    node: &Node,
    live: Option<&NodeDefinition>,
    relations: &Relations,
    delays: &BTreeMap<String, String>,
) -> NodeDefinition {
    let sets = cluster.replication_sets.iter().filter(|set| set.is_of(&node.name)).map(|wanted| {
        let there = live.and_then(|live| live.sets.get(&wanted.name));
        (wanted.name.clone(), set(wanted, there, relations))
    });
    let links = cluster.subscriptions();
    let links = links.into_iter().filter(|link| link.subscriber == node.name);
    NodeDefinition {
        name: node.name.clone(),
        location: node.location.clone(),
        country: node.country.clone(),
        info: node.info.clone(),
        dsn: node.peer.clone(),
        interfaces: node.interfaces.iter().map(|i| (i.name.clone(), i.peer.clone())).collect(),
        sets: sets.collect(),
        subscriptions: links
            .map(|link| (link.name.clone(), subscription(cluster, link, delays)))
            .collect(),
    }
}

/// What the definition wants of a set, with the relations of a node.
pub(crate) fn set(
    wanted: &ReplicationSet,
    live: Option<&SetDefinition>,
    relations: &Relations,
) -> SetDefinition {
    let mut tables: BTreeMap<TableRef, TablePart> = BTreeMap::new();
    // The first rule that names a table decides.
    for rule in &wanted.tables {
        let part = TablePart {
            columns: rule.columns.as_ref().map(|columns| columns.iter().cloned().collect()),
            row_filter: rule.row_filter.as_deref().map(bare),
        };
        for table in matching(&rule.tables, relations.tables.keys()) {
            tables.entry(table).or_insert_with(|| part.clone());
        }
    }
    let partitions: Vec<(TableRef, TablePart)> = live
        .iter()
        .flat_map(|live| &live.tables)
        .filter(|(table, _)| !tables.contains_key(table))
        .filter(|(table, _)| {
            let ancestors = relations.tables.get(table);
            ancestors.is_some_and(|above| above.iter().any(|table| tables.contains_key(table)))
        })
        .map(|(table, part)| (table.clone(), part.clone()))
        .collect();
    tables.extend(partitions);
    SetDefinition {
        actions: wanted.replicate.or(live.map(|live| live.actions)).unwrap_or(Actions::ALL),
        tables,
        sequences: wanted
            .sequences
            .iter()
            .flat_map(|pattern| matching(pattern, relations.sequences.iter()))
            .collect(),
    }
}

/// What a pattern means; a name means itself, also where there is no such relation.
fn matching<'a>(pattern: &Pattern, known: impl Iterator<Item = &'a TableRef>) -> Vec<TableRef> {
    match &pattern.name {
        Some(name) => vec![TableRef { schema: pattern.schema.clone(), name: name.clone() }],
        None => known.filter(|relation| pattern.matches(relation)).cloned().collect(),
    }
}

fn subscription(
    cluster: &Cluster,
    link: Link,
    delays: &BTreeMap<String, String>,
) -> SubscriptionDefinition {
    let defaults = &cluster.subscription;
    let delay = link.apply_delay.unwrap_or_else(|| defaults.apply_delay.clone());
    let peer = || cluster.node(&link.provider).map(|node| node.peer.clone()).unwrap_or_default();
    let dsn: Conninfo = link.dsn.clone().unwrap_or_else(peer);
    let names = |own: Option<Vec<String>>, default: &[String]| {
        own.unwrap_or_else(|| default.to_vec()).into_iter().collect()
    };
    SubscriptionDefinition {
        dsn,
        replication_sets: names(link.replication_sets, &defaults.replication_sets),
        forward_origins: names(link.forward_origins, &defaults.forward_origins),
        skip_schema: link.skip_schema.into_iter().collect(),
        apply_delay: delays.get(&delay).cloned().unwrap_or(delay),
        force_text_transfer: link.force_text_transfer,
        enabled: !link.disabled,
        provider: link.provider,
    }
}
