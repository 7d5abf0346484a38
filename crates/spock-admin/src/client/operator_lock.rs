//! The operators' lock of one node: a row of `spock.operator_lock` with a lease.
//!
//! Each call is one short transaction and names the lock by its token, never by the session: so it
//! survives the loss of a connection, and poolers. Times are those of the node.

use std::time::Duration;

use serde::Serialize;

use super::Client;
use crate::error::{AdminError, Result};

/// What is written when the lock is taken.
#[derive(Debug, Clone)]
pub struct LockClaim {
    /// Tells this lock from all others.
    pub token: String,
    /// The run that takes it.
    pub run: String,
    /// What it does: `cluster init`.
    pub operation: String,
    /// `user@host`.
    pub holder: String,
    /// The process there.
    pub pid: i32,
    /// How long it counts unless it is renewed.
    pub lease: Duration,
}

/// Who has the lock of a node.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct LockHolder {
    /// The node.
    pub node: String,
    /// What it does.
    pub operation: String,
    /// `user@host`.
    pub holder: String,
    /// The process there.
    pub pid: i32,
    /// The run, as `spockctl runs` shows it there.
    pub run: String,
    /// Since when, RFC 3339.
    pub since: String,
    /// How long the lock counts unless it is renewed; not above 0: it is free.
    pub lease_left_seconds: f64,
    #[serde(skip)]
    #[schemars(skip)]
    pub(crate) token: String,
}

/// What came of an attempt to take the lock.
#[derive(Debug, Clone, PartialEq)]
pub enum Taken {
    /// It is ours.
    Ours,
    /// It is another's.
    Held(LockHolder),
    /// The extension is missing, or of a version without the lock.
    NoTable,
}

impl Client {
    /// Whether this node's extension has the lock.
    pub async fn has_operator_lock(&self) -> Result<bool> {
        self.query_one("SELECT pg_catalog.to_regclass('spock.operator_lock') IS NOT NULL", &[])
            .await
            .map(|row| row.get(0))
    }

    /// Takes the lock if it is free, expired, or has the token `replaced`.
    pub async fn take_operator_lock(
        &self,
        claim: &LockClaim,
        replaced: Option<&str>,
    ) -> Result<Taken> {
        if !self.has_operator_lock().await? {
            return Ok(Taken::NoTable);
        }
        // The holder may let it go between the two statements.
        for _ in 0..5 {
            let took = self
                .query_opt(
                    "INSERT INTO spock.operator_lock AS l
                            (token, run, operation, holder, pid, since, expires)
                     VALUES ($1, $2, $3, $4, $5, pg_catalog.clock_timestamp(),
                             pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => $6))
                     ON CONFLICT (singleton) DO UPDATE
                        SET token = excluded.token, run = excluded.run, operation = excluded.operation,
                            holder = excluded.holder, pid = excluded.pid, since = excluded.since,
                            expires = excluded.expires
                      WHERE l.expires <= pg_catalog.clock_timestamp() OR l.token IN ($1, $7)
                     RETURNING true",
                    &[
                        &claim.token,
                        &claim.run,
                        &claim.operation,
                        &claim.holder,
                        &claim.pid,
                        &claim.lease.as_secs_f64(),
                        &replaced,
                    ],
                )
                .await?;
            if took.is_some() {
                return Ok(Taken::Ours);
            }
            if let Some(holder) = self.operator_lock().await? {
                return Ok(Taken::Held(holder));
            }
        }
        Err(AdminError::failed("the operators' lock changes hands all the time").on(self.node()))
    }

    /// Puts off the end of the lease; whether the lock is still that of this token.
    pub async fn renew_operator_lock(&self, token: &str, lease: Duration) -> Result<bool> {
        self.query_opt(
            "UPDATE spock.operator_lock
                SET expires = pg_catalog.clock_timestamp() + pg_catalog.make_interval(secs => $2)
              WHERE token = $1 RETURNING true",
            &[&token, &lease.as_secs_f64()],
        )
        .await
        .map(|row| row.is_some())
    }

    /// Lets the lock of this token go; whether there was one.
    pub async fn release_operator_lock(&self, token: &str) -> Result<bool> {
        self.query_opt("DELETE FROM spock.operator_lock WHERE token = $1 RETURNING true", &[&token])
            .await
            .map(|row| row.is_some())
    }

    /// Who has the lock, or had it until the lease ran out; none also where the extension has no lock.
    pub async fn operator_lock(&self) -> Result<Option<LockHolder>> {
        if !self.has_operator_lock().await? {
            return Ok(None);
        }
        let row = self
            .query_opt(
                "SELECT token, run, operation, holder, pid,
                        pg_catalog.to_char(since, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),
                        extract(epoch FROM expires - pg_catalog.clock_timestamp())::float8
                   FROM spock.operator_lock",
                &[],
            )
            .await?;
        Ok(row.map(|row| LockHolder {
            node: self.node().to_owned(),
            token: row.get(0),
            run: row.get(1),
            operation: row.get(2),
            holder: row.get(3),
            pid: row.get(4),
            since: row.get(5),
            lease_left_seconds: row.get(6),
        }))
    }

    /// Lets what this session does be known as that of a run, and be given up soon when its program dies.
    pub async fn mark_session(&self, run: &str) -> Result<()> {
        self.query_one(
            "SELECT pg_catalog.set_config('application_name',
                        pg_catalog.regexp_replace(pg_catalog.current_setting('application_name'), '#.*', '')
                        || '#' || $1, false)",
            &[&run],
        )
        .await?;
        // Not every system can tell.
        if let Err(error) = self.batch("SET client_connection_check_interval = '1s'").await {
            tracing::debug!(node = %self.node(), %error, "no check of the connection");
        }
        Ok(())
    }

    /// Has the server give up what the sessions of a run do at the moment.
    pub async fn cancel_statements_of(&self, run: &str) -> Result<()> {
        self.query(
            "SELECT pg_catalog.pg_cancel_backend(pid) FROM pg_catalog.pg_stat_activity
              WHERE application_name LIKE '%#' || $1 AND state <> 'idle'
                AND datname = pg_catalog.current_database()",
            &[&run],
        )
        .await
        .map(drop)
    }

    /// Ends the sessions that a run has left behind, and says how many there still are.
    pub async fn end_sessions_of(&self, run: &str) -> Result<i64> {
        let row = self
            .query_one(
                "SELECT count(pg_catalog.pg_terminate_backend(pid))
                   FROM pg_catalog.pg_stat_activity
                  WHERE application_name LIKE '%#' || $1 AND pid <> pg_catalog.pg_backend_pid()
                    AND datname = pg_catalog.current_database()",
                &[&run],
            )
            .await?;
        Ok(row.get(0))
    }
}
