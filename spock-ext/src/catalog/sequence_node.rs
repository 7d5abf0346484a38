//! `spock.sequence_node`: the numbers of nodes in snowflake values.
//!
//! The row of the local node is the number that was chosen for it, which counts unless `snowflake.node` is
//! set. The other rows are what this node's providers said of themselves.
//!
//! Reads see the newest committed state, whatever the transaction's isolation level.

use std::ffi::CStr;

use spock_core::oid::NodeId;

use crate::pg::spi;
use crate::pg::systable::{self, Way};
use crate::pg::{catalog_watch, relation};

const TABLE: &CStr = c"sequence_node";

/// The numbers of all nodes that are known here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// The number that was chosen for this node.
    pub(crate) chosen: Option<u16>,
    /// Those of other nodes.
    pub(crate) others: Vec<(NodeId, u16)>,
}

impl Numbers {
    /// Reads them.
    pub(crate) fn load() -> Self {
        let mut local: Option<u32> = None;
        if let Some(table) = systable::relation_oid(c"spock", c"local_node") {
            systable::scan(table, Way::Sequential, &[], |row| local = row.get(1));
        }
        let mut numbers = Self::default();
        if let Some(table) = systable::relation_oid(c"spock", TABLE) {
            systable::scan(table, Way::Sequential, &[], |row| {
                let node: Option<u32> = row.get(1);
                let number = row.get::<i32>(2).and_then(|number| u16::try_from(number).ok());
                let (Some(node), Some(number)) = (node, number) else { return };
                if Some(node) == local {
                    numbers.chosen = Some(number);
                } else if let Some(node) = NodeId::from_oid(node) {
                    numbers.others.push((node, number));
                }
            });
        }
        numbers
    }

    /// Another node that has this number.
    pub(crate) fn other_with(&self, number: u16) -> Option<NodeId> {
        self.others.iter().find(|(_, other)| *other == number).map(|(node, _)| *node)
    }
}

/// Watches the table.
pub(crate) fn watch(watch: &'static catalog_watch::Watch) {
    if let Some(table) = systable::relation_oid(c"spock", TABLE) {
        watch.set(table);
    }
}

/// Sessions look at the table again after this transaction's commit.
fn changed() {
    if let Some(table) = systable::relation_oid(c"spock", TABLE) {
        relation::invalidate(table);
    }
}

/// Notes the number of a node.
pub(crate) fn put(node: NodeId, number: u16) {
    let changed_rows = spi::execute(
        "INSERT INTO spock.sequence_node AS s (node_id, number) VALUES ($1::oid, $2::integer)
         ON CONFLICT (node_id) DO UPDATE SET number = excluded.number
          WHERE s.number <> excluded.number",
        &[node.as_oid().into(), i32::from(number).into()],
    );
    if changed_rows > 0 {
        changed();
    }
}

/// Forgets the number of a node.
pub(crate) fn remove(node: NodeId) {
    let removed = spi::execute(
        "DELETE FROM spock.sequence_node WHERE node_id = $1::oid",
        &[node.as_oid().into()],
    );
    if removed > 0 {
        changed();
    }
}
