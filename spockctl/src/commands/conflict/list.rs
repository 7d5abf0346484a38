//! `spockctl conflict list`.

use std::time::Duration;

use spock_admin::client::{Conflict, ConflictFilter};
use spock_admin::operations::conflict;
use spock_admin::wait::parse_duration;

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, Tone, emit_of_nodes};
use crate::{ui, watch};

/// Arguments of `conflict list`.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// Only those of this last span of time
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    since: Option<Duration>,

    /// Only those of this table, with its schema unless it is in public
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,

    /// Only those of this type, as update_origin_differs
    #[arg(long = "type", value_name = "TYPE")]
    conflict_type: Option<String>,

    /// So many of each node at most, the newest first
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
}

pub(super) async fn run(global: &Global, args: &ListArgs) -> Result {
    let context = Context::load(global, "conflict-list")?;
    watch::run(global, "conflict list", || show(global, &context, args)).await
}

async fn show(global: &Global, context: &Context, args: &ListArgs) -> Result {
    let fleet = context.connect().await?;
    let filter = ConflictFilter {
        number: None,
        seconds: args.since.map(|since| since.as_secs_f64()),
        table: args.table.clone(),
        conflict_type: args.conflict_type.clone(),
        limit: Some(args.limit),
    };
    let answers = conflict::list(&fleet, &filter).await;
    let exit = emit_of_nodes(
        global,
        context,
        "spockctl/conflict-list/1",
        &answers,
        table(&answers.items),
    )?;
    if let Some(first) = answers.items.first() {
        ui::hint(global, format!("see why with `spockctl conflict explain {}`", first.id));
    }
    Ok(exit)
}

fn table(items: &[Conflict]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("ID"),
        Column::new("RECORDED_AT"),
        Column::new("TYPE"),
        Column::new("TABLE"),
        Column::new("LOCAL"),
        Column::new("REMOTE"),
        Column::new("WINNER"),
        Column::new("RESOLUTION").wide(),
        Column::new("INDEX").wide(),
        Column::new("LOCAL_AT").wide(),
        Column::new("REMOTE_AT").wide(),
        Column::new("LOCAL_ROW").wide(),
        Column::new("REMOTE_ROW").wide(),
        Column::new("RESULT_ROW").wide(),
        Column::new("REMOTE_XID").wide(),
        Column::new("REMOTE_LSN").wide(),
    ])
    .named("conflict", 1);
    for item in items {
        let tone = if item.winner == "none" { Tone::Bad } else { Tone::Plain };
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.id),
            Cell::moment(Some(item.recorded_at)),
            Cell::text(&item.conflict_type),
            Cell::optional(item.table.as_deref()),
            Cell::optional(item.local.node.as_deref()),
            Cell::optional(item.remote.node.as_deref()),
            Cell::toned(item.winner, tone),
            Cell::text(&item.resolution),
            Cell::optional(item.index.as_deref()),
            Cell::value(item.local.committed_at, |at| at.to_string()),
            Cell::value(item.remote.committed_at, |at| at.to_string()),
            Cell::optional(item.local.text.as_deref()),
            Cell::optional(item.remote.text.as_deref()),
            Cell::optional(item.result_text.as_deref()),
            Cell::value(item.remote.xid, |xid| xid.to_string()),
            Cell::optional(item.remote_lsn.as_deref()),
        ]);
    }
    table
}
