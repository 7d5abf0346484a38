//! `spockctl table …`: the rows of tables on all nodes.

pub(crate) mod diff;
pub(crate) mod repair;

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
    /// Make rows that differ equal on all nodes
    ///
    /// Each row is changed only where it is still what the comparison found, on the node that it is taken from
    /// and on the one that it is written to; the changes of a node are one transaction, which stays there.
    /// Rows keep their versions. Ends with status 6 when rows were skipped, or differ all the same.
    Repair(repair::RepairArgs),
}

pub(crate) async fn run(global: &Global, command: TableCommand) -> Result {
    match command {
        TableCommand::Diff(args) => diff::run(global, &args).await,
        TableCommand::Repair(args) => Box::pin(repair::run(global, &args)).await,
    }
}
