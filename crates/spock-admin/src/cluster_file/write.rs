//! A cluster as the text of a `cluster.toml`: what [`super::parse`] reads back as the same cluster.
//!
//! Secrets are left out. Everything that stands for itself in the file (addresses, names) is written in full, so that
//! a line can be changed without looking for what it is layered over.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

use crate::client::{SetDefinition, TablePart, TableRef};
use crate::cluster::{Cluster, Link, Node, SUB_NAME, SubscriptionDefaults, Topology};
use crate::conninfo::Conninfo;
use crate::replication_set::{Pattern, ReplicationSet, TableRule};

/// The text, and what could not be said in it.
pub fn write(cluster: &Cluster) -> (String, Vec<String>) {
    let mut out = Text::default();
    out.line("schema_version = 1");
    out.table("[cluster]");
    out.key("name", quoted(&cluster.name));
    out.key(
        "topology",
        quoted(match cluster.topology {
            Topology::Mesh => "mesh",
            Topology::Star => "star",
            Topology::Chain => "chain",
            Topology::Custom => "custom",
        }),
    );
    if cluster.nodes.first().is_none_or(|first| first.name != cluster.seed) {
        out.key("seed", quoted(&cluster.seed));
    }
    if cluster.sub_name != SUB_NAME {
        out.key("sub_name", quoted(&cluster.sub_name));
    }
    let SubscriptionDefaults { replication_sets, forward_origins, apply_delay, synchronize } =
        &cluster.subscription;
    out.table("[defaults.subscription]");
    out.key("replication_sets", list(replication_sets));
    out.key("forward_origins", list(forward_origins));
    out.key("apply_delay", quoted(apply_delay));
    out.key("synchronize", quoted(synchronize.as_str()));
    if let Some(on) = cluster.automatic_ddl {
        out.table("[ddl]");
        out.key("auto", on);
    }
    for node in &cluster.nodes {
        out.node(node);
    }
    for set in &cluster.replication_sets {
        out.set(set);
    }
    for link in &cluster.links {
        out.link(cluster, link);
    }
    (out.text, out.warnings)
}

/// A replication set of one node as text: what is shown to be edited.
pub fn set_text(set: &SetDefinition) -> String {
    let mut out = Text::default();
    out.key("replicate", list(set.actions.words()));
    out.key("tables", tables(&set.tables));
    out.key(
        "sequences",
        lines(set.sequences.iter().map(|s| quoted(&Pattern::from(s).to_string()))),
    );
    out.text
}

#[derive(Default)]
struct Text {
    text: String,
    warnings: Vec<String>,
}

impl Text {
    fn line(&mut self, line: impl Display) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    fn table(&mut self, header: &str) {
        self.line("");
        self.line(header);
    }

    fn key(&mut self, key: &str, value: impl Display) {
        self.line(format_args!("{key} = {value}"));
    }

    fn node(&mut self, node: &Node) {
        self.table("[[node]]");
        self.key("name", quoted(&node.name));
        let admin = node.admin.without_secrets();
        match &node.password_command {
            None => self.key("admin", quoted(&admin.redacted())),
            Some(command) => {
                let mut parts: Vec<String> =
                    admin.iter().map(|(key, value)| format!("{key} = {}", quoted(value))).collect();
                parts.push(format!("password_command = {}", list(command)));
                self.key("admin", format_args!("{{ {} }}", parts.join(", ")));
            }
        }
        self.key("peer", address(&node.peer));
        for (key, value) in [("location", &node.location), ("country", &node.country)] {
            if let Some(value) = value {
                self.key(key, quoted(value));
            }
        }
        if let Some(info) = &node.info {
            match toml::Value::try_from(info) {
                Ok(value) => self.key("info", value),
                Err(_) => self.warnings.push(format!(
                    "info of node \"{}\" is left out: TOML has no way to write {info}",
                    node.name
                )),
            }
        }
        for interface in &node.interfaces {
            self.line("");
            self.line("  [[node.interface]]");
            self.line(format_args!("  name = {}", quoted(&interface.name)));
            self.line(format_args!("  peer = {}", address(&interface.peer)));
        }
    }

