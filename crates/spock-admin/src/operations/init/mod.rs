//! Making a cluster of prepared servers.
//!
//! The order is what keeps rows from being lost:
//!
//! 1. every node gets the extension and its registration;
//! 2. the seed puts its tables and sequences into replication sets;
//! 3. the other nodes subscribe to the seed and copy from it; the seed may be written to meanwhile. In a
//!    chain each copies from the one before it, when that has its copy;
//! 4. when all copies are done, the other nodes put theirs into sets of their own, and the
//!    remaining subscriptions are created without a copy. Until then nobody may write to the other
//!    nodes: what they have came from the seed, and their own streams begin here;
//! 5. where the definition says so, statements that define objects are replicated by themselves from here on;
//! 6. all subscriptions replicate, and a mark in every log has arrived everywhere.

mod actions;
mod replication_sets;

use std::sync::Arc;

use self::actions::{
    AddTables, CreateExtension, CreateNode, CreateSubscription, SwitchAutomaticDdl,
    WaitForSubscription, WaitGoal,
};
use self::replication_sets::DefineSet;
use super::apply::without_copy;
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
    let waves = match options.synchronize {
        Synchronize::None => Vec::new(),
        _ => waves(&cluster.seed, &links),
    };
    let first: Vec<&Link> = waves.iter().flatten().copied().collect();
    let rest: Vec<&Link> = links.iter().filter(|link| !first.contains(link)).collect();
    refuse_filled_subscribers(fleet, &first, options).await?;
    warn_of_tables_left_out(cluster, fleet, options, progress).await?;

    let deadline = Deadline::after(options.timeout);
    let is_running = is_running(fleet).await?;
    let mut plan = Plan::new(format!(
        "cluster \"{}\", {} nodes, {} subscriptions, seed {}",
        cluster.name,
        cluster.nodes.len(),
        links.len(),
        cluster.seed
    ));
    plan.warnings.extend(cluster.unsent_ddl());
    let mut late = Vec::new();
    for link in rest.iter().filter(|_| is_running) {
        if !fleet.client(&link.subscriber)?.has_subscription(&link.name).await? {
            late.push(link.name.clone());
            plan.warnings.push(without_copy(&link.subscriber, &link.name, &link.provider));
        }
    }
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
                is_late: late.contains(&link.name),
                limit: options.timeout,
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
    let of = |node: &str| sets.iter().filter(|set| set.is_of(node)).collect::<Vec<_>>();
    let steps = of(&cluster.seed).into_iter().map(|set| define_set(&cluster.seed, set, None));
    stage(Order::Sequential, steps.collect::<Result<_>>()?);
    if !options.add_all_tables.is_empty() {
        stage(Order::Sequential, vec![add_tables(&cluster.seed, None)?]);
    }
    let after = |node: &Node| {
        first.iter().find(|link| link.subscriber == node.name).map(|link| link.name.clone())
    };
    let fill = |nodes: &[&Node], stage: &mut dyn FnMut(Order, Vec<Step>)| -> Result<()> {
        for set in sets {
            let nodes = nodes.iter().filter(|node| set.is_of(&node.name));
            let steps = nodes.map(|node| define_set(&node.name, set, after(node)));
            stage(Order::Parallel, steps.collect::<Result<_>>()?);
        }
        if !options.add_all_tables.is_empty() {
            let steps = nodes.iter().map(|node| add_tables(&node.name, after(node)));
            stage(Order::Parallel, steps.collect::<Result<_>>()?);
        }
        Ok(())
    };
    let others = || cluster.nodes.iter().filter(|node| node.name != cluster.seed);
    for wave in &waves {
        stage(Order::Parallel, all(wave, &|link| create(link, options.synchronize))?);
        stage(Order::Parallel, all(wave, &|link| wait(link, WaitGoal::Synced))?);
        let of_wave = |node: &&Node| wave.iter().any(|link| link.subscriber == node.name);
        fill(&others().filter(of_wave).collect::<Vec<_>>(), &mut stage)?;
    }
    let alone = |node: &&Node| first.iter().all(|link| link.subscriber != node.name);
    fill(&others().filter(alone).collect::<Vec<_>>(), &mut stage)?;
    // One after the other: two nodes that make slots on each other at once could wait for each
    // other's transactions.
    stage(Order::Sequential, all(&rest, &|link| create(link, Synchronize::None))?);
    if let Some(on) = cluster.automatic_ddl {
        stage(
            Order::Parallel,
            for_nodes(cluster, fleet, "automatic_ddl", |_, client| {
                Box::new(SwitchAutomaticDdl { client, on })
            })?,
        );
    }
    if options.wait {
        let links: Vec<&Link> = links.iter().filter(|link| !link.disabled).collect();
        stage(Order::Parallel, all(&links, &|link| wait(link, WaitGoal::Replicating))?);
    }
    Ok(plan)
}

