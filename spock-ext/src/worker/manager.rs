//! The manager of one database: compares the subscriptions with the workers, and acts.
//!
//! It looks at the catalog when it is woken (a change was committed, a worker ended), when a restart is
//! due, and every few seconds anyway. It ends by itself when the extension is gone.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::catalog::{
    copied_changes, dead_row, exceptions, queue, relations, resolutions, truncation,
    version_override,
};
use crate::pg::bgworker::{self, Handle, Launch, Life};
use crate::pg::latch::{self, Wake};
use crate::pg::{database, logical_slot};
use crate::sequence::push::Pusher;
use crate::settings;

use spock_core::oid::NodeId;

use super::announce::{self, Announcer};
use super::commit_waits::CommitWaits;
use super::own_log::OwnLog;

use super::slots::{self, Kind, Owner, Slot, SlotId, Status};
use super::text::Text;
use super::wanted::{self, Wanted};
use super::{clock, control, entry, failure, micros, passages, progress, statistics, steady};

/// Longest time between two looks at the catalog.
const REGULAR_LOOK: Duration = Duration::from_secs(5);
/// The same while no log is kept for streams that may need it.
const EAGER_LOOK: Duration = Duration::from_secs(1);
/// How long the workers may take to end when the extension is dropped.
const FAREWELL: Duration = Duration::from_secs(10);
/// How often old rows of the logs are removed.
const PRUNING: Duration = Duration::from_secs(24 * 60 * 60);
/// How often a full table of counters is looked through for tables that are gone.
const TIDYING: Duration = Duration::from_secs(60);
/// How often version overrides that no longer matter are removed.
const OVERRIDE_PRUNING: Duration = Duration::from_secs(60 * 60);
/// How often old rows of `spock.dead_row` are.
const PURGING: Duration = Duration::from_secs(10 * 60);

/// Between two looks whether commits in progress are over, in microseconds.
const COMMIT_POLL: i64 = 5_000;

/// Entry of the manager.
pub(super) fn main(index: usize) {
    let Some((id, row)) = entry::begin(index) else { return };
    let mut team = Team {
        db: row.db,
        me: id,
        began: steady(),
        handles: HashMap::new(),
        origins: Vec::new(),
        number: None,
        pruned: 0,
        pruned_by: [-1; 3],
        counted: 0,
        overrides_pruned: 0,
        purged: 0,
        node: None,
        streams: Vec::new(),
        forwards: false,
        is_heard: false,
        announcer: Announcer::default(),
        commit_waits: CommitWaits::default(),
        sequences: Pusher::default(),
        log: OwnLog::default(),
    };
    if let Err(error) = bgworker::transaction(wanted::upgrade_extension) {
        let library = crate::version::text();
        pgrx::warning!("spock: the extension was not upgraded to {library}: {}", error.message);
    }
    if let Err(error) = bgworker::transaction(wanted::note_dead_rows) {
        failure::log(id, &row, &error.message, error.detail.as_deref());
    }
    loop {
        bgworker::reload_config_if_asked();
        let pause = match bgworker::transaction(wanted::read) {
            Ok(Some(wanted)) => {
                team.note_node(&wanted);
                team.note_number(wanted.number);
                team.reconcile(&wanted);
                team.keep_log(&wanted);
                team.purge_dead_rows(&wanted);
                team.origins = wanted.origins;
                (team.node, team.streams) = (wanted.id, wanted.streams);
                (team.forwards, team.is_heard) = (wanted.forwards, wanted.is_heard);
                team.sequences.set_members(&wanted.sequences);
                team.prune();
                team.tidy_statistics();
                team.next_look()
            }
            Ok(None) => {
                team.farewell();
                failure::ends_done();
                return;
            }
            // The extension was dropped after we had seen it: the next look says so.
            Err(_) if is_gone() => Duration::ZERO,
            Err(error) => {
                failure::log(id, &row, &error.message, error.detail.as_deref());
                REGULAR_LOOK
            }
        };
        team.rest(pause);
    }
}

/// Whether the extension is not there any more.
fn is_gone() -> bool {
    bgworker::transaction(|| database::has_extension(c"spock")).is_ok_and(|exists| !exists)
}

