//! Transactions that could not be applied, over all nodes: which, why, and dealing with them.

use serde::Serialize;

use super::Fleet;
use super::answers::{Answers, ask_nodes};
use crate::client::{ExceptionFilter, FailedChange, FailedTransaction};
use crate::error::{AdminError, Result};

/// What names a transaction on the command line: `ORIGIN/XID`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionId {
    /// Name or number of the node that committed it.
    pub origin: String,
    /// Its number there.
    pub xid: i64,
}

impl std::str::FromStr for TransactionId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.rsplit_once('/').filter(|(origin, _)| !origin.is_empty());
        match parts.map(|(origin, xid)| (origin, xid.parse())) {
            Some((origin, Ok(xid))) => Ok(TransactionId { origin: origin.to_owned(), xid }),
            _ => Err("write ORIGIN/XID, as `spockctl exception list` shows it".to_owned()),
        }
    }
}

impl std::fmt::Display for TransactionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.origin, self.xid)
    }
}

/// A transaction with its changes.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct WithChanges {
    /// The transaction.
    #[serde(flatten)]
    pub transaction: FailedTransaction,
    /// Its changes.
    pub changes: Vec<FailedChange>,
}

/// The transactions of all nodes, the newest first.
pub async fn list(fleet: &Fleet, filter: &ExceptionFilter) -> Answers<FailedTransaction> {
    let mut answers = ask_nodes(fleet, |client| client.exceptions(filter)).await;
    answers.items.sort_by_key(|item| std::cmp::Reverse(item.failed_at));
    answers
}

/// One transaction on the nodes that could not apply it; a node that has nothing of it is none.
pub async fn find(
    fleet: &Fleet,
    id: &TransactionId,
    pending: bool,
) -> Result<Answers<FailedTransaction>> {
    let transaction = Some((id.origin.clone(), id.xid));
    let answers = list(fleet, &ExceptionFilter { pending, transaction, limit: None }).await;
    if !answers.items.is_empty() || !answers.errors.is_empty() {
        return Ok(answers);
    }
    let nodes: Vec<&str> = fleet.clients.iter().map(|client| client.node()).collect();
    let what = if pending { "nothing of transaction" } else { "no transaction" };
    let waits = if pending { "waits" } else { "failed" };
    Err(AdminError::precondition(format!("{what} {id} {waits} on {}", nodes.join(", ")))
        .hint("see what there is with `spockctl exception list`"))
}

/// The transactions with their changes.
pub async fn with_changes(
    fleet: &Fleet,
    transactions: Vec<FailedTransaction>,
) -> Result<Vec<WithChanges>> {
    let mut out = Vec::new();
    for transaction in transactions {
        let changes = fleet.client(&transaction.node)?.exception_changes(&transaction).await?;
        out.push(WithChanges { transaction, changes });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transactions_are_named_by_node_and_number() {
        let id: TransactionId = "n1/755".parse().expect("an id");
        assert_eq!((id.origin.as_str(), id.xid), ("n1", 755));
        assert_eq!(id.to_string(), "n1/755");
        assert_eq!("a/b/7".parse::<TransactionId>().map(|id| id.origin), Ok("a/b".to_owned()));
        for wrong in ["755", "/755", "n1/", "n1/x", ""] {
            assert!(wrong.parse::<TransactionId>().is_err(), "{wrong}");
        }
    }
}
