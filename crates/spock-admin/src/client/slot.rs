//! Replication slots of the extension, and the subscriptions that read them from elsewhere.

use serde::Serialize;
use spock_core::lsn::Lsn;
use spock_core::names;
use tokio_postgres::types::PgLsn;

use super::Client;
use crate::error::Result;

/// A slot as its server shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SlotFacts {
    /// Its name.
    pub name: String,
    /// Whether somebody reads it at this moment.
    pub is_active: bool,
    /// The process that serves the reader.
    pub pid: Option<i32>,
    /// What the reader calls itself.
    pub reader: Option<String>,
    /// Where the reader is.
    pub reader_address: Option<String>,
    /// Bytes of the log that the server keeps for it.
    pub kept_bytes: Option<i64>,
    /// Bytes that can be written until the server gives the slot up; null without a limit.
    pub safe_bytes: Option<i64>,
    /// reserved, extended, unreserved, or lost.
    pub wal_status: Option<String>,
    /// Where the log that is kept begins.
    pub restart_lsn: Option<String>,
    /// What the reader has confirmed.
    pub confirmed_lsn: Option<String>,
}

/// A subscription, as far as it concerns the slot of its provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotClaim {
    /// The subscriber.
    pub node: String,
    /// The subscription.
    pub subscription: String,
    /// Whether it is enabled.
    pub is_enabled: bool,
    /// The number of the provider.
    pub provider: u32,
    /// The slot.
    pub slot: String,
    /// Slots of the tables that are being copied, with their tables.
    pub copies: Vec<(String, String)>,
}

impl Client {
    /// The slots of this database, and the one that keeps deleted rows of the server.
    pub async fn slots(&self) -> Result<Vec<SlotFacts>> {
        let rows = self
            .query(
                "SELECT s.slot_name::text, s.active, s.active_pid, r.application_name,
                        pg_catalog.host(r.client_addr),
                        pg_catalog.pg_wal_lsn_diff(
                            CASE WHEN pg_catalog.pg_is_in_recovery()
                                 THEN pg_catalog.pg_last_wal_replay_lsn()
                                 ELSE pg_catalog.pg_current_wal_lsn() END, s.restart_lsn)::int8,
                        s.safe_wal_size, s.wal_status, s.restart_lsn::text, s.confirmed_flush_lsn::text
                   FROM pg_catalog.pg_replication_slots s
                   LEFT JOIN pg_catalog.pg_stat_replication r ON r.pid = s.active_pid
                  WHERE (s.plugin = 'spock_output' AND s.database = pg_catalog.current_database())
                     OR s.slot_name = 'spock_retention'
                  ORDER BY s.slot_name",
                &[],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|row| SlotFacts {
                name: row.get(0),
                is_active: row.get(1),
                pid: row.get(2),
                reader: row.get::<_, Option<String>>(3).filter(|name| !name.is_empty()),
                reader_address: row.get(4),
                kept_bytes: row.get(5),
                safe_bytes: row.get(6),
                wal_status: row.get(7),
                restart_lsn: row.get(8),
                confirmed_lsn: row.get(9),
            })
            .collect())
    }

    /// The slots that the subscriptions of this node read; none when it is no node.
    pub async fn slot_claims(&self) -> Result<Vec<SlotClaim>> {
        if self.local_node().await?.is_none() {
            return Ok(Vec::new());
        }
        let rows = self
            .query(
                "SELECT s.sub_name::text, s.sub_enabled, s.sub_origin, s.sub_slot_name::text,
                        ARRAY(SELECT y.sync_nspname::text FROM spock.local_sync_status y
                               WHERE y.sync_subid = s.sub_id AND y.sync_relname IS NOT NULL
                                 AND y.sync_status NOT IN ('r', 'y') ORDER BY 1, y.sync_relname),
                        ARRAY(SELECT y.sync_relname::text FROM spock.local_sync_status y
                               WHERE y.sync_subid = s.sub_id AND y.sync_relname IS NOT NULL
                                 AND y.sync_status NOT IN ('r', 'y') ORDER BY y.sync_nspname::text, 1)
                   FROM spock.subscription s ORDER BY 1",
                &[],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|row| {
                let slot: String = row.get(3);
                let (schemas, tables): (Vec<String>, Vec<String>) = (row.get(4), row.get(5));
                let copies = schemas
                    .iter()
                    .zip(&tables)
                    .map(|(schema, table)| {
                        (names::table_slot_name(&slot, schema, table), format!("{schema}.{table}"))
                    })
                    .collect();
                SlotClaim {
                    node: self.node().to_owned(),
                    subscription: row.get(0),
                    is_enabled: row.get(1),
                    provider: row.get(2),
                    slot,
                    copies,
                }
            })
            .collect())
    }

    /// Drops a slot.
    pub async fn drop_slot(&self, name: &str) -> Result<()> {
        self.query_one("SELECT pg_catalog.pg_drop_replication_slot($1::text::name)", &[&name])
            .await
            .map(drop)
    }

    /// Moves a slot forward; where it is then.
    pub async fn advance_slot(&self, name: &str, target: Lsn) -> Result<Lsn> {
        let sql = "SELECT (pg_catalog.pg_replication_slot_advance($1::text::name, $2)).end_lsn";
        let end: PgLsn = self.query_one(sql, &[&name, &PgLsn::from(target.0)]).await?.get(0);
        Ok(Lsn(end.into()))
    }

    /// The end of this server's log.
    pub async fn insert_position(&self) -> Result<Lsn> {
        let row = self.query_one("SELECT pg_catalog.pg_current_wal_insert_lsn()", &[]).await?;
        Ok(Lsn(row.get::<_, PgLsn>(0).into()))
    }

    /// The server's version as a number.
    pub async fn version_num(&self) -> Result<i32> {
        let sql = "SELECT pg_catalog.current_setting('server_version_num')::int4";
        Ok(self.query_one(sql, &[]).await?.get(0))
    }

    /// `spock.slot_enable_failover`: how many slots were changed.
    pub async fn enable_failover(&self) -> Result<i64> {
        let row = self.query_one("SELECT spock.slot_enable_failover()::int8", &[]).await?;
        Ok(row.get(0))
    }

    /// How many slots it would change, on a server that knows of failover slots.
    pub async fn slots_without_failover(&self) -> Result<i64> {
        let row = self
            .query_one(
                "SELECT pg_catalog.count(*) FROM pg_catalog.pg_replication_slots
                  WHERE plugin = 'spock_output' AND database = pg_catalog.current_database()
                    AND NOT failover AND NOT temporary AND NOT active",
                &[],
            )
            .await?;
        Ok(row.get(0))
    }
}