struct Team {
    db: u32,
    me: SlotId,
    /// By the steady clock.
    began: i64,
    /// Workers that this process started, by slot.
    handles: HashMap<usize, (SlotId, Handle)>,
    /// Origins of the subscriptions last seen: given back when the extension is dropped.
    origins: Vec<String>,
    /// Number of this node in snowflake values, as far as there is one.
    number: Option<u16>,
    /// When old rows were removed last, by the steady clock, and by which settings.
    pruned: i64,
    pruned_by: [i32; 3],
    /// When room for counters was made last.
    counted: i64,
    /// The same of version overrides.
    overrides_pruned: i64,
    /// When old versions of deletes were.
    purged: i64,
    /// The local node, and the subscriptions with their providers.
    node: Option<NodeId>,
    streams: Vec<(u32, NodeId)>,
    forwards: bool,
    /// Somebody reads this database's log.
    is_heard: bool,
    announcer: Announcer,
    commit_waits: CommitWaits,
    sequences: Pusher,
    log: OwnLog,
}

impl Team {
    /// Waits until the catalog is to be looked at again. Meanwhile others are told how far this node is.
    fn rest(&mut self, pause: Duration) {
        let until = steady() + micros(pause);
        loop {
            let mut slice = i64::MAX;
            if let Some(node) = self.node {
                self.commit_waits.turn(self.db);
                let oldest = self.oldest_readable();
                let (db, me) = (self.db, self.me.index);
                passages::settle(db, me, node, &self.streams, self.forwards, oldest);
                if self.is_heard {
                    self.announcer.turn(self.db, &self.streams, steady());
                }
                self.push_sequences();
                slice = if self.announcer.is_busy() { COMMIT_POLL } else { announce::INTERVAL };
                slice = slice.min(self.sequences.pause(steady()));
            }
            let left = until - steady();
            let slice = Duration::from_micros(slice.min(left).max(1000).unsigned_abs());
            if left <= 0 || latch::wait(slice) == Wake::Latch {
                return;
            }
        }
    }

    /// Tells subscribers where the sequences are going to be.
    fn push_sequences(&mut self) {
        if let Err(error) = self.sequences.turn(steady())
            && failure::may_log(self.me)
        {
            pgrx::warning!("subscribers cannot be told of sequences: {}", error.message);
        }
    }

    fn mine(&self) -> Vec<(SlotId, Slot)> {
        slots::list(|slot| slot.db == self.db && slot.kind != Kind::Manager)
    }

    /// Shows the local node's name, and whether it subscribes, in the manager's slot.
    fn note_node(&self, wanted: &Wanted) {
        let name = Text::new(wanted.node.as_deref().unwrap_or(""));
        let subscriptions = u32::try_from(wanted.known.len()).unwrap_or(u32::MAX);
        let changed = slots::update(self.me, |slot| {
            let changed = slot.name.as_str() != name.as_str()
                || (slot.subscriptions == 0) != (subscriptions == 0);
            slot.name = name;
            slot.subscriptions = subscriptions;
            slot.looked_steady = steady();
            changed
        });
        if changed == Some(true) {
            clock::nodes_changed();
            // It saves the list of nodes, and holds deleted rows for subscriptions.
            control::wake_supervisor();
        }
    }

    /// A node that takes another number has its subscribers compare it with theirs.
    fn note_number(&mut self, number: Option<u16>) {
        if number == self.number {
            return;
        }
        if self.number.is_some() && number.is_some() {
            if let Err(error) = bgworker::transaction(wanted::drop_subscribers) {
                pgrx::warning!("spock manager: {}", error.message);
                return;
            }
            control::ask_to_stop(|slot| slot.db == self.db && slot.kind == Kind::Apply);
        }
        self.number = number;
    }

    /// Removes what keeps the versions of rows that no change on its way can meet any more.
    fn prune_overrides(&mut self) {
        if self.overrides_pruned != 0 && steady() - self.overrides_pruned < micros(OVERRIDE_PRUNING)
        {
            return;
        }
        self.overrides_pruned = steady();
        if let Err(error) = bgworker::transaction(version_override::remove_settled) {
            pgrx::warning!(
                "old rows of spock.version_override were not removed: {}",
                error.message
            );
        }
    }

    /// Streams that are behind this time have the deletes from the log, if one is kept.
    fn oldest_readable(&self) -> Option<i64> {
        let hold = micros(settings::retention_hold());
        // Before that nobody can tell which peers are away.
        if steady() - self.began < hold {
            return None;
        }
        let oldest = clock::so_far() - hold;
        (self.log.complete_from()? < oldest).then_some(oldest)
    }

