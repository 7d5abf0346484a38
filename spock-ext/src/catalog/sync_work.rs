//! The columns of `spock.local_sync_status` with which a copy is run, retried and explained; its state
//! itself is [`super::sync_status`].

use spock_core::lsn::Lsn;
use spock_core::oid::Oid;
use spock_core::sync::SyncStatus;

use super::sync_status;
use crate::pg::spi;

/// How a copy failed last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Failure {
    /// In a row.
    pub(crate) count: u32,
    pub(crate) reason: Option<String>,
}

const THIS: &str = "WHERE sync_subid = $1::oid AND sync_nspname IS NOT DISTINCT FROM $2::name \
     AND sync_relname IS NOT DISTINCT FROM $3::name";

/// A table by schema and name; none stands for the subscription as a whole.
pub(crate) type Table<'a> = Option<(&'a str, &'a str)>;

fn names(table: Table<'_>) -> (Option<&str>, Option<&str>) {
    (table.map(|(schema, _)| schema), table.map(|(_, name)| name))
}

/// Whether an earlier copy (or the user's wish) has left contents that the next one replaces.
pub(crate) fn replaces(subscription: Oid, table: Table<'_>) -> bool {
    let (schema, name) = names(table);
    let query = format!("SELECT sync_truncate FROM spock.local_sync_status {THIS}");
    spi::select_one(&query, &[subscription.into(), schema.into(), name.into()])
        .is_some_and(|row| row.get(0))
}

/// Marks a copy as failed and counts it; the reason must not show a password.
pub(crate) fn fail(subscription: Oid, table: Table<'_>, reason: &str) -> Failure {
    let (schema, name) = names(table);
    let statement = format!(
        "UPDATE spock.local_sync_status
            SET sync_status = 'f', sync_failures = sync_failures + 1, sync_reason = $4,
                sync_snapshot = NULL, sync_changed_at = clock_timestamp() {THIS}
         RETURNING sync_failures, sync_reason"
    );
    let parameters = [subscription.into(), schema.into(), name.into(), reason.into()];
    let rows = spi::execute_returning(&statement, &parameters);
    rows.first()
        .map_or_else(Failure::default, |row| Failure { count: row.get(0), reason: row.get(1) })
}

/// Moves a copy on. The reason of an earlier failure goes when the copy is ready.
pub(crate) fn advance(subscription: Oid, table: Table<'_>, status: SyncStatus, lsn: Lsn) -> bool {
    let (schema, name) = names(table);
    let ready = status == SyncStatus::Ready;
    let clear = if ready {
        ", sync_failures = 0, sync_reason = NULL, sync_snapshot = NULL, sync_truncate = false"
    } else {
        ""
    };
    let statement = format!(
        "UPDATE spock.local_sync_status SET sync_changed_at = clock_timestamp(){clear} {THIS}"
    );
    spi::execute(&statement, &[subscription.into(), schema.into(), name.into()]);
    sync_status::set(subscription, table, status, lsn)
}

/// As [`advance`], but only from a given status: whoever else moved the copy meanwhile (asked for it
/// again, gave it up) has the last word. False when somebody did.
pub(crate) fn advance_from(
    subscription: Oid,
    table: Table<'_>,
    from: SyncStatus,
    status: SyncStatus,
    lsn: Lsn,
) -> bool {
    let (schema, name) = names(table);
    // The row stays locked until the transaction ends, and a waiter looks at its newest version.
    let statement = format!(
        "UPDATE spock.local_sync_status SET sync_changed_at = clock_timestamp() {THIS}
            AND sync_status = chr($4::integer)::\"char\""
    );
    let parameters = [subscription.into(), schema.into(), name.into(), from.code().into()];
    spi::execute(&statement, &parameters) > 0 && advance(subscription, table, status, lsn)
}

/// Publishes the snapshot from which the copy workers of a subscription read, and what it holds.
pub(crate) fn set_snapshot(subscription: Oid, snapshot: Option<&str>, point: Option<&str>) {
    spi::execute(
        "UPDATE spock.local_sync_status SET sync_snapshot = $2, sync_point = $3
          WHERE sync_subid = $1::oid AND sync_relname IS NULL",
        &[subscription.into(), snapshot.into(), point.into()],
    );
}

/// The snapshot from which the copy workers of a subscription read, and what it holds.
pub(crate) fn snapshot(subscription: Oid) -> Option<(String, Option<String>)> {
    let row = spi::select_one(
        "SELECT sync_snapshot, sync_point FROM spock.local_sync_status
          WHERE sync_subid = $1::oid AND sync_relname IS NULL",
        &[subscription.into()],
    )?;
    row.get::<Option<String>>(0).map(|snapshot| (snapshot, row.get(1)))
}

