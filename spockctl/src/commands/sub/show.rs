//! `spockctl sub show`.

use serde::Serialize;
use spock_admin::client::{FailedTransaction, SubscriptionOptions, TableSync};
use spock_admin::operations::Fleet;
use spock_admin::operations::answers::Answers;
use spock_admin::operations::status::{SubStatus, shown};
use spock_admin::operations::subscription::skip::exceptions_of;

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, Tone, age, bytes, emit_of_nodes};
use crate::watch;

/// Exceptions that are shown.
const EXCEPTIONS: usize = 5;

/// Arguments of `sub show`.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowArgs {
    /// The subscription
    name: String,
}

/// Everything about one subscription.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    #[serde(flatten)]
    status: SubStatus,
    options: SubscriptionOptions,
    /// Tables with a copy, and how far it has come.
    tables: Vec<TableSync>,
    /// The last transactions that could not be applied.
    exceptions: Vec<FailedTransaction>,
}

pub(super) async fn run(global: &Global, args: &ShowArgs) -> Result {
    let context = Context::load(global, "sub-show")?;
    watch::run(global, "sub show", || show(global, &context, args)).await
}

async fn show(global: &Global, context: &Context, args: &ShowArgs) -> Result {
    let fleet = context.connect().await?;
    let item = look(&fleet, &args.name).await?;
    let table = table(&item);
    // Which of the other nodes answer does not matter once it is found.
    let answers = Answers { items: vec![item], errors: Vec::new(), answered: 1 };
    emit_of_nodes(global, context, "spockctl/sub-show/1", &answers, table)
}

async fn look(fleet: &Fleet, name: &str) -> Result<Item> {
    let (client, sub) = super::find::find(fleet, name).await?;
    let mut exceptions = exceptions_of(&client, name).await?;
    exceptions.truncate(EXCEPTIONS);
    Ok(Item {
        options: client.subscription_options(sub.id).await?,
        tables: client.table_states(sub.id).await?,
        exceptions,
        status: shown(client.node(), sub),
    })
}

fn table(item: &Item) -> Table {
    let mut table = Table::new(vec![Column::new("WHAT"), Column::new("VALUE")]).named("sub", 1);
    let list =
        |items: &[String]| Cell::optional((!items.is_empty()).then(|| items.join(",")).as_deref());
    let (status, options) = (&item.status, &item.options);
    let tone = if status.is_healthy() { Tone::Good } else { Tone::Warning };
    let rows = [
        ("name", Cell::text(&status.name)),
        ("node", Cell::text(&status.node)),
        ("provider", Cell::text(&status.provider)),
        ("status", Cell::toned(&status.status, tone)),
        ("reason", Cell::optional(status.reason.as_deref())),
        ("lag", Cell::value(status.lag_seconds, age)),
        ("lag_bytes", Cell::value(status.lag_bytes, bytes)),
        ("worker", Cell::value(status.worker_pid, |pid| pid.to_string())),
        ("sync", Cell::text(status.sync_state)),
        ("replication_sets", list(&status.replication_sets)),
        ("forward_origins", list(&options.forward_origins)),
        ("skip_schemas", list(&options.skip_schemas)),
        ("apply_delay", Cell::value(Some(options.apply_delay_seconds), age)),
        ("force_text_transfer", Cell::text(options.force_text_transfer.to_string())),
        ("skip_lsn", Cell::optional(options.skip_lsn.as_deref())),
        ("slot", Cell::text(&status.slot_name)),
        ("received_lsn", Cell::optional(status.received_lsn.as_deref())),
        ("interface", Cell::text(&options.interface)),
        ("dsn", Cell::text(&status.provider_dsn)),
        ("created", Cell::value(options.created_at, |at| at.to_string())),
        ("last_error", Cell::optional(status.last_error.as_deref())),
    ];
    for (what, cell) in rows {
        table.row(vec![Cell::text(what), cell]);
    }
    for state in &item.tables {
        let name = state.table.as_ref().map(ToString::to_string).unwrap_or_default();
        table.row(vec![Cell::text("table"), Cell::text(format!("{name}: {}", state.state))]);
    }
    for failed in &item.exceptions {
        let reason = failed.reason.as_deref().unwrap_or("the reason is not known");
        let text = format!("{} {} at {}: {reason}", failed.id, failed.status, failed.failed_at);
        table.row(vec![Cell::text("exception"), Cell::text(text)]);
    }
    table
}
