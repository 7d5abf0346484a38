//! Tables that replicate in part only, or get rows that clash, by what they are made of.

use super::Finding;
use crate::client::{Client, TableRef, quote_literal};
use crate::error::Result;

/// A column of a key that takes its values from a sequence which every node counts for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedKey {
    /// The column.
    pub column: String,
    /// The sequence, as it stands in a statement.
    pub sequence: String,
}

/// What a table is made of, as far as replicating it depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFacts {
    /// The table.
    pub table: TableRef,
    /// Its rows are in partitions.
    pub is_partitioned: bool,
    /// It is a partition.
    pub is_partition: bool,
    /// It is not written to the log.
    pub is_unlogged: bool,
    /// Rows can be found by a primary key or a replica identity index.
    pub has_key: bool,
    /// Its replica identity: `d`, `i`, `f` or `n`.
    pub identity: String,
    /// Unique constraints that are checked at the end only.
    pub deferrable: Vec<String>,
    /// Unique indexes beside the key.
    pub more_unique: Vec<String>,
    /// Columns of keys with an ordinary sequence.
    pub counted: Vec<CountedKey>,
    /// Replication sets that it is in.
    pub sets: Vec<String>,
    /// Those that replicate updates or deletes.
    pub changing_sets: Vec<String>,
}

const TABLES: &str = "\
    SELECT c.oid, n.nspname::text, c.relname::text, c.relkind = 'p', c.relispartition,
           c.relpersistence = 'u', c.relreplident::text,
           EXISTS (SELECT FROM pg_catalog.pg_index i
                    WHERE i.indrelid = c.oid AND i.indisvalid AND i.indimmediate
                      AND CASE WHEN c.relreplident = 'i' THEN i.indisreplident
                               ELSE i.indisprimary END),
           ARRAY(SELECT i.indexrelid::regclass::text FROM pg_catalog.pg_index i
                  WHERE i.indrelid = c.oid AND i.indisunique AND NOT i.indimmediate ORDER BY 1),
           ARRAY(SELECT i.indexrelid::regclass::text FROM pg_catalog.pg_index i
                  WHERE i.indrelid = c.oid AND i.indisunique AND NOT i.indisprimary
                    AND NOT i.indisreplident ORDER BY 1)
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
       AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'spock', 'snowflake')
       AND n.nspname !~ '^pg_toast'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                          AND d.objid = c.oid AND d.deptype = 'e')
     ORDER BY 2, 3";

/// Columns of unique indexes whose default, or identity, is a sequence that counts by one. Those that
/// count in other steps are taken for what keeps nodes apart.
const COUNTED: &str = "\
    SELECT DISTINCT a.attrelid, a.attname::text, s.seqrelid::regclass::text
      FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_index i ON i.indrelid = a.attrelid AND i.indisunique
       AND a.attnum = ANY (i.indkey)
      LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
      JOIN pg_catalog.pg_depend d
        ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = f.oid
           AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        OR a.attidentity <> '' AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
           AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
           AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype = 'i'
      JOIN pg_catalog.pg_sequence s
        ON s.seqrelid = CASE WHEN a.attidentity <> '' THEN d.objid ELSE d.refobjid END
     WHERE a.attnum > 0 AND NOT a.attisdropped AND pg_catalog.abs(s.seqincrement) = 1
       AND coalesce(pg_catalog.pg_get_expr(f.adbin, f.adrelid), '') NOT LIKE '%snowflake.nextval%'
     ORDER BY 1, 2";

const SETS: &str = "\
    SELECT t.set_reloid::oid, s.set_name::text, s.replicate_update OR s.replicate_delete
      FROM spock.replication_set_table t
      JOIN spock.replication_set s ON s.set_id = t.set_id
      JOIN spock.local_node l ON l.node_id = s.set_nodeid
     ORDER BY 2";

/// Every table of the database that is not part of an extension.
pub async fn read(client: &Client) -> Result<Vec<TableFacts>> {
    let rows = client.query(TABLES, &[]).await?;
    let counted = client.query(COUNTED, &[]).await?;
    let sets =
        if client.has_extension().await? { client.query(SETS, &[]).await? } else { Vec::new() };
    Ok(rows
        .iter()
        .map(|row| {
            let oid: u32 = row.get(0);
            let sets = || sets.iter().filter(|set| set.get::<_, u32>(0) == oid);
            TableFacts {
                table: TableRef { schema: row.get(1), name: row.get(2) },
                is_partitioned: row.get(3),
                is_partition: row.get(4),
                is_unlogged: row.get(5),
                identity: row.get(6),
                has_key: row.get(7),
                deferrable: row.get(8),
                more_unique: row.get(9),
                counted: counted
                    .iter()
                    .filter(|key| key.get::<_, u32>(0) == oid)
                    .map(|key| CountedKey { column: key.get(1), sequence: key.get(2) })
                    .collect(),
                sets: sets().map(|set| set.get(1)).collect(),
                changing_sets: sets().filter(|s| s.get(2)).map(|s| s.get(1)).collect(),
            }
        })
        .collect())
}

