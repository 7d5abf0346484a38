//! `spock.replication_set` and `spock.replication_set_table`: what a node offers to its subscribers.

use spock_core::oid::{NodeId, Oid};

use super::node::{node_id, pair_id};
use super::replicated_sequence;
use crate::pg::sequence::told;
use crate::pg::spi::{self, Row};
use crate::pg::value::Value;
use crate::pg::{relation, systable};

/// Which kinds of change a set replicates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Actions {
    pub(crate) insert: bool,
    pub(crate) update: bool,
    pub(crate) delete: bool,
    pub(crate) truncate: bool,
}

impl Actions {
    /// All four.
    pub(crate) const ALL: Self = Self { insert: true, update: true, delete: true, truncate: true };

    /// Whether rows have to be found again at the subscriber.
    pub(crate) fn need_identity(self) -> bool {
        self.update || self.delete
    }
}

/// A row of `spock.replication_set`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReplicationSet {
    pub(crate) id: Oid,
    pub(crate) node: NodeId,
    pub(crate) name: String,
    pub(crate) actions: Actions,
}

const COLUMNS: &str = "SELECT set_id, set_nodeid, set_name, replicate_insert, replicate_update, \
     replicate_delete, replicate_truncate FROM spock.replication_set";

fn read(row: &Row) -> ReplicationSet {
    ReplicationSet {
        id: row.get(0),
        node: node_id(row, 1),
        name: row.get(2),
        actions: Actions {
            insert: row.get(3),
            update: row.get(4),
            delete: row.get(5),
            truncate: row.get(6),
        },
    }
}

/// The set of a node with this name.
pub(crate) fn by_name(node: NodeId, name: &str) -> Option<ReplicationSet> {
    let query = format!("{COLUMNS} WHERE set_nodeid = $1::oid AND set_name = $2::name");
    spi::select_one(&query, &[node.as_oid().into(), name.into()]).as_ref().map(read)
}

/// The sets of a node, by name.
pub(crate) fn of_node(node: NodeId) -> Vec<ReplicationSet> {
    let query = format!("{COLUMNS} WHERE set_nodeid = $1::oid ORDER BY set_name");
    spi::select(&query, &[node.as_oid().into()]).iter().map(read).collect()
}

/// Makes the streams of this node read the sets anew, from this transaction's commit on.
fn sets_changed() {
    if let Some(table) = systable::relation_oid(c"spock", c"replication_set") {
        relation::invalidate(table);
    }
}

/// The names of the local node's sets as a list of SQL.
pub(crate) fn all_names() -> String {
    spi::select_one(
        "SELECT coalesce(string_agg(quote_ident(s.set_name), ','), '')
           FROM spock.replication_set s JOIN spock.local_node l ON l.node_id = s.set_nodeid",
        &[],
    )
    .map_or_else(String::new, |row| row.get(0))
}

/// Adds a set and returns its id, which is a hash of node and name.
pub(crate) fn insert(node: NodeId, name: &str, actions: Actions) -> Oid {
    let id = pair_id(node, name);
    spi::execute(
        "INSERT INTO spock.replication_set (set_id, set_nodeid, set_name, replicate_insert,
             replicate_update, replicate_delete, replicate_truncate)
         VALUES ($1::oid, $2::oid, $3::name, $4, $5, $6, $7)",
        &[
            id.into(),
            node.as_oid().into(),
            name.into(),
            actions.insert.into(),
            actions.update.into(),
            actions.delete.into(),
            actions.truncate.into(),
        ],
    );
    sets_changed();
    id
}

/// Changes what a set replicates.
pub(crate) fn set_actions(id: Oid, actions: Actions) {
    spi::execute(
        "UPDATE spock.replication_set SET replicate_insert = $2, replicate_update = $3,
             replicate_delete = $4, replicate_truncate = $5 WHERE set_id = $1::oid",
        &[
            id.into(),
            actions.insert.into(),
            actions.update.into(),
            actions.delete.into(),
            actions.truncate.into(),
        ],
    );
    sets_changed();
}