/// Puts a table on the list of those to copy. What says that it holds an earlier copy stays.
pub(crate) fn enlist(subscription: Oid, schema: &str, table: &str, bytes: i64) {
    let parameters = [subscription.into(), schema.into(), table.into(), bytes.into()];
    let statement = format!(
        "UPDATE spock.local_sync_status
            SET sync_status = 'i', sync_statuslsn = '0/0', sync_bytes = $4,
                sync_reason = NULL, sync_changed_at = clock_timestamp() {THIS}"
    );
    if spi::execute(&statement, &parameters) == 0 {
        spi::execute(
            "INSERT INTO spock.local_sync_status (sync_kind, sync_subid, sync_nspname,
                 sync_relname, sync_status, sync_statuslsn, sync_bytes, sync_changed_at)
             VALUES ('d', $1::oid, $2::name, $3::name, 'i', '0/0', $4, clock_timestamp())",
            &parameters,
        );
    }
}

/// Takes the tables of a subscription off the list that are not among those given.
pub(crate) fn keep_only(subscription: Oid, tables: &[(String, String)]) {
    let schemas: Vec<String> = tables.iter().map(|(schema, _)| schema.clone()).collect();
    let names: Vec<String> = tables.iter().map(|(_, name)| name.clone()).collect();
    spi::execute(
        "DELETE FROM spock.local_sync_status
          WHERE sync_subid = $1::oid AND sync_relname IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM unnest($2, $3) AS t(schema, name)
                             WHERE t.schema = sync_nspname AND t.name = sync_relname)",
        &[subscription.into(), Vec::into(schemas), Vec::into(names)],
    );
}

/// Whether the copy workers of a subscription still read from that snapshot; while this transaction lasts
/// it stays so.
pub(crate) fn holds_snapshot(subscription: Oid, snapshot: &str) -> bool {
    let query = "SELECT 1 FROM spock.local_sync_status
          WHERE sync_subid = $1::oid AND sync_relname IS NULL AND sync_snapshot = $2 FOR SHARE";
    spi::select_one(query, &[subscription.into(), snapshot.into()]).is_some()
}

/// Takes the biggest table that nobody copies yet, for a worker that reads from the snapshot.
pub(crate) fn claim(subscription: Oid, snapshot: &str) -> Option<(String, String)> {
    let rows = spi::execute_returning(
        "UPDATE spock.local_sync_status
            SET sync_status = 'd', sync_changed_at = clock_timestamp()
          WHERE ctid = (SELECT ctid FROM spock.local_sync_status
                         WHERE sync_subid = $1::oid AND sync_relname IS NOT NULL
                           AND sync_status = 'i'
                         ORDER BY sync_bytes DESC, sync_nspname, sync_relname
                         LIMIT 1 FOR UPDATE SKIP LOCKED)
            AND EXISTS (SELECT 1 FROM spock.local_sync_status
                         WHERE sync_subid = $1::oid AND sync_relname IS NULL
                           AND sync_snapshot = $2)
      RETURNING sync_nspname, sync_relname",
        &[subscription.into(), snapshot.into()],
    );
    rows.first().map(|row| (row.get(0), row.get(1)))
}

/// Notes that a table holds a copy now, of how many rows, and whether it holds nothing else: only then
/// a later copy may empty it.
pub(crate) fn copied(subscription: Oid, schema: &str, table: &str, rows: u64, alone: bool) {
    let statement =
        format!("UPDATE spock.local_sync_status SET sync_truncate = $5, sync_rows = $4 {THIS}");
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    let names = [subscription.into(), schema.into(), table.into(), rows.into(), alone.into()];
    spi::execute(&statement, &names);
}

/// Whether rows of an earlier copy may stand in the table.
pub(crate) fn was_copied(subscription: Oid, schema: &str, table: &str) -> bool {
    let query = format!("SELECT sync_rows IS NOT NULL FROM spock.local_sync_status {THIS}");
    spi::select_one(&query, &[subscription.into(), schema.into(), table.into()])
        .is_some_and(|row| row.get(0))
}

/// How the copies of the tables of a subscription stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) waiting: i64,
    pub(crate) copying: i64,
    /// The first that failed, with its reason.
    pub(crate) failed: Option<String>,
}

/// Counts the tables of a subscription by state.
pub(crate) fn tally(subscription: Oid) -> Tally {
    let row = spi::select_one(
        "SELECT count(*) FILTER (WHERE sync_status = 'i'),
                count(*) FILTER (WHERE sync_status = 'd'),
                (array_agg(format('%I.%I: %s', sync_nspname, sync_relname, sync_reason)
                    ORDER BY sync_nspname, sync_relname) FILTER (WHERE sync_status = 'f'))[1]
           FROM spock.local_sync_status
          WHERE sync_subid = $1::oid AND sync_relname IS NOT NULL",
        &[subscription.into()],
    );
    row.map_or_else(Tally::default, |row| Tally {
        waiting: row.get(0),
        copying: row.get(1),
        failed: row.get(2),
    })
}

/// Marks every table of a subscription as ready.
pub(crate) fn all_tables_ready(subscription: Oid) {
    spi::execute(
        "UPDATE spock.local_sync_status
            SET sync_status = 'r', sync_truncate = false, sync_failures = 0, sync_reason = NULL,
                sync_changed_at = clock_timestamp()
          WHERE sync_subid = $1::oid AND sync_relname IS NOT NULL",
        &[subscription.into()],
    );
}
