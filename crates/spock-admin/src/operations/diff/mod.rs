//! Which rows of a table differ between nodes, while clients write.
//!
//! Servers compute hashes, rows stay where they are (`statements`). A table is cut into ranges of its key,
//! each of which every node hashes; a range that differs is looked at by buckets of rows, and a bucket that
//! differs row by row (`scan`). Keys without an order that is the same on all nodes (text that is not
//! ordered by its bytes, types of extensions) and tables without a key are put into buckets at once.
//!
//! What is found that way may be on its way to other nodes. A row is reported when it differs, the streams
//! have then brought everything that had been committed by that look, and a second look finds on every node
//! the very row version of the first (`settle`): nothing under way can make it equal. A row that is
//! written faster than streams follow is never called different; how many there were is told.

pub mod repair;
mod scan;
mod settle;
mod shape;
mod statements;
mod undo;
mod writer;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Fleet;
use crate::client::{Client, TableRef};
use crate::error::{AdminError, Result};
use crate::progress::{Event, Outcome, Progress};
use crate::wait::Deadline;
use shape::Shape;

/// How many characters of a value are shown.
const SHOWN_LENGTH: usize = 100;

/// How to compare.
#[derive(Debug, Clone)]
pub struct Options {
    /// Rows in a range of the key.
    pub block_rows: u32,
    /// Rows that one node reads in a second at most.
    pub rate: Option<u32>,
    /// A further condition on the rows, as behind WHERE.
    pub condition: Option<String>,
    /// So many ranges of a hundred are compared, spread over the table; all of them unless it is given.
    pub sample: Option<f64>,
    /// Rows that are looked at one by one; behind so many that differ the search ends.
    pub limit: usize,
    /// How often rows that are being written are looked at again.
    pub retries: u32,
    /// When to give up.
    pub deadline: Deadline,
}

impl Options {
    /// The usual ones.
    pub fn until(deadline: Deadline) -> Self {
        Options {
            block_rows: 10_000,
            rate: None,
            condition: None,
            sample: None,
            limit: 100_000,
            retries: 10,
            deadline,
        }
    }
}

/// How a row of one node differs from that of most nodes, or of the first node where there is no majority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// It is not there.
    Missing,
    /// It has other values.
    Changed,
    /// It should not be there.
    Extra,
}

impl Kind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Missing => "missing",
            Kind::Changed => "changed",
            Kind::Extra => "extra",
        }
    }
}

/// One row on one node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema, Deserialize)]
pub struct NodeRow {
    /// The node.
    pub node: String,
    /// How it differs; null on the nodes that are right.
    pub kind: Option<Kind>,
    /// How many such rows there are: 0 or 1, or more in tables without a key.
    pub count: i64,
    /// Hash of the row's compared columns.
    pub hash: Option<String>,
    /// Transaction that wrote it there.
    pub xmin: Option<i64>,
    /// When it was written, by its version.
    pub written_at: Option<jiff::Timestamp>,
    /// Node that wrote it.
    pub written_by: Option<String>,
    /// Values of the columns that differ, shortened.
    pub values: BTreeMap<String, Option<String>>,
}

/// One row that is not the same on all nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema, Deserialize)]
pub struct RowDifference {
    /// The columns of its key; empty in tables without one.
    pub key: BTreeMap<String, String>,
    /// Columns that differ where it is there.
    pub columns: Vec<String>,
    /// The row on each node.
    pub nodes: Vec<NodeRow>,
}

/// Rows that one node has of a table, as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema, Deserialize)]
pub struct NodeCount {
    /// The node.
    pub node: String,
    /// Rows that were compared; null when there is no such table.
    pub rows: Option<i64>,
}

/// How a table was looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// By ranges of its key.
    Ranges,
    /// By hashes of its key.
    Hashes,
    /// By hashes of whole rows: it has no key.
    Rows,
}

/// One table on all nodes.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema, Deserialize)]
pub struct TableDiff {
    /// The table.
    pub table: TableRef,
    /// Whether all nodes have the same rows.
    pub equal: bool,
    /// How it was looked through.
    pub method: Method,
    /// Columns of its key.
    pub key: Vec<String>,
    /// Columns that were compared.
    pub columns: Vec<String>,
    /// The condition on the rows that were compared.
    pub condition: Option<String>,
    /// So many ranges of a hundred were compared; null when the whole table was.
    #[serde(default)]
    pub sample_percent: Option<f64>,
    /// How many rows each node has.
    pub nodes: Vec<NodeCount>,
    /// Rows that differ.
    pub differences: Vec<RowDifference>,
    /// Rows that were written all the time, about which nothing can be said.
    pub busy_rows: usize,
    /// Whether there were more than are told.
    pub is_cut: bool,
    /// How long it took.
    pub elapsed_seconds: f64,
}

