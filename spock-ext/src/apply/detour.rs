//! Remote transactions that are not simply applied: one that is left out because somebody asked for
//! that, and one that is known to fail.
//!
//! **Invariant**: which transaction it is says its commit record alone, which the begin message names.

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::lsn::Lsn;
use spock_core::proto::Message;

use super::applier::Applier;
use super::exception::Run;
use crate::catalog::subscription;
use crate::pg::error::SpockError;

/// How a remote transaction is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detour {
    /// It is applied.
    None,
    /// It is left out, as `spock.sub_alter_skiplsn()` asked.
    Skip,
    /// It is this node's own, and comes back from a provider that forwards.
    Returned,
    /// It is known to fail.
    Exception,
    /// It is applied but for changes that nobody can decide.
    InPart,
}

impl Applier {
    /// Whether the message was dealt with on the way that its transaction takes.
    pub(super) fn takes_detour(&mut self, message: &Message<'_>) -> bool {
        match self.detour {
            Detour::None | Detour::InPart => false,
            Detour::Skip | Detour::Returned => is_work(message),
            Detour::Exception => self.run_exceptional(message),
        }
    }

    /// Chooses how the transaction that begins is treated. Only the one whose commit record is known
    /// is left out or run as an exception, whatever came in between.
    pub(super) fn choose_way(&mut self) {
        let remote = self.remote;
        self.detour = Detour::None;
        // Its inserts look first, one by one.
        self.careful |= self.suspected.is_some_and(|(lsn, _)| lsn == remote.final_lsn);
        self.was_held_back = self.held_back.contains(&remote.final_lsn);
        if self.skip_lsn.is_valid() && self.skip_lsn == remote.final_lsn {
            self.detour = Detour::Skip;
            self.failure = None;
        } else if let Some(failure) = &self.failure
            && failure.final_lsn == remote.final_lsn
        {
            self.run = Some(Run::begin(failure, remote.side, remote.commit_time, remote.xid));
            self.detour = Detour::Exception;
            // Nothing is gathered: each change has to succeed or fail by itself.
            self.careful = true;
        }
    }

    /// Notes that an insert of the transaction met a duplicate, which may be bad luck; how often now.
    pub(super) fn suspect(&mut self) -> u32 {
        let count = match self.suspected {
            Some((lsn, count)) if lsn == self.remote.final_lsn => count + 1,
            _ => 1,
        };
        self.suspected = Some((self.remote.final_lsn, count));
        count
    }

    /// Whether the transaction at hand is one that is known to fail.
    pub(super) fn is_exceptional(&self) -> bool {
        self.detour == Detour::Exception
    }

    /// The transaction that took another way is committed.
    pub(super) fn end_detour(&mut self) {
        if self.detour == Detour::Skip {
            self.skip_lsn = Lsn::INVALID;
        } else {
            self.tell_outcome();
        }
        self.detour = Detour::None;
        self.careful = false;
    }

    /// The transaction was left out: nobody is to ask for it again, from the commit on that passes it.
    pub(super) fn forget_skipped(&mut self) {
        self.ready(true);
        subscription::set_skip_lsn(self.ends.subscription_id, Lsn::INVALID);
        self.end_row();
        SpockError::new(
            PgSqlErrorCode::ERRCODE_WARNING,
            format!("skip-LSN of subscription \"{}\" cleared", self.ends.subscription),
        )
        .detail(format!(
            "Remote transaction {} with its commit record at {} was left out.",
            self.remote.xid, self.remote.final_lsn
        ))
        .report(PgLogLevel::WARNING);
    }
}

/// Whether a message is part of what a transaction does, and not of how it is told.
fn is_work(message: &Message<'_>) -> bool {
    matches!(
        message,
        Message::Insert { .. }
            | Message::Update { .. }
            | Message::Delete { .. }
            | Message::Truncate(_)
            | Message::Logical { .. }
            | Message::Origin { .. }
    )
}
