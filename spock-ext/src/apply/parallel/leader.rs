//! What the apply worker does with the packets of streamed transactions.

use std::time::Duration;

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::lsn::Lsn;
use spock_core::proto::streamed::{self, Head, Kind};
use spock_core::proto::{Message, ProtoVersion};

use super::lane::{Lane, Standing};
use crate::apply::stream::{Ended, Stream};
use crate::pg::error::SpockError;
use crate::pg::failpoint;
use crate::pg::latch;
use crate::pg::output_plugin::insert_lsn;
use crate::pg::session_origin;
use crate::pg::shared_queue::Sent;
use crate::pg::transaction;
use crate::settings::{self, ChangeLogging};
use crate::worker::statistics::{Rare, count_rare};

/// Between two looks at a worker whose latch call did not come.
const LOOK: Duration = Duration::from_millis(10);

/// Where a remote transaction ends.
#[derive(Debug, Clone, Copy)]
struct End {
    lsn: Lsn,
    commit_time: i64,
}

impl Stream {
    /// Looks after the transactions that are applied beside the stream: one that cannot be applied so, or
    /// stands in the way, is to be applied after its commit.
    #[inline]
    pub(in crate::apply) fn watch_lanes(&mut self) -> Result<(), Ended> {
        if self.receiver.lanes.are_empty() { Ok(()) } else { self.look_after_lanes() }
    }

    #[cold]
    fn look_after_lanes(&mut self) -> Result<(), Ended> {
        for lane in self.receiver.lanes.all() {
            if let Standing::GaveUp(reason) = lane.standing() {
                return Err(self.apply_later(lane.xid, &reason));
            }
        }
        if self.receiver.applier.tables.have_news() {
            return Err(self.give_lanes_up("tables are about to be copied"));
        }
        Ok(())
    }

    /// Leaves nothing that is applied beside the stream: what comes next may have to wait for others.
    pub(in crate::apply) fn clear_lanes(&self, reason: &str) -> Result<(), Ended> {
        if self.receiver.lanes.are_empty() { Ok(()) } else { Err(self.give_lanes_up(reason)) }
    }

    fn give_lanes_up(&self, reason: &str) -> Ended {
        let lanes = self.receiver.lanes.all();
        for lane in lanes {
            self.tell(lane.xid, reason);
        }
        Ended::GaveUp(lanes.iter().map(|lane| lane.xid).collect())
    }

    fn apply_later(&self, xid: u32, reason: &str) -> Ended {
        self.tell(xid, reason);
        Ended::GaveUp(vec![xid])
    }

    fn tell(&self, xid: u32, reason: &str) {
        count_rare(self.receiver.applier.ends.subscription_id, Rare::PutOff);
        SpockError::new(
            PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION,
            format!(
                "subscription \"{}\": remote transaction {xid} is applied after its commit: {reason}",
                self.receiver.applier.ends.subscription
            ),
        )
        .report(PgLogLevel::LOG);
    }

    /// Handles a packet of a streamed transaction.
    pub(in crate::apply) fn take_streamed(
        &mut self,
        Head { kind, xid }: Head,
        payload: &[u8],
    ) -> Result<(), Ended> {
        match kind {
            Kind::Part => {
                self.open_lane(xid)?;
                self.hand_over(xid, payload)
            }
            Kind::Undo if self.receiver.lanes.get(xid).is_some() => {
                Err(self.apply_later(xid, "a part of it was rolled back"))
            }
            Kind::Undo => Ok(()),
            Kind::Abort => {
                if let Some(lane) = self.receiver.lanes.remove(xid) {
                    lane.end();
                }
                Ok(())
            }
            Kind::Commit => {
                let end = end_of(payload)?;
                self.open_lane(xid)?;
                let result = self.conclude_streamed(xid, payload, end);
                self.receiver.mid_transaction = false;
                result
            }
        }
    }