    /// Keeps the log that streams need which are behind.
    fn keep_log(&mut self, wanted: &Wanted) {
        let settled = passages::settled_in_database(self.me.index);
        let is_wanted = !wanted.known.is_empty();
        let (db, log) = (self.db, &mut self.log);
        if let Err(error) = bgworker::transaction(|| log.turn(db, is_wanted, settled)) {
            logical_slot::let_go_of_all();
            if failure::may_log(self.me) {
                pgrx::warning!(
                    "the log that slow and absent peers need cannot be kept: {}",
                    error.message
                );
            }
        }
    }

    /// Removes versions of deletes and truncates that no change can need any more, because all streams are
    /// settled; or where providers do not say so, have come an hour further, which is more than commit
    /// times of one node are out of order.
    fn purge_dead_rows(&mut self, wanted: &Wanted) {
        if self.purged != 0 && steady() - self.purged < micros(PURGING) {
            return;
        }
        self.purged = steady();
        let streams = slots::list(|slot| slot.kind == Kind::Apply && slot.db == self.db);
        let reached = |sub: &u32| {
            let stream = streams.iter().find(|(_, slot)| slot.sub == *sub);
            stream.map_or(0, |(id, _)| progress::read(id.index).remote_commit_ts)
        };
        let oldest = wanted.known.iter().map(reached).min().unwrap_or(i64::MAX);
        let before = passages::settled_in_database(self.me.index)
            .unwrap_or_else(|| oldest.saturating_sub(micros(Duration::from_secs(3600))));
        let purged = bgworker::transaction(|| {
            dead_row::purge(before);
            truncation::purge(before);
            copied_changes::forget_dropped();
        });
        if let Err(error) = purged {
            pgrx::warning!("old versions of deletes were not removed: {}", error.message);
        }
    }

    /// Removes what is older than it is kept, once a day.
    fn prune(&mut self) {
        self.prune_overrides();
        let days = [
            settings::resolutions_retention_days(),
            settings::exception_retention_days(),
            settings::queue_retention_days(),
        ];
        // Somebody who shortens a time wants to see it at work.
        if days == self.pruned_by && steady() - self.pruned < micros(PRUNING) {
            return;
        }
        (self.pruned, self.pruned_by) = (steady(), days);
        type Remove = fn(i32) -> u64;
        let logs: [(&str, Remove); 3] = [
            ("resolutions", resolutions::remove_older_than),
            ("exception_log", exceptions::remove_resolved_before),
            ("queue", queue::remove_older_than),
        ];
        for ((table, remove), days) in logs.into_iter().zip(days) {
            if days == 0 {
                continue;
            }
            if let Err(error) = bgworker::transaction(|| remove(days)) {
                pgrx::warning!("old rows of spock.{table} were not removed: {}", error.message);
            }
        }
    }

    /// Makes room in the table of counters when it is full.
    fn tidy_statistics(&mut self) {
        if steady() - self.counted < micros(TIDYING) || !statistics::is_full() {
            return;
        }
        self.counted = steady();
        let tables = statistics::tables_counted(self.db);
        match bgworker::transaction(|| relations::existing(&tables)) {
            Ok(existing) => {
                let existing: HashSet<u32> = existing.into_iter().collect();
                statistics::forget_tables(self.db, |table| existing.contains(&table));
            }
            Err(error) => pgrx::warning!("spock manager: {}", error.message),
        }
        if statistics::is_full() {
            pgrx::warning!("changes of some tables are not counted: raise spock.stats_max_entries");
        }
    }

    fn reconcile(&mut self, wanted: &Wanted) {
        for (sub, name) in &wanted.enabled {
            if slots::reserve(&Owner::apply(self.db, *sub), name).is_none()
                && failure::may_log(self.me)
            {
                pgrx::warning!("no worker slot is free for subscription \"{name}\"");
            }
        }
        self.bury();
        let enabled: HashSet<u32> = wanted.enabled.iter().map(|(sub, _)| *sub).collect();
        let known: HashSet<u32> = wanted.known.iter().copied().collect();
        let mut syncing: HashMap<u32, usize> = HashMap::new();
        for (_, slot) in self.mine() {
            if slot.kind == Kind::Sync && slot.status.is_live() {
                *syncing.entry(slot.sub).or_default() += 1;
            }
        }
        for (id, slot) in self.mine() {
            if !enabled.contains(&slot.sub) || slot.done && slot.kind == Kind::Sync {
                self.dismiss(id, &slot, known.contains(&slot.sub));
                continue;
            }
            if slot.status.is_live() || slot.held_by != 0 || slot.next_start_steady > steady() {
                continue;
            }
            if slot.kind == Kind::Sync {
                let running = syncing.entry(slot.sub).or_default();
                if *running >= settings::sync_table_workers() {
                    continue;
                }
                *running += 1;
            }
            self.start(id, &slot);
        }
    }

