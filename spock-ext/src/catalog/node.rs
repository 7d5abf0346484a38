//! `spock.node`, `spock.node_interface` and `spock.local_node`: who takes part, and how to reach it.

use std::fmt;

use spock_core::conninfo;
use spock_core::names;
use spock_core::oid::{NodeId, Oid};

use super::sequence_node;
use crate::pg::spi::{self, Row};
use crate::pg::value::Value;

/// A connection string. It may hold a password, so neither `Debug` nor `Display` shows one.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Dsn(pub(crate) String);

impl Dsn {
    /// The string itself, for connecting and for the catalog.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Dsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&conninfo::redact(&self.0))
    }
}

impl fmt::Debug for Dsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A row of `spock.node`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) id: NodeId,
    pub(crate) name: String,
    /// Number that decides between equal commit times: `info.tiebreaker`, else the node id.
    pub(crate) tiebreaker: i32,
}

/// What a node says of itself beyond its name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct About {
    pub(crate) location: Option<String>,
    pub(crate) country: Option<String>,
    /// JSON.
    pub(crate) info: Option<String>,
}

/// A row of `spock.node_interface`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Interface {
    pub(crate) id: Oid,
    pub(crate) name: String,
    pub(crate) node: NodeId,
    pub(crate) dsn: Dsn,
}

/// This database's node and the interface by which its own workers reach it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LocalNode {
    pub(crate) node: Node,
    pub(crate) interface: Interface,
}

/// Columns of a node under the table alias `$t`, as [`node_at`] reads them.
macro_rules! node_columns {
    ($t:literal) => {
        concat!(
            $t,
            ".node_id, ",
            $t,
            ".node_name, CASE WHEN ",
            $t,
            ".info ->> 'tiebreaker' ~ '^-?[0-9]{1,9}$' THEN (",
            $t,
            ".info ->> 'tiebreaker')::integer ELSE ",
            $t,
            ".node_id::integer END"
        )
    };
}
/// Columns of an interface under the table alias `$t`, as [`interface_at`] reads them.
macro_rules! interface_columns {
    ($t:literal) => {
        concat!($t, ".if_id, ", $t, ".if_name, ", $t, ".if_nodeid, ", $t, ".if_dsn")
    };
}
pub(super) use {interface_columns, node_columns};

/// Reads a node from three columns.
pub(super) fn node_at(row: &Row, first: usize) -> Node {
    Node { id: node_id(row, first), name: row.get(first + 1), tiebreaker: row.get(first + 2) }
}

/// Reads an interface from four columns.
pub(super) fn interface_at(row: &Row, first: usize) -> Interface {
    Interface {
        id: row.get(first),
        name: row.get(first + 1),
        node: node_id(row, first + 2),
        dsn: Dsn(row.get(first + 3)),
    }
}

/// The catalogs hold no other ids: whoever inserts one has checked it.
pub(super) fn node_id(row: &Row, column: usize) -> NodeId {
    NodeId::from_oid(row.get(column)).expect("spock.node holds valid node ids only")
}

/// The place of this node among all that are known here, by id.
pub(crate) fn rank() -> u32 {
    spi::select_one(
        "SELECT count(*) FROM spock.node n, spock.local_node l WHERE n.node_id < l.node_id",
        &[],
    )
    .map_or(0, |row| row.get(0))
}

/// The node of this database, or nothing.
pub(crate) fn local() -> Option<LocalNode> {
    let query = concat!(
        "SELECT ",
        node_columns!("n"),
        ", ",
        interface_columns!("i"),
        " FROM spock.local_node l JOIN spock.node n USING (node_id)",
        " JOIN spock.node_interface i ON i.if_id = l.node_local_interface"
    );
    let row = spi::select_one(query, &[])?;
    Some(LocalNode { node: node_at(&row, 0), interface: interface_at(&row, 3) })
}

/// Every node that this one knows of.
pub(crate) fn all() -> Vec<Node> {
    let query = concat!("SELECT ", node_columns!("n"), " FROM spock.node n ORDER BY n.node_name");
    spi::select(query, &[]).iter().map(|row| node_at(row, 0)).collect()
}

/// The node with this name.
pub(crate) fn by_name(name: &str) -> Option<Node> {
    let query =
        concat!("SELECT ", node_columns!("n"), " FROM spock.node n WHERE n.node_name = $1::name");
    spi::select_one(query, &[name.into()]).map(|row| node_at(&row, 0))
}

/// The node with this id.
pub(crate) fn by_id(id: NodeId) -> Option<Node> {
    let query =
        concat!("SELECT ", node_columns!("n"), " FROM spock.node n WHERE n.node_id = $1::oid");
    spi::select_one(query, &[id.as_oid().into()]).map(|row| node_at(&row, 0))
}

