//! `spockctl exception …`: transactions that could not be applied.

pub(crate) mod list;
pub(crate) mod resolve;
pub(crate) mod retry;
pub(crate) mod show;

use spock_admin::client::FailedTransaction;

use crate::cli::Global;
use crate::failure::{Failure, Result};

/// Verbs of `exception`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ExceptionCommand {
    /// Show which transactions could not be applied, on which node, and why
    List(list::ListArgs),
    /// Show a transaction with each of its changes, the rows and what became of them
    Show(show::ShowArgs),
    /// Apply what was left out, once its cause is mended
    ///
    /// Rows that were written later keep what they have. With --dry-run everything is done and taken back: what
    /// it says is what would happen. Ends with status 1, or 6 with --dry-run, when changes are still missing.
    Retry(retry::RetryArgs),
    /// Say that what was left out was dealt with in another way
    Resolve(resolve::ResolveArgs),
}

pub(crate) async fn run(global: &Global, command: ExceptionCommand) -> Result {
    match command {
        ExceptionCommand::List(args) => list::run(global, &args).await,
        ExceptionCommand::Show(args) => show::run(global, &args).await,
        ExceptionCommand::Retry(args) => retry::run(global, &args).await,
        ExceptionCommand::Resolve(args) => resolve::run(global, &args).await,
    }
}

/// `1 change`, `2 changes`.
fn changes(count: i64) -> String {
    let word = if count == 1 { "change" } else { "changes" };
    format!("{count} {word}")
}

/// A transaction is dealt with on one node, unless --node says which ones.
fn require_chosen(global: &Global, found: &[FailedTransaction]) -> Result<()> {
    let mut nodes: Vec<&str> = found.iter().map(|item| item.node.as_str()).collect();
    nodes.sort_unstable();
    nodes.dedup();
    match found.first() {
        Some(first) if nodes.len() > 1 && global.node.is_empty() => Err(Failure::usage(format!(
            "transaction {} was left out on nodes {}, choose with --node",
            first.id,
            nodes.join(", ")
        ))),
        _ => Ok(()),
    }
}
