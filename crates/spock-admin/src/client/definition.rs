//! What a node was told to be: its registration, its replication sets, and its subscriptions, as far as a cluster's
//! definition can say them.
//!
//! The same types hold what a definition wants of a node, so that the two can be compared.

use std::collections::{BTreeMap, BTreeSet};

use tokio_postgres::Row;

use super::{Client, TableOptions, TableRef};
use crate::conninfo::Conninfo;
use crate::error::{AdminError, Result};
use crate::replication_set::Actions;

/// A node with everything that a definition can say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeDefinition {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub location: Option<String>,
    /// In which country.
    pub country: Option<String>,
    /// Free-form facts.
    pub info: Option<serde_json::Value>,
    /// How others reach it, as it says itself.
    pub dsn: Conninfo,
    /// More ways to reach it.
    pub interfaces: BTreeMap<String, Conninfo>,
    /// Its replication sets.
    pub sets: BTreeMap<String, SetDefinition>,
    /// Its subscriptions.
    pub subscriptions: BTreeMap<String, SubscriptionDefinition>,
}

/// A replication set and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetDefinition {
    /// Which changes it lets out.
    pub actions: Actions,
    /// Its tables.
    pub tables: BTreeMap<TableRef, TablePart>,
    /// Its sequences.
    pub sequences: BTreeSet<TableRef>,
}

/// What of a table goes out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TablePart {
    /// Its columns, when it is not all.
    pub columns: Option<BTreeSet<String>>,
    /// The condition on its rows, as the server writes it.
    pub row_filter: Option<String>,
}

impl TablePart {
    /// To put the table into a set so, without a copy of its rows.
    pub fn options(&self, without_partitions: bool) -> TableOptions {
        TableOptions {
            columns: self.columns.as_ref().map(|columns| columns.iter().cloned().collect()),
            row_filter: self.row_filter.clone(),
            synchronize_data: false,
            without_partitions,
        }
    }
}

/// A subscription and its options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionDefinition {
    /// Node that the changes come from.
    pub provider: String,
    /// How this node reaches it.
    pub dsn: Conninfo,
    /// Replication sets that are subscribed to.
    pub replication_sets: BTreeSet<String>,
    /// Origins whose transactions are forwarded.
    pub forward_origins: BTreeSet<String>,
    /// Schemas that a copy of the structure leaves out.
    pub skip_schema: BTreeSet<String>,
    /// How long applying is held back, as [`Client::canonical_intervals`] writes it.
    pub apply_delay: String,
    /// Whether values travel as text.
    pub force_text_transfer: bool,
    /// Whether it is enabled.
    pub enabled: bool,
}

/// Tables and sequences that can be in a replication set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Relations {
    /// Tables, each with those that it is a partition of.
    pub tables: BTreeMap<TableRef, BTreeSet<TableRef>>,
    /// Sequences.
    pub sequences: BTreeSet<TableRef>,
}

impl Client {
    /// What this node is, has, and subscribes to, at one moment, and what could be in its sets; `None` before
    /// `node_create`.
    pub async fn node_definition(&self) -> Result<Option<(NodeDefinition, Relations)>> {
        if self.local_node().await?.is_none() {
            return Ok(None);
        }
        self.begin_snapshot().await?;
        let result = self.read_definition().await;
        let ended = self.batch("ROLLBACK").await;
        let definition = result?;
        ended?;
        Ok(Some(definition))
    }

    async fn read_definition(&self) -> Result<(NodeDefinition, Relations)> {
        let rows = self
            .query(
                "SELECT n.node_name::text AS name, n.location, n.country, n.info,
                        i.if_name::text AS interface, i.if_dsn AS dsn,
                        i.if_id = l.node_local_interface AS is_own
                   FROM spock.local_node l
                   JOIN spock.node n USING (node_id)
                   JOIN spock.node_interface i ON i.if_nodeid = n.node_id",
                &[],
            )
            .await?;
        let mut own = Conninfo::new();
        let mut interfaces = BTreeMap::new();
        for row in &rows {
            let dsn = Conninfo::parse(row.get("dsn")).map_err(|e| e.on(self.node()))?;
            if row.get("is_own") {
                own = dsn;
            } else {
                interfaces.insert(row.get("interface"), dsn);
            }
        }
        let about =
            |column: &str| rows.first().and_then(|row| row.get::<_, Option<String>>(column));
        let node = NodeDefinition {
            name: about("name").unwrap_or_default(),
            location: about("location"),
            country: about("country"),
            info: rows.first().and_then(|row| row.get("info")),
            dsn: own,
            interfaces,
            sets: self.set_definitions(None).await?,
            subscriptions: self.subscription_definitions(None).await?,
        };
        Ok((node, self.relations().await?))
    }

