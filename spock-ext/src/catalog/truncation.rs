//! `spock.truncation`: which tables were truncated, and by their rows' versions when (rule D5).
//!
//! A row has no time of its own: it is written by the transaction that truncates, so commit time and
//! origin of its raw xmin are the truncate's version, here as on every node. Sessions write it through
//! the hook of [`crate::pg::truncate_watch`], apply workers before they truncate.
//!
//! **Invariant**: whoever truncates has locked the table's row here before the table itself.

use spock_core::oid::Oid;

use crate::pg::{spi, systable};

/// The transaction that truncated a table last, as far as the catalog snapshot shows.
pub(crate) fn newest(relation: Oid) -> Option<u32> {
    let table = systable::relation_oid(c"spock", c"truncation")?;
    let mut xmin = None;
    let condition = systable::Condition::Oid(1, relation);
    systable::scan(table, systable::Way::PrimaryKey, &[condition], |row| xmin = Some(row.xmin()));
    xmin
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
             ON CONFLICT (relid) DO UPDATE SET truncations = t.truncations + 1",
            &[relation.into()],
        );
    }
}

/// Locks the row of a table until the end of this transaction; returns who truncated the table last.
pub(crate) fn lock(relation: Oid) -> Option<u32> {
    let inserted = spi::execute(
        "INSERT INTO spock.truncation (relid) VALUES ($1::oid) ON CONFLICT (relid) DO NOTHING",
        &[relation.into()],
    );
    if inserted > 0 {
        return None;
    }
    let row = spi::select_one(
        "SELECT xmin::text::int8 FROM spock.truncation WHERE relid = $1::oid FOR UPDATE",
        &[relation.into()],
    )?;
    u32::try_from(row.get::<i64>(0)).ok()
}

/// Gives the row of a table, which [`lock`] has locked, this transaction's version.
pub(crate) fn stamp(relation: Oid) {
    spi::execute(
        "UPDATE spock.truncation SET truncations = truncations + 1
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
    let rows = spi::select(&query, &[crate::pg::value::Value::Timestamp(time)]);
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
          WHERE pg_xact_commit_timestamp(t.xmin) < $1::timestamptz
             OR pg_xact_commit_timestamp(t.xmin) IS NULL
             OR NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = t.relid)",
        &[crate::pg::value::Value::Timestamp(before)],
    );
}

/// Schema and name, quoted.
fn name(relation: Oid) -> String {
    let row = spi::select_one("SELECT $1::oid::regclass::text", &[relation.into()]);
    row.map(|row| row.get(0)).unwrap_or_default()
}
