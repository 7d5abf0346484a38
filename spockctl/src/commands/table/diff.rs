//! `spockctl table diff`.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use spock_admin::error::AdminError;
use spock_admin::operations::Fleet;
use spock_admin::operations::diff::{
    self, Lanes, NodeRow, Options, Report, RowDifference, TableDiff,
};
use spock_admin::wait::Deadline;

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{self, Cell, Column, Document, Table, Tone, count, emit};
use crate::ui;

/// Name and version of the document.
pub(crate) const SCHEMA: &str = "spockctl/table-diff/1";

/// Arguments of `table diff`.
#[derive(Debug, clap::Args)]
pub(crate) struct DiffArgs {
    /// The tables, with their schemas unless they are in public; all replicated tables if none is given
    table: Vec<String>,

    #[command(flatten)]
    search: SearchArgs,

    /// Write what differs to this file, for `spockctl table repair`
    #[arg(long, value_name = "PATH")]
    plan_out: Option<PathBuf>,
}

/// How to look for rows that differ.
#[derive(Debug, clap::Args)]
pub(crate) struct SearchArgs {
    /// Compare only rows that meet this condition
    #[arg(long = "where", value_name = "CONDITION")]
    condition: Option<String>,

    /// Compare only so many ranges of a hundred, spread over the table
    ///
    /// A look that is quick, and proves nothing about the rest.
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    sample: Option<f64>,

    /// Rows that are hashed by one statement
    #[arg(long, value_name = "ROWS", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    block_rows: u32,

    /// Ranges that are compared at once; each takes a connection to every node
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    lanes: u16,

    /// Rows that a node reads in a second at most
    #[arg(long, value_name = "ROWS")]
    max_rate: Option<u32>,

    /// End the search when this many rows seem to differ
    #[arg(long, value_name = "ROWS", default_value_t = 100_000)]
    limit: usize,

    /// Look again this often at rows that are being written
    #[arg(long, value_name = "TIMES", default_value_t = 10)]
    retries: u32,
}

impl SearchArgs {
    pub(crate) fn options(&self, deadline: Deadline) -> Options {
        Options {
            block_rows: self.block_rows,
            rate: self.max_rate,
            condition: self.condition.clone(),
            sample: self.sample,
            limit: self.limit,
            retries: self.retries,
            deadline,
        }
    }
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.trim_end_matches('%').parse::<f64>().ok();
    number
        .filter(|percent| *percent > 0.0 && *percent <= 100.0)
        .ok_or_else(|| "a sample is a number above 0 and up to 100".to_owned())
}

/// Connects, and compares the tables.
pub(crate) async fn search(
    global: &Global,
    context: &Context,
    tables: &[String],
    args: &SearchArgs,
) -> Result<(Lanes, Report)> {
    let mut fleets: Vec<Fleet> = Vec::new();
    for _ in 0..args.lanes {
        fleets.push(context.connect_all().await?);
    }
    let lanes = Lanes::new(fleets)?;
    let tables = diff::tables(lanes.main(), tables).await?;
    let progress = ui::progress::reporter(global);
    let options = args.options(Deadline::after(global.timeout));
    let report = diff::diff(&lanes, &tables, &options, progress.as_ref()).await?;
    drop(progress);
    Ok((lanes, report))
}

pub(crate) async fn run(global: &Global, args: &DiffArgs) -> Result {
    let context = Context::load(global, "table-diff")?;
    let (_, report) = search(global, &context, &args.table, &args.search).await?;
    let cluster = &context.cluster.name;
    emit(global, document(cluster, &report))?;
    for warning in &report.warnings {
        ui::warning(warning);
    }
    if let Some(path) = &args.plan_out {
        save(path, &output::to_json(&document(cluster, &report))?)?;
        ui::note(global, format!("what differs is in \"{}\"", path.display()));
    }
    Ok(summary(global, &report))
}

/// Says how it came out.
fn summary(global: &Global, report: &Report) -> Exit {
    let nodes = report.tables.first().map_or(0, |table| table.nodes.len());
    let tables = report.tables.len();
    if report.tables.iter().all(|table| table.equal) {
        let rows: i64 = report.tables.iter().map(rows).sum();
        let what = if tables == 1 { "the table is" } else { "all tables are" };
        let sample = report.tables.iter().find_map(|table| table.sample_percent);
        let part = sample.map(|percent| format!(" in a sample of {percent} %")).unwrap_or_default();
        ui::note(global, format!("{what} equal on all {nodes} nodes{part}: {} rows", count(rows)));
        return Exit::Ok;
    }
    let differing: usize = report.tables.iter().map(|table| table.differences.len()).sum();
    let rows = match differing {
        1 => "1 row differs".to_owned(),
        _ => format!("{} rows differ", count(as_count(differing))),
    };
    ui::note(global, format!("{rows} between the {nodes} nodes"));
    Exit::Unhealthy
}

