//! Making a cluster of prepared servers.
//!
//! The order is what keeps rows from being lost:
//!
//! 1. every node gets the extension and its registration;
//! 2. the seed puts its tables into replication sets;
//! 3. the other nodes subscribe to the seed and copy from it; the seed may be written to meanwhile;
//! 4. when all copies are done, the other nodes put the tables into sets of their own, and the
//!    remaining subscriptions are created without a copy. Until then nobody may write to the other
//!    nodes: what they have came from the seed, and their own streams begin here;
//! 5. all subscriptions replicate, and a mark in every log has arrived everywhere.

use std::fmt::Write as _;
use std::sync::Arc;

use futures::future::BoxFuture;

use super::{Fleet, preflight};
use crate::client::{Client, NewSubscription};
use crate::cluster::{Cluster, Link, Node, Synchronize};
use crate::error::{AdminError, Result};
use crate::plan::{Action, Order, Plan, Step, StepProgress};
use crate::progress::{Event, Progress};
use crate::wait::{Deadline, duration_text};

/// How to make the cluster.
#[derive(Debug, Clone)]
pub struct Options {
    /// Schemas whose tables go into the default replication sets.
    pub add_all_tables: Vec<String>,
    /// What the other nodes copy from the seed.
    pub synchronize: Synchronize,
    /// Whether to wait until everything replicates.
    pub wait: bool,
    /// Limit of all waits together.
    pub timeout: std::time::Duration,
}

/// Checks the servers and plans what is to be done to them.
pub async fn plan(
    cluster: &Cluster,
    fleet: &Fleet,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Plan> {
    preflight::check(fleet).await?;
    let links = cluster.subscriptions();
    let (first, rest): (Vec<&Link>, Vec<&Link>) = match options.synchronize {
        Synchronize::None => (Vec::new(), links.iter().collect()),
        _ => links.iter().partition(|link| link.provider == cluster.seed),
    };
    refuse_filled_subscribers(fleet, &first, options).await?;
    warn_of_tables_left_out(cluster, fleet, options, progress).await?;

    let deadline = Deadline::after(options.timeout);
    let mut plan = Plan::new(format!(
        "cluster \"{}\", {} nodes, {} subscriptions, seed {}",
        cluster.name,
        cluster.nodes.len(),
        links.len(),
        cluster.seed
    ));
    let mut stage = |order, steps| plan.stage(order, steps);

    stage(
        Order::Parallel,
        for_nodes(cluster, fleet, "create_extension", |_, client| {
            Box::new(CreateExtension { client })
        })?,
    );
    stage(
        Order::Parallel,
        for_nodes(cluster, fleet, "node_create", |node, client| {
            Box::new(CreateNode { client, node: node.clone() })
        })?,
    );
    let add_tables = |node: &str, after: Option<String>| -> Result<Step> {
        Ok(Step {
            id: format!("{node}.repset_add_all_tables"),
            node: node.to_owned(),
            action: Box::new(AddTables {
                client: fleet.client(node)?,
                schemas: options.add_all_tables.clone(),
                after,
            }),
        })
    };
    let create = |link: &Link, synchronize| -> Result<Step> {
        let provider = cluster.node(&link.provider)?;
        Ok(Step {
            id: format!("{}.sub_create.{}", link.subscriber, link.name),
            node: link.subscriber.clone(),
            action: Box::new(CreateSubscription {
                client: fleet.client(&link.subscriber)?,
                new: new_subscription(cluster, link, provider, synchronize),
                provider: provider.clone(),
            }),
        })
    };
    let wait = |link: &Link, goal| -> Result<Step> {
        let what = match goal {
            WaitGoal::Synced => "wait_synced",
            WaitGoal::Replicating => "wait_replicating",
        };
        Ok(Step {
            id: format!("{}.{what}.{}", link.subscriber, link.name),
            node: link.subscriber.clone(),
            action: Box::new(WaitForSubscription {
                client: fleet.client(&link.subscriber)?,
                name: link.name.clone(),
                goal,
                deadline,
            }),
        })
    };
    let all = |links: &[&Link], step: &dyn Fn(&Link) -> Result<Step>| -> Result<Vec<Step>> {
        links.iter().map(|link| step(link)).collect()
    };

    if !options.add_all_tables.is_empty() {
        stage(Order::Sequential, vec![add_tables(&cluster.seed, None)?]);
    }
    stage(Order::Parallel, all(&first, &|link| create(link, options.synchronize))?);
    stage(Order::Parallel, all(&first, &|link| wait(link, WaitGoal::Synced))?);
    if !options.add_all_tables.is_empty() {
        let others = cluster.nodes.iter().filter(|node| node.name != cluster.seed);
        let steps = others.map(|node| {
            let after = first.iter().find(|link| link.subscriber == node.name);
            add_tables(&node.name, after.map(|link| link.name.clone()))
        });
        stage(Order::Parallel, steps.collect::<Result<_>>()?);
    }
    // One after the other: two nodes that make slots on each other at once could wait for each
    // other's transactions.
    stage(Order::Sequential, all(&rest, &|link| create(link, Synchronize::None))?);
    if options.wait {
        let links: Vec<&Link> = links.iter().collect();
        stage(Order::Parallel, all(&links, &|link| wait(link, WaitGoal::Replicating))?);
    }
    Ok(plan)
}

/// One step for each node.
fn for_nodes(
    cluster: &Cluster,
    fleet: &Fleet,
    name: &str,
    action: impl Fn(&Node, Arc<Client>) -> Box<dyn Action>,
) -> Result<Vec<Step>> {
    cluster
        .nodes
        .iter()
        .map(|node| {
            Ok(Step {
                id: format!("{}.{name}", node.name),
                node: node.name.clone(),
                action: action(node, fleet.client(&node.name)?),
            })
        })
        .collect()
}

fn new_subscription(
    cluster: &Cluster,
    link: &Link,
    provider: &Node,
    synchronize: Synchronize,
) -> NewSubscription {
    let defaults = &cluster.subscription;
    NewSubscription {
        name: link.name.clone(),
        provider_dsn: provider.peer.dsn(),
        replication_sets: link
            .replication_sets
            .clone()
            .unwrap_or_else(|| defaults.replication_sets.clone()),
        synchronize_structure: synchronize.structure(),
        synchronize_data: synchronize.data(),
        forward_origins: defaults.forward_origins.clone(),
        apply_delay: link.apply_delay.clone().unwrap_or_else(|| defaults.apply_delay.clone()),
        enabled: true,
    }
}

/// A structure copy into a database that has the tables would fail half way; refuse it before.
async fn refuse_filled_subscribers(
    fleet: &Fleet,
    first: &[&Link],
    options: &Options,
) -> Result<()> {
    if !options.synchronize.structure() {
        return Ok(());
    }
    for link in first {
        let client = fleet.client(&link.subscriber)?;
        if client.has_subscription(&link.name).await? {
            continue;
        }
        let tables = client.user_table_count().await?;
        if tables > 0 {
            return Err(AdminError::precondition(format!(
                "database of node \"{}\" is not empty",
                link.subscriber
            ))
            .on(&link.subscriber)
            .detail(format!(
                "It has {tables} tables, and its structure would be copied from node \"{}\".",
                link.provider
            ))
            .hint("empty the database, or copy only rows with --sync data, or nothing with --sync none"));
        }
    }
    Ok(())
}

/// Tables in no replication set are legal and usually a slip.
async fn warn_of_tables_left_out(
    cluster: &Cluster,
    fleet: &Fleet,
    options: &Options,
    progress: &dyn Progress,
) -> Result<()> {
    let seed = fleet.client(&cluster.seed)?;
    if options.add_all_tables.is_empty()
        && !seed.has_extension().await?
        && seed.user_table_count().await? > 0
    {
        progress.event(Event::Warning {
            node: &cluster.seed,
            message: "its tables are in no replication set and will not replicate; \
                      add them with --add-all-tables SCHEMA",
        });
    }
    Ok(())
}

struct CreateExtension {
    client: Arc<Client>,
}

impl Action for CreateExtension {
    fn title(&self) -> String {
        "create extension spock".to_owned()
    }

    fn preview(&self) -> Option<String> {
        Some("CREATE EXTENSION spock".to_owned())
    }

    fn undo(&self) -> Option<String> {
        Some("DROP EXTENSION spock".to_owned())
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(self.client.has_extension())
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.client.create_extension())
    }
}

