//! What row filters make of a change.
//!
//! A row goes out when one of the subscribed sets that replicate the action has no filter for the table,
//! or one that the row meets. An update that takes a row across the border is for the subscriber another
//! change: into the sets, an insert of the whole row; out of them, a delete. It needs the old row for that,
//! so the filters of sets that replicate updates or deletes name only columns that the log has of it:
//! the replica identity, or everything under REPLICA IDENTITY FULL. The API sees to it. Where that was
//! changed afterwards, the old row counts as one that may have been sent, and nothing is lost.
//!
//! As with the server's own publications, a delete or insert that an update has become goes out whatever
//! the sets say about deletes and inserts.

use pgrx::{PgLogLevel, PgSqlErrorCode};

use super::relation::Actions;
use crate::pg::error::SpockError;
use crate::pg::output_plugin::Change;
use crate::pg::relation::RelationRef;
use crate::pg::row_filter::RowFilter;
use crate::pg::row_image;
use crate::pg::tuple::RowRef;
use crate::settings::{self, FailedRowFilter};

/// The filters of one table in the subscribed sets.
pub(super) struct RowFilters {
    /// What the set of each filter replicates, and the filter.
    filters: Vec<(Actions, RowFilter)>,
    /// Actions that some set replicates without a filter.
    unfiltered: Actions,
    /// Whole old rows are in the log.
    has_whole_old_rows: bool,
    /// The columns by which old rows are judged are in the log.
    knows_old_rows: bool,
}

/// Where a row stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Inside,
    Outside,
    Unknown,
}

impl RowFilters {
    /// Puts the filters of a table together; none when every action goes out without one.
    pub(super) fn new(
        relation: RelationRef<'_>,
        replicated: Actions,
        unfiltered: Actions,
        filters: Vec<(Actions, RowFilter)>,
    ) -> Option<Self> {
        let restricted = replicated.insert && !unfiltered.insert
            || replicated.update && !unfiltered.update
            || replicated.delete && !unfiltered.delete;
        if !restricted {
            return None;
        }
        let has_whole_old_rows = relation.has_full_identity();
        let in_identity = relation.identity();
        let knows = |(actions, filter): &(Actions, RowFilter)| {
            !actions.update && !actions.delete
                || filter.columns().iter().all(|column| in_identity(*column))
        };
        let knows_old_rows = has_whole_old_rows || filters.iter().all(knows);
        if !knows_old_rows {
            SpockError::new(
                PgSqlErrorCode::ERRCODE_WARNING,
                format!(
                    "a row filter of table {}.{} names columns that are not part of its replica identity",
                    relation.text_schema(),
                    relation.text_name()
                ),
            )
            .detail("Subscribers are sent deletes of rows that they may not have.")
            .hint("Use ALTER TABLE ... REPLICA IDENTITY FULL.")
            .report(PgLogLevel::WARNING);
        }
        Some(Self { filters, unfiltered, has_whole_old_rows, knows_old_rows })
    }

    /// What goes out in place of a change; nothing when none of its rows is for the subscriber.
    pub(super) fn judge<'a>(
        &mut self,
        relation: RelationRef<'_>,
        change: Change<'a>,
    ) -> Option<Change<'a>> {
        match change {
            Change::Insert(new) => {
                let sent = self.unfiltered.insert || self.meets(new, None, |set| set.insert);
                sent.then_some(change)
            }
            Change::Delete { old } => {
                let sent = self.unfiltered.delete
                    || !self.knows_old_rows
                    || old.is_some_and(|old| self.meets(old, None, |set| set.delete));
                sent.then_some(change)
            }
            Change::Update { .. } if self.unfiltered.update => Some(change),
            Change::Update { old, new } => self.judge_update(relation, old, new),
        }
    }

    fn judge_update<'a>(
        &mut self,
        relation: RelationRef<'_>,
        old: Option<RowRef<'a>>,
        new: RowRef<'a>,
    ) -> Option<Change<'a>> {
        let rest = old.filter(|_| self.has_whole_old_rows);
        let is_inside = self.meets(new, rest, |set| set.update);
        let before = match old {
            _ if !self.knows_old_rows => Place::Unknown,
            Some(old) if !self.meets(old, None, |set| set.update) => Place::Outside,
            Some(_) => Place::Inside,
            // The replica identity did not change, and filters look at nothing else.
            None if is_inside => Place::Inside,
            None => Place::Outside,
        };
        match (before, is_inside) {
            (Place::Inside | Place::Unknown, true) => Some(Change::Update { old, new }),
            (Place::Outside, false) => None,
            (Place::Outside, true) => Some(Change::Insert(match rest {
                Some(old) => row_image::completed(relation, new, old),
                None => new,
            })),
            (Place::Inside | Place::Unknown, false) => {
                let key = || row_image::reduced(relation, new, relation.identity());
                Some(Change::Delete { old: Some(old.unwrap_or_else(key)) })
            }
        }
    }

    /// Whether a row meets the filter of a set that replicates an action.
    fn meets(
        &mut self,
        row: RowRef<'_>,
        rest: Option<RowRef<'_>>,
        replicates: impl Fn(&Actions) -> bool,
    ) -> bool {
        let mut filters = self.filters.iter_mut().filter(|(actions, _)| replicates(actions));
        if settings::failed_row_filter() == FailedRowFilter::LeaveOut {
            return filters.any(|(_, filter)| filter.matches_unless_it_fails(row, rest));
        }
        filters.any(|(_, filter)| filter.matches(row, rest))
    }
}
