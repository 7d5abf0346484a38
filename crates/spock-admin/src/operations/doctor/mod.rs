//! What is wrong with a cluster, or soon will be: every finding with its cause and what mends it.
//!
//! `facts` asks every node at once; what is made of the answers are functions without I/O, one file
//! per subject. A cause is told once: where a subscription is down because its provider is away or its
//! slot is gone, that is the finding, and the subscription is named in it. A question that a node did
//! not answer is a finding as well, so that nothing counts as well because it was not looked at.

mod between;
mod clock;
mod facts;
mod server;
mod slots;
pub(super) mod streams;
pub mod tables;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::client::{Client, TableRef};
use crate::cluster::{Cluster, Node};
use crate::error::Result;
use crate::operations::Fleet;
use crate::operations::clock::skews;

use facts::Facts;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Something does not work, or rows differ.
    Error,
    /// It works, and will not under some conditions.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// A setting that mends a finding without a restart, or from the next restart on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The node.
    pub node: String,
    /// `name = value`, as `ALTER SYSTEM SET` takes it.
    pub setting: String,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Finding {
    /// What kind of thing; a script may rely on it.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where it is.
    pub nodes: Vec<String>,
    /// Table, subscription, slot or setting.
    pub object: Option<String>,
    /// What is wrong, with its cause, in one line.
    pub problem: String,
    /// What mends it: a command or statement where there is one.
    pub remedy: Option<String>,
    /// Whether `doctor --fix` does so.
    pub can_fix: bool,
    /// How.
    #[serde(skip)]
    pub fixes: Vec<Fix>,
}

impl Finding {
    fn new(id: &'static str, severity: Severity, node: &str, problem: impl Into<String>) -> Self {
        Finding {
            id,
            severity,
            nodes: vec![node.to_owned()],
            object: None,
            // A message of a server can have several lines.
            problem: problem.into().replace(['\n', '\r'], " "),
            remedy: None,
            can_fix: false,
            fixes: Vec::new(),
        }
    }

    fn error(id: &'static str, node: &str, problem: impl Into<String>) -> Self {
        Finding::new(id, Severity::Error, node, problem)
    }

    fn warning(id: &'static str, node: &str, problem: impl Into<String>) -> Self {
        Finding::new(id, Severity::Warning, node, problem)
    }

    fn info(id: &'static str, node: &str, problem: impl Into<String>) -> Self {
        Finding::new(id, Severity::Info, node, problem)
    }

    fn about(mut self, object: impl Into<String>) -> Self {
        self.object = Some(object.into());
        self
    }

    fn on(mut self, nodes: Vec<String>) -> Self {
        self.nodes = nodes;
        self
    }

