//! What a transaction changed that workers must learn of, told to them when it has committed.
//!
//! SQL functions only leave notes here; the transaction callback sends them: after a commit, when the
//! rows are visible to the one who is woken, and never after a rollback. Holds on slots
//! ([`super::control::stop`]) end with the transaction, whatever way it ends.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::pg::bgworker::my_pid;
use crate::pg::callbacks::{self, XactEvent, XactWatcher};
use crate::pg::database::my_database;
use crate::pg::latch;

use super::control;
use super::slots::{self, Kind, SLOTS, SlotId};

#[derive(Default)]
struct Notes {
    catalog: bool,
    recheck: Vec<u32>,
    recheck_all: bool,
    restarts: Vec<u32>,
    holds: Vec<SlotId>,
}

/// There are notes. Looked at in each transaction, so not a thread-local cell.
static DIRTY: AtomicBool = AtomicBool::new(false);

thread_local! {
    static NOTES: RefCell<Notes> = RefCell::default();
}

/// Sends the notes of the transaction that ends.
pub(super) static WATCHER: XactWatcher =
    XactWatcher { interested: |_| DIRTY.load(Ordering::Relaxed), act: on_transaction };

fn note(change: impl FnOnce(&mut Notes)) {
    DIRTY.store(true, Ordering::Relaxed);
    callbacks::want_end();
    NOTES.with_borrow_mut(change);
}

/// Subscriptions, nodes or sync states of this database change: its manager looks after the commit.
pub(crate) fn catalog_changed() {
    note(|notes| notes.catalog = true);
}

/// The worker of this subscription starts anew after the commit (its options changed).
pub(crate) fn restart_after_commit(sub: u32) {
    note(|notes| {
        notes.catalog = true;
        if !notes.restarts.contains(&sub) {
            notes.restarts.push(sub);
        }
    });
}

/// The extension comes or goes in this database: the supervisor looks after the commit.
pub(crate) fn extension_changed() {
    note(|notes| {
        notes.catalog = true;
        notes.recheck.push(my_database());
    });
}

/// A database comes, goes or is renamed: the supervisor looks at all after the commit.
pub(crate) fn databases_changed() {
    note(|notes| notes.recheck_all = true);
}

/// A slot that this transaction holds: it is let go at the end of the transaction.
pub(super) fn holds(id: SlotId) {
    note(|notes| notes.holds.push(id));
}

fn on_transaction(event: XactEvent) {
    if matches!(event, XactEvent::PreCommit | XactEvent::PrePrepare) {
        return;
    }
    DIRTY.store(false, Ordering::Relaxed);
    let notes = NOTES.take();
    for id in &notes.holds {
        slots::update(*id, |slot| {
            if slot.held_by == my_pid() {
                slot.held_by = 0;
            }
        });
    }
    // What a prepared transaction changed is found by the managers' own regular look.
    if event == XactEvent::Commit {
        for sub in notes.restarts {
            control::ask_to_stop(|slot| {
                slot.kind == Kind::Apply && slot.db == my_database() && slot.sub == sub
            });
        }
        if !notes.recheck.is_empty() || notes.recheck_all {
            ask_supervisor(&notes.recheck, notes.recheck_all);
        }
    }
    if event == XactEvent::Commit && notes.catalog || !notes.holds.is_empty() {
        control::wake_manager(my_database());
        if !notes.holds.is_empty() {
            ask_supervisor(&[], false);
        }
    }
}

/// Puts databases on the supervisor's list and wakes it.
fn ask_supervisor(databases: &[u32], all: bool) {
    let supervisor = SLOTS.write(|header, _| {
        header.recheck_all |= all;
        for db in databases {
            if header.recheck[..header.rechecks].contains(db) {
                continue;
            }
            match header.recheck.get_mut(header.rechecks) {
                Some(place) => {
                    *place = *db;
                    header.rechecks += 1;
                }
                None => header.recheck_all = true,
            }
        }
        header.supervisor_pid
    });
    latch::wake(supervisor.unwrap_or(0));
}
