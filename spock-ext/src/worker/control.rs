//! Stopping, restarting and waking workers from any process of the server.
//!
//! A stop by [`stop`] holds the slot until the caller's transaction ends: until then the manager
//! still sees the old catalog rows and would start the worker again.

use std::time::{Duration, Instant};

use pgrx::PgSqlErrorCode;

use crate::pg::bgworker::my_pid;
use crate::pg::database::my_database;
use crate::pg::error::SpockError;
use crate::pg::latch;

use super::slots::{self, Kind, Owner, SLOTS, Slot, SlotId, Status};
use super::{notify, steady};

/// How often a waiting caller looks at the slots.
const POLL: Duration = Duration::from_millis(20);

/// Wakes the manager of a database, if there is one.
pub(crate) fn wake_manager(db: u32) {
    if let Some((_, slot)) = slots::of_manager(db) {
        latch::wake(slot.pid);
    }
}

/// Wakes the supervisor, if it runs.
pub(super) fn wake_supervisor() {
    latch::wake(SLOTS.read(|header, _| header.supervisor_pid).unwrap_or(0));
}

/// Asks the manager of a database to read the catalog again, waits until it has, and returns its slot:
/// as it is when no manager runs or none answers in time.
pub(super) fn fresh_look(db: u32, timeout: Duration) -> Option<Slot> {
    let asked = steady();
    let until = Instant::now() + timeout;
    loop {
        let (_, slot) = slots::of_manager(db)?;
        if slot.looked_steady > asked || !slot.status.is_live() || Instant::now() >= until {
            return Some(slot);
        }
        latch::wake(slot.pid);
        latch::wait(POLL);
    }
}

/// Wakes whoever looks after the worker of a slot: the supervisor for managers, else the manager.
pub(super) fn wake_keeper(id: SlotId, db: u32) {
    if slots::get(id.index).is_some_and(|slot| slot.kind == Kind::Manager) {
        wake_supervisor();
    } else {
        wake_manager(db);
    }
}

/// Asks the workers of the chosen slots to end, without waiting, and returns the slots. Their end counts
/// as no failure, and what is still wanted starts again at once.
pub(super) fn ask_to_stop(chosen: impl Fn(&Slot) -> bool) -> Vec<SlotId> {
    mark(chosen, 0)
}

fn mark(chosen: impl Fn(&Slot) -> bool, holder: i32) -> Vec<SlotId> {
    let mut ids = Vec::with_capacity(slots::slot_count());
    let mut pids = Vec::with_capacity(slots::slot_count());
    SLOTS.write(|_, slots| {
        for (index, slot) in slots.iter_mut().enumerate() {
            if slot.kind == Kind::Free || !chosen(slot) {
                continue;
            }
            slot.failures = 0;
            slot.next_start_steady = 0;
            if holder != 0 {
                slot.held_by = holder;
            }
            if slot.status.is_live() {
                slot.asked = true;
                if slot.pid != 0 {
                    slot.status = Status::Stopping;
                    pids.push(slot.pid);
                }
            }
            ids.push(SlotId { index, generation: slot.generation });
        }
    });
    for pid in pids {
        latch::terminate(pid);
    }
    ids
}

/// Stops all workers of a subscription of this database and waits until they are gone. They do not
/// come back before this transaction ends.
pub(crate) fn stop(sub: u32, timeout: Duration) -> Result<(), SpockError> {
    let db = my_database();
    // A slot is needed to hold, also when the worker was never started.
    let _ = slots::reserve(&Owner::apply(db, sub), "");
    stop_chosen(
        move |slot| slot.db == db && slot.sub == sub && slot.kind != Kind::Manager,
        timeout,
        || format!("workers of subscription {sub}"),
    )
}

/// Stops the workers of this database, without its manager, and waits until they are gone. They do
/// not come back before this transaction ends.
pub(super) fn stop_all_but_manager(timeout: Duration) -> Result<(), SpockError> {
    let db = my_database();
    stop_chosen(
        move |slot| slot.db == db && slot.kind != Kind::Manager,
        timeout,
        || "the spock workers of this database".to_owned(),
    )
}

/// Stops the manager of a database and waits until it is gone; it does not come back before this
/// transaction ends.
pub(super) fn stop_manager(db: u32, timeout: Duration) -> Result<(), SpockError> {
    stop_chosen(
        move |slot| slot.db == db && slot.kind == Kind::Manager,
        timeout,
        || format!("the spock manager of database {db}"),
    )
}

fn stop_chosen(
    chosen: impl Fn(&Slot) -> bool,
    timeout: Duration,
    what: impl Fn() -> String,
) -> Result<(), SpockError> {
    // A worker that replays the statement does not wait for itself.
    let ids = mark(|slot| chosen(slot) && slot.pid != my_pid(), my_pid());
    for id in &ids {
        notify::holds(*id);
    }
    wait_until_stopped(&ids, timeout, what)
}

fn wait_until_stopped(
    ids: &[SlotId],
    timeout: Duration,
    what: impl Fn() -> String,
) -> Result<(), SpockError> {
    let until = Instant::now() + timeout;
    loop {
        let live = ids.iter().any(|id| {
            slots::get(id.index).is_some_and(|slot| {
                slot.generation == id.generation
                    && slot.status.is_live()
                    && (slot.pid == 0 || latch::is_alive(slot.pid))
            })
        });
        if !live {
            return Ok(());
        }
        if Instant::now() >= until {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_OBJECT_IN_USE,
                format!("timed out waiting for {} to stop", what()),
            ));
        }
        latch::wait(POLL);
    }
}

/// Asks the manager to copy a table with a worker of its own. Returns false when no slot is free; asking
/// again for a table being copied changes nothing.
pub(crate) fn request_sync(sub: u32, schema: &str, table: &str) -> bool {
    let db = my_database();
    let Some(id) = slots::reserve(&Owner::sync(db, sub, schema, table), "") else { return false };
    // A worker that has just done this may not have been cleared away yet: it is wanted once more.
    slots::update(id, |slot| {
        if !slot.status.is_live() {
            slot.done = false;
        }
    });
    wake_manager(db);
    true
}

/// The sync worker of a table, if one is reserved: its status and last error.
pub(crate) fn sync_slot(sub: u32, schema: &str, table: &str) -> Option<Slot> {
    let db = my_database();
    let found = slots::list(|slot| {
        slot.kind == Kind::Sync
            && slot.db == db
            && slot.sub == sub
            && slot.schema.as_str() == schema
            && slot.table.as_str() == table
    });
    found.first().map(|(_, slot)| *slot)
}

/// Gives up the copy of a table: its worker is asked to end and does not come back.
pub(crate) fn cancel_sync(sub: u32, schema: &str, table: &str) {
    let db = my_database();
    let ids = ask_to_stop(|slot| {
        slot.kind == Kind::Sync
            && slot.db == db
            && slot.sub == sub
            && slot.schema.as_str() == schema
            && slot.table.as_str() == table
    });
    for id in ids {
        slots::update(id, |slot| slot.done = true);
        slots::free(id);
    }
    wake_manager(db);
}
