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

/// The changes of one node that a copy of a table holds: what the source had applied when the copy's
/// snapshot was taken (I2). The node's stream leaves them to the copy.
///
/// How far a source has come cannot be read from the snapshot itself. It is read before and after, and
/// what was applied in between is known by its commit times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// All that was committed before this position.
    pub applied: Lsn,
    /// Nothing from this position on.
    pub applied_at_most: Lsn,
    /// Of what lies in between, the transactions with these commit times.
    pub commit_times: Vec<i64>,
}

impl Copied {
    /// All up to a position, and nothing else.
    #[must_use]
    pub fn up_to(applied: Lsn) -> Self {
        Self { applied, applied_at_most: applied, commit_times: Vec::new() }
    }

    /// Whether the copy holds what a transaction did, whose commit record begins at a position.
    #[must_use]
    pub fn holds(&self, commit_lsn: Lsn, commit_time: i64) -> bool {
        if is_in(Defect::I2CopiedAppliedAgain) {
            return false;
        }
        commit_lsn < self.applied
            || commit_lsn < self.applied_at_most && self.commit_times.contains(&commit_time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_holds_what_lies_before_and_what_was_seen_in_between() {
        let copied =
            Copied { applied: Lsn(10), applied_at_most: Lsn(20), commit_times: vec![5, 7] };
        assert!(copied.holds(Lsn(9), 1));
        assert!(!copied.holds(Lsn(10), 1));
        assert!(copied.holds(Lsn(10), 5));
        assert!(copied.holds(Lsn(19), 7));
        assert!(!copied.holds(Lsn(20), 7));
        assert!(!Copied::up_to(Lsn(10)).holds(Lsn(10), 5));
    }
}
