//! `spockctl node …`: nodes.

pub(crate) mod define;
pub(crate) mod guc;
pub(crate) mod interface;
pub(crate) mod list;
pub(crate) mod ping;
pub(crate) mod readonly;
pub(crate) mod show;
pub(crate) mod version;

use std::sync::Arc;

use spock_admin::client::Client;
use spock_admin::error::AdminError;

use crate::cli::Global;
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::ui;

/// Verbs of `node`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum NodeCommand {
    /// Show what each node is and which other nodes it knows
    List,
    /// Show everything about one node: server, registration, interfaces, sets
    Show(show::ShowArgs),
    /// Make a database a node
    ///
    /// The connection string for the other nodes is tried from here: when it leads to another server or database than
    /// that of the node, nothing is made.
    #[command(after_long_help = define::EXAMPLES)]
    Create(define::CreateArgs),
    /// Change where a node stands and what is said of it
    Alter(define::AlterArgs),
    /// Make a database a node no longer, or have another node forget it
    Drop(define::DropArgs),
    /// Show the ways to reach nodes that each node knows
    Interfaces,
    /// Add a way to reach a node
    AddInterface(interface::AddArgs),
    /// Drop a way to reach a node
    DropInterface(interface::DropArgs),
    /// Look at and change settings of the servers
    #[command(subcommand)]
    Guc(guc::GucCommand),
    /// Keep users from writing on one node, or let them
    Readonly(readonly::ReadonlyArgs),
    /// Show which nodes are reached, and how fast
    Ping(ping::PingArgs),
    /// Show the versions of servers and extension
    Version,
    /// Show the versions of servers and extension
    #[command(hide = true)]
    SpockVersion,
    /// Show the versions of servers and extension
    #[command(hide = true)]
    PgVersion,
    /// Show settings of the servers
    #[command(hide = true)]
    Gucs(guc::ListArgs),
}

pub(crate) async fn run(global: &Global, command: NodeCommand) -> Result {
    match command {
        NodeCommand::List => list::run(global).await,
        NodeCommand::Show(args) => show::run(global, &args).await,
        NodeCommand::Create(args) => define::create(global, &args).await,
        NodeCommand::Alter(args) => define::alter(global, &args).await,
        NodeCommand::Drop(args) => define::drop(global, &args).await,
        NodeCommand::Interfaces => interface::list(global).await,
        NodeCommand::AddInterface(args) => interface::add(global, &args).await,
        NodeCommand::DropInterface(args) => interface::drop(global, &args).await,
        NodeCommand::Guc(command) => guc::run(global, command).await,
        NodeCommand::Readonly(args) => readonly::run(global, &args).await,
        NodeCommand::Ping(args) => ping::run(global, &args).await,
        NodeCommand::Version => version::run(global).await,
        NodeCommand::SpockVersion => {
            ui::renamed("node spock-version", "node version");
            version::run(global).await
        }
        NodeCommand::PgVersion => {
            ui::renamed("node pg-version", "node version");
            version::run(global).await
        }
        NodeCommand::Gucs(args) => {
            ui::renamed("node gucs", "node guc list");
            guc::list(global, &args).await
        }
    }
}

/// What a node is called in the results of commands that change it.
fn object(name: &str) -> String {
    format!("node/{name}")
}

/// Says what could not be done.
fn could_not(what: impl std::fmt::Display, error: AdminError) -> Failure {
    let node = error.node.as_ref().map(|node| format!(" on node \"{node}\"")).unwrap_or_default();
    error.about_state().context(format_args!("could not {what}{node}")).into()
}

/// The server that a command about this node changes: that of --node, else the node's own.
async fn server_of(context: &Context, name: &str) -> Result<Arc<Client>> {
    let is_known = context.cluster.nodes.iter().any(|node| node.name == name);
    let server = match context.names() {
        [] if is_known => name.to_owned(),
        _ => context.one_node()?.name.clone(),
    };
    Ok(context.connect_to(&server).await?.client(&server)?)
}
