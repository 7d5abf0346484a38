//! What an operator that died has left locked: whose it is, and taking it away.

use futures::future::join_all;
use serde::Serialize;

use super::Fleet;
use super::answers::Answers;
use super::operator_lock::end_sessions;
use crate::client::{Client, LockHolder};
use crate::error::Result;

/// A lock of a node, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Unlocked {
    /// Whose it is.
    #[serde(flatten)]
    pub holder: LockHolder,
    /// Whether it was taken away; false with `--dry-run`, and when it went by itself.
    pub removed: bool,
}

/// The locks of all nodes that answer.
pub async fn find(fleet: &Fleet) -> Answers<LockHolder> {
    let looked = join_all(fleet.clients.iter().map(|client| client.operator_lock())).await;
    let mut answers = Answers { items: Vec::new(), errors: fleet.errors.clone(), answered: 0 };
    for result in looked {
        match result {
            Ok(holder) => {
                answers.items.extend(holder);
                answers.answered += 1;
            }
            Err(error) => answers.errors.push(error),
        }
    }
    answers
}

/// Takes these locks away, and no others; what their runs left behind in the servers is ended before.
pub async fn remove(fleet: &Fleet, found: Answers<LockHolder>) -> Answers<Unlocked> {
    let Answers { items, errors, answered } = found;
    let mut answers = Answers { items: Vec::new(), errors, answered };
    let results = join_all(items.into_iter().map(|holder| async move {
        let removed = remove_one(&*fleet.client(&holder.node)?, &holder).await;
        removed.map(|removed| Unlocked { holder, removed })
    }));
    for result in results.await {
        match result {
            Ok(item) => answers.items.push(item),
            Err(error) => answers.errors.push(error),
        }
    }
    answers
}

async fn remove_one(client: &Client, holder: &LockHolder) -> Result<bool> {
    end_sessions(client, &holder.run).await?;
    client.release_operator_lock(&holder.token).await
}
