//! Making the nodes of a running cluster what its definition says.
//!
//! It begins with the differences of [`super::drift`]; each that a command can mend is a step. The order keeps changes
//! from being left out on their way:
//!
//! 1. what is said of nodes, their addresses and settings;
//! 2. replication sets and what is to be in them, before anybody asks for it;
//! 3. subscriptions: how the provider is reached, what is asked for, and at last whether they run;
//! 4. those that were made, enabled, or led elsewhere replicate;
//! 5. what the definition does not name goes, if that is asked for: a table that changes its set is in both for a moment,
//!    and not in none.
//!
//! Steps are done one after the other: each is a statement or a transaction of one node. Rows are never copied here; where
//! a step begins a stream or widens one, the plan says which rows that leaves out.

mod node;
mod set;
mod subscription;
mod until_read;

pub(super) use self::subscription::without_copy;

use std::sync::Arc;

use serde::Serialize;

use super::Fleet;
use super::drift::{self, Change, Difference, Drift, ObjectKind, Pair, Remedy};
use crate::client::Client;
use crate::cluster::Cluster;
use crate::conninfo::Conninfo;
use crate::error::{AdminError, Result};
use crate::plan::{Action, Order, Plan, Step};
use crate::wait::Deadline;

/// How to do it.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether what the definition does not name is removed.
    pub prune: bool,
    /// Limit of all waits together.
    pub timeout: std::time::Duration,
}

/// What is to be done, and why.
pub struct Prepared {
    /// The steps.
    pub plan: Plan,
    /// What differs.
    pub drift: Drift,
}

impl Prepared {
    /// The nodes that are to be reached in another way than before, and how.
    pub fn new_addresses(&self) -> Vec<(&str, &Conninfo)> {
        let mut found: Vec<(&str, &Conninfo)> = Vec::new();
        for item in self.drift.items.iter().filter(|item| item.remedy == Remedy::Make) {
            let Some(pair) = self.drift.nodes.iter().find(|pair| pair.node == item.node) else {
                continue;
            };
            let wanted = &pair.wanted;
            let address = match (item.kind, item.field) {
                (ObjectKind::Node, Some("peer")) => Some((wanted.name.as_str(), &wanted.dsn)),
                (ObjectKind::Interface, _) => {
                    wanted.interfaces.get(&item.name).map(|dsn| (wanted.name.as_str(), dsn))
                }
                (ObjectKind::Subscription, None | Some("dsn")) => wanted
                    .subscriptions
                    .get(&item.name)
                    .map(|sub| (sub.provider.as_str(), &sub.dsn)),
                _ => None,
            };
            found.extend(address.filter(|address| !found.contains(address)));
        }
        found
    }
}

/// What becomes of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was mended: what the definition names is so.
    Made,
    /// What the definition does not name was removed.
    Removed,
    /// What the definition does not name was left as it is.
    Left,
    /// A person has to mend it; the advice says how.
    Person,
    /// It is there again, or still.
    Open,
}

/// A difference, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Applied {
    /// The difference as it was found.
    #[serde(flatten)]
    pub difference: Difference,
    /// What became of it.
    pub outcome: Outcome,
}

