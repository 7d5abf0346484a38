//! `spock.sub_create()`.

use pgrx::{PgLogLevel, PgSqlErrorCode, pg_extern};
use spock_core::lsn::Lsn;
use spock_core::names;
use spock_core::oid::Oid;
use spock_core::sync::{SyncKind, SyncStatus};

use super::super::checks::{invalid, not_now, require_local_node};
use super::super::node::check_dsn;
use super::provider::{self, Provider};
use super::{check_forward_origins, check_forwarding};
use crate::catalog::node::{self, About, Dsn, LocalNode};
use crate::catalog::subscription::{self, NewSubscription, Subscription};
use crate::catalog::{origin_history, sync_status};
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::{In, Out};
use crate::pg::walreceiver::{Connection, Mode};
use crate::pg::{guc, origin, requirements, spi};
use crate::sequence::peers;
use crate::worker::notify;

/// The arguments, by their names in SQL.
struct Request {
    name: String,
    dsn: Dsn,
    replication_sets: Vec<String>,
    structure: bool,
    data: bool,
    forward_origins: Vec<String>,
    apply_delay: String,
    force_text_transfer: bool,
    enabled: bool,
    skip_schema: Vec<String>,
}

/// `spock.sub_create()`.
#[pg_extern(sql = false)]
#[expect(clippy::too_many_arguments, reason = "the SQL function has as many")]
fn sub_create(
    subscription_name: In<String>,
    provider_dsn: In<String>,
    replication_sets: In<Vec<String>>,
    synchronize_structure: bool,
    synchronize_data: bool,
    forward_origins: In<Vec<String>>,
    apply_delay: In<String>,
    force_text_transfer: bool,
    enabled: bool,
    skip_schema: In<Vec<String>>,
) -> Out<Oid> {
    let request = Request {
        name: subscription_name.0,
        dsn: Dsn(provider_dsn.0),
        replication_sets: replication_sets.0,
        structure: synchronize_structure,
        data: synchronize_data,
        forward_origins: forward_origins.0,
        apply_delay: apply_delay.0,
        force_text_transfer,
        enabled,
        skip_schema: skip_schema.0,
    };
    Out(create(&request).or_raise())
}

fn create(request: &Request) -> Result<Oid, SpockError> {
    let local = require_local_node()?;
    let existing = subscription::all();
    check_arguments(request, &existing)?;
    check_server(existing.len())?;
    let provider = provider::inspect(&request.dsn, &request.name)?;
    provider.check_identity(&local.node, &node::all())?;
    provider.check(&local_encoding(), request.data)?;
    check_structure_version(request, &provider)?;
    check_own_dsn(&local)?;
    warn_about_overlaps(request, &provider, &existing);
    let interface = register_provider(request, &provider)?;
    compare_numbers(&local, &provider)?;
    let slot_name = names::slot_name(&local_database(), &provider.name, &request.name);
    if let Some(other) = existing.iter().find(|other| other.slot_name == slot_name) {
        return Err(invalid(format!(
            "subscription \"{}\" would have the same slot name as \"{}\"",
            request.name, other.name
        ))
        .hint("Choose another name."));
    }
    let id = subscription::insert(&NewSubscription {
        name: &request.name,
        provider: provider.id,
        provider_interface: interface,
        subscriber: local.node.id,
        subscriber_interface: local.interface.id,
        enabled: request.enabled,
        slot_name: &slot_name,
        replication_sets: &request.replication_sets,
        forward_origins: &request.forward_origins,
        apply_delay: &request.apply_delay,
        force_text_transfer: request.force_text_transfer,
        skip_schema: &request.skip_schema,
    });
    let kind = SyncKind::new(request.structure, request.data);
    if request.enabled {
        sync_status::put(id, None, kind, SyncStatus::Init, Lsn::INVALID);
    } else {
        // Slot and position come from whoever adds the node; the origin is there to be advanced.
        sync_status::put(id, None, kind, SyncStatus::Ready, Lsn::INVALID);
        establish_origin(id)?;
    }
    notify::catalog_changed();
    Ok(id)
}

/// Makes sure that both nodes have numbers of their own in snowflake values.
fn compare_numbers(local: &LocalNode, provider: &Provider) -> Result<(), SpockError> {
    let Some(node) = node::by_id(provider.id) else { return Ok(()) };
    if let Some(number) = peers::compare(local.node.id, &node, &provider.numbers)? {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION,
            format!("this node has number {number} in snowflake values now"),
        )
        .detail(format!("The one before is that of node \"{}\".", node.name))
        .report(PgLogLevel::NOTICE);
    }
    Ok(())
}

/// An origin of that name that is there already was made by somebody for this subscription, or was
/// left behind: in both cases its progress should be known.
fn establish_origin(id: Oid) -> Result<(), SpockError> {
    let Some(subscription) = subscription::by_id(id) else { return Ok(()) };
    if let Some(origin) = origin::by_name(&subscription.slot_name) {
        SpockError::new(
            PgSqlErrorCode::ERRCODE_WARNING,
            format!("replication origin \"{}\" already exists", subscription.slot_name),
        )
        .detail(format!("Its progress {} is kept.", origin::progress(origin)))
        .hint("Check that it fits the slot at the provider before you enable the subscription.")
        .report(PgLogLevel::WARNING);
    }
    origin_history::establish(&subscription).map(|_| ())
}