/// The name of the node with this id, for people to read; the id where no such node is known.
pub(crate) fn name_of(id: NodeId) -> String {
    by_id(id).map_or_else(|| id.to_string(), |node| node.name)
}

/// Adds a node.
pub(crate) fn insert(id: NodeId, name: &str, about: &About) {
    spi::execute(
        "INSERT INTO spock.node (node_id, node_name, location, country, info)
         VALUES ($1::oid, $2::name, $3, $4, $5::jsonb)",
        &[
            id.as_oid().into(),
            name.into(),
            about.location.as_deref().into(),
            about.country.as_deref().into(),
            about.info.as_deref().into(),
        ],
    );
}

/// Notes the name of a node whose changes another one forwards. It has no interface here.
pub(crate) fn hear_of(id: NodeId, name: &str) {
    spi::execute(
        "INSERT INTO spock.node (node_id, node_name) SELECT $1::oid, $2::name
          WHERE NOT EXISTS (SELECT FROM spock.node WHERE node_id = $1::oid OR node_name = $2::name)",
        &[id.as_oid().into(), name.into()],
    );
}

/// Removes the nodes of which only a stream told that is over.
pub(crate) fn forget_heard_of() {
    spi::execute(
        "DELETE FROM spock.node n
          WHERE NOT EXISTS (SELECT FROM spock.node_interface i WHERE i.if_nodeid = n.node_id)
            AND NOT EXISTS (SELECT FROM spock.local_node l WHERE l.node_id = n.node_id)
            AND NOT EXISTS (SELECT FROM spock.replication_set r WHERE r.set_nodeid = n.node_id)",
        &[],
    );
}

/// Removes a node with its interfaces; its replication sets go by `replication_set::delete_of_node`.
pub(crate) fn delete(node: NodeId) {
    let id: Value = node.as_oid().into();
    spi::execute("DELETE FROM spock.local_node WHERE node_id = $1::oid", std::slice::from_ref(&id));
    spi::execute(
        "DELETE FROM spock.node_interface WHERE if_nodeid = $1::oid",
        std::slice::from_ref(&id),
    );
    spi::execute("DELETE FROM spock.node WHERE node_id = $1::oid", &[id]);
    sequence_node::remove(node);
}

/// Makes a node the one of this database.
pub(crate) fn set_local(id: NodeId, interface: Oid) {
    spi::execute(
        "INSERT INTO spock.local_node (node_id, node_local_interface) VALUES ($1::oid, $2::oid)",
        &[id.as_oid().into(), interface.into()],
    );
}

/// The interface of a node with this name.
pub(crate) fn interface_by_name(node: NodeId, name: &str) -> Option<Interface> {
    let query = concat!(
        "SELECT ",
        interface_columns!("i"),
        " FROM spock.node_interface i WHERE i.if_nodeid = $1::oid AND i.if_name = $2::name"
    );
    let row = spi::select_one(query, &[node.as_oid().into(), name.into()])?;
    Some(interface_at(&row, 0))
}

/// All interfaces of a node, by name.
pub(crate) fn interfaces(node: NodeId) -> Vec<Interface> {
    let query = concat!(
        "SELECT ",
        interface_columns!("i"),
        " FROM spock.node_interface i WHERE i.if_nodeid = $1::oid ORDER BY i.if_name"
    );
    let rows = spi::select(query, &[node.as_oid().into()]);
    rows.iter().map(|row| interface_at(row, 0)).collect()
}

/// Adds an interface and returns its id, which is a hash of node and name.
pub(crate) fn insert_interface(node: NodeId, name: &str, dsn: &Dsn) -> Oid {
    let id = pair_id(node, name);
    spi::execute(
        "INSERT INTO spock.node_interface (if_id, if_name, if_nodeid, if_dsn)
         VALUES ($1::oid, $2::name, $3::oid, $4)",
        &[id.into(), name.into(), node.as_oid().into(), dsn.reveal().into()],
    );
    id
}

/// Removes an interface.
pub(crate) fn delete_interface(id: Oid) {
    spi::execute("DELETE FROM spock.node_interface WHERE if_id = $1::oid", &[id.into()]);
}

/// The 32-bit id of something that has a name within a node, the same on every node.
pub(super) fn pair_id(node: NodeId, name: &str) -> Oid {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&node.as_oid().to_ne_bytes());
    bytes[4..].copy_from_slice(&names::hash_bytes(name.as_bytes()).to_ne_bytes());
    names::hash_bytes(&bytes)
}
