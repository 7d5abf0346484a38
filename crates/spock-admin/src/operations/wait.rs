//! Waiting for a state of the whole cluster.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::join_all;
use serde::Serialize;
use spock_core::lsn::Lsn;

use super::{Fleet, ask_all};
use crate::client::{Client, SubscriptionState};
use crate::error::{AdminError, Result};
use crate::plan::StepProgress;
use crate::progress::{Event, Outcome, Progress};
use crate::wait::{Deadline, duration_text};

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Goal {
    /// The first copy of every subscription and table is done.
    Synced,
    /// Every enabled subscription has applied what its provider had written when the wait began.
    CaughtUp,
    /// Every enabled subscription streams.
    Replicating,
}

/// Waits for the goal on every node of the fleet.
pub async fn wait(
    fleet: &Fleet,
    goal: Goal,
    deadline: Deadline,
    progress: &dyn Progress,
) -> Result<()> {
    ask_all(fleet, super::status::require_node).await?;
    match goal {
        Goal::CaughtUp => caught_up(fleet, deadline, progress).await.map(drop),
        Goal::Synced => each_node(fleet, deadline, progress, "synced", is_synced).await,
        Goal::Replicating => {
            each_node(fleet, deadline, progress, "replicating", is_replicating).await
        }
    }
}

/// Whether the first copy is done; a failure that no waiting mends is an error.
pub(super) fn is_synced(sub: &SubscriptionState) -> Result<bool> {
    if sub.sync_state == "failed" || !sub.tables_failed.is_empty() {
        return Err(failed_sync(sub));
    }
    Ok(matches!(sub.sync_state, "ready" | "copied") && sub.tables_ready == sub.tables_total)
}

/// Whether it streams.
pub(super) fn is_replicating(sub: &SubscriptionState) -> Result<bool> {
    if sub.sync_state == "failed" {
        return Err(failed_sync(sub));
    }
    Ok(sub.status == "replicating" || !sub.is_enabled)
}

fn failed_sync(sub: &SubscriptionState) -> AdminError {
    let mut error = AdminError::failed(format!("the copy of subscription \"{}\" failed", sub.name));
    if !sub.tables_failed.is_empty() {
        let tables: Vec<String> = sub.tables_failed.iter().map(ToString::to_string).collect();
        error = error.hint(format!("mend the cause and copy again: {}", tables.join(", ")));
    } else {
        error = error.hint(format!("mend the cause, drop \"{}\", and create it again", sub.name));
    }
    match &sub.last_error {
        Some(reason) => error.detail(reason.clone()),
        None => error,
    }
}

/// How far what a step waits for has come.
pub(super) struct Looked {
    pub(super) is_reached: bool,
    /// Units that are done, of so many; 0 where nobody counts them.
    pub(super) done: u64,
    pub(super) total: u64,
    /// The state in words.
    pub(super) state: String,
}

/// Looks again and again until it is reached, and says how far it has come; `name` is what is waited for.
pub(super) async fn until<F: Future<Output = Result<Looked>>>(
    name: &str,
    deadline: Deadline,
    progress: StepProgress<'_>,
    look: impl Fn() -> F,
) -> Result<()> {
    loop {
        let Looked { is_reached, done, total, state } = look().await?;
        if is_reached {
            return Ok(());
        }
        progress.at(done, total, &state);
        if deadline.is_over() {
            let limit = duration_text(deadline.limit());
            return Err(AdminError::timeout(format!("timed out after {limit}"))
                .detail(format!("{name} is {state}."))
                .hint("wait longer with --timeout"));
        }
        deadline.pause().await;
    }
}

/// Waits on each node for each of its subscriptions.
async fn each_node(
    fleet: &Fleet,
    deadline: Deadline,
    progress: &dyn Progress,
    goal: &str,
    is_reached: fn(&SubscriptionState) -> Result<bool>,
) -> Result<()> {
    let waits = fleet.clients.iter().map(|client| async move {
        let step = format!("{}.wait_{goal}", client.node());
        let title = format!("wait until {goal}");
        progress.event(Event::StepStarted { step: &step, node: client.node(), title: &title });
        let started = std::time::Instant::now();
        loop {
            let subs = client.subscriptions().await?;
            let mut waiting = Vec::new();
            for sub in &subs {
                if !is_reached(sub).map_err(|e| e.on(client.node()))? {
                    waiting.push(format!(
                        "{} is {}",
                        sub.name,
                        super::status::reason_or_state(sub)
                    ));
                }
            }
            if waiting.is_empty() {
                progress.event(Event::StepFinished {
                    step: &step,
                    outcome: Outcome::Changed,
                    elapsed: started.elapsed(),
                });
                return Ok(());
            }
            let text = waiting.join(", ");
            let (total, left) = (subs.len() as u64, waiting.len() as u64);
            progress.event(Event::StepProgress {
                step: &step,
                done: total - left,
                total,
                message: &text,
            });
            if deadline.is_over() {
                return Err(timed_out(goal, deadline).detail(text).on(client.node()));
            }
            deadline.pause().await;
        }
    });
    join_all(waits).await.into_iter().collect()
}

fn timed_out(goal: &str, deadline: Deadline) -> AdminError {
    AdminError::timeout(format!("not {goal} within {}", duration_text(deadline.limit())))
        .hint("look at the reasons with `spockctl sub status`, or wait longer with --timeout")
}

/// The place in each provider's log that was waited for.
pub type Targets = BTreeMap<String, Lsn>;

/// Marks the log of every node and waits until each subscription of the fleet has applied the mark
/// of its provider.
pub async fn caught_up(
    fleet: &Fleet,
    deadline: Deadline,
    progress: &dyn Progress,
) -> Result<Targets> {
    let lsns = ask_all(fleet, Client::sync_event).await?;
    let targets: Targets =
        fleet.clients.iter().map(|client| client.node().to_owned()).zip(lsns).collect();
    let waits = fleet.clients.iter().map(|client| reach(client, &targets, deadline, progress));
    join_all(waits).await.into_iter().collect::<Result<()>>()?;
    Ok(targets)
}

/// Waits until every enabled subscription of one node has reached its target.
async fn reach(
    client: &Arc<Client>,
    targets: &Targets,
    deadline: Deadline,
    progress: &dyn Progress,
) -> Result<()> {
    let step = format!("{}.catch_up", client.node());
    progress.event(Event::StepStarted { step: &step, node: client.node(), title: "catch up" });
    let started = std::time::Instant::now();
    // What was left at the first look, as the full length of the bar.
    let mut full = None;
    loop {
        let mut left_bytes = 0;
        let mut waiting = Vec::new();
        for origin in client.origin_progress().await? {
            let Some(target) = targets.get(&origin.provider) else { continue };
            if !origin.is_enabled {
                continue;
            }
            let applied = origin.applied.unwrap_or(Lsn(0));
            if applied < *target {
                left_bytes += target.0.saturating_sub(applied.0.max(1));
                waiting.push(format!("{} at {applied} of {target}", origin.subscription));
            }
        }
        if waiting.is_empty() {
            progress.event(Event::StepFinished {
                step: &step,
                outcome: Outcome::Changed,
                elapsed: started.elapsed(),
            });
            return Ok(());
        }
        let full = *full.get_or_insert(left_bytes).max(&mut left_bytes.clone());
        let text = waiting.join(", ");
        progress.event(Event::StepProgress {
            step: &step,
            done: full - left_bytes,
            total: full,
            message: &text,
        });
        if deadline.is_over() {
            return Err(timed_out("caught up", deadline).detail(text).on(client.node()));
        }
        deadline.pause().await;
    }
}
