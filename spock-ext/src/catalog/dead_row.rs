//! `spock.dead_row`: versions of deletes that left no deleted row behind, because the row was not here
//! (convergence rule D1).

use spock_core::conflict::Version;
use spock_core::oid::Oid;

use super::node::node_id;
use crate::pg::spi;
use crate::pg::value::Value;

/// The version that is written down for a key, if any.
pub(crate) fn newest(relation: Oid, key: &str) -> Option<Version> {
    spi::select_one(
        "SELECT commit_time, node_id FROM spock.dead_row WHERE relid = $1::oid AND key = $2",
        &[relation.into(), key.into()],
    )
    .map(|row| Version { time: row.get(0), node: node_id(&row, 1) })
}

/// Writes a version down; of several of a key the newest stays.
pub(crate) fn leave(relation: Oid, key: &str, version: Version) {
    spi::execute(
        "INSERT INTO spock.dead_row AS d (relid, key, commit_time, node_id)
         VALUES ($1::oid, $2, $3::timestamptz, $4::oid)
         ON CONFLICT (relid, key) DO UPDATE
            SET commit_time = excluded.commit_time, node_id = excluded.node_id,
                recorded_at = excluded.recorded_at
          WHERE d.commit_time < excluded.commit_time",
        &[
            relation.into(),
            key.into(),
            Value::Timestamp(version.time),
            version.node.as_oid().into(),
        ],
    );
}

/// All that are written down for a relation, by key.
pub(crate) fn of_relation(relation: Oid) -> Vec<(String, Version)> {
    spi::select(
        "SELECT key, commit_time, node_id FROM spock.dead_row WHERE relid = $1::oid",
        &[relation.into()],
    )
    .iter()
    .map(|row| (row.get(0), Version { time: row.get(1), node: node_id(row, 2) }))
    .collect()
}

/// The relations that have versions, and the newest of each.
pub(crate) fn relations() -> Vec<(Oid, i64)> {
    spi::select("SELECT relid, max(commit_time) FROM spock.dead_row GROUP BY relid", &[])
        .iter()
        .map(|row| (row.get(0), row.get(1)))
        .collect()
}

/// Removes versions that no change can be older than any more: all that were committed before a time;
/// and those of tables that are gone.
pub(crate) fn purge(before: i64) -> u64 {
    spi::execute(
        "DELETE FROM spock.dead_row d WHERE commit_time < $1::timestamptz
             OR NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = d.relid)",
        &[Value::Timestamp(before)],
    )
}
