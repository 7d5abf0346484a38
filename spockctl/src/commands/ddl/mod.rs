//! `spockctl ddl …`: statements that define objects.

pub(crate) mod history;
pub(crate) mod run;
pub(crate) mod status;
pub(crate) mod switch;

use crate::cli::Global;
use crate::failure::Result;

/// Verbs of `ddl`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum DdlCommand {
    /// Run a statement on one node for all, and wait until all have run it
    ///
    /// Runs it with spock.replicate_ddl() on the first node, or the one that --node names, waits until the others have
    /// come so far, and says for each node what became of it. Several statements are one transaction. It ends with 5
    /// when another node has not run it. After a crash the same command goes on, and does not run it twice.
    Run(Box<run::RunArgs>),
    /// Show how each node treats statements that define objects, and who has the DDL lock
    Status,
    /// Replicate statements that define objects by themselves, on every node
    ///
    /// Sets spock.enable_ddl_replication, spock.include_ddl_repset and spock.allow_ddl_from_functions to on in the
    /// configuration of each server, which reads it again.
    Enable,
    /// Stop replicating statements that define objects by themselves, on every node
    ///
    /// Sets to off what `ddl enable` sets to on.
    Disable,
    /// Show the statements that were replicated
    History(history::HistoryArgs),
}

pub(crate) async fn run(global: &Global, command: DdlCommand) -> Result {
    match command {
        DdlCommand::Run(args) => run::run(global, &args).await,
        DdlCommand::Enable => switch::enable(global).await,
        DdlCommand::Disable => switch::disable(global).await,
        DdlCommand::Status => status::run(global).await,
        DdlCommand::History(args) => history::run(global, &args).await,
    }
}
