//! How far in time the incoming streams have come, as proved by the horizons that stand in them
//! (convergence rules C3 and D1).
//!
//! A provider writes its horizon into its log ([`super::announce`]). When a stream comes to it, every
//! commit of the provider with an earlier time is applied here; the message also says up to which time
//! the provider had applied the changes of each node that it hears. From both follows which versions of
//! deletes no change on its way can need any more: the stream's *settled* time.
//!
//! What a cell says is true for good once it is true (after a crash of the server too: who acts on it
//! makes the log durable first), so it outlives workers, and waits for nobody. The apply worker of the
//! slot writes, under a counter that is odd meanwhile; the settled times are the manager's.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering, fence};

use spock_core::converge::passage;
use spock_core::oid::NodeId;
use spock_core::proto::horizon::HorizonMessage;

use super::slots::{self, Kind, slot_count};
use crate::pg::shmem::SharedState;

/// Nodes that a provider can tell of; of more it is not known what the provider has of them.
const ROOM: usize = 63;

/// The shared form of a [`Passage`].
#[derive(Debug)]
pub(crate) struct Cell {
    /// Subscription of the stream, 0 before there was one; in a manager's slot unused.
    subscription: AtomicU32,
    version: AtomicU64,
    time: AtomicI64,
    count: AtomicU32,
    nodes: [AtomicU32; ROOM],
    times: [AtomicI64; ROOM],
    /// The provider wants to hear how far this node is.
    is_asked: AtomicBool,
    /// See [`settled`]; 0 when nothing is known. In a manager's slot: of all streams of its database.
    settled: AtomicI64,
    /// In a manager's slot: see [`readable_until`]; 0 when that is not known, `i64::MAX` when no stream
    /// needs any.
    readable: AtomicI64,
}

impl Default for Cell {
    fn default() -> Self {
        Self {
            subscription: AtomicU32::new(0),
            version: AtomicU64::new(0),
            time: AtomicI64::new(0),
            count: AtomicU32::new(0),
            nodes: [const { AtomicU32::new(0) }; ROOM],
            times: [const { AtomicI64::new(0) }; ROOM],
            is_asked: AtomicBool::new(false),
            settled: AtomicI64::new(0),
            readable: AtomicI64::new(0),
        }
    }
}

/// One cell per worker slot.
pub(super) static CELLS: SharedState<Cell> = SharedState::new(c"spock passages", slot_count);

/// What a stream has brought. Times are microseconds since 2000-01-01.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passage {
    /// Every commit of the provider with an earlier time is applied here.
    pub(crate) time: i64,
    /// For each node that the provider hears: up to which time it had applied that node's changes.
    pub(crate) applied: Vec<(NodeId, i64)>,
}

/// The stream of a subscription starts: what an earlier subscription of the slot proved is nothing to it.
pub(crate) fn start(slot: usize, subscription: u32) {
    let Some(cell) = CELLS.get(slot) else { return };
    if cell.subscription.load(Ordering::Acquire) != subscription {
        cell.write(|| {
            cell.time.store(0, Ordering::Relaxed);
            cell.count.store(0, Ordering::Relaxed);
            cell.settled.store(0, Ordering::Relaxed);
            cell.subscription.store(subscription, Ordering::Relaxed);
        });
    }
}

/// The stream has come to a horizon of its provider, and everything before it is applied.
pub(crate) fn note(slot: usize, horizon: &HorizonMessage<'_>) {
    let Some(cell) = CELLS.get(slot) else { return };
    cell.write(|| {
        cell.time.fetch_max(horizon.time, Ordering::Relaxed);
        let mut count = 0;
        for (at, (node, time)) in horizon.applied.iter().take(ROOM).enumerate() {
            cell.nodes[at].store(node.as_oid(), Ordering::Relaxed);
            cell.times[at].store(time, Ordering::Relaxed);
            count += 1;
        }
        cell.count.store(count, Ordering::Relaxed);
    });
    if horizon.asks {
        cell.is_asked.store(true, Ordering::Release);
    }
}

impl Cell {
    fn write(&self, body: impl FnOnce()) {
        let version = self.version.load(Ordering::Relaxed) | 1;
        self.version.store(version, Ordering::Relaxed);
        fence(Ordering::Release);
        body();
        self.version.store(version.wrapping_add(1), Ordering::Release);
    }

