//! Whether these servers can form a cluster: every fault at once, each with its remedy.

use std::collections::BTreeMap;

use super::{Fleet, ask_all};
use crate::client::{Client, ServerFacts, quote_literal};
use crate::error::{AdminError, ErrorKind, Result};

/// Oldest server that the extension runs on.
const OLDEST: i32 = 150_000;

/// Fails with everything that stands in the way.
pub async fn check(fleet: &Fleet) -> Result<()> {
    let facts = ask_all(fleet, Client::server_facts).await?;
    let nodes: Vec<(&str, &ServerFacts)> =
        fleet.clients.iter().map(|client| client.node()).zip(&facts).collect();
    let faults = faults(&nodes, nodes.len());
    if faults.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = faults
        .iter()
        .map(|fault| match fault.nodes.as_slice() {
            [node] => format!("node \"{node}\": {}", fault.problem),
            _ => fault.problem.clone(),
        })
        .collect();
    let mut error =
        AdminError::new(ErrorKind::Incompatible, "the nodes are not ready for a cluster")
            .detail(lines.join("\n"));
    let mut remedies: Vec<String> = faults.into_iter().map(|fault| fault.remedy).collect();
    remedies.dedup();
    for remedy in remedies {
        error = error.hint(remedy);
    }
    Err(error)
}

/// One thing in the way.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// What kind of thing, in one word that stays.
    pub(super) id: &'static str,
    /// The nodes that it concerns.
    pub(super) nodes: Vec<String>,
    /// What is wrong.
    pub(super) problem: String,
    /// What mends it.
    pub(super) remedy: String,
    /// The setting that mends it, where it can be set while the server runs.
    pub(super) alter: Option<String>,
}

/// Everything that is wrong with these servers, alone and together, in a cluster of so many nodes.
pub(super) fn faults(nodes: &[(&str, &ServerFacts)], cluster_size: usize) -> Vec<Fault> {
    let mut out = Vec::new();
    for (node, facts) in nodes {
        let mut add = |id, problem: String, remedy: String, alter: Option<String>| {
            let nodes = vec![(*node).to_owned()];
            out.push(Fault { id, nodes, problem, remedy: remedy.replace("{node}", node), alter });
        };
        let restart = |setting: &str| {
            format!("on node {{node}} run ALTER SYSTEM SET {setting}, and restart the server")
        };
        if facts.version_num < OLDEST {
            add(
                "server-version",
                format!("PostgreSQL {} is too old", facts.version),
                "upgrade node {node} to PostgreSQL 15 or later".into(),
                None,
            );
        }
        if facts.in_recovery {
            let remedy = "use the primary of node {node}".to_owned();
            add("standby", "the server is a standby".into(), remedy, None);
        }
        if facts.wal_level != "logical" {
            let (setting, problem) =
                ("wal_level = 'logical'", format!("wal_level is \"{}\"", facts.wal_level));
            add("wal-level", problem, restart(setting), Some(setting.into()));
        }
        if !facts.track_commit_timestamp {
            let (setting, problem) =
                ("track_commit_timestamp = on", "track_commit_timestamp is off".to_owned());
            add("commit-timestamps-off", problem, restart(setting), Some(setting.into()));
        }
        if facts.extension_available.is_none() {
            add(
                "extension-files",
                "the files of the extension are not installed".into(),
                "install spock on the server of node {node}".into(),
                None,
            );
        }
        if !facts.preloaded {
            // Not set by itself: a server that does not find a library does not start.
            add(
                "preload",
                "spock is not in shared_preload_libraries".into(),
                restart("shared_preload_libraries = 'spock'"),
                None,
            );
        }
        if let Some(allowed) = &facts.output_plugin_libraries
            && !names(allowed).iter().any(|name| name == "spock_output")
        {
            let mut all = names(allowed);
            all.extend(["spock_output".to_owned(), "mmlite".to_owned()]);
            // In quotes one by one: the server takes one string for one name.
            let quoted: Vec<String> = all.iter().map(|name| quote_literal(name)).collect();
            let setting = format!("output_plugin_libraries = {}", quoted.join(", "));
            add(
                "output-plugin-libraries",
                "output_plugin_libraries does not allow spock_output".into(),
                format!(
                    "on node {{node}} run ALTER SYSTEM SET {setting}, and SELECT pg_reload_conf()"
                ),
                Some(setting),
            );
        }
        let peers = i32::try_from(cluster_size).unwrap_or(i32::MAX).saturating_sub(1);
        for (id, setting, value, least) in [
            (
                "max-replication-slots",
                "max_replication_slots",
                facts.max_replication_slots,
                peers * 2 + 1,
            ),
            ("max-wal-senders", "max_wal_senders", facts.max_wal_senders, peers + 2),
            (
                "max-worker-processes",
                "max_worker_processes",
                facts.max_worker_processes,
                peers * 2 + 2,
            ),
        ] {
            if value < least {
                let alter = format!("{setting} = {}", least * 2);
                let problem = format!("{setting} is {value}, this cluster needs {least}");
                add(id, problem, restart(&alter), Some(alter));
            }
        }
    }
    let mut encodings: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut systems: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (node, facts) in nodes {
        encodings.entry(&facts.encoding).or_default().push(node);
        systems.entry((&facts.system_identifier, &facts.database)).or_default().push(node);
    }
    if encodings.len() > 1 {
        let list: Vec<String> =
            encodings.iter().map(|(e, nodes)| format!("{e} on {}", nodes.join(", "))).collect();
        out.push(Fault {
            id: "encoding-differs",
            nodes: nodes.iter().map(|(node, _)| (*node).to_owned()).collect(),
            problem: format!("the databases differ in encoding: {}", list.join("; ")),
            remedy: "create the databases with one encoding".to_owned(),
            alter: None,
        });
    }
    for ((_, database), nodes) in systems.iter().filter(|(_, nodes)| nodes.len() > 1) {
        out.push(Fault {
            id: "same-database",
            nodes: nodes.iter().map(|node| (*node).to_owned()).collect(),
            problem: format!("nodes {} are the same database \"{database}\"", nodes.join(", ")),
            remedy: "give each node a connection string of its own".to_owned(),
            alter: None,
        });
    }
    out
}