    /// Starts a worker for a transaction that has none, if it may be applied early.
    fn open_lane(&mut self, xid: u32) -> Result<(), Ended> {
        if self.receiver.lanes.get(xid).is_some() {
            return Ok(());
        }
        let applier = &self.receiver.applier;
        let limit = settings::max_parallel_apply_workers();
        let objection = if self.receiver.lanes.count() >= limit {
            Some("all parallel apply workers of the subscription are at work")
        } else if !applier.tables.all_ready() {
            Some("tables are being copied")
        } else if settings::apply_change_logging() != ChangeLogging::None {
            Some("spock.apply_change_logging shows every change")
        } else {
            None
        };
        if let Some(objection) = objection {
            return Err(self.apply_later(xid, objection));
        }
        let ends = &applier.ends;
        match Lane::start(ends.subscription_id, &ends.subscription, xid)? {
            Some(lane) => self.receiver.lanes.add(lane),
            None => return Err(self.apply_later(xid, "max_worker_processes are in use")),
        }
        Ok(())
    }

    /// Puts a packet into the queue of its transaction.
    fn hand_over(&mut self, xid: u32, payload: &[u8]) -> Result<(), Ended> {
        loop {
            let Some(lane) = self.receiver.lanes.get(xid) else { return Ok(()) };
            match lane.send(payload) {
                Sent::Whole => return Ok(()),
                Sent::Full => {}
                Sent::Gone => {
                    let reason = match lane.standing() {
                        Standing::GaveUp(reason) => reason,
                        Standing::Running | Standing::Committed(_) => "its worker ended".to_owned(),
                    };
                    return Err(self.apply_later(xid, &reason));
                }
            }
            self.watch_lanes()?;
            self.feedback_in_wait()?;
        }
    }

    /// One piece of a wait for a worker, with signs of life to the provider.
    fn feedback_in_wait(&mut self) -> Result<(), Ended> {
        latch::wait(LOOK);
        self.receiver.heard_at = transaction::now();
        self.keep_alive()
    }

    /// Hands the commit over and waits for it.
    fn conclude_streamed(&mut self, xid: u32, payload: &[u8], end: End) -> Result<(), Ended> {
        self.receiver.applier.authors.lend();
        self.hand_over(xid, payload)?;
        failpoint::hit("apply.streamed_commit");
        let standing = loop {
            let Some(lane) = self.receiver.lanes.get(xid) else { return Ok(()) };
            match lane.standing() {
                Standing::Running => self.feedback_in_wait()?,
                standing => break standing,
            }
        };
        // A worker that is not gone may still own the origin.
        if let Some(lane) = self.receiver.lanes.remove(xid) {
            lane.end();
        }
        self.receiver.applier.authors.go_home();
        let local_end = match standing {
            Standing::Committed(local_end) => local_end,
            _ if session_origin::progress() >= end.lsn => insert_lsn(),
            Standing::GaveUp(reason) => return Err(self.apply_later(xid, &reason)),
            Standing::Running => unreachable!("waited for above"),
        };
        count_rare(self.receiver.applier.ends.subscription_id, Rare::Streamed);
        self.streamed = true;
        self.receiver.applier.applied_beside(end.lsn, end.commit_time, local_end);
        Ok(())
    }
}

/// The commit message of a packet.
fn end_of(payload: &[u8]) -> Result<End, Ended> {
    let broken = || {
        Ended::Lost(SpockError::new(
            PgSqlErrorCode::ERRCODE_PROTOCOL_VIOLATION,
            "provider sent the end of a streamed transaction without its commit",
        ))
    };
    let last = streamed::messages(payload).last().ok_or_else(broken)?;
    match last.and_then(|bytes| Message::decode(bytes, ProtoVersion::V5)) {
        Ok((_, Message::Commit { end_lsn, commit_time, .. })) => {
            Ok(End { lsn: end_lsn, commit_time })
        }
        _ => Err(broken()),
    }
}
