//! `spock.subscription`: what this node receives, from whom, and how.

use spock_core::lsn::Lsn;
use spock_core::oid::{NodeId, Oid};

use super::node::{self, Interface, Node, interface_columns, node_columns};
use crate::pg::spi::{self, Row};
use crate::pg::value::Value;

/// A subscription with both of its nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) id: Oid,
    pub(crate) name: String,
    /// Where the changes come from.
    pub(crate) provider: Node,
    pub(crate) provider_interface: Interface,
    /// The node of this database.
    pub(crate) subscriber: Node,
    pub(crate) subscriber_interface: Interface,
    pub(crate) enabled: bool,
    /// Name of the slot at the provider, of the origin here, and of the connection.
    pub(crate) slot_name: String,
    pub(crate) replication_sets: Vec<String>,
    pub(crate) forward_origins: Vec<String>,
    /// Microseconds by which changes are applied late.
    pub(crate) apply_delay: i64,
    pub(crate) force_text_transfer: bool,
    /// Commit record LSN of a transaction to leave out, or `INVALID`.
    pub(crate) skip_lsn: Lsn,
    pub(crate) skip_schema: Vec<String>,
    /// Microseconds since 2000-01-01.
    pub(crate) created_at: Option<i64>,
}

impl Subscription {
    /// Whether transactions that the provider itself received are wanted too.
    pub(crate) fn forwards_all(&self) -> bool {
        self.forward_origins.iter().any(|origin| origin == "all")
    }
}

/// What a new subscription starts with; the rest has defaults.
#[derive(Debug, Clone)]
pub(crate) struct NewSubscription<'a> {
    pub(crate) name: &'a str,
    pub(crate) provider: NodeId,
    pub(crate) provider_interface: Oid,
    pub(crate) subscriber: NodeId,
    pub(crate) subscriber_interface: Oid,
    pub(crate) enabled: bool,
    pub(crate) slot_name: &'a str,
    pub(crate) replication_sets: &'a [String],
    pub(crate) forward_origins: &'a [String],
    /// As the text of an interval.
    pub(crate) apply_delay: &'a str,
    pub(crate) force_text_transfer: bool,
    pub(crate) skip_schema: &'a [String],
}

/// Everything that [`read`] takes, without a condition.
macro_rules! select_subscriptions {
    ($condition:literal) => {
        concat!(
            "SELECT s.sub_id, s.sub_name, s.sub_enabled, s.sub_slot_name,",
            " coalesce(s.sub_replication_sets, '{}'), coalesce(s.sub_forward_origins, '{}'),",
            " (extract(epoch FROM s.sub_apply_delay) * 1000000)::bigint,",
            " s.sub_force_text_transfer, s.sub_skip_lsn, coalesce(s.sub_skip_schema, '{}'),",
            " s.sub_created_at, ",
            node_columns!("o"),
            ", ",
            interface_columns!("oi"),
            ", ",
            node_columns!("t"),
            ", ",
            interface_columns!("ti"),
            " FROM spock.subscription s",
            " JOIN spock.node o ON o.node_id = s.sub_origin",
            " JOIN spock.node t ON t.node_id = s.sub_target",
            " JOIN spock.node_interface oi ON oi.if_id = s.sub_origin_if",
            " JOIN spock.node_interface ti ON ti.if_id = s.sub_target_if ",
            $condition,
            " ORDER BY s.sub_name"
        )
    };
}

fn read(row: &Row) -> Subscription {
    Subscription {
        id: row.get(0),
        name: row.get(1),
        enabled: row.get(2),
        slot_name: row.get(3),
        replication_sets: row.get(4),
        forward_origins: row.get(5),
        apply_delay: row.get(6),
        force_text_transfer: row.get(7),
        skip_lsn: row.get(8),
        skip_schema: row.get(9),
        created_at: row.get(10),
        provider: node::node_at(row, 11),
        provider_interface: node::interface_at(row, 14),
        subscriber: node::node_at(row, 18),
        subscriber_interface: node::interface_at(row, 21),
    }
}

/// The subscription with this id.
pub(crate) fn by_id(id: Oid) -> Option<Subscription> {
    let query = select_subscriptions!("WHERE s.sub_id = $1::oid");
    spi::select_one(query, &[id.into()]).as_ref().map(read)
}

/// The subscription with this name.
pub(crate) fn by_name(name: &str) -> Option<Subscription> {
    let query = select_subscriptions!("WHERE s.sub_name = $1::name");
    spi::select_one(query, &[name.into()]).as_ref().map(read)
}

/// All subscriptions of this database, by name.
pub(crate) fn all() -> Vec<Subscription> {
    spi::select(select_subscriptions!(""), &[]).iter().map(read).collect()
}

