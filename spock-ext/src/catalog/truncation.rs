//! `spock.truncation`: which tables were truncated, and by their rows' versions when (rule D5).
//!
//! Mostly a row has no time of its own: it is written by the transaction that truncates, so commit time and
//! origin of its raw xmin are the truncate's version, here as on every node. Sessions write it through
//! the hook of [`crate::pg::truncate_watch`], apply workers before they truncate. Only the version of a
//! truncate that came with a copy of the table (rule I1) stands in the row.
//!
//! **Invariant**: whoever truncates has locked the table's row here before the table itself.

use spock_core::conflict::Version;
use spock_core::oid::{NodeId, Oid};

use crate::pg::value::Value;
use crate::pg::{spi, systable};

/// By what a table's last truncate is dated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// The transaction that truncated.
    Transaction(u32),
    /// A copy brought its version.
    Copied(Version),
}

/// The last truncate of a table, as far as the catalog snapshot shows.
pub(crate) fn newest(relation: Oid) -> Option<By> {
    // Columns of the table.
    const TIME: i16 = 3;
    const NODE: i16 = 4;
    let table = systable::relation_oid(c"spock", c"truncation")?;
    let mut newest = None;
    let condition = systable::Condition::Oid(1, relation);
    systable::scan(table, systable::Way::PrimaryKey, &[condition], |row| {
        let copied = row.get::<i64>(TIME).zip(row.get::<u32>(NODE).and_then(NodeId::from_oid));
        newest = Some(match copied {
            Some((time, node)) => By::Copied(Version { time, node }),
            None => By::Transaction(row.xmin()),
        });
    });
    newest
}

/// Takes over the version of a truncate with a copy of the table, in its transaction.
pub(crate) fn copied(relation: Oid, version: Version) {
    spi::execute(
        "INSERT INTO spock.truncation AS t (relid, copied_time, copied_node)
         VALUES ($1::oid, $2::timestamptz, $3::oid)
         ON CONFLICT (relid) DO UPDATE
            SET copied_time = excluded.copied_time, copied_node = excluded.copied_node",
        &[relation.into(), Value::Timestamp(version.time), version.node.as_oid().into()],
    );
}

/// Notes a TRUNCATE of this session, if the table is replicated from here.
pub(crate) fn note(relation: Oid) {
    if systable::relation_oid(c"spock", c"truncation").is_none() {
        return;
    }
    let published = spi::select_one(
        "SELECT 1 FROM spock.replication_set_table WHERE set_reloid::oid = $1::oid LIMIT 1",
        &[relation.into()],
    );
    if published.is_some() {
        spi::execute(
            "INSERT INTO spock.truncation AS t (relid) VALUES ($1::oid)
             ON CONFLICT (relid) DO UPDATE
                SET truncations = t.truncations + 1, copied_time = NULL, copied_node = NULL",
            &[relation.into()],
        );
    }
}

/// Locks the row of a table until the end of this transaction; returns its last truncate.
pub(crate) fn lock(relation: Oid) -> Option<By> {
    let inserted = spi::execute(
        "INSERT INTO spock.truncation (relid) VALUES ($1::oid) ON CONFLICT (relid) DO NOTHING",
        &[relation.into()],
    );
    if inserted > 0 {
        return None;
    }
    let row = spi::select_one(
        "SELECT xmin::text::int8, copied_time, copied_node
           FROM spock.truncation WHERE relid = $1::oid FOR UPDATE",
        &[relation.into()],
    )?;
    let node = row.get::<Option<u32>>(2).and_then(NodeId::from_oid);
    match row.get::<Option<i64>>(1).zip(node) {
        Some((time, node)) => Some(By::Copied(Version { time, node })),
        None => u32::try_from(row.get::<i64>(0)).ok().map(By::Transaction),
    }
}

/// Gives the row of a table, which [`lock`] has locked, this transaction's version.
pub(crate) fn stamp(relation: Oid) {
    spi::execute(
        "UPDATE spock.truncation
            SET truncations = truncations + 1, copied_time = NULL, copied_node = NULL
          WHERE relid = $1::oid AND xmin <> pg_current_xact_id()::xid",
        &[relation.into()],
    );
}

/// The transactions that wrote rows of a table at a commit time or later. Reads the whole table.
pub(crate) fn writers_since(relation: Oid, time: i64) -> Vec<u32> {
    let query = format!(
        "SELECT DISTINCT xmin::text::int8 FROM ONLY {}
          WHERE pg_xact_commit_timestamp(xmin) >= $1::timestamptz",
        name(relation)
    );
    let rows = spi::select(&query, &[Value::Timestamp(time)]);
    rows.iter().filter_map(|row| u32::try_from(row.get::<i64>(0)).ok()).collect()
}

/// Deletes the rows of a table that other transactions than these wrote, but for those that stand at some
/// places; says how many. The table's triggers may run, so this is done as its owner.
pub(crate) fn delete_all_but(relation: Oid, writers: &[u32], places: &[u64]) -> u64 {
    let list = |items: Vec<String>| items.join(",");
    let writers = list(writers.iter().map(u32::to_string).collect());
    let ctid = |place: &u64| format!("\"({},{})\"", place >> 16, place & 0xffff);
    let places = list(places.iter().map(ctid).collect());
    let owner = spi::select_one(
        "SELECT relowner::int8 FROM pg_class WHERE oid = $1::oid",
        &[relation.into()],
    );
    let owner = owner.map_or(0, |row| row.get::<i64>(0) as u32);
    let name = name(relation);
    let statement = format!(
        "DELETE FROM ONLY {name}
          WHERE xmin <> ALL ('{{{writers}}}'::xid[]) AND ctid <> ALL ('{{{places}}}'::tid[])"
    );
    spi::execute_as(owner, &statement, &[])
}

/// Removes versions that no change can be older than any more: all that were committed before a time;
/// and those of tables that are gone.
pub(crate) fn purge(before: i64) {
    spi::execute(
        "DELETE FROM spock.truncation t
          WHERE coalesce(copied_time, pg_xact_commit_timestamp(t.xmin), '-infinity')
                < $1::timestamptz
             OR NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = t.relid)",
        &[Value::Timestamp(before)],
    );
}

/// Schema and name, quoted.
fn name(relation: Oid) -> String {
    let row = spi::select_one("SELECT $1::oid::regclass::text", &[relation.into()]);
    row.map(|row| row.get(0)).unwrap_or_default()
}