/// What is wrong with the tables that a node sends.
pub(super) fn published(node: &str, tables: &[TableFacts]) -> Vec<Finding> {
    let sent = tables.iter().filter(|table| !table.sets.is_empty());
    sent.flat_map(|table| {
        let mut out = clashes(node, table);
        if (!table.has_key || table.identity == "n") && !table.changing_sets.is_empty() {
            let sets = table.changing_sets.join(", ");
            let problem = format!(
                "table {} has no key, and set {sets} replicates updates or deletes: none of them \
                 can be applied",
                table.table
            );
            let mend = format!("ALTER TABLE {} ADD PRIMARY KEY (...)", table.table.quoted());
            out.push(Finding::error("table-without-key", node, problem).mend(mend));
        }
        out.into_iter().map(|finding| finding.about(table.table.to_string()))
    })
    .collect()
}

/// What keeps the tables of a database from being written on several nodes.
pub(super) fn ready(node: &str, tables: &[TableFacts]) -> Vec<Finding> {
    let ready = |table| {
        let found = ready_table(node, table);
        found.into_iter().map(|finding| finding.about(table.table.to_string()))
    };
    tables.iter().flat_map(ready).collect()
}

fn ready_table(node: &str, table: &TableFacts) -> Vec<Finding> {
    let name = table.table.quoted();
    if table.is_unlogged {
        let problem = format!("table {} is unlogged: nothing of it is replicated", table.table);
        let mend = format!("ALTER TABLE {name} SET LOGGED");
        return vec![Finding::warning("unlogged-table", node, problem).mend(mend)];
    }
    let mut out = clashes(node, table);
    if table.identity == "n" && table.has_key {
        let problem = format!(
            "table {} has REPLICA IDENTITY NOTHING: only inserts and truncates can be replicated",
            table.table
        );
        let mend = format!("ALTER TABLE {name} REPLICA IDENTITY DEFAULT");
        out.push(Finding::warning("replica-identity-nothing", node, problem).mend(mend));
    }
    if !table.has_key && !table.is_partition {
        let problem = format!(
            "table {} has no primary key or replica identity index: only inserts and truncates can \
             be replicated",
            table.table
        );
        let mend = format!("ALTER TABLE {name} ADD PRIMARY KEY (...)");
        out.push(Finding::warning("table-without-key", node, problem).mend(mend));
    }
    if table.identity == "f" && table.has_key {
        let problem = format!(
            "table {} has REPLICA IDENTITY FULL: every update carries the whole old row",
            table.table
        );
        let mend = format!("ALTER TABLE {name} REPLICA IDENTITY DEFAULT");
        out.push(Finding::info("replica-identity-full", node, problem).mend(mend));
    }
    out
}

/// Rows of different nodes that can claim the same value.
fn clashes(node: &str, table: &TableFacts) -> Vec<Finding> {
    let mut out = Vec::new();
    for key in &table.counted {
        let problem = format!(
            "key column {} of table {} takes its values from {}, which every node counts for itself",
            key.column, table.table, key.sequence
        );
        out.push(Finding::warning("sequence-key", node, problem).mend(format!(
            "SELECT snowflake.convert_sequence_to_snowflake({})",
            quote_literal(&key.sequence)
        )));
    }
    if !table.deferrable.is_empty() {
        let list = table.deferrable.join(", ");
        let problem = format!(
            "table {} has a unique constraint that is checked at the end ({list}): of rows that \
             clash on two nodes one is taken back, and rows are not found by it",
            table.table
        );
        out.push(Finding::info("deferrable-unique", node, problem));
    }
    let more: Vec<&str> = table
        .more_unique
        .iter()
        .filter(|index| !table.deferrable.contains(index))
        .map(String::as_str)
        .collect();
    if !more.is_empty() {
        let problem = format!(
            "table {} has unique values beside its key ({}): of two rows that claim one value on two \
             nodes the older one is taken back",
            table.table,
            more.join(", ")
        );
        out.push(Finding::info("several-unique-indexes", node, problem));
    }
    out
}

/// What a database has that no table shows.
pub(super) async fn database(client: &Client) -> Result<Vec<Finding>> {
    let row = client
        .query_one(
            "SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_largeobject_metadata),
                    ARRAY(SELECT extname::text FROM pg_catalog.pg_extension
                           WHERE extname NOT IN ('plpgsql', 'spock') ORDER BY 1),
                    (SELECT pg_catalog.count(*) FROM pg_catalog.pg_constraint k
                       JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
                      WHERE k.contype = 'f' AND k.conparentid = 0
                        AND n.nspname NOT IN ('pg_catalog', 'spock', 'snowflake'))",
            &[],
        )
        .await?;
    let node = client.node();
    let (objects, extensions, references): (i64, Vec<String>, i64) =
        (row.get(0), row.get(1), row.get(2));
    let mut out = Vec::new();
    if objects > 0 {
        let problem = format!("there are {objects} large objects: they are not replicated");
        out.push(
            Finding::warning("large-objects", node, problem)
                .mend("keep their contents in bytea columns"),
        );
    }
    if !extensions.is_empty() {
        let problem =
            format!("every node needs the files of these extensions: {}", extensions.join(", "));
        out.push(Finding::info("extensions", node, problem));
    }
    if references > 0 {
        let problem = format!(
            "{references} foreign keys are checked where a row is written: a parent deleted on one \
             node leaves a child that is inserted on another"
        );
        out.push(Finding::info("foreign-keys", node, problem));
    }
    Ok(out)
}
