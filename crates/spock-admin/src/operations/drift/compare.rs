//! The differences between a node and what is wanted of it, one by one, each with what mends it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Pair;
use crate::client::{SetDefinition, SubscriptionDefinition, TablePart, TableRef};
use crate::cluster_file::list;
use crate::operations::automatic_ddl;
use crate::operations::guc::Checked;
use crate::replication_set::BUILT_IN;

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A node's registration.
    Node,
    /// A further address of a node.
    Interface,
    /// A setting of a node's server.
    Setting,
    /// A replication set.
    Repset,
    /// A table of a replication set.
    Table,
    /// A sequence of a replication set.
    Sequence,
    /// A subscription.
    Subscription,
}

/// How it differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The definition names it, and it is not there.
    Missing,
    /// It is there, and the definition does not name it.
    Extra,
    /// Both have it, not alike.
    Changed,
}

/// What mends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// A command that makes it so.
    Make,
    /// A command that removes it.
    Remove,
    /// A person; the advice says how.
    Person,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Difference {
    /// The node.
    pub node: String,
    /// What sort of object differs.
    pub kind: ObjectKind,
    /// Its name.
    pub name: String,
    /// The replication set, of a table or sequence.
    pub set: Option<String>,
    /// Which of its properties, unless it is the object itself.
    pub field: Option<&'static str>,
    /// How.
    pub change: Change,
    /// What the definition says.
    pub file: Option<String>,
    /// What is.
    pub live: Option<String>,
    /// What mends it.
    pub remedy: Remedy,
    /// What to do, where a person has to.
    pub advice: Option<String>,
    /// The table or sequence itself.
    #[serde(skip)]
    pub relation: Option<TableRef>,
}

impl Difference {
    /// The object in words, without its node.
    pub fn object(&self) -> String {
        let name = &self.name;
        match (&self.kind, &self.set) {
            (ObjectKind::Node, _) => format!("node {name}"),
            (ObjectKind::Interface, _) => format!("interface {name}"),
            (ObjectKind::Setting, _) => format!("setting {name}"),
            (ObjectKind::Repset, _) => format!("replication set {name}"),
            (ObjectKind::Table, set) => {
                format!("table {name} of {}", set.as_deref().unwrap_or("?"))
            }
            (ObjectKind::Sequence, set) => {
                format!("sequence {name} of {}", set.as_deref().unwrap_or("?"))
            }
            (ObjectKind::Subscription, _) => format!("subscription {name}"),
        }
    }
}

/// Collects the differences of one node.
struct Found<'a> {
    node: &'a str,
    items: Vec<Difference>,
}

impl Found<'_> {
    fn add(
        &mut self,
        kind: ObjectKind,
        name: &str,
        field: Option<&'static str>,
        file: Option<String>,
        live: Option<String>,
    ) -> &mut Difference {
        let change = match (&file, &live) {
            (Some(_), None) => Change::Missing,
            (None, Some(_)) => Change::Extra,
            _ => Change::Changed,
        };
        self.items.push(Difference {
            node: self.node.to_owned(),
            kind,
            name: name.to_owned(),
            set: None,
            field,
            remedy: if change == Change::Extra { Remedy::Remove } else { Remedy::Make },
            change,
            file,
            live,
            advice: None,
            relation: None,
        });
        let last = self.items.len() - 1;
        &mut self.items[last]
    }

    /// Adds a property of both when it differs.
    fn field(
        &mut self,
        kind: ObjectKind,
        name: &str,
        field: &'static str,
        file: Option<String>,
        live: Option<String>,
    ) -> Option<&mut Difference> {
        (file != live).then(|| self.add(kind, name, Some(field), file, live))
    }
}

impl Difference {
    fn by_person(&mut self, advice: String) {
        self.remedy = Remedy::Person;
        self.advice = Some(advice);
    }
}

