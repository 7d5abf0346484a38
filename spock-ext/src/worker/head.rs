//! Where the stream of each apply worker stands, for those who must not overtake it: other apply
//! workers that look for the cause of a change (convergence rules C3 and C4), the retention of deleted
//! rows, and status views.
//!
//! One writer (the worker of the slot), many readers, no lock. Every value is true by itself at the
//! moment it is read: nothing needs two of them at once. They outlive the worker, since what was applied
//! stays applied; a worker resets them when it starts its stream.

use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering};

use spock_core::lsn::Lsn;
use spock_core::oid::NodeId;

use super::slots::{self, slot_count};
use crate::pg::shmem::SharedState;
use crate::pg::write_gate;

/// The shared form of [`Head`].
#[derive(Debug, Default)]
pub(crate) struct Cell {
    /// Subscription of the stream, 0 before there was one.
    subscription: AtomicU32,
    passed: AtomicU64,
    /// Commit time of the transaction at the head; 0 when there is none.
    commit_time: AtomicI64,
    waits_for: AtomicU32,
    waits_since: AtomicI64,
    alarmed: AtomicU32,
    waits: AtomicU64,
    /// How many closings of tables it has taken in.
    has_read: AtomicU64,
    /// Nothing is open that was opened before the write gates of that epoch.
    knows_gates: AtomicU64,
}

/// What is known of a stream. Times are microseconds since 2000-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    /// Everything of the provider's log up to there is applied (or was nothing for us) and visible.
    pub(crate) passed: Lsn,
    /// Commit time of the transaction that is being applied, or waits to be.
    pub(crate) commit_time: Option<i64>,
    /// The node whose changes it waits for.
    pub(crate) waiting: Option<Waiting>,
    /// Transactions that had to wait for others since the server's start.
    pub(crate) waits: u64,
}

/// What the transaction at a stream's head waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// The node whose changes must come first.
    pub(crate) node: NodeId,
    pub(crate) since: i64,
    /// It cannot go on without, and nobody can tell when it comes.
    pub(crate) alarmed: bool,
}

/// One cell per worker slot.
pub(super) static CELLS: SharedState<Cell> = SharedState::new(c"spock stream heads", slot_count);

/// How often tables were closed for streams, in all databases.
pub(super) static CLOSINGS: SharedState<AtomicU64> =
    SharedState::new(c"spock closings of tables", || 1);

/// How often tables were closed for streams; to be asked before the catalog is read.
pub(crate) fn closings() -> u64 {
    CLOSINGS.get(0).map_or(0, |count| count.load(Ordering::SeqCst))
}

/// A table was closed, and that is committed. The number that streams will have read then.
pub(crate) fn count_closing() -> u64 {
    CLOSINGS.get(0).map_or(0, |count| count.fetch_add(1, Ordering::SeqCst) + 1)
}

/// Whether the stream of a worker slot has read of a closing.
pub(crate) fn has_read(slot: usize, closing: u64) -> bool {
    CELLS.get(slot).is_none_or(|cell| cell.has_read.load(Ordering::SeqCst) >= closing)
}

/// Whether the stream of a worker slot has nothing open that was opened before the write gates of an epoch.
pub(crate) fn knows_gates(slot: usize, epoch: u64) -> bool {
    CELLS.get(slot).is_none_or(|cell| cell.knows_gates.load(Ordering::SeqCst) >= epoch)
}

/// The cell of a worker slot, for its worker.
pub(crate) fn cell(slot: usize) -> Option<&'static Cell> {
    CELLS.get(slot)
}

impl Cell {
    /// The stream of a subscription starts behind `passed`.
    pub(crate) fn start(&self, subscription: u32, passed: Lsn) {
        self.wait_over();
        self.commit_time.store(0, Ordering::Relaxed);
        self.passed.store(passed.0, Ordering::Relaxed);
        self.knows_gates.store(write_gate::epoch(), Ordering::SeqCst);
        self.subscription.store(subscription, Ordering::Release);
    }

    /// A transaction begins; once per transaction, so it must cost nothing.
    #[inline]
    pub(crate) fn begin(&self, commit_time: i64) {
        self.commit_time.store(commit_time, Ordering::Relaxed);
    }

    /// Everything up to `lsn` is applied and committed here.
    #[inline]
    pub(crate) fn pass(&self, lsn: Lsn) {
        self.passed.fetch_max(lsn.0, Ordering::Release);
    }

    /// No transaction is at the head.
    #[inline]
    pub(crate) fn clear(&self) {
        self.commit_time.store(0, Ordering::Relaxed);
    }

    /// Which tables are closed will be read before anything is written; so many closings are committed.
    /// Nothing of an earlier reading is used any more.
    pub(crate) fn reads(&self, closings: u64) {
        self.has_read.store(closings, Ordering::SeqCst);
    }

    /// Nothing that was read of closed tables is used, until it is read again.
    pub(crate) fn uses_nothing(&self) {
        self.has_read.store(u64::MAX, Ordering::SeqCst);
        self.knows_gates.store(u64::MAX, Ordering::SeqCst);
    }

    /// Whether write gates were closed or taken off since that was last [told](Self::knows_gates). None: no.
    #[inline]
    pub(crate) fn new_gates(&self) -> Option<u64> {
        let epoch = write_gate::epoch();
        (self.knows_gates.load(Ordering::Relaxed) != epoch).then_some(epoch)
    }

    /// Nothing is open that was opened before that epoch.
    pub(crate) fn knows_gates(&self, epoch: u64) {
        self.knows_gates.store(epoch, Ordering::SeqCst);
    }

    /// The transaction at the head waits for the changes of a node.
    pub(crate) fn wait_for(&self, waiting: Waiting) {
        self.waits_since.store(waiting.since, Ordering::Relaxed);
        self.alarmed.store(u32::from(waiting.alarmed), Ordering::Relaxed);
        self.waits_for.store(waiting.node.as_oid(), Ordering::Release);
    }

    /// The transaction at the head has to wait, if only until somebody has answered.
    pub(crate) fn count_wait(&self) {
        self.waits.fetch_add(1, Ordering::Relaxed);
    }

    /// It does not wait any more.
    pub(crate) fn wait_over(&self) {
        self.waits_for.store(0, Ordering::Relaxed);
        self.waits_since.store(0, Ordering::Relaxed);
        self.alarmed.store(0, Ordering::Relaxed);
    }

    fn read(&self) -> Head {
        let commit_time = self.commit_time.load(Ordering::Relaxed);
        Head {
            passed: Lsn(self.passed.load(Ordering::Acquire)),
            commit_time: (commit_time != 0).then_some(commit_time),
            waiting: NodeId::from_oid(self.waits_for.load(Ordering::Acquire)).map(|node| Waiting {
                node,
                since: self.waits_since.load(Ordering::Relaxed),
                alarmed: self.alarmed.load(Ordering::Relaxed) != 0,
            }),
            waits: self.waits.load(Ordering::Relaxed),
        }
    }
}

/// Where the stream of a subscription of a database stands; `None` before it has run since the
/// server's start.
pub(crate) fn of_subscription(db: u32, subscription: u32) -> Option<Head> {
    let (id, _) = slots::of_subscription(db, subscription)?;
    let cell = CELLS.get(id.index)?;
    (cell.subscription.load(Ordering::Acquire) == subscription).then(|| cell.read())
}
