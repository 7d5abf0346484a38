//! `spockctl worker pause` and `spockctl worker resume`.

use spock_admin::operations::answers::Answers;
use spock_admin::operations::worker_pause::{self, WorkerPause};
use spock_admin::wait::Deadline;

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, Tone, emit_of_nodes};
use crate::ui;

pub(super) async fn pause(global: &Global) -> Result {
    let context = Context::load(global, "worker-pause")?;
    let fleet = context.connect().await?;
    if !global.dry_run {
        let question = format!(
            "Have {} nodes apply nothing? Their providers keep the log until `spockctl worker resume`.",
            fleet.clients.len()
        );
        ui::confirm::moderate(global, &question)?;
    }
    let answers = worker_pause::pause(&fleet, global.dry_run).await;
    let schema = "spockctl/worker-pause/1";
    let exit = emit_of_nodes(global, &context, schema, &answers, table(&answers.items))?;
    note(global, "pause", "paused", &answers);
    Ok(exit)
}

pub(super) async fn resume(global: &Global) -> Result {
    let context = Context::load(global, "worker-resume")?;
    let fleet = context.connect().await?;
    let limit = Deadline::after(global.timeout);
    let answers = worker_pause::resume(&fleet, global.dry_run, limit).await;
    let schema = "spockctl/worker-resume/1";
    let exit = emit_of_nodes(global, &context, schema, &answers, table(&answers.items))?;
    note(global, "resume", "resumed", &answers);
    Ok(exit)
}

fn note(global: &Global, verb: &str, done: &str, answers: &Answers<WorkerPause>) {
    let changed = answers.items.iter().filter(|item| item.changed).count();
    let workers = if changed == 1 { "worker" } else { "workers" };
    let said = match (changed, global.dry_run) {
        // What kept the nodes from it has been said.
        (0, _) if !answers.errors.is_empty() => return,
        (0, _) => format!("nothing to {verb}"),
        (_, true) => format!("would {verb} {changed} {workers}"),
        (_, false) => format!("{done} {changed} {workers}"),
    };
    ui::note(global, said);
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("NODE"),
    Column::new("SUBSCRIPTION"),
    Column::new("PROVIDER"),
    Column::new("BEFORE"),
    Column::new("AFTER"),
    Column::new("REASON"),
];

fn table(items: &[WorkerPause]) -> Table {
    let mut table = Table::new(COLUMNS).named("worker", 1);
    for item in items {
        let tone = if item.after == "replicating" { Tone::Good } else { Tone::Warning };
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.subscription),
            Cell::text(&item.provider),
            Cell::text(&item.before),
            Cell::toned(&item.after, tone),
            Cell::optional(item.reason.as_deref()),
        ]);
    }
    table
}
