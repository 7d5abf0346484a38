//! `spockctl conflict purge`.

use std::time::Duration;

use spock_admin::client::{Client, PurgedConflicts};
use spock_admin::operations::answers::ask_nodes;
use spock_admin::wait::{duration_text, parse_duration};

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, emit_of_nodes};
use crate::ui;

/// Arguments of `conflict purge`.
#[derive(Debug, clap::Args)]
pub(crate) struct PurgeArgs {
    /// Those that were recorded longer ago
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    older_than: Duration,
}

pub(super) async fn run(global: &Global, args: &PurgeArgs) -> Result {
    let context = Context::load(global, "conflict-purge")?;
    let fleet = context.connect().await?;
    let age = duration_text(args.older_than);
    if !global.dry_run {
        let nodes = fleet.clients.len();
        let question =
            format!("Remove conflicts older than {age} from the history of {nodes} nodes?");
        ui::confirm::moderate(global, &question)?;
    }
    let seconds = args.older_than.as_secs_f64();
    let answers = ask_nodes(&fleet, async |client: &Client| {
        Ok(vec![client.purge_conflicts(seconds, global.dry_run).await?])
    })
    .await;
    let schema = "spockctl/conflict-purge/1";
    let exit = emit_of_nodes(global, &context, schema, &answers, table(&answers.items))?;
    let total: i64 = answers.items.iter().map(|item| item.conflicts).sum();
    let done = if global.dry_run { "would remove" } else { "removed" };
    ui::note(global, format!("{done} {total} conflicts older than {age}"));
    Ok(exit)
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] =
    &[Column::new("NODE"), Column::number("CONFLICTS"), Column::number("KEPT")];

fn table(items: &[PurgedConflicts]) -> Table {
    let mut table = Table::new(COLUMNS).named("node", 0);
    for item in items {
        table.row(vec![
            Cell::text(&item.node),
            Cell::value(Some(item.conflicts), |n| n.to_string()),
            Cell::value(Some(item.kept), |n| n.to_string()),
        ]);
    }
    table
}