    fn read(&self) -> Option<Passage> {
        for _ in 0..1000 {
            let before = self.version.load(Ordering::Acquire);
            let time = self.time.load(Ordering::Relaxed);
            let count = (self.count.load(Ordering::Relaxed) as usize).min(ROOM);
            let applied = self.nodes[..count].iter().zip(&self.times).filter_map(|(node, time)| {
                let node = NodeId::from_oid(node.load(Ordering::Relaxed))?;
                Some((node, time.load(Ordering::Relaxed)))
            });
            let applied: Vec<_> = applied.collect();
            fence(Ordering::Acquire);
            if before & 1 == 0 && before == self.version.load(Ordering::Relaxed) {
                return (time != 0).then_some(Passage { time, applied });
            }
            std::hint::spin_loop();
        }
        // Its writer died inside, or was taken off the processor there: it is asked again soon.
        None
    }
}

fn cell_of(db: u32, subscription: u32) -> Option<&'static Cell> {
    let (id, _) = slots::of_subscription(db, subscription)?;
    let cell = CELLS.get(id.index)?;
    (cell.subscription.load(Ordering::Acquire) == subscription).then_some(cell)
}

/// What the stream of a subscription has brought, if anything.
pub(crate) fn of_subscription(db: u32, subscription: u32) -> Option<Passage> {
    cell_of(db, subscription)?.read()
}

/// Whether a provider of these subscriptions wants to hear from us; asked once.
pub(super) fn take_questions(db: u32, subscriptions: impl Iterator<Item = u32>) -> bool {
    let mut asked = false;
    for cell in subscriptions.filter_map(|subscription| cell_of(db, subscription)) {
        asked |= cell.is_asked.swap(false, Ordering::AcqRel);
    }
    asked
}

/// Works the settled times of a database's streams out. `local` is its node, `streams` its
/// subscriptions with their providers. Where one of them `forwards`, changes and deletes come of nodes
/// that no horizon here tells of: nothing is settled. Streams that are behind `oldest`, if there is such
/// a time, can read deletes from the log.
pub(super) fn settle(
    db: u32,
    manager: usize,
    local: NodeId,
    streams: &[(u32, NodeId)],
    forwards: bool,
    oldest: Option<i64>,
) {
    let oldest = oldest.filter(|_| !forwards);
    let everybody = || std::iter::once(local).chain(streams.iter().map(|(_, node)| *node));
    let mut least = i64::MAX;
    let mut readable = i64::MAX;
    for (subscription, provider) in streams {
        let cell = cell_of(db, *subscription);
        let passage = cell.and_then(Cell::read).filter(|_| !forwards);
        if let Some(oldest) = oldest {
            let (passed, said) =
                passage.as_ref().map_or((0, &[][..]), |it| (it.time, it.applied.as_slice()));
            let of_it = passage::readable_for(*provider, passed, said, everybody(), oldest);
            readable = readable.min(of_it.unwrap_or(i64::MAX));
        }
        let settled = passage.map_or(0, |passage| {
            passage::applied_by(*provider, &passage.applied, everybody())
                .map_or(0, |applied| applied.min(passage.time))
        });
        if let Some(cell) = cell {
            cell.settled.store(settled, Ordering::Release);
        }
        least = least.min(settled);
    }
    if let Some(cell) = CELLS.get(manager) {
        let settled = if streams.is_empty() { 0 } else { least };
        cell.settled.store(settled, Ordering::Release);
        let readable = if oldest.is_some() { readable } else { settled };
        cell.readable.store(readable, Ordering::Release);
    }
}

/// No change that is still to come by the stream can be older than a delete of an earlier time, nor
/// have been made without knowing of it; `None` when nothing is proved.
pub(crate) fn settled(db: u32, subscription: u32) -> Option<i64> {
    cell_of(db, subscription)
        .map(|cell| cell.settled.load(Ordering::Acquire))
        .filter(|time| *time != 0)
}

/// The same of all streams of the database with that manager.
pub(super) fn settled_in_database(manager: usize) -> Option<i64> {
    CELLS.get(manager).map(|cell| cell.settled.load(Ordering::Acquire)).filter(|time| *time != 0)
}

/// Rows that were deleted on this server before that time need not stay readable for any stream; `None`
/// when nothing is proved. As the settled time of all streams, but streams and nodes that are further
/// behind than rows are kept in any case do not count: they have the deletes from the log
/// ([`super::own_log`]), and writers do not pay for them.
pub(super) fn readable_until() -> Option<i64> {
    slots::list(|slot| slot.kind == Kind::Manager && slot.subscriptions > 0)
        .iter()
        .map(|(id, _)| CELLS.get(id.index).map_or(0, |cell| cell.readable.load(Ordering::Acquire)))
        .min()
        .filter(|time| *time != 0)
}
