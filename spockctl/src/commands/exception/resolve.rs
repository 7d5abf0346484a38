//! `spockctl exception resolve`.

use spock_admin::operations::exception::{self, TransactionId};

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::ui;

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
    for item in &found.items {
        let what = format!(
            "{} of transaction {} on node {} as resolved",
            super::changes(item.changes_pending),
            item.id,
            item.node
        );
        if global.dry_run {
            ui::note(global, format!("would mark {what}"));
            continue;
        }
        ui::confirm::moderate(global, &format!("Mark {what}, without applying them?"))?;
        fleet.client(&item.node)?.exception_resolve(item, &args.note).await?;
        ui::note(global, format!("marked {what}"));
    }
    match found.errors {
        errors if errors.is_empty() => Ok(Exit::Ok),
        errors if found.items.is_empty() => Err(Failure { exit: Exit::Connect, errors }),
        errors => Err(Failure { exit: Exit::Partial, errors }),
    }
}
