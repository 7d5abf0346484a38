//! What happens to an update or delete whose row is not there (convergence rules C5 and D2).
//!
//! "Not there" has three causes that look alike: the row is still on its way from a third node,
//! it was deleted, or it never was. Which one it is gets known by waiting until every other peer
//! has provably passed the change's commit time, and from the version that a delete leaves.

use super::Side;

/// The incoming change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingChange {
    /// An update.
    Update {
        /// Whether it carries the whole row: no unchanged out-of-line value, no delta column, no
        /// column left out.
        complete: bool,
    },
    /// A delete.
    Delete,
}

/// How far the search for the cause has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Some peer may still bring it.
    Going,
    /// Every peer has provably passed the change's time.
    Proved,
    /// Some peer cannot be asked any more: disabled, unreachable, or the bound was reached.
    Ended,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingDecision {
    /// Roll back, wait outside any transaction, apply the transaction again. With `alarm` there is
    /// nothing left that would end the wait by itself: an administrator has to see it.
    Wait {
        /// Whether to raise the alarm.
        alarm: bool,
    },
    /// The row was deleted by a newer change: skip this one, and record that.
    Skip,
    /// Insert the row as the update has it; what the update lacks comes from the dead version.
    Revive,
    /// Insert the row as the update has it, under the update's version.
    Insert,
    /// Nothing to delete, but keep the delete's version so that older changes that come later lose.
    LeaveVersion,
    /// The conflict is `update_missing` or `delete_missing` beyond doubt: by the policy for it.
    Missing,
}

/// Decides about a change whose row is not there. `dead` is the version of the delete that
/// removed the row, if one is known.
#[must_use]
pub fn decide_missing(
    change: MissingChange,
    remote: Side,
    dead: Option<Side>,
    wait: Wait,
) -> MissingDecision {
    // A dead version as new as the change answers the question at once. Equal: the same
    // transaction deleted the row later on, and comes a second time.
    if dead.is_some_and(|dead| dead.age_order(&remote).is_ge()) {
        return MissingDecision::Skip;
    }
    match (wait, change, dead) {
        (Wait::Going, _, _) => MissingDecision::Wait { alarm: false },
        (Wait::Proved, MissingChange::Update { .. }, Some(_)) => MissingDecision::Revive,
        (Wait::Proved, MissingChange::Delete, Some(_)) => MissingDecision::LeaveVersion,
        (Wait::Proved, _, None) => MissingDecision::Missing,
        (Wait::Ended, MissingChange::Update { complete: true }, _) => MissingDecision::Insert,
        (Wait::Ended, MissingChange::Update { complete: false }, _) => {
            MissingDecision::Wait { alarm: true }
        }
        (Wait::Ended, MissingChange::Delete, _) => MissingDecision::LeaveVersion,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Version;
    use super::*;
    use crate::oid::NodeId;

    fn side(time: i64, node: u16) -> Side {
        Side::new(Version { time, node: NodeId::new(node).expect("a real node id") })
    }

    const WHOLE: MissingChange = MissingChange::Update { complete: true };
    const PARTIAL: MissingChange = MissingChange::Update { complete: false };
    const DELETE: MissingChange = MissingChange::Delete;
    const WAITS: [Wait; 3] = [Wait::Going, Wait::Proved, Wait::Ended];

    #[test]
    fn c5_a_newer_delete_answers_at_once() {
        for change in [WHOLE, PARTIAL, DELETE] {
            for wait in WAITS {
                for dead in [side(11, 2), side(10, 1)] {
                    let decision = decide_missing(change, side(10, 1), Some(dead), wait);
                    assert_eq!(decision, MissingDecision::Skip);
                }
            }
        }
    }

    #[test]
    fn c5_nothing_is_called_missing_before_the_proof() {
        for change in [WHOLE, PARTIAL, DELETE] {
            for dead in [None, Some(side(9, 2))] {
                for wait in [Wait::Going, Wait::Ended] {
                    let decision = decide_missing(change, side(10, 1), dead, wait);
                    assert_ne!(decision, MissingDecision::Missing, "{change:?} {wait:?}");
                    assert_ne!(decision, MissingDecision::Skip, "{change:?} {wait:?}");
                }
            }
            let proved = decide_missing(change, side(10, 1), None, Wait::Proved);
            assert_eq!(proved, MissingDecision::Missing);
        }
    }

    #[test]
    fn d2_a_row_deleted_before_comes_back() {
        let decide = |change, wait| decide_missing(change, side(10, 1), Some(side(9, 2)), wait);
        assert_eq!(decide(WHOLE, Wait::Proved), MissingDecision::Revive);
        assert_eq!(decide(PARTIAL, Wait::Proved), MissingDecision::Revive);
        assert_eq!(decide(DELETE, Wait::Proved), MissingDecision::LeaveVersion);
    }

    #[test]
    fn c5_when_the_wait_ends_nothing_is_dropped() {
        let decide = |change| decide_missing(change, side(10, 1), None, Wait::Ended);
        assert_eq!(decide(WHOLE), MissingDecision::Insert);
        assert_eq!(decide(PARTIAL), MissingDecision::Wait { alarm: true });
        assert_eq!(decide(DELETE), MissingDecision::LeaveVersion);
    }
}
