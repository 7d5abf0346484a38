//! Which tables other nodes may write to, or hear of.

use spock_core::oid::Oid;

use crate::pg::spi;

/// Whether a table, or one that it is a partition or child of, is in a replication set of this node or has
/// been copied for a subscription.
pub(crate) fn is_replicated(table: Oid) -> bool {
    let query = "WITH RECURSIVE above (oid) AS (
            SELECT $1::oid
             UNION
            SELECT i.inhparent FROM pg_inherits i JOIN above a ON a.oid = i.inhrelid)
        SELECT 1 FROM above a JOIN pg_class c ON c.oid = a.oid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE EXISTS (SELECT FROM spock.replication_set_table t
                         JOIN spock.replication_set s USING (set_id)
                         JOIN spock.local_node l ON l.node_id = s.set_nodeid
                        WHERE t.set_reloid = c.oid)
            OR EXISTS (SELECT FROM spock.local_sync_status y
                        WHERE y.sync_nspname = n.nspname AND y.sync_relname = c.relname)";
    spi::select_one(query, &[table.into()]).is_some()
}
