//! Transactions of other nodes that could not be applied as they were, and their changes.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tokio_postgres::Row;

use super::Client;
use super::replicated_ddl::shown;
use crate::error::{Result, redact};

/// A transaction that could not be applied as it was.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct FailedTransaction {
    /// The node that could not apply it.
    pub node: String,
    /// What it is called on the command line: `ORIGIN/XID`.
    pub id: String,
    /// The node that committed it; its number where it is not known by name any more.
    pub origin: String,
    /// The number of that node.
    pub origin_id: u32,
    /// Its number at that node.
    pub xid: i64,
    /// When that node committed it.
    pub committed_at: Timestamp,
    /// When it failed here, the last time.
    pub failed_at: Timestamp,
    /// pending, resolved, or held back.
    pub status: String,
    /// Its changes.
    pub changes_total: Option<i64>,
    /// Those that were left out and that nobody has dealt with.
    pub changes_pending: i64,
    /// Tables that these, or all that are in the log, are about.
    pub tables: Vec<String>,
    /// The subscription that brought it.
    pub subscription: Option<String>,
    /// Its commit record at the provider.
    pub commit_lsn: Option<String>,
    /// `spock.exception_behaviour` at that time.
    pub behaviour: Option<String>,
    /// The error.
    pub reason: Option<String>,
    /// When somebody had dealt with it.
    pub resolved_at: Option<Timestamp>,
    /// How.
    pub outcome: Option<String>,
}

/// A change of such a transaction.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct FailedChange {
    /// Its place in the transaction.
    pub command: i32,
    /// INSERT, UPDATE, DELETE, TRUNCATE, DDL, or SUB_DISABLE.
    pub operation: Option<String>,
    /// The table, with its schema.
    pub table: Option<String>,
    /// pending, resolved, or applied.
    pub status: String,
    /// What became of it when it failed.
    pub message: String,
    /// What became of it afterwards.
    pub outcome: Option<String>,
    /// The row that it met here.
    pub local_row: Option<Value>,
    /// The row as it was before at the node that changed it: the key at least.
    pub old_row: Option<Value>,
    /// The row as it was to be.
    pub new_row: Option<Value>,
    /// The statement.
    pub statement: Option<String>,
    /// Who ran it.
    pub statement_role: Option<String>,
}

/// What a retry made of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct RetriedChange {
    /// The node.
    pub node: String,
    /// The transaction.
    pub id: String,
    /// Its place in the transaction.
    pub command: i32,
    /// INSERT, UPDATE, DELETE, TRUNCATE, or DDL.
    pub operation: Option<String>,
    /// The table, with its schema.
    pub table: Option<String>,
    /// applied, newer row kept, nothing to do, or failed; of a rehearsal: what would come of it.
    pub outcome: String,
    /// Why.
    pub detail: Option<String>,
}

impl RetriedChange {
    /// Whether it is, or would be, still missing.
    pub fn is_missing(&self) -> bool {
        matches!(self.outcome.as_str(), "failed" | "would fail")
    }
}

/// Which transactions are asked for.
#[derive(Debug, Clone, Default)]
pub struct ExceptionFilter {
    /// Only those of which something is pending.
    pub pending: bool,
    /// Only this one: the name or number of its node, and its number there.
    pub transaction: Option<(String, i64)>,
    /// So many at most, the newest first.
    pub limit: Option<i64>,
}

