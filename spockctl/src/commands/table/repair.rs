//! `spockctl table repair`.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use spock_admin::client::TableRef;
use spock_admin::error::Result as AdminResult;
use spock_admin::operations::diff::repair::{self, KeepUndo, Outcome, Repaired, RowRepair, Winner};
use spock_admin::operations::diff::{Options, TableDiff};
use spock_admin::wait::Deadline;

use super::diff::{SCHEMA, SearchArgs, save, search};
use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::{Cell, Column, Document, Table, Tone, emit};
use crate::{input, ui};

/// Arguments of `table repair`.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("winner").required(true).args(["from", "newest"])))]
pub(crate) struct RepairArgs {
    /// The tables, with their schemas unless they are in public; they are compared first
    #[arg(required_unless_present = "diff")]
    table: Vec<String>,

    /// What differs, as `table diff` wrote it with --plan-out or -o json; `-` reads standard input
    #[arg(long, value_name = "PATH", conflicts_with_all = ["table", "condition", "block_rows", "lanes", "max_rate", "limit"])]
    diff: Option<PathBuf>,

    /// Node whose rows are right, also where it has none
    #[arg(long, value_name = "NODE")]
    from: Option<String>,

    /// The row that was written last is right
    #[arg(long)]
    newest: bool,

    /// Directory for the scripts that take the repair back, one for each node
    #[arg(long, value_name = "PATH", default_value = ".")]
    undo_dir: PathBuf,

    /// Go on without asking; NAME is the table, or the cluster, as where several are repaired
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,

    #[command(flatten)]
    search: SearchArgs,
}

/// The document of `table diff`.
#[derive(Deserialize)]
struct Saved {
    schema: String,
    items: Vec<TableDiff>,
}

/// Writes the scripts that take a repair back.
struct UndoFiles<'a> {
    global: &'a Global,
    dir: &'a Path,
    at: String,
}

impl KeepUndo for UndoFiles<'_> {
    fn keep(&self, node: &str, sql: &str) -> AdminResult<()> {
        let name: String = node
            .chars()
            .map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' })
            .collect();
        let path = self.dir.join(format!("undo-{name}-{}.sql", self.at));
        save(&path, sql.as_bytes())?;
        ui::note(self.global, format!("what takes it back on {node} is in \"{}\"", path.display()));
        Ok(())
    }
}

pub(crate) async fn run(global: &Global, args: &RepairArgs) -> Result {
    let context = Context::load(global, "table-repair")?;
    check_confirmed(global, args, &context.cluster.name)?;
    let (fleet, tables) = match &args.diff {
        Some(path) => (context.connect_all().await?, load(path)?),
        None => {
            let (lanes, report) = search(global, &context, &args.table, &args.search).await?;
            for warning in &report.warnings {
                ui::warning(warning);
            }
            (lanes.into_main(), report.tables)
        }
    };
    let winner = match &args.from {
        Some(name) => Winner::Node(context.cluster.node(name)?.name.clone()),
        None => Winner::Newest,
    };
    let cluster = context.cluster.name.clone();
    let rows = repair::plan(&tables, &winner)?;
    if rows.is_empty() || global.dry_run {
        show(global, &cluster, &rows)?;
        let what = if rows.is_empty() { "nothing differs" } else { "nothing was changed" };
        ui::note(global, format!("{} rows to repair, {what}", rows.len()));
        return Ok(Exit::Ok);
    }
    ui::note(global, summary(&rows));
    let name =
        match tables.iter().filter(|table| !table.differences.is_empty()).collect::<Vec<_>>()[..] {
            [table] if args.confirm.as_ref() != Some(&cluster) => table.table.to_string(),
            _ => cluster.clone(),
        };
    ui::confirm::severe(global, args.confirm.as_deref(), &name)?;
    let progress = ui::progress::reporter(global);
    let options = Options::until(Deadline::after(global.timeout));
    let at = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%S%3fZ").to_string();
    let undo = UndoFiles { global, dir: &args.undo_dir, at };
    let done = repair::repair(&fleet, &tables, rows, &options, &undo, progress.as_ref()).await?;
    drop(progress);
    show(global, &cluster, &done.rows)?;
    Ok(conclude(global, &done))
}