/// Compares the nodes with the definition and plans what makes them alike.
pub async fn plan(cluster: &Cluster, fleet: &Fleet, options: Options) -> Result<Prepared> {
    let drift = drift::compare(cluster, fleet).await;
    if let Some(error) = drift.errors.first() {
        return Err(error.clone());
    }
    let to_make = |item: &&Difference| {
        let whole = item.field.is_none() && item.kind == ObjectKind::Node;
        whole && (item.change, item.remedy) == (Change::Missing, Remedy::Make)
    };
    if let Some(item) = drift.items.iter().find(to_make) {
        return Err(AdminError::precondition(format!(
            "cluster \"{}\" is not made yet",
            cluster.name
        ))
        .detail(format!("Node \"{}\" is not there, and no node has a subscription.", item.node))
        .on(&item.node)
        .hint("make it with `spockctl cluster init`"));
    }
    let mut steps = Steps::default();
    let deadline = Deadline::after(options.timeout);
    let of_node = |name: &str| {
        let unknown = || AdminError::config(format!("no connection to node \"{name}\""));
        drift.nodes.iter().find(|pair| pair.node == name).ok_or_else(unknown)
    };
    for item in &drift.items {
        let client = fleet.client(&item.node)?;
        let site = Site { cluster, fleet, pair: of_node(&item.node)?, client, item, deadline };
        match item.remedy {
            Remedy::Make => site.make(&mut steps)?,
            Remedy::Remove if options.prune => site.remove(&mut steps),
            Remedy::Remove | Remedy::Person => {}
        }
    }
    let mut plan = Plan::new(format!("apply the definition to cluster \"{}\"", cluster.name));
    let texts = drift.texts();
    plan.observed = format!("{}\n{}", texts.live, texts.file);
    plan.warnings = drift.warnings.clone();
    plan.warnings.append(&mut steps.warnings);
    plan.warnings.dedup();
    for item in drift.items.iter().filter(|item| !(options.prune && item.remedy == Remedy::Remove))
    {
        plan.warnings.extend(not_done(item));
    }
    let Steps { facts, sets, members, subscriptions, switches, waits, removals, .. } = steps;
    for stage in [facts, sets, members, subscriptions, switches] {
        plan.stage(Order::Sequential, stage);
    }
    plan.stage(Order::Parallel, waits);
    for stage in removals {
        plan.stage(Order::Sequential, stage);
    }
    Ok(Prepared { plan, drift })
}

/// Why a difference is not mended, unless it is.
fn not_done(item: &Difference) -> Option<String> {
    let what = format!("{}: {}", item.node, item.object());
    match (item.remedy, &item.advice) {
        (Remedy::Make, _) => None,
        (Remedy::Remove, _) => {
            let field = item.field.map(|field| format!(" has a {field} that")).unwrap_or_default();
            let is = if item.field.is_some() { field } else { " is there, which".to_owned() };
            Some(format!("{what}{is} the definition does not name; --prune removes it"))
        }
        (Remedy::Person, advice) => {
            let field = item.field.map(|field| format!(" ({field})")).unwrap_or_default();
            let advice = advice.as_deref().unwrap_or("see `spockctl cluster diff`");
            Some(format!("{what}{field} is not mended here: {advice}"))
        }
    }
}

/// What became of the differences: those of before, and those that are there now, after what is extra was to go or not.
pub fn outcomes(before: &[Difference], after: &[Difference], pruned: bool) -> Vec<Applied> {
    let is_same = |one: &Difference, other: &Difference| {
        let key = |item: &Difference| {
            (item.node.clone(), item.kind, item.set.clone(), item.name.clone(), item.field)
        };
        key(one) == key(other)
    };
    let still = |item: &Difference| match item.remedy {
        Remedy::Make => Outcome::Open,
        Remedy::Remove if pruned => Outcome::Open,
        Remedy::Remove => Outcome::Left,
        Remedy::Person => Outcome::Person,
    };
    let of_before = before.iter().map(|item| {
        let outcome = match (after.iter().find(|now| is_same(item, now)), item.change) {
            (Some(now), _) => still(now),
            (None, Change::Extra) => Outcome::Removed,
            (None, _) => Outcome::Made,
        };
        Applied { difference: item.clone(), outcome }
    });
    let is_new = |now: &&Difference| !before.iter().any(|item| is_same(item, now));
    let new = after.iter().filter(is_new);
    let new = new.map(|now| Applied { difference: now.clone(), outcome: still(now) });
    of_before.chain(new).collect()
}

