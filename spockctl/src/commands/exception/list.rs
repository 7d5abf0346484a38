//! `spockctl exception list`.

use spock_admin::client::{ExceptionFilter, FailedTransaction};
use spock_admin::operations::exception;

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, Tone, emit_of_nodes};
use crate::{ui, watch};

/// Arguments of `exception list`.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// Only those of which something still waits
    #[arg(long)]
    pending: bool,

    /// So many of each node at most, the newest first
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
}

pub(super) async fn run(global: &Global, args: &ListArgs) -> Result {
    let context = Context::load(global, "exception-list")?;
    watch::run(global, "exception list", || show(global, &context, args)).await
}

async fn show(global: &Global, context: &Context, args: &ListArgs) -> Result {
    let fleet = context.connect().await?;
    let filter =
        ExceptionFilter { pending: args.pending, limit: Some(args.limit), ..Default::default() };
    let answers = exception::list(&fleet, &filter).await;
    let exit = emit_of_nodes(
        global,
        context,
        "spockctl/exception-list/1",
        &answers,
        table(&answers.items),
    )?;
    if let Some(first) = answers.items.iter().find(|item| item.status == "pending") {
        ui::hint(
            global,
            format!(
                "see its changes with `spockctl exception show {} --node {}`",
                first.id, first.node
            ),
        );
    }
    Ok(exit)
}

fn table(items: &[FailedTransaction]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("ID"),
        Column::new("STATUS"),
        Column::number("PENDING"),
        Column::number("CHANGES").wide(),
        Column::new("COMMITTED_AT"),
        Column::new("FAILED_AT").wide(),
        Column::new("TABLES").droppable(),
        Column::new("REASON"),
        Column::new("SUBSCRIPTION").wide(),
        Column::new("BEHAVIOUR").wide(),
        Column::new("COMMIT_LSN").wide(),
        Column::new("RESOLVED_AT").wide(),
        Column::new("OUTCOME").wide(),
    ])
    .named("exception", 1);
    for item in items {
        let tone = match item.status.as_str() {
            "resolved" => Tone::Good,
            "pending" => Tone::Bad,
            _ => Tone::Warning,
        };
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.id),
            Cell::toned(&item.status, tone),
            Cell::value(Some(item.changes_pending), |n| n.to_string()),
            Cell::value(item.changes_total, |n| n.to_string()),
            Cell::moment(Some(item.committed_at)),
            Cell::text(item.failed_at.to_string()),
            Cell::text(item.tables.join(",")),
            Cell::optional(item.reason.as_deref()),
            Cell::optional(item.subscription.as_deref()),
            Cell::optional(item.behaviour.as_deref()),
            Cell::optional(item.commit_lsn.as_deref()),
            Cell::value(item.resolved_at, |at| at.to_string()),
            Cell::optional(item.outcome.as_deref()),
        ]);
    }
    table
}
