//! Unique keys beside the row's own: of rows that claim one value the newest keeps it (rule D4).
//!
//! A loser must not vanish silently. Here it would be gone, and on a node that never saw the two rows
//! at once (the winner was deleted or changed again before it came there) it would stay. So its end
//! is a change of its own, made by whichever node saw both, that travels like any other; when two
//! nodes make it, the newer of the two stands and they mean the same.

use super::defect::{Defect, is_in};
use super::store::{Change, LocalVersion, Outcome, Store};

/// Whether the new row may be written as far as other unique keys go; else how the change's way ends.
pub(super) fn check<S: Store>(store: &mut S, change: Change) -> Option<Outcome> {
    if store.may_have_rivals() { contest(store, change) } else { None }
}

#[cold]
fn contest<S: Store>(store: &mut S, change: Change) -> Option<Outcome> {
    let mut won = false;
    while let Some(rival) = store.next_rival() {
        let rival_is_newer = match rival {
            LocalVersion::Known(side) => side.age_order(&change.remote).is_gt(),
            // At the provider both rows passed through one transaction, so at most one of them
            // stands at its end; which one, the transactions after it will say.
            LocalVersion::Own => false,
            LocalVersion::Unknown => false,
        };
        if rival_is_newer != is_in(Defect::D4OlderClaimWins) {
            store.give_up_claim();
            return Some(Outcome::Claim);
        }
        store.displace_rival();
        won = true;
    }
    won.then_some(Outcome::Claim)
}
