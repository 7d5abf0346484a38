//! Nodes: what the server is, whether it can take part, and its registration.

use serde::Serialize;

use super::Client;
use crate::cluster::Interface;
use crate::conninfo::Conninfo;
use crate::error::Result;
use crate::secret::Secret;

/// What a server is and how it is set, as far as replication depends on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ServerFacts {
    /// Version as the server writes it.
    pub version: String,
    /// Version as a number, 150020 for 15.20.
    pub version_num: i32,
    /// Identifies the data directory.
    pub system_identifier: String,
    /// The database.
    pub database: String,
    /// Encoding of the database.
    pub encoding: String,
    /// `wal_level`.
    pub wal_level: String,
    /// `track_commit_timestamp`.
    pub track_commit_timestamp: bool,
    /// Whether `spock` is preloaded.
    pub preloaded: bool,
    /// `max_replication_slots`.
    pub max_replication_slots: i32,
    /// `max_wal_senders`.
    pub max_wal_senders: i32,
    /// `max_worker_processes`.
    pub max_worker_processes: i32,
    /// `output_plugin_libraries`, where the server has it.
    pub output_plugin_libraries: Option<String>,
    /// Whether the server is a standby.
    pub in_recovery: bool,
    /// Version of the extension's files, when they are installed.
    pub extension_available: Option<String>,
    /// Version of the extension in this database, when it was created.
    pub extension_installed: Option<String>,
}

/// The node that a database is registered as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalNode {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: String,
}

impl Client {
    /// What the server is and how it is set.
    pub async fn server_facts(&self) -> Result<ServerFacts> {
        let row = self
            .query_one(
                "SELECT pg_catalog.current_setting('server_version') AS version,
                        pg_catalog.current_setting('server_version_num')::int AS version_num,
                        (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) AS sysid,
                        pg_catalog.current_database()::text AS database,
                        pg_catalog.current_setting('server_encoding') AS encoding,
                        pg_catalog.current_setting('wal_level') AS wal_level,
                        pg_catalog.current_setting('track_commit_timestamp')::bool AS track,
                        EXISTS (SELECT FROM pg_catalog.unnest(pg_catalog.string_to_array(
                                 pg_catalog.current_setting('shared_preload_libraries'), ',')) l
                                 WHERE pg_catalog.btrim(l, ' \"') IN ('spock', '$libdir/spock'))
                          AS preloaded,
                        pg_catalog.current_setting('max_replication_slots')::int AS slots,
                        pg_catalog.current_setting('max_wal_senders')::int AS senders,
                        pg_catalog.current_setting('max_worker_processes')::int AS workers,
                        pg_catalog.current_setting('output_plugin_libraries', true) AS plugins,
                        pg_catalog.pg_is_in_recovery() AS in_recovery,
                        (SELECT default_version FROM pg_catalog.pg_available_extensions
                          WHERE name = 'spock') AS available,
                        (SELECT extversion FROM pg_catalog.pg_extension
                          WHERE extname = 'spock') AS installed",
                &[],
            )
            .await?;
        Ok(ServerFacts {
            version: row.get("version"),
            version_num: row.get("version_num"),
            system_identifier: row.get("sysid"),
            database: row.get("database"),
            encoding: row.get("encoding"),
            wal_level: row.get("wal_level"),
            track_commit_timestamp: row.get("track"),
            preloaded: row.get("preloaded"),
            max_replication_slots: row.get("slots"),
            max_wal_senders: row.get("senders"),
            max_worker_processes: row.get("workers"),
            output_plugin_libraries: row.get("plugins"),
            in_recovery: row.get("in_recovery"),
            extension_available: row.get("available"),
            extension_installed: row.get("installed"),
        })
    }

    /// Whether the extension is in this database.
    pub async fn has_extension(&self) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'spock')";
        Ok(self.query_one(sql, &[]).await?.get(0))
    }

    /// `DROP EXTENSION spock`; fails when something else needs it.
    pub async fn drop_extension(&self) -> Result<()> {
        self.batch("DROP EXTENSION IF EXISTS spock").await
    }

    /// `CREATE EXTENSION spock`.
    pub async fn create_extension(&self) -> Result<()> {
        // IF NOT EXISTS does not see what another session is about to make: one after the other, in one
        // transaction.
        self.batch(
            "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('spockctl: extension spock', 0));
             CREATE EXTENSION IF NOT EXISTS spock",
        )
        .await
    }

    /// What this database is registered as; `None` before `node_create`, or without the extension.
    pub async fn local_node(&self) -> Result<Option<LocalNode>> {
        if !self.has_extension().await? {
            return Ok(None);
        }
        let row = self
            .query_opt(
                "SELECT n.node_id, n.node_name::text FROM spock.local_node l
                   JOIN spock.node n USING (node_id)",
                &[],
            )
            .await?;
        Ok(row.map(|row| LocalNode { id: row.get(0), name: row.get(1) }))
    }

    /// `spock.node_create`.
    pub async fn node_create(
        &self,
        name: &str,
        dsn: &Secret,
        location: Option<&str>,
        country: Option<&str>,
        info: Option<&serde_json::Value>,
    ) -> Result<()> {
        self.query_one(
            "SELECT spock.node_create(node_name => $1::text::name, dsn => $2, location => $3,
                                      country => $4, info => $5)",
            &[&name, &dsn.reveal(), &location, &country, &info],
        )
        .await?;
        Ok(())
    }

    /// `spock.node_add_interface`.
    pub async fn node_add_interface(&self, node: &str, interface: &Interface) -> Result<()> {
        let Interface { name, peer } = interface;
        self.query_one(
            "SELECT spock.node_add_interface($1::text::name, $2::text::name, $3)",
            &[&node, name, &peer.dsn().reveal()],
        )
        .await?;
        Ok(())
    }

    /// Names of the interfaces of a node.
    pub async fn node_interfaces(&self, node: &str) -> Result<Vec<String>> {
        let rows = self
            .query(
                "SELECT i.if_name::text FROM spock.node_interface i
                   JOIN spock.node n ON n.node_id = i.if_nodeid WHERE n.node_name::text = $1",
                &[&node],
            )
            .await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// The nodes that this node knows of, with their default connection strings.
    pub async fn known_nodes(&self) -> Result<Vec<(String, Conninfo)>> {
        let rows = self
            .query(
                "SELECT n.node_name::text, i.if_dsn FROM spock.node n
                   JOIN spock.node_interface i ON i.if_nodeid = n.node_id
                    AND i.if_name = n.node_name
                  ORDER BY n.node_name",
                &[],
            )
            .await?;
        rows.iter().map(|row| Ok((row.get(0), Conninfo::parse(row.get(1))?))).collect()
    }
}
