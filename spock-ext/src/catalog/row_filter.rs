//! The row filters of tables in replication sets, and what they rely on.

use pgrx::PgSqlErrorCode;
use spock_core::oid::{NodeId, Oid};

use super::replication_set::{self, Actions, TableFacts};
use crate::pg::error::SpockError;
use crate::pg::row_filter;
use crate::pg::spi::{self, Row};

/// A filter as a set has it.
#[derive(Debug, Clone)]
pub(crate) struct KeptFilter {
    /// Name of the set.
    pub(crate) set: String,
    pub(crate) actions: Actions,
    pub(crate) table: Oid,
    tree: String,
}

impl KeptFilter {
    /// The columns that it names.
    pub(crate) fn columns(&self) -> Vec<String> {
        row_filter::columns_of(self.table, &self.tree)
    }

    /// Whether they are of the types that it was made for.
    pub(crate) fn fits(&self) -> bool {
        row_filter::fits(self.table, &self.tree)
    }
}

const KEPT: &str = "SELECT s.set_name, s.replicate_insert, s.replicate_update, s.replicate_delete,
        s.replicate_truncate, t.set_reloid::oid, t.set_row_filter
   FROM spock.replication_set_table t JOIN spock.replication_set s USING (set_id)
  WHERE t.set_row_filter IS NOT NULL";

fn read(row: &Row) -> KeptFilter {
    KeptFilter {
        set: row.get(0),
        actions: Actions {
            insert: row.get(1),
            update: row.get(2),
            delete: row.get(3),
            truncate: row.get(4),
        },
        table: row.get(5),
        tree: row.get(6),
    }
}

/// The filters of a table and its partitions.
pub(crate) fn below(relation: Oid) -> Vec<KeptFilter> {
    if !replication_set::exists() {
        return Vec::new();
    }
    let query = format!(
        "{KEPT} AND (t.set_reloid = $1::oid
             OR t.set_reloid IN (SELECT p.relid FROM pg_partition_tree($1::oid::regclass) p))"
    );
    spi::select(&query, &[relation.into()]).iter().map(read).collect()
}

/// The filters of a set.
pub(crate) fn of_set(set: Oid) -> Vec<KeptFilter> {
    let query = format!("{KEPT} AND t.set_id = $1::oid");
    spi::select(&query, &[set.into()]).iter().map(read).collect()
}

/// What rows of a table a subscriber of the node's sets with these names gets, as a condition of SQL;
/// nothing when it gets all.
pub(crate) fn condition(node: NodeId, relation: Oid, sets: &[String]) -> Option<String> {
    let row = spi::select_one(
        "SELECT CASE WHEN count(*) = 0 THEN 'false'
                     WHEN bool_and(t.set_row_filter IS NOT NULL)
                     THEN string_agg(DISTINCT pg_get_expr(t.set_row_filter, t.set_reloid), ' OR ') END
           FROM spock.replication_set_table t JOIN spock.replication_set s USING (set_id)
          WHERE t.set_reloid = $2::oid::regclass AND s.set_nodeid = $1::oid
            AND s.set_name::text = ANY ($3)",
        &[node.as_oid().into(), relation.into(), sets.into()],
    )?;
    row.get(0)
}

/// Why a filter cannot be used for the updates and deletes of a table: old rows are judged by it, too.
pub(crate) fn objection(table: &TableFacts, columns: &[String]) -> Option<SpockError> {
    // A partitioned table has no rows: its partitions are looked at.
    if table.has_full_identity || table.is_partitioned {
        return None;
    }
    let missing = columns.iter().find(|column| !table.identity.contains(column))?;
    Some(
        SpockError::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!(
                "row_filter of table {} uses column {missing}, which is not part of its replica identity",
                table.qualified()
            ),
        )
        .detail(
            "The set replicates UPDATEs or DELETEs, and whether the old row was replicated must be \
             seen in what the log has of it.",
        )
        .hint(
            "Use columns of the replica identity only, or run ALTER TABLE ... REPLICA IDENTITY FULL, or \
             use a set that replicates only INSERTs and TRUNCATEs.",
        ),
    )
}
