//! Copied tables (rules I1 and I2).

use super::defect::{Defect, is_in};
use crate::conflict::Side;
use crate::lsn::Lsn;

/// Whether a table may be emptied here and copied from a source (I2): `progress` pairs, for each
/// other node, how far the source has come in that node's changes and how far this node has, this
/// node's own changes and what earlier copies brought included. Where the source is behind, changes
/// that were applied here would be gone and never come again.
pub fn may_copy(mut progress: impl Iterator<Item = (Lsn, Lsn)>) -> bool {
    progress.all(|(source, here)| source >= here) || is_in(Defect::I2CopyFromBehind)
}

/// The version that a copied row must be written with (I1); none when it may count as old: `resumes`
/// is a time that no change which the streams still bring is older than.
///
/// Versions of deletes are another matter: all that the source keeps are copied. One may be older than
/// everything that still comes, and a node that has not seen it may still write the row; without the
/// version that write would find no trace of a row here.
///
/// Whatever the versions, the commits that follow must get times after the copied rows': the source's
/// mark ([`super::clock`]) becomes this node's mark, for good.
#[must_use]
pub fn copied_version(version: Side, resumes: i64) -> Option<Side> {
    if version.version.time < resumes || is_in(Defect::I1CopyCountsAsOld) {
        None
    } else {
        Some(version)
    }
}

/// Whether a stream leaves a change of a copied table to the copy: what the source had applied when
/// the copy's snapshot was taken stands in the copy (I2).
#[must_use]
pub fn is_in_copy(position: Lsn, source_progress: Lsn) -> bool {
    position <= source_progress && !is_in(Defect::I2CopiedAppliedAgain)
}
