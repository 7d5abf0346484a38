//! Tables: their names, their columns, and checksums of their rows.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Client;
use crate::error::Result;
use crate::replication_set::Pattern;

/// A table by name.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema, Deserialize,
)]
pub struct TableRef {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
}

impl TableRef {
    /// The name as it stands in a statement.
    pub fn quoted(&self) -> String {
        format!("{}.{}", quote_identifier(&self.schema), quote_identifier(&self.name))
    }
}

impl fmt::Display for TableRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, self.name)
    }
}

impl FromStr for TableRef {
    type Err = String;

    /// Reads `schema.name`, or `name` for one in the schema public; a name that has a dot stands in double quotes.
    fn from_str(text: &str) -> Result<Self, String> {
        let read = |text: &str| Pattern::parse(text);
        let pattern = read(text).or_else(|| read(&format!("public.{text}")));
        match pattern {
            Some(Pattern { schema, name: Some(name) }) => Ok(TableRef { schema, name }),
            _ => Err("write SCHEMA.NAME; a name that has a dot stands in double quotes".to_owned()),
        }
    }
}

/// An identifier in quotes.
pub fn quote_identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A value as it stands in a statement.
pub fn quote_literal(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// What the rows of a table amount to, in whatever order they lie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Checksum {
    /// Number of rows.
    pub rows: i64,
    /// Sum of the hashes of the rows, as a number of any length.
    pub sum: String,
}

impl Client {
    /// Columns of a table by name, without those that every row computes anew; `None` when there is
    /// no such table.
    pub async fn columns(&self, table: &TableRef) -> Result<Option<Vec<String>>> {
        let row = self
            .query_opt(
                "SELECT (SELECT coalesce(array_agg(a.attname::text ORDER BY a.attname), '{}')
                           FROM pg_catalog.pg_attribute a
                          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
                   FROM pg_catalog.pg_class c
                   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE n.nspname::text = $1 AND c.relname::text = $2",
                &[&table.schema, &table.name],
            )
            .await?;
        Ok(row.map(|row| row.get(0)))
    }

    /// Number of ordinary tables outside of the system's and the extension's schemas.
    pub async fn user_table_count(&self) -> Result<i64> {
        let row = self
            .query_one(
                "SELECT count(*) FROM pg_catalog.pg_class c
                   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
                    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'spock')
                    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                     WHERE d.classid = 'pg_catalog.pg_class'::regclass
                                       AND d.objid = c.oid AND d.deptype = 'e')",
                &[],
            )
            .await?;
        Ok(row.get(0))
    }

    /// Begins a transaction in which everything is read as of one moment.
    pub async fn begin_snapshot(&self) -> Result<()> {
        self.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
    }

    /// Ends that transaction.
    pub async fn end_snapshot(&self) -> Result<()> {
        self.batch("COMMIT").await
    }

    /// Checksum of these columns of a table.
    ///
    /// Each row is hashed as the text of a record of its columns, which quotes whatever could make
    /// two different rows read the same; the sum over the rows does not depend on their order.
    pub async fn checksum(&self, table: &TableRef, columns: &[String]) -> Result<Checksum> {
        // The rows of a partitioned table are in its partitions.
        let only = self
            .query_one(
                "SELECT CASE c.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END
                   FROM pg_catalog.pg_class c WHERE c.oid = $1::text::regclass",
                &[&table.quoted()],
            )
            .await?;
        let only: String = only.get(0);
        let record =
            columns.iter().map(|c| format!("t.{}", quote_identifier(c))).collect::<Vec<_>>();
        let sql = format!(
            "SELECT pg_catalog.count(*),
                    coalesce(pg_catalog.sum(pg_catalog.hashtextextended(ROW({})::text
                               COLLATE pg_catalog.\"C\", 0)), 0)::text
               FROM {only}{} t",
            record.join(", "),
            table.quoted()
        );
        let row = self.query_one(&sql, &[]).await?;
        Ok(Checksum { rows: row.get(0), sum: row.get(1) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted() {
        let table = TableRef { schema: "a b".into(), name: "x\"y".into() };
        assert_eq!(table.quoted(), "\"a b\".\"x\"\"y\"");
        assert_eq!(table.to_string(), "a b.x\"y");
    }

    #[test]
    fn names_without_a_schema_are_of_public() {
        let read = |text: &str| text.parse::<TableRef>().map(|t| (t.schema, t.name)).ok();
        let named = |schema: &str, name: &str| Some((schema.to_owned(), name.to_owned()));
        assert_eq!(read("orders"), named("public", "orders"));
        assert_eq!(read("app.orders"), named("app", "orders"));
        assert_eq!(read("\"a.b\""), named("public", "a.b"));
        for bad in ["", "app.*", "*", "a.b.c"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
