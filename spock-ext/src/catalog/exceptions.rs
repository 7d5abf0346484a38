//! `spock.exception_log`, `spock.exception_status` and its details: what could not be applied.
//!
//! A failed transaction has one row of `exception_status`, and for each change of it that was left
//! out one of `exception_status_detail`: `pending` until somebody deals with it (convergence rule E1).
//! `exception_log` says what each change was and why it was left out.

use spock_core::lsn::Lsn;
use spock_core::oid::{NodeId, Oid};

use crate::pg::spi::{self, Kept, Kind};
use crate::pg::value::Value;

/// Nobody has dealt with it yet.
pub(crate) const PENDING: &str = "pending";
/// Nothing is missing (any more).
pub(crate) const RESOLVED: &str = "resolved";
/// Nothing was left out: the subscription was disabled before the transaction.
pub(crate) const HELD_BACK: &str = "held back";

/// One run of a transaction that failed: the key of everything that is written about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) remote_origin: NodeId,
    /// Times are microseconds since 2000-01-01.
    pub(crate) remote_commit_ts: i64,
    pub(crate) retry_errored_at: i64,
    pub(crate) remote_xid: u32,
}

/// An image of a row: a JSON object, and which of its members are to be kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Image {
    pub(crate) json: String,
    pub(crate) keep: Vec<String>,
}

/// A row of the log.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entry {
    pub(crate) command_counter: u32,
    pub(crate) local_origin: Option<NodeId>,
    pub(crate) local_commit_ts: Option<i64>,
    pub(crate) table: Option<(String, String)>,
    pub(crate) operation: &'static str,
    /// JSON of the local row.
    pub(crate) local: Option<String>,
    pub(crate) old: Option<Image>,
    pub(crate) new: Option<Image>,
    pub(crate) ddl_statement: Option<String>,
    pub(crate) ddl_user: Option<String>,
    pub(crate) error_message: String,
}

thread_local! {
    // A transaction of millions of rows is logged row by row.
    static LOG: Kept = const { Kept::new(
        "INSERT INTO spock.exception_log (remote_origin, remote_commit_ts, command_counter,
             retry_errored_at, remote_xid, local_origin, local_commit_ts, table_schema, table_name,
             operation, local_tup, remote_old_tup, remote_new_tup, ddl_statement, ddl_user,
             error_message)
         VALUES ($1::oid, $2, $3::integer, $4, $5, $6::oid, $7, $8, $9, $10, $11::jsonb,
             (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each($12::jsonb)
               WHERE key = ANY ($13) HAVING $12 IS NOT NULL),
             (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each($14::jsonb)
               WHERE key = ANY ($15) HAVING $14 IS NOT NULL),
             $16, $17, $18)",
        &[
            Kind::Int, Kind::Timestamp, Kind::Int, Kind::Timestamp, Kind::Int, Kind::Int,
            Kind::Timestamp, Kind::Text, Kind::Text, Kind::Text, Kind::Text, Kind::Text,
            Kind::Array, Kind::Text, Kind::Array, Kind::Text, Kind::Text, Kind::Text,
        ],
    ) };
    static DETAIL: Kept = const { Kept::new(
        "INSERT INTO spock.exception_status_detail (remote_origin, remote_commit_ts,
             command_counter, retry_errored_at, remote_xid, status)
         VALUES ($1::oid, $2, $3::integer, $4, $5, $6)",
        &[Kind::Int, Kind::Timestamp, Kind::Int, Kind::Timestamp, Kind::Int, Kind::Text],
    ) };
}

fn origin(key: &Key) -> Value {
    key.remote_origin.as_oid().into()
}

fn time(time: Option<i64>) -> Value {
    time.map_or(Value::Null, Value::Timestamp)
}

/// Adds a row to the log.
pub(crate) fn log(key: &Key, entry: Entry) {
    let (schema, table) = entry.table.unzip();
    let (old, keep_old) = entry.old.map(|image| (image.json, image.keep)).unzip();
    let (new, keep_new) = entry.new.map(|image| (image.json, image.keep)).unzip();
    let row = [
        origin(key),
        Value::Timestamp(key.remote_commit_ts),
        entry.command_counter.into(),
        Value::Timestamp(key.retry_errored_at),
        key.remote_xid.into(),
        entry.local_origin.map(NodeId::as_oid).into(),
        time(entry.local_commit_ts),
        schema.into(),
        table.into(),
        entry.operation.into(),
        entry.local.into(),
        old.into(),
        keep_old.into(),
        new.into(),
        keep_new.into(),
        entry.ddl_statement.into(),
        entry.ddl_user.into(),
        entry.error_message.into(),
    ];
    LOG.with(|statement| statement.execute(&row));
}

/// Notes that a change was left out.
pub(crate) fn leave_pending(key: &Key, command_counter: u32) {
    let row = [
        origin(key),
        Value::Timestamp(key.remote_commit_ts),
        command_counter.into(),
        Value::Timestamp(key.retry_errored_at),
        key.remote_xid.into(),
        PENDING.into(),
    ];
    DETAIL.with(|statement| statement.execute(&row));
}

