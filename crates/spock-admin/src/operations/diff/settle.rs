//! Which of the rows that differed when they were read differ for good.
//!
//! All nodes are looked at once more, after every stream has brought what its provider had written by the
//! look before. A row that is now the same everywhere was on its way. One that no node has written since,
//! and that still differs, will: whatever was committed on any node before the first look has been applied on
//! every other, and has left the row as it is. Everything else is looked at again.

use std::collections::BTreeMap;

use futures::future::try_join_all;
use tokio_postgres::types::ToSql;

use super::scan::{Look, RowId, Seen, is_equal};
use super::shape::{Links, Shape};
use super::{Kind, NodeRow, Options, RowDifference};
use crate::client::Client;
use crate::error::Result;
use crate::operations::Fleet;
use crate::progress::{Progress, Silent};

/// Rows that are looked for by one statement.
const AT_ONCE: usize = 1_000;

/// What is left of the rows that were found.
pub(super) struct Settled {
    pub(super) differences: Vec<RowDifference>,
    /// Rows that were written between any two looks.
    pub(super) busy: usize,
}

pub(super) async fn settle(
    fleet: &Fleet,
    links: &Links,
    shape: &Shape,
    mut candidates: BTreeMap<RowId, Look>,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Settled> {
    let mut certain: BTreeMap<RowId, Look> = BTreeMap::new();
    let mut round = 0;
    while !candidates.is_empty() && round <= options.retries {
        // The first wait is shown: it takes as long as streams are behind.
        let shown: &dyn Progress = if round == 0 { progress } else { &Silent };
        for _ in 0..links.hops() {
            crate::operations::wait::caught_up(fleet, options.deadline, shown).await?;
        }
        let ids: Vec<&RowId> = candidates.keys().collect();
        let looks = look(fleet, shape, &ids).await?;
        let mut open = BTreeMap::new();
        for ((id, before), now) in candidates.into_iter().zip(looks) {
            match judge(&before, &now) {
                Verdict::Equal => {}
                Verdict::Differs => drop(certain.insert(id, now)),
                Verdict::Open => drop(open.insert(id, now)),
            }
        }
        candidates = open;
        round += 1;
    }
    let ids: Vec<&RowId> = certain.keys().collect();
    Ok(Settled {
        differences: describe(fleet, shape, &ids, &certain).await?,
        busy: candidates.len(),
    })
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Equal,
    Differs,
    Open,
}

/// Of two looks at a row, between which everything that was committed before the first was applied.
fn judge(before: &Look, now: &Look) -> Verdict {
    if is_equal(now) {
        Verdict::Equal
    } else if before == now {
        Verdict::Differs
    } else {
        Verdict::Open
    }
}

/// The identities of some rows as the parameters of a statement.
pub(super) fn columns_of(ids: &[&RowId]) -> Vec<Vec<String>> {
    let width = ids.first().map_or(0, |id| id.len());
    (0..width).map(|at| ids.iter().map(|id| id[at].clone()).collect()).collect()
}

/// Looks at rows on every node.
pub(super) async fn look(fleet: &Fleet, shape: &Shape, ids: &[&RowId]) -> Result<Vec<Look>> {
    let mut looks = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let columns = columns_of(some);
        let first = looks.len();
        looks.resize(first + some.len(), vec![None; fleet.clients.len()]);
        let answers = fleet
            .clients
            .iter()
            .zip(&shape.statements)
            .map(async |(client, sql)| client.query(&sql.look(), &parameters(&columns)).await);
        for (node, rows) in try_join_all(answers).await?.iter().enumerate() {
            for row in rows {
                let seen = Seen { hash: row.get(1), count: row.get(2), writer: row.get(3) };
                looks[first + place(row.get(0))][node] = Some(seen);
            }
        }
    }
    Ok(looks)
}

pub(super) fn parameters(columns: &[Vec<String>]) -> Vec<&(dyn ToSql + Sync)> {
    columns.iter().map(|column| -> &(dyn ToSql + Sync) { column }).collect()
}

/// From the number of an element, counted from one.
pub(super) fn place(number: i64) -> usize {
    usize::try_from(number - 1).unwrap_or_default()
}

/// What one node tells of a row.
struct Details {
    key: Vec<String>,
    hashes: Vec<Option<i64>>,
    values: Vec<Option<String>>,
    written_at: Option<jiff::Timestamp>,
    written_by: Option<String>,
}

async fn details(
    client: &Client,
    shape: &Shape,
    node: usize,
    ids: &[&RowId],
) -> Result<Vec<Option<Details>>> {
    let mut out = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let columns = columns_of(some);
        let first = out.len();
        out.resize_with(first + some.len(), || None);
        for row in client.query(&shape.statements[node].details(), &parameters(&columns)).await? {
            out[first + place(row.get(0))] = Some(Details {
                key: row.get(1),
                hashes: row.get(2),
                values: row.get(3),
                written_at: row.get(4),
                written_by: row.get(5),
            });
        }
    }
    Ok(out)
}

