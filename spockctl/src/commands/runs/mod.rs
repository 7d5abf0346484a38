//! `spockctl runs …`: what commands of several steps did, by the journals of this machine.

mod list;
mod resume;
pub(crate) mod show;
pub(crate) mod unlock;

use spock_admin::journal::RunState;

use crate::cli::Global;
use crate::failure::Result;
use crate::output::{Cell, Tone};

/// Verbs of `runs`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum RunsCommand {
    /// Show the runs of this machine, the newest first
    List,
    /// Show one run: what was asked for, and how far each step has come
    Show(show::ShowArgs),
    /// Run the same command again, in the same directory and with the same variables of the environment
    ///
    /// What is done is skipped. A run whose arguments held a secret, or came by standard input, cannot be taken
    /// up from its journal: run the same command by hand.
    Resume(resume::ResumeArgs),
    /// Remove the operators' lock that a dead operator has left behind, on every node that can be reached
    ///
    /// A lock goes by itself when its lease ends. An operator that lives after all stops before its next step.
    Unlock,
}

pub(crate) async fn run(global: &Global, command: RunsCommand) -> Result {
    match command {
        RunsCommand::List => list::run(global),
        RunsCommand::Show(args) => show::run(global, &args),
        RunsCommand::Resume(args) => resume::run(global, &args),
        RunsCommand::Unlock => unlock::run(global).await,
    }
}

fn state(state: RunState) -> Cell {
    let tone = match state {
        RunState::Done => Tone::Good,
        RunState::Running => Tone::Plain,
        RunState::Interrupted | RunState::Failed => Tone::Bad,
        RunState::Refused | RunState::Cancelled => Tone::Warning,
    };
    Cell::toned(state.word(), tone)
}
