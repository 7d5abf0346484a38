//! Apply workers of nodes that stand still between two transactions, and go on.
//!
//! The processes and their connections stay, unlike with [`super::pause`]; a restart of the server ends it.

use serde::Serialize;

use super::Fleet;
use super::answers::{Answers, ask_nodes};
use crate::client::{Client, StreamState};
use crate::error::{AdminError, Result};
use crate::wait::{Deadline, duration_text};

/// A subscription, and what became of its apply worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct WorkerPause {
    /// The subscriber.
    pub node: String,
    /// The subscription.
    pub subscription: String,
    /// Its provider.
    pub provider: String,
    /// Its status: replicating, paused, disabled, down, and so on.
    pub before: String,
    /// The same afterwards; in a rehearsal what it would be.
    pub after: String,
    /// Whether its worker was paused, or resumed.
    pub changed: bool,
    /// Why it does not replicate afterwards.
    pub reason: Option<String>,
}

const PAUSED: &str = "paused";

/// Has the apply workers of every node that can be reached stand still.
pub async fn pause(fleet: &Fleet, rehearse: bool) -> Answers<WorkerPause> {
    ask_nodes(fleet, |client| pause_node(client, rehearse)).await
}

async fn pause_node(client: &Client, rehearse: bool) -> Result<Vec<WorkerPause>> {
    client.require_pausable().await?;
    let before = client.stream_states().await?;
    let after = if rehearse {
        before.iter().map(would_pause).collect()
    } else {
        client.pause_workers().await?;
        client.stream_states().await?
    };
    Ok(compared(client, &before, &after))
}

/// Has them go on, and waits until none says any more that it is paused.
pub async fn resume(fleet: &Fleet, rehearse: bool, deadline: Deadline) -> Answers<WorkerPause> {
    ask_nodes(fleet, |client| resume_node(client, rehearse, deadline)).await
}

async fn resume_node(
    client: &Client,
    rehearse: bool,
    deadline: Deadline,
) -> Result<Vec<WorkerPause>> {
    client.require_pausable().await?;
    let before = client.stream_states().await?;
    let stays = client.applies_nothing().await?;
    if rehearse {
        let after: Vec<_> = before.iter().map(|state| would_resume(state, stays)).collect();
        return Ok(compared(client, &before, &after));
    }
    client.resume_workers().await?;
    loop {
        let after = client.stream_states().await?;
        let stands = after.iter().any(|state| state.status == PAUSED);
        if stays || !stands {
            return Ok(compared(client, &before, &after));
        }
        if deadline.is_over() {
            let limit = duration_text(deadline.limit());
            let message = format!("workers have not gone on within {limit}");
            return Err(AdminError::timeout(message)
                .hint("they are resumed; see what they wait for with `spockctl worker list`")
                .on(client.node()));
        }
        deadline.pause().await;
    }
}

/// One that is disabled, or has no worker, does not change.
fn would_pause(state: &StreamState) -> StreamState {
    if matches!(state.status.as_str(), "disabled" | "down" | PAUSED) {
        return state.clone();
    }
    StreamState { status: PAUSED.to_owned(), reason: None, ..state.clone() }
}

fn would_resume(state: &StreamState, stays: bool) -> StreamState {
    if state.status != PAUSED || stays {
        return state.clone();
    }
    StreamState { status: "replicating".to_owned(), reason: None, ..state.clone() }
}

fn compared(client: &Client, before: &[StreamState], after: &[StreamState]) -> Vec<WorkerPause> {
    let pairs = before.iter().filter_map(|was| {
        let now = after.iter().find(|now| now.subscription == was.subscription)?;
        Some((was, now))
    });
    pairs
        .map(|(was, now)| WorkerPause {
            node: client.node().to_owned(),
            subscription: was.subscription.clone(),
            provider: was.provider.clone(),
            before: was.status.clone(),
            after: now.status.clone(),
            changed: (was.status == PAUSED) != (now.status == PAUSED),
            reason: now.reason.clone().filter(|_| now.status != "replicating"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(status: &str) -> StreamState {
        StreamState {
            subscription: "s".to_owned(),
            provider: "n1".to_owned(),
            status: status.to_owned(),
            reason: None,
        }
    }

    #[test]
    fn a_rehearsal_leaves_alone_what_has_no_worker() {
        let paused = |status| would_pause(&state(status)).status;
        assert_eq!(
            ["replicating", "disabled", "down", "paused"].map(paused),
            ["paused", "disabled", "down", "paused"]
        );
        assert_eq!(would_resume(&state("paused"), false).status, "replicating");
        assert_eq!(would_resume(&state("paused"), true).status, "paused");
        assert_eq!(would_resume(&state("disabled"), false).status, "disabled");
    }
}
