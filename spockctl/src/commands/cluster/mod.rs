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
    ///
    /// The other nodes copy structure and data from the seed. The seed may be written to meanwhile;
    /// do not write to the other nodes before the command is done. Run it again after a failure: what
    /// is done is skipped.
    Init(init::InitArgs),
    /// Show how the nodes stand
    Status(status::StatusArgs),
    /// Show who subscribes to whom
    Topology,
    /// Wait for a state of the whole cluster
    ///
    /// Ends with status 7 when the limit (--timeout) runs out, and tells the state.
    Wait(wait::WaitArgs),
    /// Check the servers' settings, or prove that all nodes have the same rows
    ///
    /// With --data, every node computes an order-independent checksum of each replicated table, in one
    /// snapshot and after the streams have drained. Ends with status 6 when something is wrong or
    /// differs.
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
