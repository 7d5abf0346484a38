//! Leaving out the one transaction that a subscription stands at.

use serde::Serialize;
use spock_core::lsn::Lsn;

use crate::client::{Client, ExceptionFilter, FailedChange, FailedTransaction, SubscriptionState};
use crate::error::{AdminError, Result};

/// The transaction that a subscription stands at.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Standing {
    /// The subscriber.
    pub node: String,
    /// The subscription.
    pub name: String,
    /// Node that the changes come from.
    pub provider: String,
    /// Place of the commit record in the provider's log.
    pub commit_lsn: String,
    /// Why it stands there.
    pub reason: String,
    /// What is known of the transaction.
    pub transaction: FailedTransaction,
    /// Its changes, as far as they were written down.
    pub changes: Vec<FailedChange>,
}

/// Transactions of a subscription that were written down, the newest first.
pub async fn exceptions_of(client: &Client, name: &str) -> Result<Vec<FailedTransaction>> {
    let mut found = client.exceptions(&ExceptionFilter::default()).await?;
    found.retain(|item| item.subscription.as_deref() == Some(name));
    Ok(found)
}

/// The commit record of the last transaction of a subscription that failed.
pub async fn last_error(client: &Client, sub: &SubscriptionState) -> Result<Lsn> {
    let newest = exceptions_of(client, &sub.name).await?.into_iter().next();
    let lsn = newest.and_then(|transaction| transaction.commit_lsn?.parse().ok());
    lsn.ok_or_else(|| {
        AdminError::precondition(format!("no transaction of subscription \"{}\" failed", sub.name))
            .hint("see what failed with `spockctl exception list`")
            .on(client.node())
    })
}

/// The transaction before which a subscription was disabled; an error when it stands at none.
pub async fn standing(client: &Client, sub: &SubscriptionState) -> Result<Standing> {
    let applied = client
        .origin_progress()
        .await?
        .into_iter()
        .find(|origin| origin.subscription == sub.name)
        .and_then(|origin| origin.applied)
        .unwrap_or(Lsn::INVALID);
    let held_back = exceptions_of(client, &sub.name)
        .await?
        .into_iter()
        .filter(|item| item.status == "held back")
        .find_map(|item| Some((item.commit_lsn.as_deref()?.parse::<Lsn>().ok()?, item)))
        .filter(|(lsn, _)| *lsn > applied);
    let Some((lsn, transaction)) = held_back else {
        let state = super::super::status::reason_or_state(sub);
        return Err(AdminError::precondition(format!(
            "subscription \"{}\" stands at no transaction that is known",
            sub.name
        ))
        .detail(format!("It is {state}."))
        .hint("give the commit record with `spockctl sub skip-lsn` when it is known otherwise")
        .on(client.node()));
    };
    let reason = transaction.reason.clone().or_else(|| sub.last_error.clone());
    Ok(Standing {
        node: client.node().to_owned(),
        name: sub.name.clone(),
        provider: sub.provider.clone(),
        commit_lsn: lsn.to_string(),
        reason: reason.unwrap_or_default(),
        changes: client.exception_changes(&transaction).await?,
        transaction,
    })
}
