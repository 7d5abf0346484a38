//! How subscriptions, their tables and their workers stand.

use pgrx::pg_extern;
use spock_core::names;
use spock_core::oid::Oid;
use spock_core::sync::SyncStatus;

use super::super::checks::{
    require_local_node, require_preloaded, require_subscription, require_table,
};
use crate::catalog::node;
use crate::catalog::subscription::{self, Subscription};
use crate::catalog::{
    exceptions, extension, provider_state, repair_needed, schema_difference, sync_status,
};
use crate::pg::database;
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::{In, Out, Record, Rows};
use crate::pg::value::Value;
use crate::worker::head;
use crate::worker::pause;
use crate::worker::slots::{self, Kind, Slot};

/// `spock.sub_show_status()`.
#[pg_extern(sql = false)]
fn sub_show_status(subscription_name: Option<In<String>>) -> Rows {
    let show = || -> Result<_, SpockError> {
        require_local_node()?;
        let subs = match subscription_name {
            Some(name) => subscription::by_name(&name.0).into_iter().collect(),
            None => subscription::all(),
        };
        let disagreement = extension::disagreement();
        Ok(subs.iter().map(|sub| status_row(sub, disagreement.as_deref())).collect())
    };
    Rows(show().or_raise())
}

fn status_row(sub: &Subscription, disagreement: Option<&str>) -> Vec<Value> {
    let slot = slots::status_of(sub.id);
    let (error, error_at) = last_error(sub, slot.as_ref());
    let word = status_word(sub, slot.as_ref());
    let head = head::of_subscription(database::my_database(), sub.id);
    // What a worker waits for is no news while there is none.
    let waiting = head.filter(|_| word == "replicating").and_then(|head| head.waiting);
    let mismatch = if word == "replicating" { schema_difference::waited_for(sub.id) } else { None };
    let status = match waiting {
        Some(waiting) if waiting.alarmed => format!("waiting for {}", node::name_of(waiting.node)),
        _ if mismatch.is_some() => "schema mismatch".to_owned(),
        _ => word.to_owned(),
    };
    let (error, error_at) = match &mismatch {
        Some((_, reason, since)) => (Some(reason.clone()), Value::Timestamp(*since)),
        None => (error, error_at),
    };
    vec![
        sub.name.as_str().into(),
        status.into(),
        sub.provider.name.as_str().into(),
        sub.provider_interface.dsn.to_string().into(),
        sub.slot_name.as_str().into(),
        (&sub.replication_sets).into(),
        (&sub.forward_origins).into(),
        error.into(),
        error_at,
        waiting.map(|waiting| node::name_of(waiting.node)).into(),
        waiting.map_or(Value::Null, |waiting| Value::Timestamp(waiting.since)),
        i64::try_from(head.map_or(0, |head| head.waits)).unwrap_or(i64::MAX).into(),
        exceptions::pending_of(sub.provider.id.as_oid()).into(),
        repair_needed::of_subscription(sub.id).into(),
        slot.as_ref()
            .filter(|slot| slot.pid != 0)
            .and_then(|slot| warning(sub, slot))
            .or_else(|| disagreement.map(str::to_owned))
            .into(),
    ]
}

/// What may keep it from going on, now or later.
fn warning(sub: &Subscription, slot: &Slot) -> Option<String> {
    if slot.blocked_by != 0 {
        return Some(format!(
            "waits for a lock of process {}, whose commit waits for a synchronous subscriber",
            slot.blocked_by
        ));
    }
    slot.waits_both_ways.then(|| {
        format!(
            "commits of this node and of node \"{}\" wait for each other (synchronous_standby_names)",
            sub.provider.name
        )
    })
}

fn status_word(sub: &Subscription, slot: Option<&Slot>) -> &'static str {
    if !sub.enabled {
        return "disabled";
    }
    let Some(slot) = slot.filter(|slot| slot.pid != 0 && slot.status.is_live()) else {
        return "down";
    };
    if slot.paused {
        return "paused";
    }
    match sync_status::of_subscription(sub.id).map(|row| row.status) {
        Some(SyncStatus::Ready) if slot.streams => "replicating",
        // A worker that has not reached its provider yet may never do so.
        Some(SyncStatus::Ready | SyncStatus::Failed) => "down",
        Some(_) => "initializing",
        None => "unknown",
    }
}

/// Why it stands still, or stood still last.
fn last_error(sub: &Subscription, slot: Option<&Slot>) -> (Option<String>, Value) {
    if let Some(reason) = provider_state::get(sub.id).and_then(|state| state.stopped_reason) {
        return (Some(reason), Value::Null);
    }
    match slot {
        Some(slot) if slot.paused => (Some(pause::reason().to_owned()), Value::Null),
        Some(slot) if !slot.last_error.is_empty() => {
            let at = match slot.last_error_at {
                0 => Value::Null,
                at => Value::Timestamp(at),
            };
            (Some(slot.last_error.as_str().to_owned()), at)
        }
        _ => (copy_failure(sub), Value::Null),
    }
}

/// Why the copy of the subscription, or of one of its tables, failed.
fn copy_failure(sub: &Subscription) -> Option<String> {
    let whole = sync_status::of_subscription(sub.id);
    let failed = whole
        .into_iter()
        .chain(sync_status::of_tables(sub.id))
        .find(|row| row.status == SyncStatus::Failed)?;
    let reason = failed.reason.unwrap_or_else(|| "reason unknown".to_owned());
    Some(match failed.table {
        Some((schema, table)) => format!("copy of {schema}.{table} failed: {reason}"),
        None => format!("copy failed: {reason}"),
    })
}

/// `spock.sub_show_table()`.
#[pg_extern(sql = false)]
fn sub_show_table(subscription_name: In<String>, relation: In<Oid>) -> Record {
    let show = || -> Result<Vec<Value>, SpockError> {
        let sub = require_subscription(&subscription_name.0)?;
        let table = require_table(relation.0)?;
        let status = sync_status::of_table(sub.id, &table.schema, &table.name)
            .map_or("unknown", |row| row.status.word());
        Ok(vec![table.schema.into(), table.name.into(), status.into()])
    };
    Record(show().or_raise())
}

/// `spock.get_apply_worker_status()`: one row for each subscription that has, or had, a worker.
#[pg_extern(sql = false)]
fn get_apply_worker_status() -> Rows {
    require_preloaded().or_raise();
    let db = database::my_database();
    let slots = slots::list(|slot| slot.kind == Kind::Apply && slot.db == db);
    let row = |slot: &Slot| {
        vec![
            i64::from(slot.pid).into(),
            Value::Int(i64::from(slot.db)),
            i64::from(slot.sub).into(),
            slot.status.as_str().into(),
        ]
    };
    Rows(slots.iter().map(|(_, slot)| row(slot)).collect())
}

/// `spock.spock_gen_slot_name()`.
#[pg_extern(sql = false)]
fn spock_gen_slot_name(
    dbname: In<String>,
    provider_node: In<String>,
    subscription: In<String>,
) -> Out<String> {
    Out(names::slot_name(&dbname.0, &provider_node.0, &subscription.0))
}
