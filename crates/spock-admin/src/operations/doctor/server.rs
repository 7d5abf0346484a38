//! Versions and settings of each server.

use super::{Facts, Finding, Severity};
use crate::client::ServerFacts;
use crate::operations::preflight;

/// Transactions after which a row that was not frozen is a danger to the server.
const XID_DANGER: i64 = 1_900_000_000;

/// What `cluster init` would refuse, as findings.
pub(super) fn of_preflight(servers: &[(&str, &ServerFacts)], cluster_size: usize) -> Vec<Finding> {
    preflight::faults(servers, cluster_size)
        .into_iter()
        .map(|fault| {
            let node = fault.nodes.first().cloned().unwrap_or_default();
            let mut finding =
                Finding::error(fault.id, &node, fault.problem).mend(fault.remedy).on(fault.nodes);
            if let Some(setting) = &fault.alter {
                finding = finding.fixed_by(&node, setting);
            }
            finding
        })
        .collect()
}

/// What stands in the way of the nodes.
pub(super) fn faults(facts: &[Facts], cluster_size: usize) -> Vec<Finding> {
    let servers: Vec<(&str, &ServerFacts)> =
        facts.iter().filter_map(|node| Some((node.name.as_str(), node.server.as_ref()?))).collect();
    of_preflight(&servers, cluster_size)
}

/// Settings that were mended and wait for a restart are told as such.
pub(super) fn note_restarts(findings: &mut [Finding], facts: &[Facts]) {
    for finding in findings {
        let is_pending = finding.fixes.first().is_some_and(|fix| {
            let name = fix.setting.split(' ').next().unwrap_or_default();
            facts.iter().any(|node| {
                node.name == fix.node
                    && node.settings.get(name).is_some_and(|setting| setting.pending_restart)
            })
        });
        if is_pending {
            finding.problem += "; it was changed since, and waits for a restart";
            finding.remedy = Some(format!("restart the server of {}", finding.nodes.join(", ")));
            finding.fixes.clear();
            finding.can_fix = false;
        }
    }
}

/// What is wrong with a node that can take part.
pub(super) fn settings(node: &Facts) -> Vec<Finding> {
    let mut out = Vec::new();
    let name = node.name.as_str();
    let Some(server) = &node.server else { return out };
    if node.registered.is_none() {
        let (problem, remedy) = match server.extension_installed {
            None => ("the extension is not in the database", "spockctl cluster init"),
            Some(_) => ("the database is no spock node", "spockctl cluster init"),
        };
        out.push(Finding::error("no-node", name, problem).mend(remedy));
        return out;
    }
    if let (Some(library), Some(extension)) = (&node.library, &server.extension_installed)
        && library != extension
    {
        let problem =
            format!("the library is version {library}, the extension in the database {extension}");
        // They go together within one release: docs/upgrade.md.
        let release =
            |version: &str| version.rsplit_once('.').map(|(release, _)| release.to_owned());
        let severity = if release(library) == release(extension) {
            Severity::Warning
        } else {
            Severity::Error
        };
        out.push(
            Finding::new("library-version", severity, name, problem)
                .mend(format!("ALTER EXTENSION spock UPDATE TO '{library}'")),
        );
    }
    if let Some(available) = &server.extension_available
        && let Some(installed) = &server.extension_installed
        && available != installed
        && node.library.as_ref() != Some(available)
    {
        let problem = format!("version {available} is installed, the database has {installed}");
        out.push(
            Finding::warning("extension-not-updated", name, problem)
                .mend(format!("spockctl upgrade plan --to {available}")),
        );
    }
    if node.number("old_snapshot_threshold").is_some_and(|minutes| minutes >= 0) {
        out.push(
            Finding::warning(
                "old-snapshot-threshold",
                name,
                "old_snapshot_threshold is set: vacuum removes deleted rows that late changes are \
                 compared with",
            )
            .about("old_snapshot_threshold")
            .mend("ALTER SYSTEM SET old_snapshot_threshold = -1, and restart the server")
            .fixed_by(name, "old_snapshot_threshold = -1"),
        );
    }
    out.extend(room(node));
    out.extend(freezing(node));
    out
}

/// A node that is registered by another name than its definition's. A connection string alone has none.
pub(super) fn name(node: &Facts) -> Option<Finding> {
    let registered = node.registered.as_ref().filter(|registered| **registered != node.name)?;
    let problem = format!("the database is the spock node \"{registered}\", not \"{}\"", node.name);
    Some(
        Finding::error("node-name-differs", &node.name, problem)
            .mend(format!("name it \"{registered}\" in cluster.toml")),
    )
}

/// Settings that suffice until something more is to be done at once.
fn room(node: &Facts) -> Vec<Finding> {
    let mut out = Vec::new();
    let subscriptions = i64::try_from(node.subscriptions.len()).unwrap_or(i64::MAX);
    let slots = i64::try_from(node.slots.len()).unwrap_or(i64::MAX);
    let copies = node.number("spock.sync_table_workers").unwrap_or(2);
    let wanted = [
        ("max_worker_processes", 4 + subscriptions + copies, "workers and copies"),
        ("max_replication_slots", slots.max(subscriptions) + 2, "slots and origins with copies"),
        ("max_active_replication_origins", subscriptions + 2, "origins with copies"),
    ];
    for (setting, least, what) in wanted {
        if let Some(value) = node.number(setting)
            && value < least
        {
            let problem = format!("{setting} is {value}: no room for {least} {what}");
            out.push(
                Finding::warning("no-room", &node.name, problem)
                    .about(setting)
                    .mend(format!(
                        "ALTER SYSTEM SET {setting} = {}, and restart the server",
                        least * 2
                    ))
                    .fixed_by(&node.name, &format!("{setting} = {}", least * 2)),
            );
        }
    }
    out
}

/// Freezing, which also decides how long commit times are known.
fn freezing(node: &Facts) -> Vec<Finding> {
    let mut out = Vec::new();
    let Some(max_age) = node.number("autovacuum_freeze_max_age") else { return out };
    let age = node.xid_age;
    if age > XID_DANGER || age > max_age.saturating_mul(2) {
        let severity = if age > XID_DANGER { Severity::Error } else { Severity::Warning };
        let problem = format!(
            "the oldest row is {age} transactions old, autovacuum_freeze_max_age is {max_age}: \
             something keeps vacuum from freezing"
        );
        out.push(
            Finding::new("xid-age", severity, &node.name, problem)
                .mend("end old transactions, drop slots that nobody reads, and VACUUM (FREEZE)"),
        );
    }
    if max_age < 10_000_000 {
        let problem = format!(
            "autovacuum_freeze_max_age is {max_age}: commit times, which decide conflicts, are kept \
             for so many transactions only"
        );
        out.push(
            Finding::warning("commit-times-short", &node.name, problem)
                .about("autovacuum_freeze_max_age")
                .mend(
                    "ALTER SYSTEM SET autovacuum_freeze_max_age = 200000000, and restart the server",
                )
                .fixed_by(&node.name, "autovacuum_freeze_max_age = 200000000"),
        );
    }
    out
}
