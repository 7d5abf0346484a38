//! `spockctl cluster barrier`.

use spock_admin::error::ErrorKind;
use spock_admin::operations::barrier::{Passage, barrier};
use spock_admin::wait::Deadline;

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, Tone, bytes, emit_answers};
use crate::ui;

/// Arguments of `cluster barrier`.
#[derive(Debug, clap::Args)]
pub(crate) struct BarrierArgs {
    /// Wait until every node has applied the marks of all others
    #[arg(long)]
    wait: bool,

    /// Write the mark as a transaction, which is applied in its turn
    #[arg(long)]
    transactional: bool,
}

pub(super) async fn run(global: &Global, args: &BarrierArgs) -> Result {
    let context = Context::load(global, "cluster-barrier")?;
    let fleet = context.connect_all().await?;
    if global.dry_run {
        let nodes: Vec<&str> = fleet.clients.iter().map(|client| client.node()).collect();
        ui::note(global, format!("would mark the logs of {}", nodes.join(", ")));
        return Ok(Exit::Ok);
    }
    let limit = args.wait.then(|| Deadline::after(global.timeout));
    let progress = ui::progress::reporter(global);
    let passages = barrier(&fleet, args.transactional, limit, progress.as_ref()).await?;
    drop(progress);
    let errors: Vec<_> = passages.iter().filter_map(|passage| passage.error(limit)).collect();
    emit_answers(
        global,
        Document {
            schema: "spockctl/cluster-barrier/1",
            cluster: Some(&context.cluster.name),
            items: &passages,
            table: table(&passages),
            warnings: &context.cluster.warnings,
            errors: &errors,
        },
    )?;
    // What will never come is told before what has not come yet.
    let hopeless = errors.iter().find(|error| error.kind == ErrorKind::Precondition);
    match hopeless.or(errors.first()) {
        Some(error) => Ok(error.kind.into()),
        None if args.wait => {
            ui::note(global, format!("all {} nodes are past the barrier", fleet.clients.len()));
            Ok(Exit::Ok)
        }
        None => Ok(Exit::Ok),
    }
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("PROVIDER"),
    Column::new("SUBSCRIBER"),
    Column::new("STATE"),
    Column::number("BEHIND"),
    Column::new("SUBSCRIPTION").droppable(),
    Column::new("LSN"),
    Column::new("APPLIED_LSN"),
];

fn table(items: &[Passage]) -> Table {
    let mut table = Table::new(COLUMNS).named("sub", 4);
    for item in items {
        let tone = match item.state {
            "passed" => Tone::Good,
            "behind" => Tone::Warning,
            _ => Tone::Bad,
        };
        table.row(vec![
            Cell::text(&item.provider),
            Cell::text(&item.subscriber),
            Cell::toned(item.state, tone),
            Cell::value(item.behind_bytes, |behind| {
                bytes(i64::try_from(behind).unwrap_or(i64::MAX))
            }),
            Cell::text(&item.subscription),
            Cell::text(&item.lsn),
            Cell::optional(item.applied_lsn.as_deref()),
        ]);
    }
    table
}