/// All differences of a node; where rows are under way already, a node cannot simply be added.
///
/// `missing` are nodes that are not there yet: what depends on them comes with them.
pub(super) fn node(pair: &Pair, is_running: bool, missing: &[&str]) -> Vec<Difference> {
    let name = pair.node.as_str();
    let wanted = &pair.wanted;
    let mut found = Found { node: name, items: Vec::new() };
    let Some(live) = &pair.live else {
        let peer = wanted.dsn.without_secrets().redacted();
        let item = found.add(ObjectKind::Node, name, None, Some(peer), None);
        if is_running {
            item.by_person(format!(
                "rows that are written to other nodes meanwhile could be lost: let nobody write but on the seed, \
                 and join {name} with `spockctl cluster init`"
            ));
        }
        return found.items;
    };
    if live.name != wanted.name {
        let (file, there) = (Some(wanted.name.clone()), Some(live.name.clone()));
        found.add(ObjectKind::Node, name, Some("name"), file, there).by_person(format!(
            "a node cannot be renamed: call it \"{}\" in the cluster file, or drop it with `spockctl node drop`",
            live.name
        ));
        return found.items;
    }
    let dsn = |dsn: &crate::conninfo::Conninfo| Some(dsn.without_secrets().redacted());
    let kind = ObjectKind::Node;
    found.field(kind, name, "peer", dsn(&wanted.dsn), dsn(&live.dsn));
    found.field(kind, name, "location", wanted.location.clone(), live.location.clone());
    found.field(kind, name, "country", wanted.country.clone(), live.country.clone());
    let info = |info: &Option<serde_json::Value>| info.as_ref().map(ToString::to_string);
    found.field(kind, name, "info", info(&wanted.info), info(&live.info));
    for interface in union(wanted.interfaces.keys(), live.interfaces.keys()) {
        let file = wanted.interfaces.get(interface).and_then(dsn);
        let there = live.interfaces.get(interface).and_then(dsn);
        if file != there {
            found.add(ObjectKind::Interface, interface, None, file, there);
        }
    }
    for setting in pair.settings.iter().filter(|setting| !setting.same) {
        self::setting(&mut found, setting);
    }
    for set in union(wanted.sets.keys(), live.sets.keys()) {
        self::set(&mut found, set, wanted.sets.get(set), live.sets.get(set));
    }
    for sub in union(wanted.subscriptions.keys(), live.subscriptions.keys()) {
        let (file, there) = (wanted.subscriptions.get(sub), live.subscriptions.get(sub));
        subscription(&mut found, sub, file, there, pair.paused.get(sub));
        let comes_with = file.map(|file| &file.provider).filter(|p| missing.contains(&p.as_str()));
        if let (Some(provider), None, Some(item)) = (comes_with, there, found.items.last_mut()) {
            item.by_person(format!("it comes with node {provider}, which has to join first"));
        }
    }
    found.items
}

fn setting(found: &mut Found<'_>, setting: &Checked) {
    let Checked { name, wanted, value, .. } = setting;
    let node = found.node;
    let item = found.add(ObjectKind::Setting, name, None, Some(wanted.clone()), value.clone());
    if value.is_none() {
        item.by_person(format!(
            "the server does not know it: see what there is with `spockctl node guc list --node {node}`"
        ));
    } else if setting.pending_restart {
        item.by_person(
            "what is in the configuration counts after a restart of the server".to_owned(),
        );
    } else if !automatic_ddl::SETTINGS.contains(&name.as_str()) {
        item.by_person(format!(
            "set it with `spockctl node guc set --from-file`, or `spockctl node guc set {name} {wanted} --node {node}`"
        ));
    }
}

fn union<'a>(
    these: impl Iterator<Item = &'a String>,
    those: impl Iterator<Item = &'a String>,
) -> BTreeSet<&'a String> {
    these.chain(those).collect()
}

