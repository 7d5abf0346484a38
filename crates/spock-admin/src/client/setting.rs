//! Settings of a node's server.

use super::{Client, quote_identifier, quote_literal};
use crate::error::{AdminError, Result};

/// A setting as a session of ours has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Where that comes from: `default`, `configuration file` ...
    pub source: String,
}

impl Client {
    /// These settings, in this order; one that the server does not know is an error.
    pub async fn settings(&self, names: &[&str]) -> Result<Vec<Setting>> {
        let rows = self
            .query(
                "SELECT n.name, s.setting, s.source
                   FROM unnest($1::text[]) WITH ORDINALITY n (name, at)
                   LEFT JOIN pg_catalog.pg_settings s ON s.name = n.name ORDER BY n.at",
                &[&names],
            )
            .await?;
        rows.iter()
            .map(|row| {
                let name: String = row.get(0);
                let unknown = || {
                    AdminError::precondition(format!("setting \"{name}\" is not known to the server"))
                        .hint("on node {node} add spock to shared_preload_libraries, and restart the server")
                        .on(self.node())
                };
                let value = row.get::<_, Option<String>>(1).ok_or_else(unknown)?;
                Ok(Setting { name, value, source: row.get(2) })
            })
            .collect()
    }

    /// What was said of a setting for roles, or for this database: it counts more than the server's configuration.
    /// Each as `ALTER ... SET` names it, with the value.
    pub async fn setting_overrides(&self, name: &str) -> Result<Vec<(String, String)>> {
        let rows = self
            .query(
                "SELECT concat_ws(' ', 'ALTER', 'ROLE ' || coalesce(quote_ident(r.rolname),
                               CASE WHEN s.setdatabase = 0 THEN 'ALL' END),
                               CASE WHEN s.setdatabase <> 0 AND s.setrole <> 0 THEN 'IN' END,
                               CASE WHEN s.setdatabase <> 0 THEN 'DATABASE ' || quote_ident(current_database()) END),
                        substr(c.setting, strpos(c.setting, '=') + 1)
                   FROM pg_catalog.pg_db_role_setting s
                   CROSS JOIN LATERAL unnest(s.setconfig) c (setting)
                   LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
                  WHERE s.setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
                    AND lower(split_part(c.setting, '=', 1)) = $1
                  ORDER BY 1",
                &[&name],
            )
            .await?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }

    /// Sets a setting for the whole server; [`Self::reload`] makes it count.
    pub async fn alter_system(&self, name: &str, value: &str) -> Result<()> {
        let parts: Vec<String> = name.split('.').map(quote_identifier).collect();
        let value = quote_literal(value);
        // A statement of its own: it cannot be run in a transaction block.
        self.batch(&format!("ALTER SYSTEM SET {} = {value}", parts.join("."))).await
    }

    /// Has the server read its configuration again, which takes a moment.
    pub async fn reload(&self) -> Result<()> {
        self.query_one("SELECT pg_catalog.pg_reload_conf()", &[]).await.map(drop)
    }
}