/// The outcome for all tables.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The tables.
    pub tables: Vec<TableDiff>,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// Connections for the comparison: one of each node for every range that is compared at once.
pub struct Lanes {
    fleets: Vec<Fleet>,
}

impl Lanes {
    /// Takes over connections to the same nodes.
    ///
    /// # Errors
    /// When there are none, or a node is missing.
    pub fn new(fleets: Vec<Fleet>) -> Result<Self> {
        match fleets.first() {
            None => return Err(AdminError::config("no connection to compare with")),
            Some(fleet) if fleet.clients.len() < 2 => {
                return Err(AdminError::precondition("one node cannot differ from itself")
                    .hint("name two nodes or more, or leave out --node"));
            }
            Some(_) => {}
        }
        if let Some(error) = fleets.iter().find_map(|fleet| fleet.errors.first()) {
            return Err(error.clone());
        }
        Ok(Lanes { fleets })
    }

    /// The first connection to each node.
    pub fn main(&self) -> &Fleet {
        &self.fleets[0]
    }

    /// The first connection to each node; the others end.
    pub fn into_main(mut self) -> Fleet {
        self.fleets.swap_remove(0)
    }

    fn clients(&self) -> impl Iterator<Item = &Arc<Client>> {
        self.fleets.iter().flat_map(|fleet| &fleet.clients)
    }

    /// Settings of sessions that compare: nothing parallel behind the user's back, and a range is read by
    /// the index of the key whatever the planner thinks of the table's size.
    async fn prepare(&self) -> Result<()> {
        for client in self.clients() {
            client
                .batch(
                    "SET statement_timeout = 0; SET max_parallel_workers_per_gather = 0; \
                     SET plan_cache_mode = force_custom_plan; SET jit = off",
                )
                .await?;
        }
        Ok(())
    }
}

/// The tables of these names, as they stand in a statement; every replicated table when there is no name.
///
/// # Errors
/// When no node has a table of that name.
pub async fn tables(fleet: &Fleet, names: &[String]) -> Result<Vec<TableRef>> {
    if names.is_empty() {
        let lists = super::ask_all(fleet, Client::whole_replicated_tables).await?;
        let all: BTreeSet<TableRef> = lists.into_iter().flatten().collect();
        if all.is_empty() {
            return Err(AdminError::precondition("no table is in a replication set"));
        }
        return Ok(all.into_iter().collect());
    }
    let mut tables = Vec::new();
    for name in names {
        let mut found = None;
        for client in &fleet.clients {
            found = client.find_table(name).await?;
            if found.is_some() {
                break;
            }
        }
        match found {
            Some(table) if tables.contains(&table) => {}
            Some(table) => tables.push(table),
            None => {
                let message = format!("table \"{name}\" does not exist on any node");
                return Err(AdminError::precondition(message).hint(
                    "write its schema before it, as in app.orders; without one it is public",
                ));
            }
        }
    }
    Ok(tables)
}

/// Compares tables on every node of the lanes.
///
/// # Errors
/// When a node cannot be asked, or streams do not come as far as they must within the limit.
pub async fn diff(
    lanes: &Lanes,
    tables: &[TableRef],
    options: &Options,
    progress: &dyn Progress,
) -> Result<Report> {
    super::ask_all(lanes.main(), super::status::require_node).await?;
    lanes.prepare().await?;
    let links = shape::links(lanes.main()).await?;
    let mut report = Report { tables: Vec::new(), warnings: links.warnings() };
    for table in tables {
        let step = format!("diff.{table}");
        let title = format!("compare {table}");
        progress.event(Event::StepStarted { step: &step, node: "", title: &title });
        let started = std::time::Instant::now();
        let compared = one_table(lanes, &links, table, options, &step, progress);
        let compared = tokio::time::timeout(options.deadline.remaining(), compared)
            .await
            .unwrap_or_else(|_| {
                Err(AdminError::timeout(format!("table {table} could not be compared in time"))
                    .hint("wait longer with --timeout"))
            });
        let (mut found, warnings) = match compared {
            Ok(found) => found,
            Err(error) => {
                progress.event(Event::StepFailed { step: &step, error: &error });
                return Err(error);
            }
        };
        found.elapsed_seconds = started.elapsed().as_secs_f64();
        progress.event(Event::StepFinished {
            step: &step,
            outcome: Outcome::Changed,
            elapsed: started.elapsed(),
        });
        report.tables.push(found);
        report.warnings.extend(warnings);
    }
    Ok(report)
}

