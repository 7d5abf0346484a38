//! What was replicated, counted: for each table and stream, and for each subscription.
//!
//! Whoever applies or sends changes counts them in a [`Tally`] of its own and adds that to shared memory
//! once per transaction, when it is committed: what is rolled back was never there. The counters outlive
//! a clean restart of the server ([`super::saved_statistics`]); after a crash they begin anew, as the
//! server's own do.

use spock_core::conflict::kind::{ConflictType, Operation};

use crate::pg::database::my_database;
use crate::pg::shmem::max_worker_processes;
use crate::settings;

use super::counter_table::{CounterTable, Counters, Key};
use super::{now, slots};

/// What is counted for each table of a stream, in the order of `spock.get_channel_stats()`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    Insert,
    Update,
    Delete,
    Conflict,
    /// A delta was added to a column.
    Delta,
}

/// What is counted for a subscription as a whole, because it happens seldom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rare {
    /// A node was asked for values of a row that a change left out, or put in doubt.
    ValueAsked,
    /// It answered with the row.
    ValueFetched,
    /// A delta was added to a row that is newer than the change, and kept its version.
    KeptDelta,
    /// A transaction was applied while it ran at the provider.
    Streamed,
    /// One could not be, and was put off until its commit.
    PutOff,
}

impl Count {
    /// What an applied change counts as.
    pub(crate) fn of(operation: Operation) -> Self {
        match operation {
            Operation::Insert => Self::Insert,
            Operation::Update => Self::Update,
            Operation::Delete => Self::Delete,
        }
    }
}

/// The "subscription" of the changes that this node sends.
pub(crate) const SENT: u32 = 0;

/// Counters of a table.
pub(crate) const TABLE_COUNTERS: usize = 5;

const CONFLICTS: usize = ConflictType::ALL.len();
/// Places of a subscription's counters behind those of its conflicts.
const COMMITS: usize = CONFLICTS;
const ROLLBACKS: usize = CONFLICTS + 1;
const ROWS: usize = CONFLICTS + 2;
const ROW_CONFLICTS: usize = CONFLICTS + 5;
const DISCONNECTS: usize = CONFLICTS + 8;
const RARE: usize = CONFLICTS + 9;
const RARE_COUNT: usize = Rare::PutOff as usize + 1;
/// Not a counter: when they were last set to zero.
const RESET_AT: usize = RARE + RARE_COUNT;
pub(crate) const SUBSCRIPTION_COUNTERS: usize = RESET_AT + 1;

pub(super) static TABLES: CounterTable<TABLE_COUNTERS> =
    CounterTable::new(c"spock table counter keys", c"spock table counters", table_groups);
pub(super) static SUBSCRIPTIONS: CounterTable<SUBSCRIPTION_COUNTERS> = CounterTable::new(
    c"spock subscription counter keys",
    c"spock subscription counters",
    slots::slot_count,
);

/// `spock.stats_max_entries`; by default so many tables for each worker that can run.
fn table_groups() -> usize {
    const PER_WORKER: usize = 1000;
    settings::stats_max_entries().unwrap_or(PER_WORKER * max_worker_processes())
}

/// The counters of one table in one transaction, before they are added to those of all.
#[derive(Debug)]
struct Row {
    relation: u32,
    group: Option<&'static Counters<TABLE_COUNTERS>>,
    counts: [u32; TABLE_COUNTERS],
    /// A bit for each of them that is not zero.
    counted: u8,
}

/// What one process has counted since its last commit.
#[derive(Debug)]
pub(crate) struct Tally {
    sub: u32,
    enabled: bool,
    rows: Vec<Row>,
    /// Places of those that hold something.
    dirty: Vec<usize>,
    /// Conflicts by kind, and by operation, and what else is seldom.
    conflicts: [u32; CONFLICTS],
    row_conflicts: [u32; 3],
    rare: [u32; RARE_COUNT],
    has_rare: bool,
    whole: Option<&'static Counters<SUBSCRIPTION_COUNTERS>>,
}

/// Tables that a tally remembers between transactions.
const REMEMBERED: usize = 256;

