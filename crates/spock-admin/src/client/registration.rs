//! What a node knows of itself and of others: places, facts, interfaces; and changing that.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::Client;
use crate::conninfo::Conninfo;
use crate::error::{Result, redact};
use crate::secret::Secret;

/// What a node is registered as.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Registration {
    /// Its id.
    pub node_id: u32,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub location: Option<String>,
    /// In which country.
    pub country: Option<String>,
    /// Free-form facts, among them the tiebreaker of conflicts.
    pub info: Option<Value>,
}

/// A way to reach a node, as another one knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct KnownInterface {
    /// The node that knows it.
    pub node: String,
    /// The node that is reached by it.
    pub of: String,
    /// Its name.
    pub name: String,
    /// The connection string, secrets masked.
    pub dsn: String,
    /// Subscriptions of the node that knows it which use it.
    pub used_by: Vec<String>,
}

/// Something that is said of a node; none where nothing is.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// Where it stands.
    Location(Option<String>),
    /// In which country.
    Country(Option<String>),
    /// Free-form facts.
    Info(Option<Value>),
}

impl Client {
    /// What a node is registered as here; none when it is not known.
    pub async fn registration(&self, name: &str) -> Result<Option<Registration>> {
        let row = self
            .query_opt(
                "SELECT node_id, node_name::text, location, country, info
                   FROM spock.node WHERE node_name::text = $1",
                &[&name],
            )
            .await?;
        Ok(row.map(|row| Registration {
            node_id: row.get(0),
            name: row.get(1),
            location: row.get(2),
            country: row.get(3),
            info: row.get(4),
        }))
    }

    /// Changes where a node stands and what is said of it; what is none stays.
    pub async fn node_alter(
        &self,
        name: &str,
        location: Option<&str>,
        country: Option<&str>,
        info: Option<&Value>,
    ) -> Result<()> {
        self.query(
            "UPDATE spock.node SET location = coalesce($2, location),
                    country = coalesce($3, country), info = coalesce($4, info)
              WHERE node_name::text = $1",
            &[&name, &location, &country, &info],
        )
        .await?;
        Ok(())
    }

    /// Says this of a node, or nothing any more.
    pub async fn node_set_fact(&self, name: &str, fact: &Fact) -> Result<()> {
        let set = |column: &str| {
            format!("UPDATE spock.node SET {column} = $2 WHERE node_name::text = $1")
        };
        match fact {
            Fact::Location(text) => self.query(&set("location"), &[&name, text]).await,
            Fact::Country(text) => self.query(&set("country"), &[&name, text]).await,
            Fact::Info(info) => self.query(&set("info"), &[&name, info]).await,
        }
        .map(drop)
    }

    /// How others reach this node, as it says itself.
    pub async fn own_dsn(&self) -> Result<Option<Conninfo>> {
        let sql = "SELECT i.if_dsn FROM spock.local_node l
                     JOIN spock.node_interface i ON i.if_id = l.node_local_interface";
        let row = self.query_opt(sql, &[]).await?;
        row.map(|row| Conninfo::parse(row.get(0)).map_err(|e| e.on(self.node()))).transpose()
    }

    /// Changes that. The node itself reads it only before it subscribes, to see whether it leads to it.
    pub async fn set_own_dsn(&self, dsn: &Secret) -> Result<()> {
        let sql = "UPDATE spock.node_interface i SET if_dsn = $1 FROM spock.local_node l
                    WHERE i.if_id = l.node_local_interface";
        self.query(sql, &[&dsn.reveal()]).await.map(drop)
    }

    /// The interfaces of a node that are known here.
    pub async fn interface_dsns(&self, node: &str) -> Result<BTreeMap<String, Conninfo>> {
        let sql = "SELECT i.if_name::text, i.if_dsn FROM spock.node_interface i
                     JOIN spock.node n ON n.node_id = i.if_nodeid WHERE n.node_name::text = $1";
        let rows = self.query(sql, &[&node]).await?;
        rows.iter()
            .map(|row| {
                Ok((row.get(0), Conninfo::parse(row.get(1)).map_err(|e| e.on(self.node()))?))
            })
            .collect()
    }

    /// The nodes that are known here, the local one last.
    pub async fn registered_nodes(&self) -> Result<Vec<String>> {
        let rows = self
            .query(
                "SELECT n.node_name::text FROM spock.node n
                   LEFT JOIN spock.local_node l USING (node_id)
                  ORDER BY l.node_id IS NOT NULL, 1",
                &[],
            )
            .await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// `spock.node_drop`.
    pub async fn node_drop(&self, name: &str) -> Result<()> {
        self.query_one("SELECT spock.node_drop($1::text::name)", &[&name]).await.map(drop)
    }

    /// Every interface that this node knows.
    pub async fn interfaces(&self) -> Result<Vec<KnownInterface>> {
        let rows = self
            .query(
                "SELECT n.node_name::text, i.if_name::text, i.if_dsn,
                        ARRAY(SELECT s.sub_name::text FROM spock.subscription s
                               WHERE i.if_id IN (s.sub_origin_if, s.sub_target_if) ORDER BY 1)
                   FROM spock.node_interface i JOIN spock.node n ON n.node_id = i.if_nodeid
                  ORDER BY 1, 2",
                &[],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|row| KnownInterface {
                node: self.node().to_owned(),
                of: row.get(0),
                name: row.get(1),
                dsn: redact(row.get(2)),
                used_by: row.get(3),
            })
            .collect())
    }

    /// `spock.node_add_interface`.
    pub async fn add_interface(&self, node: &str, name: &str, dsn: &Secret) -> Result<()> {
        self.query_one(
            "SELECT spock.node_add_interface($1::text::name, $2::text::name, $3)",
            &[&node, &name, &dsn.reveal()],
        )
        .await
        .map(drop)
    }

    /// `spock.node_drop_interface`.
    pub async fn drop_interface(&self, node: &str, name: &str) -> Result<()> {
        let sql = "SELECT spock.node_drop_interface($1::text::name, $2::text::name)";
        self.query_one(sql, &[&node, &name]).await.map(drop)
    }

    /// Seconds since the server was started.
    pub async fn uptime(&self) -> Result<f64> {
        let row = self
            .query_one(
                "SELECT extract(epoch FROM pg_catalog.clock_timestamp()
                                         - pg_catalog.pg_postmaster_start_time())::float8",
                &[],
            )
            .await?;
        Ok(row.get(0))
    }
}
