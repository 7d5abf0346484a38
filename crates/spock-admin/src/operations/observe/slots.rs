//! Replication slots: who reads them, and how much log they keep.

use serde::Serialize;

use crate::client::Client;
use crate::error::Result;

/// A replication slot of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Slot {
    /// Its name.
    pub name: String,
    /// The output plugin; `None` for physical ones.
    pub plugin: Option<String>,
    /// Whether it is of the database that was asked.
    pub is_here: bool,
    /// The process that reads it.
    pub active_pid: Option<i32>,
    /// reserved, extended, unreserved, or lost.
    pub wal_status: Option<String>,
    /// Bytes of log that it keeps.
    pub kept_bytes: Option<i64>,
    /// Bytes of log that may still be written before it is in danger of being lost; `None`: no limit.
    pub safe_bytes: Option<i64>,
}

impl Slot {
    /// Whether its log is gone, so that nothing can be read from it any more.
    pub fn is_lost(&self) -> bool {
        self.wal_status.as_deref() == Some("lost")
    }

    /// Whether the node keeps it for itself, and not for a subscriber.
    pub fn is_own(&self) -> bool {
        self.name == "spock_retention" || self.name.starts_with("spk_log_")
    }

    /// Whether it is a stream to a subscriber of this database.
    pub fn is_stream(&self) -> bool {
        self.is_here && !self.is_own() && self.plugin.as_deref() == Some("spock_output")
    }
}

/// Every slot that outlives its session, by name.
pub async fn slots(client: &Client) -> Result<Vec<Slot>> {
    let rows = client
        .query(
            "SELECT slot_name::text, plugin::text, database = pg_catalog.current_database(),
                    active_pid, wal_status,
                    (CASE WHEN pg_catalog.pg_is_in_recovery()
                          THEN pg_catalog.pg_last_wal_replay_lsn()
                          ELSE pg_catalog.pg_current_wal_lsn() END - restart_lsn)::int8,
                    safe_wal_size
               FROM pg_catalog.pg_replication_slots WHERE NOT temporary ORDER BY 1",
            &[],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Slot {
            name: row.get(0),
            plugin: row.get(1),
            is_here: row.get::<_, Option<bool>>(2).unwrap_or_default(),
            active_pid: row.get(3),
            wal_status: row.get(4),
            kept_bytes: row.get(5),
            safe_bytes: row.get(6),
        })
        .collect())
}