/// The steps by the time at which they are done.
#[derive(Default)]
struct Steps {
    facts: Vec<Step>,
    sets: Vec<Step>,
    members: Vec<Step>,
    subscriptions: Vec<Step>,
    switches: Vec<Step>,
    waits: Vec<Step>,
    /// Subscriptions, members, sets, and what is said of nodes.
    removals: [Vec<Step>; 4],
    warnings: Vec<String>,
}

/// Where a difference is mended.
struct Site<'a> {
    cluster: &'a Cluster,
    fleet: &'a Fleet,
    pair: &'a Pair,
    client: Arc<Client>,
    item: &'a Difference,
    deadline: Deadline,
}

impl Site<'_> {
    /// The step that mends the difference.
    fn step(&self, action: Box<dyn Action>) -> Step {
        let item = self.item;
        let kind = match item.kind {
            ObjectKind::Node => "node",
            ObjectKind::Interface => "interface",
            ObjectKind::Setting => "setting",
            ObjectKind::Repset => "repset",
            ObjectKind::Table => "table",
            ObjectKind::Sequence => "sequence",
            ObjectKind::Subscription => "sub",
        };
        let parts = [Some(kind), item.set.as_deref(), Some(&item.name), item.field];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        self.named(&parts.join("."), action)
    }

    /// A step of another name.
    fn named(&self, name: &str, action: Box<dyn Action>) -> Step {
        let node = &self.item.node;
        Step { id: format!("{node}.{name}"), node: node.clone(), action }
    }

    fn client(&self) -> Arc<Client> {
        Arc::clone(&self.client)
    }

    fn make(&self, steps: &mut Steps) -> Result<()> {
        match self.item.kind {
            ObjectKind::Node | ObjectKind::Interface | ObjectKind::Setting => {
                steps.facts.extend(self.make_fact());
            }
            ObjectKind::Repset => steps.sets.extend(self.make_set()),
            ObjectKind::Table | ObjectKind::Sequence => {
                steps.members.extend(self.put_member(&mut steps.warnings));
            }
            ObjectKind::Subscription => self.make_subscription(steps)?,
        }
        Ok(())
    }

    fn remove(&self, steps: &mut Steps) {
        let [subscriptions, members, sets, facts] = &mut steps.removals;
        match self.item.kind {
            ObjectKind::Node | ObjectKind::Interface | ObjectKind::Setting => {
                facts.extend(self.remove_fact());
            }
            ObjectKind::Repset => sets.push(self.drop_set()),
            ObjectKind::Table | ObjectKind::Sequence => members.extend(self.remove_member()),
            ObjectKind::Subscription => subscriptions.push(self.drop_subscription()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(name: &str, change: Change, remedy: Remedy) -> Difference {
        Difference {
            node: "n1".to_owned(),
            kind: ObjectKind::Repset,
            name: name.to_owned(),
            set: None,
            field: None,
            change,
            file: None,
            live: None,
            remedy,
            advice: None,
            relation: None,
        }
    }

    #[test]
    fn what_is_there_still_or_again_is_open_unless_it_was_to_stay() {
        let missing = difference("missing", Change::Missing, Remedy::Make);
        let stubborn = difference("stubborn", Change::Changed, Remedy::Make);
        let extra = difference("extra", Change::Extra, Remedy::Remove);
        let rename = difference("rename", Change::Changed, Remedy::Person);
        let new = difference("new", Change::Missing, Remedy::Make);
        let before = [missing, stubborn.clone(), extra.clone(), rename.clone()];
        let of = |after: &[Difference], pruned| -> Vec<Outcome> {
            outcomes(&before, after, pruned).into_iter().map(|item| item.outcome).collect()
        };
        use Outcome::{Left, Made, Open, Person, Removed};
        let after = [stubborn, extra, rename.clone(), new];
        assert_eq!(of(&after, false), [Made, Open, Left, Person, Open]);
        assert_eq!(of(&after, true), [Made, Open, Open, Person, Open]);
        assert_eq!(of(&[rename], true), [Made, Made, Removed, Person]);
    }
}
