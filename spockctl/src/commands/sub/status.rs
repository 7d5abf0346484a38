//! `spockctl sub status`.

use spock_admin::operations::answers::Answers;
use spock_admin::operations::status::{self, SubStatus};
use spock_admin::operations::subscription::unknown;

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, Tone, age, bytes, emit};
use crate::watch;

/// Arguments of `sub status`.
#[derive(Debug, clap::Args)]
pub(crate) struct StatusArgs {
    /// Only these subscriptions
    name: Vec<String>,

    /// End with status 6 unless all are replicating
    #[arg(long)]
    exit_code: bool,
}

pub(crate) async fn run(global: &Global, args: &StatusArgs) -> Result {
    let context = Context::load(global, "sub-status")?;
    watch::run(global, "sub status", || show(global, &context, args)).await
}

async fn show(global: &Global, context: &Context, args: &StatusArgs) -> Result {
    let fleet = context.connect().await?;
    let mut answers = status::subscriptions(&fleet).await;
    require_known(&args.name, &answers)?;
    answers.items.retain(|item| args.name.is_empty() || args.name.contains(&item.name));
    emit(
        global,
        Document {
            schema: "spockctl/sub-status/1",
            cluster: Some(&context.cluster.name),
            table: table(&answers.items),
            items: &answers.items,
            warnings: &context.cluster.warnings,
            errors: &answers.errors,
        },
    )?;
    if global.error_format() == crate::failure::ErrorFormat::Text {
        crate::failure::print(&answers.errors, global.error_format(), global.verbose > 0);
    }
    let healthy = answers.items.iter().all(SubStatus::is_healthy);
    Ok(match (answers.errors.is_empty(), answers.items.is_empty()) {
        _ if args.exit_code && !(healthy && answers.errors.is_empty()) => Exit::Unhealthy,
        (true, _) => Exit::Ok,
        (false, true) => answers.errors.first().map_or(Exit::Failed, |e| e.kind.into()),
        (false, false) => Exit::Partial,
    })
}

/// Fails when one of these subscriptions is not there; a node that gave no answer may have it.
pub(super) fn require_known(names: &[String], found: &Answers<SubStatus>) -> Result<()> {
    let known = || found.items.iter().map(|item| item.name.as_str());
    match names.iter().find(|name| !known().any(|known| known == *name)) {
        Some(name) if found.errors.is_empty() => Err(unknown(name, known()).into()),
        _ => Ok(()),
    }
}

fn table(items: &[SubStatus]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("NAME"),
        Column::new("PROVIDER"),
        Column::new("STATUS"),
        Column::number("LAG"),
        Column::number("LAG_BYTES").droppable(),
        Column::number("WORKER").droppable(),
        Column::new("REASON"),
        Column::new("SYNC").wide(),
        Column::new("TABLES").wide(),
        Column::new("SLOT").wide(),
        Column::new("REPSETS").wide(),
        Column::new("RECEIVED_LSN").wide(),
        Column::new("LAST_ERROR").wide(),
        Column::new("DSN").wide(),
    ])
    .named("sub", 1);
    for item in items {
        let tone = match item.status.as_str() {
            "replicating" => Tone::Good,
            "initializing" | "disabled" | "paused" => Tone::Warning,
            _ => Tone::Bad,
        };
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.name),
            Cell::text(&item.provider),
            Cell::toned(&item.status, tone),
            Cell::value(item.lag_seconds, age),
            Cell::value(item.lag_bytes, bytes),
            Cell::value(item.worker_pid, |pid| pid.to_string()),
            Cell::optional(item.reason.as_deref()),
            Cell::text(item.sync_state),
            Cell::text(format!("{}/{}", item.tables_ready, item.tables_total)),
            Cell::text(&item.slot_name),
            Cell::text(item.replication_sets.join(",")),
            Cell::optional(item.received_lsn.as_deref()),
            Cell::optional(item.last_error.as_deref()),
            Cell::text(&item.provider_dsn),
        ]);
    }
    table
}