/// Removes a set with its members.
pub(crate) fn delete(id: Oid) {
    replicated_sequence::of_set(id).into_iter().for_each(told::lock);
    for statement in [
        "DELETE FROM spock.replication_set_table WHERE set_id = $1::oid",
        "DELETE FROM spock.replication_set_seq WHERE set_id = $1::oid",
        "DELETE FROM spock.replication_set WHERE set_id = $1::oid",
    ] {
        spi::execute(statement, &[id.into()]);
    }
    replicated_sequence::forget_strays();
    sets_changed();
}

/// Removes all sets of a node.
pub(crate) fn delete_of_node(node: NodeId) {
    for set in of_node(node) {
        delete(set.id);
    }
}

/// What decides whether, and how, a table can be replicated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableFacts {
    pub(crate) oid: Oid,
    pub(crate) schema: String,
    pub(crate) name: String,
    /// An ordinary or partitioned table.
    pub(crate) is_table: bool,
    pub(crate) is_partitioned: bool,
    /// Neither UNLOGGED nor TEMP.
    pub(crate) is_permanent: bool,
    /// Belongs to the server, to this extension, or to a reserved schema or extension.
    pub(crate) is_reserved: bool,
    /// Columns by which rows are found; empty when there is no usable identity.
    pub(crate) identity: Vec<String>,
    /// All columns that are not generated, and those that are.
    pub(crate) columns: Vec<String>,
    pub(crate) generated_columns: Vec<String>,
    /// Whole old rows of it stand in the log.
    pub(crate) has_full_identity: bool,
    /// It is no table.
    pub(crate) is_sequence: bool,
}

impl TableFacts {
    /// Schema and name, for messages.
    pub(crate) fn qualified(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }
}

const FACTS: &str = "SELECT c.oid, n.nspname, c.relname, c.relkind IN ('r', 'p'), c.relkind = 'p',
        c.relpersistence = 'p',
        n.nspname IN ('pg_catalog', 'information_schema', 'spock') OR n.nspname LIKE 'pg\\_toast%'
        OR EXISTS (
            SELECT FROM spock.reserved_object o
             WHERE o.block_in_repset AND o.kind = 'schema' AND o.name = n.nspname)
        OR EXISTS (
            SELECT FROM spock.reserved_object o
              JOIN pg_extension e ON e.extname = o.name
              JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
             WHERE o.block_in_repset AND o.kind = 'extension' AND d.deptype = 'e'
               AND d.classid = 'pg_class'::regclass AND d.objid = c.oid),
        coalesce((
            SELECT array_agg(a.attname::text ORDER BY a.attnum)
              FROM pg_index i
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
             WHERE i.indexrelid = (
                SELECT x.indexrelid FROM pg_index x
                 WHERE x.indrelid = c.oid AND x.indisvalid AND x.indislive AND x.indimmediate
                   AND CASE c.relreplident WHEN 'i' THEN x.indisreplident
                       WHEN 'n' THEN false ELSE x.indisprimary END)), '{}'),
        coalesce((SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
               AND a.attgenerated = ''), '{}'),
        coalesce((SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
               AND a.attgenerated <> ''), '{}'),
        c.relreplident = 'f', c.relkind = 'S'
   FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace";

fn read_facts(row: &Row) -> TableFacts {
    TableFacts {
        oid: row.get(0),
        schema: row.get(1),
        name: row.get(2),
        is_table: row.get(3),
        is_partitioned: row.get(4),
        is_permanent: row.get(5),
        is_reserved: row.get(6),
        identity: row.get(7),
        columns: row.get(8),
        generated_columns: row.get(9),
        has_full_identity: row.get(10),
        is_sequence: row.get(11),
    }
}

/// The facts of one relation.
pub(crate) fn table_facts(relation: Oid) -> Option<TableFacts> {
    let query = format!("{FACTS} WHERE c.oid = $1::oid");
    spi::select_one(&query, &[relation.into()]).as_ref().map(read_facts)
}

