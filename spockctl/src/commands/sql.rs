//! `spockctl sql`: statements of the user on every node.

use std::path::PathBuf;

use serde::Serialize;
use spock_admin::client::ResultSet;
use spock_admin::error::AdminError;

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{ErrorFormat, Result};
use crate::output::{Cell, Column, Document, Table, emit_with};
use crate::{input, ui, watch};

/// Arguments of `sql`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Examples:
  spockctl sql -c 'SELECT count(*) FROM orders'          the same question to every node
  spockctl sql -F report.sql -o json                     several statements, as one document
  spockctl sql --write -c 'ANALYZE orders' --node n2     what writes has to say so")]
pub(crate) struct SqlArgs {
    /// The statements
    #[arg(
        short = 'c',
        long,
        value_name = "SQL",
        required_unless_present = "file",
        conflicts_with = "file"
    )]
    command: Option<String>,

    /// Read the statements from this file; `-` reads standard input
    #[arg(short = 'F', long, value_name = "PATH")]
    file: Option<PathBuf>,

    /// Let nothing be written; it is so unless --write is given
    #[arg(long, conflicts_with = "write")]
    read_only: bool,

    /// Let the statements write, on every node for itself
    #[arg(long)]
    write: bool,
}

/// What one statement gave on one node.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    node: String,
    /// Which of the statements, from 1.
    statement: usize,
    /// Its columns; empty for one that gives no rows.
    columns: Vec<String>,
    /// Its rows, each value as text or null.
    rows: Vec<Vec<Option<String>>>,
    /// Rows that it gave or changed.
    affected: u64,
}

pub(crate) async fn run(global: &Global, args: &SqlArgs) -> Result {
    let sql = input::statements(args.command.as_deref(), args.file.as_deref())?;
    let context = Context::load(global, "sql")?;
    if args.write {
        let nodes: Vec<&str> = context.nodes()?.iter().map(|node| node.name.as_str()).collect();
        let nodes = nodes.join(", ");
        if global.dry_run {
            ui::note(global, format!("would run on {nodes}, each for itself"));
            return Ok(Exit::Ok);
        }
        let question = format!("Run this on {nodes}, and let it write?");
        ui::confirm::moderate(global, &question)?;
    }
    watch::run(global, "sql", || show(global, &context, args, &sql)).await
}

async fn show(global: &Global, context: &Context, args: &SqlArgs, sql: &str) -> Result {
    let fleet = context.connect().await?;
    let limit = if args.write { global.timeout } else { global.statement_timeout };
    let runs = fleet.clients.iter().map(async |client| {
        let results = client.run_script(sql, args.write, limit).await;
        (client.node().to_owned(), results.map_err(|e| e.on(client.node())))
    });
    let (mut items, mut errors, mut answered) = (Vec::new(), fleet.errors.clone(), 0);
    for (node, results) in fleet.at_once.join(runs).await {
        match results {
            Ok(results) => {
                answered += 1;
                items.extend(results.into_iter().enumerate().map(|(at, set)| item(&node, at, set)));
            }
            Err(error) => errors.push(explained(error, &node, args.write)),
        }
    }
    // Each statement has columns of its own, and a node may have others than the next.
    let mut shown: Vec<(usize, &[String])> = Vec::new();
    for item in &items {
        if !shown.contains(&(item.statement, &item.columns)) {
            shown.push((item.statement, &item.columns));
        }
    }
    shown.sort_by_key(|(statement, _)| *statement);
    let mut tables = shown.iter().map(|(statement, columns)| {
        let alike = |item: &&Item| item.statement == *statement && item.columns == *columns;
        let alike: Vec<&Item> = items.iter().filter(alike).collect();
        table(columns, &alike)
    });
    // Where no node has answered the columns are not known.
    let first = tables.next().or_else(|| global.output.is_document().then(|| Table::new(vec![])));
    if let Some(first) = first {
        let document = Document {
            schema: "spockctl/sql/1",
            cluster: Some(&context.cluster.name),
            items: &items,
            table: first,
            warnings: &context.cluster.warnings,
            errors: &errors,
        };
        emit_with(global, document, tables.collect()).map_err(|failure| match args.write {
            true => failure.detail("The statements have been run."),
            false => failure,
        })?;
    }
    if global.error_format() == ErrorFormat::Text {
        crate::failure::print(&errors, ErrorFormat::Text, global.verbose > 0);
    }
    Ok(match errors.first() {
        None => Exit::Ok,
        Some(error) if answered == 0 => error.kind.into(),
        Some(_) => Exit::Partial,
    })
}

/// A failure with the node in its words, and what lets a statement write.
fn explained(error: AdminError, node: &str, write: bool) -> AdminError {
    let is_read_only = error.sqlstate.as_deref() == Some("25006") && !write;
    let error = error.context(format_args!("the statements failed on node \"{node}\""));
    if is_read_only { error.hint("give --write to let them write") } else { error }
}

fn item(node: &str, at: usize, set: ResultSet) -> Item {
    let ResultSet { columns, rows, affected } = set;
    Item { node: node.to_owned(), statement: at + 1, columns, rows, affected }
}

fn table(columns: &[String], items: &[&Item]) -> Table {
    let mut heads = vec![Column::new("NODE")];
    if columns.is_empty() {
        heads.push(Column::number("ROWS"));
    }
    heads.extend(columns.iter().map(|name| Column::named(name.to_uppercase().replace(' ', "_"))));
    let mut table = Table::new(heads).named("node", 0);
    for item in items {
        if columns.is_empty() {
            let affected = Cell::value(Some(item.affected), |n| n.to_string());
            table.row(vec![Cell::text(&item.node), affected]);
        }
        for row in &item.rows {
            let cells = row.iter().map(|cell| Cell::optional(cell.as_deref()));
            table.row(std::iter::once(Cell::text(&item.node)).chain(cells).collect());
        }
    }
    table
}
