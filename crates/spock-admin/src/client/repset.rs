//! Replication sets and what is in them.

use serde::Serialize;

use super::{Client, TableRef};
use crate::error::Result;
use crate::replication_set::{Actions, TableRule};

/// A table and what it takes to replicate it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct TableMembership {
    /// The table.
    pub table: TableRef,
    /// Sets of this node that it is in.
    pub sets: Vec<String>,
    /// Whether it has a key by which updates and deletes can be found again.
    pub has_key: bool,
}

/// A sequence and the sets that it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SequenceMembership {
    /// The sequence.
    pub sequence: TableRef,
    /// Sets of this node that it is in.
    pub sets: Vec<String>,
    /// Whether a column takes snowflake values from it.
    pub gives_snowflakes: bool,
}

/// How a table goes into a set.
#[derive(Debug, Clone, Default)]
pub struct TableOptions {
    /// Its columns, when it is not all.
    pub columns: Option<Vec<String>>,
    /// Which rows.
    pub row_filter: Option<String>,
    /// Whether the subscribers of the set copy it.
    pub synchronize_data: bool,
    /// Whether the partitions of a partitioned table stay out.
    pub without_partitions: bool,
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

    /// `spock.repset_add_table`, of all columns and rows without a rule, with the partitions of a partitioned table.
    pub async fn repset_add_table(
        &self,
        set: &str,
        table: &TableRef,
        rule: Option<&TableRule>,
    ) -> Result<()> {
        let options = TableOptions {
            columns: rule.and_then(|rule| rule.columns.clone()),
            row_filter: rule.and_then(|rule| rule.row_filter.clone()),
            ..TableOptions::default()
        };
        self.repset_add_table_with(set, table, &options).await
    }

    /// `spock.repset_add_table`.
    pub async fn repset_add_table_with(
        &self,
        set: &str,
        table: &TableRef,
        options: &TableOptions,
    ) -> Result<()> {
        self.query_one(
            "SELECT spock.repset_add_table(set_name => $1::text::name,
                                           relation => $2::text::regclass,
                                           columns => $3, row_filter => $4,
                                           synchronize_data => $5, include_partitions => $6)",
            &[
                &set,
                &table.quoted(),
                &options.columns,
                &options.row_filter,
                &options.synchronize_data,
                &!options.without_partitions,
            ],
        )
        .await?;
        Ok(())
    }

    /// The sequences of these schemas (all when empty) that can be in a set and are in no other
    /// extension's hands.
    pub async fn sequence_memberships(
        &self,
        schemas: &[String],
    ) -> Result<Vec<SequenceMembership>> {
        let rows = self
            .query(
                "SELECT s.nspname::text, s.relname::text,
                        coalesce(array_agg(s.set_name::text ORDER BY s.set_name)
                                   FILTER (WHERE s.set_name IS NOT NULL), '{}') AS sets,
                        EXISTS (SELECT FROM pg_catalog.pg_depend d
                                  JOIN pg_catalog.pg_depend f USING (classid, objid)
                                  JOIN pg_catalog.pg_proc p ON p.oid = f.refobjid
                                  JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                                 WHERE d.classid = 'pg_catalog.pg_attrdef'::regclass
                                   AND d.refclassid = 'pg_catalog.pg_class'::regclass
                                   AND d.refobjid = s.relid
                                   AND f.refclassid = 'pg_catalog.pg_proc'::regclass
                                   AND n.nspname = 'snowflake') AS gives_snowflakes
                   FROM spock.sequences s
                  WHERE (cardinality($1::text[]) = 0 OR s.nspname::text = ANY ($1))
                    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                     WHERE d.classid = 'pg_catalog.pg_class'::regclass
                                       AND d.objid = s.relid AND d.deptype = 'e')
                  GROUP BY s.relid, s.nspname, s.relname
                  ORDER BY 1, 2",
                &[&schemas],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|row| SequenceMembership {
                sequence: TableRef { schema: row.get(0), name: row.get(1) },
                sets: row.get(2),
                gives_snowflakes: row.get(3),
            })
            .collect())
    }

    /// `spock.repset_add_seq`.
    pub async fn repset_add_seq(&self, set: &str, sequence: &TableRef) -> Result<()> {
        self.query_one(
            "SELECT spock.repset_add_seq(set_name => $1::text::name,
                                         relation => $2::text::regclass)",
            &[&set, &sequence.quoted()],
        )
        .await?;
        Ok(())
    }

    /// Which changes a set of this node lets out; none when there is no such set.
    pub async fn repset_actions(&self, set: &str) -> Result<Option<Actions>> {
        let rows = self
            .query(
                "SELECT s.replicate_insert, s.replicate_update, s.replicate_delete,
                        s.replicate_truncate
                   FROM spock.replication_set s
                   JOIN spock.local_node l ON l.node_id = s.set_nodeid
                  WHERE s.set_name = $1::text::name",
                &[&set],
            )
            .await?;
        Ok(rows.first().map(|row| Actions {
            insert: row.get(0),
            update: row.get(1),
            delete: row.get(2),
            truncate: row.get(3),
        }))
    }

    /// `spock.repset_create`, or `spock.repset_alter` of a set that `exists`.
    pub async fn repset_define(&self, set: &str, actions: Actions, exists: bool) -> Result<()> {
        let Actions { insert, update, delete, truncate } = actions;
        let statement = if exists {
            "SELECT spock.repset_alter($1::text::name, $2, $3, $4, $5)"
        } else {
            "SELECT spock.repset_create($1::text::name, $2, $3, $4, $5)"
        };
        self.query_one(statement, &[&set, &insert, &update, &delete, &truncate]).await?;
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
