//! `spockctl slot …`: replication slots.

pub(crate) mod drop;
pub(crate) mod list;

use crate::cli::Global;
use crate::failure::Result;

/// Verbs of `slot`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum SlotCommand {
    /// Show each slot, how much log the server keeps for it, and who reads it
    ///
    /// STATE: used; waiting (its subscription does not read at the moment); copying (a table); own (of the node
    /// itself); foreign (read for no known subscription); orphan (every node was asked, and none reads it); unknown
    /// (a node that may read it could not be asked).
    List,
    /// Show slots that nobody will read any more; ends with status 6 when there are some
    Orphans,
    /// Drop a slot that nobody reads
    Drop(drop::DropArgs),
}

pub(crate) async fn run(global: &Global, command: SlotCommand) -> Result {
    match command {
        SlotCommand::List => list::run(global, false).await,
        SlotCommand::Orphans => list::run(global, true).await,
        SlotCommand::Drop(args) => drop::run(global, &args).await,
    }
}