/// The names of a list as the server shows it: those with odd characters stand in double quotes.
fn names(list: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut is_quoted = false;
    for c in list.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => out.push(String::new()),
            _ => out.last_mut().into_iter().for_each(|name| name.push(c)),
        }
    }
    let names = out.into_iter().map(|name| name.trim().to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_in_quotes_is_one_name() {
        assert_eq!(names("pgoutput, \"odd, one\",x"), ["pgoutput", "odd, one", "x"]);
        assert_eq!(names("\"pgoutput, spock_output\""), ["pgoutput, spock_output"]);
        assert!(names("").is_empty());
    }

    fn good(sysid: &str) -> ServerFacts {
        ServerFacts {
            version: "15.20".into(),
            version_num: 150_020,
            system_identifier: sysid.into(),
            database: "app".into(),
            encoding: "UTF8".into(),
            wal_level: "logical".into(),
            track_commit_timestamp: true,
            preloaded: true,
            max_replication_slots: 20,
            max_wal_senders: 20,
            max_worker_processes: 24,
            output_plugin_libraries: Some("pgoutput, spock_output".into()),
            in_recovery: false,
            extension_available: Some("6.0.0".into()),
            extension_installed: None,
        }
    }

    #[test]
    fn good_servers_have_no_faults() {
        let (a, b) = (good("1"), ServerFacts { output_plugin_libraries: None, ..good("2") });
        assert_eq!(faults(&[("n1", &a), ("n2", &b)], 2), []);
    }

    #[test]
    fn every_fault_has_a_remedy_for_its_node() {
        let bad = ServerFacts {
            wal_level: "replica".into(),
            track_commit_timestamp: false,
            preloaded: false,
            extension_available: None,
            output_plugin_libraries: Some("pgoutput".into()),
            max_replication_slots: 1,
            encoding: "LATIN1".into(),
            ..good("1")
        };
        let ok = good("1");
        let faults = faults(&[("n1", &bad), ("n2", &ok)], 2);
        let text =
            faults.iter().map(|f| format!("{}\n{}\n", f.problem, f.remedy)).collect::<String>();
        for part in [
            "wal_level is \"replica\"",
            "on node n1 run ALTER SYSTEM SET wal_level = 'logical'",
            "'pgoutput', 'spock_output', 'mmlite'",
            "max_replication_slots is 1, this cluster needs 3",
            "LATIN1 on n1; UTF8 on n2",
            "nodes n1, n2 are the same database \"app\"",
        ] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
    }
}