    fn set(&mut self, set: &ReplicationSet) {
        self.table("[[repset]]");
        self.key("name", quoted(&set.name));
        if let Some(nodes) = &set.nodes {
            self.key("nodes", list(nodes));
        }
        if let Some(actions) = set.replicate {
            self.key("replicate", list(actions.words()));
        }
        self.key("tables", lines(set.tables.iter().map(rule)));
        self.key("sequences", lines(set.sequences.iter().map(|p| quoted(&p.to_string()))));
    }

    fn link(&mut self, cluster: &Cluster, link: &Link) {
        self.table("[[subscription]]");
        self.key("subscriber", quoted(&link.subscriber));
        self.key("provider", quoted(&link.provider));
        if link.name != cluster.link_name(&link.provider, &link.subscriber) {
            self.key("name", quoted(&link.name));
        }
        if let Some(sets) = &link.replication_sets {
            self.key("replication_sets", list(sets));
        }
        if let Some(origins) = &link.forward_origins {
            self.key("forward_origins", list(origins));
        }
        if let Some(delay) = &link.apply_delay {
            self.key("apply_delay", quoted(delay));
        }
        if !link.skip_schema.is_empty() {
            self.key("skip_schema", list(&link.skip_schema));
        }
        if link.force_text_transfer {
            self.key("force_text_transfer", true);
        }
        if link.disabled {
            self.key("enabled", false);
        }
        let Some(dsn) = &link.dsn else { return };
        let provider = cluster.nodes.iter().find(|node| node.name == link.provider);
        let interfaces = provider.map(|node| node.interfaces.as_slice()).unwrap_or_default();
        match interfaces.iter().find(|i| i.peer.without_secrets() == dsn.without_secrets()) {
            Some(interface) => self.key("interface", quoted(&interface.name)),
            None => self.key("dsn", address(dsn)),
        }
    }
}

/// A connection string without its secrets.
fn address(info: &Conninfo) -> String {
    quoted(&info.without_secrets().redacted())
}

/// A table of a set, with what of it goes out.
fn rule(rule: &TableRule) -> String {
    entry(&rule.tables, rule.columns.as_deref(), rule.row_filter.as_deref())
}

fn entry(name: &Pattern, columns: Option<&[String]>, row_filter: Option<&str>) -> String {
    let name = quoted(&name.to_string());
    if columns.is_none() && row_filter.is_none() {
        return name;
    }
    let mut out = format!("{{ name = {name}");
    if let Some(columns) = columns {
        // Writing to a string cannot fail.
        let _ = write!(out, ", columns = {}", list(columns));
    }
    if let Some(filter) = row_filter {
        let _ = write!(out, ", row_filter = {}", quoted(filter));
    }
    out.push_str(" }");
    out
}

/// The tables of a set, a line each.
pub(crate) fn tables(tables: &BTreeMap<TableRef, TablePart>) -> String {
    lines(tables.iter().map(|(table, part)| {
        let columns: Option<Vec<String>> =
            part.columns.as_ref().map(|columns| columns.iter().cloned().collect());
        entry(&Pattern::from(table), columns.as_deref(), part.row_filter.as_deref())
    }))
}

/// A string as TOML has it.
pub(crate) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A list of strings on one line.
pub(crate) fn list<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| quoted(item.as_ref())).collect();
    format!("[{}]", items.join(", "))
}

/// A list with a line for each of its items, which are TOML already.
pub(crate) fn lines(items: impl Iterator<Item = String>) -> String {
    let items: String = items.map(|item| format!("  {item},\n")).collect();
    if items.is_empty() { "[]".to_owned() } else { format!("[\n{items}]") }
}
