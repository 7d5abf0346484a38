//! `spockctl sub …`: subscriptions.

pub(crate) mod status;
pub(crate) mod switch;
pub(crate) mod tables;

use crate::cli::Global;
use crate::failure::Result;

/// Verbs of `sub`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum SubCommand {
    /// Show how each subscription stands, and why
    #[command(visible_alias = "list", alias = "show-status")]
    Status(status::StatusArgs),
    /// Show how far the copy of each table has come
    #[command(alias = "show-table")]
    Tables(tables::TablesArgs),
    /// Start a subscription
    Enable(switch::SwitchArgs),
    /// Stop a subscription
    Disable(switch::SwitchArgs),
    /// Drop a subscription, with its slot and origin
    Drop(switch::DropArgs),
}

pub(crate) async fn run(global: &Global, command: SubCommand) -> Result {
    match command {
        SubCommand::Status(args) => status::run(global, &args).await,
        SubCommand::Tables(args) => tables::run(global, &args).await,
        SubCommand::Enable(args) => switch::enable(global, &args).await,
        SubCommand::Disable(args) => switch::disable(global, &args).await,
        SubCommand::Drop(args) => switch::drop(global, &args).await,
    }
}
