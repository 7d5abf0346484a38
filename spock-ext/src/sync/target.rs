//! The local table that a copy fills.

use std::time::Duration;

use crate::catalog::partition;
use crate::pg::{local_relation, partition_router, spi};

/// A column of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LocalColumn {
    pub(super) name: String,
    pub(super) type_oid: u32,
    /// Computed from others, so no value can be given.
    pub(super) generated: bool,
}

/// The object id of an ordinary or partitioned table. Needs a transaction, as all here.
pub(super) fn find(schema: &str, name: &str) -> Option<u32> {
    spi::select_one(
        "SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = $1::name AND c.relname = $2::name AND c.relkind IN ('r', 'p')",
        &[schema.into(), name.into()],
    )
    .map(|row| row.get(0))
}

/// Its columns.
pub(super) fn columns(relation: u32) -> Vec<LocalColumn> {
    let rows = spi::select(
        "SELECT attname, atttypid, attgenerated <> '' FROM pg_attribute
          WHERE attrelid = $1::oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
        &[relation.into()],
    );
    rows.iter()
        .map(|row| LocalColumn { name: row.get(0), type_oid: row.get(1), generated: row.get(2) })
        .collect()
}

/// Empties the table in this transaction: until its end nobody else reads or writes it. Tables that
/// others reference cannot be truncated alone, so their rows are deleted.
pub(super) fn empty(relation: u32) {
    let references = spi::select(
        "SELECT 1 FROM pg_constraint
          WHERE contype = 'f' AND confrelid = $1::oid AND conrelid <> confrelid LIMIT 1",
        &[relation.into()],
    );
    if references.is_empty() {
        truncate(relation);
        return;
    }
    let rows = rows_of(relation);
    spi::execute(&format!("LOCK TABLE {rows} IN ACCESS EXCLUSIVE MODE"), &[]);
    spi::execute(&format!("DELETE FROM {rows}"), &[]);
}

fn truncate(relation: u32) {
    if partition::leaves(relation).is_empty() {
        local_relation::truncate_one(relation);
        return;
    }
    let tree = partition_router::lock_tree(relation.into());
    let all: Vec<_> = tree.leaves.into_iter().chain(tree.partitioned).collect();
    local_relation::truncate(&all, false);
}

/// Keeps everybody from writing to the table until the end of this transaction; waits for those who do.
pub(super) fn keep_writers_out(relation: u32, limit: Duration) {
    let set = "SELECT set_config('lock_timeout', $1, true)";
    spi::select(set, &[limit.as_millis().max(1).to_string().into()]);
    let rows = rows_of(relation);
    spi::execute(&format!("LOCK TABLE {rows} IN SHARE ROW EXCLUSIVE MODE"), &[]);
    spi::select(set, &["0".into()]);
}

/// Whether the table has rows that a node wrote. Reads all of it.
pub(super) fn has_rows_of(relation: u32, node: u32) -> bool {
    let query = format!(
        "SELECT 1 FROM {} t
          WHERE (pg_xact_commit_timestamp_origin(t.xmin)).roident IN (
                SELECT roident FROM spock.origin_history WHERE node_id = $1::oid) LIMIT 1",
        rows_of(relation)
    );
    !spi::select(&query, &[node.into()]).is_empty()
}

/// The table with all of its own rows, as SQL: those of a partitioned table are in its partitions.
fn rows_of(relation: u32) -> String {
    let row = spi::select_one(
        "SELECT format(CASE c.relkind WHEN 'p' THEN '%I.%I' ELSE 'ONLY %I.%I' END, n.nspname, c.relname)
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::oid",
        &[relation.into()],
    );
    row.map(|row| row.get(0)).unwrap_or_default()
}

fn quoted_name(relation: u32) -> String {
    let row = spi::select_one(
        "SELECT format('%I.%I', n.nspname, c.relname)
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = $1::oid",
        &[relation.into()],
    );
    row.map(|row| row.get(0)).unwrap_or_default()
}

/// Whether it has no rows.
pub(super) fn is_empty(relation: u32) -> bool {
    let query = format!("SELECT 1 FROM {} LIMIT 1", quoted_name(relation));
    spi::select(&query, &[]).is_empty()
}

/// Whether rows that are there already would refuse their doubles.
pub(super) fn has_unique_index(relation: u32) -> bool {
    let query = "SELECT 1 FROM pg_index WHERE indrelid = $1::oid AND indisunique LIMIT 1";
    !spi::select(query, &[relation.into()]).is_empty()
}

/// Removes the rows that an earlier copy of the subscription left and nobody changed since.
pub(super) fn remove_copied(relation: u32, subscription: u32) {
    let statement = format!(
        "DELETE FROM {} t WHERE EXISTS (
            SELECT 1 FROM pg_xact_commit_timestamp_origin(t.xmin) c
              JOIN spock.origin_history h ON h.roident = c.roident
             WHERE c.timestamp = 'epoch' AND h.sub_id = $1::oid)",
        quoted_name(relation)
    );
    spi::execute(&statement, &[subscription.into()]);
}
