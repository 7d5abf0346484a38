//! The supervisor: one process per cluster that keeps a manager in every database with the extension.
//!
//! It is connected to no database and cannot see which ones have the extension. So it sends a manager
//! into each database once; one that finds nothing ends, and its database is remembered until the
//! extension is created there (the session that creates it says so) or some minutes have passed.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use pgrx::{PgLogLevel, PgSqlErrorCode};

use crate::pg::bgworker::{self, Handle, Launch, Life};
use crate::pg::database::{self, Database};
use crate::pg::error::SpockError;
use crate::pg::latch::{self, Wake};
use crate::pg::{callbacks, hooks, requirements};

use super::manager::bury_one;
use super::retention::Retention;
use super::slots::{self, Kind, Owner, SLOTS, SlotId};
use super::{clock, failure, micros, pause, saved_state, steady};

/// Between two rounds when nobody wakes the supervisor.
const ROUND: Duration = Duration::from_secs(1);
/// Between two short looks in a round: what they see must not wait for a round.
const GLANCE: Duration = Duration::from_millis(250);
/// Between two looks at the list of databases when nobody says that it changed.
const LIST_DATABASES: Duration = Duration::from_secs(30);
/// Before a database without the extension is looked into again, in case that a notice was lost.
const LOOK_AGAIN: Duration = Duration::from_secs(600);
/// Between two complaints about too few worker processes.
const COMPLAIN_AGAIN: Duration = Duration::from_secs(60);
/// Managers on their way at the same time: a cluster of a thousand databases is not stormed.
const STARTING_AT_ONCE: usize = 4;

/// Entry of the supervisor.
pub(super) fn main() {
    bgworker::accept_signals();
    hooks::this_is_a_worker();
    callbacks::before_exit(|| {
        saved_state::save_for_good();
        SLOTS.write(|header, _| header.supervisor_pid = 0);
    });
    bgworker::connect(None);
    for unmet in requirements::unmet_by_node() {
        unmet.report(PgLogLevel::WARNING);
    }
    SLOTS.write(|header, _| header.supervisor_pid = bgworker::my_pid());
    if let Err(error) = bgworker::transaction(clock::restore) {
        pgrx::error!("spock cannot read the newest commit times: {}", error.message);
    }
    let mut supervisor = Supervisor::default();
    loop {
        bgworker::reload_config_if_asked();
        supervisor.round();
        supervisor.rest();
    }
}

#[derive(Default)]
struct Supervisor {
    databases: Vec<Database>,
    /// Steady time of the last look at the list; `None` when it must be looked at now.
    listed_at: Option<i64>,
    complained_at: Option<i64>,
    /// Databases without the extension, and when to look again.
    without: HashMap<u32, i64>,
    handles: HashMap<usize, (SlotId, Handle)>,
    retention: Retention,
}

impl Supervisor {
    fn round(&mut self) {
        self.take_notes();
        if self.listed_at.is_none_or(|at| steady() - at > micros(LIST_DATABASES)) {
            match bgworker::transaction(database::connectable) {
                Ok(databases) => {
                    self.databases = databases;
                    self.listed_at = Some(steady());
                    self.forget_dropped();
                }
                Err(error) => pgrx::warning!("spock supervisor: {}", error.message),
            }
        }
        self.bury();
        // Before any worker can look for a deleted row.
        self.retention.round(self.is_settled());
        self.start_managers();
        saved_state::save();
    }

    /// Waits for the next round.
    fn rest(&mut self) {
        let until = steady() + micros(ROUND);
        while steady() < until {
            if latch::wait(GLANCE) == Wake::Latch {
                return;
            }
            self.retention.sample();
            saved_state::save();
        }
    }

    /// Whether every database has said what it has.
    fn is_settled(&self) -> bool {
        let looked = |database: &Database| {
            slots::of_manager(database.oid).is_some_and(|(_, slot)| {
                slot.looked_steady > 0 && slot.looked_steady >= slot.started_steady
            })
        };
        self.listed_at.is_some()
            && self
                .databases
                .iter()
                .all(|database| self.without.contains_key(&database.oid) || looked(database))
    }

