//! `spockctl slot …`: replication slots.

mod advance;
pub(crate) mod drop;
pub(crate) mod failover;
pub(crate) mod list;

use spock_admin::error::AdminError;
use spock_admin::operations::Fleet;
use spock_admin::operations::slot::{self, SlotState};

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};

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
    /// Move a slot forward: its reader will not get what lies before
    ///
    /// Refused while it is read, back behind what was confirmed, and beyond the end of the log.
    Advance(advance::AdvanceArgs),
    /// Have standbys keep the slots of subscribers, from PostgreSQL 17 on
    EnableFailover,
    /// Drop a slot that nobody reads
    Drop(drop::DropArgs),
}

pub(crate) async fn run(global: &Global, command: SlotCommand) -> Result {
    match command {
        SlotCommand::List => list::run(global, false).await,
        SlotCommand::Orphans => list::run(global, true).await,
        SlotCommand::Advance(args) => advance::run(global, &args).await,
        SlotCommand::EnableFailover => failover::run(global).await,
        SlotCommand::Drop(args) => drop::run(global, &args).await,
    }
}

/// The one slot of this name on the nodes of the command.
pub(crate) async fn find(fleet: &Fleet, context: &Context, name: &str) -> Result<SlotState> {
    let answers = slot::list(fleet, context.names()).await;
    let mut found: Vec<SlotState> =
        answers.items.into_iter().filter(|item| item.slot.name == name).collect();
    match found.len() {
        1 => Ok(found.remove(0)),
        0 if !answers.errors.is_empty() => {
            Err(Failure { exit: Exit::Partial, errors: answers.errors })
        }
        0 => Err(AdminError::precondition(format!("slot \"{name}\" does not exist"))
            .hint("see what there is with `spockctl slot list`")
            .into()),
        _ => {
            let nodes: Vec<&str> = found.iter().map(|item| item.node.as_str()).collect();
            let nodes = nodes.join(", ");
            Err(Failure::usage(format!(
                "slot \"{name}\" exists on nodes {nodes}, choose one with --node"
            )))
        }
    }
}
