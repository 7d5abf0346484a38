//! `spockctl runs show`.

use spock_admin::journal::{self, Run};

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, Tone, emit};
use crate::ui;

/// Arguments of `runs show`.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowArgs {
    /// The run, or what its id begins with
    id: String,
}

pub(super) fn run(global: &Global, args: &ShowArgs) -> Result {
    let run = journal::find(&journal::directory()?, &args.id)?;
    if global.output.is_for_people() {
        tell(global, &run);
    }
    print(global, &run)?;
    Ok(Exit::Ok)
}

/// Prints what a command that ran a plan has done, in a format for programs: people have seen its steps.
pub(crate) fn print_done(global: &Global, id: &str) -> Result<()> {
    if global.output.is_for_people() {
        return Ok(());
    }
    print(global, &journal::find(&journal::directory()?, id)?)
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("NODE"),
    Column::new("STEP"),
    Column::new("STATE"),
    Column::new("STARTED"),
    Column::new("ERROR").droppable(),
];

fn print(global: &Global, run: &Run) -> Result<()> {
    let mut table = Table::new(COLUMNS).named("step", 2);
    for step in &run.steps {
        let tone = match step.state {
            "done" | "already_done" => Tone::Good,
            "running" => Tone::Plain,
            _ => Tone::Bad,
        };
        table.row(vec![
            Cell::text(&step.node),
            Cell::text(&step.title),
            Cell::toned(step.state, tone),
            Cell::text(&step.started_at),
            Cell::optional(step.error.as_deref()),
        ]);
    }
    emit(
        global,
        Document {
            schema: "spockctl/runs-show/1",
            cluster: Some(&run.asked.cluster),
            items: std::slice::from_ref(run),
            table,
            warnings: &[],
            errors: &[],
        },
    )
}

fn tell(global: &Global, run: &Run) {
    let asked = &run.asked;
    ui::note(global, format!("run {}: {}, {}", run.run, asked.command, run.state.word()));
    ui::note(global, format!("{} (pid {}), since {}", run.holder, run.pid, run.started_at));
    ui::note(global, format!("{} of {} steps begun", run.steps.len(), run.steps_planned));
    if let Some(error) = &run.error {
        ui::note(global, error);
    }
    ui::note(global, format!("journal: {}", run.journal.display()));
}