    /// The replication sets of this node, or the one of this name.
    pub async fn set_definitions(
        &self,
        only: Option<&str>,
    ) -> Result<BTreeMap<String, SetDefinition>> {
        let rows = self
            .query(
                "SELECT s.set_name::text, s.replicate_insert, s.replicate_update,
                        s.replicate_delete, s.replicate_truncate
                   FROM spock.replication_set s
                   JOIN spock.local_node l ON l.node_id = s.set_nodeid
                  WHERE $1::text IS NULL OR s.set_name::text = $1",
                &[&only],
            )
            .await?;
        let mut sets: BTreeMap<String, SetDefinition> = rows
            .iter()
            .map(|row| {
                let actions = Actions {
                    insert: row.get(1),
                    update: row.get(2),
                    delete: row.get(3),
                    truncate: row.get(4),
                };
                let (tables, sequences) = (BTreeMap::new(), BTreeSet::new());
                (row.get(0), SetDefinition { actions, tables, sequences })
            })
            .collect();
        let tables = self
            .query(
                "SELECT s.set_name::text, n.nspname::text, c.relname::text, t.set_att_list,
                        pg_catalog.pg_get_expr(t.set_row_filter, t.set_reloid)
                   FROM spock.replication_set s
                   JOIN spock.local_node l ON l.node_id = s.set_nodeid
                   JOIN spock.replication_set_table t USING (set_id)
                   JOIN pg_catalog.pg_class c ON c.oid = t.set_reloid
                   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE $1::text IS NULL OR s.set_name::text = $1",
                &[&only],
            )
            .await?;
        for row in &tables {
            let columns: Option<Vec<String>> = row.get(3);
            let part = TablePart {
                columns: columns.map(|columns| columns.into_iter().collect()),
                row_filter: row.get::<_, Option<&str>>(4).map(bare),
            };
            if let Some(set) = sets.get_mut(row.get::<_, &str>(0)) {
                set.tables.insert(relation(row, 1), part);
            }
        }
        let sequences = self
            .query(
                "SELECT s.set_name::text, n.nspname::text, c.relname::text
                   FROM spock.replication_set s
                   JOIN spock.local_node l ON l.node_id = s.set_nodeid
                   JOIN spock.replication_set_seq q USING (set_id)
                   JOIN pg_catalog.pg_class c ON c.oid = q.set_seqoid
                   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE $1::text IS NULL OR s.set_name::text = $1",
                &[&only],
            )
            .await?;
        for row in &sequences {
            if let Some(set) = sets.get_mut(row.get::<_, &str>(0)) {
                set.sequences.insert(relation(row, 1));
            }
        }
        Ok(sets)
    }

    /// The subscriptions of this node, or the one of this name.
    pub async fn subscription_definitions(
        &self,
        only: Option<&str>,
    ) -> Result<BTreeMap<String, SubscriptionDefinition>> {
        let rows = self
            .query(
                "SELECT s.sub_name::text AS name, n.node_name::text AS provider, i.if_dsn AS dsn,
                        coalesce(s.sub_replication_sets, '{}') AS sets,
                        coalesce(s.sub_forward_origins, '{}') AS origins,
                        coalesce(s.sub_skip_schema, '{}') AS skip,
                        pg_catalog.justify_interval(s.sub_apply_delay)::text AS delay,
                        s.sub_force_text_transfer AS is_text, s.sub_enabled AS is_enabled
                   FROM spock.subscription s
                   JOIN spock.local_node l ON l.node_id = s.sub_target
                   JOIN spock.node n ON n.node_id = s.sub_origin
                   JOIN spock.node_interface i ON i.if_id = s.sub_origin_if
                  WHERE $1::text IS NULL OR s.sub_name::text = $1",
                &[&only],
            )
            .await?;
        let names = |row: &Row, column: &str| -> BTreeSet<String> {
            row.get::<_, Vec<String>>(column).into_iter().collect()
        };
        rows.iter()
            .map(|row| {
                let subscription = SubscriptionDefinition {
                    provider: row.get("provider"),
                    dsn: Conninfo::parse(row.get("dsn")).map_err(|e| e.on(self.node()))?,
                    replication_sets: names(row, "sets"),
                    forward_origins: names(row, "origins"),
                    skip_schema: names(row, "skip"),
                    apply_delay: row.get("delay"),
                    force_text_transfer: row.get("is_text"),
                    enabled: row.get("is_enabled"),
                };
                Ok((row.get("name"), subscription))
            })
            .collect()
    }

