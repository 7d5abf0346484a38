//! Whether every node runs one version, and every stream brings what is written.

use serde::Serialize;

use super::{NodeVersions, of_node};
use crate::client::SubscriptionState;
use crate::error::Result;
use crate::operations::{Fleet, status, wait};
use crate::progress::Progress;
use crate::wait::Deadline;

/// One node, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Verified {
    /// Its versions.
    #[serde(flatten)]
    pub found: NodeVersions,
    /// Subscriptions that are enabled.
    pub subscriptions: usize,
    /// What is wrong; empty when all is well.
    pub problems: Vec<String>,
}

/// Looks at every node of the fleet, and sends a mark through every stream when nothing else is wrong.
pub async fn verify(
    fleet: &Fleet,
    deadline: Deadline,
    progress: &dyn Progress,
) -> Result<Vec<Verified>> {
    let mut out = Vec::new();
    for client in &fleet.clients {
        status::require_node(client).await?;
        let found = of_node(client).await?;
        let subs = client.subscriptions().await?;
        let mut problems: Vec<String> = found.reason.iter().cloned().collect();
        problems.extend(subs.iter().filter_map(stands_still));
        let subscriptions = subs.iter().filter(|sub| sub.is_enabled).count();
        out.push(Verified { found, subscriptions, problems });
    }
    let first = out.first().and_then(|node| node.found.versions.extension.clone());
    for node in &mut out {
        let own = &node.found.versions.extension;
        if *own != first {
            let shown =
                |version: &Option<String>| version.clone().unwrap_or_else(|| "-".to_owned());
            node.problems.push(format!(
                "the extension is {}, on the first node {}",
                shown(own),
                shown(&first)
            ));
        }
    }
    if out.iter().all(|node| node.problems.is_empty()) {
        wait::caught_up(fleet, deadline, progress).await?;
    }
    Ok(out)
}

fn stands_still(sub: &SubscriptionState) -> Option<String> {
    (sub.is_enabled && sub.status != "replicating")
        .then(|| format!("subscription {} is {}", sub.name, status::reason_or_state(sub)))
}
