//! What a provider may be told is here for good: only what this server's own physical standbys have too
//! (convergence rule S1), the synchronous ones and those that no logical stream may get ahead of. Else
//! the provider would forget what a failover to such a standby loses.
//!
//! One position is waited for at a time, and the newest one takes its place when the standbys have it: so
//! reports go on, however fast changes come.

use spock_core::lsn::Lsn;

use crate::pg::{session, sync_standby};

/// How far the standbys have followed the stream.
pub(super) struct OwnStandbys {
    /// Where the newest change that the stream brought ends in the local log.
    local: Lsn,
    /// A position of the local log that is waited for, and what may be reported then.
    awaited: Option<(Lsn, Lsn)>,
    /// What may be reported now.
    confirmed: Lsn,
}

impl OwnStandbys {
    pub(super) fn new() -> Self {
        // What an earlier stream brought may not be there yet.
        Self { local: session::insert_position(), awaited: None, confirmed: Lsn::INVALID }
    }

    /// What may be reported, now that everything up to `done` of the provider's log is durable here,
    /// which ends at `local_end` of the local one (or where it ended before).
    #[inline]
    pub(super) fn report(&mut self, local_end: Lsn, done: Lsn) -> Lsn {
        self.local = self.local.max(local_end);
        if sync_standby::may_take_over() { self.ask(done) } else { done }
    }

    #[cold]
    fn ask(&mut self, done: Lsn) -> Lsn {
        if sync_standby::could_take_over_at(self.local) {
            self.awaited = None;
            self.confirmed = done;
            return done;
        }
        match self.awaited {
            Some((local, remote)) if sync_standby::could_take_over_at(local) => {
                self.confirmed = remote;
                self.awaited = Some((self.local, done));
            }
            Some(_) => {}
            None => self.awaited = Some((self.local, done)),
        }
        self.confirmed
    }

    /// Whether there is something to report as soon as the standbys have it.
    pub(super) fn are_behind(&self) -> bool {
        self.awaited.is_some()
    }
}
