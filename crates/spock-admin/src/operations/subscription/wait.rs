//! Waiting for one subscription.

use std::time::Instant;

use serde::Serialize;
use spock_core::lsn::Lsn;

use super::super::status::reason_or_state;
use super::super::wait::is_synced;
use crate::client::{Client, SubscriptionState, TableRef};
use crate::error::{AdminError, Result};
use crate::progress::{Event, Outcome, Progress};
use crate::wait::Deadline;

/// What is waited for.
#[derive(Debug, Clone)]
pub enum Goal {
    /// The copies of the subscription and of all its tables are done.
    Synced,
    /// The copies of these tables are done.
    TablesSynced(Vec<TableRef>),
    /// Everything before this place of the provider's log has been applied.
    Applied(Lsn),
    /// It streams.
    Replicating,
}

impl Goal {
    fn word(&self) -> &'static str {
        match self {
            Goal::Synced | Goal::TablesSynced(_) => "sync",
            Goal::Applied(_) => "applied",
            Goal::Replicating => "replicating",
        }
    }
}

/// How a wait ended.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Waited {
    /// The subscriber.
    pub node: String,
    /// The subscription.
    pub name: String,
    /// What was waited for: sync, applied, or replicating.
    pub goal: &'static str,
    /// The place of the provider's log, when one was waited for.
    pub lsn: Option<String>,
    /// Whether it came to that.
    pub reached: bool,
    /// How it stood at the end, in words.
    pub state: String,
    /// How long that took.
    pub waited_seconds: f64,
}

/// Waits until the goal is reached or the time is over, which is no error; a state that no waiting mends is one.
pub async fn wait(
    client: &Client,
    name: &str,
    goal: &Goal,
    deadline: Deadline,
    progress: &dyn Progress,
) -> Result<Waited> {
    let step = format!("{}.wait.{name}", client.node());
    let title = format!("wait for {name}");
    progress.event(Event::StepStarted { step: &step, node: client.node(), title: &title });
    let started = Instant::now();
    loop {
        let sub = super::require(client, name).await?;
        let (reached, state) = look(client, &sub, goal).await.map_err(|e| e.on(client.node()))?;
        progress.event(Event::StepProgress { step: &step, done: 0, total: 0, message: &state });
        if reached || deadline.is_over() {
            let elapsed = started.elapsed();
            if reached {
                let outcome = Outcome::Changed;
                progress.event(Event::StepFinished { step: &step, outcome, elapsed });
            }
            return Ok(Waited {
                node: client.node().to_owned(),
                name: name.to_owned(),
                goal: goal.word(),
                lsn: match goal {
                    Goal::Applied(lsn) => Some(lsn.to_string()),
                    _ => None,
                },
                reached,
                state,
                waited_seconds: elapsed.as_secs_f64(),
            });
        }
        if !sub.is_enabled {
            return Err(AdminError::precondition(format!("subscription \"{name}\" is disabled"))
                .detail(state)
                .hint(format!("start it with `spockctl sub enable {name}`"))
                .on(client.node()));
        }
        deadline.pause().await;
    }
}

/// Whether the goal is reached, and the state in words.
async fn look(client: &Client, sub: &SubscriptionState, goal: &Goal) -> Result<(bool, String)> {
    let state = reason_or_state(sub);
    match goal {
        Goal::Synced => Ok((is_synced(sub)?, state)),
        Goal::Replicating => {
            Ok((super::super::wait::is_replicating(sub)? && sub.is_enabled, state))
        }
        Goal::Applied(lsn) => {
            let origins = client.origin_progress().await?;
            let own = origins.iter().find(|origin| origin.subscription == sub.name);
            let applied = own.and_then(|origin| origin.applied).unwrap_or(Lsn::INVALID);
            Ok((applied >= *lsn, format!("{state}, at {applied} of {lsn}")))
        }
        Goal::TablesSynced(tables) => tables_synced(client, sub, tables).await,
    }
}

async fn tables_synced(
    client: &Client,
    sub: &SubscriptionState,
    tables: &[TableRef],
) -> Result<(bool, String)> {
    let mut states = client.table_states(sub.id).await?;
    states.retain(|state| state.table.as_ref().is_some_and(|table| tables.contains(table)));
    if states.is_empty() {
        let names: Vec<String> = tables.iter().map(ToString::to_string).collect();
        return Err(AdminError::precondition(format!(
            "subscription \"{}\" copies no table {}",
            sub.name,
            names.join(", ")
        ))
        .hint(format!("see which it copies with `spockctl sub tables {}`", sub.name)));
    }
    let name =
        |table: &Option<TableRef>| table.as_ref().map(ToString::to_string).unwrap_or_default();
    if let Some(failed) = states.iter().find(|state| state.state == "failed") {
        let table = name(&failed.table);
        let error = AdminError::failed(format!("the copy of table {table} failed")).hint(format!(
            "mend the cause and run `spockctl sub resync-table {} {table}`",
            sub.name
        ));
        return Err(match &sub.last_error {
            Some(reason) => error.detail(reason.clone()),
            None => error,
        });
    }
    let waiting: Vec<String> = states
        .iter()
        .filter(|state| !matches!(state.state, "ready" | "copied"))
        .map(|state| format!("{}: {}", name(&state.table), state.state))
        .collect();
    Ok(match waiting.is_empty() {
        true => (true, format!("{} of {0} tables copied", states.len())),
        false => (false, waiting.join(", ")),
    })
}
