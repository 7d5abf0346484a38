//! `spockctl cluster …`: everything about all nodes together.

pub(crate) mod init;
pub(crate) mod status;
pub(crate) mod topology;
pub(crate) mod verify;
pub(crate) mod wait;

use crate::cli::Global;
use crate::failure::Result;

/// Verbs of `cluster`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ClusterCommand {
    /// Make prepared servers a cluster
    Init(init::InitArgs),
    /// Show how the nodes stand
    Status(status::StatusArgs),
    /// Show who subscribes to whom
    Topology,
    /// Wait for a state of the whole cluster
    Wait(wait::WaitArgs),
    /// Check the servers' settings, or prove that all nodes have the same rows
    Verify(verify::VerifyArgs),
}

pub(crate) async fn run(global: &Global, command: ClusterCommand) -> Result {
    match command {
        ClusterCommand::Init(args) => init::run(global, &args).await,
        ClusterCommand::Status(args) => status::run(global, &args).await,
        ClusterCommand::Topology => topology::run(global).await,
        ClusterCommand::Wait(args) => wait::run(global, &args).await,
        ClusterCommand::Verify(args) => verify::run(global, &args).await,
    }
}
