//! An update that gives its row another key: a delete of the old key and an insert of the new one,
//! each decided by its own version (rule D3).
//!
//! Decided as one, the change would be lost where only one of the two keys had been written by
//! somebody newer, or would put a second row where another node has one.

use super::defect::{Defect, is_in};
use super::row::{self, arrive, find, is_dead, meet, newest_delete, report_absent, report_met};
use super::store::{Change, Key, Outcome, Store, Written};
use super::{claim, gaps};
use crate::conflict::kind::{Operation, Resolution};
use crate::conflict::missing::{MissingChange, MissingDecision, decide_missing};

/// Applies the update.
///
/// Where the old row may go and nothing stands in the way of the new one, the row is updated in its
/// place, so that values which only this node has go along.
pub(super) fn update<S: Store>(store: &mut S, change: Change) -> Outcome {
    loop {
        let occupant = find(store, Key::New).then(|| store.place());
        let dead = if occupant.is_none() { newest_delete(store, Key::New) } else { None };
        let new_key_is_dead = is_dead(dead, change);
        if !find(store, Key::Old) {
            return halves_without_old_row(store, change);
        }
        let met = meet(store, change);
        // Keys can differ in bytes and be equal all the same: then nothing moves.
        let stays = occupant.is_some_and(|place| place == store.place());
        let in_place =
            met.decision.applies() && (stays || (occupant.is_none() && !new_key_is_dead));
        if !in_place {
            return halves(store, change, &met);
        }
        let ends = if stays || is_in(Defect::T1MovedRowTrusted) {
            gaps::fill(store, change, &met)
        } else {
            gaps::fill_moved(store, change, &met)
        };
        if let Some(outcome) = ends {
            return outcome;
        }
        store.compose();
        if let Some(outcome) = claim::check(store, change) {
            return outcome;
        }
        if !report_met(store, Operation::Update, &met) {
            return Outcome::Refused(Operation::Update);
        }
        if store.update() == Written::Done {
            return Outcome::Applied;
        }
        store.release();
    }
}

/// The old row is there, and cannot simply become the new one.
fn halves<S: Store>(store: &mut S, change: Change, met: &row::Met) -> Outcome {
    if !report_met(store, Operation::Update, met) {
        return Outcome::Refused(Operation::Update);
    }
    if let Some(outcome) = gaps::fill_absent(store, change) {
        return outcome;
    }
    let removed = if met.decision.applies() {
        match remove(store, change) {
            Ok(removed) => removed,
            Err(outcome) => return outcome,
        }
    } else {
        false
    };
    store.release();
    arrive_after(store, change, removed)
}

/// The old row is not there: a delete that misses its row, then the row that arrives.
#[cold]
fn halves_without_old_row<S: Store>(store: &mut S, change: Change) -> Outcome {
    store.release();
    if let Err(outcome) = miss(store, change) {
        return outcome;
    }
    if let Some(outcome) = gaps::fill_absent(store, change) {
        return outcome;
    }
    arrive(store, change, Operation::Update)
}

/// Deletes the old row, which was found and loses; whether it went.
fn remove<S: Store>(store: &mut S, change: Change) -> Result<bool, Outcome> {
    if store.delete() == Written::Done {
        return Ok(true);
    }
    store.release();
    match row::delete(store, change) {
        Outcome::Applied => Ok(true),
        Outcome::Kept | Outcome::Skipped => Ok(false),
        other => Err(other),
    }
}

/// Decides about the old row, which is not there.
fn miss<S: Store>(store: &mut S, change: Change) -> Result<(), Outcome> {
    let dead = newest_delete(store, Key::Old);
    match decide_missing(MissingChange::Delete, change.remote, dead, change.wait) {
        MissingDecision::Wait { alarm } => return Err(Outcome::Wait { alarm }),
        MissingDecision::Missing => {
            report_absent(store, Operation::Update, Resolution::Skip, dead);
            return Err(Outcome::Missing(Operation::Update));
        }
        MissingDecision::LeaveVersion => store.leave_version(Key::Old),
        MissingDecision::Skip | MissingDecision::Revive | MissingDecision::Insert => {}
    }
    Ok(())
}

fn arrive_after<S: Store>(store: &mut S, change: Change, removed: bool) -> Outcome {
    match arrive(store, change, Operation::Update) {
        Outcome::Kept | Outcome::Skipped if removed => Outcome::Applied,
        arrived => arrived,
    }
}

/// Of an update that takes its row to another relation: asks, before anything is written, for values that it
/// leaves out. `store` is where the row goes, as for [`enter`].
pub fn prepare<S: Store>(store: &mut S, change: Change) -> Result<(), Outcome> {
    gaps::fill_absent(store, change).map_or(Ok(()), Err)
}

/// The first half of such an update, in the relation that the row leaves; whether a row went.
pub fn leave<S: Store>(store: &mut S, change: Change) -> Result<bool, Outcome> {
    if !find(store, Key::Old) {
        store.release();
        miss(store, change)?;
        return Ok(false);
    }
    let met = meet(store, change);
    if !report_met(store, Operation::Update, &met) {
        return Err(Outcome::Refused(Operation::Update));
    }
    if !met.decision.applies() {
        return Ok(false);
    }
    store.take_along();
    remove(store, change)
}

/// The second half: the row arrives under its new key. `removed` is what [`leave`] said.
pub fn enter<S: Store>(store: &mut S, change: Change, removed: bool) -> Outcome {
    match prepare(store, change) {
        Ok(()) => arrive_after(store, change, removed),
        Err(outcome) => outcome,
    }
}
