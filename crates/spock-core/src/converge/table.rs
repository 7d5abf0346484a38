//! TRUNCATE as a version of the table (rule D5).
//!
//! A truncate is a delete of every row there is, and of none that comes later by version. So its
//! version is kept with the table: older changes that come after it count as deleted, and when it
//! comes after newer rows those stay.

use super::defect::{Defect, is_in};
use crate::conflict::Side;

/// What a node must be able to do with a table.
pub trait Table {
    /// Version of the newest truncate.
    fn truncated_at(&mut self) -> Option<Side>;
    /// Keeps the version of a truncate, in the transaction that applies it.
    fn set_truncated_at(&mut self, version: Side);
    /// Whether some row is newer than `version`.
    fn has_newer_rows(&mut self, version: Side) -> bool;
    /// Empties the table.
    fn truncate(&mut self);
    /// Deletes the rows that are not newer than `version`.
    fn delete_older_rows(&mut self, version: Side);
}

/// Applies a truncate of one table.
pub fn truncate<T: Table>(table: &mut T, remote: Side) {
    // An equal one is of the same transaction, which may have inserted rows between the two.
    if table.truncated_at().is_some_and(|known| known.age_order(&remote).is_gt()) {
        return;
    }
    table.set_truncated_at(remote);
    if !is_in(Defect::D5TruncatesNewerRows) && table.has_newer_rows(remote) {
        table.delete_older_rows(remote);
    } else {
        table.truncate();
    }
}
