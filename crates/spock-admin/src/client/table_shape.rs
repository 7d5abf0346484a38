//! What a table is made of, as far as comparing its rows between nodes depends on it.

use super::{Client, TableRef};
use crate::error::Result;

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnShape {
    /// Its name.
    pub name: String,
    /// Its type as it stands in a cast.
    pub type_name: String,
    /// Whether each node computes it.
    pub is_generated: bool,
}

/// A column of the key by which rows are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyColumn {
    /// Its name.
    pub name: String,
    /// Its type as it stands in a cast.
    pub type_name: String,
    /// The operator of its index that says whether two values are the same.
    pub equality: String,
    /// Whether its values have the same order on every server: types of the server itself, and text only
    /// where it is ordered by its bytes.
    pub is_ordered_alike: bool,
}

/// A table on one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableShape {
    /// Whether its rows are in partitions.
    pub is_partitioned: bool,
    /// About how many rows it has.
    pub rows: i64,
    /// Encoding of the database.
    pub encoding: String,
    /// Its columns, by name.
    pub columns: Vec<ColumnShape>,
    /// Columns of the replica identity index, or of the primary key; empty when it has neither.
    pub key: Vec<KeyColumn>,
}

/// What a node sends of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The columns; `None` for all.
    pub columns: Option<Vec<String>>,
    /// The condition on the rows.
    pub filter: Option<String>,
}

/// Types of the server whose order is the same everywhere; text types where the collation is.
const ORDERED: &str = "'{int2,int4,int8,oid,numeric,float4,float8,bool,\"\\\"char\\\"\",date,time,timetz,\
     timestamp,timestamptz,interval,uuid,bytea,inet,macaddr,macaddr8,bit,varbit,money,pg_lsn}'";

impl Client {
    /// The table's schema and name, by a name as it stands in a statement; without a schema it is one of
    /// `public`. `None` when there is no such table.
    pub async fn find_table(&self, name: &str) -> Result<Option<TableRef>> {
        let row = self
            .query_opt(
                "SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_class c
                   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE c.relkind IN ('r', 'p')
                    AND c.oid = CASE pg_catalog.cardinality(pg_catalog.parse_ident($1))
                                WHEN 1 THEN pg_catalog.to_regclass('public.' || $1)
                                ELSE pg_catalog.to_regclass($1) END",
                &[&name],
            )
            .await?;
        Ok(row.map(|row| TableRef { schema: row.get(0), name: row.get(1) }))
    }

    /// Tables in replication sets; partitions are those of their table where that is in one.
    pub async fn whole_replicated_tables(&self) -> Result<Vec<TableRef>> {
        let rows = self
            .query(
                "WITH member AS (SELECT DISTINCT relid FROM spock.tables WHERE set_name IS NOT NULL)
                 SELECT DISTINCT n.nspname::text, c.relname::text
                   FROM member m
                   LEFT JOIN member root ON root.relid = pg_catalog.pg_partition_root(m.relid)
                   JOIN pg_catalog.pg_class c ON c.oid = coalesce(root.relid, m.relid)
                   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE c.relkind IN ('r', 'p')",
                &[],
            )
            .await?;
        Ok(rows.iter().map(|row| TableRef { schema: row.get(0), name: row.get(1) }).collect())
    }

