//! Values that a change does not carry: unchanged out-of-line values (rule T1), and deltas that come
//! under a newer row (rule X1).
//!
//! An update leaves out the large values that it did not touch. Written over a row of another node
//! it would combine values that no node ever had together. The winning version's own node has them,
//! and keeps them: everybody else asks it, in two cases. An incoming winner left values out, and the
//! row that it meets was not written by the same node. Or an incoming change lost: the winner's node
//! may have had it when it wrote the winner, without which the values here would be older ones. (It
//! does not matter whether the loser itself carries the values: it can stand for a change that did.)
//!
//! A row that moves to another key always has them asked for: whatever else its node had applied under
//! the old key comes here later as changes of a key that is gone.
//!
//! An answer can be younger than the question, and belong to another version of the row. That does no
//! harm: the change that made the difference is on its way.

use super::defect::{Defect, is_in};
use super::row::{Met, report_absent};
use super::store::{Change, Fetch, LocalVersion, Outcome, Store, Written};
use crate::conflict::Decision;
use crate::conflict::kind::{Operation, Resolution};

/// Fills what a winning change left out, where the found row cannot serve.
pub(super) fn fill<S: Store>(store: &mut S, change: Change, met: &Met) -> Option<Outcome> {
    if met.same_node { None } else { fill_moved(store, change) }
}

/// Fills what a change left out where the found row serves only if nobody can be asked.
pub(super) fn fill_moved<S: Store>(store: &mut S, change: Change) -> Option<Outcome> {
    if !store.has_gaps() {
        return None;
    }
    ask(store, change).and_then(|answer| match answer {
        Outcome::Missing(_) => None,
        ends => Some(ends),
    })
}

/// Fills what a change left out where there is no row to take it from.
pub(super) fn fill_absent<S: Store>(store: &mut S, change: Change) -> Option<Outcome> {
    let ends = if store.has_gaps() { ask(store, change) } else { None };
    if let Some(Outcome::Missing(operation)) = ends {
        report_absent(store, operation, Resolution::Skip, None);
    }
    ends
}

#[cold]
fn ask<S: Store>(store: &mut S, change: Change) -> Option<Outcome> {
    if is_in(Defect::T1WinnerKeepsLocal) {
        return None;
    }
    let owner = change.remote.version.node;
    match store.fetch(owner) {
        Fetch::Ask => Some(Outcome::Fetch(owner)),
        Fetch::Ready | Fetch::Own => None,
        Fetch::Unable => Some(Outcome::Missing(Operation::Update)),
    }
}

/// Adds to the row that stays what it has to take from a losing change. None when the row changed
/// meanwhile, and has to be looked for again.
pub(super) fn keep<S: Store>(store: &mut S, met: &Met) -> Option<Outcome> {
    // A repeat has been applied before.
    if met.decision != Decision::KeepLocal {
        return Some(Outcome::Kept);
    }
    let mut fetched = false;
    if let LocalVersion::Known(local) = met.local
        && store.may_have_gaps()
        && !is_in(Defect::T1LoserIgnored)
        && !(is_in(Defect::T1OnlyCarriersCount) && store.has_gaps())
    {
        let owner = local.version.node;
        match store.fetch(owner) {
            Fetch::Ask => return Some(Outcome::Fetch(owner)),
            Fetch::Ready => fetched = true,
            Fetch::Own | Fetch::Unable => {}
        }
    }
    let adds = store.has_deltas() && !is_in(Defect::X1LoserAddsNothing);
    if (adds || fetched) && store.amend(fetched) == Written::Changed {
        store.release();
        return None;
    }
    Some(Outcome::Kept)
}
