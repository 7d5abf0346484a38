//! `spockctl conflict …`: versions of rows that met.

pub(crate) mod explain;
pub(crate) mod list;
pub(crate) mod purge;
pub(crate) mod replay;
pub(crate) mod show;
mod stats;

use spock_admin::client::Conflict;
use spock_admin::operations::Fleet;
use spock_admin::operations::conflict::{self, ConflictId};

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;

/// Verbs of `conflict`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ConflictCommand {
    /// Show the conflicts that the nodes have recorded
    ///
    /// A node records what it did not apply, and everything where spock.save_resolutions is on.
    List(list::ListArgs),
    /// Show the two rows of a conflict and the row afterwards, column by column
    Show(IdArgs),
    /// Say in words why one of the two versions won
    Explain(IdArgs),
    /// Count the conflicts of each node, by type or by table
    Stats(stats::StatsArgs),
    /// Remove old conflicts from the history of every node
    ///
    /// spock.resolutions_retention_days does so by itself.
    Purge(purge::PurgeArgs),
    /// Show what another policy, or a function, would have made of a conflict; nothing is written
    Replay(replay::ReplayArgs),
}

/// Arguments of `conflict show` and `conflict explain`.
#[derive(Debug, clap::Args)]
pub(crate) struct IdArgs {
    /// The conflict, as `conflict list` shows it
    #[arg(value_name = "NODE/NUMBER")]
    id: ConflictId,
}

pub(crate) async fn run(global: &Global, command: ConflictCommand) -> Result {
    match command {
        ConflictCommand::List(args) => list::run(global, &args).await,
        ConflictCommand::Show(args) => show::run(global, &args).await,
        ConflictCommand::Explain(args) => explain::run(global, &args).await,
        ConflictCommand::Stats(args) => stats::run(global, &args).await,
        ConflictCommand::Purge(args) => purge::run(global, &args).await,
        ConflictCommand::Replay(args) => replay::run(global, &args).await,
    }
}

/// The conflict, from the node that recorded it; no other one is asked.
async fn find(context: &Context, id: &ConflictId) -> Result<(Fleet, Conflict)> {
    let fleet = context.connect_to(&id.node).await?;
    let found = conflict::find(&fleet, id).await?;
    Ok((fleet, found))
}
