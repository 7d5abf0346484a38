//! Compares the snowflake number of this node with those of its providers.
//!
//! When a subscription is created, and when its stream starts, the provider is asked for its number. A number
//! that was chosen for this node gives way; where both were set by somebody the subscription, or the stream,
//! is refused. What the provider said is kept: this node does not take that number later (see
//! [`super::number`]).

use spock_core::oid::NodeId;
use spock_core::snowflake::{MAX_NODE, free_number};

use super::number::taken;
use crate::catalog::node::Node;
use crate::catalog::sequence_node::{self, Numbers};
use crate::pg::error::SpockError;
use crate::pg::walreceiver::Connection;
use crate::settings;

/// What a provider says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Its number, if it has one.
    number: Option<u16>,
    /// Numbers of other nodes that it knows.
    others: Vec<u16>,
}

/// Whether the provider has the functions of this version.
const KNOWN: &str = "SELECT (pg_catalog.has_schema_privilege('spock', 'USAGE')
    AND pg_catalog.to_regprocedure('spock.snowflake_node()') IS NOT NULL)::text";
const NUMBERS: &str = "SELECT spock.snowflake_node()::text,
    (SELECT pg_catalog.string_agg(number::text, ',') FROM spock.sequence_node)";
/// Nodes of the existing Spock may have the extension snowflake.
const SETTING: &str = "SELECT pg_catalog.current_setting('snowflake.node', true), NULL::text";

/// Asks a provider.
pub(crate) fn ask(provider: &mut Connection) -> Result<Answer, SpockError> {
    let known = provider.query_row(KNOWN, 1)?.into_iter().next().flatten();
    let query = if known.as_deref() == Some("true") { NUMBERS } else { SETTING };
    let mut row = provider.query_row(query, 2)?.into_iter().map(Option::unwrap_or_default);
    let mut next = || row.next().unwrap_or_default();
    let number =
        |text: &str| text.trim().parse().ok().filter(|number| (1..=MAX_NODE).contains(number));
    Ok(Answer { number: number(&next()), others: next().split(',').filter_map(number).collect() })
}

/// Compares, in a transaction, and notes what the provider said. Gives the new number when this node had to
/// take another one.
pub(crate) fn compare(
    local: NodeId,
    provider: &Node,
    answer: &Answer,
) -> Result<Option<u16>, SpockError> {
    let Some(theirs) = answer.number else {
        sequence_node::remove(provider.id);
        return Ok(None);
    };
    let numbers = Numbers::load();
    let ours = match settings::snowflake_node() {
        Some(set) if set == theirs => return Err(taken(set, &provider.name, &numbers)),
        Some(set) => Some(set),
        None => numbers.chosen,
    };
    sequence_node::put(provider.id, theirs);
    if ours.is_some_and(|ours| ours != theirs) {
        return Ok(None);
    }
    let is_taken = |number| {
        number == theirs || answer.others.contains(&number) || numbers.other_with(number).is_some()
    };
    let number = free_number(local.as_oid(), is_taken)
        .ok_or_else(|| taken(theirs, &provider.name, &numbers))?;
    sequence_node::put(local, number);
    Ok(Some(number))
}

/// Chooses a number for a node that is made.
pub(crate) fn choose(local: NodeId) {
    let numbers = Numbers::load();
    if let Some(number) = free_number(local.as_oid(), |number| numbers.other_with(number).is_some())
    {
        sequence_node::put(local, number);
    }
}
