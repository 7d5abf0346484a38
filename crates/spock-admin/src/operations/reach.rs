//! Which server reaches which: from here by connecting, from a server by what its subscriptions say.
//!
//! Nothing but the worker of a subscription uses the connection string by which a server reaches another, so of two
//! servers without a subscription between them it is not known.

use std::time::Instant;

use serde::Serialize;

use super::Fleet;
use super::doctor::streams::is_unreached;
use crate::client::{Client, ConnectOptions};
use crate::cluster::Node;

/// Whether a node is reached from somewhere.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Reach {
    /// Where from: a node, or none for this machine.
    pub from: Option<String>,
    /// The node.
    pub node: String,
    /// reached, unreachable, or unknown.
    pub state: &'static str,
    /// How long it took to connect, from this machine.
    pub connect_seconds: Option<f64>,
    /// How long an answer took.
    pub answer_seconds: Option<f64>,
    /// Why it is not reached, or not known.
    pub reason: Option<String>,
}

/// Connects to each of the nodes from here.
pub async fn from_here(nodes: &[&Node], options: &ConnectOptions) -> Vec<Reach> {
    let looks = nodes.iter().map(|node| async move {
        let mut out = Reach {
            from: None,
            node: node.name.clone(),
            state: "unreachable",
            connect_seconds: None,
            answer_seconds: None,
            reason: None,
        };
        let started = Instant::now();
        let answer = async {
            let client = Client::connect(node, options).await?;
            let connected = started.elapsed().as_secs_f64();
            let asked = Instant::now();
            client.in_time(client.batch("SELECT 1")).await?;
            Ok::<_, crate::error::AdminError>((connected, asked.elapsed().as_secs_f64()))
        };
        match answer.await {
            Ok((connected, answered)) => {
                out.state = "reached";
                out.connect_seconds = Some(connected);
                out.answer_seconds = Some(answered);
            }
            Err(error) => {
                out.reason = Some(error.detail.clone().unwrap_or_else(|| error.message.clone()));
            }
        }
        out
    });
    options.at_once.join(looks).await
}

/// Which of the nodes each of these servers reaches, by its subscriptions.
pub async fn from_nodes(fleet: &Fleet, from: &[&Node], nodes: &[&Node]) -> Vec<Reach> {
    let looks = from.iter().map(|from| from_node(fleet, &from.name, nodes));
    fleet.at_once.join(looks).await.concat()
}

/// Which of the nodes a server reaches, by its subscriptions.
pub async fn from_node(fleet: &Fleet, from: &str, nodes: &[&Node]) -> Vec<Reach> {
    let unknown = |node: &str, reason: String| Reach {
        from: Some(from.to_owned()),
        node: node.to_owned(),
        state: "unknown",
        connect_seconds: None,
        answer_seconds: None,
        reason: Some(reason),
    };
    let others = nodes.iter().filter(|node| node.name != from);
    let subs = match fleet.client(from) {
        Ok(client) => match super::status::require_node(&client).await {
            Ok(()) => client.subscriptions().await,
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    };
    let Ok(subs) = subs else {
        return others
            .map(|node| unknown(&node.name, format!("{from} could not be asked")))
            .collect();
    };
    others
        .map(|node| {
            let Some(sub) = subs.iter().find(|sub| sub.provider == node.name) else {
                return unknown(&node.name, format!("{from} does not subscribe to it"));
            };
            let state = match sub.status.as_str() {
                "replicating" | "initializing" => "reached",
                _ if is_unreached(sub) => "unreachable",
                status if status.starts_with("waiting for ") => "reached",
                _ => "unknown",
            };
            Reach {
                state,
                reason: (state != "reached").then(|| super::status::reason_or_state(sub)),
                ..unknown(&node.name, String::new())
            }
        })
        .collect()
}