    fn mend(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    fn fixed_by(mut self, node: &str, setting: &str) -> Self {
        self.fixes.push(Fix { node: node.to_owned(), setting: setting.to_owned() });
        self.can_fix = true;
        self
    }
}

/// Examines the nodes of a cluster. The findings come with the worst first.
pub async fn examine(cluster: &Cluster, nodes: &[&Node], fleet: &Fleet) -> Vec<Finding> {
    let (facts, clocks) = futures::future::join(facts::of_all(fleet), skews(&fleet.clients)).await;
    let mut out = streams::away_nodes(nodes, fleet, &facts);
    for node in &facts {
        out.extend(node.failures.iter().cloned());
    }
    out.extend(server::faults(&facts, cluster.nodes.len()));
    out.extend(clock::findings(&clocks, &facts));
    out.extend(facts.iter().flat_map(server::settings));
    if cluster.nodes.len() > 1 {
        out.extend(facts.iter().filter_map(server::name));
    }
    out.extend(streams::missing(cluster, &facts));
    let away: Vec<&str> = fleet.errors.iter().filter_map(|error| error.node.as_deref()).collect();
    out.extend(streams::subscriptions(&facts, &away));
    out.extend(slots::slots(&facts));
    out.extend(between::nodes(&facts));
    out.extend(facts.iter().flat_map(|node| tables::published(&node.name, &node.tables)));
    server::note_restarts(&mut out, &facts);
    merged(out)
}

/// What is wrong with the tables of these nodes: what each is made of, and where they differ. Of the named ones also
/// when they are in no replication set; all that are in one when none is named.
pub async fn examine_tables(fleet: &Fleet, only: &[TableRef]) -> Vec<Finding> {
    let facts = facts::of_all(fleet).await;
    let mut out = between::tables(&facts.iter().collect::<Vec<_>>());
    for node in &facts {
        out.extend(tables::published(&node.name, &node.tables));
        let unsent = node.tables.iter().filter(|t| t.sets.is_empty() && only.contains(&t.table));
        out.extend(tables::ready(&node.name, &unsent.cloned().collect::<Vec<_>>()));
    }
    if !only.is_empty() {
        let names: Vec<String> = only.iter().map(ToString::to_string).collect();
        out.retain(|finding| {
            names.iter().any(|name| {
                finding.object.as_ref() == Some(name)
                    || finding.problem.starts_with(&format!("table {name} "))
                    || finding.problem.starts_with(&format!("table {name},"))
            })
        });
    }
    out.extend(facts.iter().flat_map(|node| node.failures.iter().cloned()));
    merged(out)
}

/// Whether one database is ready to be a node: its server, and its tables.
pub async fn assess(client: &Client, cluster_size: usize) -> Result<Vec<Finding>> {
    let server = client.server_facts().await?;
    let mut out: Vec<Finding> = server::of_preflight(&[(client.node(), &server)], cluster_size);
    let tables = tables::read(client).await?;
    out.extend(tables::ready(client.node(), &tables));
    out.extend(tables::database(client).await?);
    Ok(merged(out))
}

/// Makes one finding of those that several nodes have in common, and sorts them.
fn merged(findings: Vec<Finding>) -> Vec<Finding> {
    let mut known: BTreeMap<(&'static str, Option<String>, String), usize> = BTreeMap::new();
    let mut out: Vec<Finding> = Vec::new();
    for finding in findings {
        let key = (finding.id, finding.object.clone(), finding.problem.clone());
        match known.get(&key) {
            Some(at) => {
                let first = &mut out[*at];
                for node in finding.nodes {
                    if !first.nodes.contains(&node) {
                        first.nodes.push(node);
                    }
                }
                first.fixes.extend(finding.fixes);
            }
            None => {
                known.insert(key, out.len());
                out.push(finding);
            }
        }
    }
    out.sort_by_key(|finding| finding.severity);
    out
}

/// What `--fix` would set: each setting of each node once.
pub fn fixes(findings: &[Finding]) -> Vec<Fix> {
    let mut out: Vec<Fix> = Vec::new();
    for fix in findings.iter().flat_map(|finding| &finding.fixes) {
        if !out.contains(fix) {
            out.push(fix.clone());
        }
    }
    out
}

/// Sets what a fix says, and has the server read it. Whether it counts only after a restart.
pub async fn fix(fleet: &Fleet, fix: &Fix) -> Result<bool> {
    let client = fleet.client(&fix.node)?;
    client.batch(&format!("ALTER SYSTEM SET {}", fix.setting)).await?;
    client.query_one("SELECT pg_catalog.pg_reload_conf()", &[]).await?;
    let name = fix.setting.split_once(" = ").map_or(fix.setting.as_str(), |(name, _)| name);
    let row = client
        .query_one(
            "SELECT context = 'postmaster' FROM pg_catalog.pg_settings WHERE name = $1",
            &[&name],
        )
        .await?;
    Ok(row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_on_several_nodes_is_one_finding_and_errors_come_first() {
        let found = merged(vec![
            Finding::warning("a", "n1", "one").fixed_by("n1", "x = 1"),
            Finding::error("b", "n1", "two\nlines"),
            Finding::warning("a", "n2", "one").fixed_by("n2", "x = 1"),
        ]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].problem, "two lines");
        assert_eq!(found[1].nodes, ["n1", "n2"]);
        assert_eq!(fixes(&found).len(), 2);
    }
}
