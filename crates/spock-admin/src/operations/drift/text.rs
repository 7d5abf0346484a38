//! A node as text, a line for each fact, in one order: what a unified diff is made of.

use std::fmt::Write as _;

use crate::client::{NodeDefinition, SetDefinition, SubscriptionDefinition};
use crate::cluster_file::{lines, list, quoted, tables};
use crate::replication_set::Pattern;

/// All of a node.
pub(super) fn of<'a>(
    node: &NodeDefinition,
    settings: impl Iterator<Item = (&'a String, Option<&'a String>)>,
) -> String {
    let mut out = String::new();
    let name = key(&node.name);
    // Writing to a string cannot fail.
    let _ = writeln!(out, "[node.{name}]");
    let _ = writeln!(out, "peer = {}", quoted(&node.dsn.without_secrets().redacted()));
    for (field, value) in [("location", &node.location), ("country", &node.country)] {
        if let Some(value) = value {
            let _ = writeln!(out, "{field} = {}", quoted(value));
        }
    }
    if let Some(info) = &node.info {
        let _ = writeln!(out, "info = {info}");
    }
    for (interface, dsn) in &node.interfaces {
        let dsn = quoted(&dsn.without_secrets().redacted());
        let _ = writeln!(out, "interface.{} = {dsn}", key(interface));
    }
    for (setting, value) in settings {
        if let Some(value) = value {
            let _ = writeln!(out, "setting.{} = {}", key(setting), quoted(value));
        }
    }
    for (set, definition) in &node.sets {
        let _ = writeln!(out, "\n[node.{name}.repset.{}]", key(set));
        out.push_str(&self::set(definition));
    }
    for (subscription, definition) in &node.subscriptions {
        let _ = writeln!(out, "\n[node.{name}.subscription.{}]", key(subscription));
        out.push_str(&self::subscription(definition));
    }
    out.push('\n');
    out
}

fn set(set: &SetDefinition) -> String {
    let sequences = lines(set.sequences.iter().map(|s| quoted(&Pattern::from(s).to_string())));
    format!(
        "replicate = {}\ntables = {}\nsequences = {sequences}\n",
        list(set.actions.words()),
        tables(&set.tables)
    )
}

fn subscription(sub: &SubscriptionDefinition) -> String {
    format!(
        "provider = {}\ndsn = {}\nenabled = {}\nreplication_sets = {}\nforward_origins = {}\n\
         skip_schema = {}\napply_delay = {}\nforce_text_transfer = {}\n",
        quoted(&sub.provider),
        quoted(&sub.dsn.without_secrets().redacted()),
        sub.enabled,
        list(&sub.replication_sets),
        list(&sub.forward_origins),
        list(&sub.skip_schema),
        quoted(&sub.apply_delay),
        sub.force_text_transfer
    )
}

/// A name as it stands in a header.
fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !name.is_empty() && name.chars().all(is_bare) { name.to_owned() } else { quoted(name) }
}
