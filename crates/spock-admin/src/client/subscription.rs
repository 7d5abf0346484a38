//! Subscriptions: making them, and how they stand.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use spock_core::lsn::Lsn;
use tokio_postgres::types::PgLsn;

use super::{Client, TableRef, optional};
use crate::error::Result;
use crate::secret::Secret;

/// What `sub_create` takes.
#[derive(Debug, Clone)]
pub struct NewSubscription {
    /// Its name.
    pub name: String,
    /// How this node reaches the provider.
    pub provider_dsn: Secret,
    /// Replication sets that are subscribed to.
    pub replication_sets: Vec<String>,
    /// Whether the structure is copied.
    pub synchronize_structure: bool,
    /// Whether the rows are copied.
    pub synchronize_data: bool,
    /// Origins whose transactions are forwarded.
    pub forward_origins: Vec<String>,
    /// How long applying is held back, as the server reads intervals.
    pub apply_delay: String,
    /// Whether values travel as text.
    pub force_text_transfer: bool,
    /// Schemas that are left out.
    pub skip_schemas: Vec<String>,
    /// Whether it starts at once.
    pub enabled: bool,
}

/// One table of a subscription and how far its copy has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct TableSync {
    /// The table; `None` for the subscription as a whole.
    pub table: Option<TableRef>,
    /// The state in words.
    pub state: &'static str,
}

/// The worker of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Worker {
    /// Its process, when it runs.
    pub pid: Option<i64>,
    /// Its state.
    pub status: String,
}

/// How one subscription stands.
#[derive(Debug, Clone, PartialEq)]
pub struct SubscriptionState {
    /// Its id on this node.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// Node that the changes come from.
    pub provider: String,
    /// The server's word for it: replicating, initializing, disabled, down, unknown.
    pub status: String,
    /// The connection string, secrets masked.
    pub provider_dsn: String,
    /// Slot on the provider, and origin here.
    pub slot_name: String,
    /// Replication sets that are subscribed to.
    pub replication_sets: Vec<String>,
    /// Origins whose transactions are forwarded.
    pub forward_origins: Vec<String>,
    /// Whether it is enabled.
    pub is_enabled: bool,
    /// State of the first copy, in words.
    pub sync_state: &'static str,
    /// Tables with a state of their own: those that are done, and all.
    pub tables_ready: u64,
    /// See `tables_ready`.
    pub tables_total: u64,
    /// Tables whose rows are here, whether or not their streams have caught up.
    pub tables_copied: u64,
    /// Rows that the copies of this moment have brought into this database.
    pub rows_under_way: i64,
    /// Tables whose copy failed.
    pub tables_failed: Vec<TableRef>,
    /// Its worker.
    pub worker: Option<Worker>,
    /// Why its worker last stopped.
    pub last_error: Option<String>,
    /// When.
    pub last_error_at: Option<Timestamp>,
    /// Changes of the provider that were left out here, and wait for somebody.
    pub pending_exceptions: i64,
    /// Why rows may differ from the provider's, with the table.
    pub needs_repair: Option<String>,
    /// Who paused it and when, as a sentence.
    pub paused: Option<String>,
    /// What may keep it from going on, now or later.
    pub warning: Option<String>,
    /// Newest change received.
    pub received_lsn: Option<Lsn>,
    /// How long the last change was under way.
    pub lag_seconds: Option<f64>,
    /// Bytes of the provider's log not yet applied.
    pub lag_bytes: Option<i64>,
}

/// A sync status code in words.
fn sync_state(code: i8) -> &'static str {
    match u8::try_from(code).unwrap_or(0) {
        b'i' => "not started",
        b's' => "copying structure",
        b'd' => "copying data",
        b'c' => "creating constraints and indexes",
        b'w' => "waiting for the stream",
        b'p' => "started",
        b'u' => "catching up",
        b'y' => "copied",
        b'r' => "ready",
        b'f' => "failed",
        _ => "unknown",
    }
}