fn check_arguments(request: &Request, existing: &[Subscription]) -> Result<(), SpockError> {
    names::validate_sub_name(&request.name).map_err(|error| {
        SpockError::new(PgSqlErrorCode::ERRCODE_INVALID_NAME, error.to_string())
            .hint("Names of subscriptions consist of lower-case letters, digits, and underscores.")
    })?;
    check_dsn(&request.dsn)?;
    check_forward_origins(&request.forward_origins)?;
    if !request.enabled && (request.structure || request.data) {
        return Err(invalid(format!(
            "subscription \"{}\" in disabled state is not allowed to synchronize structure or data",
            request.name
        )));
    }
    if existing.iter().any(|other| other.name == request.name) {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_DUPLICATE_OBJECT,
            format!("subscription {} already exists", request.name),
        ));
    }
    if request.enabled {
        check_forwarding(&request.name, !request.forward_origins.is_empty(), existing)?;
    }
    Ok(())
}

/// Refuses when this server has no room for one more subscription.
fn check_server(existing: usize) -> Result<(), SpockError> {
    let origins = spi::select_one("SELECT count(*) FROM pg_replication_origin", &[])
        .map_or(0, |row| row.get(0));
    let existing = i64::try_from(existing).unwrap_or(i64::MAX);
    let unmet = requirements::unmet_by_subscription(existing + 1, origins);
    unmet.into_iter().next().map_or(Ok(()), Err)
}

fn local_encoding() -> String {
    guc::get("server_encoding").unwrap_or_default()
}

fn local_database() -> String {
    spi::select_one("SELECT current_database()", &[]).map(|row| row.get(0)).unwrap_or_default()
}

fn check_structure_version(request: &Request, provider: &Provider) -> Result<(), SpockError> {
    let local = guc::get_int("server_version_num").unwrap_or(0) / 10_000;
    if request.structure && provider.major_version > local {
        return Err(SpockError::new(
            PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
            format!(
                "cannot synchronize structure from provider running PostgreSQL {}",
                provider.version
            ),
        )
        .detail("The subscriber is older.")
        .hint("Create the structure by hand, or upgrade the subscriber first."));
    }
    Ok(())
}

/// What tells this database from all others, clones of the server included.
const WHERE: &str = "SELECT (SELECT system_identifier FROM pg_catalog.pg_control_system())::text,
    extract(epoch FROM pg_catalog.pg_postmaster_start_time())::text,
    pg_catalog.current_database()::text";

/// Makes sure that our own connection string leads here: the structure copy uses it.
fn check_own_dsn(local: &LocalNode) -> Result<(), SpockError> {
    let interface = &local.interface;
    let reached = reached_by(&interface.dsn).map_err(|error| {
        not_now(format!(
            "could not connect to the local node by its interface \"{}\"",
            interface.name
        ))
        .detail(error.message)
        .hint("Correct the connection string that was given to spock.node_create().")
    })?;
    let here = spi::select_one(WHERE, &[]);
    let here: Vec<String> = here.iter().flat_map(|row| (0..3).map(|i| row.get(i))).collect();
    if reached != here {
        return Err(not_now(format!(
            "interface \"{}\" of the local node does not lead to this database",
            interface.name
        ))
        .hint("Correct the connection string that was given to spock.node_create()."));
    }
    Ok(())
}

fn reached_by(dsn: &Dsn) -> Result<Vec<String>, SpockError> {
    let mut connection = Connection::connect(dsn.reveal(), "spock check", Mode::Sql)?;
    let row = connection.query_row(WHERE, 3)?;
    Ok(row.into_iter().map(Option::unwrap_or_default).collect())
}

/// Changes of a set that comes twice are applied twice; that may be wanted for a while.
fn warn_about_overlaps(request: &Request, provider: &Provider, existing: &[Subscription]) {
    for other in existing.iter().filter(|other| other.provider.id == provider.id) {
        let common: Vec<&str> = other
            .replication_sets
            .iter()
            .filter(|set| request.replication_sets.contains(set))
            .map(String::as_str)
            .collect();
        if !common.is_empty() {
            SpockError::new(
                PgSqlErrorCode::ERRCODE_WARNING,
                format!(
                    "existing subscription \"{}\" to node \"{}\" already subscribes to replication \
                     set(s) \"{}\"",
                    other.name,
                    provider.name,
                    common.join("\", \"")
                ),
            )
            .report(PgLogLevel::WARNING);
        }
    }
}

/// Adds the provider as a node with an interface, unless it is known; returns the interface.
fn register_provider(request: &Request, provider: &Provider) -> Result<Oid, SpockError> {
    if node::by_id(provider.id).is_none() {
        node::insert(provider.id, &provider.name, &About::default());
        return Ok(node::insert_interface(provider.id, &provider.name, &request.dsn));
    }
    let interfaces = node::interfaces(provider.id);
    if let Some(same) = interfaces.iter().find(|interface| interface.dsn == request.dsn) {
        return Ok(same.id);
    }
    match interfaces.iter().find(|interface| interface.name == provider.name) {
        Some(other) => Err(invalid(format!(
            "dsn \"{}\" points to existing node \"{}\" with different dsn \"{}\"",
            request.dsn, provider.name, other.dsn
        ))
        .hint("Add the connection string with spock.node_add_interface() first.")),
        None => Ok(node::insert_interface(provider.id, &provider.name, &request.dsn)),
    }
}
