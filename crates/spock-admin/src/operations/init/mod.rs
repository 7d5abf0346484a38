//! Making a cluster of prepared servers.
//!
//! The order is what keeps rows from being lost:
//!
//! 1. every node gets the extension and its registration;
//! 2. the seed puts its tables and sequences into replication sets;
//! 3. the other nodes subscribe to the seed and copy from it; the seed may be written to meanwhile;
//! 4. when all copies are done, the other nodes put theirs into sets of their own, and the
//!    remaining subscriptions are created without a copy. Until then nobody may write to the other
//!    nodes: what they have came from the seed, and their own streams begin here;
//! 5. all subscriptions replicate, and a mark in every log has arrived everywhere.

mod actions;
mod replication_sets;

use std::sync::Arc;

use self::actions::{
    AddTables, CreateExtension, CreateNode, CreateSubscription, WaitForSubscription, WaitGoal,
};
use self::replication_sets::DefineSet;
use super::{Fleet, preflight};
use crate::client::{Client, NewSubscription};
use crate::cluster::{Cluster, Link, Node, Synchronize};
use crate::error::{AdminError, Result};
use crate::plan::{Action, Order, Plan, Step};
use crate::progress::{Event, Progress};
use crate::replication_set::ReplicationSet;
use crate::wait::Deadline;

/// How to make the cluster.
#[derive(Debug, Clone)]
pub struct Options {
    /// Schemas whose tables and sequences go into the default replication sets, unless a set of the
    /// definition has them.
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
    plan.lock_from_here();
    let mut stage = |order, steps| plan.stage(order, steps);
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
    let define_set = |node: &str, set: &ReplicationSet, after: Option<String>| -> Result<Step> {
        Ok(Step {
            id: format!("{node}.repset.{}", set.name),
            node: node.to_owned(),
            action: Box::new(DefineSet { client: fleet.client(node)?, set: set.clone(), after }),
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

    // First what is named.
    let sets = &cluster.replication_sets;
    let steps = sets.iter().map(|set| define_set(&cluster.seed, set, None));
    stage(Order::Sequential, steps.collect::<Result<_>>()?);
    if !options.add_all_tables.is_empty() {
        stage(Order::Sequential, vec![add_tables(&cluster.seed, None)?]);
    }
    stage(Order::Parallel, all(&first, &|link| create(link, options.synchronize))?);
    stage(Order::Parallel, all(&first, &|link| wait(link, WaitGoal::Synced))?);
    let others = || cluster.nodes.iter().filter(|node| node.name != cluster.seed);
    let after = |node: &Node| {
        first.iter().find(|link| link.subscriber == node.name).map(|link| link.name.clone())
    };
    for set in sets {
        let steps = others().map(|node| define_set(&node.name, set, after(node)));
        stage(Order::Parallel, steps.collect::<Result<_>>()?);
    }
    if !options.add_all_tables.is_empty() {
        let steps = others().map(|node| add_tables(&node.name, after(node)));
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
        force_text_transfer: false,
        skip_schemas: Vec::new(),
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
        && cluster.replication_sets.is_empty()
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