fn as_count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn rows(table: &TableDiff) -> i64 {
    table.nodes.iter().filter_map(|node| node.rows).max().unwrap_or_default()
}

pub(crate) fn document<'a>(cluster: &'a str, report: &'a Report) -> Document<'a, TableDiff> {
    Document {
        schema: SCHEMA,
        cluster: Some(cluster),
        table: table(&report.tables),
        items: &report.tables,
        warnings: &report.warnings,
        errors: &[],
    }
}

/// Writes a file that nobody else can read and that was not there.
pub(crate) fn save(path: &Path, content: &[u8]) -> Result<(), AdminError> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(content).and_then(|()| file.sync_all()))
        .map_err(|e| AdminError::failed(format!("could not write \"{}\": {e}", path.display())))
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("TABLE"),
    Column::number("ROWS").droppable(),
    Column::new("RESULT"),
    Column::new("NODE"),
    Column::new("KEY"),
    Column::new("DIFFERENCE"),
    Column::new("WRITTEN_AT").wide(),
    Column::new("WRITTEN_BY").wide(),
];

/// One line for a table that is equal, and one for each row and node that differs.
fn table(tables: &[TableDiff]) -> Table {
    let mut out = Table::new(COLUMNS).named("table", 0);
    for table in tables {
        let mut line = |result: Cell,
                        node: Option<&str>,
                        key: Option<&str>,
                        what: Option<&str>,
                        row: Option<&NodeRow>| {
            out.row(vec![
                Cell::text(table.table.to_string()),
                Cell::value(Some(rows(table)), count),
                result,
                Cell::optional(node),
                Cell::optional(key),
                Cell::optional(what),
                Cell::value(row.and_then(|row| row.written_at), |at| at.to_string()),
                Cell::optional(row.and_then(|row| row.written_by.as_deref())),
            ]);
        };
        let bad = |word: &str| Cell::toned(format!("! {word}"), Tone::Bad);
        if table.equal {
            let result = if table.busy_rows > 0 {
                Cell::toned("~ equal but for busy rows", Tone::Warning)
            } else {
                Cell::toned("* equal", Tone::Good)
            };
            line(result, None, None, None, None);
        }
        for node in table.nodes.iter().filter(|node| node.rows.is_none()) {
            line(bad("missing"), Some(&node.node), None, Some("no such table"), None);
        }
        for difference in &table.differences {
            let key = key_text(difference);
            for row in &difference.nodes {
                let Some(kind) = row.kind else { continue };
                let values = values_text(difference, row);
                line(bad(kind.as_str()), Some(&row.node), Some(&key), values.as_deref(), Some(row));
            }
        }
        if table.is_cut {
            line(bad("cut"), None, None, Some("more rows differ, see --limit"), None);
        }
    }
    out
}

fn key_text(difference: &RowDifference) -> String {
    if difference.key.is_empty() {
        return "-".to_owned();
    }
    let parts: Vec<String> =
        difference.key.iter().map(|(name, value)| format!("{name}={value}")).collect();
    parts.join(", ")
}

/// The columns that differ, with the value here and that of a node that is right.
fn values_text(difference: &RowDifference, row: &NodeRow) -> Option<String> {
    const MOST: usize = 3;
    if row.count == 0 && difference.key.is_empty() || difference.columns.is_empty() {
        return None;
    }
    let right = difference.nodes.iter().find(|node| node.kind.is_none() && node.count > 0);
    let show = |value: Option<&Option<String>>| match value {
        None => "-".to_owned(),
        Some(None) => "null".to_owned(),
        Some(Some(text)) => text.chars().take(40).collect(),
    };
    let mut parts: Vec<String> = Vec::new();
    for column in difference.columns.iter().take(MOST) {
        let here = row.values.get(column);
        let there = right.and_then(|right| right.values.get(column));
        parts.push(match (here, there) {
            (Some(_), Some(_)) => format!("{column}: {} (should be {})", show(here), show(there)),
            (Some(_), None) => format!("{column}: {}", show(here)),
            (None, _) => format!("{column}: (should be {})", show(there)),
        });
    }
    if difference.columns.len() > MOST {
        parts.push(format!("+{} columns", difference.columns.len() - MOST));
    }
    Some(parts.join("; "))
}
