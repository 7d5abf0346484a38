//! Replication sets of a node, what each holds, and changing that.

use serde::Serialize;

use super::{Client, TableRef};
use crate::error::Result;
use crate::replication_set::Actions;

/// A replication set of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SetState {
    /// The node.
    pub node: String,
    /// Its name.
    pub name: String,
    /// Whether INSERT goes out.
    pub insert: bool,
    /// Whether UPDATE goes out.
    pub update: bool,
    /// Whether DELETE goes out.
    pub delete: bool,
    /// Whether TRUNCATE goes out.
    pub truncate: bool,
    /// Number of tables in it.
    pub tables: i64,
    /// Number of sequences in it.
    pub sequences: i64,
}

/// A table or sequence of a replication set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SetMember {
    /// The node.
    pub node: String,
    /// The set.
    pub set: String,
    /// table or sequence.
    pub kind: &'static str,
    /// Which one.
    #[serde(flatten)]
    pub relation: TableRef,
    /// Its columns, when it is not all.
    pub columns: Option<Vec<String>>,
    /// Which rows, when it is not all.
    pub row_filter: Option<String>,
}

impl Client {
    /// The replication sets of this node, by name.
    pub async fn repsets(&self) -> Result<Vec<SetState>> {
        let rows = self
            .query(
                "SELECT s.set_name::text, s.replicate_insert, s.replicate_update,
                        s.replicate_delete, s.replicate_truncate,
                        (SELECT pg_catalog.count(*) FROM spock.replication_set_table t
                          WHERE t.set_id = s.set_id),
                        (SELECT pg_catalog.count(*) FROM spock.replication_set_seq q
                          WHERE q.set_id = s.set_id)
                   FROM spock.replication_set s
                   JOIN spock.local_node l ON l.node_id = s.set_nodeid
                  ORDER BY 1",
                &[],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|row| SetState {
                node: self.node().to_owned(),
                name: row.get(0),
                insert: row.get(1),
                update: row.get(2),
                delete: row.get(3),
                truncate: row.get(4),
                tables: row.get(5),
                sequences: row.get(6),
            })
            .collect())
    }

    /// What a set of this node holds, or all of them: tables first, by name.
    pub async fn repset_members(&self, set: Option<&str>) -> Result<Vec<SetMember>> {
        let rows = self
            .query(
                "SELECT s.set_name::text, m.is_table, n.nspname::text, c.relname::text, m.columns,
                        CASE WHEN m.is_filtered
                             THEN spock.repset_row_filter(c.oid, ARRAY[s.set_name::text]) END
                   FROM spock.replication_set s
                   JOIN spock.local_node l ON l.node_id = s.set_nodeid
                   JOIN (SELECT set_id, set_reloid::oid AS relid, true AS is_table,
                                set_att_list AS columns, set_row_filter IS NOT NULL AS is_filtered
                           FROM spock.replication_set_table
                         UNION ALL
                         SELECT set_id, set_seqoid::oid, false, NULL, false
                           FROM spock.replication_set_seq) m ON m.set_id = s.set_id
                   JOIN pg_catalog.pg_class c ON c.oid = m.relid
                   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE $1::text IS NULL OR s.set_name::text = $1
                  ORDER BY 1, 2 DESC, 3, 4",
                &[&set],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|row| SetMember {
                node: self.node().to_owned(),
                set: row.get(0),
                kind: if row.get(1) { "table" } else { "sequence" },
                relation: TableRef { schema: row.get(2), name: row.get(3) },
                columns: row.get(4),
                row_filter: row.get(5),
            })
            .collect())
    }

    /// Has whoever wants to change a set wait for the end of this transaction.
    pub async fn lock_repsets(&self) -> Result<()> {
        self.batch(
            "LOCK TABLE spock.replication_set, spock.replication_set_table, \
             spock.replication_set_seq IN SHARE ROW EXCLUSIVE MODE",
        )
        .await
    }

    /// `spock.repset_create`.
    pub async fn repset_create(&self, set: &str, actions: Actions) -> Result<()> {
        self.repset_define(set, actions, false).await
    }

    /// `spock.repset_drop`.
    pub async fn repset_drop(&self, set: &str) -> Result<()> {
        self.query_one("SELECT spock.repset_drop($1::text::name)", &[&set]).await.map(drop)
    }

    /// `spock.repset_remove_table`.
    pub async fn repset_remove_table(
        &self,
        set: &str,
        table: &TableRef,
        partitions: bool,
    ) -> Result<()> {
        let sql = "SELECT spock.repset_remove_table($1::text::name, $2::text::regclass, $3)";
        self.query_one(sql, &[&set, &table.quoted(), &partitions]).await.map(drop)
    }

    /// `spock.repset_add_all_tables` or `spock.repset_add_all_seqs`.
    pub async fn repset_add_all(
        &self,
        set: &str,
        schemas: &[String],
        sequences: bool,
        synchronize_data: bool,
    ) -> Result<()> {
        let sql = if sequences {
            "SELECT spock.repset_add_all_seqs($1::text::name, $2, $3)"
        } else {
            "SELECT spock.repset_add_all_tables($1::text::name, $2, $3)"
        };
        self.query_one(sql, &[&set, &schemas, &synchronize_data]).await.map(drop)
    }

    /// `spock.repset_add_seq`, with its value sent to the subscribers at once where that is asked for.
    pub async fn repset_add_sequence(
        &self,
        set: &str,
        sequence: &TableRef,
        synchronize_data: bool,
    ) -> Result<()> {
        let sql = "SELECT spock.repset_add_seq($1::text::name, $2::text::regclass, $3)";
        self.query_one(sql, &[&set, &sequence.quoted(), &synchronize_data]).await.map(drop)
    }

    /// `spock.repset_remove_seq`.
    pub async fn repset_remove_sequence(&self, set: &str, sequence: &TableRef) -> Result<()> {
        let sql = "SELECT spock.repset_remove_seq($1::text::name, $2::text::regclass)";
        self.query_one(sql, &[&set, &sequence.quoted()]).await.map(drop)
    }

    /// `spock.repset_add_partition`: how many memberships were added.
    pub async fn repset_add_partition(
        &self,
        parent: &TableRef,
        partition: Option<&TableRef>,
        row_filter: Option<&str>,
    ) -> Result<i32> {
        let sql = "SELECT spock.repset_add_partition($1::text::regclass, $2::text::regclass, $3)";
        let partition = partition.map(TableRef::quoted);
        let row = self.query_one(sql, &[&parent.quoted(), &partition, &row_filter]).await?;
        Ok(row.get(0))
    }

    /// `spock.repset_remove_partition`: how many memberships were removed.
    pub async fn repset_remove_partition(
        &self,
        parent: &TableRef,
        partition: Option<&TableRef>,
    ) -> Result<i32> {
        let sql = "SELECT spock.repset_remove_partition($1::text::regclass, $2::text::regclass)";
        let partition = partition.map(TableRef::quoted);
        Ok(self.query_one(sql, &[&parent.quoted(), &partition]).await?.get(0))
    }
}
