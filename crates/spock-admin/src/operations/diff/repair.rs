//! Making rows that differ equal: each row on each node where it is not what it should be.
//!
//! What a row should be is what one node has, or what was written last. A row is changed only where it is still
//! what the comparison found, on the node it is taken from and on the one it is written to (compare and set). All
//! changes of a node are one transaction that stays on the node. Rows keep the version that they have
//! where they come from, and deletes count as old, so a newer change that is on its way wins as it would have
//! without the repair.

use std::collections::BTreeMap;

use serde::Serialize;

use super::scan::{Look, RowId};
use super::settle;
use super::shape::{self, Links, Shape};
use super::undo::Undo;
use super::writer::{Source, Writer};
use super::{NodeRow, Options, RowDifference, TableDiff};
use crate::client::{Client, TableRef};
use crate::error::{AdminError, Result};
use crate::operations::Fleet;
use crate::progress::{Event, Outcome as StepOutcome, Progress};

/// Rows that are fetched from the node they are taken from by one statement.
const AT_ONCE: usize = 200;

/// Which node has what a row should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Winner {
    /// This one, also where it has no such row.
    Node(String),
    /// For each row the node on which it was written last; a node that has it wins over one that has not.
    Newest,
}

/// What is done to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It should not be there.
    Delete,
    /// It has other values.
    Update,
    /// It is missing.
    Insert,
}

impl Action {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Action::Delete => "delete",
            Action::Update => "update",
            Action::Insert => "insert",
        }
    }
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing yet.
    Planned,
    /// It was done.
    Done,
    /// The row is not what it was any more.
    Skipped,
}

/// A change of one row on one node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct RowRepair {
    /// The node that is changed.
    pub node: String,
    /// The table.
    pub table: TableRef,
    /// The key of the row; empty in tables without one.
    pub key: BTreeMap<String, String>,
    /// What is done.
    pub action: Action,
    /// How many rows; more than one only in tables without a key.
    pub count: i64,
    /// The node that has what is right.
    pub from: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Why nothing.
    pub reason: Option<String>,
    /// The row where it comes from, and here.
    #[serde(skip)]
    pub(super) source: NodeRow,
    #[serde(skip)]
    pub(super) target: NodeRow,
}

/// What a repair did.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Repaired {
    /// The rows.
    pub rows: Vec<RowRepair>,
    /// Rows among them that differ all the same.
    pub differ: usize,
    /// Rows among them that were written all the time.
    pub busy: usize,
}

/// Takes the statements that undo what is done on a node, before it is committed.
pub trait KeepUndo: Send + Sync {
    /// Keeps them where a crash does not lose them.
    ///
    /// # Errors
    /// When they cannot be kept; the node is not changed then.
    fn keep(&self, node: &str, sql: &str) -> Result<()>;
}

/// What would make the rows of these tables equal.
///
/// # Errors
/// When the winner is none of the nodes that were compared, or cannot be told.
pub fn plan(tables: &[TableDiff], winner: &Winner) -> Result<Vec<RowRepair>> {
    let mut out = Vec::new();
    for table in tables {
        if table.nodes.iter().any(|node| node.rows.is_none()) {
            return Err(AdminError::precondition(format!(
                "table {} is not on all nodes",
                table.table
            )));
        }
        for difference in &table.differences {
            let right = right_row(table, difference, winner)?;
            for row in &difference.nodes {
                if (&row.hash, row.count) == (&right.hash, right.count) {
                    continue;
                }
                let action = match (right.count - row.count, right.count) {
                    (1.., _) => Action::Insert,
                    (0, _) => Action::Update,
                    (..0, _) => Action::Delete,
                };
                out.push(RowRepair {
                    node: row.node.clone(),
                    table: table.table.clone(),
                    key: difference.key.clone(),
                    action,
                    count: (right.count - row.count).abs().max(1),
                    from: right.node.clone(),
                    outcome: Outcome::Planned,
                    reason: None,
                    source: right.clone(),
                    target: row.clone(),
                });
            }
        }
    }
    // Deletes first: they make room for values that must be unique.
    out.sort_by(|a, b| (&a.node, &a.table, a.action).cmp(&(&b.node, &b.table, b.action)));
    Ok(out)
}

fn right_row<'a>(
    table: &TableDiff,
    difference: &'a RowDifference,
    winner: &Winner,
) -> Result<&'a NodeRow> {
    match winner {
        Winner::Node(name) => {
            difference.nodes.iter().find(|row| row.node == *name).ok_or_else(|| {
                AdminError::precondition(format!(
                    "node \"{name}\" is none of those that were compared"
                ))
            })
        }
        Winner::Newest if difference.key.is_empty() => Err(AdminError::precondition(format!(
            "table {} has no key: which of its rows are newer cannot be told",
            table.table
        ))
        .hint("choose a node with --from")),
        Winner::Newest => difference
            .nodes
            .iter()
            .filter(|row| row.count > 0)
            // The first of the newest ones.
            .reduce(|best, row| if row.written_at > best.written_at { row } else { best })
            .filter(|row| row.written_at.is_some())
            .ok_or_else(|| {
                AdminError::precondition(format!(
                    "table {}: nobody knows any more when the row {:?} was written",
                    table.table, difference.key
                ))
                .hint("choose a node with --from")
            }),
    }
}

