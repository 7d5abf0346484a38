//! `spock.copied_changes`: which changes of other nodes stand in tables that were copied, and which tables
//! are being copied (convergence rule I2).
//!
//! A row is about one table and one node other than the copy's source. While `closed_by` names a
//! subscription, its copy is under way and changes of that node wait. Positions are written in the
//! transaction of the copy, and stay after a later try that fails.

use spock_core::converge::copy::Copied;
use spock_core::lsn::Lsn;
use spock_core::oid::{NodeId, Oid};

use super::node::node_id;
use crate::pg::spi;

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) schema: String,
    pub(crate) table: String,
    pub(crate) node: NodeId,
    /// The subscription whose copy is under way.
    pub(crate) closed_by: Option<Oid>,
    /// What the last copy holds.
    pub(crate) copied: Option<Copied>,
}

/// Nothing is copied for a subscription that is disabled; whoever copies looks at that last
/// ([`is_wanted`]).
const COLUMNS: &str = "SELECT nspname, relname, node_id,
       (SELECT sub_id FROM spock.subscription WHERE sub_id = closed_by AND sub_enabled),
       applied, applied_at_most, commit_times::text[] FROM spock.copied_changes";

fn read(row: &spi::Row) -> Row {
    let applied: Option<Lsn> = row.get(4);
    let times: Option<Vec<String>> = row.get(6);
    Row {
        schema: row.get(0),
        table: row.get(1),
        node: node_id(row, 2),
        closed_by: row.get(3),
        copied: applied.map(|applied| Copied {
            applied,
            applied_at_most: row.get::<Option<Lsn>>(5).unwrap_or(applied),
            commit_times: times
                .unwrap_or_default()
                .iter()
                .filter_map(|time| time.parse().ok())
                .collect(),
        }),
    }
}

/// What there is about the changes of a node.
pub(crate) fn of_node(node: NodeId) -> Vec<Row> {
    let query = format!("{COLUMNS} WHERE node_id = $1::oid");
    spi::select(&query, &[node.as_oid().into()]).iter().map(read).collect()
}

/// What there is about a table.
pub(crate) fn of_table(schema: &str, table: &str) -> Vec<Row> {
    let query = format!("{COLUMNS} WHERE nspname = $1::name AND relname = $2::name");
    spi::select(&query, &[schema.into(), table.into()]).iter().map(read).collect()
}

/// Closes a table for the changes of some nodes, if no other copy of it is under way; else says whose.
pub(crate) fn close(
    subscription: Oid,
    schema: &str,
    table: &str,
    nodes: &[NodeId],
) -> Result<(), Oid> {
    spi::execute("LOCK TABLE spock.copied_changes IN SHARE ROW EXCLUSIVE MODE", &[]);
    let other = spi::select_one(
        "SELECT closed_by FROM spock.copied_changes
          WHERE nspname = $2::name AND relname = $3::name AND closed_by <> $1::oid
          UNION ALL
         SELECT sync_subid FROM spock.local_sync_status
          WHERE sync_nspname = $2::name AND sync_relname = $3::name AND sync_subid <> $1::oid
            AND sync_status IN ('d', 'w', 'u')
          LIMIT 1",
        &[subscription.into(), schema.into(), table.into()],
    );
    if let Some(row) = other {
        return Err(row.get(0));
    }
    for node in nodes {
        spi::execute(
            "INSERT INTO spock.copied_changes (closed_by, nspname, relname, node_id)
             VALUES ($1::oid, $2::name, $3::name, $4::oid)
             ON CONFLICT (nspname, relname, node_id) DO UPDATE SET closed_by = excluded.closed_by",
            &[subscription.into(), schema.into(), table.into(), node.as_oid().into()],
        );
    }
    Ok(())
}

/// Whether a subscription is still enabled; while this transaction lasts it stays so.
pub(crate) fn is_wanted(subscription: Oid) -> bool {
    let query = "SELECT 1 FROM spock.subscription
          WHERE sub_id = $1::oid AND sub_enabled FOR SHARE";
    spi::select_one(query, &[subscription.into()]).is_some()
}

/// Opens the tables that a subscription has closed and did not copy; one, or all. How many.
pub(crate) fn reopen(subscription: Oid, table: Option<(&str, &str)>) -> u64 {
    let (schema, table) = (table.map(|(schema, _)| schema), table.map(|(_, table)| table));
    let these = "closed_by = $1::oid AND ($2 IS NULL OR nspname = $2::name AND relname = $3::name)";
    let parameters = [subscription.into(), schema.into(), table.into()];
    let removed = spi::execute(
        &format!("DELETE FROM spock.copied_changes WHERE {these} AND applied IS NULL"),
        &parameters,
    );
    removed
        + spi::execute(
            &format!("UPDATE spock.copied_changes SET closed_by = NULL WHERE {these}"),
            &parameters,
        )
}

/// Writes down what a copy that commits with this transaction holds, and opens the table. What earlier
/// copies held is forgotten.
pub(crate) fn set(schema: &str, table: &str, copied: &[(NodeId, Copied)]) {
    spi::execute(
        "DELETE FROM spock.copied_changes WHERE nspname = $1::name AND relname = $2::name",
        &[schema.into(), table.into()],
    );
    for (node, copied) in copied {
        let times: Vec<String> = copied.commit_times.iter().map(i64::to_string).collect();
        spi::execute(
            "INSERT INTO spock.copied_changes
                 (nspname, relname, node_id, applied, applied_at_most, commit_times)
             VALUES ($1::name, $2::name, $3::oid, $4, $5, $6::bigint[])",
            &[
                schema.into(),
                table.into(),
                node.as_oid().into(),
                copied.applied.into(),
                copied.applied_at_most.into(),
                times.into(),
            ],
        );
    }
}

/// Forgets what the stream of a node has passed.
pub(crate) fn forget_passed(node: NodeId, position: Lsn) {
    spi::execute(
        "DELETE FROM spock.copied_changes
          WHERE node_id = $1::oid AND closed_by IS NULL AND applied_at_most <= $2",
        &[node.as_oid().into(), position.into()],
    );
}

/// Forgets tables that are gone.
pub(crate) fn forget_dropped() {
    spi::execute(
        "DELETE FROM spock.copied_changes c
          WHERE closed_by IS NULL
            AND NOT EXISTS (SELECT FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace
                             WHERE n.nspname = c.nspname AND r.relname = c.relname)",
        &[],
    );
}
