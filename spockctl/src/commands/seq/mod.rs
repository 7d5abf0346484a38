//! `spockctl seq …`: sequences.

mod list;
pub(crate) mod sync;

use spock_admin::client::SequenceState;

use crate::cli::Global;
use crate::failure::Result;

/// Verbs of `seq`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum SeqCommand {
    /// Show the sequences of each node, where they stand, and what subscribers were told
    List(list::ListArgs),
    /// Show one sequence on all nodes
    Show(list::ShowArgs),
    /// Tell the subscribers of the sequences' sets where to be
    ///
    /// Each node tells where its own sequence stands; nobody's is set back.
    Sync(sync::SyncArgs),
}

pub(crate) async fn run(global: &Global, command: SeqCommand) -> Result {
    match command {
        SeqCommand::List(args) => list::run(global, &args).await,
        SeqCommand::Show(args) => list::show(global, &args).await,
        SeqCommand::Sync(args) => sync::run(global, &args).await,
    }
}

/// Whether a sequence is called so; without a schema it is one of `public`.
fn is_called(item: &SequenceState, name: &str) -> bool {
    let full = item.sequence.to_string();
    full == name || full == format!("public.{name}")
}

/// No sequence of this name on the nodes of the command.
fn unknown(name: &str, items: &[SequenceState]) -> spock_admin::error::AdminError {
    let error =
        spock_admin::error::AdminError::precondition(format!("sequence \"{name}\" does not exist"));
    let known: Vec<String> = items.iter().map(|item| item.sequence.to_string()).collect();
    let full = if name.contains('.') { name.to_owned() } else { format!("public.{name}") };
    match spock_admin::did_you_mean(&full, known.iter().map(String::as_str)) {
        Some(known) => error.hint(format!("did you mean \"{known}\"?")),
        None => error.hint("see what there is with `spockctl seq list`"),
    }
}
