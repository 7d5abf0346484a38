//! What is compared of a table: the columns and rows that every stream between the nodes brings.

use std::collections::BTreeSet;

use super::Options;
use super::statements::{Parts, Statements};
use crate::client::{KeyColumn, SubscriptionState, TableRef, TableShape};
use crate::error::{AdminError, Result};
use crate::operations::{Fleet, ask_all};

/// The subscriptions between the nodes that are compared.
pub(super) struct Links(Vec<Link>);

struct Link {
    subscriber: String,
    state: SubscriptionState,
}

/// Reads the subscriptions of every node.
pub(super) async fn links(fleet: &Fleet) -> Result<Links> {
    let states = ask_all(fleet, crate::client::Client::subscriptions).await?;
    let mut links = Vec::new();
    for (client, states) in fleet.clients.iter().zip(states) {
        for state in states {
            if fleet.clients.iter().any(|provider| provider.node() == state.provider) {
                links.push(Link { subscriber: client.node().to_owned(), state });
            }
        }
    }
    Ok(Links(links))
}

impl Links {
    /// How many streams a change may pass on its way.
    pub(super) fn hops(&self) -> usize {
        let forwards = self.0.iter().any(|link| !link.state.forward_origins.is_empty());
        let nodes: BTreeSet<&str> = self.0.iter().map(|link| link.subscriber.as_str()).collect();
        if forwards { nodes.len().max(1) } else { 1 }
    }

    /// Streams that bring nothing now.
    pub(super) fn warnings(&self) -> Vec<String> {
        let off = self.0.iter().filter(|link| !link.state.is_enabled);
        off.map(|link| {
            format!(
                "subscription {} of node {} is disabled: what it has not brought yet differs",
                link.state.name, link.subscriber
            )
        })
        .collect()
    }
}

/// What is compared of one table, and how.
pub(super) struct Shape {
    pub(super) columns: Vec<String>,
    pub(super) key: Vec<String>,
    pub(super) condition: Option<String>,
    /// Those of each node, in the order of the fleet.
    pub(super) statements: Vec<Statements>,
    /// About how many rows the largest of the nodes has.
    pub(super) rows: i64,
    pub(super) warnings: Vec<String>,
}

impl Shape {
    /// Whether rows are found by a key.
    pub(super) fn has_key(&self) -> bool {
        self.statements.iter().all(Statements::has_key)
    }

    /// Whether the table is split into ranges of its key.
    pub(super) fn splits(&self) -> bool {
        self.statements.iter().all(Statements::splits)
    }

    /// Asks every node; without the table on all of them, which ones have it.
    pub(super) async fn of(
        fleet: &Fleet,
        links: &Links,
        table: &TableRef,
        options: &Options,
    ) -> Result<Result<Shape, Vec<bool>>> {
        let shapes = ask_all(fleet, |client| client.table_shape(table)).await?;
        let present: Vec<bool> = shapes.iter().map(Option::is_some).collect();
        let shapes: Vec<TableShape> = shapes.into_iter().flatten().collect();
        if shapes.len() < fleet.clients.len() {
            return Ok(Err(present));
        }
        let mut sent = Vec::new();
        for link in &links.0 {
            let provider = fleet.client(&link.state.provider)?;
            sent.extend(provider.published(table, &link.state.replication_sets).await?);
        }
        let mut warnings = Vec::new();
        if sent.is_empty() {
            warnings.push(format!("table {table} is in no replication set between these nodes"));
        }
        let mut columns = Vec::new();
        let names: BTreeSet<&String> =
            shapes.iter().flat_map(|shape| &shape.columns).map(|column| &column.name).collect();
        for name in names {
            let of_nodes: Vec<_> = shapes
                .iter()
                .map(|shape| shape.columns.iter().find(|column| column.name == *name))
                .collect();
            if of_nodes.iter().flatten().any(|column| column.is_generated) {
                continue;
            }
            let is_sent = sent.iter().all(|published| {
                published.columns.as_ref().is_none_or(|columns| columns.contains(name))
            });
            if is_sent && of_nodes.iter().all(Option::is_some) {
                columns.push(name.clone());
            } else {
                let why = if is_sent { "not every node has it" } else { "not every node sends it" };
                warnings.push(format!("table {table}: column {name} is not compared: {why}"));
            }
        }
        if columns.is_empty() {
            return Err(AdminError::precondition(format!(
                "no column of table {table} is on all nodes"
            )));
        }
        let conditions: BTreeSet<&String> =
            sent.iter().filter_map(|sent| sent.filter.as_ref()).chain(&options.condition).collect();
        let condition = conditions
            .iter()
            .map(|condition| format!("({condition})"))
            .reduce(|all, condition| format!("{all} AND {condition}"));
        if conditions.len() > usize::from(options.condition.is_some()) {
            warnings
                .push(format!("table {table}: only rows that meet the row filters are compared"));
        }
        let key = common_key(&shapes, &columns);
        if key.is_empty() && shapes.iter().any(|shape| !shape.key.is_empty()) {
            warnings.push(format!("table {table}: the nodes have different keys, or not all of it is sent; whole rows are compared"));
        }
        let recode = shapes.iter().any(|shape| shape.encoding != shapes[0].encoding);
        let statements = shapes.iter().map(|shape| {
            Statements::new(&Parts {
                table,
                is_partitioned: shape.is_partitioned,
                columns: &own_columns(shape, &columns),
                key: &own_key(shape, &key),
                condition: condition.clone(),
                recode,
            })
        });
        let statements = statements.collect();
        Ok(Ok(Shape {
            columns,
            key: key.iter().map(|key| key.name.clone()).collect(),
            condition,
            statements,
            rows: shapes.iter().map(|shape| shape.rows).max().unwrap_or_default(),
            warnings,
        }))
    }
}

/// The key of the first node, where all nodes have the same; its columns are ordered alike where they are on
/// all of them, and texts are bytes of the same encoding.
fn common_key(shapes: &[TableShape], columns: &[String]) -> Vec<KeyColumn> {
    let Some((first, others)) = shapes.split_first() else { return Vec::new() };
    let mut key = first.key.clone();
    for other in others {
        if other.key.len() != key.len() {
            return Vec::new();
        }
        for column in &mut key {
            let Some(theirs) = other.key.iter().find(|theirs| theirs.name == column.name) else {
                return Vec::new();
            };
            column.is_ordered_alike &= theirs.is_ordered_alike
                && theirs.type_name == column.type_name
                && other.encoding == first.encoding;
        }
    }
    if key.iter().all(|column| columns.contains(&column.name)) { key } else { Vec::new() }
}

/// The common key with the types and operators of one node.
fn own_key(shape: &TableShape, common: &[KeyColumn]) -> Vec<KeyColumn> {
    common
        .iter()
        .filter_map(|column| {
            let own = shape.key.iter().find(|own| own.name == column.name)?;
            Some(KeyColumn { is_ordered_alike: column.is_ordered_alike, ..own.clone() })
        })
        .collect()
}

/// The compared columns with the types of one node.
fn own_columns(shape: &TableShape, names: &[String]) -> Vec<(String, String)> {
    let of = |name: &String| {
        let own = shape.columns.iter().find(|column| column.name == *name)?;
        Some((own.name.clone(), own.type_name.clone()))
    };
    names.iter().filter_map(of).collect()
}
