//! What a node must be able to do so that a change can take its way.
//!
//! A [`Store`] stands for one change on one relation, inside the transaction that applies it. It
//! knows the images that came with the change, holds at most one *found row* (by the last look-up)
//! and one *new row* (the image to be written). Methods with a body are abilities that a store may
//! lack; what it does then is said with each.

use crate::conflict::kind::{ConflictType, Operation, Resolution};
use crate::conflict::missing::Wait;
use crate::conflict::{Policy, Side};
use crate::oid::NodeId;

/// Which key of a change a row is looked up by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// The key that the row had before the change: the old image where one was sent, else the key
    /// in the new image, which is the same then.
    Old,
    /// The key in the new image.
    New,
}

/// What a change brings along, whatever store it goes to.
#[derive(Clone, Copy, Debug)]
pub struct Change {
    /// Version of everything that the remote transaction writes.
    pub remote: Side,
    /// The policy for conflicts.
    pub policy: Policy,
    /// How far the search for a missing cause of this transaction has come.
    pub wait: Wait,
}

/// What is known about who wrote a local row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocalVersion {
    /// The transaction that is being applied wrote it.
    Own,
    /// Written at that version.
    Known(Side),
    /// The version is no longer known: older than everything (rule V2).
    Unknown,
}

impl LocalVersion {
    /// The side, where it is known.
    #[must_use]
    pub const fn side(self) -> Option<Side> {
        match self {
            Self::Known(side) => Some(side),
            Self::Own | Self::Unknown => None,
        }
    }
}

/// What became of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Written.
    Done,
    /// Somebody changed the row (or inserted its key) meanwhile: look again.
    Changed,
}

/// What became of a request for values that only another node knows (rule T1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fetch {
    /// They are at hand; or their owner no longer has the row: then a newer change of it is on its
    /// way, and the found row's values (or nulls) do until that comes.
    Ready,
    /// The owner has to be asked, outside of this transaction.
    Ask,
    /// The owner is going to be asked before the transaction commits, which is then applied again: until
    /// then the found row's values do.
    Noted,
    /// The values that stand here are the right ones, as where this node is the owner.
    Own,
    /// Nobody can be asked: the owner is gone, or refuses to answer.
    Unable,
}

/// A conflict, as it is told to logs, tables and statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// What the change wants to do.
    pub operation: Operation,
    /// Its name.
    pub kind: ConflictType,
    /// What is done.
    pub resolution: Resolution,
    /// Version of the found row; none when no row was found.
    pub local: Option<LocalVersion>,
    /// Version of the delete or truncate that the change met, where there is no row.
    pub dead: Option<Side>,
}

/// How the way of a change ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// It was written, in whole or (a row that came back, deltas) in part.
    Applied,
    /// The local row stayed. Its version did too, if values were added to it.
    Kept,
    /// There was nothing to do: a newer delete is known, or only a version had to be left.
    Skipped,
    /// Its row is missing beyond doubt: the policy of the conflict type has to say what happens.
    /// The conflict has been reported; nothing was written.
    Missing(Operation),
    /// Values that the change left out cannot be had, or those of the row that it lost against are in
    /// doubt, and that version's node, this one, is gone (T1). The conflict has been reported; the
    /// change is to be told of as pending. What a losing change adds has been added.
    Unfetched(NodeId),
    /// Roll back, wait outside any transaction for the cause, apply the transaction again (C2).
    Wait {
        /// Nothing is left that would end the wait by itself: tell an administrator.
        alarm: bool,
    },
    /// Roll back, ask this node for the values, apply the transaction again (T1).
    Fetch(NodeId),
    /// Roll back, take the losing rows (the store noted them) away in a transaction of this node's
    /// own that travels to everybody, apply the transaction again (D4).
    Claim,
    /// The policy is to fail (P1): nothing was written.
    Refused(Operation),
}

/// One change on one relation of one node; see the module's page.
pub trait Store {
    /// Where a row stands, to tell two found rows apart.
    type Place: Copy + PartialEq;

