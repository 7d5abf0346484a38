//! What the catalog of this database wants to run.

use pgrx::Spi;
use pgrx::pg_sys::Oid;

use crate::pg::database;
use crate::pg::error::{OrRaise, SpockError};

/// The local node and its subscriptions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Name of the local node, if this database is one.
    pub(super) node: Option<String>,
    /// Enabled subscriptions: id and name.
    pub(super) enabled: Vec<(u32, String)>,
    /// All subscriptions.
    pub(super) known: Vec<u32>,
}

const NODE: &str =
    "SELECT n.node_name::text FROM spock.local_node l JOIN spock.node n USING (node_id)";
const SUBSCRIPTIONS: &str = "SELECT s.sub_id, s.sub_name::text, s.sub_enabled \
     FROM spock.subscription s JOIN spock.local_node l ON s.sub_target = l.node_id ORDER BY s.sub_id";

/// Reads the catalog; `None` when the extension is not installed. Needs a transaction.
pub(super) fn read() -> Option<Wanted> {
    if !database::has_extension(c"spock") {
        return None;
    }
    // Only `select` on a client of `connect` stays read-only: other calls assign a transaction id.
    let wanted = Spi::connect(|client| {
        let mut wanted = Wanted::default();
        for row in client.select(NODE, Some(1), &[])? {
            wanted.node = row.get::<String>(1)?;
        }
        for row in client.select(SUBSCRIPTIONS, None, &[])? {
            let (Some(id), Some(name)) = (row.get::<Oid>(1)?, row.get::<String>(2)?) else {
                continue;
            };
            let id = id.to_u32();
            wanted.known.push(id);
            if row.get::<bool>(3)?.unwrap_or(false) {
                wanted.enabled.push((id, name));
            }
        }
        Ok::<_, pgrx::spi::Error>(wanted)
    });
    let wanted = wanted.map_err(|error| {
        SpockError::new(
            pgrx::PgSqlErrorCode::ERRCODE_INTERNAL_ERROR,
            format!("the spock catalog cannot be read: {error}"),
        )
    });
    Some(wanted.or_raise())
}
