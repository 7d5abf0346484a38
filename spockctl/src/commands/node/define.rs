//! `spockctl node create|alter|drop`.

use serde_json::{Value, json};
use spock_admin::client::{Client, ConnectOptions};
use spock_admin::conninfo::Conninfo;
use spock_admin::conninfo::resolve::ProcessEnv;
use spock_admin::error::AdminError;

use super::{could_not, object, server_of};
use crate::cli::Global;
use crate::commands::change::{Changes, Verb};
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::ui;

pub(super) const EXAMPLES: &str = "\
Examples:
  spockctl node create n1 --peer-dsn 'host=10.0.0.1 dbname=app user=spock_repl' --country DE
  spockctl node create n1 --dsn service=n1 --peer-dsn service=n1-private --tiebreaker 1";

const CREATE: Verb = Verb("create", "created");
const ALTER: Verb = Verb("alter", "altered");
const DROP: Verb = Verb("drop", "dropped");

/// Arguments of `node create`.
#[derive(Debug, clap::Args)]
pub(crate) struct CreateArgs {
    /// Name of the node; its server is that of the cluster definition, or of --node or --dsn
    name: String,

    /// How the other nodes reach it
    #[arg(long, value_name = "CONNINFO")]
    peer_dsn: String,

    #[command(flatten)]
    facts: Facts,

    /// Which node wins where two wrote at the same moment: the lowest number
    #[arg(long, value_name = "NUMBER")]
    tiebreaker: Option<i32>,

    /// Do nothing when the database is this node already
    #[arg(long)]
    if_not_exists: bool,
}

/// What is said of a node.
#[derive(Debug, clap::Args)]
struct Facts {
    /// Where it stands
    #[arg(long, value_name = "TEXT")]
    location: Option<String>,

    /// In which country
    #[arg(long, value_name = "CODE")]
    country: Option<String>,

    /// More facts, as a JSON object
    #[arg(long, value_name = "JSON", value_parser = object_of)]
    info: Option<Value>,
}

/// Arguments of `node alter`.
#[derive(Debug, clap::Args)]
pub(crate) struct AlterArgs {
    /// The node
    name: String,

    #[command(flatten)]
    facts: Facts,
}

/// Arguments of `node drop`.
#[derive(Debug, clap::Args)]
pub(crate) struct DropArgs {
    /// The node
    name: String,

    /// Do nothing when there is no such node
    #[arg(long)]
    if_exists: bool,
}

fn object_of(text: &str) -> Result<Value, String> {
    match serde_json::from_str(text) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) => Err("write a JSON object".to_owned()),
        Err(e) => Err(format!("no JSON: {e}")),
    }
}

pub(super) async fn create(global: &Global, args: &CreateArgs) -> Result {
    let peer = Conninfo::parse(&args.peer_dsn)?;
    let context = Context::load(global, "node-create")?;
    let client = server_of(&context, &args.name).await?;
    let (node, name) = (client.node(), &args.name);
    let mut changes = Changes::new(global, &context);
    if !client.has_extension().await? {
        return Err(AdminError::precondition(format!("database of node \"{node}\" has no spock"))
            .hint("run CREATE EXTENSION spock there")
            .on(node)
            .into());
    }
    if let Some(local) = client.local_node().await? {
        if local.name == *name && args.if_not_exists {
            changes.unchanged(CREATE, node, object(name), format!("node {name} exists"));
            return changes.emit();
        }
        return Err(AdminError::precondition(format!(
            "database of node \"{node}\" is node \"{}\" already",
            local.name
        ))
        .on(node)
        .into());
    }
    require_same_database(&client, name, &peer, &context.options).await?;
    let mut info = args.facts.info.clone();
    if let Some(tiebreaker) = args.tiebreaker {
        info.get_or_insert_with(|| json!({}))["tiebreaker"] = json!(tiebreaker);
    }
    let what = format!("node {name}, reached by {},", peer.redacted());
    if global.dry_run {
        changes.planned(CREATE, node, object(name), &what);
        return changes.emit();
    }
    let (location, country) = (args.facts.location.as_deref(), args.facts.country.as_deref());
    client
        .node_create(name, &peer.dsn(), location, country, info.as_ref())
        .await
        .map_err(|e| could_not(format_args!("create node \"{name}\""), e))?;
    changes.done(CREATE, node, object(name), &what);
    changes.emit()
}

