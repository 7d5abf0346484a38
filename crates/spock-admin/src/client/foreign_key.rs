//! Foreign keys, and rows that lack what they refer to.

use super::{Client, quote_identifier};
use crate::error::Result;

/// A foreign key that the server takes for valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// Its name.
    pub name: String,
    /// The table that refers, as it stands in a statement.
    pub child: String,
    /// The table that is referred to.
    pub parent: String,
    /// Whether the rows of the referring table are in partitions.
    child_is_partitioned: bool,
    /// The same of the other.
    parent_is_partitioned: bool,
    /// Whether a key of which only a part is null is wrong.
    is_full: bool,
    /// Columns that refer, columns that they refer to, and the operators that compare them.
    pairs: Vec<(String, String, String)>,
}

/// Rows without a parent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Orphans {
    /// How many there are.
    pub count: i64,
    /// Some of their keys, as the server writes rows.
    pub samples: Vec<String>,
}

impl Client {
    /// The foreign keys of this database, those of partitions only as their table's.
    pub async fn foreign_keys(&self) -> Result<Vec<ForeignKey>> {
        let rows = self
            .query(
                "SELECT k.conname::text, k.conrelid::regclass::text, k.confrelid::regclass::text,
                        c.relkind = 'p', p.relkind = 'p', k.confmatchtype = 'f',
                        ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u (n, at)
                                JOIN pg_catalog.pg_attribute a
                                  ON a.attrelid = k.conrelid AND a.attnum = u.n ORDER BY u.at),
                        ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u (n, at)
                                JOIN pg_catalog.pg_attribute a
                                  ON a.attrelid = k.confrelid AND a.attnum = u.n ORDER BY u.at),
                        ARRAY(SELECT pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname)
                                FROM unnest(k.conpfeqop) WITH ORDINALITY u (op, at)
                                JOIN pg_catalog.pg_operator o ON o.oid = u.op
                                JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
                               ORDER BY u.at)
                   FROM pg_catalog.pg_constraint k
                   JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
                   JOIN pg_catalog.pg_class p ON p.oid = k.confrelid
                   JOIN pg_catalog.pg_namespace s ON s.oid = k.connamespace
                  WHERE k.contype = 'f' AND k.conparentid = 0 AND k.convalidated
                    AND s.nspname NOT IN ('pg_catalog', 'spock', 'snowflake')
                  ORDER BY 2, 1",
                &[],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|row| {
                let (child, parent): (Vec<String>, Vec<String>) = (row.get(6), row.get(7));
                let operators: Vec<String> = row.get(8);
                ForeignKey {
                    name: row.get(0),
                    child: row.get(1),
                    parent: row.get(2),
                    child_is_partitioned: row.get(3),
                    parent_is_partitioned: row.get(4),
                    is_full: row.get(5),
                    pairs: child
                        .into_iter()
                        .zip(parent)
                        .zip(operators)
                        .map(|((child, parent), operator)| (child, parent, operator))
                        .collect(),
                }
            })
            .collect())
    }

    /// Rows whose parents are not there, in one snapshot.
    pub async fn orphans(&self, key: &ForeignKey, samples: i64) -> Result<Orphans> {
        let row = self.query_one(&key.statement(), &[&samples]).await?;
        Ok(Orphans { count: row.get(0), samples: row.get(1) })
    }
}

impl ForeignKey {
    fn statement(&self) -> String {
        let only = |is_partitioned| if is_partitioned { "" } else { "ONLY " };
        let child = |column: &str| format!("c.{}", quote_identifier(column));
        let columns: Vec<String> = self.pairs.iter().map(|(column, ..)| child(column)).collect();
        let refers = columns.iter().map(|column| format!("{column} IS NOT NULL"));
        let refers = refers.collect::<Vec<_>>().join(if self.is_full { " OR " } else { " AND " });
        let equal = self.pairs.iter().map(|(column, parent, operator)| {
            format!("p.{} {operator} {}", quote_identifier(parent), child(column))
        });
        format!(
            "WITH orphan AS MATERIALIZED (
                 SELECT ROW({})::text AS key FROM {}{} c
                  WHERE ({refers}) AND NOT EXISTS (SELECT FROM {}{} p WHERE {}))
             SELECT pg_catalog.count(*),
                    ARRAY(SELECT DISTINCT key FROM orphan ORDER BY key LIMIT $1) FROM orphan",
            columns.join(", "),
            only(self.child_is_partitioned),
            self.child,
            only(self.parent_is_partitioned),
            self.parent,
            equal.collect::<Vec<_>>().join(" AND "),
        )
    }
}
