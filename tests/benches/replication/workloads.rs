//! What is replicated: one table, and the changes that are made to it.
//!
//! A workload has rows that are there before it starts (they arrive by the system under test, so
//! that their versions are of the provider), and changes that are made while the subscription is
//! disabled. Rows are deterministic: every system gets the same work.

use clap::ValueEnum;
use serde::Serialize;

/// The tables: the one that changes, and one whose rows say that all before them has arrived.
pub(crate) const TABLES: &str = "
    CREATE TABLE t (id bigint PRIMARY KEY, v integer NOT NULL, note text);
    CREATE TABLE mark (id bigint PRIMARY KEY);";

/// A kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Workload {
    /// One transaction that inserts 1 M rows.
    BulkInsert,
    /// One transaction that updates 500 k rows.
    BulkUpdate,
    /// One transaction that deletes 500 k rows.
    BulkDelete,
    /// 100 k transactions that insert a row each.
    InsertTx,
    /// 100 k transactions that update a row each.
    UpdateTx,
    /// 40 k transactions of two updates and an insert each.
    MixedTx,
    /// A new subscription copies 1 M rows.
    InitialCopy,
    /// Single inserts on an idle pair.
    Latency,
}

impl Workload {
    pub(crate) const ALL: [Workload; 8] = [
        Workload::BulkInsert,
        Workload::BulkUpdate,
        Workload::BulkDelete,
        Workload::InsertTx,
        Workload::UpdateTx,
        Workload::MixedTx,
        Workload::InitialCopy,
        Workload::Latency,
    ];

    /// As the command line and the results call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Workload::BulkInsert => "bulk-insert",
            Workload::BulkUpdate => "bulk-update",
            Workload::BulkDelete => "bulk-delete",
            Workload::InsertTx => "insert-tx",
            Workload::UpdateTx => "update-tx",
            Workload::MixedTx => "mixed-tx",
            Workload::InitialCopy => "initial-copy",
            Workload::Latency => "latency",
        }
    }

    /// The work at a size of so many.
    pub(crate) fn job(self, divisor: u64) -> Job {
        let (base, steps) = match self {
            Workload::BulkInsert => (0, 1_000_000),
            Workload::BulkUpdate | Workload::BulkDelete => (500_000, 500_000),
            Workload::InsertTx => (0, 100_000),
            Workload::UpdateTx => (100_000, 100_000),
            Workload::MixedTx => (100_000, 40_000),
            Workload::InitialCopy => (1_000_000, 1_000_000),
            Workload::Latency => (0, 1_000),
        };
        Job { workload: self, base: base / divisor, steps: steps / divisor }
    }
}

/// A workload of a certain size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Job {
    pub(crate) workload: Workload,
    base: u64,
    steps: u64,
}

/// A prime: its multiples modulo a power of ten visit every number once, in no order.
const STRIDE: u64 = 48_271;

impl Job {
    /// Changed rows: what rates and costs are per.
    pub(crate) fn rows(self) -> u64 {
        match self.workload {
            Workload::MixedTx => self.steps * 3,
            _ => self.steps,
        }
    }

    /// Transactions of a latency run.
    pub(crate) fn steps(self) -> u64 {
        self.steps
    }

    /// The size as a person says it.
    pub(crate) fn title(self) -> String {
        let count = |n: u64| match n {
            n if n % 1_000_000 == 0 => format!("{} M", n / 1_000_000),
            n if n % 1_000 == 0 => format!("{} k", n / 1_000),
            n => n.to_string(),
        };
        let n = count(self.steps);
        match self.workload {
            Workload::BulkInsert => format!("one transaction, {n} inserts"),
            Workload::BulkUpdate => format!("one transaction, {n} updates"),
            Workload::BulkDelete => format!("one transaction, {n} deletes"),
            Workload::InsertTx => format!("{n} transactions, 1 insert each"),
            Workload::UpdateTx => format!("{n} transactions, 1 update each"),
            Workload::MixedTx => format!("{n} transactions, 2 updates + 1 insert each"),
            Workload::InitialCopy => format!("initial copy of {n} rows"),
            Workload::Latency => format!("commit to visible, {n} single inserts"),
        }
    }

    /// Makes the rows that are there before.
    pub(crate) fn base_sql(self) -> Option<String> {
        (self.base > 0).then(|| insert_sql(self.base))
    }

    /// Makes the changes.
    pub(crate) fn changes_sql(self) -> String {
        let (base, steps) = (self.base, self.steps);
        match self.workload {
            Workload::BulkInsert => insert_sql(steps),
            Workload::BulkUpdate => "UPDATE t SET v = v + 1".to_owned(),
            Workload::BulkDelete => "DELETE FROM t".to_owned(),
            Workload::InsertTx => in_transactions(
                steps,
                "INSERT INTO t VALUES (i, (i % 1000)::integer, md5(i::text));",
            ),
            Workload::UpdateTx => in_transactions(steps, &update(base, "i")),
            Workload::MixedTx => in_transactions(
                steps,
                &format!(
                    "{} {} INSERT INTO t VALUES ({base} + i, 0, md5(i::text));",
                    update(base, "(i * 2)"),
                    update(base, "(i * 2 + 1)"),
                ),
            ),
            Workload::InitialCopy | Workload::Latency => String::new(),
        }
    }

    /// One of a copy's rows: all become visible together.
    pub(crate) fn last_copied(self) -> i64 {
        i64::try_from(self.base).unwrap_or(i64::MAX)
    }
}

fn insert_sql(rows: u64) -> String {
    format!(
        "INSERT INTO t SELECT i, (i % 1000)::integer, md5(i::text) \
         FROM generate_series(1, {rows}::bigint) i"
    )
}

fn update(rows: u64, i: &str) -> String {
    format!("UPDATE t SET v = v + 1 WHERE id = {i}::bigint * {STRIDE} % {rows} + 1;")
}

fn in_transactions(count: u64, body: &str) -> String {
    format!(
        "DO $$ BEGIN FOR i IN 1::bigint .. {count}::bigint LOOP {body} COMMIT; END LOOP; END $$"
    )
}
