//! A barrier: every node marks its log, and every other one is watched until it has applied the mark.

use std::collections::BTreeMap;

use serde::Serialize;
use spock_core::lsn::Lsn;

use super::{Fleet, ask_all};
use crate::client::{Client, OriginProgress};
use crate::error::{AdminError, ErrorKind, Result};
use crate::progress::{Event, Outcome, Progress};
use crate::wait::{Deadline, duration_text};

/// One subscription on its way to the mark of its provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Passage {
    /// The node that marked its log.
    pub provider: String,
    /// Where the mark is.
    pub lsn: String,
    /// The node that is to apply it.
    pub subscriber: String,
    /// By which subscription.
    pub subscription: String,
    /// passed, behind, or disabled: nothing will pass.
    pub state: &'static str,
    /// How far it has come.
    pub applied_lsn: Option<String>,
    /// How much of the log is missing.
    pub behind_bytes: Option<u64>,
}

impl Passage {
    /// Why the barrier is not passed, or `None` when it is.
    pub fn error(&self, limit: Option<Deadline>) -> Option<AdminError> {
        let Passage { provider, subscriber, subscription, lsn, .. } = self;
        let at = self.applied_lsn.as_deref().unwrap_or("the beginning");
        match (self.state, limit) {
            ("disabled", Some(_)) => Some(
                AdminError::precondition(format!(
                    "subscription \"{subscription}\" of node \"{subscriber}\" is disabled"
                ))
                .detail(format!("It stands at {at} of {lsn} in the log of {provider}."))
                .hint(format!(
                    "enable it: `spockctl sub enable {subscription} --node {subscriber}`"
                )),
            ),
            ("behind", Some(limit)) => Some(
                AdminError::timeout(format!(
                    "node \"{subscriber}\" has not applied what {provider} had written within {}",
                    duration_text(limit.limit())
                ))
                .detail(format!("Subscription {subscription} stands at {at} of {lsn}."))
                .hint(
                    "look at the reasons with `spockctl sub status`, or wait longer with --timeout",
                ),
            ),
            _ => None,
        }
        .map(|error| error.on(subscriber))
    }
}

/// Marks the log of every node; with a deadline every enabled subscription between these nodes is waited for. What nodes forward comes by several streams: then the mark is set anew as often as there are nodes on the way.
pub async fn barrier(
    fleet: &Fleet,
    transactional: bool,
    deadline: Option<Deadline>,
    progress: &dyn Progress,
) -> Result<Vec<Passage>> {
    ask_all(fleet, super::status::require_node).await?;
    let Some(deadline) = deadline else {
        let marks = mark(fleet, transactional).await?;
        return passages(fleet, &marks).await;
    };
    let subs = ask_all(fleet, Client::subscriptions).await?;
    let forwards = subs.iter().flatten().any(|sub| !sub.forward_origins.is_empty());
    let rounds = if forwards { fleet.clients.len() } else { 1 };
    for round in 1..=rounds {
        let marks = mark(fleet, transactional).await?;
        let passages = pass(fleet, &marks, deadline, progress).await?;
        if round == rounds || passages.iter().any(|passage| passage.state != "passed") {
            return Ok(passages);
        }
    }
    Err(AdminError::new(ErrorKind::Internal, "a barrier without nodes"))
}

/// The place of its mark, by node.
type Marks = BTreeMap<String, Lsn>;

async fn mark(fleet: &Fleet, transactional: bool) -> Result<Marks> {
    let places = ask_all(fleet, |client: &Client| client.sync_event_as(transactional)).await?;
    Ok(fleet.clients.iter().map(|client| client.node().to_owned()).zip(places).collect())
}

async fn pass(
    fleet: &Fleet,
    marks: &Marks,
    deadline: Deadline,
    progress: &dyn Progress,
) -> Result<Vec<Passage>> {
    let step = "barrier";
    progress.event(Event::StepStarted { step, node: "all nodes", title: "pass the barrier" });
    let started = std::time::Instant::now();
    loop {
        let passages = passages(fleet, marks).await?;
        let passed = passages.iter().filter(|passage| passage.state == "passed").count();
        let behind: Vec<&str> = passages
            .iter()
            .filter(|passage| passage.state == "behind")
            .map(|passage| passage.subscription.as_str())
            .collect();
        progress.event(Event::StepProgress {
            step,
            done: passed as u64,
            total: passages.len() as u64,
            message: &behind.join(", "),
        });
        if behind.is_empty() || deadline.is_over() {
            if passed == passages.len() {
                let (outcome, elapsed) = (Outcome::Changed, started.elapsed());
                progress.event(Event::StepFinished { step, outcome, elapsed });
            }
            return Ok(passages);
        }
        deadline.pause().await;
    }
}

async fn passages(fleet: &Fleet, marks: &Marks) -> Result<Vec<Passage>> {
    let origins = ask_all(fleet, Client::origin_progress).await?;
    let mut out = Vec::new();
    for (client, origins) in fleet.clients.iter().zip(origins) {
        let passages = origins.into_iter().filter_map(|origin| {
            let lsn = *marks.get(&origin.provider)?;
            Some(passage(client.node(), origin, lsn))
        });
        out.extend(passages);
    }
    Ok(out)
}

fn passage(subscriber: &str, origin: OriginProgress, lsn: Lsn) -> Passage {
    let applied = origin.applied.filter(|applied| applied.0 > 0);
    let state = match applied {
        Some(applied) if applied >= lsn => "passed",
        _ if !origin.is_enabled => "disabled",
        _ => "behind",
    };
    Passage {
        provider: origin.provider,
        lsn: lsn.to_string(),
        subscriber: subscriber.to_owned(),
        subscription: origin.subscription,
        state,
        applied_lsn: applied.map(|applied| applied.to_string()),
        behind_bytes: applied.map(|applied| lsn.0.saturating_sub(applied.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_has_passed_when_it_has_applied_the_mark() {
        let state = |is_enabled, applied: Option<u64>| {
            let origin = OriginProgress {
                subscription: "s".into(),
                provider: "n1".into(),
                is_enabled,
                applied: applied.map(Lsn),
            };
            passage("n2", origin, Lsn(100)).state
        };
        assert_eq!(state(true, Some(100)), "passed");
        assert_eq!(state(false, Some(100)), "passed");
        assert_eq!(state(true, Some(99)), "behind");
        assert_eq!(state(true, None), "behind");
        assert_eq!(state(false, Some(99)), "disabled");
    }
}
