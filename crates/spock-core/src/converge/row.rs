//! An insert, an update, a delete: find the row, weigh the versions, write.

use super::defect::{Defect, is_in};
use super::store::{Change, Conflict, Key, LocalVersion, Outcome, Store, Written};
use super::{claim, gaps, moved};
use crate::conflict::kind::{ConflictType, Operation, Resolution};
use crate::conflict::missing::{MissingChange, MissingDecision, Wait, decide_missing};
use crate::conflict::{Decision, Side, decide};

/// How a change compares with the row that was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Met {
    pub(super) decision: Decision,
    /// Change and row come from one node.
    pub(super) same_node: bool,
    pub(super) local: LocalVersion,
}

/// Applies an insert.
///
/// With `look` an existing row and versions of deletes are looked for first. Without it the caller
/// vouches that there is neither: a row of the key makes the write fail, and the transaction is
/// applied again with a look; a delete newer than the change must be ruled out by other means.
pub fn insert<S: Store>(store: &mut S, change: Change, look: bool) -> Outcome {
    if !look {
        return match store.insert() {
            Written::Done => Outcome::Applied,
            Written::Changed => arrive(store, change, Operation::Insert),
        };
    }
    arrive(store, change, Operation::Insert)
}

/// A row arrives under the new key, by an insert or as the second half of a key update. Over an
/// existing row it becomes an update of it, and columns that the provider does not have keep their
/// values.
pub(super) fn arrive<S: Store>(store: &mut S, change: Change, operation: Operation) -> Outcome {
    loop {
        if !find(store, Key::New) {
            let dead = newest_delete(store, Key::New);
            if is_dead(dead, change) && !is_in(Defect::D1InsertIgnoresDeletes) {
                report_absent(store, operation, Resolution::Skip, dead);
                return Outcome::Skipped;
            }
            if let Some(outcome) = claim::check(store, change) {
                return outcome;
            }
            if store.insert() == Written::Done {
                return Outcome::Applied;
            }
            store.release();
            continue;
        }
        if let Some(outcome) = write_over(store, change, Operation::Insert, operation) {
            return outcome;
        }
    }
}

/// Weighs a change against the row that was found, and writes it over that if it wins. It is told of as
/// `told`, and part of an `operation`. None when the row changed meanwhile, and has to be looked for again.
#[inline]
fn write_over<S: Store>(
    store: &mut S,
    change: Change,
    told: Operation,
    operation: Operation,
) -> Option<Outcome> {
    let met = meet(store, change);
    let mut kept = gaps::Kept::default();
    let ends = if met.decision.applies() {
        gaps::fill(store, change, &met)
    } else {
        gaps::doubt(store, change, &met, &mut kept)
    };
    if ends.is_some() {
        return ends;
    }
    store.compose();
    if met.decision.applies()
        && let Some(outcome) = claim::check(store, change)
    {
        return Some(outcome);
    }
    if !report_met(store, told, &met) {
        return Some(Outcome::Refused(operation));
    }
    if !met.decision.applies() {
        return gaps::keep(store, &met, kept);
    }
    if store.update() == Written::Done {
        return Some(Outcome::Applied);
    }
    // Look again, without what was taken from the row that is no more.
    store.release();
    None
}

/// Applies an update; `moves_key` says whether the change gives the row another key.
pub fn update<S: Store>(store: &mut S, change: Change, moves_key: bool) -> Outcome {
    if moves_key && !is_in(Defect::D3KeyUpdateAsOne) {
        return moved::update(store, change);
    }
    loop {
        if !find(store, Key::Old) {
            return absent(store, change, Operation::Update);
        }
        if let Some(outcome) = write_over(store, change, Operation::Update, Operation::Update) {
            return outcome;
        }
    }
}

/// Applies a delete.
pub fn delete<S: Store>(store: &mut S, change: Change) -> Outcome {
    loop {
        if !find(store, Key::Old) {
            return absent(store, change, Operation::Delete);
        }
        let met = meet(store, change);
        if !report_met(store, Operation::Delete, &met) {
            return Outcome::Refused(Operation::Delete);
        }
        if !met.decision.applies() {
            return Outcome::Kept;
        }
        if store.delete() == Written::Done {
            return Outcome::Applied;
        }
        store.release();
    }
}

/// Finds the live row of a key. A first look can miss a row under constant update; a look that
/// begins after the miss cannot (C6).
pub(super) fn find<S: Store>(store: &mut S, key: Key) -> bool {
    loop {
        if store.look(key) {
            return true;
        }
        if is_in(Defect::C6OneLook) || !store.look_again(key) {
            return false;
        }
    }
}