/// A confirmation that names neither the cluster nor a table is refused before anything is compared.
fn check_confirmed(global: &Global, args: &RepairArgs, cluster: &str) -> Result<()> {
    let ([table], None, Some(confirmed)) = (&args.table[..], &args.diff, &args.confirm) else {
        return Ok(());
    };
    // One that is no name of a table is told by the comparison.
    let Ok(table) = table.parse::<TableRef>().map(|table| table.to_string()) else { return Ok(()) };
    let is_known = confirmed == cluster || *confirmed == table;
    if is_known { Ok(()) } else { ui::confirm::severe(global, Some(confirmed), &table) }
}

/// Reads what differs.
fn load(path: &Path) -> Result<Vec<TableDiff>, Failure> {
    const HINT: &str = "write it with `spockctl table diff --plan-out FILE`";
    let wrong = |why: String| Failure::from(input::unread(path, &why)).hint(HINT);
    let text = input::read(path).map_err(|failure| failure.hint(HINT))?;
    let saved: Saved = serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
    if saved.schema != SCHEMA {
        return Err(wrong(format!("Its schema is {}, not {SCHEMA}.", saved.schema)));
    }
    Ok(saved.items)
}

/// How many rows are changed on which node.
fn summary(rows: &[RowRepair]) -> String {
    let mut nodes: Vec<&str> = rows.iter().map(|row| row.node.as_str()).collect();
    nodes.dedup();
    let parts: Vec<String> = nodes
        .iter()
        .map(|node| format!("{} on {node}", rows.iter().filter(|row| row.node == **node).count()))
        .collect();
    format!("{} rows are to be changed: {}", rows.len(), parts.join(", "))
}

fn conclude(global: &Global, done: &Repaired) -> Exit {
    let skipped = done.rows.iter().filter(|row| row.outcome == Outcome::Skipped).count();
    let changed = done.rows.len() - skipped;
    if done.busy > 0 {
        ui::warning(format!(
            "{} rows were written all the time, and could not be compared",
            done.busy
        ));
    }
    if skipped == 0 && done.differ == 0 {
        ui::note(global, format!("{changed} rows are repaired, and equal on all nodes"));
        return Exit::Ok;
    }
    ui::note(
        global,
        format!(
            "{changed} rows are repaired, {skipped} were skipped, {} still differ: compare the table again",
            done.differ
        ),
    );
    Exit::Unhealthy
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("NODE"),
    Column::new("TABLE"),
    Column::new("KEY"),
    Column::new("ACTION"),
    Column::new("FROM"),
    Column::new("RESULT"),
    Column::new("REASON"),
];

fn show(global: &Global, cluster: &str, rows: &[RowRepair]) -> Result<(), Failure> {
    let mut table = Table::new(COLUMNS).named("table", 1);
    for row in rows {
        let key: Vec<String> =
            row.key.iter().map(|(name, value)| format!("{name}={value}")).collect();
        table.row(vec![
            Cell::text(&row.node),
            Cell::text(row.table.to_string()),
            Cell::text(if key.is_empty() { "-".to_owned() } else { key.join(", ") }),
            Cell::text(match row.outcome {
                Outcome::Planned => format!("would {}", row.action.as_str()),
                _ => row.action.as_str().to_owned(),
            }),
            Cell::text(&row.from),
            match row.outcome {
                Outcome::Planned => Cell::optional(None),
                Outcome::Done => Cell::toned("* done", Tone::Good),
                Outcome::Skipped => Cell::toned("~ skipped", Tone::Warning),
            },
            Cell::optional(row.reason.as_deref()),
        ]);
    }
    emit(
        global,
        Document {
            schema: "spockctl/table-repair/1",
            cluster: Some(cluster),
            items: rows,
            table,
            warnings: &[],
            errors: &[],
        },
    )
}