    /// What a table is made of; `None` when there is no such table.
    pub async fn table_shape(&self, table: &TableRef) -> Result<Option<TableShape>> {
        let found = self
            .query_opt(
                "SELECT c.oid, c.relkind = 'p',
                        (SELECT sum(greatest(p.reltuples,
                                             pg_catalog.pg_relation_size(p.oid) / 2000))::bigint
                           FROM pg_catalog.pg_partition_tree(c.oid) t
                           JOIN pg_catalog.pg_class p ON p.oid = t.relid AND t.isleaf),
                        greatest(c.reltuples::bigint, pg_catalog.pg_relation_size(c.oid) / 2000),
                        pg_catalog.current_setting('server_encoding')
                   FROM pg_catalog.pg_class c
                   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE n.nspname::text = $1 AND c.relname::text = $2 AND c.relkind IN ('r', 'p')",
                &[&table.schema, &table.name],
            )
            .await?;
        let Some(found) = found else { return Ok(None) };
        let oid: u32 = found.get(0);
        let is_partitioned: bool = found.get(1);
        let rows: Option<i64> = if is_partitioned { found.get(2) } else { Some(found.get(3)) };
        let columns = self
            .query(
                "SELECT a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod),
                        a.attgenerated <> ''
                   FROM pg_catalog.pg_attribute a
                  WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
                  ORDER BY a.attname COLLATE \"C\"",
                &[&oid],
            )
            .await?;
        // The collation of the database is one like any other, from another place.
        let key = self
            .query(
                &format!(
                    "SELECT a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod),
                            (SELECT pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname)
                               FROM pg_catalog.pg_amop p
                               JOIN pg_catalog.pg_operator o ON o.oid = p.amopopr
                               JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
                              WHERE p.amopfamily = c.opcfamily AND p.amopstrategy = 3
                                AND p.amoplefttype = c.opcintype AND p.amoprighttype = c.opcintype),
                            c.opcdefault AND (
                              c.opcintype = ANY ({ORDERED}::pg_catalog.regtype[])
                              OR c.opcintype = ANY ('{{text,bpchar,name}}'::pg_catalog.regtype[])
                                 AND EXISTS (
                                     SELECT FROM pg_catalog.pg_collation l, pg_catalog.pg_database d
                                      WHERE l.oid = i.indcollation[k.n - 1]
                                        AND d.datname = pg_catalog.current_database()
                                        AND CASE l.collprovider
                                            WHEN 'b' THEN true
                                            WHEN 'c' THEN l.collcollate IN ('C', 'POSIX')
                                            WHEN 'd' THEN d.datlocprovider = 'b'
                                                 OR d.datlocprovider = 'c'
                                                    AND d.datcollate IN ('C', 'POSIX')
                                            ELSE false END))
                       FROM pg_catalog.pg_class t
                       JOIN pg_catalog.pg_index i ON i.indrelid = t.oid AND i.indisvalid
                        AND CASE WHEN t.relreplident = 'i'
                                 THEN i.indisreplident ELSE i.indisprimary END
                      CROSS JOIN pg_catalog.generate_series(1, i.indnkeyatts) k (n)
                       JOIN pg_catalog.pg_attribute a
                         ON a.attrelid = t.oid AND a.attnum = i.indkey[k.n - 1]
                       JOIN pg_catalog.pg_opclass c ON c.oid = i.indclass[k.n - 1]
                      WHERE t.oid = $1 ORDER BY k.n"
                ),
                &[&oid],
            )
            .await?;
        Ok(Some(TableShape {
            is_partitioned,
            rows: rows.unwrap_or_default(),
            encoding: found.get(4),
            columns: columns
                .iter()
                .map(|row| ColumnShape {
                    name: row.get(0),
                    type_name: row.get(1),
                    is_generated: row.get(2),
                })
                .collect(),
            key: key
                .iter()
                .map(|row| KeyColumn {
                    name: row.get(0),
                    type_name: row.get(1),
                    equality: row.get(2),
                    is_ordered_alike: row.get(3),
                })
                .collect(),
        }))
    }

    /// What a subscriber of these sets gets of a table; `None` when the table is in none of them.
    pub async fn published(&self, table: &TableRef, sets: &[String]) -> Result<Option<Published>> {
        let row = self
            .query_opt(
                "SELECT s.att_list, spock.repset_row_filter($1::text::regclass, $2)
                   FROM spock.repset_show_table($1::text::regclass, $2) s
                  WHERE EXISTS (SELECT FROM spock.tables t
                                 WHERE t.relid = $1::text::regclass AND t.set_name = ANY ($2))",
                &[&table.quoted(), &sets],
            )
            .await?;
        Ok(row.map(|row| Published { columns: row.get(0), filter: row.get(1) }))
    }
}
