//! Changes of rows that are not here any more, against the deletes that removed them (convergence
//! rules D1 and D2).
//!
//! **Late inserts.** An insert that is older than a delete of its key must not bring the row back. Most
//! inserts cannot be: no delete of their relation happened here since they were committed
//! (`pg::delete_marks`). Those are written without a look, in batches; what is checked costs a few
//! loads per batch. The others look for a deleted row first. As a delete may commit between the look
//! and the insert, which waited for it, the marks are compared once more after the row is in.

use spock_core::conflict::Side;
use spock_core::conflict::missing::Wait;
use spock_core::converge::LocalVersion;

use pgrx::PgSqlErrorCode;

use super::applier::Applier;
use crate::catalog::dead_row;
use crate::pg::error::SpockError;

impl Applier {
    /// The same, with all deletes that our log has where they could matter: the transaction may be ended
    /// to read them first.
    pub(super) fn newest_of_all_deletes(
        &mut self,
        position: usize,
        is_insert: bool,
    ) -> Option<Side> {
        let newest = self.newest_delete(position);
        // A delete that is newer than the change decides, whatever else there was.
        if newest.is_none_or(|newest| newest.age_order(&self.remote.side).is_le())
            && let Some(open) = &self.relations.at(position).open
        {
            let relation = open.target.relation_oid().to_u32();
            // The row of an update may still come from another node.
            let goes_on = is_insert || newest.is_some() || self.wait != Wait::Going;
            self.require_history(relation, is_insert, goes_on);
        }
        newest
    }

    /// The newest delete that is known of the row whose key stands in the target's new row; to be
    /// asked after that row was looked for and not found.
    pub(super) fn newest_delete(&mut self, position: usize) -> Option<Side> {
        self.ready(true);
        let open = self.relations.at(position).open.as_mut()?;
        let dead = open.target.dead_version();
        let written = if open.target.has_written_versions() {
            open.target.key_text().and_then(|key| {
                // Whoever is writing one down is waited for.
                open.target.lock_key(&key, false);
                dead_row::newest(open.target.relation_oid().to_u32(), &key)
            })
        } else {
            None
        };
        let dead = dead.map(|dead| match self.version_of_delete(&dead) {
            LocalVersion::Known(side) => side,
            // The node is gone from the catalogs; its time still counts.
            LocalVersion::Own | LocalVersion::Unknown => self.versions.of_local(dead.time),
        });
        let written = written.map(|version| self.versions.side(version));
        newest(dead, written)
    }

    /// Writes down the version of a delete whose row is not here, so that older changes which come
    /// later lose against it. Raises when the row has come meanwhile: the transaction is run again.
    pub(super) fn leave_version(&mut self, position: usize) {
        self.ready(true);
        let version = self.remote.side.version;
        let Some(open) = &mut self.relations.at(position).open else { return };
        let Some(key) = open.target.key_text() else { return };
        // In this order: an insert of the key that comes after the look finds the mark, and then
        // waits for what is written here.
        open.target.lock_key(&key, true);
        open.target.note_written_version(version.time);
        if open.target.look() || open.target.look_again() {
            SpockError::new(
                PgSqlErrorCode::ERRCODE_T_R_SERIALIZATION_FAILURE,
                "a row to be deleted came while its absence was written down",
            )
            .raise();
        }
        dead_row::leave(open.target.relation_oid().to_u32(), &key, version);
        self.wrote = true;
    }
}

/// Deletes of the relation were committed while a batch was written.
pub(super) const EXPOSED: &str = "rows were deleted while others of the same table were inserted";

/// Inserts are to be written again, with a look at each row: as after a duplicate.
#[cold]
pub(super) fn raise_again(why: &str) -> ! {
    SpockError::new(PgSqlErrorCode::ERRCODE_UNIQUE_VIOLATION, why).raise()
}

fn newest(a: Option<Side>, b: Option<Side>) -> Option<Side> {
    match (a, b) {
        (Some(a), Some(b)) if a.age_order(&b).is_lt() => Some(b),
        (Some(a), _) => Some(a),
        (None, b) => b,
    }
}
