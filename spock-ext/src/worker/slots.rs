//! The slots: what shared memory knows of every worker of the extension.
//!
//! A slot belongs to one manager (of a database), one subscription or one table being copied. It is
//! reserved before the worker is asked for and stays reserved while its subscription exists, so that
//! status, reason of the last stop and restart bookkeeping survive restarts. The generation rises
//! whenever a slot changes hands or its worker is started: a process that comes late, with an older
//! generation, does not take the slot.
//!
//! All access goes through one lightweight lock, held for a few copies at most. How far an apply worker
//! has come is written once per transaction and therefore lies outside of it, in [`super::progress`].

use crate::pg::bgworker::my_pid;
use crate::pg::shmem::{SharedTable, max_worker_processes};

use super::text::Text;

/// Whom a slot is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nobody.
    Free,
    /// The manager of a database.
    Manager,
    /// The apply worker of a subscription.
    Apply,
    /// A worker that copies one table of a subscription.
    Sync,
}

/// Where its worker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Reserved, never started.
    Idle,
    /// Asked for.
    Starting,
    /// Attached to the slot.
    Running,
    /// Asked to end.
    Stopping,
    /// Ended as it should.
    Stopped,
    /// Ended with an error; see `last_error`.
    Failed,
}

impl Status {
    /// The word that `spock.get_apply_worker_status()` shows.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Starting | Self::Running => "running",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
        }
    }

    /// True while a process is there or on its way.
    pub(crate) fn is_live(self) -> bool {
        matches!(self, Self::Starting | Self::Running | Self::Stopping)
    }
}

/// One slot. Times called `_at` are the server's (microseconds since 2000-01-01), for people; those
/// called `_steady` are of [`super::steady`], for delays. 0 is never.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    pub(crate) kind: Kind,
    pub(crate) status: Status,
    pub(crate) generation: u32,
    pub(crate) db: u32,
    pub(crate) sub: u32,
    /// Name of the subscription; of the local node in a manager's slot (empty: no node).
    pub(crate) name: Text<64>,
    /// Schema and name of the table that a sync worker copies.
    pub(crate) schema: Text<64>,
    pub(crate) table: Text<64>,
    /// Process, or 0.
    pub(crate) pid: i32,
    /// Not to be started while this process holds it (0: nobody does).
    pub(crate) held_by: i32,
    /// The worker was asked to stop or to start anew: its end is no failure and waits for nothing.
    pub(crate) asked: bool,
    /// The worker has reached its provider and started a stream.
    pub(crate) streams: bool,
    /// The worker lives and does nothing: see [`super::pause`].
    pub(crate) paused: bool,
    /// The provider's commits wait for this subscription, and this node's for one of the provider.
    pub(crate) waits_both_ways: bool,
    /// It waits for a lock of this process, whose commit waits for a synchronous subscriber; or 0.
    pub(crate) blocked_by: i32,
    /// The task is done: a table is copied, a database has no extension.
    pub(crate) done: bool,
    pub(crate) started_at: i64,
    pub(crate) started_steady: i64,
    pub(crate) stopped_at: i64,
    /// A manager read the catalog.
    pub(crate) looked_steady: i64,
    /// Subscriptions of the database, enabled or not; in a manager's slot.
    pub(crate) subscriptions: u32,
    /// Failures in a row.
    pub(crate) failures: u32,
    /// Not to be started before.
    pub(crate) next_start_steady: i64,
    pub(crate) last_logged_steady: i64,
    pub(crate) last_error_at: i64,
    /// SQLSTATE and message of the last failure, passwords masked.
    pub(crate) last_error_code: Text<8>,
    pub(crate) last_error: Text<512>,
}

impl Slot {
    const fn free() -> Self {
        Self {
            kind: Kind::Free,
            status: Status::Idle,
            generation: 0,
            db: 0,
            sub: 0,
            name: Text::EMPTY,
            schema: Text::EMPTY,
            table: Text::EMPTY,
            pid: 0,
            held_by: 0,
            asked: false,
            streams: false,
            paused: false,
            waits_both_ways: false,
            blocked_by: 0,
            done: false,
            started_at: 0,
            started_steady: 0,
            stopped_at: 0,
            looked_steady: 0,
            subscriptions: 0,
            failures: 0,
            next_start_steady: 0,
            last_logged_steady: 0,
            last_error_at: 0,
            last_error_code: Text::EMPTY,
            last_error: Text::EMPTY,
        }
    }

    fn is_for(&self, owner: &Owner<'_>) -> bool {
        self.kind == owner.kind
            && self.db == owner.db
            && self.sub == owner.sub
            && self.schema.as_str() == owner.schema
            && self.table.as_str() == owner.table
    }
}

/// Whom a slot is reserved for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Owner<'a> {
    pub(crate) kind: Kind,
    pub(crate) db: u32,
    pub(crate) sub: u32,
    pub(crate) schema: &'a str,
    pub(crate) table: &'a str,
}

impl<'a> Owner<'a> {
    /// The manager of a database.
    pub(crate) fn manager(db: u32) -> Self {
        Self { kind: Kind::Manager, db, sub: 0, schema: "", table: "" }
    }

    /// The apply worker of a subscription.
    pub(crate) fn apply(db: u32, sub: u32) -> Self {
        Self { kind: Kind::Apply, db, sub, schema: "", table: "" }
    }

    /// The worker that copies a table.
    pub(crate) fn sync(db: u32, sub: u32, schema: &'a str, table: &'a str) -> Self {
        Self { kind: Kind::Sync, db, sub, schema, table }
    }
}

/// Which slot, in which generation: what a worker and its starter hold on to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SlotId {
    pub(crate) index: usize,
    pub(crate) generation: u32,
}

/// Databases that the supervisor is asked to look at again.
const RECHECKS: usize = 32;

