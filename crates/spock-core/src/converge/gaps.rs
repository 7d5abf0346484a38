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
use super::store::{Change, Conflict, Fetch, LocalVersion, Outcome, Store, Written};
use crate::conflict::Decision;
use crate::conflict::kind::{ConflictType, Operation, Resolution};
use crate::oid::NodeId;

/// Fills what a winning change left out, where the found row cannot serve.
pub(super) fn fill<S: Store>(store: &mut S, change: Change, met: &Met) -> Option<Outcome> {
    if met.same_node { None } else { fill_moved(store, change, met) }
}

/// Fills what a change left out where the found row does not serve, whoever wrote it.
pub(super) fn fill_moved<S: Store>(store: &mut S, change: Change, met: &Met) -> Option<Outcome> {
    if store.has_gaps() { ask(store, change, Some(met.local)) } else { None }
}

/// Fills what a change left out where there is no row to take it from.
pub(super) fn fill_absent<S: Store>(store: &mut S, change: Change) -> Option<Outcome> {
    if store.has_gaps() { ask(store, change, None) } else { None }
}

#[cold]
fn ask<S: Store>(store: &mut S, change: Change, local: Option<LocalVersion>) -> Option<Outcome> {
    if is_in(Defect::T1WinnerKeepsLocal) {
        return None;
    }
    let owner = change.remote.version.node;
    match store.fetch(owner) {
        Fetch::Ask => Some(Outcome::Fetch(owner)),
        Fetch::Ready | Fetch::Noted | Fetch::Own => None,
        Fetch::Unable => {
            match local {
                Some(local) => report_left_out(store, local),
                None => report_absent(store, Operation::Update, Resolution::Skip, None),
            }
            Some(Outcome::Unfetched(owner))
        }
    }
}

/// Tells of a change that would win, and is left out.
fn report_left_out<S: Store>(store: &mut S, local: LocalVersion) {
    store.conflict(&Conflict {
        operation: Operation::Update,
        kind: ConflictType::UpdateOriginDiffers,
        resolution: Resolution::Skip,
        local: Some(local),
        dead: None,
    });
}

/// What a change that lost has to do with the values of the row that stays.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kept {
    /// The row's own node has said which ones they are.
    fetched: bool,
    /// That node cannot be asked.
    in_doubt: Option<NodeId>,
}

/// Asks for the values of the row that stays, which a losing change makes doubtful; and for those that the
/// change left out, where something is made of both.
#[cold]
pub(super) fn doubt<S: Store>(
    store: &mut S,
    change: Change,
    met: &Met,
    kept: &mut Kept,
) -> Option<Outcome> {
    // A repeat has been applied before.
    if met.decision != Decision::KeepLocal {
        return None;
    }
    if store.merges_losers()
        && store.has_gaps()
        && let Some(outcome) = ask(store, change, Some(met.local))
    {
        return Some(outcome);
    }
    if let LocalVersion::Known(local) = met.local
        && store.may_have_gaps()
        && !is_in(Defect::T1LoserIgnored)
        && !(is_in(Defect::T1OnlyCarriersCount) && store.has_gaps())
    {
        let owner = local.version.node;
        match store.fetch(owner) {
            Fetch::Ask => return Some(Outcome::Fetch(owner)),
            Fetch::Ready => kept.fetched = true,
            Fetch::Noted | Fetch::Own => {}
            Fetch::Unable => kept.in_doubt = Some(owner),
        }
    }
    None
}

/// Adds to the row that stays what it has to take from a losing change. None when the row changed
/// meanwhile, and has to be looked for again.
pub(super) fn keep<S: Store>(store: &mut S, met: &Met, kept: Kept) -> Option<Outcome> {
    if met.decision != Decision::KeepLocal {
        return Some(Outcome::Kept);
    }
    let adds = store.has_deltas() && !is_in(Defect::X1LoserAddsNothing);
    if (adds || kept.fetched) && store.amend(kept.fetched) == Written::Changed {
        store.release();
        return None;
    }
    Some(kept.in_doubt.map_or(Outcome::Kept, Outcome::Unfetched))
}
