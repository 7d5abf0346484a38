//! `spockctl cluster wait`.

use clap::ValueEnum;
use spock_admin::operations::wait::{Goal, wait};
use spock_admin::wait::Deadline;

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::ui;

/// Arguments of `cluster wait`.
#[derive(Debug, clap::Args)]
pub(crate) struct WaitArgs {
    /// What to wait for
    #[arg(long = "for", value_enum, value_name = "STATE", default_value = "replicating")]
    goal: GoalArg,
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
    let progress = ui::progress::reporter(global);
    wait(&fleet, goal, Deadline::after(global.timeout), progress.as_ref()).await?;
    drop(progress);
    ui::note(global, format!("all {} nodes are {word}", fleet.clients.len()));
    Ok(Exit::Ok)
}
