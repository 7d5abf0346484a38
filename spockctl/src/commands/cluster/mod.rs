//! `spockctl cluster …`: everything about all nodes together.

pub(crate) mod apply;
pub(crate) mod arch;
pub(crate) mod barrier;
mod clock;
mod connectivity;
pub(crate) mod destroy;
pub(crate) mod diff;
pub(crate) mod export;
pub(crate) mod init;
pub(crate) mod pause;
pub(crate) mod readonly;
pub(crate) mod status;
pub(crate) mod topology;
pub(crate) mod verify;
pub(crate) mod wait;

use crate::cli::Global;
use crate::failure::Result;

/// Verbs of `cluster`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ClusterCommand {
    /// Make the nodes of a running cluster what its definition says
    ///
    /// Does what `cluster diff` shows: addresses, what is said of nodes, replication sets and what is in them, subscriptions
    /// and their options. What is there and the definition does not name stays, unless --prune is given. What only a
    /// person can mend is told; then the command ends with status 6. Rows are never copied: the plan says where some could
    /// be missing. Run it again after a failure: what is done is skipped.
    #[command(after_long_help = apply::EXAMPLES)]
    Apply(apply::ApplyArgs),
    /// Show in what the nodes are not as the definition says; ends with status 6 when there is something
    ///
    /// Lines with + are what the definition says, lines with - are what is there. Passwords are not compared. In the
    /// built-in replication sets only what the definition names is compared.
    Diff,
    /// Write the definition of a cluster that runs
    ///
    /// Asks the nodes that are given (one is enough) and those that they know. Passwords are left out.
    #[command(after_long_help = export::EXAMPLES)]
    Export(export::ExportArgs),
    /// Make prepared servers a cluster
    ///
    /// The other nodes copy structure and data from the seed. The seed may be written to meanwhile;
    /// do not write to the other nodes before the command is done. Run it again after a failure: what
    /// is done is skipped.
    Init(init::InitArgs),
    /// Take a cluster apart: its databases are no nodes afterwards, and keep their tables and rows
    ///
    /// Subscriptions, slots, origins, replication sets, and nodes are dropped. Nodes that cannot be reached are named, and
    /// the command ends with status 5: run it again for the rest.
    Destroy(destroy::DestroyArgs),
    /// Show how the nodes stand
    Status(status::StatusArgs),
    /// Show who subscribes to whom
    ///
    /// As a tree where the matrix is wider than the terminal.
    Topology(topology::TopologyArgs),
    /// Wait for a state of the whole cluster
    ///
    /// Ends with status 7 when the limit (--timeout) runs out, and tells the state.
    Wait(wait::WaitArgs),
    /// Mark the log of every node, and show which of the others have applied the mark
    ///
    /// With --wait it waits until all have. Ends with status 7 when the limit (--timeout) runs out, and tells who is
    /// behind; with 8 when a subscription is disabled, by which nothing will come.
    Barrier(barrier::BarrierArgs),
    /// Keep users from writing, on every node
    ///
    /// Sets spock.readonly in the configuration of each server, which reads it again. Statements that run are not waited
    /// for, and superusers may write all the same.
    Readonly(readonly::ReadonlyArgs),
    /// Stop all streams between the nodes
    ///
    /// Disables every enabled subscription, and waits until their workers have ended. The providers keep their logs
    /// meanwhile. Each subscriber remembers what was stopped: anybody can resume, from any machine.
    Pause,
    /// Start the streams again that `cluster pause` has stopped, and no others
    Resume,
    /// Check the servers' settings, or prove that all nodes have the same rows
    ///
    /// With --data, every node computes an order-independent checksum of each replicated table, in one
    /// snapshot and after the streams have drained. Ends with status 6 when something is wrong or
    /// differs.
    Verify(verify::VerifyArgs),
}

pub(crate) async fn run(global: &Global, command: ClusterCommand) -> Result {
    match command {
        ClusterCommand::Apply(args) => apply::run(global, &args).await,
        ClusterCommand::Diff => diff::run(global).await,
        ClusterCommand::Export(args) => export::run(global, &args).await,
        ClusterCommand::Init(args) => init::run(global, &args).await,
        ClusterCommand::Destroy(args) => destroy::run(global, &args).await,
        ClusterCommand::Status(args) => status::run(global, &args).await,
        ClusterCommand::Topology(args) => topology::run(global, &args).await,
        ClusterCommand::Wait(args) => wait::run(global, &args).await,
        ClusterCommand::Barrier(args) => barrier::run(global, &args).await,
        ClusterCommand::Readonly(args) => readonly::run(global, &args).await,
        ClusterCommand::Pause => pause::pause(global).await,
        ClusterCommand::Resume => pause::resume(global).await,
        ClusterCommand::Verify(args) => verify::run(global, &args).await,
    }
}
