//! Processes of the extension.

use serde::Serialize;

use super::Client;
use crate::error::{AdminError, ErrorKind, Result};

/// A process of the extension, or a subscription that should have one.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct WorkerState {
    /// The node.
    pub node: String,
    /// What it is: supervisor, manager, apply, sync, and so on.
    pub kind: String,
    /// Its process; null where none runs.
    pub pid: Option<i32>,
    /// The subscription that it works for.
    pub subscription: Option<String>,
    /// Node that the changes come from.
    pub provider: Option<String>,
    /// running, stopping, stopped, failed, or idle.
    pub status: String,
    /// What it waits for, as pg_stat_activity says it.
    pub wait_event: Option<String>,
    /// Processes that hold what it waits for.
    pub blocked_by: Vec<i32>,
    /// How long its transaction runs.
    pub transaction_seconds: Option<f64>,
    /// Why the subscription last stood still.
    pub last_error: Option<String>,
}

/// A subscription as its apply worker stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamState {
    /// Its name.
    pub subscription: String,
    /// Node that the changes come from.
    pub provider: String,
    /// Its status: replicating, paused, disabled, and so on.
    pub status: String,
    /// Why it does not replicate.
    pub reason: Option<String>,
}

impl Client {
    /// Every subscription of this node, by name.
    pub async fn stream_states(&self) -> Result<Vec<StreamState>> {
        let sql = "SELECT subscription_name, provider_node, status, nullif(last_error, '')
                     FROM spock.sub_show_status() ORDER BY 1";
        let rows = self.query(sql, &[]).await?;
        Ok(rows
            .iter()
            .map(|row| StreamState {
                subscription: row.get(0),
                provider: row.get(1),
                status: row.get(2),
                reason: row.get::<_, Option<&str>>(3).map(crate::error::redact),
            })
            .collect())
    }

    /// Refuses where the extension cannot pause its workers.
    pub async fn require_pausable(&self) -> Result<()> {
        let sql = "SELECT pg_catalog.to_regprocedure('spock.pause_apply_workers()') IS NOT NULL";
        if self.query_one(sql, &[]).await?.get(0) {
            return Ok(());
        }
        let message = "the extension of this node cannot pause its apply workers";
        Err(AdminError::new(ErrorKind::Incompatible, message)
            .hint("update the extension, or use `spockctl cluster pause`")
            .on(self.node()))
    }

    /// Has all apply workers of this database stand still; they go on when one does not come to stand in
    /// `spock.pause_timeout`.
    pub async fn pause_workers(&self) -> Result<()> {
        let pause = self.batch("SELECT spock.pause_apply_workers()");
        self.without_statement_timeout(pause).await.map_err(|mut error| {
            if error.sqlstate.as_deref() == Some("55P03") {
                error.kind = ErrorKind::Timeout;
            }
            error
        })
    }

    /// Has them go on.
    pub async fn resume_workers(&self) -> Result<()> {
        self.batch("SELECT spock.resume_apply_workers()").await
    }

    /// Whether nothing is applied here anyway, because `spock.readonly` says so.
    pub async fn applies_nothing(&self) -> Result<bool> {
        let sql = "SELECT pg_catalog.current_setting('spock.readonly') = 'all'";
        Ok(self.query_one(sql, &[]).await?.get(0))
    }

    /// The processes of the extension that serve this database, and subscriptions without one.
    pub async fn worker_states(&self) -> Result<Vec<WorkerState>> {
        let rows = self
            .query(
                "SELECT pg_catalog.regexp_replace(coalesce(a.backend_type, 'apply'), '^spock ', ''),
                        a.pid, s.sub_name::text, s.provider::text,
                        coalesce(s.worker_status,
                                 CASE WHEN a.pid IS NULL THEN 'not running' ELSE 'running' END),
                        a.wait_event_type || '/' || a.wait_event,
                        coalesce(pg_catalog.pg_blocking_pids(a.pid), '{}'),
                        extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::float8,
                        st.last_error
                   FROM (SELECT * FROM pg_catalog.pg_stat_activity
                          WHERE backend_type LIKE 'spock %'
                            AND (datname IS NULL OR datname = pg_catalog.current_database())) a
                   FULL JOIN spock.apply_status s ON s.worker_pid = a.pid
                   LEFT JOIN spock.sub_show_status() st ON st.subscription_name = s.sub_name::text
                  ORDER BY s.sub_name IS NOT NULL, 1, 3, 2",
                &[],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|row| WorkerState {
                node: self.node().to_owned(),
                kind: row.get(0),
                pid: row.get(1),
                subscription: row.get(2),
                provider: row.get(3),
                status: row.get(4),
                wait_event: row.get(5),
                blocked_by: row.get(6),
                transaction_seconds: row.get(7),
                last_error: row
                    .get::<_, Option<&str>>(8)
                    .filter(|text| !text.is_empty())
                    .map(crate::error::redact),
            })
            .collect())
    }
}
