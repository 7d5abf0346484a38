//! `spockctl seq list` and `spockctl seq show`.

use spock_admin::client::{Client, SequenceState};
use spock_admin::operations::answers::ask_nodes;

use crate::cli::Global;
use crate::commands::table::list::require_set;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, emit_of_nodes};
use crate::watch;

/// Arguments of `seq list`.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// Only sequences that are in no replication set
    #[arg(long, conflicts_with = "repset")]
    unassigned: bool,

    /// Only sequences of this replication set
    #[arg(long, value_name = "SET")]
    repset: Option<String>,
}

/// Arguments of `seq show`.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowArgs {
    /// The sequence, with its schema unless it is in public
    sequence: String,
}

pub(super) async fn run(global: &Global, args: &ListArgs) -> Result {
    let context = Context::load(global, "seq-list")?;
    watch::run(global, "seq list", || list(global, &context, args)).await
}

async fn list(global: &Global, context: &Context, args: &ListArgs) -> Result {
    let fleet = context.connect().await?;
    let mut answers = ask_nodes(&fleet, Client::sequence_states).await;
    answers.items.retain(|item| match &args.repset {
        Some(set) => item.sets.contains(set),
        None => !args.unassigned || item.sets.is_empty(),
    });
    if let Some(set) = args.repset.as_ref().filter(|_| answers.items.is_empty()) {
        require_set(&fleet, set).await?;
    }
    emit_of_nodes(global, context, "spockctl/seq-list/1", &answers, table(&answers.items))
}

pub(super) async fn show(global: &Global, args: &ShowArgs) -> Result {
    let context = Context::load(global, "seq-show")?;
    let fleet = context.connect().await?;
    let mut answers = ask_nodes(&fleet, Client::sequence_states).await;
    if answers.errors.is_empty()
        && !answers.items.iter().any(|item| super::is_called(item, &args.sequence))
    {
        return Err(super::unknown(&args.sequence, &answers.items).into());
    }
    answers.items.retain(|item| super::is_called(item, &args.sequence));
    emit_of_nodes(global, &context, "spockctl/seq-show/1", &answers, table(&answers.items))
}

fn table(items: &[SequenceState]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("SEQUENCE"),
        Column::new("REPLICATION_SETS"),
        Column::number("LAST_VALUE"),
        Column::number("TOLD"),
        Column::new("VALUES"),
        Column::new("COLUMN").droppable(),
        Column::number("AHEAD").wide(),
        Column::number("INCREMENT").wide(),
        Column::new("TYPE").wide(),
    ])
    .named("seq", 1);
    for item in items {
        let sets = item.sets.join(",");
        let values = if item.gives_snowflakes { "snowflake" } else { "counted" };
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(item.sequence.to_string()),
            Cell::optional((!sets.is_empty()).then_some(&sets)),
            Cell::value(item.last_value, |value| value.to_string()),
            Cell::value(item.told, |value| value.to_string()),
            Cell::text(values),
            Cell::optional(item.column.as_deref()),
            Cell::value(item.ahead, |ahead| ahead.to_string()),
            Cell::value(Some(item.increment), |by| by.to_string()),
            Cell::text(&item.data_type),
        ]);
    }
    table
}
