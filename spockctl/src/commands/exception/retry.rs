//! `spockctl exception retry`.

use spock_admin::client::{ExceptionFilter, FailedTransaction, RetriedChange};
use spock_admin::operations::Fleet;
use spock_admin::operations::answers::Answers;
use spock_admin::operations::exception::{self, TransactionId};

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, Tone, emit_of_nodes};
use crate::ui;

/// Arguments of `exception retry`.
#[derive(Debug, clap::Args)]
pub(crate) struct RetryArgs {
    /// The transactions, as `exception list` shows them
    #[arg(value_name = "ORIGIN/XID", required_unless_present = "all")]
    id: Vec<TransactionId>,

    /// All of which something waits, on the nodes of the command
    #[arg(long, conflicts_with = "id")]
    all: bool,
}

pub(super) async fn run(global: &Global, args: &RetryArgs) -> Result {
    let context = Context::load(global, "exception-retry")?;
    let fleet = context.connect().await?;
    let Answers { items: found, mut errors, answered } = find(global, &fleet, args).await?;
    if found.is_empty() && errors.is_empty() {
        ui::note(global, "nothing waits");
        return Ok(Exit::Ok);
    }
    if !global.dry_run && !found.is_empty() {
        ui::confirm::moderate(global, &question(&found))?;
    }
    let mut items = Vec::new();
    let mut failed = None;
    for transaction in &found {
        let client = fleet.client(&transaction.node)?;
        let retried = client
            .within(global.timeout, client.exception_retry(transaction, global.dry_run))
            .await;
        match retried {
            Ok(changes) => items.extend(changes),
            // The next transactions would be applied before this one: they may build on it.
            Err(error) => {
                failed = Some(Exit::from(error.kind));
                errors.push(error.context(format_args!(
                    "could not retry transaction {} on node \"{}\"",
                    transaction.id, transaction.node
                )));
                break;
            }
        }
    }
    let missing = items.iter().filter(|change| change.is_missing()).count() as i64;
    let answers = Answers { items, errors, answered };
    let exit = emit_of_nodes(
        global,
        &context,
        "spockctl/exception-retry/1",
        &answers,
        table(&answers.items),
    )?;
    if missing > 0 {
        let word = if global.dry_run { "would stay" } else { "left" };
        let missing = super::changes(missing);
        ui::note(global, format!("{missing} {word} pending; mend what the detail says"));
        return Ok(if global.dry_run { Exit::Unhealthy } else { Exit::Failed });
    }
    if global.dry_run {
        ui::note(global, "this was a rehearsal: nothing was changed");
    }
    Ok(failed.unwrap_or(exit))
}

/// What is retried, in the order in which it was committed.
async fn find(
    global: &Global,
    fleet: &Fleet,
    args: &RetryArgs,
) -> Result<Answers<FailedTransaction>> {
    let mut out = if args.all {
        exception::list(fleet, &ExceptionFilter { pending: true, ..Default::default() }).await
    } else {
        let mut out = Answers { items: Vec::new(), errors: Vec::new(), answered: 0 };
        for id in &args.id {
            let found = exception::find(fleet, id, true).await?;
            super::require_chosen(global, &found.items)?;
            out.items.extend(found.items);
            (out.errors, out.answered) = (found.errors, found.answered);
        }
        out
    };
    out.items.sort_by_key(|item| item.committed_at);
    out.items.dedup();
    Ok(out)
}

fn question(found: &[FailedTransaction]) -> String {
    let changes = super::changes(found.iter().map(|item| item.changes_pending).sum());
    match found {
        [one] => format!("Apply {changes} of transaction {} on node {}?", one.id, one.node),
        _ => format!("Apply {changes} of {} transactions?", found.len()),
    }
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("NODE"),
    Column::new("ID"),
    Column::number("CHANGE"),
    Column::new("OPERATION"),
    Column::new("TABLE"),
    Column::new("OUTCOME"),
    Column::new("DETAIL"),
];

fn table(items: &[RetriedChange]) -> Table {
    let mut table = Table::new(COLUMNS).named("exception", 1);
    for item in items {
        let tone = if item.is_missing() { Tone::Bad } else { Tone::Good };
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.id),
            Cell::value(Some(item.command), |n| n.to_string()),
            Cell::optional(item.operation.as_deref()),
            Cell::optional(item.table.as_deref()),
            Cell::toned(&item.outcome, tone),
            Cell::optional(item.detail.as_deref()),
        ]);
    }
    table
}
