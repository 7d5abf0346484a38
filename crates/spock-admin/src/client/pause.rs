//! Subscriptions that were disabled to be enabled again together: `spock.paused_subscription`.

use jiff::Timestamp;

use super::Client;
use crate::error::{AdminError, ErrorKind, Result};

/// A subscription and whether it is paused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PausedState {
    /// Its name.
    pub subscription: String,
    /// Its provider.
    pub provider: String,
    /// Whether it is enabled.
    pub is_enabled: bool,
    /// Who paused it, and when.
    pub paused: Option<(String, Timestamp)>,
}

impl Client {
    /// Whether the extension of this node remembers what was paused.
    async fn remembers_pauses(&self) -> Result<bool> {
        let sql = "SELECT pg_catalog.to_regclass('spock.paused_subscription') IS NOT NULL";
        Ok(self.query_one(sql, &[]).await?.get(0))
    }

    /// Every subscription of this node, by name.
    pub async fn paused_states(&self) -> Result<Vec<PausedState>> {
        if !self.remembers_pauses().await? {
            let message = "the extension of this node does not remember what was paused";
            return Err(AdminError::new(ErrorKind::Incompatible, message)
                .hint("update the extension, or disable each subscription with `spockctl sub disable`")
                .on(self.node()));
        }
        let rows = self
            .query(
                "SELECT s.sub_name::text, n.node_name::text, s.sub_enabled, p.paused_by, p.paused_at
                   FROM spock.subscription s
                   JOIN spock.node n ON n.node_id = s.sub_origin
                   LEFT JOIN spock.paused_subscription p USING (sub_id)
                  ORDER BY 1",
                &[],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|row| PausedState {
                subscription: row.get(0),
                provider: row.get(1),
                is_enabled: row.get(2),
                paused: row.get::<_, Option<String>>(3).zip(row.get(4)),
            })
            .collect())
    }

    /// Who paused which subscription, as a sentence; nothing where the extension does not remember it.
    pub(crate) async fn pauses(&self) -> Result<Vec<(String, String)>> {
        if !self.remembers_pauses().await? {
            return Ok(Vec::new());
        }
        let rows = self
            .query(
                "SELECT s.sub_name::text, p.paused_by, p.paused_at
                   FROM spock.paused_subscription p JOIN spock.subscription s USING (sub_id)",
                &[],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|row| {
                let (by, at): (String, Timestamp) = (row.get(1), row.get(2));
                (row.get(0), pause_text(&by, at))
            })
            .collect())
    }

    /// Disables every enabled subscription and notes that it was paused, in one transaction; their names.
    pub async fn pause_subscriptions(&self, by: &str) -> Result<Vec<String>> {
        let rows = self
            .query(
                "WITH stopped AS (
                     INSERT INTO spock.paused_subscription AS p (sub_id, paused_by)
                     SELECT s.sub_id, $1 FROM spock.subscription s WHERE s.sub_enabled
                     ON CONFLICT (sub_id) DO UPDATE
                        SET paused_by = excluded.paused_by, paused_at = excluded.paused_at
                     RETURNING p.sub_id)
                 SELECT s.sub_name::text, spock.sub_disable(s.sub_name)
                   FROM spock.subscription s JOIN stopped USING (sub_id)",
                &[&by],
            )
            .await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Which of these subscriptions have an apply worker still.
    pub async fn running_workers(&self, subscriptions: &[String]) -> Result<Vec<String>> {
        let rows = self
            .query(
                "SELECT s.sub_name::text
                   FROM spock.get_apply_worker_status() w
                   JOIN spock.subscription s ON s.sub_id = w.worker_subid::oid
                  WHERE w.worker_pid > 0 AND s.sub_name::text = ANY ($1)
                    AND w.worker_dboid::bigint = (SELECT oid::bigint FROM pg_catalog.pg_database
                                                   WHERE datname = pg_catalog.current_database())
                  ORDER BY 1",
                &[&subscriptions],
            )
            .await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Enables a subscription if it is paused; whether it was.
    pub async fn resume_subscription(&self, name: &str) -> Result<bool> {
        let row = self
            .query_opt(
                "SELECT spock.sub_enable(s.sub_name)
                   FROM spock.subscription s JOIN spock.paused_subscription p USING (sub_id)
                  WHERE s.sub_name::text = $1",
                &[&name],
            )
            .await?;
        Ok(row.is_some())
    }
}

/// What a status says of a paused subscription.
fn pause_text(by: &str, at: Timestamp) -> String {
    let at = at.round(jiff::Unit::Second).unwrap_or(at);
    format!("paused by {by} at {at}, see `spockctl cluster resume`")
}
