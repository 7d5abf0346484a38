//! The subscription that a command is about.

use std::sync::Arc;

use spock_admin::error::AdminError;
use spock_admin::operations::Fleet;
use spock_admin::operations::subscription::{Found, unknown};

use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// The one node that has the subscription.
pub(super) async fn find(fleet: &Fleet, name: &str) -> Result<Found> {
    let (mut found, mut known) = (Vec::new(), Vec::new());
    for client in &fleet.clients {
        if client.local_node().await?.is_none() {
            continue;
        }
        for sub in client.subscriptions().await? {
            known.push(sub.name.clone());
            if sub.name == name {
                found.push((Arc::clone(client), sub));
            }
        }
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        0 if fleet.errors.is_empty() => Err(unknown(name, known.iter().map(String::as_str)).into()),
        0 => Err(Failure { exit: Exit::Connect, errors: fleet.errors.clone() }),
        _ => {
            let nodes: Vec<&str> = found.iter().map(|(client, _)| client.node()).collect();
            Err(Failure::usage(format!(
                "subscription \"{name}\" exists on nodes {}, choose one with --node",
                nodes.join(", ")
            )))
        }
    }
}

/// Says what could not be done to which subscription.
pub(super) fn could_not(verb: &str, name: &str, error: AdminError) -> Failure {
    let node = error.node.as_ref().map(|node| format!(" on node \"{node}\"")).unwrap_or_default();
    error
        .about_state()
        .context(format_args!("could not {verb} subscription \"{name}\"{node}"))
        .into()
}

/// What a subscription is called in the results of commands that change it.
pub(super) fn object(name: &str) -> String {
    format!("sub/{name}")
}
