//! The provider as `sub_create` sees it: who it is, and whether it is ready for one more subscriber.

use pgrx::PgSqlErrorCode;
use spock_core::names;
use spock_core::oid::NodeId;

use super::super::checks::{invalid, not_now};
use super::super::node::{collision, reserved_id};
use crate::catalog::node::{Dsn, Node};
use crate::pg::error::SpockError;
use crate::pg::walreceiver::{Connection, Mode};
use crate::sequence::peers;
use crate::sync;

/// What the provider says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Provider {
    pub(super) id: NodeId,
    pub(super) name: String,
    pub(super) system_identifier: String,
    pub(super) database: String,
    /// As `server_version` shows it.
    pub(super) version: String,
    pub(super) major_version: i64,
    encoding: String,
    wal_level: String,
    /// Of snowflake values.
    pub(super) numbers: peers::Answer,
    tracks_commit_time: bool,
    free_slots: i64,
    /// Without the connection that asks.
    free_senders: i64,
}

/// One row; the counts are those of the whole server.
const FACTS: &str =
    "SELECT current_setting('server_version'), current_setting('server_version_num'),
    pg_catalog.getdatabaseencoding()::text, current_setting('wal_level'),
    current_setting('track_commit_timestamp'),
    (current_setting('max_replication_slots')::bigint
        - (SELECT count(*) FROM pg_catalog.pg_replication_slots))::text,
    (current_setting('max_wal_senders')::bigint
        - (SELECT count(*) FROM pg_catalog.pg_stat_activity
            WHERE backend_type = 'walsender' AND pid <> pg_catalog.pg_backend_pid()))::text,
    (SELECT count(*) FROM pg_catalog.pg_extension WHERE extname = 'spock')::text";

const NODE: &str = "SELECT node_id::text, node_name::text, sysid::text, dbname::text
    FROM spock.node_info()";

/// Connects to a node and asks it.
pub(super) fn inspect(dsn: &Dsn, application_name: &str) -> Result<Provider, SpockError> {
    let mut connection = Connection::connect(dsn.reveal(), application_name, Mode::Sql)?;
    let facts = texts(connection.query_row(FACTS, 8)?);
    if facts[7] == "0" {
        return Err(not_now("the provider has no extension spock")
            .hint("Run CREATE EXTENSION spock and spock.node_create() on the provider."));
    }
    let node = texts(connection.query_row(NODE, 4)?);
    sync::check_plugin_allowed(&mut connection)?;
    let numbers = peers::ask(&mut connection)?;
    // A replication connection is what the worker will use: rights for it are seen here.
    drop(connection);
    let mut connection = Connection::connect(dsn.reveal(), application_name, Mode::Replication)?;
    connection.identify_system()?;
    let id = node[0].parse::<u32>().ok().and_then(NodeId::from_oid);
    let id = id.ok_or_else(|| reserved_id(&node[1]))?;
    let mut node = node.into_iter().skip(1);
    let mut next = || node.next().unwrap_or_default();
    Ok(Provider {
        id,
        name: next(),
        system_identifier: next(),
        database: next(),
        version: facts[0].clone(),
        major_version: facts[1].parse::<i64>().unwrap_or(0) / 10_000,
        encoding: facts[2].clone(),
        wal_level: facts[3].clone(),
        numbers,
        tracks_commit_time: facts[4] == "on",
        free_slots: facts[5].parse().unwrap_or(0),
        free_senders: facts[6].parse().unwrap_or(0),
    })
}

fn texts(row: Vec<Option<String>>) -> Vec<String> {
    row.into_iter().map(Option::unwrap_or_default).collect()
}

impl Provider {
    /// Refuses a provider that cannot serve one more subscription of ours. A data copy uses a slot
    /// and a walsender more.
    pub(super) fn check(&self, local_encoding: &str, copies_data: bool) -> Result<(), SpockError> {
        if self.encoding != local_encoding {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
                "the databases of provider and subscriber have different encodings",
            )
            .detail(format!(
                "The provider has {}, the subscriber {local_encoding}.",
                self.encoding
            )));
        }
        if self.wal_level != "logical" {
            return Err(self.unmet("wal_level", &self.wal_level, "'logical'"));
        }
        if !self.tracks_commit_time {
            return Err(self.unmet("track_commit_timestamp", "off", "on"));
        }
        let wanted = if copies_data { 2 } else { 1 };
        for (setting, free) in
            [("max_replication_slots", self.free_slots), ("max_wal_senders", self.free_senders)]
        {
            if free < wanted {
                return Err(SpockError::new(
                    PgSqlErrorCode::ERRCODE_CONFIGURATION_LIMIT_EXCEEDED,
                    format!("the provider's {setting} is too low for one more subscription"),
                )
                .detail(format!("{wanted} are needed, {} are free.", free.max(0)))
                .hint(format!("Raise {setting} on the provider and restart it.")));
            }
        }
        Ok(())
    }

    fn unmet(&self, setting: &str, value: &str, wanted: &str) -> SpockError {
        not_now(format!("the provider has {setting} = {value}")).hint(format!(
            "Run on the provider: ALTER SYSTEM SET {setting} = {wanted}; and restart it."
        ))
    }

    /// Refuses a provider whose name or id stands for another node here, or for this one.
    pub(super) fn check_identity(&self, local: &Node, known: &[Node]) -> Result<(), SpockError> {
        if self.id == local.id && self.name == local.name {
            return Err(invalid(format!(
                "provider_dsn points to the local node \"{}\"",
                local.name
            )));
        }
        for node in known {
            if node.id == self.id && node.name != self.name {
                return Err(collision(self.id, &self.name, &node.name));
            }
            if node.name == self.name && node.id != self.id {
                return Err(SpockError::new(
                    PgSqlErrorCode::ERRCODE_DUPLICATE_OBJECT,
                    format!(
                        "provider \"{}\" has the node id {}, but the node of that name known here \
                         has {}",
                        self.name, self.id, node.id
                    ),
                ));
            }
        }
        match names::node_id(&self.name) {
            Some(_) => Ok(()),
            None => Err(reserved_id(&self.name)),
        }
    }
}