    /// Stops what is not wanted; gives the slot back when its subscription or task is gone.
    fn dismiss(&mut self, id: SlotId, slot: &Slot, known: bool) {
        if slot.status.is_live() {
            if !slot.asked {
                control::ask_to_stop(|other| {
                    other.generation == id.generation
                        && other.kind == slot.kind
                        && other.db == slot.db
                        && other.sub == slot.sub
                        && other.pid == slot.pid
                });
            }
        } else if (!known || slot.kind == Kind::Sync) && slot.held_by == 0 {
            slots::free(id);
            self.handles.remove(&id.index);
            if !known {
                statistics::forget_subscription(self.db, slot.sub);
            }
        } else if slot.status == Status::Failed {
            // Disabled: the reason stays readable, the row of failures is over.
            slots::update(id, |slot| slot.failures = 0);
        }
    }

    fn start(&mut self, id: SlotId, slot: &Slot) {
        let Some(id) = slots::begin_start(id) else { return };
        let launch = match slot.kind {
            Kind::Sync => Launch {
                title: format!("spock sync {} {}:{}", slot.table.as_str(), slot.db, slot.sub),
                entry: "spock_sync_main",
                slot: id.index,
            },
            _ => Launch {
                title: format!("spock apply {}:{}", slot.db, slot.sub),
                entry: "spock_apply_main",
                slot: id.index,
            },
        };
        match bgworker::start_dynamic(&launch) {
            Some(handle) => {
                self.handles.insert(id.index, (id, handle));
            }
            None => {
                let message = failure::record_no_room(id);
                failure::log(id, slot, message, None);
            }
        }
    }

    /// Notices workers that are gone without having said so, and holders that are gone.
    fn bury(&mut self) {
        self.handles.retain(|_, (id, handle)| {
            if handle.life() != Life::Stopped {
                return true;
            }
            if slots::update(*id, |slot| slot.status.is_live()).unwrap_or(false) {
                failure::record_no_show(*id, "the worker could not be started");
            }
            false
        });
        for (id, slot) in self.mine() {
            bury_one(id, &slot, self.handles.contains_key(&id.index));
        }
    }

    /// The extension is gone: ends the workers, and gives back what it would leave behind.
    fn farewell(&self) {
        let db = self.db;
        control::ask_to_stop(|slot| slot.db == db && slot.kind != Kind::Manager);
        let until = steady() + micros(FAREWELL);
        while steady() < until {
            for (id, slot) in self.mine() {
                bury_one(id, &slot, true);
                slots::free(id);
            }
            if self.mine().is_empty() {
                match bgworker::transaction(|| wanted::tidy_up(&self.origins)) {
                    Ok(true) => return,
                    Ok(false) => {}
                    Err(error) => {
                        pgrx::warning!("spock manager: {}", error.message);
                        return;
                    }
                }
            }
            latch::wait(Duration::from_millis(100));
        }
    }

    /// Until the next restart is due, or the regular look.
    fn next_look(&self) -> Duration {
        let now = steady();
        let due = self
            .mine()
            .iter()
            .filter(|(_, slot)| !slot.status.is_live() && slot.next_start_steady > now)
            .map(|(_, slot)| slot.next_start_steady - now)
            .min()
            .unwrap_or(i64::MAX);
        let due = Duration::from_micros(due.unsigned_abs());
        // A subscriber that comes to this node does not say so.
        let regular = if self.log.is_missing(&self.streams) { EAGER_LOOK } else { REGULAR_LOOK };
        due.clamp(Duration::from_millis(10), regular)
    }
}

/// A slot whose process is gone, or whose holder is gone, is set free of them. `has_handle`: the
/// postmaster is asked about a worker that has not come yet, so this need not guess.
pub(super) fn bury_one(id: SlotId, slot: &Slot, has_handle: bool) {
    /// A worker that an earlier manager asked for, and that has not come in this time, never will.
    const NEVER_COMES: Duration = Duration::from_secs(30);
    if slot.held_by != 0 && !latch::is_alive(slot.held_by) {
        slots::update(id, |slot| slot.held_by = 0);
    }
    if !slot.status.is_live() {
        return;
    }
    let gone = if slot.pid != 0 {
        !latch::is_alive(slot.pid)
    } else {
        !has_handle && steady() - slot.started_steady > micros(NEVER_COMES)
    };
    if gone {
        failure::record_no_show(id, "the worker is gone");
    }
}
