//! `spockctl exception show`.

use serde_json::Value;
use spock_admin::operations::answers::Answers;
use spock_admin::operations::exception::{self, TransactionId, WithChanges};

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, Tone, emit_of_nodes};
use crate::ui;

/// Arguments of `exception show`.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowArgs {
    /// The transaction, as `exception list` shows it
    #[arg(value_name = "ORIGIN/XID")]
    id: TransactionId,
}

pub(super) async fn run(global: &Global, args: &ShowArgs) -> Result {
    let context = Context::load(global, "exception-show")?;
    let fleet = context.connect().await?;
    let Answers { items, errors, answered } = exception::find(&fleet, &args.id, false).await?;
    let items = exception::with_changes(&fleet, items).await?;
    let answers = Answers { items, errors, answered };
    let exit = emit_of_nodes(
        global,
        &context,
        "spockctl/exception-show/1",
        &answers,
        table(&answers.items),
    )?;
    if global.output.is_for_people() {
        answers.items.iter().for_each(|item| tell(global, item));
    }
    Ok(exit)
}

/// What stands beside the changes.
fn tell(global: &Global, item: &WithChanges) {
    let of = &item.transaction;
    let reason = of.reason.as_deref().unwrap_or("the reason is not known");
    ui::note(
        global,
        format!(
            "node {}: transaction {} of {}, committed at {}, failed at {}: {reason}",
            of.node, of.xid, of.origin, of.committed_at, of.failed_at
        ),
    );
    match of.status.as_str() {
        "pending" => ui::hint(
            global,
            format!(
                "mend the cause on {node}, then rehearse with `spockctl exception retry {id} --node {node} --dry-run`",
                id = of.id,
                node = of.node
            ),
        ),
        "held back" => ui::hint(
            global,
            format!(
                "subscription {} was disabled before it: mend the cause on {}, then enable it",
                of.subscription.as_deref().unwrap_or("?"),
                of.node
            ),
        ),
        _ => {}
    }
}

fn table(items: &[WithChanges]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::number("CHANGE"),
        Column::new("OPERATION"),
        Column::new("TABLE"),
        Column::new("STATUS"),
        Column::new("OLD").droppable(),
        Column::new("NEW").droppable(),
        Column::new("LOCAL").droppable(),
        Column::new("MESSAGE"),
        Column::new("OUTCOME").wide(),
        Column::new("STATEMENT").wide(),
        Column::new("ROLE").wide(),
    ])
    .named("change", 1);
    for item in items {
        for change in &item.changes {
            let tone = match change.status.as_str() {
                "pending" => Tone::Bad,
                "held back" => Tone::Warning,
                _ => Tone::Good,
            };
            let row = |row: &Option<Value>| Cell::value(row.as_ref(), Value::to_string);
            table.row(vec![
                Cell::text(&item.transaction.node),
                Cell::value(Some(change.command), |n| n.to_string()),
                Cell::optional(change.operation.as_deref()),
                Cell::optional(change.table.as_deref()),
                Cell::toned(&change.status, tone),
                row(&change.old_row),
                row(&change.new_row),
                row(&change.local_row),
                Cell::text(&change.message),
                Cell::optional(change.outcome.as_deref()),
                Cell::optional(change.statement.as_deref()),
                Cell::optional(change.statement_role.as_deref()),
            ]);
        }
    }
    table
}
