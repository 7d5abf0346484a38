//! The apply worker's end: one lane for each transaction that is applied beside the stream.

use std::time::{Duration, Instant};

use spock_core::lsn::Lsn;

use super::word;
use crate::pg::bgworker::{self, Handle, Launch, Life};
use crate::pg::database::my_database;
use crate::pg::error::SpockError;
use crate::pg::latch;
use crate::pg::shared_queue::{Sender, Sent};

/// How long a worker that was told to end may take; it ends at the next row.
const END_LIMIT: Duration = Duration::from_secs(10);

/// Where the worker of a lane stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// It works, or is about to.
    Running,
    /// The transaction is committed, up to that end of the commit record.
    Committed(Lsn),
    /// It is rolled back, for this reason.
    GaveUp(String),
}

/// A transaction that is applied beside the stream.
pub(super) struct Lane {
    pub(super) xid: u32,
    sender: Sender,
    worker: Handle,
}

impl Lane {
    /// Starts the worker; nothing when all places for workers are taken.
    pub(super) fn start(
        subscription: u32,
        name: &str,
        xid: u32,
    ) -> Result<Option<Self>, SpockError> {
        let sender = Sender::make(my_database(), subscription, xid)?;
        let launch = Launch {
            title: format!("spock parallel {name} {xid}"),
            entry: "spock_parallel_main",
            slot: sender.handle() as usize,
        };
        Ok(bgworker::start_dynamic(&launch).map(|worker| Self { xid, sender, worker }))
    }

    /// Where the worker stands.
    pub(super) fn standing(&self) -> Standing {
        // In this order: what it said last it said before it ended.
        let life = self.worker.life();
        let shared = self.sender.shared();
        match shared.state() {
            word::COMMITTED => Standing::Committed(Lsn(shared.position())),
            word::GAVE_UP => Standing::GaveUp(shared.reason()),
            _ if life == Life::Stopped => Standing::GaveUp("its worker ended".to_owned()),
            _ => Standing::Running,
        }
    }

    /// Hands a packet over, if there is room.
    pub(super) fn send(&self, payload: &[u8]) -> Sent {
        self.sender.send(payload)
    }

    /// Ends the worker, and with it what it has not committed.
    pub(super) fn end(self) {
        let until = Instant::now() + END_LIMIT;
        self.worker.terminate();
        while self.worker.life() != Life::Stopped && Instant::now() < until {
            latch::wait(Duration::from_millis(10));
        }
    }
}

/// The lanes of a stream.
#[derive(Default)]
pub(in crate::apply) struct Lanes {
    running: Vec<Lane>,
}

impl Lanes {
    /// Whether nothing is applied beside the stream.
    #[inline]
    pub(in crate::apply) fn are_empty(&self) -> bool {
        self.running.is_empty()
    }

    pub(super) fn count(&self) -> usize {
        self.running.len()
    }

    pub(super) fn all(&self) -> &[Lane] {
        &self.running
    }

    pub(super) fn get(&self, xid: u32) -> Option<&Lane> {
        self.running.iter().find(|lane| lane.xid == xid)
    }

    pub(super) fn add(&mut self, lane: Lane) {
        self.running.push(lane);
    }

    pub(super) fn remove(&mut self, xid: u32) -> Option<Lane> {
        let at = self.running.iter().position(|lane| lane.xid == xid)?;
        Some(self.running.swap_remove(at))
    }

    /// Hands a packet to the lane of its transaction; false when that needs more than a look.
    pub(in crate::apply) fn pass(&self, xid: u32, payload: &[u8]) -> bool {
        self.get(xid).is_some_and(|lane| lane.send(payload) == Sent::Whole)
    }

    /// Ends them all.
    pub(in crate::apply) fn end(&mut self) {
        for lane in self.running.drain(..) {
            lane.end();
        }
    }
}
