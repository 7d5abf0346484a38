//! Sequences: where they stand, and what subscribers were told of them.

use serde::Serialize;

use super::{Client, TableRef};
use crate::error::Result;

/// A sequence on one node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SequenceState {
    /// The node.
    pub node: String,
    /// The sequence.
    pub sequence: TableRef,
    /// Replication sets of this node that it is in.
    pub sets: Vec<String>,
    /// The last value that was taken; null before the first.
    pub last_value: Option<i64>,
    /// The value that subscribers were told last; null when they never were.
    pub told: Option<i64>,
    /// By how many values that lay ahead; 0 when another node told us, and nothing was taken here since.
    pub ahead: Option<i32>,
    /// By how much it counts.
    pub increment: i64,
    /// The type of its values.
    pub data_type: String,
    /// The column that it belongs to, or whose default it is.
    pub column: Option<String>,
    /// Whether that column takes snowflake values from it, which need no replication.
    pub gives_snowflakes: bool,
}

impl Client {
    /// Every sequence of this database that can be in a set, and is in no extension's hands.
    pub async fn sequence_states(&self) -> Result<Vec<SequenceState>> {
        let rows = self
            .query(
                "SELECT s.nspname::text, s.relname::text,
                        coalesce(array_agg(s.set_name::text ORDER BY s.set_name)
                                   FILTER (WHERE s.set_name IS NOT NULL), '{}'),
                        max(p.last_value), max(s.told), max(s.cache_size), max(p.increment_by),
                        max(p.data_type::text),
                        (SELECT pg_catalog.format('%s.%I', d.refobjid::regclass, a.attname)
                           FROM pg_catalog.pg_depend d
                           JOIN pg_catalog.pg_attribute a
                             ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                          WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = s.relid
                            AND d.refclassid = 'pg_catalog.pg_class'::regclass
                            AND d.deptype IN ('a', 'i') LIMIT 1),
                        EXISTS (SELECT FROM pg_catalog.pg_depend d
                                  JOIN pg_catalog.pg_attrdef f ON f.oid = d.objid
                                 WHERE d.classid = 'pg_catalog.pg_attrdef'::regclass
                                   AND d.refclassid = 'pg_catalog.pg_class'::regclass
                                   AND d.refobjid = s.relid
                                   AND pg_catalog.pg_get_expr(f.adbin, f.adrelid)
                                       LIKE '%snowflake.nextval%')
                   FROM spock.sequences s
                   JOIN pg_catalog.pg_sequences p
                     ON p.schemaname = s.nspname AND p.sequencename = s.relname
                  WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                     WHERE d.classid = 'pg_catalog.pg_class'::regclass
                                       AND d.objid = s.relid AND d.deptype = 'e')
                  GROUP BY s.relid, s.nspname, s.relname
                  ORDER BY 1, 2",
                &[],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|row| SequenceState {
                node: self.node().to_owned(),
                sequence: TableRef { schema: row.get(0), name: row.get(1) },
                sets: row.get(2),
                last_value: row.get(3),
                told: row.get(4),
                ahead: row.get(5),
                increment: row.get(6),
                data_type: row.get(7),
                column: row.get(8),
                gives_snowflakes: row.get(9),
            })
            .collect())
    }

    /// `spock.sync_seq`: tells the subscribers of its sets where to be.
    pub async fn sync_sequence(&self, sequence: &TableRef) -> Result<()> {
        let sql = "SELECT spock.sync_seq($1::text::regclass)";
        self.query_one(sql, &[&sequence.quoted()]).await.map(drop)
    }
}
