//! `spockctl ddl …`: statements that define objects.

pub(crate) mod history;
pub(crate) mod run;
pub(crate) mod status;

use crate::cli::Global;
use crate::failure::Result;

/// Verbs of `ddl`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum DdlCommand {
    /// Run a statement on one node for all, and wait until all have run it
    ///
    /// Runs it with spock.replicate_ddl() on the first node, or the one that --node names. Ends with status 6
    /// when another node could not run it.
    Run(run::RunArgs),
    /// Show how each node treats statements that define objects, and who has the DDL lock
    Status,
    /// Show the statements that were replicated
    History(history::HistoryArgs),
}

pub(crate) async fn run(global: &Global, command: DdlCommand) -> Result {
    match command {
        DdlCommand::Run(args) => run::run(global, &args).await,
        DdlCommand::Status => status::run(global).await,
        DdlCommand::History(args) => history::run(global, &args).await,
    }
}