impl Tally {
    /// For the apply side of a subscription, or for a stream that this node sends ([`SENT`]).
    pub(crate) fn new(sub: u32) -> Self {
        let key = Key { db: my_database(), sub, relation: 0 };
        Self {
            sub,
            enabled: settings::channel_counters(),
            rows: Vec::new(),
            dirty: Vec::new(),
            conflicts: [0; CONFLICTS],
            row_conflicts: [0; 3],
            rare: [0; RARE_COUNT],
            has_rare: false,
            whole: (sub != SENT).then(|| SUBSCRIPTIONS.group(key)).flatten(),
        }
    }

    /// Counts for a table. `hint` is where the table stood when it was counted last.
    #[inline]
    pub(crate) fn count(&mut self, hint: &mut usize, relation: u32, what: Count, number: u32) {
        if self.rows.get(*hint).is_none_or(|row| row.relation != relation) {
            *hint = self.place(relation);
        }
        let row = &mut self.rows[*hint];
        row.counts[what as usize] += number;
        if row.counted == 0 {
            self.dirty.push(*hint);
        }
        row.counted |= 1 << what as u8;
    }

    #[cold]
    fn place(&mut self, relation: u32) -> usize {
        if let Some(place) = self.rows.iter().position(|row| row.relation == relation) {
            return place;
        }
        let key = Key { db: my_database(), sub: self.sub, relation };
        let group = self.enabled.then(|| TABLES.group(key)).flatten();
        self.rows.push(Row { relation, group, counts: [0; TABLE_COUNTERS], counted: 0 });
        self.rows.len() - 1
    }

    /// Counts a conflict of the subscription; that of its table is counted by [`Tally::count`].
    pub(crate) fn conflict(&mut self, operation: Operation, kind: ConflictType) {
        self.has_rare = true;
        self.conflicts[place_of(kind)] += 1;
        self.row_conflicts[operation as usize] += 1;
    }

    /// Counts something that is seldom.
    #[cold]
    pub(crate) fn rare(&mut self, what: Rare) {
        self.has_rare = true;
        self.rare[what as usize] += 1;
    }

    /// Adds what was counted to the counters of all: the transaction is committed, or the changes sent.
    pub(crate) fn publish(&mut self) {
        let mut rows = [0; 3];
        for place in self.dirty.drain(..) {
            let row = &mut self.rows[place];
            while row.counted != 0 {
                let index = row.counted.trailing_zeros() as usize;
                row.counted &= row.counted - 1;
                let count = std::mem::take(&mut row.counts[index]);
                if let Some(group) = row.group {
                    group.add(index, count);
                }
                if let Some(sum) = rows.get_mut(index) {
                    *sum += count;
                }
            }
        }
        if self.rows.len() > REMEMBERED {
            self.rows.clear();
        }
        let Some(whole) = self.whole else { return };
        whole.add(COMMITS, 1);
        for (index, count) in rows.into_iter().enumerate() {
            whole.add(ROWS + index, count);
        }
        if self.has_rare {
            for (index, count) in self.conflicts.iter().enumerate() {
                whole.add(index, *count);
            }
            for (index, count) in self.row_conflicts.iter().enumerate() {
                whole.add(ROW_CONFLICTS + index, *count);
            }
            for (index, count) in self.rare.iter().enumerate() {
                whole.add(RARE + index, *count);
            }
            self.forget_rare();
        }
    }

    /// Forgets what was counted: the transaction is rolled back.
    pub(crate) fn discard(&mut self) {
        for place in self.dirty.drain(..) {
            let row = &mut self.rows[place];
            row.counts = [0; TABLE_COUNTERS];
            row.counted = 0;
        }
        self.forget_rare();
        if let Some(whole) = self.whole {
            whole.add(ROLLBACKS, 1);
        }
    }

    fn forget_rare(&mut self) {
        self.conflicts = [0; CONFLICTS];
        self.row_conflicts = [0; 3];
        self.rare = [0; RARE_COUNT];
        self.has_rare = false;
    }

    /// The stream to the provider was lost.
    pub(crate) fn disconnected(&self) {
        if let Some(whole) = self.whole {
            whole.add(DISCONNECTS, 1);
        }
    }
}

