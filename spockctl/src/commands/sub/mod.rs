//! `spockctl sub …`: subscriptions.

pub(crate) mod alter;
pub(crate) mod copy;
pub(crate) mod create;
mod find;
pub(crate) mod lag;
pub(crate) mod show;
pub(crate) mod skip;
pub(crate) mod stats;
pub(crate) mod status;
pub(crate) mod switch;
pub(crate) mod tables;
pub(crate) mod wait;

use crate::cli::Global;
use crate::failure::Result;
use crate::ui;

/// Verbs of `sub`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum SubCommand {
    /// Show how each subscription stands, and why
    #[command(visible_alias = "list")]
    Status(status::StatusArgs),
    /// Show everything about one subscription: options, tables, and what failed
    Show(show::ShowArgs),
    /// Show how far the copy of each table has come
    Tables(tables::TablesArgs),
    /// Show how far each subscription is behind
    Lag(lag::LagArgs),
    /// Show what each subscription has applied, and its conflicts
    Stats(stats::StatsArgs),
    /// Subscribe to another node
    #[command(after_long_help = create::EXAMPLES)]
    Create(create::CreateArgs),
    /// Change options of a subscription
    Alter(alter::AlterArgs),
    /// Reach the provider of a subscription by another of its interfaces
    AlterInterface(alter::AlterInterfaceArgs),
    /// Subscribe to one more replication set
    AddRepset(alter::RepsetArgs),
    /// Subscribe to a replication set no longer
    RemoveRepset(alter::RepsetArgs),
    /// Copy the tables that were never copied
    Sync(copy::SyncArgs),
    /// Copy tables again, and wait until that is done
    ResyncTable(copy::ResyncArgs),
    /// Wait until copies are done, or changes have come
    #[command(after_long_help = wait::EXAMPLES)]
    Wait(wait::WaitArgs),
    /// Leave out the transaction with this commit record
    SkipLsn(skip::SkipLsnArgs),
    /// Leave out the one transaction that a subscription stands at, and start it again
    ///
    /// That is the transaction before which spock.exception_behaviour = sub_disable has disabled it. Its changes are
    /// shown first; they count as left out afterwards, and can be applied later: `spockctl exception retry`.
    Skip(skip::SkipArgs),
    /// Start a subscription
    Enable(switch::EnableArgs),
    /// Stop a subscription
    Disable(switch::DisableArgs),
    /// Drop a subscription, with its slot and origin
    Drop(switch::DropArgs),
    /// Show how each subscription stands, and why
    #[command(hide = true)]
    ShowStatus(status::StatusArgs),
    /// Show how far the copy of each table has come
    #[command(hide = true)]
    ShowTable(tables::TablesArgs),
    /// Wait until copies are done
    #[command(hide = true)]
    WaitForSync(wait::WaitArgs),
}

pub(crate) async fn run(global: &Global, command: SubCommand) -> Result {
    match command {
        SubCommand::Status(args) => status::run(global, &args).await,
        SubCommand::Show(args) => show::run(global, &args).await,
        SubCommand::Tables(args) => tables::run(global, &args).await,
        SubCommand::Lag(args) => lag::run(global, &args).await,
        SubCommand::Stats(args) => stats::run(global, &args).await,
        SubCommand::Create(args) => create::run(global, &args).await,
        SubCommand::Alter(args) => alter::alter(global, &args).await,
        SubCommand::AlterInterface(args) => alter::alter_interface(global, &args).await,
        SubCommand::AddRepset(args) => alter::change_repset(global, &args, true).await,
        SubCommand::RemoveRepset(args) => alter::change_repset(global, &args, false).await,
        SubCommand::Sync(args) => copy::sync(global, &args).await,
        SubCommand::ResyncTable(args) => copy::resync_table(global, &args).await,
        SubCommand::Wait(args) => wait::run(global, &args).await,
        SubCommand::SkipLsn(args) => skip::skip_lsn(global, &args).await,
        SubCommand::Skip(args) => skip::skip(global, &args).await,
        SubCommand::Enable(args) => switch::enable(global, &args).await,
        SubCommand::Disable(args) => switch::disable(global, &args).await,
        SubCommand::Drop(args) => switch::drop(global, &args).await,
        SubCommand::ShowStatus(args) => {
            ui::renamed("sub show-status", "sub status");
            status::run(global, &args).await
        }
        SubCommand::ShowTable(args) => {
            ui::renamed("sub show-table", "sub tables");
            tables::run(global, &args).await
        }
        SubCommand::WaitForSync(args) => {
            ui::renamed("sub wait-for-sync", "sub wait");
            wait::run(global, &args).await
        }
    }
}
