//! `spock.version_override`: rows whose version is not that of the transaction that wrote them here: an older
//! one added to their delta columns (convergence rule X1), or a copy brought them (I1).
//!
//! The row then has the xmin of that transaction, but the version that stands here. An override counts
//! while the row has that xmin; there is one for a key, which the next one replaces, so the table grows
//! with the keys that ever were in conflict and not with the conflicts. It is written in the
//! transaction that writes the row.
//!
//! **Invariant**: a relation's flag in shared memory is set before an override of it can be seen, and
//! whoever opens a relation after a restart sets it from the table. Without the flag nobody looks.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::pg::shmem::SharedState;
use crate::pg::spi;
use crate::pg::systable::{self, Condition, Way};
use crate::pg::value::Value;

/// Flags; relations share them by number.
const FLAGS_COUNT: usize = 512;

/// "There may be overrides of the relation", for all databases of the server together.
pub(crate) static FLAGS: SharedState<AtomicBool> =
    SharedState::new(c"spock version overrides", || FLAGS_COUNT);

/// The version that a row has although another transaction wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Override {
    /// The row has this xmin, or the override is of a row that is no more.
    pub(crate) xmin: u32,
    pub(crate) time: i64,
    pub(crate) node: u32,
}

fn flag(relation: u32) -> Option<&'static AtomicBool> {
    FLAGS.get(relation as usize % FLAGS_COUNT)
}

/// Whether rows of the relation may have overrides.
#[inline]
pub(crate) fn may_exist(relation: u32) -> bool {
    flag(relation).is_none_or(|flag| flag.load(Ordering::Acquire))
}

fn set_flag(relation: u32) {
    if let Some(flag) = flag(relation) {
        flag.store(true, Ordering::Release);
    }
}

thread_local! {
    /// Relations that this process has looked for in the table.
    static RECALLED: RefCell<HashSet<u32>> = RefCell::new(HashSet::new());
}

/// Sets the relation's flag if there are overrides from before the server's start.
pub(crate) fn recall(relation: u32) {
    let is_new = RECALLED.with_borrow_mut(|recalled| recalled.insert(relation));
    if is_new && !may_exist(relation) && !scan(&[Condition::Oid(1, relation)]).is_empty() {
        set_flag(relation);
    }
}

/// The override of the row with this key.
pub(crate) fn find(relation: u32, key_hash: i64) -> Option<Override> {
    scan(&[Condition::Oid(1, relation), Condition::BigInt(2, key_hash)]).into_iter().next()
}

/// The overrides of a relation with versions of a time or later, by key and xmin.
pub(crate) fn since(relation: u32, time: i64) -> Vec<(i64, Override)> {
    let rows = spi::select(
        "SELECT key_hash, row_xmin::text::int8, commit_time, node_id FROM spock.version_override
          WHERE relid = $1::oid AND commit_time >= $2::timestamptz",
        &[relation.into(), Value::Timestamp(time)],
    );
    let read = |row: &spi::Row| {
        let xmin = u32::try_from(row.get::<i64>(1)).unwrap_or(0);
        (row.get(0), Override { xmin, time: row.get(2), node: row.get(3) })
    };
    rows.iter().map(read).collect()
}

fn scan(conditions: &[Condition]) -> Vec<Override> {
    // Columns of the table.
    const XMIN: i16 = 3;
    const TIME: i16 = 4;
    const NODE: i16 = 5;
    let mut found = Vec::new();
    let Some(table) = systable::relation_oid(c"spock", c"version_override") else { return found };
    systable::scan(table, Way::PrimaryKey, conditions, |row| {
        if let (Some(xmin), Some(time), Some(node)) = (row.get(XMIN), row.get(TIME), row.get(NODE))
        {
            found.push(Override { xmin, time, node });
        }
    });
    found
}

/// Writes the override of the row with this key.
pub(crate) fn put(relation: u32, key_hash: i64, found: Override) {
    set_flag(relation);
    spi::execute(
        "INSERT INTO spock.version_override AS o (relid, key_hash, row_xmin, commit_time, node_id)
         VALUES ($1::oid, $2, $3::text::xid, $4, $5::oid)
         ON CONFLICT (relid, key_hash) DO UPDATE
            SET row_xmin = excluded.row_xmin, commit_time = excluded.commit_time,
                node_id = excluded.node_id",
        &[
            relation.into(),
            key_hash.into(),
            found.xmin.to_string().into(),
            Value::Timestamp(found.time),
            found.node.into(),
        ],
    );
}

/// Writes those of many rows that this transaction has written: key hashes, commit times and nodes.
pub(crate) fn put_all(relation: u32, xmin: u32, rows: &[(i64, i64, u32)]) {
    if rows.is_empty() {
        return;
    }
    set_flag(relation);
    let column = |value: fn(&(i64, i64, u32)) -> String| {
        Value::from(rows.iter().map(value).collect::<Vec<String>>())
    };
    spi::execute(
        "INSERT INTO spock.version_override (relid, key_hash, row_xmin, commit_time, node_id)
         SELECT $1::oid, u.hash, $2::text::xid,
                timestamptz '2000-01-01 00:00:00+00' + u.time * interval '1 microsecond', u.node
           FROM unnest($3::text[]::bigint[], $4::text[]::bigint[], $5::text[]::oid[])
                AS u (hash, time, node)
         ON CONFLICT (relid, key_hash) DO UPDATE
            SET row_xmin = excluded.row_xmin, commit_time = excluded.commit_time,
                node_id = excluded.node_id",
        &[
            relation.into(),
            xmin.to_string().into(),
            column(|row| row.0.to_string()),
            column(|row| row.1.to_string()),
            column(|row| row.2.to_string()),
        ],
    );
}

/// Removes those that are older, by a margin, than what every subscription has applied: commit times of a
/// stream rise but for fractions of a second. How many.
pub(crate) fn remove_settled() -> u64 {
    spi::execute(
        "DELETE FROM spock.version_override
          WHERE commit_time < (SELECT min(p.remote_commit_ts) - interval '1 hour'
                                 FROM spock.progress p
                               HAVING count(p.remote_commit_ts) = (
                                      SELECT count(*) FROM spock.subscription))",
        &[],
    )
}