/// Fails when a connection string leads to another database than that of the node. One that does not work from here may
/// work from the other nodes: that is a warning.
pub(in crate::commands) async fn require_same_database(
    client: &Client,
    name: &str,
    peer: &Conninfo,
    options: &ConnectOptions,
) -> Result<()> {
    // The password that was asked for is that of the administrator.
    let options = ConnectOptions { password: None, ..options.clone() };
    let there = match Client::connect_to(name, peer, &options, &ProcessEnv).await {
        Ok(there) => there.server_facts().await,
        Err(error) => Err(error),
    };
    let here = client.server_facts().await?;
    match there {
        Err(error) => {
            let why = error.why();
            ui::warning(format!(
                "whether {} leads to node {name} could not be seen from here: {why}",
                peer.redacted()
            ));
            Ok(())
        }
        Ok(there)
            if there.system_identifier == here.system_identifier
                && there.database == here.database =>
        {
            Ok(())
        }
        Ok(there) => Err(Failure::from(
            AdminError::precondition(format!(
                "{} does not lead to the database of node \"{name}\"",
                peer.redacted()
            ))
            .detail(format!(
                "It leads to database \"{}\" of the server with system identifier {}, the node is database \"{}\" of {}.",
                there.database, there.system_identifier, here.database, here.system_identifier
            ))
            .on(client.node()),
        )),
    }
}

pub(super) async fn alter(global: &Global, args: &AlterArgs) -> Result {
    let Facts { location, country, info } = &args.facts;
    if location.is_none() && country.is_none() && info.is_none() {
        return Err(Failure::usage("nothing is to be changed")
            .hint("give --location, --country, or --info"));
    }
    let context = Context::load(global, "node-alter")?;
    let client = server_of(&context, &args.name).await?;
    let (node, name) = (client.node(), &args.name);
    let Some(now) = registration(&client, name).await? else { return Err(missing(node, name)) };
    let tiebreaker =
        |info: &Option<Value>| info.as_ref().and_then(|info| info.get("tiebreaker").cloned());
    if info.is_some() && tiebreaker(info) != tiebreaker(&now.info) {
        return Err(AdminError::precondition("the tiebreaker of a node cannot be changed")
            .detail("Nodes with different ideas of it decide conflicts differently.")
            .hint("repeat the tiebreaker that it has in --info")
            .on(node)
            .into());
    }
    let mut changes = Changes::new(global, &context);
    let differs = |new: &Option<String>, now: &Option<String>| new.is_some() && new != now;
    if !differs(location, &now.location)
        && !differs(country, &now.country)
        && (info.is_none() || *info == now.info)
    {
        let why = format!("node {name} is said to be so already on node {node}");
        changes.unchanged(ALTER, node, object(name), why);
        return changes.emit();
    }
    let what = format!("node {name}");
    if global.dry_run {
        changes.planned(ALTER, node, object(name), &what);
        return changes.emit();
    }
    client
        .node_alter(name, location.as_deref(), country.as_deref(), info.as_ref())
        .await
        .map_err(|e| could_not(format_args!("alter node \"{name}\""), e))?;
    changes.done(ALTER, node, object(name), &what);
    changes.emit()
}

async fn registration(
    client: &Client,
    name: &str,
) -> Result<Option<spock_admin::client::Registration>> {
    match client.has_extension().await? {
        true => Ok(client.registration(name).await?),
        false => Ok(None),
    }
}

fn missing(node: &str, name: &str) -> Failure {
    AdminError::precondition(format!("node \"{node}\" knows no node \"{name}\""))
        .hint("see what there is with `spockctl node list`")
        .on(node)
        .into()
}

pub(super) async fn drop(global: &Global, args: &DropArgs) -> Result {
    let context = Context::load(global, "node-drop")?;
    let client = server_of(&context, &args.name).await?;
    let (node, name) = (client.node(), &args.name);
    let mut changes = Changes::new(global, &context);
    if registration(&client, name).await?.is_none() {
        if args.if_exists {
            changes.unchanged(
                DROP,
                node,
                object(name),
                format!("node {node} knows no node {name}"),
            );
            return changes.emit();
        }
        return Err(missing(node, name));
    }
    let is_own = client.local_node().await?.is_some_and(|local| local.name == *name);
    let more = if is_own { ", with its replication sets and slots," } else { "" };
    let what = format!("node {name}{more}");
    if global.dry_run {
        changes.planned(DROP, node, object(name), &what);
        return changes.emit();
    }
    ui::confirm::moderate(global, &format!("Drop {what} on node {node}?"))?;
    client
        .with_statement_timeout(global.timeout, client.node_drop(name))
        .await
        .map_err(|e| could_not(format_args!("drop node \"{name}\""), e))?;
    changes.done(DROP, node, object(name), &what);
    changes.emit()
}
