//! `spockctl seq sync`.

use serde::Serialize;
use spock_admin::client::{Client, SequenceState, TableRef};
use spock_admin::error::AdminError;
use spock_admin::operations::answers::ask_nodes;

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::{Cell, Column, Table, emit_of_nodes};
use crate::ui;

/// Arguments of `seq sync`.
#[derive(Debug, clap::Args)]
pub(crate) struct SyncArgs {
    /// The sequences, with their schemas unless they are in public
    #[arg(value_name = "SEQUENCE", required_unless_present = "all")]
    sequences: Vec<String>,

    /// All that are in replication sets
    #[arg(long, conflicts_with = "sequences")]
    all: bool,
}

/// A sequence of a node, of which subscribers were told.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    node: String,
    sequence: TableRef,
    /// Its last value on the node.
    last_value: Option<i64>,
    /// Where subscribers were told to be; in a rehearsal what they were told before.
    told: Option<i64>,
}

pub(super) async fn run(global: &Global, args: &SyncArgs) -> Result {
    let context = Context::load(global, "seq-sync")?;
    let fleet = context.connect().await?;
    let found = ask_nodes(&fleet, Client::sequence_states).await;
    let mut refusals = Vec::new();
    for name in args.sequences.iter().filter(|_| found.errors.is_empty()) {
        let mut called = found.items.iter().filter(|item| super::is_called(item, name)).peekable();
        if called.peek().is_none() {
            refusals.push(super::unknown(name, &found.items));
        } else if called.all(|item| item.sets.is_empty()) {
            refusals.push(
                AdminError::precondition(format!("sequence \"{name}\" is in no replication set"))
                    .hint("add it with spock.repset_add_seq()"),
            );
        }
    }
    if !refusals.is_empty() {
        return Err(Failure { exit: Exit::Precondition, errors: refusals });
    }
    let is_wanted = |item: &SequenceState| {
        !item.sets.is_empty()
            && (args.all || args.sequences.iter().any(|name| super::is_called(item, name)))
    };
    let answers = ask_nodes(&fleet, async |client: &Client| {
        let wanted = |states: Vec<SequenceState>| states.into_iter().filter(is_wanted);
        if !global.dry_run {
            for item in wanted(client.sequence_states().await?) {
                client.sync_sequence(&item.sequence).await?;
            }
        }
        let now = wanted(client.sequence_states().await?);
        Ok(now
            .map(|item| Item {
                node: item.node,
                sequence: item.sequence,
                last_value: item.last_value,
                told: item.told,
            })
            .collect())
    })
    .await;
    let exit =
        emit_of_nodes(global, &context, "spockctl/seq-sync/1", &answers, table(&answers.items))?;
    let done = if global.dry_run { "would tell" } else { "told" };
    ui::note(global, format!("{done} subscribers of {} sequences", answers.items.len()));
    Ok(exit)
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("NODE"),
    Column::new("SEQUENCE"),
    Column::number("LAST_VALUE"),
    Column::number("TOLD"),
];

fn table(items: &[Item]) -> Table {
    let mut table = Table::new(COLUMNS).named("seq", 1);
    for item in items {
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(item.sequence.to_string()),
            Cell::value(item.last_value, |value| value.to_string()),
            Cell::value(item.told, |value| value.to_string()),
        ]);
    }
    table
}
