//! Starting copies and waiting for them.

use std::time::Duration;

use pgrx::{PgSqlErrorCode, pg_extern};
use spock_core::oid::Oid;
use spock_core::sync::SyncStatus;

use super::super::checks::{not_now, require_subscription, require_table};
use crate::catalog::replication_set::{self, TableFacts};
use crate::catalog::subscription::{self, Subscription};
use crate::catalog::sync_status::{self, SyncRow};
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::In;
use crate::pg::quoting::literal;
use crate::pg::walreceiver::{Connection, Mode};
use crate::pg::{latch, session, spi};
use crate::sync;
use crate::worker::notify;

/// How often a waiting function looks.
const POLL: Duration = Duration::from_millis(200);

/// `spock.sub_alter_sync()`: copies the tables of the subscription that were never copied, and brings its
/// sequences to where they are to be.
#[pg_extern(sql = false)]
fn sub_alter_sync(subscription_name: In<String>, truncate: bool) -> bool {
    let sync = || -> Result<(), SpockError> {
        let sub = require_subscription(&subscription_name.0)?;
        for (schema, table) in provider_tables(&sub)? {
            if sync_status::of_table(sub.id, &schema, &table).is_none()
                && spi::select_one(
                    "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                      WHERE n.nspname = $1::name AND c.relname = $2::name",
                    &[schema.as_str().into(), table.as_str().into()],
                )
                .is_some()
            {
                sync::request_copy(sub.id, &schema, &table, truncate);
            }
        }
        sync::sequences::refresh(&sub)?;
        notify::catalog_changed();
        Ok(())
    };
    sync().or_raise();
    true
}

/// The tables that the provider offers in the sets of the subscription: those that hold rows, which a
/// partitioned table does not.
fn provider_tables(sub: &Subscription) -> Result<Vec<(String, String)>, SpockError> {
    offered(sub, "true")
}

/// Those for which a condition on `c`, their row of `pg_class`, holds.
fn offered(sub: &Subscription, condition: &str) -> Result<Vec<(String, String)>, SpockError> {
    let dsn = sub.provider_interface.dsn.reveal();
    let mut connection = Connection::connect(dsn, &sub.slot_name, Mode::Sql)?;
    let sets: Vec<String> = sub.replication_sets.iter().map(|set| literal(set)).collect();
    if sets.is_empty() {
        return Ok(Vec::new());
    }
    let query = format!(
        "SELECT DISTINCT t.nspname::text, t.relname::text FROM spock.tables t
           JOIN pg_catalog.pg_class c ON c.oid = t.relid AND c.relkind = 'r'
          WHERE t.set_name::text IN ({}) AND ({condition}) ORDER BY 1, 2",
        sets.join(", ")
    );
    let rows = connection.query(&query, 2)?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let mut row = row.into_iter();
            row.next().flatten().zip(row.next().flatten())
        })
        .filter(|(schema, _)| !sub.skip_schema.contains(schema))
        .collect())
}

/// `spock.sub_resync_table()`.
#[pg_extern(sql = false)]
fn sub_resync_table(subscription_name: In<String>, relation: In<Oid>, truncate: bool) -> bool {
    let resync = || -> Result<(), SpockError> {
        let sub = require_subscription(&subscription_name.0)?;
        let tables = tables_to_copy(&sub, &require_table(relation.0)?)?;
        let settled = [SyncStatus::Ready, SyncStatus::SyncDone, SyncStatus::Failed];
        for (schema, name) in &tables {
            let row = sync_status::of_table(sub.id, schema, name);
            if row.is_some_and(|row| !settled.contains(&row.status)) {
                return Err(not_now(format!(
                    "table {schema}.{name} is already being synchronized"
                )));
            }
        }
        for (schema, name) in &tables {
            sync::request_copy(sub.id, schema, name, truncate);
        }
        notify::catalog_changed();
        Ok(())
    };
    resync().or_raise();
    true
}

