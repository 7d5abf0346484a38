//! Replication sets: what this node offers.
//!
//! Here are the sets themselves; [`table`] has their tables, [`partition`] those of partitioned tables
//! one by one, [`all_tables`] whole schemas, [`sequence`] the sequences, and [`show`] what a subscriber gets
//! to see.

mod all_tables;
mod partition;
mod sequence;
mod show;
mod table;

use pgrx::{PgSqlErrorCode, pg_extern};
use spock_core::oid::Oid;

use super::checks::{invalid, missing};
use super::node::local_id;
use crate::catalog::replication_set::{self, Actions, ReplicationSet};
use crate::catalog::row_filter;
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::{In, Out};

/// `spock.repset_create()`.
#[pg_extern(sql = false)]
fn repset_create(
    set_name: In<String>,
    replicate_insert: bool,
    replicate_update: bool,
    replicate_delete: bool,
    replicate_truncate: bool,
) -> Out<Oid> {
    let actions = Actions {
        insert: replicate_insert,
        update: replicate_update,
        delete: replicate_delete,
        truncate: replicate_truncate,
    };
    Out(create(&set_name.0, actions).or_raise())
}

fn create(name: &str, actions: Actions) -> Result<Oid, SpockError> {
    let node = local_id()?;
    if name.is_empty() {
        return Err(invalid("replication set name cannot be empty"));
    }
    if replication_set::by_name(node, name).is_some() {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_DUPLICATE_OBJECT,
            format!("replication set {name} already exists"),
        ));
    }
    Ok(replication_set::insert(node, name, actions))
}

fn find(name: &str) -> Result<ReplicationSet, SpockError> {
    replication_set::by_name(local_id()?, name)
        .ok_or_else(|| missing(format!("replication set {name} not found")))
}

fn required<T>(argument: Option<In<T>>, name: &str) -> Result<T, SpockError> {
    argument.map(|value| value.0).ok_or_else(|| {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_NULL_VALUE_NOT_ALLOWED,
            format!("{name} cannot be NULL"),
        )
    })
}

/// `spock.repset_alter()`; what is null stays as it is.
#[pg_extern(sql = false)]
fn repset_alter(
    set_name: Option<In<String>>,
    replicate_insert: Option<bool>,
    replicate_update: Option<bool>,
    replicate_delete: Option<bool>,
    replicate_truncate: Option<bool>,
) -> Out<Oid> {
    let set = required(set_name, "set_name").and_then(|name| find(&name)).or_raise();
    let actions = Actions {
        insert: replicate_insert.unwrap_or(set.actions.insert),
        update: replicate_update.unwrap_or(set.actions.update),
        delete: replicate_delete.unwrap_or(set.actions.delete),
        truncate: replicate_truncate.unwrap_or(set.actions.truncate),
    };
    alter(&set, actions).or_raise();
    Out(set.id)
}

fn alter(set: &ReplicationSet, actions: Actions) -> Result<(), SpockError> {
    if actions.need_identity()
        && !set.actions.need_identity()
        && let Some(table) =
            replication_set::tables_of_set(set.id).iter().find(|table| table.identity.is_empty())
    {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
            format!(
                "replication set {} cannot be altered to replicate UPDATEs or DELETEs because it \
                 contains tables without PRIMARY KEY",
                set.name
            ),
        )
        .detail(format!("One such table is {}.", table.qualified())));
    }
    if actions.need_identity() {
        for filter in row_filter::of_set(set.id) {
            if let Some(table) = replication_set::table_facts(filter.table)
                && let Some(objection) = row_filter::objection(&table, &filter.columns())
            {
                return Err(objection);
            }
        }
    }
    replication_set::set_actions(set.id, actions);
    Ok(())
}

/// `spock.repset_drop()`.
#[pg_extern(sql = false)]
fn repset_drop(set_name: In<String>, ifexists: bool) -> bool {
    let node = local_id().or_raise();
    match replication_set::by_name(node, &set_name.0) {
        Some(set) => {
            replication_set::delete(set.id);
            true
        }
        None if ifexists => false,
        None => missing(format!("replication set {} not found", set_name.0)).raise(),
    }
}