/// Weighs a change against the row that was found.
pub(super) fn meet<S: Store>(store: &mut S, change: Change) -> Met {
    let local = store.local_version();
    let (decision, same_node) = match local {
        LocalVersion::Own => (Decision::ApplyRemote, true),
        LocalVersion::Known(side) => (
            decide(change.policy, Some(side), change.remote),
            side.version.node == change.remote.version.node,
        ),
        LocalVersion::Unknown => (decide(change.policy, None, change.remote), false),
    };
    if same_node && is_in(Defect::V6RepeatApplied) {
        return Met { decision: Decision::ApplyRemote, same_node, local };
    }
    Met { decision, same_node, local }
}

/// The newest delete of a key that is known here, by itself or with the whole table.
pub(super) fn newest_delete<S: Store>(store: &mut S, key: Key) -> Option<Side> {
    let dead = store.dead_version(key).filter(|_| !is_in(Defect::D1NoDeadVersions));
    let truncated = store.truncated_at().filter(|_| !is_in(Defect::D5NoTruncateVersion));
    match (dead, truncated) {
        (Some(dead), Some(truncated)) if dead.age_order(&truncated).is_lt() => Some(truncated),
        (dead, truncated) => dead.or(truncated),
    }
}

/// Whether a row that arrives was deleted by a newer change. A delete of the same version is the
/// same transaction's, which inserts again what it deleted or truncated.
pub(super) fn is_dead(dead: Option<Side>, change: Change) -> bool {
    dead.is_some_and(|dead| dead.age_order(&change.remote).is_gt())
}

/// An update or delete whose row is not there.
#[cold]
pub(super) fn absent<S: Store>(store: &mut S, change: Change, operation: Operation) -> Outcome {
    let dead = newest_delete(store, Key::Old);
    let missing = match operation {
        Operation::Delete => MissingChange::Delete,
        Operation::Insert | Operation::Update => {
            MissingChange::Update { complete: store.is_complete() }
        }
    };
    if is_in(Defect::C5DroppedAtEnd) && change.wait == Wait::Ended {
        return Outcome::Skipped;
    }
    let resolution = match decide_missing(missing, change.remote, dead, change.wait) {
        MissingDecision::Wait { alarm } => return Outcome::Wait { alarm },
        MissingDecision::Skip => {
            report_absent(store, operation, Resolution::Skip, dead);
            return Outcome::Skipped;
        }
        MissingDecision::LeaveVersion => {
            if !is_in(Defect::C5DeleteLeavesNothing) {
                store.leave_version(Key::Old);
            }
            report_absent(store, operation, Resolution::Skip, dead);
            return Outcome::Skipped;
        }
        MissingDecision::Missing => {
            report_absent(store, operation, Resolution::Skip, dead);
            return Outcome::Missing(operation);
        }
        MissingDecision::Revive | MissingDecision::Insert => Resolution::ApplyRemote,
    };
    if is_in(Defect::D2DeletedStaysDeleted) && dead.is_some() {
        return Outcome::Skipped;
    }
    store.compose_from_dead(Key::Old);
    if let Some(outcome) = gaps::fill_absent(store, change) {
        return outcome;
    }
    if let Some(outcome) = claim::check(store, change) {
        return outcome;
    }
    report_absent(store, operation, resolution, dead);
    match store.insert() {
        Written::Done => Outcome::Applied,
        Written::Changed => {
            store.release();
            arrive(store, change, operation)
        }
    }
}

/// Tells of a change that met a row; false when the policy is to fail.
pub(super) fn report_met<S: Store>(store: &mut S, operation: Operation, met: &Met) -> bool {
    if met.same_node && met.decision.applies() && operation != Operation::Insert {
        return true;
    }
    report_conflict(store, operation, met)
}

#[cold]
fn report_conflict<S: Store>(store: &mut S, operation: Operation, met: &Met) -> bool {
    let Some(resolution) = Resolution::of(met.decision) else { return false };
    let kind = match ConflictType::of_present_row(operation, met.same_node, met.decision) {
        Some(kind) => kind,
        None if operation == Operation::Delete => ConflictType::DeleteExists,
        None => ConflictType::UpdateOriginDiffers,
    };
    let local = Some(met.local);
    store.conflict(&Conflict { operation, kind, resolution, local, dead: None });
    true
}

/// Tells of a change that found no row.
pub(super) fn report_absent<S: Store>(
    store: &mut S,
    operation: Operation,
    resolution: Resolution,
    dead: Option<Side>,
) {
    let kind = ConflictType::of_absent_row(operation);
    store.conflict(&Conflict { operation, kind, resolution, local: None, dead });
}
