//! Sync events: marks in a node's stream, and whether a subscriber has come to one.

use pgrx::{PgSqlErrorCode, pg_extern};
use spock_core::lsn::Lsn;
use spock_core::oid::{NodeId, Oid};

use super::checks::{missing, not_now, require_local_node};
use crate::catalog::node::{self, LocalNode};
use crate::catalog::origin_history;
use crate::catalog::subscription::{self, Subscription};
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::{In, Out};
use crate::pg::session;
use crate::worker::mark;

/// `spock.sync_event()`: writes a mark and returns its position. A mark that is not transactional
/// counts at once, whatever becomes of the caller's transaction.
#[pg_extern(sql = false)]
fn sync_event(transactional: bool) -> Out<Lsn> {
    Out(write_event(transactional).or_raise())
}

fn write_event(transactional: bool) -> Result<Lsn, SpockError> {
    let local = require_local_node()?;
    if session::in_recovery() {
        return Err(not_now("recovery is in progress"));
    }
    mark::write(&local, transactional)
}

/// `spock.sync_event_reached()`: one look of `wait_for_sync_event`, by node id.
#[pg_extern(sql = false)]
fn sync_event_reached(
    origin_id: Option<In<Oid>>,
    lsn: Option<In<Lsn>>,
    wait_if_disabled: Option<bool>,
) -> bool {
    let look = || {
        let id = origin_id.ok_or_else(|| null("Invalid NULL origin_id"))?.0;
        let lsn = lsn.ok_or_else(|| null("Invalid NULL lsn"))?.0;
        is_reached(id, lsn, wait_if_disabled.unwrap_or(false))
    };
    look().or_raise()
}

/// `spock.node_id_of()`: the id of a node by name.
#[pg_extern(sql = false)]
fn node_id_of(origin: Option<In<String>>) -> Out<Oid> {
    let find = || {
        let name = origin.ok_or_else(|| null("Invalid NULL origin"))?.0;
        let node = node::by_name(&name);
        node.ok_or_else(|| missing(format!("Origin node '{name}' not found")))
    };
    Out(find().or_raise().id.as_oid())
}

fn null(message: &str) -> SpockError {
    SpockError::new(PgSqlErrorCode::ERRCODE_NULL_VALUE_NOT_ALLOWED, message)
}

fn is_reached(provider: Oid, lsn: Lsn, wait_if_disabled: bool) -> Result<bool, SpockError> {
    let local = require_local_node()?;
    let id = NodeId::from_oid(provider);
    let subs = id.map(subscription::of_provider).unwrap_or_default();
    if subs.is_empty() {
        let name = id.and_then(node::by_id).map_or_else(|| provider.to_string(), |node| node.name);
        return Err(missing(format!(
            "No subscription found for replication {name} => {}",
            local.node.name
        )));
    }
    let enabled: Vec<&Subscription> = subs.iter().filter(|sub| sub.enabled).collect();
    if enabled.is_empty() {
        return if wait_if_disabled { Ok(false) } else { Err(disabled(&subs[0], &local)) };
    }
    Ok(enabled.iter().all(|sub| origin_history::applied(sub) >= lsn))
}

fn disabled(sub: &Subscription, local: &LocalNode) -> SpockError {
    not_now(format!("Subscription {} => {} has been disabled", sub.provider.name, local.node.name))
}
