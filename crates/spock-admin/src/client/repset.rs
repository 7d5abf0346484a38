//! Replication sets and what is in them.

use serde::Serialize;

use super::{Client, TableRef};
use crate::error::Result;

/// A table and what it takes to replicate it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableMembership {
    /// The table.
    pub table: TableRef,
    /// Sets of this node that it is in.
    pub sets: Vec<String>,
    /// Whether it has a key by which updates and deletes can be found again.
    pub has_key: bool,
}

impl Client {
    /// The ordinary tables of these schemas (all when empty) that are in no other extension's hands.
    pub async fn table_memberships(&self, schemas: &[String]) -> Result<Vec<TableMembership>> {
        let rows = self
            .query(
                "SELECT t.nspname::text, t.relname::text,
                        coalesce(array_agg(t.set_name::text ORDER BY t.set_name)
                                   FILTER (WHERE t.set_name IS NOT NULL), '{}') AS sets,
                        EXISTS (SELECT FROM pg_catalog.pg_index i
                                 WHERE i.indrelid = t.relid AND i.indisvalid
                                   AND (i.indisprimary OR i.indisreplident)) AS has_key
                   FROM spock.tables t
                  WHERE (cardinality($1::text[]) = 0 OR t.nspname::text = ANY ($1))
                    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                     WHERE d.classid = 'pg_catalog.pg_class'::regclass
                                       AND d.objid = t.relid AND d.deptype = 'e')
                  GROUP BY t.relid, t.nspname, t.relname
                  ORDER BY 1, 2",
                &[&schemas],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|row| TableMembership {
                table: TableRef { schema: row.get(0), name: row.get(1) },
                sets: row.get(2),
                has_key: row.get(3),
            })
            .collect())
    }

    /// `spock.repset_add_all_tables`.
    pub async fn repset_add_all_tables(&self, set: &str, schemas: &[String]) -> Result<()> {
        self.query_one(
            "SELECT spock.repset_add_all_tables($1::text::name, $2::text[])",
            &[&set, &schemas],
        )
        .await?;
        Ok(())
    }

    /// `spock.repset_add_table`.
    pub async fn repset_add_table(&self, set: &str, table: &TableRef) -> Result<()> {
        self.query_one(
            "SELECT spock.repset_add_table(set_name => $1::text::name,
                                           relation => $2::text::regclass)",
            &[&set, &table.quoted()],
        )
        .await?;
        Ok(())
    }

    /// Tables that are in at least one set of this node.
    pub async fn replicated_tables(&self) -> Result<Vec<TableRef>> {
        let rows = self
            .query(
                "SELECT DISTINCT t.nspname::text, t.relname::text FROM spock.tables t
                   JOIN pg_catalog.pg_class c ON c.oid = t.relid
                  WHERE t.set_name IS NOT NULL AND c.relkind = 'r' ORDER BY 1, 2",
                &[],
            )
            .await?;
        Ok(rows.iter().map(|row| TableRef { schema: row.get(0), name: row.get(1) }).collect())
    }
}
