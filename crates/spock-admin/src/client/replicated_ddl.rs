//! Statements that `spock.replicate_ddl` executes for all nodes, each text once.
//!
//! The transaction that executes a text writes a row of `spock.operator_step` on the same node. So whoever died
//! before he heard of the commit finds out afterwards, and nobody executes the text again until the row is taken
//! away, at the end of the run. The row names the text by a digest in which passwords are masked, because a digest
//! of a weak password gives it away; whether the passwords are the same the machine of the run can tell
//! ([`crate::journal::digest`]).

use jiff::Timestamp;
use spock_core::sql_text;
use tokio_postgres::types::ToSql;

use super::{Client, session_settings};
use crate::error::{AdminError, ErrorKind, Result, redact};

/// Rows of runs that nobody has gone on with for so many days are removed.
const KEPT_DAYS: i32 = 100;

/// Takes back what [`session_settings`] set and a statement may depend on.
const USUAL: &str = "SET DateStyle TO DEFAULT; SET IntervalStyle TO DEFAULT; SET TimeZone TO DEFAULT; \
     SET bytea_output TO DEFAULT; SET extra_float_digits TO DEFAULT; SET xmloption TO DEFAULT; \
     SET lc_monetary TO DEFAULT";

/// A text of statements for all nodes.
#[derive(Debug, Clone)]
pub struct NewDdl {
    /// The statements.
    pub text: String,
    /// Whose subscribers run them; none: nobody does, and what they do stays on the node.
    pub sets: Vec<String>,
    /// Where their names are looked up.
    pub search_path: String,
    /// Who runs them; none: the role of the connection.
    pub role: Option<String>,
    /// `spock.ddl_lock` for them, where that is not to be the node's own.
    pub lock: Option<String>,
}

impl NewDdl {
    /// The text without passwords.
    pub fn shown(&self) -> String {
        shown(self.text.trim())
    }

    /// Whether passwords stand in it.
    pub fn is_secret(&self) -> bool {
        self.shown() != self.text.trim()
    }

    /// What makes it the same as another one.
    fn identity(&self) -> String {
        let NewDdl { sets, search_path, role, .. } = self;
        serde_json::json!(["ddl run", self.shown(), sets, search_path, role]).to_string()
    }
}

/// Statements without the passwords in them.
pub(super) fn shown(text: &str) -> String {
    redact(&sql_text::without_passwords(text, "'****'"))
}

/// A text that a node has executed in a run that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecutedDdl {
    /// The run.
    pub run: String,
    /// Whose it is: `user@host`.
    pub holder: String,
    /// The transaction, as other nodes know it.
    pub xid: i64,
    /// When the transaction began.
    pub at: Timestamp,
}

impl Client {
    /// Whether this text was executed here by a run that has not ended.
    pub async fn executed_ddl(&self, new: &NewDdl) -> Result<Option<ExecutedDdl>> {
        let there = "SELECT pg_catalog.to_regclass('spock.operator_step') IS NOT NULL";
        if !self.query_one(there, &[]).await?.get::<_, bool>(0) {
            let message = "the extension does not keep track of what was executed";
            return Err(AdminError::new(ErrorKind::Incompatible, message)
                .on(self.node())
                .detail("The table spock.operator_step does not exist.")
                .hint("create or update extension spock there"));
        }
        let row = self
            .query_opt(
                "SELECT run, holder, xid::text::int8, done_at FROM spock.operator_step
                  WHERE digest = encode(pg_catalog.sha256(pg_catalog.convert_to($1, 'UTF8')), 'hex')",
                &[&new.identity()],
            )
            .await?;
        Ok(row.map(|row| ExecutedDdl {
            run: row.get(0),
            holder: row.get(1),
            xid: row.get(2),
            at: row.get(3),
        }))
    }

    /// Executes the text with `spock.replicate_ddl`, and notes it, by one statement that is a transaction of its own:
    /// it is committed without the program's doing. Fails when the text is noted already.
    pub async fn execute_ddl(&self, new: &NewDdl, run: &str, holder: &str) -> Result<()> {
        self.query(
            "DELETE FROM spock.operator_step WHERE done_at < pg_catalog.now() - pg_catalog.make_interval(days => $1)",
            &[&KEPT_DAYS],
        )
        .await?;
        let sql = "WITH noted AS (
                       INSERT INTO spock.operator_step (digest, operation, run, holder)
                       VALUES (encode(pg_catalog.sha256(pg_catalog.convert_to($1, 'UTF8')), 'hex'),
                               'ddl run', $2, $3)
                       RETURNING true),
                   locking AS MATERIALIZED (
                       SELECT pg_catalog.set_config('spock.ddl_lock', coalesce($4,
                                  pg_catalog.current_setting('spock.ddl_lock')), true),
                              CASE WHEN $6::text[] = '{}' THEN spock.repair_mode(true) END)
                   SELECT spock.replicate_ddl($5, $6::text[], $7, coalesce($8, CURRENT_USER::text))
                     FROM noted, locking";
        let identity = new.identity();
        let NewDdl { text, sets, search_path, role, lock } = new;
        let parameters: [&(dyn ToSql + Sync); 8] =
            [&identity, &run, &holder, lock, text, sets, search_path, role];
        // Statements mean what they mean in any session of this role.
        self.batch(USUAL).await?;
        let result = self.query_one(sql, &parameters).await;
        let restored = self.batch(&session_settings()).await;
        result?;
        restored
    }

    /// Forgets that a run has executed a text here: the run has ended.
    pub async fn forget_ddl(&self, run: &str) -> Result<()> {
        self.query(
            "DELETE FROM spock.operator_step WHERE run = $1 AND operation = 'ddl run'",
            &[&run],
        )
        .await
        .map(drop)
    }

    /// Whether a text that another node executed at that time came here as a message.
    pub async fn has_queued(&self, ddl: &ExecutedDdl) -> Result<bool> {
        let row = self
            .query_one(
                "SELECT EXISTS (SELECT FROM spock.queue
                                 WHERE queued_at = $1 AND message_type = 'Q')",
                &[&ddl.at],
            )
            .await?;
        Ok(row.get(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_no_part_of_what_tells_texts_apart() {
        let new = |text: &str| NewDdl {
            text: text.to_owned(),
            sets: vec!["ddl_sql".to_owned()],
            search_path: String::new(),
            role: None,
            lock: None,
        };
        let secret = new("CREATE ROLE r PASSWORD 'canary'");
        assert!(secret.is_secret() && !secret.identity().contains("canary"));
        assert_eq!(secret.identity(), new("CREATE ROLE r PASSWORD 'other'\n").identity());
        assert_ne!(secret.identity(), new("CREATE ROLE s PASSWORD 'canary'").identity());
        assert!(!new("CREATE TABLE t ()").is_secret());
    }
}