/// Those whose provider is the given node, by name.
pub(crate) fn of_provider(provider: NodeId) -> Vec<Subscription> {
    let query = select_subscriptions!("WHERE s.sub_origin = $1::oid");
    spi::select(query, &[provider.as_oid().into()]).iter().map(read).collect()
}

/// Adds a subscription and returns its id.
pub(crate) fn insert(new: &NewSubscription<'_>) -> Oid {
    let rows = spi::execute_returning(
        "INSERT INTO spock.subscription (sub_id, sub_name, sub_origin, sub_target, sub_origin_if,
            sub_target_if, sub_enabled, sub_slot_name, sub_replication_sets, sub_forward_origins,
            sub_apply_delay, sub_force_text_transfer, sub_skip_schema, sub_created_at)
         VALUES (nextval('spock.sub_id_generator')::oid, $1::name, $2::oid, $3::oid, $4::oid,
            $5::oid, $6, $7::name, $8, $9, $10::interval, $11, $12, clock_timestamp())
         RETURNING sub_id",
        &[
            new.name.into(),
            new.provider.as_oid().into(),
            new.subscriber.as_oid().into(),
            new.provider_interface.into(),
            new.subscriber_interface.into(),
            new.enabled.into(),
            new.slot_name.into(),
            new.replication_sets.into(),
            new.forward_origins.into(),
            new.apply_delay.into(),
            new.force_text_transfer.into(),
            new.skip_schema.into(),
        ],
    );
    rows.first().map(|row| row.get(0)).expect("INSERT of one row returns one row")
}

/// Removes a subscription and what hangs on it, but not its origin's history.
pub(crate) fn delete(id: Oid) {
    for statement in [
        "DELETE FROM spock.local_sync_status WHERE sync_subid = $1::oid",
        "DELETE FROM spock.copied_changes WHERE closed_by = $1::oid AND applied IS NULL",
        "UPDATE spock.copied_changes SET closed_by = NULL WHERE closed_by = $1::oid",
        "DELETE FROM spock.provider_state WHERE sub_id = $1::oid",
        "DELETE FROM spock.repair_needed WHERE sub_id = $1::oid",
        "DELETE FROM spock.paused_subscription WHERE sub_id = $1::oid",
        "DELETE FROM spock.schema_difference WHERE sub_id = $1::oid",
        "DELETE FROM spock.subscription WHERE sub_id = $1::oid",
    ] {
        spi::execute(statement, &[id.into()]);
    }
}

fn set(id: Oid, statement: &str, value: Value) {
    spi::execute(statement, &[id.into(), value]);
}

/// Enables or disables. One that is enabled, by whomever, is not among those that a resume has to enable.
pub(crate) fn set_enabled(id: Oid, enabled: bool) {
    set(
        id,
        "UPDATE spock.subscription SET sub_enabled = $2 WHERE sub_id = $1::oid",
        enabled.into(),
    );
    if enabled {
        spi::execute("DELETE FROM spock.paused_subscription WHERE sub_id = $1::oid", &[id.into()]);
    }
}

/// Changes the replication sets.
pub(crate) fn set_replication_sets(id: Oid, sets: &[String]) {
    let statement =
        "UPDATE spock.subscription SET sub_replication_sets = $2 WHERE sub_id = $1::oid";
    set(id, statement, sets.into());
}

/// Changes the interface by which the provider is reached.
pub(crate) fn set_provider_interface(id: Oid, interface: Oid) {
    let statement = "UPDATE spock.subscription SET sub_origin_if = $2::oid WHERE sub_id = $1::oid";
    set(id, statement, interface.into());
}

/// Sets or clears (`INVALID`) the transaction to leave out.
pub(crate) fn set_skip_lsn(id: Oid, lsn: Lsn) {
    set(id, "UPDATE spock.subscription SET sub_skip_lsn = $2 WHERE sub_id = $1::oid", lsn.into());
}

/// Changes which origins are forwarded.
pub(crate) fn set_forward_origins(id: Oid, origins: &[String]) {
    let statement = "UPDATE spock.subscription SET sub_forward_origins = $2 WHERE sub_id = $1::oid";
    set(id, statement, origins.into());
}

/// Changes the delay, given as the text of an interval.
pub(crate) fn set_apply_delay(id: Oid, interval: &str) {
    let statement =
        "UPDATE spock.subscription SET sub_apply_delay = $2::interval WHERE sub_id = $1::oid";
    set(id, statement, interval.into());
}

/// Changes the schemas that are left out.
pub(crate) fn set_skip_schema(id: Oid, schemas: &[String]) {
    let statement = "UPDATE spock.subscription SET sub_skip_schema = $2 WHERE sub_id = $1::oid";
    set(id, statement, schemas.into());
}