/// What is known of a failed transaction beside its changes.
#[derive(Debug, Clone)]
pub(crate) struct Story<'a> {
    pub(crate) subscription: &'a str,
    pub(crate) commit_lsn: Lsn,
    pub(crate) behaviour: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) failed_command: u32,
    pub(crate) changes: u32,
    pub(crate) left_out: u32,
}

/// Adds the row of a transaction.
pub(crate) fn conclude(key: &Key, status: &str, story: &Story<'_>) {
    spi::execute(
        "INSERT INTO spock.exception_status (remote_origin, remote_commit_ts, retry_errored_at,
             remote_xid, status, resolved_at, resolution_details)
         VALUES ($1::oid, $2, $3, $4, $5, CASE WHEN $5 = 'resolved' THEN clock_timestamp() END,
             jsonb_build_object('subscription', $6::text, 'commit_lsn', $7::pg_lsn,
                 'behaviour', $8::text, 'reason', $9::text, 'failed_command', $10::bigint,
                 'changes', $11::bigint, 'left_out', $12::bigint))",
        &[
            origin(key),
            Value::Timestamp(key.remote_commit_ts),
            Value::Timestamp(key.retry_errored_at),
            key.remote_xid.into(),
            status.into(),
            story.subscription.into(),
            story.commit_lsn.into(),
            story.behaviour.into(),
            story.reason.into(),
            story.failed_command.into(),
            story.changes.into(),
            story.left_out.into(),
        ],
    );
}

/// Commit records of the transactions of a node, or of all, that were held back.
pub(crate) fn held_back(author: Option<NodeId>) -> Vec<Lsn> {
    spi::select(
        "SELECT DISTINCT (resolution_details ->> 'commit_lsn')::pg_lsn
           FROM spock.exception_status
          WHERE ($1 IS NULL OR remote_origin = $1::oid) AND status = $2",
        &[author.map(NodeId::as_oid).into(), HELD_BACK.into()],
    )
    .iter()
    .map(|row| row.get(0))
    .collect()
}

/// A transaction that was held back is left out after all: what its newest run logged is pending.
pub(crate) fn leave_out_held_back(provider: NodeId, commit_lsn: Lsn) {
    let parameters: [Value; 3] = [provider.as_oid().into(), HELD_BACK.into(), commit_lsn.into()];
    spi::execute(
        "WITH newest AS (
             UPDATE spock.exception_status s SET status = 'pending'
              WHERE remote_origin = $1::oid AND retry_errored_at =
                    (SELECT max(retry_errored_at) FROM spock.exception_status
                      WHERE remote_origin = $1::oid AND status = $2
                        AND (resolution_details ->> 'commit_lsn')::pg_lsn = $3)
             RETURNING s.remote_origin, s.remote_commit_ts, s.retry_errored_at)
         INSERT INTO spock.exception_status_detail (remote_origin, remote_commit_ts,
             command_counter, retry_errored_at, remote_xid, status)
         SELECT l.remote_origin, l.remote_commit_ts, l.command_counter, l.retry_errored_at,
                l.remote_xid, 'pending'
           FROM spock.exception_log l NATURAL JOIN newest
          WHERE l.operation <> 'SUB_DISABLE'",
        &parameters,
    );
    settle_held_back(provider, commit_lsn, "left out");
}

/// What became of a transaction that was held back.
pub(crate) fn settle_held_back(provider: NodeId, commit_lsn: Lsn, how: &str) {
    spi::execute(
        "UPDATE spock.exception_status
            SET status = $4, resolved_at = clock_timestamp(),
                resolution_details = resolution_details || jsonb_build_object('outcome', $5::text)
          WHERE remote_origin = $1::oid AND status = $2
            AND (resolution_details ->> 'commit_lsn')::pg_lsn = $3",
        &[
            provider.as_oid().into(),
            HELD_BACK.into(),
            commit_lsn.into(),
            RESOLVED.into(),
            how.into(),
        ],
    );
}

/// Removes what was dealt with more than some days ago; the number of transactions.
pub(crate) fn remove_resolved_before(days: i32) -> u64 {
    let before = "now() - make_interval(days => $1::integer)";
    for table in ["exception_log", "exception_status_detail"] {
        spi::execute(
            &format!(
                "DELETE FROM spock.{table} t USING spock.exception_status s
                  WHERE (s.remote_origin, s.remote_commit_ts, s.retry_errored_at)
                      = (t.remote_origin, t.remote_commit_ts, t.retry_errored_at)
                    AND s.status = 'resolved' AND s.resolved_at < {before}"
            ),
            &[days.into()],
        );
    }
    spi::execute(
        &format!(
            "DELETE FROM spock.exception_status
              WHERE status = 'resolved' AND resolved_at < {before}"
        ),
        &[days.into()],
    )
}

