//! What a subscription is set to, and changing it.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use spock_core::lsn::Lsn;
use tokio_postgres::types::PgLsn;

use super::{Client, TableRef};
use crate::error::Result;

/// What a subscription is set to, beside its replication sets.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct SubscriptionOptions {
    /// Interface of the provider that is used.
    pub interface: String,
    /// How long applying is held back.
    pub apply_delay_seconds: f64,
    /// Origins whose transactions are forwarded.
    pub forward_origins: Vec<String>,
    /// Schemas that are left out.
    pub skip_schemas: Vec<String>,
    /// Whether values travel as text.
    pub force_text_transfer: bool,
    /// Commit record of the transaction that is to be left out.
    pub skip_lsn: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
}

/// Options that are to be changed; the others stay.
#[derive(Debug, Clone, Default)]
pub struct NewOptions {
    /// How long applying is held back, as the server reads intervals.
    pub apply_delay: Option<String>,
    /// Origins whose transactions are forwarded.
    pub forward_origins: Option<Vec<String>>,
    /// Schemas that are left out.
    pub skip_schemas: Option<Vec<String>>,
}

impl NewOptions {
    /// As `sub_alter_options` takes them.
    pub(crate) fn to_json(&self) -> Value {
        let mut out = serde_json::Map::new();
        if let Some(delay) = &self.apply_delay {
            out.insert("apply_delay".into(), json!(delay));
        }
        if let Some(origins) = &self.forward_origins {
            out.insert("forward_origins".into(), json!(origins));
        }
        if let Some(schemas) = &self.skip_schemas {
            out.insert("skip_schema".into(), json!(schemas));
        }
        Value::Object(out)
    }
}

impl Client {
    /// What a subscription is set to.
    pub async fn subscription_options(&self, id: u32) -> Result<SubscriptionOptions> {
        let row = self
            .query_one(
                "SELECT i.if_name::text, extract(epoch FROM s.sub_apply_delay)::float8,
                        coalesce(s.sub_forward_origins, '{}'), coalesce(s.sub_skip_schema, '{}'),
                        s.sub_force_text_transfer, s.sub_skip_lsn, s.sub_created_at
                   FROM spock.subscription s
                   JOIN spock.node_interface i ON i.if_id = s.sub_origin_if
                  WHERE s.sub_id = $1",
                &[&id],
            )
            .await?;
        let skip = Lsn(row.get::<_, PgLsn>(5).into());
        Ok(SubscriptionOptions {
            interface: row.get(0),
            apply_delay_seconds: row.get(1),
            forward_origins: row.get(2),
            skip_schemas: row.get(3),
            force_text_transfer: row.get(4),
            skip_lsn: skip.is_valid().then(|| skip.to_string()),
            created_at: row.get(6),
        })
    }

    /// `spock.sub_enable` or `spock.sub_disable`; with `immediate` a worker that is to end has ended.
    pub async fn sub_switch(&self, name: &str, on: bool, immediate: bool) -> Result<()> {
        let sql = if on {
            "SELECT spock.sub_enable($1::text::name, $2)"
        } else {
            "SELECT spock.sub_disable($1::text::name, $2)"
        };
        self.query_one(sql, &[&name, &immediate]).await?;
        Ok(())
    }

    /// `spock.sub_alter_options`.
    pub async fn sub_alter_options(&self, name: &str, options: &NewOptions) -> Result<()> {
        let sql = "SELECT spock.sub_alter_options($1::text::name, $2)";
        self.query_one(sql, &[&name, &options.to_json()]).await?;
        Ok(())
    }

    /// `spock.sub_alter_interface`.
    pub async fn sub_alter_interface(&self, name: &str, interface: &str) -> Result<()> {
        let sql = "SELECT spock.sub_alter_interface($1::text::name, $2::text::name)";
        self.query_one(sql, &[&name, &interface]).await?;
        Ok(())
    }

    /// `spock.sub_add_repset` or `spock.sub_remove_repset`; false when nothing was to be changed.
    pub async fn sub_change_repset(&self, name: &str, set: &str, add: bool) -> Result<bool> {
        let sql = if add {
            "SELECT spock.sub_add_repset($1::text::name, $2::text::name)"
        } else {
            "SELECT spock.sub_remove_repset($1::text::name, $2::text::name)"
        };
        Ok(self.query_one(sql, &[&name, &set]).await?.get(0))
    }

    /// `spock.sub_alter_skiplsn`; [`Lsn::INVALID`] takes it back.
    pub async fn sub_alter_skiplsn(&self, name: &str, lsn: Lsn) -> Result<()> {
        let sql = "SELECT spock.sub_alter_skiplsn($1::text::name, $2)";
        self.query_one(sql, &[&name, &PgLsn::from(lsn.0)]).await?;
        Ok(())
    }

    /// `spock.sub_alter_sync`.
    pub async fn sub_alter_sync(&self, name: &str, truncate: bool) -> Result<()> {
        let sql = "SELECT spock.sub_alter_sync($1::text::name, $2)";
        self.query_one(sql, &[&name, &truncate]).await?;
        Ok(())
    }

    /// `spock.sub_resync_table`.
    pub async fn sub_resync_table(
        &self,
        name: &str,
        table: &TableRef,
        truncate: bool,
    ) -> Result<()> {
        let sql = "SELECT spock.sub_resync_table($1::text::name, $2::text::regclass, $3)";
        self.query_one(sql, &[&name, &table.quoted(), &truncate]).await?;
        Ok(())
    }

    /// A table and, when it is partitioned, its partitions; empty when there is none.
    pub async fn table_and_partitions(&self, table: &TableRef) -> Result<Vec<TableRef>> {
        let rows = self
            .query(
                "WITH root AS (SELECT c.oid FROM pg_catalog.pg_class c
                                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                                WHERE n.nspname::text = $1 AND c.relname::text = $2
                                  AND c.relkind IN ('r', 'p'))
                 SELECT n.nspname::text, c.relname::text
                   FROM (SELECT oid FROM root
                         UNION
                         SELECT p.relid FROM root, pg_catalog.pg_partition_tree(root.oid) p) t
                   JOIN pg_catalog.pg_class c ON c.oid = t.oid
                   JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  ORDER BY 1, 2",
                &[&table.schema, &table.name],
            )
            .await?;
        Ok(rows.iter().map(|row| TableRef { schema: row.get(0), name: row.get(1) }).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_to_be_changed_is_sent() {
        assert_eq!(NewOptions::default().to_json(), json!({}));
        let some = NewOptions {
            apply_delay: Some("5 ms".into()),
            skip_schemas: Some(Vec::new()),
            ..NewOptions::default()
        };
        assert_eq!(some.to_json(), json!({"apply_delay": "5 ms", "skip_schema": []}));
    }
}