/// Does what was planned, node by node, and compares the rows again.
///
/// # Errors
/// When a statement fails: nothing is changed on that node then, and on those behind it.
pub async fn repair(
    fleet: &Fleet,
    tables: &[TableDiff],
    mut rows: Vec<RowRepair>,
    options: &Options,
    undo: &dyn KeepUndo,
    progress: &dyn Progress,
) -> Result<Repaired> {
    let links = shape::links(fleet).await?;
    let mut shapes = BTreeMap::new();
    for table in tables.iter().filter(|table| rows.iter().any(|row| row.table == table.table)) {
        shapes.insert(table.table.clone(), shape_of(fleet, &links, table, options).await?);
    }
    for client in &fleet.clients {
        client.batch("SET statement_timeout = 0").await?;
        let own: Vec<&mut RowRepair> =
            rows.iter_mut().filter(|row| row.node == client.node()).collect();
        if own.is_empty() {
            continue;
        }
        let step = format!("{}.repair", client.node());
        let title = format!("repair {} rows", own.len());
        progress.event(Event::StepStarted { step: &step, node: client.node(), title: &title });
        let started = std::time::Instant::now();
        if let Err(error) = on_node(fleet, client, &shapes, own, undo).await {
            let error = error.on(client.node());
            progress.event(Event::StepFailed { step: &step, error: &error });
            return Err(error);
        }
        progress.event(Event::StepFinished {
            step: &step,
            outcome: StepOutcome::Changed,
            elapsed: started.elapsed(),
        });
    }
    let (mut differ, mut busy) = (0, 0);
    for (table, shape) in &shapes {
        let done: Vec<&RowRepair> =
            rows.iter().filter(|row| row.table == *table && row.outcome == Outcome::Done).collect();
        let ids: std::collections::BTreeSet<RowId> = done.iter().map(|row| row.id(shape)).collect();
        let ids: Vec<&RowId> = ids.iter().collect();
        let looks = settle::look(fleet, shape, &ids).await?;
        let candidates: BTreeMap<RowId, Look> = ids.into_iter().cloned().zip(looks).collect();
        let settled = settle::settle(fleet, &links, shape, candidates, options, progress).await?;
        differ += settled.differences.len();
        busy += settled.busy;
    }
    Ok(Repaired { rows, differ, busy })
}

async fn shape_of(
    fleet: &Fleet,
    links: &Links,
    table: &TableDiff,
    options: &Options,
) -> Result<Shape> {
    let shape = Shape::of(fleet, links, &table.table, options).await?;
    match shape {
        Ok(shape) if shape.columns == table.columns && shape.key == table.key => Ok(shape),
        _ => Err(AdminError::precondition(format!(
            "table {} has other columns or another key than when it was compared",
            table.table
        ))
        .hint("compare it again with `spockctl table diff`")),
    }
}

impl RowRepair {
    /// What identifies the row in statements.
    pub(super) fn id(&self, shape: &Shape) -> RowId {
        if shape.has_key() {
            return shape.key.iter().map(|name| self.key[name].clone()).collect();
        }
        let hash = self.source.hash.as_ref().or(self.target.hash.as_ref());
        vec![hash.cloned().unwrap_or_default()]
    }

    pub(super) fn skip(&mut self, reason: impl Into<String>) {
        self.outcome = Outcome::Skipped;
        self.reason = Some(reason.into());
    }
}

/// All changes of one node, in one transaction.
async fn on_node(
    fleet: &Fleet,
    client: &Client,
    shapes: &BTreeMap<TableRef, Shape>,
    rows: Vec<&mut RowRepair>,
    undo: &dyn KeepUndo,
) -> Result<()> {
    let node = place_of(fleet, client.node())?;
    let mut sources = sources(fleet, shapes, &rows).await?;
    client
        .batch(
            "BEGIN; SELECT spock.repair_mode(true); SELECT spock.repair_as_copy(); \
             SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '30s'",
        )
        .await?;
    let mut kept = Undo::new(client.node());
    let written = async {
        let mut count = 0;
        for (row, source) in rows.into_iter().zip(sources.drain(..)) {
            let shape = &shapes[&row.table];
            let writer = Writer { client, shape, node, undo: &mut kept };
            match writer.write(row, source).await {
                Ok(is_done) => count += usize::from(is_done),
                Err(error) => {
                    let what = format!(
                        "could not {} the row {} of table {}",
                        row.action.as_str(),
                        key_text(&row.key),
                        row.table
                    );
                    return Err(error.context(what).hint(
                        "nothing was changed on this node; repair other rows first, or by hand",
                    ));
                }
            }
        }
        if count > 0 {
            undo.keep(client.node(), &kept.finish())?;
        }
        Ok(count)
    }
    .await;
    match written {
        Ok(1..) => client.batch("COMMIT").await,
        Ok(0) => client.batch("ROLLBACK").await,
        Err(error) => {
            client.batch("ROLLBACK").await?;
            Err(error)
        }
    }
}

