//! Waiting until a table that is copied from another node may be written again (convergence rule I2).
//!
//! The transaction was rolled back, so the wait holds nothing that the copy or another stream could need.
//! It ends when the copy is committed, fails, or is given up; a copy waits at most for a while for what it
//! needs ([`crate::sync`]) and fails then.

use std::time::Duration;

use pgrx::{PgLogLevel, PgSqlErrorCode};
use spock_core::oid::{NodeId, Oid};

use super::verdict::Copy;
use crate::catalog::subscription;
use crate::pg::error::{CaughtError, SpockError};
use crate::pg::{bgworker, latch, transaction};
use crate::sync::handover::TableStates;
use crate::worker::head::{Cell, Waiting};

/// A wait of this length is worth a line in the log.
const LOG_AFTER: i64 = 10_000_000;
/// How often the provider hears from us while we wait.
const KEEP_ALIVE: i64 = 1_000_000;

/// Waits for a copy. `stream` is the name of the waiting subscription; `keep_alive` is called every second.
pub(super) fn wait<E: From<SpockError>>(
    copy: &Copy,
    stream: &str,
    tables: &mut TableStates,
    head: Option<&Cell>,
    keep_alive: &mut dyn FnMut() -> Result<(), E>,
) -> Result<(), E> {
    let began = latch::steady_micros();
    let mut kept_alive = began;
    let mut told = false;
    let what = match copy {
        Copy::Table { schema, name, .. } => format!("the copy of table {schema}.{name}"),
        Copy::First => "the first copy of another subscription".to_owned(),
    };
    bgworker::report_activity(Some(&format!("waiting for {what}")));
    if let Some(head) = head {
        head.count_wait();
        if let Some(node) = source(copy).map_err(E::from)? {
            head.wait_for(Waiting { node, since: transaction::now(), alarmed: false });
        }
    }
    while is_under_way(copy, tables).map_err(E::from)? {
        transaction::check_for_interrupts();
        bgworker::reload_config_if_asked();
        let now = latch::steady_micros();
        if now - kept_alive >= KEEP_ALIVE {
            kept_alive = now;
            keep_alive()?;
        }
        if now - began >= LOG_AFTER && !std::mem::replace(&mut told, true) {
            SpockError::new(
                PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION,
                format!("subscription \"{stream}\" waits for {what}"),
            )
            .report(PgLogLevel::LOG);
        }
        latch::wait(Duration::from_millis(if now - began < 1_000_000 { 10 } else { 100 }));
    }
    if let Some(head) = head {
        head.wait_over();
    }
    bgworker::report_activity(None);
    Ok(())
}

fn is_under_way(copy: &Copy, tables: &mut TableStates) -> Result<bool, SpockError> {
    match copy {
        Copy::Table { schema, name, .. } => tables.is_closed(schema, name),
        Copy::First => tables.do_others_begin(),
    }
}

/// The node that the copy comes from.
fn source(copy: &Copy) -> Result<Option<NodeId>, SpockError> {
    let Copy::Table { subscription, .. } = copy else { return Ok(None) };
    let id: Oid = *subscription;
    bgworker::transaction(|| subscription::by_id(id).map(|found| found.provider.id))
        .map_err(CaughtError::into_error)
}
