//! Unique keys beside the row's own: of rows that claim one value the newest keeps it (rule D4).
//!
//! A loser must not vanish silently. Here it would be gone, and on a node that never saw the two rows
//! at once (the winner was deleted or changed again before it came there) it would stay. So its end
//! is a change of its own, made by whichever node saw both, that travels like any other; when two
//! nodes make it, the newer of the two stands and they mean the same.

use super::defect::{Defect, is_in};
use super::store::{Change, LocalVersion, Outcome, Store};
use crate::conflict::Side;

/// The losers that one run of a transaction has found.
///
/// A change that meets a rival is left out, and the run goes on, so that all losers of a transaction
/// give way at once; then it is rolled back. What comes later in the transaction meets rows that a
/// change before would have changed: such a row has not lost anything yet.
#[derive(Debug)]
pub struct Losers<R, L> {
    losers: Vec<L>,
    /// How many of them are of earlier changes.
    earlier: usize,
    /// Rows that would have been changed.
    left_out: Vec<R>,
}

impl<R, L> Default for Losers<R, L> {
    fn default() -> Self {
        Self { losers: Vec::new(), earlier: 0, left_out: Vec::new() }
    }
}

impl<R: PartialEq, L> Losers<R, L> {
    /// Whether somebody has to give way before the transaction can be applied.
    pub fn are_open(&self) -> bool {
        !self.losers.is_empty()
    }

    /// A change looks for its rivals.
    pub fn look(&mut self) {
        self.earlier = self.losers.len();
    }

    /// A rival has to give way, unless the transaction itself changes it.
    pub fn displace(&mut self, rival: &R, loser: L) {
        if !self.left_out.contains(rival) || is_in(Defect::D4LeftOutLoses) {
            self.losers.push(loser);
        }
    }

    /// The change's own row has to give way: what it has won is of no use to it.
    pub fn give_way(&mut self, loser: L) {
        self.losers.truncate(self.earlier);
        self.losers.push(loser);
    }

    /// The change is left out; `stands` is the row that it would have written over.
    pub fn leave_out(&mut self, stands: Option<R>) {
        self.left_out.extend(stands);
    }

    /// The losers, for the end of the run.
    pub fn take(&mut self) -> Vec<L> {
        self.left_out.clear();
        self.earlier = 0;
        std::mem::take(&mut self.losers)
    }
}

/// Whether a row that stands here keeps a unique value that the change claims, too.
#[must_use]
pub fn rival_keeps(rival: LocalVersion, change: &Side) -> bool {
    let is_newer = match rival {
        LocalVersion::Known(side) => side.age_order(change).is_gt(),
        // At the provider both rows passed through one transaction, so at most one of them
        // stands at its end; which one, the transactions after it will say.
        LocalVersion::Own => false,
        LocalVersion::Unknown => false,
    };
    is_newer != is_in(Defect::D4OlderClaimWins)
}

/// Whether the new row may be written as far as other unique keys go; else how the change's way ends.
pub(super) fn check<S: Store>(store: &mut S, change: Change) -> Option<Outcome> {
    if store.may_have_rivals() { contest(store, change) } else { None }
}

#[cold]
fn contest<S: Store>(store: &mut S, change: Change) -> Option<Outcome> {
    let mut won = false;
    while let Some(rival) = store.next_rival() {
        if rival_keeps(rival, &change.remote) {
            store.give_up_claim();
            return Some(Outcome::Claim);
        }
        store.displace_rival();
        won = true;
    }
    won.then_some(Outcome::Claim)
}
