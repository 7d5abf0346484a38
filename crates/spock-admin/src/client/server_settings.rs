//! Settings of a server as it shows them, whatever they are about.

use serde::Serialize;

use super::Client;
use crate::error::Result;

/// A setting of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ServerSetting {
    /// The node.
    pub node: String,
    /// Its name.
    pub name: String,
    /// Its value, with its unit.
    pub value: String,
    /// Where that comes from: `default`, `configuration file` ...
    pub source: String,
    /// When it can be changed: `postmaster` means by a restart.
    pub context: String,
    /// Whether another value is in the configuration, which counts after a restart.
    pub pending_restart: bool,
    /// What it is about.
    pub description: String,
}

/// What a node needs of its server.
const NEEDED: [&str; 8] = [
    "wal_level",
    "track_commit_timestamp",
    "max_replication_slots",
    "max_wal_senders",
    "max_worker_processes",
    "max_active_replication_origins",
    "shared_preload_libraries",
    "output_plugin_libraries",
];

impl Client {
    /// The settings of the extension and those that it needs; with a pattern all whose names have it.
    pub async fn server_settings(&self, pattern: Option<&str>) -> Result<Vec<ServerSetting>> {
        self.select_settings(
            "CASE WHEN $1::text IS NULL THEN name LIKE 'spock.%' OR name = ANY ($2)
                  ELSE pg_catalog.strpos(name, pg_catalog.lower($1)) > 0 END",
            pattern,
            &NEEDED.map(str::to_owned),
        )
        .await
    }

    /// Those of these settings that the server knows, by name.
    pub async fn named_settings(&self, names: &[String]) -> Result<Vec<ServerSetting>> {
        self.select_settings("$1::text IS NULL AND name = ANY ($2)", None, names).await
    }

    // Of what our own session has set, the value is that of other sessions.
    async fn select_settings(
        &self,
        condition: &str,
        pattern: Option<&str>,
        names: &[String],
    ) -> Result<Vec<ServerSetting>> {
        let sql = format!(
            "SELECT name, CASE source WHEN 'session' THEN reset_val || coalesce(unit, '')
                                      ELSE pg_catalog.current_setting(name) END,
                    CASE source WHEN 'session' THEN 'unknown' ELSE source END,
                    context, pending_restart, short_desc
               FROM pg_catalog.pg_settings WHERE {condition} ORDER BY name"
        );
        let rows = self.query(&sql, &[&pattern, &names]).await?;
        Ok(rows
            .iter()
            .map(|row| ServerSetting {
                node: self.node().to_owned(),
                name: row.get(0),
                value: row.get(1),
                source: row.get(2),
                context: row.get(3),
                pending_restart: row.get(4),
                description: row.get(5),
            })
            .collect())
    }

    /// Names of all settings that the server knows.
    pub async fn setting_names(&self) -> Result<Vec<String>> {
        let rows = self.query("SELECT name FROM pg_catalog.pg_settings", &[]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}
