//! What differs between nodes: versions, settings, and the definitions of tables.

use std::collections::{BTreeMap, BTreeSet};

use super::{Facts, Finding, Severity};
use crate::client::TableRef;

/// Settings about statements that define objects; nodes that differ in them replicate them one way.
const DDL: [&str; 6] = [
    "spock.enable_ddl_replication",
    "spock.include_ddl_repset",
    "spock.allow_ddl_from_functions",
    "spock.deny_all_ddl",
    "spock.ddl_lock",
    "spock.ddl_lock_quorum",
];

/// What differs between these nodes.
pub(super) fn nodes(facts: &[Facts]) -> Vec<Finding> {
    let nodes: Vec<&Facts> = facts.iter().filter(|node| node.registered.is_some()).collect();
    let mut out = Vec::new();
    let server = |node: &Facts| node.server.as_ref().map(|server| server.version_num / 10_000);
    out.extend(differs(&nodes, "server-versions-differ", Severity::Info, "PostgreSQL", |node| {
        server(node).map(|major| major.to_string())
    }));
    out.extend(
        differs(&nodes, "spock-versions-differ", Severity::Warning, "spock", |node| {
            node.server.as_ref()?.extension_installed.clone()
        })
        .map(|finding| finding.mend("bring the older nodes to the newest version")),
    );
    out.extend(
        differs(&nodes, "collation-differs", Severity::Warning, "the collation", |node| {
            (!node.collation.is_empty()).then(|| node.collation.clone())
        })
        .map(|finding| finding.mend("text sorts and compares in its own way on each node")),
    );
    out.extend(
        differs(&nodes, "conflict-rules-differ", Severity::Warning, "the conflict rule", |node| {
            (!node.rules.is_empty()).then(|| node.rules.clone())
        })
        .map(|finding| finding.mend("set the same policies on all nodes: docs/conflicts.md")),
    );
    for setting in DDL {
        out.extend(
            differs(&nodes, "ddl-settings-differ", Severity::Warning, setting, |node| {
                node.settings.get(setting).map(|setting| setting.value.clone())
            })
            .map(|finding| {
                finding.about(setting).mend(match setting {
                    "spock.ddl_lock" | "spock.ddl_lock_quorum" | "spock.deny_all_ddl" => format!(
                        "ALTER SYSTEM SET {setting} to the same on all nodes, and SELECT \
                         pg_reload_conf()"
                    ),
                    _ => "spockctl ddl enable, or spockctl ddl disable".to_owned(),
                })
            }),
        );
    }
    out.extend(tables(&nodes));
    out
}

/// One finding when a value is not the same everywhere.
fn differs(
    nodes: &[&Facts],
    id: &'static str,
    severity: Severity,
    what: &str,
    value: impl Fn(&Facts) -> Option<String>,
) -> Option<Finding> {
    let mut by_value: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for node in nodes {
        if let Some(value) = value(node) {
            by_value.entry(value).or_default().push(node.name.clone());
        }
    }
    if by_value.len() < 2 {
        return None;
    }
    let list: Vec<String> =
        by_value.iter().map(|(value, nodes)| format!("{value} on {}", nodes.join(", "))).collect();
    let all = by_value.into_values().flatten().collect();
    let problem = format!("{what} differs: {}", list.join("; "));
    Some(Finding::new(id, severity, "", problem).on(all))
}

/// Tables in replication sets that not every node has alike.
pub(super) fn tables(nodes: &[&Facts]) -> Vec<Finding> {
    let all: BTreeSet<&TableRef> = nodes.iter().flat_map(|node| node.shapes.keys()).collect();
    let mut out = Vec::new();
    let mut told: BTreeSet<&TableRef> = BTreeSet::new();
    for table in all {
        let waiting: Vec<String> = nodes
            .iter()
            .flat_map(|node| node.mismatches.iter().map(move |mismatch| (node, mismatch)))
            .filter(|(_, mismatch)| mismatch.waits && mismatch.table == *table)
            .map(|(node, mismatch)| format!("{} on {}", mismatch.subscription, node.name))
            .collect();
        let without: Vec<String> = nodes
            .iter()
            .filter(|node| !node.shapes.contains_key(table) && node.failures.is_empty())
            .map(|node| node.name.clone())
            .collect();
        if !without.is_empty() {
            let problem = format!("there is no table {table} here");
            out.push(
                Finding::error("table-missing", "", problem)
                    .on(without)
                    .about(table.to_string())
                    .mend("create it as it is on the others"),
            );
        }
        if let Some((mut problem, where_)) = first_difference(nodes, table) {
            told.insert(table);
            let severity = match waiting.len() {
                0 => Severity::Warning,
                n => {
                    let verb = if n == 1 { "stands" } else { "stand" };
                    problem += &format!("; {} {verb} still for it", waiting.join(", "));
                    Severity::Error
                }
            };
            out.push(
                Finding::new("table-differs", severity, "", problem)
                    .on(where_)
                    .about(table.to_string())
                    .mend("make the definitions alike with spockctl ddl run"),
            );
        }
    }
    out.extend(noted(nodes, &told));
    out
}

