//! The proof that the nodes are equal: order-independent checksums of every replicated table.
//!
//! The streams are drained first (a mark in every log, waited for everywhere), then each node reads
//! all its tables in one snapshot, all nodes at once. While clients keep writing, two snapshots are
//! never of the same moment; tables that differ are therefore compared row by row ([`super::diff`]), and only
//! those with rows that differ for good are reported.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::future::join_all;
use serde::Serialize;

use super::{Fleet, ask_all, diff};
use crate::client::{Checksum, Client, TableRef};
use crate::error::{AdminError, Result};
use crate::progress::{Event, Outcome, Progress};
use crate::wait::Deadline;

/// What one node has of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct NodeRows {
    /// The node.
    pub node: String,
    /// Count and checksum; `None` when the node has no such table.
    pub checksum: Option<Checksum>,
    /// Columns that not every node has, left out of the checksum.
    pub extra_columns: Vec<String>,
}

/// One table on all nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct TableVerdict {
    /// The table.
    pub table: TableRef,
    /// Whether all nodes have the same rows.
    pub equal: bool,
    /// What each node has.
    pub nodes: Vec<NodeRows>,
    /// How many rows differ, where they were compared.
    pub differing_rows: Option<usize>,
}

impl TableVerdict {
    /// Nodes whose rows are not those of most nodes.
    pub fn odd_nodes(&self) -> Vec<&str> {
        let mut votes: Vec<(&Option<Checksum>, usize)> = Vec::new();
        for node in &self.nodes {
            match votes.iter_mut().find(|(checksum, _)| *checksum == &node.checksum) {
                Some((_, count)) => *count += 1,
                None => votes.push((&node.checksum, 1)),
            }
        }
        let most = votes.iter().map(|(_, count)| *count).max().unwrap_or(0);
        let mut leaders = votes.iter().filter(|(_, count)| *count == most);
        // Without one majority every node is as odd as the next.
        let majority = match (leaders.next(), leaders.next()) {
            (Some((checksum, _)), None) => Some(*checksum),
            _ => None,
        };
        self.nodes
            .iter()
            .filter(|node| majority != Some(&node.checksum))
            .map(|node| node.node.as_str())
            .collect()
    }
}

/// The outcome of a verification.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Report {
    /// Each replicated table.
    pub tables: Vec<TableVerdict>,
    /// Nodes with changes in `spock.exception_log` that nobody has dealt with, and how many.
    pub pending: Vec<(String, i64)>,
    /// Nodes and their subscriptions whose rows may differ, and why.
    pub needs_repair: Vec<(String, String, String)>,
    /// How each node decides conflicts, where they do not all decide alike.
    pub differing_rules: Vec<(String, String)>,
    /// What else the user should know.
    pub warnings: Vec<String>,
}

impl Report {
    /// Whether all tables are equal on all nodes.
    pub fn is_equal(&self) -> bool {
        self.tables.iter().all(|table| table.equal)
    }
}

/// How to verify.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether to drain the streams first.
    pub drain: bool,
    /// How often to look again at tables that differ, before their rows are compared.
    pub retries: u32,
    /// When to give up.
    pub deadline: Deadline,
}

/// Compares every replicated table on every node of the fleet.
pub async fn verify(fleet: &Fleet, options: Options, progress: &dyn Progress) -> Result<Report> {
    ask_all(fleet, super::status::require_node).await?;
    let mut tables = replicated(fleet).await?;
    if tables.is_empty() {
        return Err(AdminError::precondition("no table is in a replication set")
            .hint("add tables with `spockctl cluster init --add-all-tables SCHEMA`"));
    }
    let mut verdicts: BTreeMap<TableRef, TableVerdict> = BTreeMap::new();
    for attempt in 0..=options.retries {
        if options.drain {
            super::wait::caught_up(fleet, options.deadline, progress).await?;
        }
        let round = compare(fleet, &tables, progress);
        let round = tokio::time::timeout(options.deadline.remaining(), round)
            .await
            .map_err(|_| AdminError::timeout("the tables could not be read in time"))??;
        tables = round.iter().filter(|v| !v.equal).map(|v| v.table.clone()).collect();
        verdicts.extend(round.into_iter().map(|verdict| (verdict.table.clone(), verdict)));
        if tables.is_empty() {
            break;
        }
        if attempt < options.retries {
            let message = format!("{} tables differ, looking again", tables.len());
            progress.event(Event::Warning { node: "", message: &message });
        }
    }
    let mut warnings = Vec::new();
    if options.drain && !tables.is_empty() && fleet.clients.len() > 1 {
        warnings = settle(fleet, &tables, &mut verdicts, options.deadline, progress).await?;
    }
    let counts = ask_all(fleet, Client::pending_exceptions).await?;
    let nodes = || fleet.clients.iter().map(|client| client.node().to_owned());
    let pending = nodes().zip(counts).filter(|(_, count)| *count > 0).collect();
    let marked = ask_all(fleet, Client::subscriptions).await?;
    let needs_repair = nodes()
        .zip(marked)
        .flat_map(|(node, subs)| {
            subs.into_iter()
                .filter_map(move |sub| Some((node.clone(), sub.name, sub.needs_repair?)))
        })
        .collect();
    let rules = ask_all(fleet, Client::conflict_rules).await?;
    let alike = rules.windows(2).all(|pair| pair[0] == pair[1]);
    let differing_rules = if alike { Vec::new() } else { nodes().zip(rules).collect() };
    let tables = verdicts.into_values().collect();
    Ok(Report { tables, pending, needs_repair, differing_rules, warnings })
}