fn key_text(key: &BTreeMap<String, String>) -> String {
    let parts: Vec<String> = key.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if parts.is_empty() { "without key".to_owned() } else { parts.join(", ") }
}

fn place_of(fleet: &Fleet, node: &str) -> Result<usize> {
    fleet
        .clients
        .iter()
        .position(|client| client.node() == node)
        .ok_or_else(|| AdminError::config(format!("no connection to node \"{node}\"")))
}

/// Fetches the rows from the nodes that they come from.
async fn sources(
    fleet: &Fleet,
    shapes: &BTreeMap<TableRef, Shape>,
    rows: &[&mut RowRepair],
) -> Result<Vec<Option<Source>>> {
    let mut out: Vec<Option<Source>> = rows.iter().map(|_| None).collect();
    let mut groups: BTreeMap<(&str, &TableRef), Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        groups.entry((&row.from, &row.table)).or_default().push(at);
    }
    for ((from, table), places) in groups {
        let (node, shape) = (place_of(fleet, from)?, &shapes[table]);
        for some in places.chunks(AT_ONCE) {
            let ids: Vec<RowId> = some.iter().map(|at| rows[*at].id(shape)).collect();
            let columns = settle::columns_of(&ids.iter().collect::<Vec<_>>());
            let sql = shape.statements[node].values();
            for row in fleet.clients[node].query(&sql, &settle::parameters(&columns)).await? {
                let version: Option<jiff::Timestamp> = row.get(3);
                out[some[settle::place(row.get(0))]] = Some(Source {
                    hash: row.get(1),
                    values: row.get(2),
                    version: version.zip(row.get(4)),
                });
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::super::{Method, NodeCount};
    use super::*;

    fn row(node: &str, hash: Option<&str>, second: i64) -> NodeRow {
        NodeRow {
            node: node.to_owned(),
            kind: None,
            count: i64::from(hash.is_some()),
            hash: hash.map(str::to_owned),
            xmin: hash.map(|_| 7),
            written_at: hash.and_then(|_| jiff::Timestamp::from_second(second).ok()),
            written_by: None,
            values: BTreeMap::new(),
        }
    }

    fn table(nodes: Vec<NodeRow>, has_key: bool) -> TableDiff {
        let counts = nodes.iter().map(|row| NodeCount { node: row.node.clone(), rows: Some(1) });
        let key =
            if has_key { [("id".to_owned(), "1".to_owned())].into() } else { BTreeMap::new() };
        TableDiff {
            table: TableRef { schema: "s".into(), name: "t".into() },
            equal: false,
            method: Method::Ranges,
            key: Vec::new(),
            columns: Vec::new(),
            condition: None,
            sample_percent: None,
            nodes: counts.collect(),
            differences: vec![RowDifference { key, columns: Vec::new(), nodes }],
            busy_rows: 0,
            is_cut: false,
            elapsed_seconds: 0.0,
        }
    }

    fn planned(nodes: Vec<NodeRow>, winner: &Winner) -> Vec<(String, Action, String)> {
        let rows = plan(&[table(nodes, true)], winner).expect("a plan");
        rows.into_iter().map(|row| (row.node, row.action, row.from)).collect()
    }

    #[test]
    fn one_node_is_right_or_the_newest_row() {
        let nodes = || vec![row("n1", Some("1"), 10), row("n2", Some("2"), 20), row("n3", None, 0)];
        let of = |node: &str, action, from: &str| (node.to_owned(), action, from.to_owned());
        assert_eq!(
            planned(nodes(), &Winner::Node("n1".into())),
            [of("n2", Action::Update, "n1"), of("n3", Action::Insert, "n1")]
        );
        assert_eq!(
            planned(nodes(), &Winner::Node("n3".into())),
            [of("n1", Action::Delete, "n3"), of("n2", Action::Delete, "n3")]
        );
        assert_eq!(
            planned(nodes(), &Winner::Newest),
            [of("n1", Action::Update, "n2"), of("n3", Action::Insert, "n2")]
        );
        assert!(plan(&[table(nodes(), true)], &Winner::Node("n9".into())).is_err());
        assert!(plan(&[table(nodes(), false)], &Winner::Newest).is_err());
    }
}