/// The columns in which a table differs between the nodes that have it.
fn first_difference(nodes: &[&Facts], table: &TableRef) -> Option<(String, Vec<String>)> {
    let having: Vec<(&str, BTreeMap<&str, &str>)> = nodes
        .iter()
        .filter_map(|node| {
            let columns = node.shapes.get(table)?;
            let shapes = columns.iter().map(|c| (c.name.as_str(), c.shape.as_str())).collect();
            Some((node.name.as_str(), shapes))
        })
        .collect();
    let columns: BTreeSet<&str> =
        having.iter().flat_map(|(_, shapes)| shapes.keys().copied()).collect();
    let mut differences = Vec::new();
    for column in columns {
        let mut by_shape: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (node, shapes) in &having {
            by_shape
                .entry(shapes.get(column).copied().unwrap_or("missing"))
                .or_default()
                .push(node);
        }
        if by_shape.len() > 1 {
            let list: Vec<String> = by_shape
                .iter()
                .map(|(shape, nodes)| format!("{shape} on {}", nodes.join(", ")))
                .collect();
            differences.push(format!("column {column} is {}", list.join("; ")));
        }
    }
    let first = differences.first()?;
    let more = match differences.len() {
        1 => String::new(),
        2 => ", and 1 more column".to_owned(),
        n => format!(", and {} more columns", n - 1),
    };
    let names = having.iter().map(|(node, _)| (*node).to_owned()).collect();
    Some((format!("table {table} differs: {first}{more}"), names))
}

/// Differences that are not seen from here: from a provider that was not asked, or not of columns.
fn noted(nodes: &[&Facts], told: &BTreeSet<&TableRef>) -> Vec<Finding> {
    let mut out = Vec::new();
    for node in nodes {
        for mismatch in &node.mismatches {
            let is_asked = nodes.iter().any(|other| other.name == mismatch.provider);
            if told.contains(&mismatch.table) || is_asked && !mismatch.waits {
                continue;
            }
            let column = mismatch.column.as_ref().map(|c| format!(", column {c}"));
            let problem = format!(
                "table {}{} differs from that of {}: {}",
                mismatch.table,
                column.unwrap_or_default(),
                mismatch.provider,
                mismatch.reason
            );
            let severity = if mismatch.waits { Severity::Error } else { Severity::Warning };
            out.push(
                Finding::new("table-differs", severity, &node.name, problem)
                    .about(&mismatch.subscription)
                    .mend("alter one of the two tables"),
            );
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::facts::SharedColumn;
    use super::*;

    fn node(name: &str, columns: &[(&str, &str)]) -> Facts {
        let columns = columns
            .iter()
            .map(|(name, shape)| SharedColumn { name: (*name).into(), shape: (*shape).into() })
            .collect();
        let table = TableRef { schema: "public".into(), name: "t".into() };
        Facts {
            name: name.into(),
            registered: Some(name.into()),
            shapes: [(table, columns)].into(),
            ..Facts::default()
        }
    }

    #[test]
    fn a_table_that_differs_is_told_by_column_and_node() {
        let same = [("id", "integer not null in key"), ("v", "text")];
        let (a, b) = (node("n1", &same), node("n2", &same));
        assert_eq!(nodes(&[a.clone(), b]), []);
        let found = nodes(&[a.clone(), node("n2", &same[..1])]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].problem,
            "table public.t differs: column v is missing on n2; text on n1"
        );
        let none = Facts { shapes: BTreeMap::new(), ..node("n2", &[]) };
        assert_eq!(nodes(&[a, none])[0].id, "table-missing");
    }
}
