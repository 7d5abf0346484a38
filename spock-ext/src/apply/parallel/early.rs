//! What is different about a change whose commit time is not known yet.
//!
//! It is weighed with a time later than any: then it wins over every version that it meets. The newest of
//! these is remembered; once the commit time is known, a transaction that is not newer than all of them
//! has been decided wrongly and is rolled back. Nothing that was written here may depend on the time
//! but the commit record.

use pgrx::PgSqlErrorCode;
use spock_core::conflict::{Side, Version};
use spock_core::converge::Outcome;
use spock_core::lsn::Lsn;

use crate::apply::applier::{Applier, RemoteTransaction};
use crate::pg::error::SpockError;

/// A transaction whose commit is not known.
#[derive(Debug, Clone, Copy)]
pub(in crate::apply) struct Early {
    /// The newest commit time of what its changes met.
    newest: i64,
}

/// Ends the attempt.
#[cold]
pub(super) fn refuse(reason: &str) -> ! {
    SpockError::new(PgSqlErrorCode::ERRCODE_T_R_SERIALIZATION_FAILURE, reason).raise()
}

impl Applier {
    /// The transaction that comes has not committed.
    pub(super) fn begin_early(&mut self, xid: u32) {
        self.early = Some(Early { newest: i64::MIN });
        // A duplicate ends the attempt: nothing has to be undone in part.
        self.whole = true;
        self.careful = false;
        let version = Version { time: i64::MAX, node: self.ends.provider };
        self.remote = RemoteTransaction {
            final_lsn: Lsn(u64::MAX),
            commit_time: i64::MAX,
            xid,
            side: self.versions.side(version),
        };
    }

    /// Its commit is known: was everything so far decided as it would have been then?
    #[cold]
    pub(in crate::apply) fn learn_commit(&mut self, final_lsn: Lsn, commit_time: i64) {
        self.flush_gathered();
        let Some(early) = self.early.take() else { return };
        if final_lsn == self.skip_lsn {
            refuse("it is to be skipped");
        }
        if self.held_back.contains(&final_lsn) {
            refuse("it was held back before");
        }
        if early.newest >= commit_time {
            refuse("a row that it changes is newer here");
        }
        let version = Version { time: commit_time, node: self.ends.provider };
        self.remote = RemoteTransaction {
            final_lsn,
            commit_time,
            xid: self.remote.xid,
            side: self.versions.side(version),
        };
        for position in 0..self.relations.len() {
            let Some(open) = self.relations.get(position) else { continue };
            if open.target.is_exposed(commit_time) {
                refuse("rows of its tables were deleted here at the same time");
            }
            if self.comes_after_truncate(position) {
                refuse("a table of it was truncated here at the same time");
            }
        }
    }

    /// A change met this version.
    #[inline]
    pub(in crate::apply) fn meet(&mut self, side: Side) {
        if let Some(early) = &mut self.early {
            early.newest = early.newest.max(side.version.time);
        }
    }

    /// Ends the attempt if the commit is not known, because of something that depends on it.
    #[inline]
    pub(in crate::apply) fn only_committed(&self, reason: &str) {
        if self.early.is_some() {
            refuse(reason);
        }
    }

    /// A change of a transaction that is not known to commit was simply applied, or ends the attempt.
    #[inline]
    pub(in crate::apply) fn must_be_plain(&self, outcome: &Outcome) {
        if self.early.is_some() && *outcome != Outcome::Applied {
            refuse("a change of it cannot simply be applied");
        }
    }
}
