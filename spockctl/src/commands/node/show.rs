//! `spockctl node show`.

use serde::Serialize;
use spock_admin::client::{Client, KnownInterface, Registration, ServerFacts, SetState};
use spock_admin::operations::answers::Answers;

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, age, emit_of_nodes};
use crate::watch;

/// Arguments of `node show`.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowArgs {
    /// The node
    name: String,
}

/// Everything about one node.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    node: String,
    /// How it is reached from here, secrets masked.
    dsn: String,
    server: ServerFacts,
    uptime_seconds: f64,
    registration: Option<Registration>,
    /// The ways by which others reach it.
    interfaces: Vec<KnownInterface>,
    replication_sets: Vec<SetState>,
    /// Its subscriptions, by name.
    subscriptions: Vec<String>,
}

pub(super) async fn run(global: &Global, args: &ShowArgs) -> Result {
    let context = Context::load(global, "node-show")?;
    watch::run(global, "node show", || async {
        let client = context.connect_to(&args.name).await?.client(&args.name)?;
        let dsn = context.cluster.node(&args.name)?.admin.redacted();
        let item = look(&client, dsn).await?;
        let table = table(&item);
        let answers = Answers { items: vec![item], errors: Vec::new(), answered: 1 };
        emit_of_nodes(global, &context, "spockctl/node-show/1", &answers, table)
    })
    .await
}

async fn look(client: &Client, dsn: String) -> Result<Item> {
    let mut item = Item {
        node: client.node().to_owned(),
        dsn,
        server: client.server_facts().await?,
        uptime_seconds: client.uptime().await?,
        registration: None,
        interfaces: Vec::new(),
        replication_sets: Vec::new(),
        subscriptions: Vec::new(),
    };
    if let Some(local) = client.local_node().await? {
        item.registration = client.registration(&local.name).await?;
        item.interfaces = client.interfaces().await?;
        item.interfaces.retain(|interface| interface.of == local.name);
        item.replication_sets = client.repsets().await?;
        let subs = client.subscriptions().await?;
        item.subscriptions = subs.into_iter().map(|sub| sub.name).collect();
    }
    Ok(item)
}

fn table(item: &Item) -> Table {
    let mut table = Table::new(vec![Column::new("WHAT"), Column::new("VALUE")]).named("node", 1);
    let (server, known) = (&item.server, item.registration.as_ref());
    let text = |text: Option<&String>| Cell::optional(text.map(String::as_str));
    let rows = [
        ("node", Cell::text(&item.node)),
        ("registered_as", text(known.map(|known| &known.name))),
        ("node_id", Cell::value(known.map(|known| known.node_id), |id| id.to_string())),
        ("location", text(known.and_then(|known| known.location.as_ref()))),
        ("country", text(known.and_then(|known| known.country.as_ref()))),
        ("info", Cell::value(known.and_then(|known| known.info.as_ref()), ToString::to_string)),
        ("database", Cell::text(&server.database)),
        ("encoding", Cell::text(&server.encoding)),
        ("spock", text(server.extension_installed.as_ref())),
        ("postgres", Cell::text(&server.version)),
        ("uptime", Cell::value(Some(item.uptime_seconds), age)),
        ("system_identifier", Cell::text(&server.system_identifier)),
        ("dsn", Cell::text(&item.dsn)),
    ];
    for (what, cell) in rows {
        table.row(vec![Cell::text(what), cell]);
    }
    for interface in &item.interfaces {
        let value = format!("{}: {}", interface.name, interface.dsn);
        table.row(vec![Cell::text("interface"), Cell::text(value)]);
    }
    for set in &item.replication_sets {
        let value = format!("{}: {} tables, {} sequences", set.name, set.tables, set.sequences);
        table.row(vec![Cell::text("replication_set"), Cell::text(value)]);
    }
    for name in &item.subscriptions {
        table.row(vec![Cell::text("subscription"), Cell::text(name)]);
    }
    table
}