impl Client {
    /// `spock.sub_create`.
    pub async fn sub_create(&self, new: &NewSubscription) -> Result<()> {
        self.query_one(
            "SELECT spock.sub_create(subscription_name => $1::text::name, provider_dsn => $2,
                replication_sets => $3, synchronize_structure => $4, synchronize_data => $5,
                forward_origins => $6, apply_delay => $7::text::interval, enabled => $8,
                force_text_transfer => $9, skip_schema => $10)",
            &[
                &new.name,
                &new.provider_dsn.reveal(),
                &new.replication_sets,
                &new.synchronize_structure,
                &new.synchronize_data,
                &new.forward_origins,
                &new.apply_delay,
                &new.enabled,
                &new.force_text_transfer,
                &new.skip_schemas,
            ],
        )
        .await?;
        Ok(())
    }

    /// Whether a subscription of this name exists.
    pub async fn has_subscription(&self, name: &str) -> Result<bool> {
        if !self.has_extension().await? {
            return Ok(false);
        }
        let sql = "SELECT EXISTS (SELECT FROM spock.subscription WHERE sub_name::text = $1)";
        Ok(self.query_one(sql, &[&name]).await?.get(0))
    }

    /// The names of this node's subscriptions, also where it is no node yet.
    pub async fn subscription_names(&self) -> Result<Vec<String>> {
        let sql = "SELECT sub_name::text FROM spock.subscription ORDER BY 1";
        let rows = self.query(sql, &[]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Calls `sub_drop`, `sub_enable`, or `sub_disable`.
    pub async fn sub_drop(&self, name: &str, if_exists: bool) -> Result<()> {
        self.query_one("SELECT spock.sub_drop($1::text::name, $2)", &[&name, &if_exists]).await?;
        Ok(())
    }

    /// `spock.sub_enable` with `immediate`.
    pub async fn sub_enable(&self, name: &str) -> Result<()> {
        self.query_one("SELECT spock.sub_enable($1::text::name, true)", &[&name]).await?;
        Ok(())
    }

    /// `spock.sub_disable` with `immediate`.
    pub async fn sub_disable(&self, name: &str) -> Result<()> {
        self.query_one("SELECT spock.sub_disable($1::text::name, true)", &[&name]).await?;
        Ok(())
    }

    /// Every subscription of this node, by name.
    pub async fn subscriptions(&self) -> Result<Vec<SubscriptionState>> {
        let rows = self
            .query(
                "SELECT s.sub_id, s.sub_enabled, st.*
                   FROM spock.sub_show_status() st
                   JOIN spock.subscription s ON s.sub_name::text = st.subscription_name
                  ORDER BY st.subscription_name",
                &[],
            )
            .await?;
        let sync = self.sync_states().await?;
        let workers = self.workers().await?;
        let lags = self.lags().await?;
        let rows_under_way = self.rows_under_way().await?;
        let is_disabled = |row: &tokio_postgres::Row| !row.get::<_, bool>("sub_enabled");
        let pauses = if rows.iter().any(is_disabled) { self.pauses().await? } else { Vec::new() };
        Ok(rows
            .iter()
            .map(|row| {
                let id: u32 = row.get("sub_id");
                let provider: String = row.get("provider_node");
                let states = sync.get(&id).map(Vec::as_slice).unwrap_or_default();
                let tables = || states.iter().filter(|s| s.table.is_some());
                let whole = states.iter().find(|s| s.table.is_none());
                let lag = lags.get(&provider);
                let name: String = row.get("subscription_name");
                let paused = pauses.iter().find(|(paused, _)| *paused == name);
                SubscriptionState {
                    id,
                    paused: paused.map(|(_, text)| text.clone()),
                    name,
                    status: row.get("status"),
                    provider_dsn: crate::error::redact(
                        row.get::<_, Option<&str>>("provider_dsn").unwrap_or_default(),
                    ),
                    slot_name: row.get("slot_name"),
                    replication_sets: optional(row, "replication_sets").unwrap_or_default(),
                    forward_origins: optional(row, "forward_origins").unwrap_or_default(),
                    is_enabled: row.get("sub_enabled"),
                    sync_state: whole.map_or("unknown", |s| s.state),
                    tables_ready: tables().filter(|s| is_settled(s.state)).count() as u64,
                    tables_total: tables().count() as u64,
                    tables_copied: tables().filter(|s| is_copied(s.state)).count() as u64,
                    rows_under_way,
                    tables_failed: tables()
                        .filter(|s| s.state == "failed")
                        .filter_map(|s| s.table.clone())
                        .collect(),
                    worker: workers.get(&i64::from(id)).cloned(),
                    last_error: optional::<String>(row, "last_error")
                        .filter(|text| !text.is_empty())
                        .map(|text| crate::error::redact(&text)),
                    last_error_at: optional(row, "last_error_at"),
                    pending_exceptions: optional(row, "pending_exceptions").unwrap_or(0),
                    needs_repair: optional(row, "needs_repair"),
                    warning: optional(row, "warning"),
                    received_lsn: lag.and_then(|lag| lag.received_lsn),
                    lag_seconds: lag.and_then(|lag| lag.seconds),
                    lag_bytes: lag.and_then(|lag| lag.bytes),
                    provider,
                }
            })
            .collect())
    }

    /// Sync states by subscription id.
    async fn sync_states(&self) -> Result<BTreeMap<u32, Vec<TableSync>>> {
        let rows = self
            .query(
                "SELECT sync_subid, sync_nspname::text, sync_relname::text, sync_status
                   FROM spock.local_sync_status ORDER BY 1, 2, 3",
                &[],
            )
            .await?;
        let mut out: BTreeMap<u32, Vec<TableSync>> = BTreeMap::new();
        for row in &rows {
            let table = match (row.get::<_, Option<String>>(1), row.get::<_, Option<String>>(2)) {
                (Some(schema), Some(name)) if !name.is_empty() => Some(TableRef { schema, name }),
                _ => None,
            };
            out.entry(row.get(0))
                .or_default()
                .push(TableSync { table, state: sync_state(row.get(3)) });
        }
        Ok(out)
    }

    /// States of the tables of one subscription.
    pub async fn table_states(&self, subscription: u32) -> Result<Vec<TableSync>> {
        let mut states = self.sync_states().await?.remove(&subscription).unwrap_or_default();
        states.retain(|state| state.table.is_some());
        Ok(states)
    }

    /// Changes that were left out after a failure and that nobody has dealt with. The existing
    /// version keeps no status: there every row of the log counts.
    pub async fn pending_exceptions(&self) -> Result<i64> {
        let row = self
            .query_one(
                "SELECT (SELECT count(*) FROM spock.exception_status_detail WHERE status = 'pending')
                      + (SELECT count(*) FROM spock.exception_log l
                          WHERE NOT EXISTS (
                              SELECT FROM spock.exception_status s
                               WHERE (s.remote_origin, s.remote_commit_ts, s.retry_errored_at)
                                   = (l.remote_origin, l.remote_commit_ts, l.retry_errored_at)))",
                &[],
            )
            .await?;
        Ok(row.get(0))
    }

    /// How this node decides conflicts, in words that are the same on nodes which decide alike. The
    /// existing version knows one rule.
    pub async fn conflict_rules(&self) -> Result<String> {
        let known = self
            .query_one(
                "SELECT pg_catalog.to_regprocedure('spock.conflict_rules()') IS NOT NULL",
                &[],
            )
            .await?;
        if !known.get::<_, bool>(0) {
            return Ok("last_update_wins".to_owned());
        }
        let row = self.query_one("SELECT spock.conflict_rules()", &[]).await?;
        Ok(row.get(0))
    }

    /// Rows that running copies have brought into this database so far.
    async fn rows_under_way(&self) -> Result<i64> {
        let row = self
            .query_one(
                "SELECT coalesce(sum(tuples_processed), 0)::int8
                   FROM pg_catalog.pg_stat_progress_copy
                  WHERE datname = pg_catalog.current_database() AND command = 'COPY FROM'",
                &[],
            )
            .await?;
        Ok(row.get(0))
    }

    /// Apply workers by subscription id.
    async fn workers(&self) -> Result<BTreeMap<i64, Worker>> {
        let rows = self
            .query(
                "SELECT worker_subid, worker_pid, worker_status
                   FROM spock.get_apply_worker_status()
                  WHERE worker_dboid::bigint = (SELECT oid::bigint FROM pg_catalog.pg_database
                                         WHERE datname = pg_catalog.current_database())",
                &[],
            )
            .await?;
        Ok(rows
            .iter()
            .filter_map(|row| {
                let pid = row.get::<_, Option<i64>>(1).filter(|pid| *pid > 0);
                Some((row.get::<_, Option<i64>>(0)?, Worker { pid, status: row.get(2) }))
            })
            .collect())
    }

    /// Lags by provider.
    async fn lags(&self) -> Result<BTreeMap<String, Lag>> {
        let rows = self
            .query(
                "SELECT origin_name::text, received_lsn, replication_lag_bytes::int8,
                        extract(epoch FROM replication_lag)::float8
                   FROM spock.lag_tracker",
                &[],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|row| {
                let lsn: Option<PgLsn> = row.get(1);
                let lag = Lag {
                    received_lsn: lsn.map(|lsn| Lsn(lsn.into())),
                    bytes: row.get(2),
                    seconds: row.get(3),
                };
                (row.get(0), lag)
            })
            .collect())
    }
}

struct Lag {
    received_lsn: Option<Lsn>,
    bytes: Option<i64>,
    seconds: Option<f64>,
}

/// Whether a table's rows have arrived.
fn is_copied(state: &str) -> bool {
    is_settled(state) || matches!(state, "waiting for the stream" | "catching up")
}

/// Whether a table's stream is that of its subscription.
fn is_settled(state: &str) -> bool {
    matches!(state, "ready" | "copied")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_word() {
        for code in b"isdcwpuyrf" {
            assert_ne!(sync_state(i8::try_from(*code).expect("ASCII")), "unknown");
        }
        assert_eq!(sync_state(0), "unknown");
        assert_eq!(sync_state(-1), "unknown");
    }
}