    /// Looks for the live row of a key, waiting for transactions that are changing it. May miss a
    /// row under constant update; puts what it finds into the place of the found row.
    fn look(&mut self, key: Key) -> bool;

    /// Whether a look that began after the miss sees the row (C6): then [`Store::look`] is repeated.
    fn look_again(&mut self, key: Key) -> bool;

    /// Where the found row stands.
    fn place(&self) -> Self::Place;

    /// The version of the found row.
    fn local_version(&mut self) -> LocalVersion;

    /// Completes the new row from the found row: columns that the provider does not have, values
    /// that it left out unless fetched ones are at hand, deltas added to the found row's values.
    fn compose(&mut self);

    /// Lets go of the found row and of everything that was taken from it.
    fn release(&mut self);

    /// Inserts the new row.
    fn insert(&mut self) -> Written;

    /// Writes the new row over the found row.
    fn update(&mut self) -> Written;

    /// Deletes the found row.
    fn delete(&mut self) -> Written;

    /// Tells of a conflict, before anything is written for it.
    fn conflict(&mut self, conflict: &Conflict);

    /// The newest version of a delete of the key's row, also where the row was moved to another key
    /// (D1). A store that keeps none knows of no deletes.
    fn dead_version(&mut self, key: Key) -> Option<Side> {
        let _ = key;
        None
    }

    /// Version of the last TRUNCATE of the relation (D5). A store that keeps none knows of none.
    fn truncated_at(&mut self) -> Option<Side> {
        None
    }

    /// Keeps the change's version as that of a delete of the key, although there was nothing to
    /// delete (C5). A store that keeps none leaves nothing.
    fn leave_version(&mut self, key: Key) {
        let _ = key;
    }

    /// Keeps what the new row takes from the found row, which is about to be deleted, for the relation that
    /// the change takes it to. A store whose rows do not go to others keeps nothing.
    fn take_along(&mut self) {}

    /// Whether the change carries the whole row: nothing left out, no delta.
    fn is_complete(&mut self) -> bool;

    /// Whether the change left out values that it did not touch.
    fn has_gaps(&mut self) -> bool {
        false
    }

    /// Whether rows of the relation can have values that changes leave out.
    fn may_have_gaps(&mut self) -> bool {
        false
    }

    /// Whether something is made of a change that lost and the row that stays: then what the change left
    /// out counts too.
    fn merges_losers(&self) -> bool {
        false
    }

    /// Asks for the values that changes leave out, of the row with the new key: what `owner` has
    /// answered for this very change is written by the next [`Store::compose`] or [`Store::insert`]
    /// where it is the change's own node, else by [`Store::amend`].
    fn fetch(&mut self, owner: NodeId) -> Fetch {
        let _ = owner;
        Fetch::Unable
    }

    /// Completes the new row from the dead version of the key's row (D2); afterwards
    /// [`Store::has_gaps`] says whether something is still left out. A store that keeps none does
    /// nothing: delta columns get the change's own values.
    fn compose_from_dead(&mut self, key: Key) {
        let _ = key;
    }

    /// Whether the change adds to columns (X1).
    fn has_deltas(&mut self) -> bool {
        false
    }

    /// Adds the change's deltas and what was fetched to the found row, which keeps its version and
    /// the rest of its values (X1, T1). Only called when there is one of both.
    fn amend(&mut self, fetched: bool) -> Written {
        let _ = fetched;
        Written::Done
    }

    /// Whether rows of other keys can hold a value that has to be unique in the new row (D4). A
    /// store that does not look says no, and its write fails on such a row.
    fn may_have_rivals(&mut self) -> bool {
        false
    }

    /// The next row of another key that holds a unique value of the new row, by its version. The
    /// row with the change's old key is none.
    fn next_rival(&mut self) -> Option<LocalVersion> {
        None
    }

    /// Notes the rival seen last as a loser: it goes, or returns to what it was before it claimed.
    fn displace_rival(&mut self) {}

    /// Notes the row of the new key as a loser: as it stands here it gets a new version, or a
    /// delete of the key travels to everybody where there is none.
    fn give_up_claim(&mut self) {}
}
