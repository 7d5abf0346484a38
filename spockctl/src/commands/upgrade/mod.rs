//! `spockctl upgrade …`: another version of the extension, one node at a time.

mod plan;
mod run;
mod status;
mod verify;

use crate::cli::Global;
use crate::failure::Result;

/// Verbs of `upgrade`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum UpgradeCommand {
    /// Show which version each node runs, has in its database, and has installed
    ///
    /// STATE: current; restart (other files are installed than the server runs); update (library and extension are of
    /// different versions).
    Status,
    /// Check whether the nodes can be upgraded, and show the steps
    Plan(plan::PlanArgs),
    /// Upgrade one node after the other
    Run(run::RunArgs),
    /// Check that all nodes run one version and all streams bring what is written; ends with status 6 if not
    Verify,
}

pub(crate) async fn run(global: &Global, command: UpgradeCommand) -> Result {
    match command {
        UpgradeCommand::Status => status::run(global).await,
        UpgradeCommand::Plan(args) => plan::run(global, &args).await,
        UpgradeCommand::Run(args) => run::run(global, &args).await,
        UpgradeCommand::Verify => verify::run(global).await,
    }
}
