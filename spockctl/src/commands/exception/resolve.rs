//! `spockctl exception resolve`.

use spock_admin::operations::exception::{self, TransactionId};

use crate::cli::Global;
use crate::commands::change::{Changes, Verb};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::ui;

const MARK: Verb = Verb("mark", "marked");

/// Arguments of `exception resolve`.
#[derive(Debug, clap::Args)]
pub(crate) struct ResolveArgs {
    /// The transaction, as `exception list` shows it
    #[arg(value_name = "ORIGIN/XID")]
    id: TransactionId,

    /// What was done about it
    #[arg(long, value_name = "TEXT")]
    note: String,
}

pub(super) async fn run(global: &Global, args: &ResolveArgs) -> Result {
    if args.note.trim().is_empty() {
        return Err(Failure::usage("the note says nothing"));
    }
    let context = Context::load(global, "exception-resolve")?;
    let fleet = context.connect().await?;
    let found = exception::find(&fleet, &args.id, true).await?;
    super::require_chosen(global, &found.items)?;
    let mut changes = Changes::new(global, &context);
    for item in &found.items {
        let node = &item.node;
        let pending = super::changes(item.changes_pending);
        let what = format!("{pending} of transaction {} as resolved", item.id);
        let object = format!("exception/{}", item.id);
        if global.dry_run {
            changes.planned(MARK, node, object, &what);
            continue;
        }
        let question = format!("Mark {what} on node {node}, without applying them?");
        ui::confirm::moderate(global, &question)?;
        fleet.client(node)?.exception_resolve(item, &args.note).await?;
        changes.done(MARK, node, object, &what);
    }
    let exit = changes.emit()?;
    match found.errors {
        errors if errors.is_empty() => Ok(exit),
        errors if found.items.is_empty() => Err(Failure { exit: Exit::Connect, errors }),
        errors => Err(Failure { exit: Exit::Partial, errors }),
    }
}
