//! `spockctl table list`.

use serde::Serialize;
use spock_admin::client::Client;
use spock_admin::error::AdminError;
use spock_admin::operations::Fleet;
use spock_admin::operations::answers::ask_nodes;
use spock_admin::operations::doctor::tables::{self, TableFacts};

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, Tone, emit_of_nodes};
use crate::watch;

/// Arguments of `table list`.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// Only tables that are in no replication set
    #[arg(long, conflicts_with = "repset")]
    unassigned: bool,

    /// Only tables of this replication set
    #[arg(long, value_name = "SET")]
    repset: Option<String>,
}

/// A table of a node.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    node: String,
    schema: String,
    table: String,
    /// table, partitioned, partition, or unlogged.
    kind: &'static str,
    /// Whether rows can be found by a primary key or a replica identity index.
    has_key: bool,
    /// default, index, full, or nothing.
    pub(super) replica_identity: &'static str,
    replication_sets: Vec<String>,
}

impl Item {
    pub(super) fn of(node: &str, facts: TableFacts) -> Self {
        Item {
            node: node.to_owned(),
            kind: kind(&facts),
            has_key: facts.has_key,
            replica_identity: identity(&facts),
            schema: facts.table.schema,
            table: facts.table.name,
            replication_sets: facts.sets,
        }
    }
}

/// What sort of table it is.
pub(super) fn kind(facts: &TableFacts) -> &'static str {
    match facts {
        TableFacts { is_partitioned: true, .. } => "partitioned",
        TableFacts { is_unlogged: true, .. } => "unlogged",
        TableFacts { is_partition: true, .. } => "partition",
        _ => "table",
    }
}

/// The replica identity in words.
pub(super) fn identity(facts: &TableFacts) -> &'static str {
    match facts.identity.as_str() {
        "i" => "index",
        "f" => "full",
        "n" => "nothing",
        _ => "default",
    }
}

pub(super) async fn run(global: &Global, args: &ListArgs) -> Result {
    let context = Context::load(global, "table-list")?;
    watch::run(global, "table list", || show(global, &context, args)).await
}

async fn show(global: &Global, context: &Context, args: &ListArgs) -> Result {
    let fleet = context.connect().await?;
    let wanted = |facts: &TableFacts| match &args.repset {
        Some(set) => facts.sets.contains(set),
        None => !args.unassigned || facts.sets.is_empty(),
    };
    let answers = ask_nodes(&fleet, async |client: &Client| {
        let tables = tables::read(client).await?;
        let tables = tables.into_iter().filter(wanted);
        Ok(tables.map(|facts| Item::of(client.node(), facts)).collect())
    })
    .await;
    if let Some(set) = args.repset.as_ref().filter(|_| answers.items.is_empty()) {
        require_set(&fleet, set).await?;
    }
    emit_of_nodes(global, context, "spockctl/table-list/1", &answers, table(&answers.items))
}

/// Fails when no node has a set of this name.
pub(crate) async fn require_set(fleet: &Fleet, set: &str) -> Result<()> {
    for client in &fleet.clients {
        if client.local_node().await?.is_none() || client.repset_actions(set).await?.is_some() {
            return Ok(());
        }
    }
    Err(AdminError::precondition(format!("replication set \"{set}\" does not exist")).into())
}

fn table(items: &[Item]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("TABLE"),
        Column::new("KIND"),
        Column::new("KEY"),
        Column::new("REPLICATION_SETS"),
        Column::new("REPLICA_IDENTITY").wide(),
    ])
    .named("table", 1);
    for item in items {
        let sets = item.replication_sets.join(",");
        let key = if item.has_key { ("yes", Tone::Plain) } else { ("no", Tone::Warning) };
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(format!("{}.{}", item.schema, item.table)),
            Cell::text(item.kind),
            Cell::toned(key.0, key.1),
            Cell::optional((!sets.is_empty()).then_some(&sets)),
            Cell::text(item.replica_identity),
        ]);
    }
    table
}
