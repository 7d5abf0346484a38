//! `spockctl table …`: the rows of tables on all nodes.

pub(crate) mod diff;

use crate::cli::Global;
use crate::failure::Result;

/// Verbs of `table`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum TableCommand {
    /// Show which rows differ between the nodes, while clients write
    ///
    /// Every node hashes the table range by range; where hashes differ the rows are looked at, and again
    /// after the streams have brought what was under way. A row is reported only when nothing that is
    /// under way can make it equal. Ends with status 6 when rows differ.
    Diff(diff::DiffArgs),
}

pub(crate) async fn run(global: &Global, command: TableCommand) -> Result {
    match command {
        TableCommand::Diff(args) => diff::run(global, &args).await,
    }
}