    /// What can be in a replication set and is in no other extension's hands.
    pub async fn relations(&self) -> Result<Relations> {
        let free = "NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                 WHERE d.classid = 'pg_catalog.pg_class'::regclass
                                   AND d.objid = r.relid AND d.deptype = 'e')";
        let tables = self
            .query(
                &format!(
                    "SELECT DISTINCT ON (r.relid) r.nspname::text, r.relname::text, a.schemas, a.names
                       FROM spock.tables r
                       LEFT JOIN LATERAL (
                            SELECT array_agg(n.nspname::text ORDER BY c.oid) AS schemas,
                                   array_agg(c.relname::text ORDER BY c.oid) AS names
                              FROM pg_catalog.pg_partition_ancestors(r.relid) p (relid)
                              JOIN pg_catalog.pg_class c ON c.oid = p.relid
                              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                             WHERE p.relid <> r.relid) a ON true
                      WHERE {free}"
                ),
                &[],
            )
            .await?;
        let tables = tables.iter().map(|row| {
            let schemas: Vec<String> = row.get::<_, Option<_>>(2).unwrap_or_default();
            let names: Vec<String> = row.get::<_, Option<_>>(3).unwrap_or_default();
            let ancestors = schemas.into_iter().zip(names);
            let ancestors = ancestors.map(|(schema, name)| TableRef { schema, name }).collect();
            (relation(row, 0), ancestors)
        });
        let sequences = self
            .query(
                &format!(
                    "SELECT DISTINCT r.nspname::text, r.relname::text FROM spock.sequences r
                      WHERE {free}"
                ),
                &[],
            )
            .await?;
        Ok(Relations {
            tables: tables.collect(),
            sequences: sequences.iter().map(|row| relation(row, 0)).collect(),
        })
    }

    /// These intervals, which may be written in any way, in one in which equal ones are equal texts.
    pub async fn canonical_intervals(&self, texts: &[String]) -> Result<Vec<String>> {
        let sql = "SELECT pg_catalog.justify_interval(t::interval)::text
                     FROM unnest($1::text[]) WITH ORDINALITY u (t, at) ORDER BY at";
        Ok(self.query(sql, &[&texts]).await?.iter().map(|row| row.get(0)).collect())
    }

    /// How this server writes the condition of a table of a replication set: it is put into a set that nobody sees.
    pub async fn canonical_row_filter(&self, table: &TableRef, filter: &str) -> Result<String> {
        const SET: &str = "spockctl_row_filter";
        self.batch("BEGIN").await?;
        let look = async {
            let sql = "SELECT spock.repset_create($1::text::name, true, false, false, false)";
            self.query_one(sql, &[&SET]).await?;
            let sql = "SELECT spock.repset_add_table(set_name => $1::text::name,
                           relation => $2::text::regclass, row_filter => $3,
                           include_partitions => false)";
            self.query_one(sql, &[&SET, &table.quoted(), &filter]).await?;
            let sets = self.set_definitions(Some(SET)).await?;
            let part = sets.get(SET).and_then(|set| set.tables.get(table));
            Ok::<_, AdminError>(part.and_then(|part| part.row_filter.clone()).unwrap_or_default())
        };
        let result = look.await;
        let ended = self.batch("ROLLBACK").await;
        let text = result?;
        ended?;
        Ok(text)
    }
}

/// The relation in two columns of a row.
fn relation(row: &Row, first: usize) -> TableRef {
    TableRef { schema: row.get(first), name: row.get(first + 1) }
}

/// A condition without the brackets around all of it.
pub(crate) fn bare(condition: &str) -> String {
    let text = condition.trim();
    let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else {
        return text.to_owned();
    };
    let (mut depth, mut quote) = (0_usize, None);
    for c in inner.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => return text.to_owned(),
            (None, ')') => depth -= 1,
            (None, _) => {}
        }
    }
    inner.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_around_all_of_a_condition_go() {
        assert_eq!(bare("(total > 0)"), "total > 0");
        assert_eq!(bare("((a > 0) AND (b < 1))"), "(a > 0) AND (b < 1)");
        assert_eq!(bare("(a > 0) AND (b < 1)"), "(a > 0) AND (b < 1)");
        assert_eq!(bare("(a = ')'::text)"), "a = ')'::text");
        assert_eq!(bare("a"), "a");
    }
}
