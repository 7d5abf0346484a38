//! All streams of a cluster stopped, and started again.
//!
//! Each subscriber remembers which subscriptions a pause has stopped, in its own database and in the transaction that
//! stopped them. So anybody who reaches the nodes can resume, from any machine, and what was disabled before stays so.

use jiff::Timestamp;
use serde::Serialize;

use super::Fleet;
use super::answers::{Answers, ask_nodes};
use crate::client::{Client, PausedState};
use crate::error::{AdminError, Result};
use crate::wait::{Deadline, duration_text};

/// A subscription, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Paused {
    /// The subscriber.
    pub node: String,
    /// The subscription.
    pub subscription: String,
    /// Its provider.
    pub provider: String,
    /// enabled, paused, or disabled (by hand, or for an error).
    pub before: &'static str,
    /// The same afterwards; in a rehearsal what it would be.
    pub after: &'static str,
    /// Whether the two differ.
    pub changed: bool,
    /// Who paused it.
    pub paused_by: Option<String>,
    /// When.
    pub paused_at: Option<Timestamp>,
}

/// Disables every enabled subscription of every node that can be reached, and waits until their workers have ended.
pub async fn pause(fleet: &Fleet, by: &str, rehearse: bool, deadline: Deadline) -> Answers<Paused> {
    ask_nodes(fleet, |client| pause_node(client, by, rehearse, deadline)).await
}

async fn pause_node(
    client: &Client,
    by: &str,
    rehearse: bool,
    deadline: Deadline,
) -> Result<Vec<Paused>> {
    let before = client.paused_states().await?;
    if rehearse {
        let after = |state: &PausedState| match word(state) {
            "enabled" => "paused",
            other => other,
        };
        return Ok(before.into_iter().map(|state| shown(client, after(&state), state)).collect());
    }
    let stopped = client.pause_subscriptions(by).await?;
    loop {
        let running = client.running_workers(&stopped).await?;
        if running.is_empty() {
            break;
        }
        if deadline.is_over() {
            let limit = duration_text(deadline.limit());
            return Err(AdminError::timeout(format!("workers have not ended within {limit}"))
                .detail(running.join(", "))
                .hint("the subscriptions are paused; see what their workers wait for with `spockctl worker list`")
                .on(client.node()));
        }
        deadline.pause().await;
    }
    compared(client, before).await
}

/// Enables every paused subscription of every node that can be reached. One that cannot be enabled is told, and does not
/// keep the others from it.
pub async fn resume(fleet: &Fleet, rehearse: bool) -> (Answers<Paused>, Vec<AdminError>) {
    let failures = std::sync::Mutex::new(Vec::new());
    let answers = ask_nodes(fleet, |client| resume_node(client, rehearse, &failures)).await;
    (answers, failures.into_inner().unwrap_or_default())
}

async fn resume_node(
    client: &Client,
    rehearse: bool,
    failures: &std::sync::Mutex<Vec<AdminError>>,
) -> Result<Vec<Paused>> {
    let before = client.paused_states().await?;
    if rehearse {
        let after = |state: &PausedState| match word(state) {
            "paused" => "enabled",
            other => other,
        };
        return Ok(before.into_iter().map(|state| shown(client, after(&state), state)).collect());
    }
    for state in before.iter().filter(|state| word(state) == "paused") {
        if let Err(error) = client.resume_subscription(&state.subscription).await {
            let what = format!("could not resume subscription \"{}\"", state.subscription);
            let error = error.context(what).on(client.node());
            failures.lock().expect("nobody panics with it").push(error);
        }
    }
    compared(client, before).await
}

/// What became of each subscription that there was.
async fn compared(client: &Client, before: Vec<PausedState>) -> Result<Vec<Paused>> {
    let now = client.paused_states().await?;
    Ok(before
        .into_iter()
        .filter_map(|before| {
            let now = now.iter().find(|now| now.subscription == before.subscription)?;
            let was = word(&before);
            let mut item = shown(client, word(now), now.clone());
            item.before = was;
            item.changed = item.before != item.after;
            Some(item)
        })
        .collect())
}

fn shown(client: &Client, after: &'static str, state: PausedState) -> Paused {
    let before = word(&state);
    let (paused_by, paused_at) = state.paused.unzip();
    Paused {
        node: client.node().to_owned(),
        subscription: state.subscription,
        provider: state.provider,
        before,
        after,
        changed: before != after,
        paused_by,
        paused_at,
    }
}

fn word(state: &PausedState) -> &'static str {
    match (state.is_enabled, &state.paused) {
        (true, _) => "enabled",
        (false, Some(_)) => "paused",
        (false, None) => "disabled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_pause_has_stopped_is_paused() {
        let state = |is_enabled, by: Option<&str>| PausedState {
            subscription: "s".into(),
            provider: "n1".into(),
            is_enabled,
            paused: by.map(|by| (by.to_owned(), Timestamp::UNIX_EPOCH)),
        };
        assert_eq!(word(&state(true, None)), "enabled");
        assert_eq!(word(&state(false, Some("me"))), "paused");
        assert_eq!(word(&state(false, None)), "disabled");
    }
}
