//! The same question to all nodes: what was answered, and who gave no answer.

use super::Fleet;
use super::status::require_node;
use crate::client::Client;
use crate::error::{AdminError, Result};

/// Answers of several nodes, and the failures of those that gave none.
#[derive(Debug)]
pub struct Answers<T> {
    /// What was answered.
    pub items: Vec<T>,
    /// Who did not, and why.
    pub errors: Vec<AdminError>,
    /// How many nodes answered, if only that there is nothing.
    pub answered: usize,
}

/// Asks every node that can be reached and is a node of spock, the answers are in the order of the nodes.
pub async fn ask_nodes<'a, T, F>(fleet: &'a Fleet, ask: impl Fn(&'a Client) -> F) -> Answers<T>
where
    F: Future<Output = Result<Vec<T>>>,
{
    let ask = &ask;
    let asked = fleet.clients.iter().map(|client| async move {
        require_node(client).await?;
        ask(client).await
    });
    let results = fleet.at_once.join(asked).await;
    let mut out = Answers { items: Vec::new(), errors: fleet.errors.clone(), answered: 0 };
    for result in results {
        match result {
            Ok(items) => {
                out.items.extend(items);
                out.answered += 1;
            }
            Err(error) => out.errors.push(error),
        }
    }
    out
}