/// Counts something of a subscription that belongs to no transaction.
pub(crate) fn count_rare(sub: u32, what: Rare) {
    if let Some(group) = SUBSCRIPTIONS.group(Key { db: my_database(), sub, relation: 0 }) {
        group.add(RARE + what as usize, 1);
    }
}

fn place_of(kind: ConflictType) -> usize {
    ConflictType::ALL.iter().position(|other| *other == kind).unwrap_or(0)
}

/// The counters of a table in one stream of this database; a subscription of 0: what this node sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OfTable {
    pub(crate) sub: u32,
    pub(crate) relation: u32,
    pub(crate) counts: [u64; TABLE_COUNTERS],
}

/// All tables of this database.
pub(crate) fn of_tables() -> Vec<OfTable> {
    let db = my_database();
    TABLES
        .list(|key| key.db == db)
        .into_iter()
        .map(|(key, counts)| OfTable { sub: key.sub, relation: key.relation, counts })
        .collect()
}

/// Sets the counters of all tables of this database to zero.
pub(crate) fn reset_tables() {
    for (key, _) in TABLES.list(|key| key.db == my_database()) {
        TABLES.set(key, &[0; TABLE_COUNTERS]);
    }
}

/// The counters of a subscription.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct OfSubscription {
    pub(crate) sub: u32,
    /// In the order of [`ConflictType::ALL`].
    pub(crate) conflicts: [u64; CONFLICTS],
    pub(crate) commits: u64,
    pub(crate) rollbacks: u64,
    /// Inserts, updates, deletes: applied, and met by conflicts.
    pub(crate) rows: [u64; 3],
    pub(crate) row_conflicts: [u64; 3],
    pub(crate) disconnects: u64,
    /// In the order of [`Rare`].
    pub(crate) rare: [u64; RARE_COUNT],
    /// Microseconds since 2000-01-01, 0: never.
    pub(crate) reset_at: i64,
}

/// All subscriptions of this database that ran.
pub(crate) fn of_subscriptions() -> Vec<OfSubscription> {
    let db = my_database();
    fn part<const N: usize>(values: &[u64], start: usize) -> [u64; N] {
        std::array::from_fn(|at| values[start + at])
    }
    SUBSCRIPTIONS
        .list(|key| key.db == db)
        .into_iter()
        .map(|(key, values)| OfSubscription {
            sub: key.sub,
            conflicts: std::array::from_fn(|index| values[index]),
            commits: values[COMMITS],
            rollbacks: values[ROLLBACKS],
            rows: part(&values, ROWS),
            row_conflicts: part(&values, ROW_CONFLICTS),
            disconnects: values[DISCONNECTS],
            rare: part(&values, RARE),
            reset_at: values[RESET_AT].cast_signed(),
        })
        .collect()
}

/// Sets the counters of a subscription of this database to zero, or those of all.
pub(crate) fn reset_subscriptions(sub: Option<u32>) {
    let mut zero = [0; SUBSCRIPTION_COUNTERS];
    zero[RESET_AT] = now().cast_unsigned();
    let db = my_database();
    if let Some(sub) = sub {
        SUBSCRIPTIONS.set(Key { db, sub, relation: 0 }, &zero);
        return;
    }
    for (key, _) in SUBSCRIPTIONS.list(|key| key.db == db) {
        SUBSCRIPTIONS.set(key, &zero);
    }
}

/// A subscription is gone, and its worker.
pub(super) fn forget_subscription(db: u32, sub: u32) {
    let gone = |key: &Key| key.db == db && key.sub == sub;
    SUBSCRIPTIONS.remove(gone);
    TABLES.remove(gone);
}

/// Whether no more tables can be counted.
pub(super) fn is_full() -> bool {
    TABLES.is_full()
}

/// Gives back the room of tables of a database that are not there any more.
pub(super) fn forget_tables(db: u32, exists: impl Fn(u32) -> bool) {
    TABLES.remove(|key| key.db == db && !exists(key.relation));
}

/// Numbers of the tables of a database that are counted.
pub(super) fn tables_counted(db: u32) -> Vec<u32> {
    let mut tables: Vec<u32> =
        TABLES.list(|key| key.db == db).into_iter().map(|(key, _)| key.relation).collect();
    tables.sort_unstable();
    tables.dedup();
    tables
}
