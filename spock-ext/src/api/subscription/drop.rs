//! `spock.sub_drop()`.

use std::time::Duration;

use pgrx::{PgLogLevel, PgSqlErrorCode, pg_extern};
use spock_core::oid::Oid;

use super::super::checks::{missing, require_local_node};
use crate::catalog::subscription::{self, Subscription};
use crate::catalog::{forwarded_progress, node, origin_history};
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::{In, Out};
use crate::pg::walreceiver::{Connection, Mode};
use crate::pg::{latch, origin};
use crate::sync;
use crate::worker::{control, notify};

/// How long the workers may take to stop.
pub(super) const STOP_TIMEOUT: Duration = Duration::from_secs(60);

/// How often, and how long apart, a slot is tried that its walsender has not let go of yet.
const SLOT_TRIES: u32 = 50;
const SLOT_PAUSE: Duration = Duration::from_millis(200);

/// `spock.sub_drop()`; 1, or 0 when there is no such subscription and that is no error.
#[pg_extern(sql = false)]
fn sub_drop(subscription_name: In<String>, ifexists: bool) -> Out<Oid> {
    Out(Oid::from(drop(&subscription_name.0, ifexists).or_raise()))
}

fn drop(name: &str, if_exists: bool) -> Result<bool, SpockError> {
    require_local_node()?;
    let Some(sub) = subscription::by_name(name) else {
        return if if_exists {
            Ok(false)
        } else {
            Err(missing(format!("subscription \"{name}\" not found")))
        };
    };
    control::stop(sub.id, STOP_TIMEOUT)?;
    let mut origins = origin_history::open_names(sub.id);
    origins.push(sub.slot_name.clone());
    subscription::delete(sub.id);
    origin_history::close(sub.id);
    forwarded_progress::forget(sub.id);
    if subscription::of_provider(sub.provider.id).is_empty() && sub.provider.id != sub.subscriber.id
    {
        node::delete(sub.provider.id);
    }
    if sub.forwards_all() {
        node::forget_heard_of();
    }
    notify::catalog_changed();
    // From here on nothing comes back with a rollback.
    if let Err(error) = drop_slot(&sub) {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_WARNING,
            format!(
                "could not drop slot \"{}\" on provider \"{}\"",
                sub.slot_name, sub.provider.name
            ),
        )
        .detail(error.message)
        .hint("Drop it there with pg_drop_replication_slot(), or it will keep WAL for ever.")
        .report(PgLogLevel::WARNING);
    }
    for name in &origins {
        origin::drop(name);
    }
    sync::clear_away(sub.id);
    Ok(true)
}

/// Drops the slot at the provider, if it is there.
fn drop_slot(sub: &Subscription) -> Result<(), SpockError> {
    let dsn = sub.provider_interface.dsn.reveal();
    let mut connection = Connection::connect(dsn, &sub.slot_name, Mode::Sql)?;
    // Slot names have no character that would have to be quoted.
    let command = format!(
        "SELECT pg_catalog.pg_drop_replication_slot(slot_name)::text
           FROM pg_catalog.pg_replication_slots WHERE slot_name = '{}'",
        sub.slot_name
    );
    let mut tries = 0;
    loop {
        match connection.query(&command, 1) {
            Ok(_) => return Ok(()),
            Err(error)
                if error.code == PgSqlErrorCode::ERRCODE_OBJECT_IN_USE && tries < SLOT_TRIES =>
            {
                tries += 1;
                latch::wait(SLOT_PAUSE);
            }
            Err(error) => return Err(error),
        }
    }
}