fn set(
    found: &mut Found<'_>,
    name: &str,
    file: Option<&SetDefinition>,
    live: Option<&SetDefinition>,
) {
    let actions = |set: &SetDefinition| list(set.actions.words());
    let kind = ObjectKind::Repset;
    match (file, live) {
        (Some(file), Some(live)) => {
            let (file, live) = (Some(actions(file)), Some(actions(live)));
            found.field(kind, name, "replicate", file, live);
        }
        (None, Some(live)) => {
            let item = found.add(kind, name, None, None, Some(actions(live)));
            if BUILT_IN.contains(&name) {
                item.by_person("a built-in replication set stays".to_owned());
            }
            // What is in it goes with it.
            return;
        }
        (Some(file), None) => drop(found.add(kind, name, None, Some(actions(file)), None)),
        (None, None) => return,
    }
    let of = |set: Option<&SetDefinition>| set.map(|set| set.tables.clone()).unwrap_or_default();
    let (wanted, there) = (of(file), of(live));
    let tables: BTreeSet<_> = wanted.keys().chain(there.keys()).collect();
    for table in tables {
        let (file, live) = (wanted.get(table), there.get(table));
        if file != live {
            let item = found.add(
                ObjectKind::Table,
                &table.to_string(),
                None,
                file.map(part),
                live.map(part),
            );
            item.set = Some(name.to_owned());
            item.relation = Some(table.clone());
        }
    }
    let of = |set: Option<&SetDefinition>| set.map(|set| set.sequences.clone()).unwrap_or_default();
    let (wanted, there) = (of(file), of(live));
    for sequence in wanted.symmetric_difference(&there) {
        let is_in = |set: &BTreeSet<_>| set.contains(sequence).then(|| "all".to_owned());
        let (file, live) = (is_in(&wanted), is_in(&there));
        let item = found.add(ObjectKind::Sequence, &sequence.to_string(), None, file, live);
        item.set = Some(name.to_owned());
        item.relation = Some(sequence.clone());
    }
}

/// What of a table goes out, in words.
fn part(part: &TablePart) -> String {
    match (&part.columns, &part.row_filter) {
        (None, None) => "all".to_owned(),
        (Some(columns), None) => format!("columns {}", list(columns)),
        (None, Some(filter)) => format!("rows where {filter}"),
        (Some(columns), Some(filter)) => format!("columns {}, rows where {filter}", list(columns)),
    }
}

fn subscription(
    found: &mut Found<'_>,
    name: &str,
    file: Option<&SubscriptionDefinition>,
    live: Option<&SubscriptionDefinition>,
    paused: Option<&String>,
) {
    let kind = ObjectKind::Subscription;
    let to = |sub: &SubscriptionDefinition| format!("to {}", sub.provider);
    let (Some(file), Some(live)) = (file, live) else {
        found.add(kind, name, None, file.map(to), live.map(to));
        return;
    };
    let node = found.node.to_owned();
    let again = format!(
        "drop it with `spockctl sub drop {name} --node {node}`, make it again with `spockctl sub create`, and compare \
         the tables with `spockctl cluster verify --data`: what is written in between does not come"
    );
    if file.provider != live.provider {
        let (file, live) = (Some(file.provider.clone()), Some(live.provider.clone()));
        found.add(kind, name, Some("provider"), file, live).by_person(again);
        return;
    }
    let dsn = |sub: &SubscriptionDefinition| Some(sub.dsn.without_secrets().redacted());
    found.field(kind, name, "dsn", dsn(file), dsn(live));
    let enabled = |sub: &SubscriptionDefinition| Some(sub.enabled.to_string());
    if let (Some(item), Some(paused)) =
        (found.field(kind, name, "enabled", enabled(file), enabled(live)), paused)
    {
        item.by_person(paused.clone());
    }
    let names = |names: &BTreeSet<String>| Some(list(names));
    let sets = (names(&file.replication_sets), names(&live.replication_sets));
    found.field(kind, name, "replication_sets", sets.0, sets.1);
    let origins = (names(&file.forward_origins), names(&live.forward_origins));
    found.field(kind, name, "forward_origins", origins.0, origins.1);
    found.field(kind, name, "skip_schema", names(&file.skip_schema), names(&live.skip_schema));
    let delays = (Some(file.apply_delay.clone()), Some(live.apply_delay.clone()));
    found.field(kind, name, "apply_delay", delays.0, delays.1);
    let text = |sub: &SubscriptionDefinition| Some(sub.force_text_transfer.to_string());
    if let Some(item) = found.field(kind, name, "force_text_transfer", text(file), text(live)) {
        item.by_person(again);
    }
}
