//! Helpers around `spock.readonly`, and transactions that are not replicated.

use std::time::{Duration, Instant};

use pgrx::{PgSqlErrorCode, pg_extern};
use spock_core::lsn::Lsn;
use spock_core::proto::spock_message::{PREFIX, SpockMessage};

use super::checks::{not_now, require_local_node, require_preloaded};
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::{In, Out};
use crate::pg::{guc, latch, logical_message, session, spi};

/// How long the ended sessions may take to be gone.
const FAREWELL: Duration = Duration::from_secs(10);
/// Between two looks whether they are.
const POLL: Duration = Duration::from_millis(10);

/// `spock.terminate_active_transactions()`: ends the sessions of this database that are in a
/// transaction, except for this one and those of superusers; true when all are gone.
#[pg_extern(sql = false)]
fn terminate_active_transactions() -> bool {
    require_preloaded().or_raise();
    let sessions = spi::select(
        "SELECT a.pid
           FROM pg_stat_activity a
           JOIN pg_roles r ON r.oid = a.usesysid
          WHERE a.datname = current_database()
            AND a.pid <> pg_backend_pid()
            AND a.backend_type = 'client backend'
            AND a.xact_start IS NOT NULL
            AND NOT r.rolsuper",
        &[],
    );
    let mut pids: Vec<i32> = sessions.iter().map(|row| row.get(0)).collect();
    pids.retain(|pid| latch::terminate(*pid));
    let until = Instant::now() + FAREWELL;
    loop {
        pids.retain(|pid| latch::is_alive(*pid));
        if pids.is_empty() || Instant::now() >= until {
            return pids.is_empty();
        }
        latch::wait(POLL);
    }
}

/// `spock.repair_mode()`: what this transaction does from here on is not replicated, or is again. It
/// ends with the transaction. Returns the position of the mark that says so.
#[pg_extern(sql = false)]
fn repair_mode(enabled: Option<In<bool>>) -> Out<Lsn> {
    let switch = || -> Result<Lsn, SpockError> {
        let Some(In(enabled)) = enabled else {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_NULL_VALUE_NOT_ALLOWED,
                "enabled must not be null",
            ));
        };
        require_local_node()?;
        if session::in_recovery() {
            return Err(not_now("recovery is in progress"));
        }
        let message = if enabled { SpockMessage::RepairOn } else { SpockMessage::RepairOff };
        let mut content = Vec::new();
        message.encode(&mut content);
        let end = logical_message::write(PREFIX, &content, true);
        let value = if enabled { c"on" } else { c"off" };
        guc::set_until_commit(c"spock.replication_repair_mode", value);
        Ok(end)
    };
    Out(switch().or_raise())
}
