//! Commit times (rules V4 and V5).

use super::defect::{Defect, is_in};

/// What a writing transaction that wants to commit has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commit {
    /// Commit: the clock has passed the mark.
    Now,
    /// Wait until the clock shows more than this.
    Wait(i64),
    /// Fail: the clock is so far behind that waiting makes no sense.
    Refuse,
}

/// Whether a transaction may take its commit time from `clock`, when `mark` is the newest time that
/// was taken, applied or promised here. With equal times the order would be left to tie-breakers, so
/// the clock must have passed the mark.
#[must_use]
pub fn may_commit(clock: i64, mark: i64, max_skew: i64) -> Commit {
    if clock > mark || is_in(Defect::V4ClockRunsBack) {
        Commit::Now
    } else if mark - clock > max_skew {
        Commit::Refuse
    } else {
        Commit::Wait(mark)
    }
}

/// Whether a remote transaction of that commit time may start to be applied (V5).
#[must_use]
pub fn may_apply(commit_time: i64, clock: i64) -> bool {
    commit_time <= clock || is_in(Defect::V5FutureApplied)
}

/// The time that a node may promise to have left behind: every later commit gets a later time, once
/// this has become its mark. Without that a clock that steps back afterwards would break the promise.
#[must_use]
pub fn promise(clock: i64, mark: i64) -> i64 {
    clock.max(mark)
}