async fn one_table(
    lanes: &Lanes,
    links: &shape::Links,
    table: &TableRef,
    options: &Options,
    step: &str,
    progress: &dyn Progress,
) -> Result<(TableDiff, Vec<String>)> {
    let fleet = lanes.main();
    let shape = match Shape::of(fleet, links, table, options).await? {
        Ok(shape) => shape,
        // A table that is not everywhere has no rows to compare.
        Err(present) => {
            let nodes = fleet.clients.iter().zip(present).map(|(client, present)| NodeCount {
                node: client.node().to_owned(),
                rows: present.then_some(0),
            });
            return Ok((absent(table, nodes.collect()), Vec::new()));
        }
    };
    let found = scan::scan(lanes, &shape, options, step, progress).await?;
    let settled = settle::settle(fleet, links, &shape, found.candidates, options, progress).await?;
    let nodes: Vec<NodeCount> = fleet
        .clients
        .iter()
        .zip(&found.rows)
        .map(|(client, rows)| NodeCount { node: client.node().to_owned(), rows: Some(*rows) })
        .collect();
    let method = match (shape.has_key(), shape.splits()) {
        (true, true) => Method::Ranges,
        (true, false) => Method::Hashes,
        (false, _) => Method::Rows,
    };
    let mut warnings = shape.warnings;
    let sample = options.sample.filter(|_| method == Method::Ranges);
    if options.sample.is_some() && sample.is_none() {
        warnings.push(format!(
            "table {table} is compared whole: there is no order of its key to take ranges of"
        ));
    }
    if settled.busy > 0 {
        warnings.push(format!(
            "table {table}: {} rows were written all the time, and could not be compared",
            settled.busy
        ));
    }
    if found.is_cut {
        warnings.push(format!(
            "table {table}: more rows differ than --limit ({}), the rest was not looked for",
            options.limit
        ));
    }
    let diff = TableDiff {
        table: table.clone(),
        equal: settled.differences.is_empty() && !found.is_cut,
        method,
        key: shape.key,
        columns: shape.columns,
        condition: shape.condition,
        sample_percent: sample,
        nodes,
        differences: settled.differences,
        busy_rows: settled.busy,
        is_cut: found.is_cut,
        elapsed_seconds: 0.0,
    };
    Ok((diff, warnings))
}

fn absent(table: &TableRef, nodes: Vec<NodeCount>) -> TableDiff {
    TableDiff {
        table: table.clone(),
        equal: false,
        method: Method::Rows,
        key: Vec::new(),
        columns: Vec::new(),
        condition: None,
        sample_percent: None,
        nodes,
        differences: Vec::new(),
        busy_rows: 0,
        is_cut: false,
        elapsed_seconds: 0.0,
    }
}

/// Slows reading down to a number of rows per second.
struct Pace {
    rate: Option<u32>,
    started: std::time::Instant,
    rows: std::sync::atomic::AtomicU64,
}

impl Pace {
    fn new(rate: Option<u32>) -> Self {
        let started = std::time::Instant::now();
        Pace { rate, started, rows: std::sync::atomic::AtomicU64::new(0) }
    }

    /// Counts rows, and waits until so many may have been read.
    async fn take(&self, rows: i64) {
        let Some(rate) = self.rate.filter(|rate| *rate > 0) else { return };
        let rows = u64::try_from(rows).unwrap_or(0);
        let total = self.rows.fetch_add(rows, std::sync::atomic::Ordering::Relaxed) + rows;
        let due = Duration::from_micros(total.saturating_mul(1_000_000) / u64::from(rate));
        let ahead = due.saturating_sub(self.started.elapsed());
        if !ahead.is_zero() {
            tokio::time::sleep(ahead).await;
        }
    }
}
