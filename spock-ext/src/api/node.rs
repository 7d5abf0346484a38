//! Nodes: this database's own, and how others are reached.

use pgrx::{PgSqlErrorCode, pg_extern};
use spock_core::conninfo::Conninfo;
use spock_core::names;
use spock_core::oid::{NodeId, Oid};

use super::checks::{invalid, missing, not_now, require_local_node, require_preloaded};
use crate::catalog::node::{self, About, Dsn};
use crate::catalog::replication_set::{self, Actions};
use crate::catalog::subscription;
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::{In, Out, Record};
use crate::pg::requirements;
use crate::pg::spi;
use crate::pg::value::Value;
use crate::sequence::peers;
use crate::worker::notify;

/// The sets that every node starts with.
const INITIAL_SETS: [(&str, Actions); 3] = [
    ("default", Actions::ALL),
    ("default_insert_only", Actions { update: false, delete: false, ..Actions::ALL }),
    ("ddl_sql", Actions { insert: true, update: false, delete: false, truncate: false }),
];

/// `spock.node_create()`; null without a name or connection string.
#[pg_extern(sql = false)]
fn node_create(
    node_name: Option<In<String>>,
    dsn: Option<In<String>>,
    location: Option<In<String>>,
    country: Option<In<String>>,
    info: Option<In<String>>,
) -> Option<Out<Oid>> {
    let about = About {
        location: location.map(|value| value.0),
        country: country.map(|value| value.0),
        info: info.map(|value| value.0),
    };
    let id = create(&node_name?.0, Dsn(dsn?.0), &about).or_raise();
    Some(Out(id.as_oid()))
}

fn create(name: &str, dsn: Dsn, about: &About) -> Result<NodeId, SpockError> {
    require_preloaded()?;
    if let Some(error) = requirements::unmet_by_node().into_iter().next() {
        return Err(error);
    }
    if node::local().is_some() {
        return Err(not_now("current database is already configured as spock node"));
    }
    check_dsn(&dsn)?;
    if name.is_empty() {
        return Err(invalid("node name cannot be empty"));
    }
    let id = names::node_id(name).ok_or_else(|| reserved_id(name))?;
    if node::by_name(name).is_some() {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_DUPLICATE_OBJECT,
            format!("node {name} already exists"),
        ));
    }
    if let Some(other) = node::by_id(id) {
        return Err(collision(id, name, &other.name));
    }
    node::insert(id, name, about);
    let interface = node::insert_interface(id, name, &dsn);
    node::set_local(id, interface);
    peers::choose(id);
    for (set, actions) in INITIAL_SETS {
        replication_set::insert(id, set, actions);
    }
    notify::catalog_changed();
    Ok(id)
}

/// The error for a name whose id is one of the two that mean something else to the server.
pub(super) fn reserved_id(name: &str) -> SpockError {
    invalid(format!("node name \"{name}\" cannot be used because its id would be reserved"))
        .detail("The ids 0 and 65535 are not those of nodes.")
        .hint("Choose another name.")
}

/// The error for two names with one id.
pub(super) fn collision(id: NodeId, name: &str, other: &str) -> SpockError {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_DUPLICATE_OBJECT,
        format!("node id {id} (computed from name \"{name}\") collides with existing node"),
    )
    .detail(format!("The existing node is \"{other}\"."))
    .hint("Choose another name.")
}

/// Refuses what cannot be a connection string, without repeating it.
pub(super) fn check_dsn(dsn: &Dsn) -> Result<(), SpockError> {
    match Conninfo::parse(dsn.reveal()) {
        Ok(_) => Ok(()),
        Err(error) => Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_SYNTAX_ERROR,
            format!("invalid connection string: {error}"),
        )),
    }
}

/// `spock.node_drop()`.
#[pg_extern(sql = false)]
fn node_drop(node_name: In<String>, ifexists: bool) -> bool {
    drop_node(&node_name.0, ifexists).or_raise()
}

fn drop_node(name: &str, if_exists: bool) -> Result<bool, SpockError> {
    require_preloaded()?;
    let Some(node) = node::by_name(name) else {
        return if if_exists { Ok(false) } else { Err(node_missing(name)) };
    };
    let used = |sub: &subscription::Subscription| {
        sub.provider.id == node.id || sub.subscriber.id == node.id
    };
    if subscription::all().iter().any(used) {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST,
            format!(
                "cannot drop node \"{name}\" because it still has subscriptions associated with it"
            ),
        )
        .hint("Drop the subscriptions first."));
    }
    let is_local = node::local().is_some_and(|local| local.node.id == node.id);
    if is_local && has_active_slots() {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_OBJECT_IN_USE,
            format!(
                "cannot drop node \"{name}\" because one or more replication slots for the node \
                 are still active"
            ),
        )
        .hint("Drop the subscriptions of the other nodes to this one first."));
    }
    replication_set::delete_of_node(node.id);
    node::delete(node.id);
    notify::catalog_changed();
    if is_local {
        // What was not to be done twice was not to be done twice in this cluster.
        spi::execute("DELETE FROM spock.operator_step", &[]);
        // Last, because a dropped slot does not come back with a rollback.
        spi::execute(concat!("SELECT pg_drop_replication_slot(slot_name) ", our_slots!()), &[]);
    }
    Ok(true)
}