/// The facts of all sequences of a schema, by name; temporary ones are left out.
pub(crate) fn sequences_of_schema(schema: &str) -> Vec<TableFacts> {
    let query = format!(
        "{FACTS} WHERE n.nspname = $1::name AND c.relkind = 'S'
             AND c.relpersistence <> 't' ORDER BY c.relname"
    );
    spi::select(&query, &[schema.into()]).iter().map(read_facts).collect()
}

/// The facts of all tables of a schema, by name; temporary ones are left out.
pub(crate) fn tables_of_schema(schema: &str) -> Vec<TableFacts> {
    let query = format!(
        "{FACTS} WHERE n.nspname = $1::name AND c.relkind IN ('r', 'p')
             AND c.relpersistence <> 't' ORDER BY c.relname"
    );
    spi::select(&query, &[schema.into()]).iter().map(read_facts).collect()
}

/// The facts of all partitions below a table, itself left out.
pub(crate) fn partitions_of(relation: Oid) -> Vec<TableFacts> {
    let query = format!(
        "{FACTS} WHERE c.oid IN (SELECT p.relid FROM pg_partition_tree($1::oid::regclass) p)
             AND c.oid <> $1::oid AND c.relkind IN ('r', 'p') ORDER BY n.nspname, c.relname"
    );
    spi::select(&query, &[relation.into()]).iter().map(read_facts).collect()
}

/// The facts of all tables of a set.
pub(crate) fn tables_of_set(set: Oid) -> Vec<TableFacts> {
    let query = format!(
        "{FACTS} JOIN spock.replication_set_table t ON t.set_reloid = c.oid
          WHERE t.set_id = $1::oid ORDER BY n.nspname, c.relname"
    );
    spi::select(&query, &[set.into()]).iter().map(read_facts).collect()
}

/// Whether a table is in a set.
pub(crate) fn has_table(set: Oid, relation: Oid) -> bool {
    spi::select_one(
        "SELECT 1 FROM spock.replication_set_table
          WHERE set_id = $1::oid AND set_reloid = $2::oid::regclass",
        &[set.into(), relation.into()],
    )
    .is_some()
}

/// How a table is in a set.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) set: ReplicationSet,
    /// The columns to send; none means all.
    pub(crate) columns: Option<Vec<String>>,
    /// The row filter, as SQL.
    pub(crate) row_filter: Option<String>,
}

/// The sets of a node that a table is in.
pub(crate) fn memberships(node: NodeId, relation: Oid) -> Vec<Member> {
    let query = "SELECT s.set_id, s.set_nodeid, s.set_name, s.replicate_insert, s.replicate_update,
            s.replicate_delete, s.replicate_truncate, t.set_att_list,
            pg_get_expr(t.set_row_filter, t.set_reloid)
       FROM spock.replication_set s JOIN spock.replication_set_table t USING (set_id)
      WHERE s.set_nodeid = $1::oid AND t.set_reloid = $2::oid::regclass ORDER BY s.set_name";
    let rows = spi::select(query, &[node.as_oid().into(), relation.into()]);
    let member = |row: &Row| Member { set: read(row), columns: row.get(7), row_filter: row.get(8) };
    rows.iter().map(member).collect()
}

/// A table above another one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parent {
    pub(crate) table: Oid,
    /// The other one is a partition of it.
    pub(crate) is_partition: bool,
}

/// The tables that a table inherits from, or is a partition of.
pub(crate) fn parents(relation: Oid) -> Vec<Parent> {
    let query = "SELECT i.inhparent, c.relispartition FROM pg_inherits i
        JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhrelid = $1::oid ORDER BY i.inhseqno";
    let rows = spi::select(query, &[relation.into()]);
    rows.iter().map(|row| Parent { table: row.get(0), is_partition: row.get(1) }).collect()
}

/// Whether a table belongs to an extension.
pub(crate) fn is_of_extension(relation: Oid) -> bool {
    let query = "SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = $1::oid
        AND objsubid = 0 AND deptype = 'e'";
    spi::select_one(query, &[relation.into()]).is_some()
}

/// How a table is a member of a set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Membership {
    /// The columns to send; none means all.
    pub(crate) columns: Option<Vec<String>>,
    /// The tree of the row filter.
    pub(crate) row_filter: Option<String>,
}