/// The subscriptions that copy, in the order in which their providers have something to be copied: first those of the
/// seed, then those of the nodes that copied from it to nodes that have nothing yet, and so on.
fn waves<'a>(seed: &'a str, links: &'a [Link]) -> Vec<Vec<&'a Link>> {
    let mut filled = vec![seed];
    let mut waves = Vec::new();
    loop {
        let mut wave: Vec<&Link> = Vec::new();
        for link in links.iter().filter(|link| !link.disabled) {
            // From one provider, by however many subscriptions.
            let is_other = |other: &&&Link| other.subscriber == link.subscriber;
            let provider =
                wave.iter().find(is_other).map_or(link.provider.as_str(), |l| &l.provider);
            if filled.contains(&link.provider.as_str())
                && !filled.contains(&link.subscriber.as_str())
                && provider == link.provider
            {
                wave.push(link);
            }
        }
        if wave.is_empty() {
            return waves;
        }
        filled.extend(wave.iter().map(|link| link.subscriber.as_str()));
        waves.push(wave);
    }
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

pub(super) fn new_subscription(
    cluster: &Cluster,
    link: &Link,
    provider: &Node,
    synchronize: Synchronize,
) -> NewSubscription {
    let defaults = &cluster.subscription;
    NewSubscription {
        name: link.name.clone(),
        provider_dsn: link.dsn.as_ref().unwrap_or(&provider.peer).dsn(),
        replication_sets: link
            .replication_sets
            .clone()
            .unwrap_or_else(|| defaults.replication_sets.clone()),
        synchronize_structure: synchronize.structure(),
        synchronize_data: synchronize.data(),
        forward_origins: link
            .forward_origins
            .clone()
            .unwrap_or_else(|| defaults.forward_origins.clone()),
        skip_schemas: link.skip_schema.clone(),
        force_text_transfer: link.force_text_transfer,
        apply_delay: link.apply_delay.clone().unwrap_or_else(|| defaults.apply_delay.clone()),
        enabled: !link.disabled,
    }
}

/// Whether nodes have subscriptions, so that rows are under way between them.
async fn is_running(fleet: &Fleet) -> Result<bool> {
    for client in &fleet.clients {
        if client.has_extension().await? && !client.subscription_names().await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
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
            .hint("empty the database, or copy only rows with --sync data, or nothing with --sync none")
            .hint("in a cluster that runs, make the subscription again without a copy with `spockctl cluster apply`"));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_copies_once_and_from_one_that_is_filled() {
        let link = |name: &str, provider: &str, subscriber: &str| Link {
            name: name.to_owned(),
            provider: provider.to_owned(),
            subscriber: subscriber.to_owned(),
            ..Link::default()
        };
        let names = |links: &[Link]| -> Vec<Vec<String>> {
            let names = |wave: Vec<&Link>| wave.into_iter().map(|l| l.name.clone()).collect();
            waves("a", links).into_iter().map(names).collect()
        };
        let mesh = [
            link("ab", "a", "b"),
            link("ac", "a", "c"),
            link("bc", "b", "c"),
            link("cb", "c", "b"),
        ];
        assert_eq!(names(&mesh), [["ab", "ac"]]);
        let chain = [link("bc", "b", "c"), link("ab", "a", "b"), link("cd", "c", "d")];
        assert_eq!(names(&chain), [["ab"], ["bc"], ["cd"]]);
        let two = [
            link("ab1", "a", "b"),
            link("ab2", "a", "b"),
            Link { disabled: true, ..link("ac", "a", "c") },
        ];
        assert_eq!(names(&two), [["ab1", "ab2"]]);
        assert!(names(&[link("ba", "b", "a")]).is_empty());
    }
}
