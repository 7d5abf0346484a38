//! `spockctl node interfaces|add-interface|drop-interface`.

use spock_admin::client::{Client, KnownInterface};
use spock_admin::conninfo::Conninfo;
use spock_admin::operations::answers::ask_nodes;

use super::define::require_same_database;
use super::{could_not, server_of};
use crate::cli::Global;
use crate::commands::change::{Changes, Verb};
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, emit_of_nodes};
use crate::{ui, watch};

const ADD: Verb = Verb("add", "added");
const DROP: Verb = Verb("drop", "dropped");

/// Arguments of `node add-interface`.
#[derive(Debug, clap::Args)]
pub(crate) struct AddArgs {
    /// The node that is reached by it; --node says which node is to know it
    name: String,

    /// Name of the interface
    interface: String,

    /// The connection string
    #[arg(long, value_name = "CONNINFO")]
    peer_dsn: String,
}

/// Arguments of `node drop-interface`.
#[derive(Debug, clap::Args)]
pub(crate) struct DropArgs {
    /// The node that is reached by it; --node says which node is to forget it
    name: String,

    /// Name of the interface
    interface: String,

    /// Do nothing when there is no such interface
    #[arg(long)]
    if_exists: bool,
}

fn object(name: &str, interface: &str) -> String {
    format!("interface/{name}/{interface}")
}

pub(super) async fn list(global: &Global) -> Result {
    let context = Context::load(global, "node-interfaces")?;
    watch::run(global, "node interfaces", || async {
        let fleet = context.connect().await?;
        let answers = ask_nodes(&fleet, Client::interfaces).await;
        let table = table(&answers.items);
        emit_of_nodes(global, &context, "spockctl/node-interfaces/1", &answers, table)
    })
    .await
}

pub(super) async fn add(global: &Global, args: &AddArgs) -> Result {
    let peer = Conninfo::parse(&args.peer_dsn)?;
    let context = Context::load(global, "node-add-interface")?;
    let client = server_of(&context, &args.name).await?;
    let (node, name, interface) = (client.node(), &args.name, &args.interface);
    // Where the node itself can be asked who it is.
    if let Ok(known) = context.cluster.node(name) {
        match Client::connect(known, &context.options).await {
            Ok(own) => require_same_database(&own, name, &peer, &context.options).await?,
            Err(error) => ui::warning(format!("{error}: its connection string was not tried")),
        }
    }
    let what = format!("interface {interface} of node {name} ({})", peer.redacted());
    let mut changes = Changes::new(global, &context);
    if global.dry_run {
        changes.planned(ADD, node, object(name, interface), &what);
        return changes.emit();
    }
    client
        .add_interface(name, interface, &peer.dsn())
        .await
        .map_err(|e| could_not(format_args!("add interface \"{interface}\""), e))?;
    changes.done(ADD, node, object(name, interface), &what);
    changes.emit()
}

pub(super) async fn drop(global: &Global, args: &DropArgs) -> Result {
    let context = Context::load(global, "node-drop-interface")?;
    let client = server_of(&context, &args.name).await?;
    let (node, name, interface) = (client.node(), &args.name, &args.interface);
    let mut changes = Changes::new(global, &context);
    let known = client.interfaces().await?;
    let is_known = known.iter().any(|known| known.of == *name && known.name == *interface);
    if args.if_exists && !is_known {
        let why = format!("node {node} knows no interface {interface} of node {name}");
        changes.unchanged(DROP, node, object(name, interface), why);
        return changes.emit();
    }
    let what = format!("interface {interface} of node {name}");
    if global.dry_run {
        changes.planned(DROP, node, object(name, interface), &what);
        return changes.emit();
    }
    ui::confirm::moderate(global, &format!("Drop {what} on node {node}?"))?;
    client
        .drop_interface(name, interface)
        .await
        .map_err(|e| could_not(format_args!("drop interface \"{interface}\""), e))?;
    changes.done(DROP, node, object(name, interface), &what);
    changes.emit()
}

fn table(items: &[KnownInterface]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("OF"),
        Column::new("NAME"),
        Column::new("USED_BY"),
        Column::new("DSN").wide(),
    ])
    .named("interface", 2);
    for item in items {
        let used = (!item.used_by.is_empty()).then(|| item.used_by.join(","));
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.of),
            Cell::text(&item.name),
            Cell::optional(used.as_deref()),
            Cell::text(&item.dsn),
        ]);
    }
    table
}