/// What is copied again for a table: where it is partitioned at both sides, each of the provider's partitions
/// by itself, as their changes come.
fn tables_to_copy(
    sub: &Subscription,
    table: &TableFacts,
) -> Result<Vec<(String, String)>, SpockError> {
    let own = (table.schema.clone(), table.name.clone());
    if !table.is_partitioned {
        return Ok(vec![own]);
    }
    let condition = format!(
        "c.oid IN (SELECT p.relid
                     FROM pg_catalog.pg_class r
                     JOIN pg_catalog.pg_namespace n ON n.oid = r.relnamespace,
                          LATERAL pg_catalog.pg_partition_tree(r.oid) p
                    WHERE n.nspname = {} AND r.relname = {} AND r.relkind = 'p')",
        literal(&table.schema),
        literal(&table.name)
    );
    let partitions = offered(sub, &condition)?;
    Ok(if partitions.is_empty() { vec![own] } else { partitions })
}

/// `spock.sub_wait_for_sync()`: until the subscription and all of its tables are ready.
#[pg_extern(sql = false)]
fn sub_wait_for_sync(subscription_name: In<String>) {
    let name = &subscription_name.0;
    let sub = check_waiting(name, "sub_wait_for_sync").or_raise();
    wait_until(&sub, || {
        let mut rows: Vec<SyncRow> = sync_status::of_subscription(sub.id).into_iter().collect();
        rows.extend(sync_status::of_tables(sub.id));
        rows
    })
    .or_raise();
}

/// `spock.table_wait_for_sync()`.
#[pg_extern(sql = false)]
fn table_wait_for_sync(subscription_name: In<String>, relation: In<Oid>) {
    let wait = || {
        let sub = check_waiting(&subscription_name.0, "table_wait_for_sync")?;
        let table = require_table(relation.0)?;
        let mut tables = vec![(table.schema.clone(), table.name.clone())];
        if table.is_partitioned {
            let partitions = replication_set::partitions_of(table.oid);
            tables.extend(partitions.into_iter().map(|table| (table.schema, table.name)));
        }
        let rows = || -> Vec<SyncRow> {
            let row =
                |(schema, name): &(String, String)| sync_status::of_table(sub.id, schema, name);
            tables.iter().filter_map(row).collect()
        };
        if rows().is_empty() {
            return Err(not_now(format!(
                "table {}.{} has no synchronization status on subscription {}",
                table.schema, table.name, sub.name
            )));
        }
        wait_until(&sub, rows)
    };
    wait().or_raise();
}

/// A snapshot that lasts for the transaction would never show the end of the copy.
fn check_waiting(name: &str, function: &str) -> Result<Subscription, SpockError> {
    if let Some(level) = session::fixed_snapshot_level() {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_ACTIVE_SQL_TRANSACTION,
            format!("cannot wait for sync in {level} isolation"),
        )
        .detail(format!("{function} has to see what others commit."))
        .hint("Use READ COMMITTED."));
    }
    require_subscription(name)
}

/// Looks again and again until every row is ready. Cancelling the query ends it.
fn wait_until(sub: &Subscription, look: impl Fn() -> Vec<SyncRow>) -> Result<(), SpockError> {
    loop {
        let rows = look();
        if let Some(failed) = rows.iter().find(|row| row.status == SyncStatus::Failed) {
            let message = match &failed.table {
                Some((schema, table)) => format!(
                    "synchronization of table {schema}.{table} failed on subscription {}",
                    sub.name
                ),
                None => format!("synchronization failed on subscription {}", sub.name),
            };
            let error = SpockError::new(PgSqlErrorCode::ERRCODE_INTERNAL_ERROR, message);
            return Err(match &failed.reason {
                Some(reason) => error.detail(reason.clone()),
                None => error,
            });
        }
        // A table that is done but not yet handed to the stream of the subscription counts: what
        // the copy brought is visible.
        let done = |row: &SyncRow| matches!(row.status, SyncStatus::Ready | SyncStatus::SyncDone);
        if rows.iter().all(done) {
            return Ok(());
        }
        if subscription::by_id(sub.id).is_none() {
            return Err(not_now(format!("subscription \"{}\" was dropped meanwhile", sub.name)));
        }
        latch::wait(POLL);
    }
}