/// How many changes of a provider were left out and wait for somebody.
pub(crate) fn pending_of(provider: Oid) -> i64 {
    let row = spi::select_one(
        "SELECT coalesce(sum(changes), 0)::bigint FROM spock.exceptions_pending
          WHERE remote_origin = $1::oid",
        &[provider.into()],
    );
    row.map_or(0, |row| row.get(0))
}

/// A transaction that failed, and of which something waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Transaction {
    pub(crate) remote_origin: NodeId,
    pub(crate) remote_commit_ts: i64,
    pub(crate) retry_errored_at: i64,
}

impl Transaction {
    fn key(&self) -> [Value; 3] {
        [
            self.remote_origin.as_oid().into(),
            Value::Timestamp(self.remote_commit_ts),
            Value::Timestamp(self.retry_errored_at),
        ]
    }
}

/// A change as it was logged; images are JSON.
#[derive(Debug, Clone, Default)]
pub(crate) struct Logged {
    pub(crate) command_counter: i32,
    pub(crate) operation: String,
    pub(crate) schema: Option<String>,
    pub(crate) table: Option<String>,
    pub(crate) old: Option<String>,
    pub(crate) new: Option<String>,
}

/// The newest run of a transaction of which something is pending.
pub(crate) fn newest_pending(
    remote_origin: NodeId,
    remote_commit_ts: i64,
    remote_xid: i64,
) -> Option<Transaction> {
    let row = spi::select_one(
        "SELECT retry_errored_at FROM spock.exception_status
          WHERE remote_origin = $1::oid AND remote_commit_ts = $2 AND remote_xid = $3
            AND status = 'pending'
          ORDER BY retry_errored_at DESC LIMIT 1 FOR UPDATE",
        &[remote_origin.as_oid().into(), Value::Timestamp(remote_commit_ts), remote_xid.into()],
    )?;
    Some(Transaction { remote_origin, remote_commit_ts, retry_errored_at: row.get(0) })
}

/// The changes of it that are pending, in their order.
pub(crate) fn pending_changes(failed: &Transaction) -> Vec<Logged> {
    spi::select(
        "SELECT d.command_counter, coalesce(l.operation, 'UNKNOWN'), l.table_schema, l.table_name,
                l.remote_old_tup::text, l.remote_new_tup::text
           FROM spock.exception_status_detail d
           LEFT JOIN spock.exception_log l
                  ON (l.remote_origin, l.remote_commit_ts, l.command_counter, l.retry_errored_at)
                   = (d.remote_origin, d.remote_commit_ts, d.command_counter, d.retry_errored_at)
          WHERE d.remote_origin = $1::oid AND d.remote_commit_ts = $2 AND d.retry_errored_at = $3
            AND d.status = 'pending'
          ORDER BY d.command_counter",
        &failed.key(),
    )
    .iter()
    .map(|row| Logged {
        command_counter: row.get(0),
        operation: row.get(1),
        schema: row.get(2),
        table: row.get(3),
        old: row.get(4),
        new: row.get(5),
    })
    .collect()
}

/// A change was dealt with.
pub(crate) fn settle(failed: &Transaction, command_counter: i32, how: &str) {
    let [origin, time, errored] = failed.key();
    spi::execute(
        "UPDATE spock.exception_status_detail
            SET status = 'resolved', resolved_at = clock_timestamp(),
                resolution_details = jsonb_build_object('outcome', $5::text)
          WHERE remote_origin = $1::oid AND remote_commit_ts = $2 AND retry_errored_at = $3
            AND command_counter = $4::integer",
        &[origin, time, errored, command_counter.into(), how.into()],
    );
}

/// The transaction was dealt with, whatever became of its changes.
pub(crate) fn settle_all(failed: &Transaction, how: &str) {
    let [origin, time, errored] = failed.key();
    for table in ["exception_status_detail", "exception_status"] {
        spi::execute(
            &format!(
                "UPDATE spock.{table}
                    SET status = 'resolved', resolved_at = clock_timestamp(),
                        resolution_details = coalesce(resolution_details, '{{}}')
                            || jsonb_build_object('outcome', $4::text)
                  WHERE remote_origin = $1::oid AND remote_commit_ts = $2
                    AND retry_errored_at = $3 AND status = 'pending'"
            ),
            &[origin.clone(), time.clone(), errored.clone(), how.into()],
        );
    }
}

/// The transaction is dealt with when all its changes are.
pub(crate) fn close_if_settled(failed: &Transaction) {
    spi::execute(
        "UPDATE spock.exception_status s
            SET status = 'resolved', resolved_at = clock_timestamp()
          WHERE remote_origin = $1::oid AND remote_commit_ts = $2 AND retry_errored_at = $3
            AND NOT EXISTS (SELECT FROM spock.exception_status_detail d
                             WHERE d.remote_origin = s.remote_origin
                               AND d.remote_commit_ts = s.remote_commit_ts
                               AND d.retry_errored_at = s.retry_errored_at
                               AND d.status = 'pending')",
        &failed.key(),
    );
}
