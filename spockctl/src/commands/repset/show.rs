//! `spockctl repset list|show`.

use spock_admin::client::{Client, SetMember, SetState};
use spock_admin::operations::answers::ask_nodes;

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, Tone, emit_of_nodes};
use crate::watch;

/// Arguments of `repset show`.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowArgs {
    /// The replication set
    set: String,

    /// Only tables
    #[arg(long, conflicts_with = "seqs")]
    tables: bool,

    /// Only sequences
    #[arg(long)]
    seqs: bool,

    /// Only tables of which not all rows are replicated
    #[arg(long)]
    filters: bool,
}

/// Arguments of `repset list-tables`.
#[derive(Debug, clap::Args)]
pub(crate) struct ListTablesArgs {
    /// Only tables of this schema
    #[arg(long, value_name = "SCHEMA")]
    schema: Option<String>,
}

pub(super) async fn list(global: &Global) -> Result {
    let context = Context::load(global, "repset-list")?;
    watch::run(global, "repset list", || async {
        let fleet = context.connect().await?;
        let answers = ask_nodes(&fleet, Client::repsets).await;
        let table = sets(&answers.items);
        emit_of_nodes(global, &context, "spockctl/repset-list/1", &answers, table)
    })
    .await
}

pub(super) async fn show(global: &Global, args: &ShowArgs) -> Result {
    let context = Context::load(global, "repset-show")?;
    watch::run(global, "repset show", || async {
        let fleet = context.connect().await?;
        let set = args.set.as_str();
        let mut answers = ask_nodes(&fleet, async |client| {
            Ok((client.repsets().await?.iter().any(|known| known.name == set))
                .then_some(client.node().to_owned())
                .into_iter()
                .collect())
        })
        .await;
        if let (true, Some(client)) =
            (answers.items.is_empty() && answers.errors.is_empty(), fleet.clients.first())
        {
            super::require_set(client, set).await?;
        }
        let having: Vec<String> = std::mem::take(&mut answers.items);
        let mut answers = ask_nodes(&fleet, |client| client.repset_members(Some(set))).await;
        answers.items.retain(|item| {
            having.contains(&item.node)
                && !(args.tables && item.kind != "table")
                && !(args.seqs && item.kind != "sequence")
                && !(args.filters && item.row_filter.is_none())
        });
        let table = members(&answers.items);
        emit_of_nodes(global, &context, "spockctl/repset-show/1", &answers, table)
    })
    .await
}

pub(super) async fn list_tables(global: &Global, args: &ListTablesArgs) -> Result {
    let context = Context::load(global, "repset-list-tables")?;
    let fleet = context.connect().await?;
    let mut answers = ask_nodes(&fleet, |client| client.repset_members(None)).await;
    answers.items.retain(|item| {
        let schema = &item.relation.schema;
        item.kind == "table" && args.schema.as_ref().is_none_or(|wanted| wanted == schema)
    });
    let table = members(&answers.items);
    emit_of_nodes(global, &context, "spockctl/repset-show/1", &answers, table)
}

fn sets(items: &[SetState]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("NAME"),
        Column::new("INSERT"),
        Column::new("UPDATE"),
        Column::new("DELETE"),
        Column::new("TRUNCATE"),
        Column::number("TABLES"),
        Column::number("SEQUENCES"),
    ])
    .named("repset", 1);
    let yes = |on: bool| if on { Cell::toned("yes", Tone::Good) } else { Cell::text("no") };
    for item in items {
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.name),
            yes(item.insert),
            yes(item.update),
            yes(item.delete),
            yes(item.truncate),
            Cell::value(Some(item.tables), |n| n.to_string()),
            Cell::value(Some(item.sequences), |n| n.to_string()),
        ]);
    }
    table
}

fn members(items: &[SetMember]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("SET"),
        Column::new("KIND"),
        Column::new("NAME"),
        Column::new("COLUMNS"),
        Column::new("ROW_FILTER"),
    ])
    .named("relation", 3);
    for item in items {
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.set),
            Cell::text(item.kind),
            Cell::text(item.relation.to_string()),
            Cell::optional(item.columns.as_ref().map(|names| names.join(",")).as_deref()),
            Cell::optional(item.row_filter.as_deref()),
        ]);
    }
    table
}