/// Tells of rows what their nodes say of them.
async fn describe(
    fleet: &Fleet,
    shape: &Shape,
    ids: &[&RowId],
    looks: &BTreeMap<RowId, Look>,
) -> Result<Vec<RowDifference>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let asked =
        fleet.clients.iter().enumerate().map(|(node, client)| details(client, shape, node, ids));
    let answers = try_join_all(asked).await?;
    // Two texts of a key may be of the same row, as 1.0 and 1.00.
    let mut rows: BTreeMap<Vec<String>, RowDifference> = BTreeMap::new();
    for (at, id) in ids.iter().enumerate() {
        let look = &looks[*id];
        let told: Vec<Option<&Details>> = answers.iter().map(|node| node[at].as_ref()).collect();
        let name = match told.iter().flatten().next() {
            Some(details) if shape.has_key() => details.key.clone(),
            _ => (*id).clone(),
        };
        rows.entry(name).or_insert_with(|| difference(fleet, shape, id, look, &told));
    }
    Ok(rows.into_values().collect())
}

fn difference(
    fleet: &Fleet,
    shape: &Shape,
    id: &RowId,
    look: &Look,
    told: &[Option<&Details>],
) -> RowDifference {
    let present: Vec<&Details> = told.iter().flatten().copied().collect();
    let differs = |column: usize| {
        !shape.has_key()
            || present.len() < 2
            || present.windows(2).any(|pair| pair[0].hashes[column] != pair[1].hashes[column])
    };
    let columns: Vec<usize> = (0..shape.columns.len()).filter(|column| differs(*column)).collect();
    let right = right_state(look);
    let nodes = fleet
        .clients
        .iter()
        .zip(look)
        .zip(told)
        .map(|((client, seen), told)| NodeRow {
            node: client.node().to_owned(),
            kind: kind(right, *seen),
            count: seen.map_or(0, |seen| seen.count),
            hash: seen.map(|seen| seen.hash.to_string()),
            xmin: seen.filter(|_| shape.has_key()).map(|seen| seen.writer),
            written_at: told.and_then(|told| told.written_at),
            written_by: told.and_then(|told| told.written_by.clone()),
            values: told.map_or_else(BTreeMap::new, |told| {
                let value =
                    |column: &usize| (shape.columns[*column].clone(), told.values[*column].clone());
                columns.iter().map(value).collect()
            }),
        })
        .collect();
    let key = if shape.has_key() {
        let texts = present.first().map_or(id, |details| &details.key);
        shape.key.iter().cloned().zip(texts.iter().cloned()).collect()
    } else {
        BTreeMap::new()
    };
    let columns = columns.into_iter().map(|column| shape.columns[column].clone()).collect();
    RowDifference { key, columns, nodes }
}

type State = Option<(i64, i64)>;

fn state(seen: Option<Seen>) -> State {
    seen.map(|seen| (seen.hash, seen.count))
}

/// What most nodes have; without a majority, what the first of the largest groups has.
fn right_state(look: &Look) -> State {
    let mut groups: Vec<(State, usize)> = Vec::new();
    for seen in look {
        match groups.iter_mut().find(|(known, _)| *known == state(*seen)) {
            Some((_, count)) => *count += 1,
            None => groups.push((state(*seen), 1)),
        }
    }
    let most = groups.iter().map(|(_, count)| *count).max();
    groups.iter().find(|(_, count)| Some(*count) == most).and_then(|(known, _)| *known)
}

fn kind(right: State, seen: Option<Seen>) -> Option<Kind> {
    match (right, state(seen)) {
        (right, own) if right == own => None,
        (Some((_, wanted)), Some((_, count))) if wanted > count => Some(Kind::Missing),
        (Some((_, wanted)), Some((_, count))) if wanted < count => Some(Kind::Extra),
        (Some(_), Some(_)) => Some(Kind::Changed),
        (Some(_), None) => Some(Kind::Missing),
        (None, _) => Some(Kind::Extra),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(hash: i64, writer: i64) -> Option<Seen> {
        Some(Seen { hash, count: 1, writer })
    }

    #[test]
    fn only_rows_that_nobody_wrote_since_differ() {
        let first = vec![seen(1, 10), seen(2, 20)];
        assert_eq!(judge(&first, &vec![seen(2, 11), seen(2, 20)]), Verdict::Equal);
        assert_eq!(judge(&first, &first), Verdict::Differs);
        // Written again with the same value.
        assert_eq!(judge(&first, &vec![seen(1, 11), seen(2, 20)]), Verdict::Open);
        assert_eq!(judge(&vec![None, seen(2, 20)], &vec![seen(3, 9), seen(2, 20)]), Verdict::Open);
        assert_eq!(judge(&vec![None, seen(2, 20)], &vec![None, seen(2, 20)]), Verdict::Differs);
    }

    #[test]
    fn the_majority_is_right_and_else_the_first_node() {
        let look = vec![seen(1, 1), None, seen(1, 3)];
        let right = right_state(&look);
        let kinds: Vec<Option<Kind>> = look.iter().map(|seen| kind(right, *seen)).collect();
        assert_eq!(kinds, [None, Some(Kind::Missing), None]);
        assert_eq!(right_state(&vec![None, seen(1, 1)]), None);
        assert_eq!(kind(None, seen(1, 1)), Some(Kind::Extra));
        assert_eq!(kind(Some((1, 1)), seen(2, 1)), Some(Kind::Changed));
    }
}