impl Client {
    /// Transactions that could not be applied here, the newest run of each, the newest first.
    pub async fn exceptions(&self, filter: &ExceptionFilter) -> Result<Vec<FailedTransaction>> {
        let (origin, xid) = filter.transaction.clone().unzip();
        let rows = self
            .query(
                "WITH run AS (
                     SELECT DISTINCT ON (s.remote_origin, s.remote_commit_ts, s.remote_xid) s.*,
                            coalesce(n.node_name::text, s.remote_origin::text) AS origin
                       FROM spock.exception_status s
                       LEFT JOIN spock.node n ON n.node_id = s.remote_origin
                      WHERE (NOT $1 OR s.status = 'pending')
                        AND ($2::text IS NULL OR $2 IN (n.node_name::text, s.remote_origin::text))
                        AND ($3::int8 IS NULL OR s.remote_xid = $3)
                      ORDER BY s.remote_origin, s.remote_commit_ts, s.remote_xid,
                               s.retry_errored_at DESC),
                 newest AS (SELECT * FROM run ORDER BY retry_errored_at DESC LIMIT $4)
                 SELECT r.origin, r.remote_origin AS origin_id, r.remote_xid AS xid,
                        r.remote_commit_ts AS committed_at, r.retry_errored_at AS failed_at, r.status,
                        (r.resolution_details ->> 'changes')::int8 AS changes_total,
                        (SELECT pg_catalog.count(*) FROM spock.exception_status_detail d
                          WHERE d.remote_origin = r.remote_origin
                            AND d.remote_commit_ts = r.remote_commit_ts
                            AND d.retry_errored_at = r.retry_errored_at
                            AND d.status = 'pending') AS changes_pending,
                        ARRAY(SELECT DISTINCT l.table_schema || '.' || l.table_name
                                FROM spock.exception_log l
                               WHERE l.remote_origin = r.remote_origin
                                 AND l.remote_commit_ts = r.remote_commit_ts
                                 AND l.retry_errored_at = r.retry_errored_at
                                 AND l.table_name IS NOT NULL
                               ORDER BY 1) AS tables,
                        r.resolution_details ->> 'subscription' AS subscription,
                        r.resolution_details ->> 'commit_lsn' AS commit_lsn,
                        r.resolution_details ->> 'behaviour' AS behaviour,
                        r.resolution_details ->> 'reason' AS reason,
                        r.resolved_at, r.resolution_details ->> 'outcome' AS outcome
                   FROM newest r ORDER BY r.retry_errored_at DESC",
                &[&filter.pending, &origin, &xid, &filter.limit],
            )
            .await?;
        Ok(rows.iter().map(|row| self.failed_transaction(row)).collect())
    }

    fn failed_transaction(&self, row: &Row) -> FailedTransaction {
        let (origin, xid): (String, i64) = (row.get("origin"), row.get("xid"));
        let text = |column: &str| row.get::<_, Option<&str>>(column).map(redact);
        FailedTransaction {
            node: self.node().to_owned(),
            id: format!("{origin}/{xid}"),
            origin,
            origin_id: row.get("origin_id"),
            xid,
            committed_at: row.get("committed_at"),
            failed_at: row.get("failed_at"),
            status: row.get("status"),
            changes_total: row.get("changes_total"),
            changes_pending: row.get("changes_pending"),
            tables: row.get("tables"),
            subscription: row.get("subscription"),
            commit_lsn: row.get("commit_lsn"),
            behaviour: row.get("behaviour"),
            reason: text("reason"),
            resolved_at: row.get("resolved_at"),
            outcome: text("outcome"),
        }
    }

    /// The changes of the last run of a transaction, in their order.
    pub async fn exception_changes(&self, of: &FailedTransaction) -> Result<Vec<FailedChange>> {
        let rows = self
            .query(
                "SELECT l.command_counter, l.operation, l.table_schema || '.' || l.table_name,
                        coalesce(d.status, CASE WHEN l.error_message LIKE 'discard: tuple applied%'
                                                THEN 'applied' ELSE s.status END),
                        l.error_message, d.resolution_details ->> 'outcome', l.local_tup,
                        l.remote_old_tup, l.remote_new_tup, l.ddl_statement, l.ddl_user
                   FROM spock.exception_log l
                   JOIN spock.exception_status s
                     ON (s.remote_origin, s.remote_commit_ts, s.retry_errored_at)
                      = (l.remote_origin, l.remote_commit_ts, l.retry_errored_at)
                   LEFT JOIN spock.exception_status_detail d
                     ON (d.remote_origin, d.remote_commit_ts, d.command_counter, d.retry_errored_at)
                      = (l.remote_origin, l.remote_commit_ts, l.command_counter, l.retry_errored_at)
                  WHERE l.remote_origin = $1 AND l.remote_commit_ts = $2 AND l.retry_errored_at = $3
                  ORDER BY l.command_counter",
                &[&of.origin_id, &of.committed_at, &of.failed_at],
            )
            .await?;
        // The rows of users are theirs; that of a statement has its text.
        let value = |row: &Row, column: usize| {
            let value: Option<Value> = row.get(column);
            let is_statement = row.get::<_, Option<&str>>(2) == Some("spock.queue");
            value.map(|value| if is_statement { redacted(value) } else { value })
        };
        Ok(rows
            .iter()
            .map(|row| FailedChange {
                command: row.get(0),
                operation: row.get(1),
                table: row.get(2),
                status: row.get(3),
                message: redact(row.get(4)),
                outcome: row.get(5),
                local_row: value(row, 6),
                old_row: value(row, 7),
                new_row: value(row, 8),
                statement: row.get::<_, Option<&str>>(9).map(shown),
                statement_role: row.get(10),
            })
            .collect())
    }

    /// `spock.exception_retry`.
    pub async fn exception_retry(
        &self,
        of: &FailedTransaction,
        rehearse: bool,
    ) -> Result<Vec<RetriedChange>> {
        let rows = self
            .query(
                "SELECT command_counter, operation, table_schema || '.' || table_name, outcome, detail
                   FROM spock.exception_retry($1, $2, $3, $4) ORDER BY command_counter",
                &[&of.origin_id, &of.committed_at, &of.xid, &rehearse],
            )
            .await?;
        Ok(rows
            .iter()
            .map(|row| RetriedChange {
                node: self.node().to_owned(),
                id: of.id.clone(),
                command: row.get(0),
                operation: row.get(1),
                table: row.get(2),
                outcome: row.get(3),
                detail: row.get::<_, Option<&str>>(4).map(redact),
            })
            .collect())
    }

    /// `spock.exception_resolve`; whether something of the transaction was pending.
    pub async fn exception_resolve(&self, of: &FailedTransaction, note: &str) -> Result<bool> {
        let row = self
            .query_one(
                "SELECT spock.exception_resolve($1, $2, $3, $4)",
                &[&of.origin_id, &of.committed_at, &of.xid, &note],
            )
            .await?;
        Ok(row.get(0))
    }
}

/// A row whose texts have no password.
fn redacted(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(shown(&text)),
        Value::Array(items) => items.into_iter().map(redacted).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(key, field)| (key, redacted(field))).collect()
        }
        other => other,
    }
}
