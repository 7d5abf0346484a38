//! The node file of the former `spockctrl`, a JSON document, as a cluster.
//!
//! It knows addresses and nothing else, so the cluster is a mesh of its nodes. What it says of logs belonged to that
//! program. A password is not taken over: it stood in the file for everybody who could read it.

use serde::Deserialize;

use crate::cluster::{Cluster, Node};
use crate::conninfo::Conninfo;
use crate::error::{AdminError, Result};

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    global: Global,
    #[serde(rename = "spock-nodes", default)]
    nodes: Vec<NodeEntry>,
}

#[derive(Default, Deserialize)]
struct Global {
    #[serde(default)]
    spock: Spock,
}

#[derive(Default, Deserialize)]
struct Spock {
    cluster_name: Option<String>,
}

#[derive(Deserialize)]
struct NodeEntry {
    node_name: String,
    #[serde(default)]
    postgres: Postgres,
}

#[derive(Default, Deserialize)]
struct Postgres {
    postgres_ip: Option<String>,
    postgres_port: Option<Port>,
    postgres_user: Option<String>,
    postgres_password: Option<String>,
    postgres_db: Option<String>,
}

/// A port, which people wrote as a number or as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Port {
    Number(u16),
    Text(String),
}

/// Reads the text of a node file; `name` is how errors call it.
pub fn from_spockctrl(text: &str, name: &str) -> Result<Cluster> {
    let document: Document = serde_json::from_str(text).map_err(|e| {
        // What was read may be a password: only its place is told.
        AdminError::config(format!(
            "{name}:{}:{}: this is no node file of spockctrl",
            e.line(),
            e.column()
        ))
        .hint("it is a JSON document with the list \"spock-nodes\"")
    })?;
    if document.nodes.is_empty() {
        return Err(AdminError::config(format!("{name}: \"spock-nodes\" lists no node"))
            .hint("a workflow file has no nodes; name the file that was given with --config"));
    }
    let mut warnings = Vec::new();
    let mut nodes: Vec<Node> = Vec::new();
    for NodeEntry { node_name, postgres } in document.nodes {
        if nodes.iter().any(|node| node.name == node_name) {
            return Err(AdminError::config(format!(
                "{name}: node \"{node_name}\" is listed twice"
            )));
        }
        let mut info = Conninfo::new();
        let port = postgres.postgres_port.map(|port| match port {
            Port::Number(number) => number.to_string(),
            Port::Text(text) => text,
        });
        let parameters = [
            ("host", postgres.postgres_ip),
            ("port", port),
            ("dbname", postgres.postgres_db),
            ("user", postgres.postgres_user),
        ];
        for (key, value) in parameters {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                info.set(key, &value)?;
            }
        }
        if postgres.postgres_password.is_some_and(|password| !password.is_empty()) {
            warnings.push(format!(
                "the password of node \"{node_name}\" is left out: put it into a passfile"
            ));
        }
        nodes.push(Node::new(node_name, info));
    }
    let name = document.global.spock.cluster_name.unwrap_or_else(|| "cluster".to_owned());
    Ok(Cluster { warnings, ..Cluster::mesh(name, nodes) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{
        "global": {"spock": {"cluster_name": "pgedge", "version": "1.0.0"},
                   "log": {"log_level": "INFO", "log_destination": "console"}},
        "spock-nodes": [
            {"node_name": "n1", "postgres": {"postgres_ip": "10.0.0.1", "postgres_port": 5431,
             "postgres_user": "admin", "postgres_password": "canary", "postgres_db": "app"}},
            {"node_name": "n2", "postgres": {"postgres_ip": "10.0.0.2", "postgres_port": "5432",
             "postgres_user": "admin", "postgres_password": "", "postgres_db": "app"}}]}"#;

    #[test]
    fn node_file_becomes_a_mesh_without_passwords() {
        let cluster = from_spockctrl(GOOD, "spockctrl.json").expect("valid");
        assert_eq!(cluster.name, "pgedge");
        assert_eq!(
            cluster.warnings,
            ["the password of node \"n1\" is left out: put it into a passfile"]
        );
        let (text, warnings) = super::super::write(&cluster);
        assert!(warnings.is_empty() && !text.contains("canary"), "{text}");
        let read = super::super::parse(&text, "cluster.toml").expect("valid");
        assert_eq!(read.nodes[0].peer.redacted(), "host=10.0.0.1 port=5431 dbname=app user=admin");
        assert_eq!(read.nodes[1].admin.redacted(), "host=10.0.0.2 port=5432 dbname=app user=admin");
        assert_eq!(read.subscriptions().len(), 2);
    }

    #[test]
    fn other_documents_are_refused_without_being_quoted() {
        for text in ["canary", "{\"spock-nodes\": [{\"node_name\": 5, \"canary\": 1}]}", "{}"] {
            let error = from_spockctrl(text, "f.json").expect_err("refused");
            assert!(!format!("{error:?}").contains("canary"), "{error:?}");
            assert_eq!(error.kind, crate::error::ErrorKind::Config);
        }
    }
}
