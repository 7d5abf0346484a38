//! Changes of a subscription that exists.

use pgrx::{PgSqlErrorCode, pg_extern};
use spock_core::lsn::Lsn;

use super::super::checks::{invalid, missing, not_now, require_subscription};
use super::drop::STOP_TIMEOUT;
use super::{check_forward_origins, check_forwarding, others};
use crate::catalog::subscription::{self, Subscription};
use crate::catalog::{node, provider_state, repair_needed};
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::In;
use crate::pg::session;
use crate::worker::{control, notify};

fn refuse_in_block(immediate: bool, function: &str) -> Result<(), SpockError> {
    if immediate && session::in_transaction_block() {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_ACTIVE_SQL_TRANSACTION,
            format!("{function} with immediate = true cannot be run inside a transaction block"),
        ));
    }
    Ok(())
}

/// A subscription whose provider went back in time does not go on by itself once the provider's log has
/// grown beyond our progress: what is new before that position would be skipped without a word.
fn refuse_if_stopped(sub: &Subscription) -> Result<(), SpockError> {
    match provider_state::get(sub.id).and_then(|state| state.stopped_reason) {
        None => Ok(()),
        Some(reason) => Err(not_now(format!("subscription \"{}\" was stopped", sub.name))
            .detail(format!("The reason: {reason}."))
            .hint(
                "Compare and repair the data of both nodes, then drop the subscription and create it \
                 again. Where nothing can be missing, delete its row in spock.provider_state and \
                 enable it.",
            )),
    }
}

/// `spock.sub_enable()`.
#[pg_extern(sql = false)]
fn sub_enable(subscription_name: In<String>, immediate: bool) -> bool {
    let enable = || {
        refuse_in_block(immediate, "alter_subscription_enable")?;
        let sub = require_subscription(&subscription_name.0)?;
        check_forwarding(&sub.name, !sub.forward_origins.is_empty(), &others(&sub.name))?;
        refuse_if_stopped(&sub)?;
        subscription::set_enabled(sub.id, true);
        notify::restart_after_commit(sub.id);
        Ok(())
    };
    enable().or_raise();
    true
}

/// `spock.sub_disable()`; with `immediate` the worker is gone when it returns.
#[pg_extern(sql = false)]
fn sub_disable(subscription_name: In<String>, immediate: bool) -> bool {
    let disable = || {
        refuse_in_block(immediate, "alter_subscription_disable")?;
        let sub = require_subscription(&subscription_name.0)?;
        subscription::set_enabled(sub.id, false);
        if immediate {
            control::stop(sub.id, STOP_TIMEOUT)?;
        }
        notify::catalog_changed();
        Ok(())
    };
    disable().or_raise();
    true
}

/// `spock.sub_repaired()`: rows are the same again; false when nobody said otherwise.
#[pg_extern(sql = false)]
fn sub_repaired(subscription_name: In<String>) -> bool {
    let sub = require_subscription(&subscription_name.0).or_raise();
    repair_needed::clear(sub.id) > 0
}

/// `spock.sub_add_repset()`; false when it was subscribed to already.
#[pg_extern(sql = false)]
fn sub_add_repset(subscription_name: In<String>, replication_set: In<String>) -> bool {
    let sub = require_subscription(&subscription_name.0).or_raise();
    if sub.replication_sets.contains(&replication_set.0) {
        return false;
    }
    let mut sets = sub.replication_sets.clone();
    sets.push(replication_set.0);
    set_replication_sets(&sub, &sets);
    true
}

/// `spock.sub_remove_repset()`; false when it was not subscribed to.
#[pg_extern(sql = false)]
fn sub_remove_repset(subscription_name: In<String>, replication_set: In<String>) -> bool {
    let sub = require_subscription(&subscription_name.0).or_raise();
    let mut sets = sub.replication_sets.clone();
    sets.retain(|set| *set != replication_set.0);
    if sets.len() == sub.replication_sets.len() {
        return false;
    }
    set_replication_sets(&sub, &sets);
    true
}

fn set_replication_sets(sub: &Subscription, sets: &[String]) {
    subscription::set_replication_sets(sub.id, sets);
    notify::restart_after_commit(sub.id);
}

/// `spock.sub_alter_interface()`.
#[pg_extern(sql = false)]
fn sub_alter_interface(subscription_name: In<String>, interface_name: In<String>) -> bool {
    let alter = || {
        let sub = require_subscription(&subscription_name.0)?;
        let name = interface_name.0;
        let interface = node::interface_by_name(sub.provider.id, &name).ok_or_else(|| {
            missing(format!("interface \"{name}\" for node \"{}\" not found", sub.provider.name))
        })?;
        subscription::set_provider_interface(sub.id, interface.id);
        notify::restart_after_commit(sub.id);
        Ok(())
    };
    alter().or_raise();
    true
}

/// `spock.sub_alter_skiplsn()`: the commit record of the transaction to leave out.
#[pg_extern(sql = false)]
fn sub_alter_skiplsn(subscription_name: In<String>, lsn: In<Lsn>) -> bool {
    let sub = require_subscription(&subscription_name.0).or_raise();
    subscription::set_skip_lsn(sub.id, lsn.0);
    notify::restart_after_commit(sub.id);
    true
}

/// `spock.sub_alter_options()`; false when nothing was asked for.
#[pg_extern(sql = false)]
fn sub_alter_options(subscription_name: In<String>, options: In<String>) -> bool {
    let sub = require_subscription(&subscription_name.0).or_raise();
    alter_options(&sub, &options.0).or_raise()
}

const OPTIONS: &str =
    "Valid options are \"forward_origins\", \"apply_delay\", and \"skip_schema\".";

fn alter_options(sub: &Subscription, json: &str) -> Result<bool, SpockError> {
    let not_object = || invalid("subscription options must be a JSON object");
    let options: serde_json::Value = serde_json::from_str(json).map_err(|_| not_object())?;
    let options = options.as_object().ok_or_else(not_object)?;
    for (name, value) in options {
        match name.as_str() {
            "forward_origins" => {
                let origins = strings(name, value)?;
                check_forward_origins(&origins)?;
                if sub.enabled {
                    check_forwarding(&sub.name, !origins.is_empty(), &others(&sub.name))?;
                }
                subscription::set_forward_origins(sub.id, &origins);
            }
            "apply_delay" => {
                let interval = value
                    .as_str()
                    .ok_or_else(|| invalid("option \"apply_delay\" must be a string"))?;
                subscription::set_apply_delay(sub.id, interval);
            }
            "skip_schema" => {
                subscription::set_skip_schema(sub.id, &strings(name, value)?);
            }
            _ => {
                return Err(
                    invalid(format!("unrecognized subscription option \"{name}\"")).hint(OPTIONS)
                );
            }
        }
    }
    if options.is_empty() {
        return Ok(false);
    }
    notify::restart_after_commit(sub.id);
    Ok(true)
}

fn strings(name: &str, value: &serde_json::Value) -> Result<Vec<String>, SpockError> {
    let list = value
        .as_array()
        .ok_or_else(|| invalid(format!("option \"{name}\" must be a JSON array of strings")))?;
    list.iter()
        .map(|item| item.as_str().map(str::to_owned))
        .collect::<Option<_>>()
        .ok_or_else(|| invalid(format!("option \"{name}\" must contain only strings")))
}
