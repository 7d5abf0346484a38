//! `spockctl conflict show`.

use std::collections::BTreeSet;

use serde_json::Value;
use spock_admin::client::{Conflict, ConflictSide};

use super::IdArgs;
use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, Tone, emit};
use crate::ui;

pub(super) async fn run(global: &Global, args: &IdArgs) -> Result {
    let context = Context::load(global, "conflict-show")?;
    let (_, conflict) = super::find(&context, &args.id).await?;
    let items = [conflict];
    emit(
        global,
        Document {
            schema: "spockctl/conflict-show/1",
            cluster: Some(&context.cluster.name),
            table: table(&items[0]),
            items: &items,
            warnings: &context.cluster.warnings,
            errors: &[],
        },
    )?;
    if global.output.is_for_people() {
        let c = &items[0];
        let table = c.table.as_deref().unwrap_or("?");
        ui::note(
            global,
            format!(
                "{} of {table} on node {}: {}, {} won",
                c.conflict_type, c.node, c.resolution, c.winner
            ),
        );
        ui::hint(global, format!("see why with `spockctl conflict explain {}`", c.id));
    }
    Ok(Exit::Ok)
}

/// A line for each column of the row; first those that say whose the versions are.
fn table(conflict: &Conflict) -> Table {
    let mut table = Table::new(vec![
        Column::new("COLUMN"),
        Column::new("LOCAL"),
        Column::new("REMOTE"),
        Column::new("RESULT"),
    ])
    .named("column", 0);
    let sides = [&conflict.local, &conflict.remote];
    let mut fact = |name: &str, of: fn(&ConflictSide) -> Option<String>| {
        let [local, remote] = sides.map(|side| Cell::optional(of(side).as_deref()));
        table.row(vec![Cell::text(name), local, remote, Cell::optional(None)]);
    };
    fact("(node)", |side| side.node.clone());
    fact("(committed)", |side| side.committed_at.map(|at| at.to_string()));
    fact("(transaction)", |side| side.xid.map(|xid| xid.to_string()));
    let rows = [&conflict.local.row, &conflict.remote.row, &conflict.result_row];
    let columns: BTreeSet<&String> = rows
        .iter()
        .filter_map(|row| row.as_ref()?.as_object())
        .flat_map(|row| row.keys())
        .collect();
    if columns.is_empty() {
        // Rows without a form by column are there as a text.
        let texts = [&conflict.local.text, &conflict.remote.text, &conflict.result_text];
        let mut cells = vec![Cell::text("(row)")];
        cells.extend(texts.map(|text| Cell::optional(text.as_deref())));
        table.row(cells);
    }
    for column in columns {
        let values = rows.map(|row| row.as_ref().and_then(|row| row.get(column)));
        let differs = values[0] != values[1];
        let mut cells = vec![Cell::text(column)];
        cells.extend(values.map(|value| {
            let text = value.map(|value| match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            match text {
                Some(text) if differs => Cell::toned(text, Tone::Warning),
                text => Cell::optional(text.as_deref()),
            }
        }));
        table.row(cells);
    }
    table
}
