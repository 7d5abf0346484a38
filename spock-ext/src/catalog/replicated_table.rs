//! Which tables other nodes may write to, or hear of.

use spock_core::oid::Oid;

use crate::pg::spi::{self, Row};

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

/// A table among those above and below another one.
pub(crate) struct Member {
    pub(crate) table: Oid,
    pub(crate) schema: String,
    pub(crate) name: String,
}

/// A table, all above it, and all below those: who writes to one of them may write to it.
pub(crate) fn family(table: Oid) -> Vec<Member> {
    let query = "WITH RECURSIVE above (oid) AS (
            SELECT $1::oid
             UNION
            SELECT i.inhparent FROM pg_inherits i JOIN above a ON a.oid = i.inhrelid),
        all_of_them (oid) AS (
            SELECT oid FROM above
             UNION
            SELECT i.inhrelid FROM pg_inherits i JOIN all_of_them a ON a.oid = i.inhparent)
        SELECT c.oid, n.nspname, c.relname FROM all_of_them a
          JOIN pg_class c ON c.oid = a.oid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' ORDER BY 2, 3";
    let rows = spi::select(query, &[table.into()]);
    let member = |row: &Row| Member { table: row.get(0), schema: row.get(1), name: row.get(2) };
    rows.iter().map(member).collect()
}

/// The tables of these names that are here, and how they are written, in the same order.
pub(crate) fn by_names(tables: &[(String, String)]) -> Vec<(Oid, String)> {
    let query = "SELECT c.oid, format('%I.%I', n.nspname, c.relname) FROM pg_class c
          JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = $1::name AND c.relname = $2::name AND c.relkind IN ('r', 'p')";
    let find = |(schema, name): &(String, String)| {
        let row = spi::select_one(query, &[schema.as_str().into(), name.as_str().into()])?;
        Some((row.get(0), row.get(1)))
    };
    tables.iter().filter_map(find).collect()
}
