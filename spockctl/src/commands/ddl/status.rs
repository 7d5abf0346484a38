//! `spockctl ddl status`.

use serde::Serialize;
use spock_admin::client::DdlState;

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, emit_answers};
use crate::watch;

#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    node: String,
    #[serde(flatten)]
    state: DdlState,
}

pub(super) async fn run(global: &Global) -> Result {
    let context = Context::load(global, "ddl-status")?;
    watch::run(global, "ddl status", || show(global, &context)).await
}

async fn show(global: &Global, context: &Context) -> Result {
    let fleet = context.connect().await?;
    let mut items = Vec::new();
    for client in &fleet.clients {
        items.push(Item { node: client.node().to_owned(), state: client.ddl_state().await? });
    }
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("AUTOMATIC"),
        Column::new("JOINS_SETS"),
        Column::new("FUNCTIONS").wide(),
        Column::new("DENIED").wide(),
        Column::new("LOCK"),
        Column::new("HELD_BY"),
        Column::new("HELD_FOR").droppable(),
        Column::new("HELD_SINCE").wide(),
    ])
    .named("node", 0);
    let word = |on: bool| if on { "on" } else { "off" };
    for Item { node, state } in &items {
        table.row(vec![
            Cell::text(node),
            Cell::text(word(state.automatic)),
            Cell::text(word(state.joins_sets)),
            Cell::text(word(state.from_functions)),
            Cell::text(word(state.denied)),
            Cell::text(&state.lock),
            Cell::optional(state.held_by.as_deref()),
            Cell::optional(state.held_for.as_deref()),
            Cell::optional(state.held_since.as_deref()),
        ]);
    }
    emit_answers(
        global,
        Document {
            schema: "spockctl/ddl-status/1",
            cluster: Some(&context.cluster.name),
            items: &items,
            table,
            warnings: &context.cluster.warnings,
            errors: &fleet.errors,
        },
    )
}
