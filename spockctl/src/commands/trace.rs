//! `spockctl trace`: one row on all nodes.

use futures::future::join_all;
use serde_json::Value;
use spock_admin::client::RowFact;
use spock_admin::error::AdminError;
use spock_admin::operations::diff;

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::{Cell, Column, Document, Table, Tone, emit_answers};
use crate::ui;

/// Arguments of `trace`.
#[derive(Debug, clap::Args)]
pub(crate) struct TraceArgs {
    /// The table, with its schema unless it is in public
    table: String,

    /// Columns and values that the row has, those of its key as a rule
    #[arg(required = true, value_name = "COLUMN=VALUE", value_parser = column)]
    values: Vec<(String, String)>,
}

fn column(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write COLUMN=VALUE".to_owned()),
    }
}

pub(crate) async fn run(global: &Global, args: &TraceArgs) -> Result {
    let context = Context::load(global, "trace")?;
    let fleet = context.connect().await?;
    let found = diff::tables(&fleet, std::slice::from_ref(&args.table)).await?.pop();
    let Some(table) = found else { return Err(Failure::usage("name a table")) };
    let mut errors = fleet.errors.clone();
    let mut facts = Vec::new();
    let asked = fleet.clients.iter().map(|client| client.explain_row(&table, &args.values));
    for (client, answer) in fleet.clients.iter().zip(join_all(asked).await) {
        match answer {
            Ok(Some(known)) => facts.extend(known),
            Ok(None) => errors.push(
                AdminError::precondition(format!(
                    "node \"{}\" has no table {table}",
                    client.node()
                ))
                .on(client.node()),
            ),
            Err(error) => errors.push(error),
        }
    }
    // The row of each node first, then what happened, in the order in which it did.
    facts.sort_by_key(|fact| (!is_row(fact), fact.at.filter(|_| !is_row(fact))));
    let exit = emit_answers(
        global,
        Document {
            schema: "spockctl/trace/1",
            cluster: Some(&context.cluster.name),
            table: shown(&facts),
            items: &facts,
            warnings: &[],
            errors: &errors,
        },
    )?;
    if facts.is_empty() {
        return Ok(errors.first().map_or(Exit::Failed, |error| error.kind.into()));
    }
    if exit == Exit::Partial {
        return Ok(exit);
    }
    let nodes = fleet.clients.len();
    if nodes > 1 {
        let word = if is_same(&facts, nodes) { "the same" } else { "not the same" };
        ui::note(global, format!("the row is {word} on the {nodes} nodes at this moment"));
    }
    Ok(Exit::Ok)
}

fn is_row(fact: &RowFact) -> bool {
    matches!(fact.what.as_str(), "row" | "no row")
}

/// Whether every node has the same rows with these values.
fn is_same(facts: &[RowFact], nodes: usize) -> bool {
    let mut of_nodes: std::collections::BTreeMap<&str, Vec<String>> = Default::default();
    for fact in facts.iter().filter(|fact| is_row(fact)) {
        let text = fact.value.as_ref().map_or_else(String::new, Value::to_string);
        of_nodes.entry(&fact.node).or_default().push(text);
    }
    of_nodes.values_mut().for_each(|rows| rows.sort());
    let mut rows = of_nodes.values();
    let first = rows.next();
    of_nodes.len() == nodes && rows.all(|other| Some(other) == first)
}

fn shown(facts: &[RowFact]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("WHAT"),
        Column::new("AT"),
        Column::new("FROM"),
        Column::new("VALUE"),
        Column::new("NOTE"),
    ])
    .named("row", 0);
    for fact in facts {
        let tone = match fact.what.as_str() {
            "row" => Tone::Good,
            "exception" | "waits" => Tone::Bad,
            _ => Tone::Warning,
        };
        table.row(vec![
            Cell::text(&fact.node),
            Cell::toned(&fact.what, tone),
            Cell::value(fact.at, |at| at.to_string()),
            Cell::optional(fact.from.as_deref()),
            Cell::value(fact.value.as_ref(), Value::to_string),
            Cell::optional(fact.note.as_deref()),
        ]);
    }
    table
}