/// What is there once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    pub(crate) supervisor_pid: i32,
    /// Databases to look at again, filled up to `rechecks`.
    pub(crate) recheck: [u32; RECHECKS],
    pub(crate) rechecks: usize,
    /// The list ran over, or a new database came: look at all.
    pub(crate) recheck_all: bool,
}

/// The table in shared memory.
pub(crate) static SLOTS: SharedTable<Header, Slot> = SharedTable::new(
    c"spock worker slots",
    slot_count,
    || Header { supervisor_pid: 0, recheck: [0; RECHECKS], rechecks: 0, recheck_all: false },
    Slot::free,
);

/// Twice the workers that can run, so that subscriptions which do not run keep their slots.
pub(crate) fn slot_count() -> usize {
    2 * max_worker_processes() + 16
}

/// Finds the slot of an owner, or reserves one; `None` when all are taken.
pub(crate) fn reserve(owner: &Owner<'_>, name: &str) -> Option<SlotId> {
    SLOTS
        .write(|_, slots| {
            if let Some(index) = slots.iter().position(|slot| slot.is_for(owner)) {
                if !name.is_empty() {
                    slots[index].name = Text::new(name);
                }
                return Some(SlotId { index, generation: slots[index].generation });
            }
            let index = slots.iter().position(|slot| slot.kind == Kind::Free)?;
            let generation = slots[index].generation.wrapping_add(1);
            slots[index] = Slot {
                kind: owner.kind,
                generation,
                db: owner.db,
                sub: owner.sub,
                name: Text::new(name),
                schema: Text::new(owner.schema),
                table: Text::new(owner.table),
                ..Slot::free()
            };
            Some(SlotId { index, generation })
        })
        .flatten()
}

/// Gives a slot back, unless its worker lives or it changed hands.
pub(crate) fn free(id: SlotId) -> bool {
    SLOTS
        .write(|_, slots| match slots.get_mut(id.index) {
            Some(slot) if slot.generation == id.generation && !slot.status.is_live() => {
                *slot = Slot { generation: slot.generation.wrapping_add(1), ..Slot::free() };
                true
            }
            _ => false,
        })
        .unwrap_or(false)
}

/// A copy of one slot.
pub(crate) fn get(index: usize) -> Option<Slot> {
    SLOTS.read(|_, slots| slots.get(index).copied()).flatten()
}

/// Copies of all slots in use that `wanted` picks, with their places.
pub(crate) fn list(wanted: impl Fn(&Slot) -> bool) -> Vec<(SlotId, Slot)> {
    // Collected outside of the lock: nothing may allocate much (and raise) inside.
    let mut found = Vec::with_capacity(slot_count());
    SLOTS.read(|_, slots| {
        for (index, slot) in slots.iter().enumerate() {
            if slot.kind != Kind::Free && wanted(slot) {
                found.push((SlotId { index, generation: slot.generation }, *slot));
            }
        }
    });
    found
}

/// The slot of a subscription of a database, wherever its worker stands.
pub(crate) fn of_subscription(db: u32, sub: u32) -> Option<(SlotId, Slot)> {
    let owner = Owner::apply(db, sub);
    find(|slot| slot.is_for(&owner))
}

/// The slot of the manager of a database.
pub(crate) fn of_manager(db: u32) -> Option<(SlotId, Slot)> {
    let owner = Owner::manager(db);
    find(|slot| slot.is_for(&owner))
}

fn find(wanted: impl Fn(&Slot) -> bool) -> Option<(SlotId, Slot)> {
    SLOTS
        .read(|_, slots| {
            let (index, slot) = slots.iter().enumerate().find(|(_, slot)| wanted(slot))?;
            Some((SlotId { index, generation: slot.generation }, *slot))
        })
        .flatten()
}

/// Changes a slot if it still is of that generation.
pub(crate) fn update<T>(id: SlotId, change: impl FnOnce(&mut Slot) -> T) -> Option<T> {
    SLOTS
        .write(|_, slots| {
            let slot = slots.get_mut(id.index)?;
            (slot.generation == id.generation).then(|| change(slot))
        })
        .flatten()
}

/// Status of the apply worker of a subscription of this database, for `sub_show_status` and the like.
pub(crate) fn status_of(sub: u32) -> Option<Slot> {
    of_subscription(crate::pg::database::my_database(), sub).map(|(_, slot)| slot)
}

/// Marks a slot as being started and returns it in its new generation; `None` when that may not be:
/// it changed hands, is held, or a process lives.
pub(crate) fn begin_start(id: SlotId) -> Option<SlotId> {
    update(id, |slot| {
        if slot.status.is_live() || slot.held_by != 0 {
            return None;
        }
        slot.generation = slot.generation.wrapping_add(1);
        slot.status = Status::Starting;
        slot.asked = false;
        slot.streams = false;
        slot.paused = false;
        slot.waits_both_ways = false;
        slot.blocked_by = 0;
        slot.done = false;
        slot.pid = 0;
        slot.started_at = super::now();
        slot.started_steady = super::steady();
        Some(SlotId { index: id.index, generation: slot.generation })
    })
    .flatten()
}

/// A worker takes the slot it was started for. `None` when nobody waits for it any more.
pub(crate) fn attach(index: usize) -> Option<(SlotId, Slot)> {
    SLOTS
        .write(|_, slots| {
            let slot = slots.get_mut(index)?;
            if slot.status != Status::Starting || slot.pid != 0 {
                return None;
            }
            if slot.asked {
                slot.asked = false;
                slot.status = Status::Stopped;
                return None;
            }
            slot.status = Status::Running;
            slot.pid = my_pid();
            Some((SlotId { index, generation: slot.generation }, *slot))
        })
        .flatten()
}
