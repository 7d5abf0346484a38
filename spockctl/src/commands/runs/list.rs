//! `spockctl runs list`.

use spock_admin::journal;

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, emit};

pub(super) fn run(global: &Global) -> Result {
    let (runs, warnings) = journal::list(&journal::directory()?)?;
    let mut table = Table::new(vec![
        Column::new("RUN"),
        Column::new("STATE"),
        Column::new("COMMAND"),
        Column::new("CLUSTER"),
        Column::new("STARTED"),
        Column::number("STEPS"),
        Column::new("WHO").wide(),
        Column::number("PID").wide(),
        Column::new("ERROR").droppable(),
    ])
    .named("run", 1);
    for run in &runs {
        let ended = run.steps.iter().filter(|step| matches!(step.state, "done" | "already_done"));
        table.row(vec![
            Cell::text(&run.run),
            super::state(run.state),
            Cell::text(&run.asked.command),
            Cell::text(&run.asked.cluster),
            Cell::text(&run.started_at),
            Cell::text(format!("{}/{}", ended.count(), run.steps_planned)),
            Cell::text(&run.holder),
            Cell::text(run.pid.to_string()),
            Cell::optional(run.error.as_deref()),
        ]);
    }
    emit(
        global,
        Document {
            schema: "spockctl/runs-list/1",
            cluster: None,
            items: &runs,
            table,
            warnings: &warnings,
            errors: &[],
        },
    )?;
    Ok(Exit::Ok)
}