struct CreateNode {
    client: Arc<Client>,
    node: Node,
}

impl Action for CreateNode {
    fn title(&self) -> String {
        format!("create node {}", self.node.name)
    }

    fn preview(&self) -> Option<String> {
        Some(format!(
            "SELECT spock.node_create({}, dsn => {})",
            literal(&self.node.name),
            literal(&self.node.peer.redacted())
        ))
    }

    fn undo(&self) -> Option<String> {
        Some(format!("SELECT spock.node_drop({})", literal(&self.node.name)))
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            let Some(local) = self.client.local_node().await? else { return Ok(false) };
            if local.name != self.node.name {
                return Err(AdminError::precondition(format!(
                    "the database is registered as node \"{}\", not \"{}\"",
                    local.name, self.node.name
                ))
                .hint("correct the name, or drop the node with spock.node_drop"));
            }
            let interfaces = self.client.node_interfaces(&self.node.name).await?;
            Ok(self.node.interfaces.iter().all(|i| interfaces.contains(&i.name)))
        })
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            let Node { name, peer, location, country, info, interfaces, .. } = &self.node;
            if self.client.local_node().await?.is_none() {
                self.client
                    .node_create(
                        name,
                        &peer.dsn(),
                        location.as_deref(),
                        country.as_deref(),
                        info.as_ref(),
                    )
                    .await?;
            }
            let present = self.client.node_interfaces(name).await?;
            for interface in interfaces.iter().filter(|i| !present.contains(&i.name)) {
                self.client.node_add_interface(name, interface).await?;
            }
            Ok(())
        })
    }
}

