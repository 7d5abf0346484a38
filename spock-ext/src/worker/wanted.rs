//! What the catalog of this database wants to run.

use spock_core::oid::{NodeId, Oid};

use crate::catalog;
use crate::pg::quoting::literal;
use crate::pg::{database, delete_marks, failpoint, origin, spi};
use crate::sequence::number;
use crate::version;

/// The local node and its subscriptions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Name of the local node, if this database is one.
    pub(super) node: Option<String>,
    pub(super) id: Option<NodeId>,
    /// The number that it says it has in snowflake values.
    pub(super) number: Option<u16>,
    /// Enabled subscriptions: id and name.
    pub(super) enabled: Vec<(u32, String)>,
    /// All subscriptions.
    pub(super) known: Vec<u32>,
    /// The same with their providers.
    pub(super) streams: Vec<(u32, NodeId)>,
    /// One of them brings what its provider has from others.
    pub(super) forwards: bool,
    /// There is a slot for a subscriber.
    pub(super) is_heard: bool,
    /// The sequences that subscribers are told of.
    pub(super) sequences: Vec<Oid>,
    /// Names of their replication origins, which are those of their slots at the providers.
    pub(super) origins: Vec<String>,
}

const SUBSCRIPTIONS: &str = "SELECT s.sub_id, s.sub_name::text, s.sub_enabled, s.sub_slot_name::text, s.sub_origin, \
            coalesce(s.sub_forward_origins, '{}') <> '{}' \
     FROM spock.subscription s JOIN spock.local_node l ON s.sub_target = l.node_id ORDER BY s.sub_id";

const HEARD: &str = "SELECT 1 FROM pg_catalog.pg_replication_slots \
     WHERE database = pg_catalog.current_database() AND plugin = 'spock_output' \
       AND slot_name LIKE 'spk\\_%' AND slot_name NOT LIKE 'spk\\_log\\_%' LIMIT 1";

/// Reads the catalog; `None` when the extension is not installed. Needs a transaction.
pub(super) fn read() -> Option<Wanted> {
    if !database::has_extension(c"spock") {
        return None;
    }
    failpoint::hit("manager.before_read");
    let local = catalog::node::local().map(|local| local.node);
    let mut wanted = Wanted { id: local.as_ref().map(|node| node.id), ..Wanted::default() };
    wanted.number = number::declared();
    wanted.node = local.map(|node| node.name);
    if wanted.id.is_some() {
        wanted.sequences = catalog::replicated_sequence::members();
    }
    wanted.is_heard = spi::select_one(HEARD, &[]).is_some();
    for row in spi::select(SUBSCRIPTIONS, &[]) {
        let id = row.get::<Oid>(0);
        wanted.known.push(id);
        wanted.forwards |= row.get::<bool>(5);
        wanted.streams.extend(NodeId::from_oid(row.get::<Oid>(4)).map(|provider| (id, provider)));
        wanted.origins.push(row.get(3));
        if row.get::<bool>(2) {
            wanted.enabled.push((id, row.get(1)));
        }
    }
    Some(wanted)
}

/// Has the subscribers of this node connect anew. Needs a transaction.
pub(super) fn drop_subscribers() {
    spi::select(
        "SELECT pg_catalog.pg_terminate_backend(s.active_pid) FROM pg_catalog.pg_replication_slots s
          WHERE s.database = pg_catalog.current_database() AND s.plugin = 'spock_output'
            AND s.slot_name LIKE 'spk\\_%' AND NOT s.temporary AND s.active_pid IS NOT NULL",
        &[],
    );
}

/// Brings the extension of this database to the version of the library, after new packages were
/// installed. Needs a transaction.
pub(super) fn upgrade_extension() {
    let library = version::text();
    let Some(installed) = catalog::extension::installed() else { return };
    if installed != library {
        // To that version and no other: newer files may be there already.
        spi::execute(&format!("ALTER EXTENSION spock UPDATE TO {}", literal(library)), &[]);
        pgrx::log!("spock: extension upgraded from {installed} to {library}");
    }
}

/// Tells the apply workers, before there are any, of the versions that are written down. Needs a
/// transaction.
pub(super) fn note_dead_rows() {
    if database::has_extension(c"spock") {
        for (relation, newest) in catalog::dead_row::relations() {
            delete_marks::note_written(relation, newest);
        }
    }
}

/// Gives back what a dropped extension would leave behind in this server: the origins of its
/// subscriptions and those of retried exceptions, and the slots that its subscribers had here (nothing
/// can decode for them any more, and they would keep WAL for ever). Returns false while a slot is still
/// in use. Needs a transaction.
pub(super) fn tidy_up(origins: &[String]) -> bool {
    for name in origins {
        if origin::by_name(name).is_some() {
            origin::drop(name);
        }
    }
    const OWN: &str = "SELECT roname FROM pg_catalog.pg_replication_origin \
         WHERE roname LIKE 'spk\\_retry\\_%\\_' || (SELECT oid FROM pg_catalog.pg_database \
             WHERE datname = pg_catalog.current_database())";
    for row in spi::select(OWN, &[]) {
        origin::drop(&row.get::<String>(0));
    }
    const SLOTS: &str = "SELECT s.slot_name::text, s.active FROM pg_catalog.pg_replication_slots s \
         WHERE s.database = pg_catalog.current_database() AND s.plugin = 'spock_output' \
         AND s.slot_name LIKE 'spk\\_%'";
    let slots = spi::select(SLOTS, &[]);
    let mut all = true;
    for slot in slots {
        let (name, active) = (slot.get::<String>(0), slot.get::<bool>(1));
        if active {
            all = false;
        } else {
            pgrx::log!("spock: dropping replication slot \"{name}\": the extension was dropped");
            spi::select("SELECT pg_catalog.pg_drop_replication_slot($1::name)", &[name.into()]);
        }
    }
    all
}