/// The slots by which other nodes read from this one; those that keep its own log go by themselves.
macro_rules! our_slots {
    () => {
        "FROM pg_replication_slots WHERE plugin = 'spock_output'
            AND database = current_database() AND slot_name LIKE 'spk\\_%'
            AND slot_name NOT LIKE 'spk\\_log\\_%'"
    };
}
use our_slots;

fn has_active_slots() -> bool {
    spi::select_one(concat!("SELECT 1 ", our_slots!(), " AND active LIMIT 1"), &[]).is_some()
}

fn node_missing(name: &str) -> SpockError {
    missing(format!("node \"{name}\" not found"))
}

/// `spock.node_add_interface()`.
#[pg_extern(sql = false)]
fn node_add_interface(
    node_name: In<String>,
    interface_name: In<String>,
    dsn: In<String>,
) -> Out<Oid> {
    Out(add_interface(&node_name.0, &interface_name.0, &Dsn(dsn.0)).or_raise())
}

fn add_interface(node_name: &str, name: &str, dsn: &Dsn) -> Result<Oid, SpockError> {
    require_preloaded()?;
    let node = node::by_name(node_name).ok_or_else(|| node_missing(node_name))?;
    check_dsn(dsn)?;
    if node::interface_by_name(node.id, name).is_some() {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_DUPLICATE_OBJECT,
            format!("node \"{node_name}\" already has interface named \"{name}\""),
        ));
    }
    Ok(node::insert_interface(node.id, name, dsn))
}

/// `spock.node_drop_interface()`.
#[pg_extern(sql = false)]
fn node_drop_interface(node_name: In<String>, interface_name: In<String>) -> bool {
    drop_interface(&node_name.0, &interface_name.0).or_raise();
    true
}

fn drop_interface(node_name: &str, name: &str) -> Result<(), SpockError> {
    require_preloaded()?;
    let node = node::by_name(node_name).ok_or_else(|| node_missing(node_name))?;
    let interface = node::interface_by_name(node.id, name).ok_or_else(|| {
        missing(format!("interface \"{name}\" for node \"{node_name}\" not found"))
    })?;
    let in_use = |message: String| {
        SpockError::new(PgSqlErrorCode::ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST, message)
    };
    if let Some(user) = subscription::all().into_iter().find(|sub| {
        sub.provider_interface.id == interface.id || sub.subscriber_interface.id == interface.id
    }) {
        return Err(in_use(format!(
            "cannot drop interface \"{name}\" for node \"{node_name}\" because subscription \
             \"{}\" is using it",
            user.name
        ))
        .hint("Change the subscription with spock.sub_alter_interface() first."));
    }
    if node::local().is_some_and(|local| local.interface.id == interface.id) {
        return Err(in_use(format!(
            "cannot drop interface \"{name}\" for node \"{node_name}\" because it is the node's own"
        )));
    }
    node::delete_interface(interface.id);
    Ok(())
}

/// `spock.node_info()`: what a peer asks before it subscribes.
#[pg_extern(sql = false)]
fn node_info() -> Record {
    Record(info().or_raise())
}

fn info() -> Result<Vec<Value>, SpockError> {
    require_preloaded()?;
    let local = node::local().ok_or_else(|| not_now("local spock node not found"))?;
    let row = spi::select_one(
        "SELECT n.node_id, n.node_name::text,
                (SELECT system_identifier::text FROM pg_control_system()),
                current_database()::text,
                (SELECT string_agg(quote_ident(set_name), ',' ORDER BY set_name)
                   FROM spock.replication_set WHERE set_nodeid = n.node_id),
                n.location, n.country, n.info
           FROM spock.node n WHERE n.node_id = $1::oid",
        &[local.node.id.as_oid().into()],
    );
    Ok(row.map(spi::Row::into_values).unwrap_or_default())
}

/// Makes sure that this database is a node; for functions that only need that.
pub(super) fn local_id() -> Result<NodeId, SpockError> {
    Ok(require_local_node()?.node.id)
}