/// Bytes that column list and row filter may take: their row must stay in one piece, because streams
/// read it while they decode, when what is stored out of line cannot be read.
const MAX_BYTES: i32 = 7_000;

/// Adds a table to a set; false when list and filter are too long.
pub(crate) fn add_table(set: Oid, relation: Oid, membership: Membership) -> bool {
    let filter = Value::NodeTree(membership.row_filter);
    let added = spi::execute_returning(
        "INSERT INTO spock.replication_set_table (set_id, set_reloid, set_att_list, set_row_filter)
         VALUES ($1::oid, $2::oid::regclass, $3::text[], $4)
         RETURNING coalesce(pg_column_size(set_att_list), 0)
                   + coalesce(pg_column_size(set_row_filter), 0)",
        &[set.into(), relation.into(), membership.columns.as_ref().into(), filter],
    );
    relation::invalidate(relation);
    added.iter().all(|row| row.get::<i32>(0) <= MAX_BYTES)
}

/// Takes a table or sequence out of all sets, as it goes or is not in the log any more: what it is, and their
/// names.
pub(crate) fn leave_sets(relation: Oid) -> Vec<(&'static str, String)> {
    if !exists() {
        return Vec::new();
    }
    let mut sets = Vec::new();
    for (kind, table, column) in [
        ("table", "replication_set_table", "set_reloid"),
        ("sequence", "replication_set_seq", "set_seqoid"),
    ] {
        let statement = format!(
            "DELETE FROM spock.{table} m USING spock.replication_set s
              WHERE s.set_id = m.set_id AND m.{column} = $1::oid::regclass RETURNING s.set_name"
        );
        let rows = spi::execute_returning(&statement, &[relation.into()]);
        sets.extend(rows.iter().map(|row| (kind, row.get::<String>(0))));
    }
    if sets.iter().any(|(kind, _)| *kind == "sequence") {
        replicated_sequence::forget_strays();
    }
    sets
}

/// Whether there are sets in this database.
pub(crate) fn exists() -> bool {
    [c"replication_set_table", c"replication_set_seq", c"sequence_state"]
        .iter()
        .all(|table| systable::relation_oid(c"spock", table).is_some())
}

/// Takes a table out of a set; false when it was not in it.
pub(crate) fn remove_table(set: Oid, relation: Oid) -> bool {
    relation::invalidate(relation);
    spi::execute(
        "DELETE FROM spock.replication_set_table
          WHERE set_id = $1::oid AND set_reloid = $2::oid::regclass",
        &[set.into(), relation.into()],
    ) > 0
}

/// How a table is replicated to a subscriber of some sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Publication {
    /// Columns that are sent, in order; none means all that are not generated.
    pub(crate) columns: Option<Vec<String>>,
    pub(crate) has_row_filter: bool,
}

/// How a table is replicated to a subscriber of the local node's sets with these names; nothing
/// when it is in none of them. Lists of several sets are united; a set without a list adds none.
pub(crate) fn publication(node: NodeId, relation: Oid, sets: &[String]) -> Option<Publication> {
    let row = spi::select_one(
        "SELECT count(*) > 0,
                (SELECT array_agg(DISTINCT a.name) FROM spock.replication_set_table x
                   JOIN spock.replication_set y USING (set_id), unnest(x.set_att_list) AS a (name)
                  WHERE x.set_reloid = $2::oid::regclass AND y.set_nodeid = $1::oid
                    AND y.set_name::text = ANY ($3)),
                coalesce(bool_or(t.set_row_filter IS NOT NULL), false)
           FROM spock.replication_set_table t JOIN spock.replication_set s USING (set_id)
          WHERE t.set_reloid = $2::oid::regclass AND s.set_nodeid = $1::oid
            AND s.set_name::text = ANY ($3)",
        &[node.as_oid().into(), relation.into(), sets.into()],
    )?;
    let is_member: bool = row.get(0);
    is_member.then(|| Publication { columns: row.get(1), has_row_filter: row.get(2) })
}
