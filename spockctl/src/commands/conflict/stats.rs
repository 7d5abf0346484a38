//! `spockctl conflict stats`.

use std::time::Duration;

use clap::ValueEnum;
use spock_admin::client::{Client, ConflictCount};
use spock_admin::operations::answers::ask_nodes;
use spock_admin::wait::parse_duration;

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, emit_of_nodes};
use crate::watch;

/// Arguments of `conflict stats`.
#[derive(Debug, clap::Args)]
pub(crate) struct StatsArgs {
    /// What to count by
    #[arg(long, value_enum, default_value = "type")]
    by: By,

    /// Only those of this last span of time; COUNTED does not heed it
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    since: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// The type of conflict
    Type,
    /// The table
    Table,
}

pub(super) async fn run(global: &Global, args: &StatsArgs) -> Result {
    let context = Context::load(global, "conflict-stats")?;
    watch::run(global, "conflict stats", || show(global, &context, args)).await
}

async fn show(global: &Global, context: &Context, args: &StatsArgs) -> Result {
    let fleet = context.connect().await?;
    let seconds = args.since.map(|since| since.as_secs_f64());
    let by_table = args.by == By::Table;
    let answers =
        ask_nodes(&fleet, |client: &Client| client.conflict_counts(by_table, seconds)).await;
    let schema = "spockctl/conflict-stats/1";
    emit_of_nodes(global, context, schema, &answers, table(&answers.items, by_table))
}

fn table(items: &[ConflictCount], by_table: bool) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new(if by_table { "TABLE" } else { "TYPE" }),
        Column::number("RECORDED"),
        Column::number("APPLIED"),
        Column::number("KEPT"),
        Column::number("COUNTED"),
        Column::new("LAST_AT"),
        Column::new("FIRST_AT").wide(),
    ])
    .named(if by_table { "table" } else { "type" }, 1);
    for item in items {
        let number = |n: i64| Cell::value(Some(n), |n| n.to_string());
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.name),
            number(item.recorded),
            number(item.applied),
            number(item.kept),
            Cell::value(item.counted, |n| n.to_string()),
            Cell::value(item.last_at, |at| at.to_string()),
            Cell::value(item.first_at, |at| at.to_string()),
        ]);
    }
    table
}