struct AddTables {
    client: Arc<Client>,
    schemas: Vec<String>,
    /// Subscription that brings the tables: before it exists there is nothing to add.
    after: Option<String>,
}

impl Action for AddTables {
    fn title(&self) -> String {
        format!("add the tables of {} to replication sets", self.schemas.join(", "))
    }

    fn preview(&self) -> Option<String> {
        let schemas: Vec<String> = self.schemas.iter().map(|schema| literal(schema)).collect();
        Some(format!(
            "SELECT spock.repset_add_all_tables('default', ARRAY[{}]); tables without a key go to \
             default_insert_only",
            schemas.join(", ")
        ))
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async {
            if let Some(subscription) = &self.after
                && !self.client.has_subscription(subscription).await?
            {
                return Ok(false);
            }
            if self.client.local_node().await?.is_none() {
                return Ok(false);
            }
            let tables = self.client.table_memberships(&self.schemas).await?;
            Ok(tables.iter().all(|table| !table.sets.is_empty()))
        })
    }

    fn run<'a>(&'a self, progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let tables = self.client.table_memberships(&self.schemas).await?;
            let total = tables.len() as u64;
            for (at, member) in tables.iter().enumerate() {
                progress.at(at as u64, total, &member.table.to_string());
                if !member.sets.is_empty() {
                    continue;
                }
                let set = if member.has_key { "default" } else { "default_insert_only" };
                self.client
                    .repset_add_table(set, &member.table)
                    .await
                    .map_err(|e| e.context(format_args!("table {}", member.table)))?;
            }
            Ok(())
        })
    }
}

struct CreateSubscription {
    client: Arc<Client>,
    new: NewSubscription,
    provider: Node,
}

impl Action for CreateSubscription {
    fn title(&self) -> String {
        let what = match (self.new.synchronize_structure, self.new.synchronize_data) {
            (true, true) => ", copying structure and data",
            (true, false) => ", copying structure",
            (false, true) => ", copying data",
            (false, false) => "",
        };
        format!("create subscription {} to {}{what}", self.new.name, self.provider.name)
    }

    fn preview(&self) -> Option<String> {
        let mut sql = format!(
            "SELECT spock.sub_create({}, {}",
            literal(&self.new.name),
            literal(&self.provider.peer.redacted())
        );
        if self.new.synchronize_structure {
            sql.push_str(", synchronize_structure => true");
        }
        if self.new.synchronize_data {
            sql.push_str(", synchronize_data => true");
        }
        if self.new.apply_delay != "0" {
            // Writing to a string cannot fail.
            let _ = write!(sql, ", apply_delay => {}", literal(&self.new.apply_delay));
        }
        sql.push(')');
        Some(sql)
    }

    fn undo(&self) -> Option<String> {
        Some(format!("SELECT spock.sub_drop({})", literal(&self.new.name)))
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(self.client.has_subscription(&self.new.name))
    }

    fn run<'a>(&'a self, _progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(self.client.without_statement_timeout(self.client.sub_create(&self.new)))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WaitGoal {
    Synced,
    Replicating,
}

struct WaitForSubscription {
    client: Arc<Client>,
    name: String,
    goal: WaitGoal,
    deadline: Deadline,
}

impl WaitForSubscription {
    /// Whether the goal is reached, how many tables are done, of how many, and the state in words.
    async fn look(&self) -> Result<(bool, u64, u64, String)> {
        let subs = match self.client.local_node().await? {
            Some(_) => self.client.subscriptions().await?,
            None => Vec::new(),
        };
        let Some(sub) = subs.into_iter().find(|sub| sub.name == self.name) else {
            return Ok((false, 0, 0, "does not exist".to_owned()));
        };
        let is_reached = match self.goal {
            WaitGoal::Synced => super::wait::is_synced(&sub)?,
            WaitGoal::Replicating => super::wait::is_replicating(&sub)?,
        };
        let state = super::status::reason_or_state(&sub);
        Ok((is_reached, sub.tables_copied, sub.tables_total, state))
    }
}

impl Action for WaitForSubscription {
    fn title(&self) -> String {
        match self.goal {
            WaitGoal::Synced => format!("wait for the copy of {}", self.name),
            WaitGoal::Replicating => format!("wait until {} replicates", self.name),
        }
    }

    fn preview(&self) -> Option<String> {
        None
    }

    fn is_done<'a>(&'a self) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async { Ok(self.look().await?.0) })
    }

    fn run<'a>(&'a self, progress: StepProgress<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            loop {
                let (is_reached, done, total, state) = self.look().await?;
                if is_reached {
                    return Ok(());
                }
                progress.at(done, total, &state);
                if self.deadline.is_over() {
                    let limit = duration_text(self.deadline.limit());
                    return Err(AdminError::timeout(format!("timed out after {limit}"))
                        .detail(format!("{} is {state}.", self.name))
                        .hint("wait longer with --timeout"));
                }
                self.deadline.pause().await;
            }
        })
    }
}

/// A value as it stands in a statement that a person may run.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