    /// Takes over what sessions have put on the list.
    fn take_notes(&mut self) {
        let notes = SLOTS.write(|header, _| {
            let notes = (header.recheck, header.rechecks, header.recheck_all);
            header.rechecks = 0;
            header.recheck_all = false;
            notes
        });
        let Some((databases, count, all)) = notes else { return };
        if all {
            self.without.clear();
        }
        for db in &databases[..count] {
            self.without.remove(db);
        }
        if all || count > 0 {
            self.listed_at = None;
        }
    }

    fn forget_dropped(&mut self) {
        let there: HashSet<u32> = self.databases.iter().map(|database| database.oid).collect();
        self.without.retain(|db, _| there.contains(db));
        pause::forget_dropped(|db| there.contains(&db));
        for (id, slot) in slots::list(|slot| !there.contains(&slot.db)) {
            if slots::free(id) {
                clock::nodes_changed();
                self.handles.remove(&id.index);
            } else if slot.kind != Kind::Manager {
                bury_one(id, &slot, false);
            }
        }
    }

    fn bury(&mut self) {
        self.handles.retain(|_, (id, handle)| {
            if handle.life() != Life::Stopped {
                return true;
            }
            if slots::update(*id, |slot| slot.status.is_live()).unwrap_or(false) {
                failure::record_no_show(*id, "the manager could not be started");
            }
            false
        });
        for (id, slot) in slots::list(|slot| slot.kind == Kind::Manager) {
            bury_one(id, &slot, self.handles.contains_key(&id.index));
            if slot.done && !slot.status.is_live() && slots::free(id) {
                clock::nodes_changed();
                self.without.insert(slot.db, steady() + micros(LOOK_AGAIN));
            }
        }
    }

    fn start_managers(&mut self) {
        let now = steady();
        // A manager that has looked at its catalog is settled; the others are on their way.
        let on_the_way = slots::list(|slot| {
            slot.kind == Kind::Manager
                && slot.status.is_live()
                && slot.looked_steady < slot.started_steady
        });
        let mut room = STARTING_AT_ONCE.saturating_sub(on_the_way.len());
        for Database { oid, name } in self.databases.clone() {
            if room == 0 {
                return;
            }
            if self.without.get(&oid).is_some_and(|look_again| *look_again > now) {
                continue;
            }
            let Some(id) = slots::reserve(&Owner::manager(oid), "") else {
                self.complain(&format!("no worker slot is free for database \"{name}\""));
                return;
            };
            let due = slots::get(id.index).is_some_and(|slot| {
                !slot.status.is_live() && slot.held_by == 0 && slot.next_start_steady <= now
            });
            if !due {
                continue;
            }
            let Some(id) = slots::begin_start(id) else { continue };
            let launch = Launch {
                title: format!("spock manager {oid}"),
                entry: "spock_manager_main",
                slot: id.index,
            };
            room -= 1;
            match bgworker::start_dynamic(&launch) {
                Some(handle) => {
                    self.handles.insert(id.index, (id, handle));
                }
                None => {
                    failure::record_no_room(id);
                    self.complain(&format!("no background worker is free for database \"{name}\""));
                    return;
                }
            }
        }
    }

    /// Says, not too often, that the server is too small.
    fn complain(&mut self, what: &str) {
        if self.complained_at.is_none_or(|at| steady() - at > micros(COMPLAIN_AGAIN)) {
            self.complained_at = Some(steady());
            SpockError::new(
                PgSqlErrorCode::ERRCODE_CONFIGURATION_LIMIT_EXCEEDED,
                format!("spock supervisor: {what}"),
            )
            .hint("Raise max_worker_processes.")
            .report(PgLogLevel::WARNING);
        }
    }
}
