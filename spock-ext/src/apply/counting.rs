//! Counts what is done to the tables, for `spock.channel_table_stats` and its like.
//!
//! A change counts by what the provider did, when it is applied here: an insert that became an update of
//! an existing row is an insert. One that is not applied counts as a conflict alone.

use spock_core::conflict::kind::{ConflictType, Operation};

use super::applier::Applier;
use crate::worker::statistics::Count;

impl Applier {
    /// Counts changes of the relation at a position, which is open.
    #[inline]
    pub(super) fn count(&mut self, position: usize, what: Count, number: u32) {
        let Self { relations, tally, .. } = self;
        let relation = relations.at(position);
        if let Some(open) = &relation.open
            && !open.is_queue
        {
            tally.count(
                &mut relation.counted_at,
                open.target.relation_oid().to_u32(),
                what,
                number,
            );
        }
    }

    /// Counts a conflict of the relation at a position, which is open.
    pub(super) fn count_conflict(
        &mut self,
        position: usize,
        operation: Operation,
        kind: ConflictType,
    ) {
        self.count(position, Count::Conflict, 1);
        self.tally.conflict(operation, kind);
    }
}
