//! `spockctl cluster pause` and `spockctl cluster resume`.

use spock_admin::operations::pause::{self, Paused};
use spock_admin::operator;
use spock_admin::wait::Deadline;

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, Tone, emit_of_nodes};
use crate::ui;

pub(super) async fn pause(global: &Global) -> Result {
    let context = Context::load(global, "cluster-pause")?;
    let fleet = context.connect().await?;
    if !global.dry_run {
        let question = format!(
            "Stop every stream to {} nodes? Their providers keep the log until `spockctl cluster resume`.",
            fleet.clients.len()
        );
        ui::confirm::moderate(global, &question)?;
    }
    let limit = Deadline::after(global.timeout);
    let answers = pause::pause(&fleet, &operator::name(), global.dry_run, limit).await;
    let schema = "spockctl/cluster-pause/1";
    let exit = emit_of_nodes(global, &context, schema, &answers, table(&answers.items))?;
    note(global, "pause", "paused", &answers.items);
    Ok(exit)
}

pub(super) async fn resume(global: &Global) -> Result {
    let context = Context::load(global, "cluster-resume")?;
    let fleet = context.connect().await?;
    let (mut answers, failures) = pause::resume(&fleet, global.dry_run).await;
    let changed = answers.items.iter().any(|item| item.changed);
    let refused = failures.first().map(|error| error.kind);
    answers.errors.extend(failures);
    let schema = "spockctl/cluster-resume/1";
    let exit = emit_of_nodes(global, &context, schema, &answers, table(&answers.items))?;
    note(global, "resume", "resumed", &answers.items);
    Ok(match refused {
        Some(kind) if !changed => kind.into(),
        _ => exit,
    })
}

fn note(global: &Global, verb: &str, done: &str, items: &[Paused]) {
    let changed = items.iter().filter(|item| item.changed).count();
    let said = match (changed, global.dry_run) {
        (0, _) => format!("nothing to {verb}"),
        (_, true) => format!("would {verb} {changed} subscriptions"),
        (_, false) => format!("{done} {changed} subscriptions"),
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
    Column::new("PAUSED_BY").droppable(),
    Column::new("PAUSED_AT").wide(),
];

fn table(items: &[Paused]) -> Table {
    let mut table = Table::new(COLUMNS).named("sub", 1);
    for item in items {
        let tone = if item.after == "enabled" { Tone::Good } else { Tone::Warning };
        let at = item.paused_at.map(|at| at.to_string());
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.subscription),
            Cell::text(&item.provider),
            Cell::text(item.before),
            Cell::toned(item.after, tone),
            Cell::optional(item.paused_by.as_deref()),
            Cell::optional(at.as_deref()),
        ]);
    }
    table
}