/// Compares tables whose checksums differ row by row: rows may only have been on their way.
async fn settle(
    fleet: &Fleet,
    tables: &[TableRef],
    verdicts: &mut BTreeMap<TableRef, TableVerdict>,
    deadline: Deadline,
    progress: &dyn Progress,
) -> Result<Vec<String>> {
    let clients = fleet.clients.iter().map(Arc::clone).collect();
    let lanes = diff::Lanes::new(vec![Fleet::of(clients)])?;
    let report = diff::diff(&lanes, tables, &diff::Options::until(deadline), progress).await?;
    for compared in report.tables {
        if let Some(verdict) = verdicts.get_mut(&compared.table) {
            verdict.equal = compared.equal;
            verdict.differing_rows = Some(compared.differences.len());
        }
    }
    Ok(report.warnings)
}

/// Tables that some node publishes or may receive.
async fn replicated(fleet: &Fleet) -> Result<Vec<TableRef>> {
    let lists = ask_all(fleet, Client::replicated_tables).await?;
    let all: BTreeSet<TableRef> = lists.into_iter().flatten().collect();
    Ok(all.into_iter().collect())
}

/// One round: each node in one snapshot, all nodes at once.
async fn compare(
    fleet: &Fleet,
    tables: &[TableRef],
    progress: &dyn Progress,
) -> Result<Vec<TableVerdict>> {
    let columns = ask_all(fleet, |client| columns(client, tables)).await?;
    let shared: Vec<Vec<String>> = (0..tables.len())
        .map(|table| shared_columns(columns.iter().filter_map(|node| node[table].as_ref())))
        .collect();
    let rounds = fleet.clients.iter().map(|client| read(client, tables, &shared, progress));
    let sums: Vec<Vec<Option<Checksum>>> =
        join_all(rounds).await.into_iter().collect::<Result<_>>()?;
    Ok(tables
        .iter()
        .enumerate()
        .map(|(at, table)| {
            let nodes: Vec<NodeRows> = fleet
                .clients
                .iter()
                .enumerate()
                .map(|(node, client)| NodeRows {
                    node: client.node().to_owned(),
                    checksum: sums[node][at].clone(),
                    extra_columns: columns[node][at]
                        .iter()
                        .flatten()
                        .filter(|column| !shared[at].contains(column))
                        .cloned()
                        .collect(),
                })
                .collect();
            let equal = nodes.windows(2).all(|pair| pair[0].checksum == pair[1].checksum);
            TableVerdict { table: table.clone(), equal, nodes, differing_rows: None }
        })
        .collect())
}

async fn columns(client: &Client, tables: &[TableRef]) -> Result<Vec<Option<Vec<String>>>> {
    let mut out = Vec::with_capacity(tables.len());
    for table in tables {
        out.push(client.columns(table).await?);
    }
    Ok(out)
}

/// Columns that every node with the table has, by name.
fn shared_columns<'a>(mut nodes: impl Iterator<Item = &'a Vec<String>>) -> Vec<String> {
    let Some(first) = nodes.next() else { return Vec::new() };
    let mut shared = first.clone();
    for columns in nodes {
        shared.retain(|column| columns.contains(column));
    }
    // Byte order, the same whatever the collation of the node that was asked first.
    shared.sort();
    shared
}

/// Reads the checksums of all tables of one node in one snapshot.
async fn read(
    client: &Arc<Client>,
    tables: &[TableRef],
    columns: &[Vec<String>],
    progress: &dyn Progress,
) -> Result<Vec<Option<Checksum>>> {
    let step = format!("{}.checksum", client.node());
    progress.event(Event::StepStarted { step: &step, node: client.node(), title: "read tables" });
    let started = std::time::Instant::now();
    client.batch("SET statement_timeout = 0").await?;
    client.begin_snapshot().await?;
    let mut out = Vec::with_capacity(tables.len());
    for (at, (table, columns)) in tables.iter().zip(columns).enumerate() {
        progress.event(Event::StepProgress {
            step: &step,
            done: at as u64,
            total: tables.len() as u64,
            message: &table.to_string(),
        });
        out.push(match client.columns(table).await? {
            Some(_) => Some(client.checksum(table, columns).await?),
            None => None,
        });
    }
    client.end_snapshot().await?;
    progress.event(Event::StepFinished {
        step: &step,
        outcome: Outcome::Changed,
        elapsed: started.elapsed(),
    });
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(sums: &[Option<&str>]) -> TableVerdict {
        let nodes = sums
            .iter()
            .enumerate()
            .map(|(at, sum)| NodeRows {
                node: format!("n{}", at + 1),
                checksum: sum.map(|sum| Checksum { rows: 1, sum: sum.to_owned() }),
                extra_columns: Vec::new(),
            })
            .collect();
        TableVerdict {
            table: TableRef { schema: "s".into(), name: "t".into() },
            equal: false,
            nodes,
            differing_rows: None,
        }
    }

    #[test]
    fn odd_nodes_are_those_against_the_majority() {
        assert_eq!(verdict(&[Some("1"), Some("2"), Some("1")]).odd_nodes(), ["n2"]);
        assert_eq!(verdict(&[Some("1"), None, Some("1")]).odd_nodes(), ["n2"]);
        assert_eq!(verdict(&[Some("1"), Some("2")]).odd_nodes(), ["n1", "n2"]);
        assert!(verdict(&[Some("1"), Some("1")]).odd_nodes().is_empty());
    }

    #[test]
    fn only_shared_columns_count() {
        let nodes = [vec!["b".to_owned(), "A".into(), "x".into()], vec!["A".into(), "b".into()]];
        assert_eq!(shared_columns(nodes.iter()), ["A", "b"]);
    }
}
