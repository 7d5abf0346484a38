//! One subscription: finding it, waiting for it, and leaving out the transaction that it stands at.

pub mod skip;
pub mod wait;

use std::sync::Arc;

use crate::client::{Client, SubscriptionState};
use crate::error::{AdminError, Result};

/// A subscription of this node by name; the error names the one that was probably meant.
pub async fn require(client: &Client, name: &str) -> Result<SubscriptionState> {
    super::status::require_node(client).await?;
    let subs = client.subscriptions().await?;
    let known: Vec<&str> = subs.iter().map(|sub| sub.name.as_str()).collect();
    let error = unknown(name, known).on(client.node());
    subs.into_iter().find(|sub| sub.name == name).ok_or(error)
}

/// No subscription of this name among those that are known.
pub fn unknown<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> AdminError {
    let error = AdminError::precondition(format!("subscription \"{name}\" does not exist"));
    match crate::did_you_mean(name, known) {
        Some(near) => error.hint(format!("did you mean \"{near}\"?")),
        None => error.hint("see what there is with `spockctl sub status`"),
    }
}

/// A subscription, on its node.
pub type Found = (Arc<Client>, SubscriptionState);
