//! `spockctl cluster wait`.

use std::time::Instant;

use clap::ValueEnum;
use serde::Serialize;
use spock_admin::operations::answers::Answers;
use spock_admin::operations::wait::{Goal, wait};
use spock_admin::wait::Deadline;

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, age, emit_of_nodes};
use crate::ui;

/// Arguments of `cluster wait`.
#[derive(Debug, clap::Args)]
pub(crate) struct WaitArgs {
    /// What to wait for
    #[arg(long = "for", value_enum, value_name = "STATE", default_value = "replicating")]
    goal: GoalArg,
}

/// A node that has come where it was to be.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    /// The node.
    node: String,
    /// What was waited for.
    goal: Goal,
    /// How long, for all nodes together.
    waited_seconds: f64,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum GoalArg {
    /// The first copy of every subscription and table is done
    Synced,
    /// Every node has applied what the others had written when the wait began
    CaughtUp,
    /// Every enabled subscription streams
    Replicating,
}

pub(crate) async fn run(global: &Global, args: &WaitArgs) -> Result {
    let context = Context::load(global, "cluster-wait")?;
    let fleet = context.connect_all().await?;
    let (goal, word) = match args.goal {
        GoalArg::Synced => (Goal::Synced, "synced"),
        GoalArg::CaughtUp => (Goal::CaughtUp, "caught up"),
        GoalArg::Replicating => (Goal::Replicating, "replicating"),
    };
    let begun = Instant::now();
    let progress = ui::progress::reporter(global);
    wait(&fleet, goal, Deadline::after(global.timeout), progress.as_ref()).await?;
    drop(progress);
    ui::note(global, format!("all {} nodes are {word}", fleet.clients.len()));
    if global.output.is_for_people() {
        return Ok(Exit::Ok);
    }
    let waited_seconds = begun.elapsed().as_secs_f64();
    let items = fleet.clients.iter().map(|client| Item {
        node: client.node().to_owned(),
        goal,
        waited_seconds,
    });
    let answers =
        Answers { items: items.collect(), errors: Vec::new(), answered: fleet.clients.len() };
    let table = table(&answers.items, word);
    emit_of_nodes(global, &context, "spockctl/cluster-wait/1", &answers, table)
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] =
    &[Column::new("NODE"), Column::new("GOAL"), Column::number("WAITED")];

fn table(items: &[Item], word: &str) -> Table {
    let mut table = Table::new(COLUMNS).named("node", 0);
    for item in items {
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(word),
            Cell::value(Some(item.waited_seconds), age),
        ]);
    }
    table
}
