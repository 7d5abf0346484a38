//! Conflicts over all nodes: which, why one side won, and what another policy would have made of them.

mod explain;
mod replay;

use spock_core::conflict::{Side, Version};
use spock_core::oid::NodeId;

use super::Fleet;
use super::answers::{Answers, ask_nodes};
use crate::client::{Conflict, ConflictFilter, ConflictSide};
use crate::error::{AdminError, Result};

pub use explain::{Explanation, explain};
pub use replay::{Replayed, replay, replay_resolver};

/// What names a conflict on the command line: `NODE/NUMBER`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictId {
    /// The node that recorded it.
    pub node: String,
    /// Its number there.
    pub number: i32,
}

impl std::str::FromStr for ConflictId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.rsplit_once('/').filter(|(node, _)| !node.is_empty());
        match parts.map(|(node, number)| (node, number.parse())) {
            Some((node, Ok(number))) => Ok(ConflictId { node: node.to_owned(), number }),
            _ => Err("write NODE/NUMBER, as `spockctl conflict list` shows it".to_owned()),
        }
    }
}

/// The conflicts of all nodes, the newest first.
pub async fn list(fleet: &Fleet, filter: &ConflictFilter) -> Answers<Conflict> {
    let mut answers = ask_nodes(fleet, |client| client.conflicts(filter)).await;
    answers.items.sort_by_key(|item| std::cmp::Reverse(item.recorded_at));
    answers
}

/// One conflict.
pub async fn find(fleet: &Fleet, id: &ConflictId) -> Result<Conflict> {
    let filter = ConflictFilter { number: Some(id.number), ..Default::default() };
    let found = fleet.client(&id.node)?.conflicts(&filter).await?.pop();
    found.ok_or_else(|| {
        AdminError::precondition(format!(
            "node \"{}\" has no conflict {} in spock.resolutions",
            id.node, id.number
        ))
        .on(&id.node)
        .hint("see what there is with `spockctl conflict list`; older ones are removed after spock.resolutions_retention_days")
    })
}

/// Microseconds from 1970 to 2000, where the server's times begin.
const EPOCH: i64 = 946_684_800_000_000;

/// A version as the rules compare it; none when it is not known any more.
fn side(of: &ConflictSide) -> Option<Side> {
    let node = NodeId::from_oid(of.node_id?)?;
    let time = of.committed_at?.as_microsecond() - EPOCH;
    Some(Side::with_tiebreaker(Version { time, node }, of.tiebreaker))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conflicts_are_named_by_node_and_number() {
        let id: ConflictId = "n1/7".parse().expect("an id");
        assert_eq!((id.node.as_str(), id.number), ("n1", 7));
        for wrong in ["7", "/7", "n1/", "n1/x", ""] {
            assert!(wrong.parse::<ConflictId>().is_err(), "{wrong}");
        }
    }
}
