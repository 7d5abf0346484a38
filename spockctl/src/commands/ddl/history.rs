//! `spockctl ddl history`.

use serde::Serialize;
use spock_admin::client::QueuedDdl;

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, emit_answers};
use crate::watch;

/// Arguments of `ddl history`.
#[derive(Debug, clap::Args)]
pub(crate) struct HistoryArgs {
    /// So many of each node at most, the newest first
    #[arg(long, value_name = "COUNT", default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
}

#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    node: String,
    #[serde(flatten)]
    statement: QueuedDdl,
}

pub(super) async fn run(global: &Global, args: &HistoryArgs) -> Result {
    let context = Context::load(global, "ddl-history")?;
    watch::run(global, "ddl history", || show(global, &context, args)).await
}

async fn show(global: &Global, context: &Context, args: &HistoryArgs) -> Result {
    let fleet = context.connect().await?;
    let mut items = Vec::new();
    for client in &fleet.clients {
        for statement in client.queued_ddl(args.limit).await? {
            items.push(Item { node: client.node().to_owned(), statement });
        }
    }
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("AT"),
        Column::new("ROLE"),
        Column::new("BY"),
        Column::new("SETS").wide(),
        Column::new("STATEMENT"),
    ])
    .named("statement", 5);
    for Item { node, statement } in &items {
        table.row(vec![
            Cell::text(node),
            Cell::text(&statement.queued_at),
            Cell::text(&statement.role),
            Cell::text(if statement.captured { "capture" } else { "command" }),
            Cell::text(statement.sets.join(",")),
            Cell::text(statement.text.split_whitespace().collect::<Vec<_>>().join(" ")),
        ]);
    }
    emit_answers(
        global,
        Document {
            schema: "spockctl/ddl-history/1",
            cluster: Some(&context.cluster.name),
            items: &items,
            table,
            warnings: &context.cluster.warnings,
            errors: &fleet.errors,
        },
    )
}
