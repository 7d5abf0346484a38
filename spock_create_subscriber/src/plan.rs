//! What is to be done, as the checks have found it.

use spock_admin::conninfo::Conninfo;
use spock_admin::secret::Secret;

use crate::journal::MadeSlot;

/// A database that becomes a node.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    pub(crate) name: String,
    /// The node of this database on the provider.
    pub(crate) provider_node: String,
    pub(crate) subscription: String,
    /// The subscription's slot at the provider, and its origin here.
    pub(crate) slot: String,
    /// A slot of that name stands in the way, and is to be dropped.
    pub(crate) drops_slot: bool,
    /// How this program reaches the provider.
    pub(crate) provider: Conninfo,
    /// How the new node does, with the password where it was part of the connection string.
    pub(crate) provider_dsn: Secret,
    /// How others reach the new node.
    pub(crate) subscriber: Conninfo,
}

impl Database {
    /// The slot that lives as long as our session.
    pub(crate) fn temporary_slot(&self) -> String {
        format!("{}_clone", self.slot)
    }

    pub(crate) fn made_slot(&self) -> MadeSlot {
        MadeSlot { slot: self.slot.clone(), database: self.name.clone() }
    }
}

/// Everything that the steps need.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The provider's server, as this program reaches it.
    pub(crate) provider: Conninfo,
    pub(crate) databases: Vec<Database>,
    pub(crate) major: i32,
    /// shared_preload_libraries of the provider without ours.
    pub(crate) libraries: String,
    /// The port that the new server is to have where it is not the provider's.
    pub(crate) port: Option<u16>,
    /// Whether the data directory was there, empty.
    pub(crate) has_pgdata: bool,
    pub(crate) bytes: i64,
}
