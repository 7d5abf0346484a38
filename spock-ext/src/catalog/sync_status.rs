//! `spock.local_sync_status`: how far the copy of a subscription, or of one of its tables, has come.

use spock_core::lsn::Lsn;
use spock_core::oid::Oid;
use spock_core::sync::{SyncKind, SyncStatus};

use crate::pg::spi::{self, Row};
use crate::pg::value::Value;

/// A row; the one of the subscription as a whole has no table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyncRow {
    pub(crate) kind: SyncKind,
    pub(crate) subscription: Oid,
    /// Schema and name.
    pub(crate) table: Option<(String, String)>,
    pub(crate) status: SyncStatus,
    /// Position at the provider that belongs to the status, or `INVALID`.
    pub(crate) lsn: Lsn,
    /// The table is to be truncated in the transaction that copies it.
    pub(crate) truncate: bool,
    /// Why the copy failed.
    pub(crate) reason: Option<String>,
}

const COLUMNS: &str = "SELECT sync_kind, sync_subid, sync_nspname, sync_relname, sync_status, \
     sync_statuslsn, sync_truncate, sync_reason FROM spock.local_sync_status";

fn read(row: &Row) -> SyncRow {
    let schema: Option<String> = row.get(2);
    SyncRow {
        kind: SyncKind::from_code(row.get(0)).unwrap_or(SyncKind::Init),
        subscription: row.get(1),
        table: schema.zip(row.get(3)),
        // A code that nobody knows is treated as a failure: shown, and never passed over.
        status: SyncStatus::from_code(row.get(4)).unwrap_or(SyncStatus::Failed),
        lsn: row.get(5),
        truncate: row.get(6),
        reason: row.get(7),
    }
}

/// The row of the subscription as a whole.
pub(crate) fn of_subscription(subscription: Oid) -> Option<SyncRow> {
    let query = format!("{COLUMNS} WHERE sync_subid = $1::oid AND sync_relname IS NULL");
    spi::select_one(&query, &[subscription.into()]).as_ref().map(read)
}

/// The rows of the tables of a subscription, by name.
pub(crate) fn of_tables(subscription: Oid) -> Vec<SyncRow> {
    let query = format!(
        "{COLUMNS} WHERE sync_subid = $1::oid AND sync_relname IS NOT NULL
          ORDER BY sync_nspname, sync_relname"
    );
    spi::select(&query, &[subscription.into()]).iter().map(read).collect()
}

/// The row of one table.
pub(crate) fn of_table(subscription: Oid, schema: &str, table: &str) -> Option<SyncRow> {
    let query = format!(
        "{COLUMNS} WHERE sync_subid = $1::oid AND sync_nspname = $2::name AND sync_relname = $3::name"
    );
    spi::select_one(&query, &[subscription.into(), schema.into(), table.into()]).as_ref().map(read)
}

fn table_parameters(table: Option<(&str, &str)>) -> (Value, Value) {
    match table {
        Some((schema, name)) => (schema.into(), name.into()),
        None => (Value::Null, Value::Null),
    }
}

/// Adds a row, or starts an existing one anew.
pub(crate) fn put(
    subscription: Oid,
    table: Option<(&str, &str)>,
    kind: SyncKind,
    status: SyncStatus,
    lsn: Lsn,
) {
    let (schema, name) = table_parameters(table);
    let parameters =
        [subscription.into(), schema, name, kind.code().into(), status.code().into(), lsn.into()];
    let updated = spi::execute(
        "UPDATE spock.local_sync_status
            SET sync_kind = chr($4::integer)::\"char\", sync_status = chr($5::integer)::\"char\",
                sync_statuslsn = $6, sync_truncate = false, sync_reason = NULL
          WHERE sync_subid = $1::oid AND sync_nspname IS NOT DISTINCT FROM $2::name
            AND sync_relname IS NOT DISTINCT FROM $3::name",
        &parameters,
    );
    if updated == 0 {
        spi::execute(
            "INSERT INTO spock.local_sync_status
                 (sync_subid, sync_nspname, sync_relname, sync_kind, sync_status, sync_statuslsn)
             VALUES ($1::oid, $2::name, $3::name, chr($4::integer)::\"char\",
                 chr($5::integer)::\"char\", $6)",
            &parameters,
        );
    }
}

/// Changes the status of a row; false when there is no such row.
pub(crate) fn set(
    subscription: Oid,
    table: Option<(&str, &str)>,
    status: SyncStatus,
    lsn: Lsn,
) -> bool {
    let (schema, name) = table_parameters(table);
    spi::execute(
        "UPDATE spock.local_sync_status
            SET sync_status = chr($4::integer)::\"char\", sync_statuslsn = $5
          WHERE sync_subid = $1::oid AND sync_nspname IS NOT DISTINCT FROM $2::name
            AND sync_relname IS NOT DISTINCT FROM $3::name",
        &[subscription.into(), schema, name, status.code().into(), lsn.into()],
    ) > 0
}

/// Notes whether the next copy of a table begins with truncating it.
pub(crate) fn set_truncate(subscription: Oid, schema: &str, table: &str, truncate: bool) {
    spi::execute(
        "UPDATE spock.local_sync_status SET sync_truncate = $4
          WHERE sync_subid = $1::oid AND sync_nspname = $2::name AND sync_relname = $3::name",
        &[subscription.into(), schema.into(), table.into(), truncate.into()],
    );
}
