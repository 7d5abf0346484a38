//! `spockctl sub tables`.

use serde::Serialize;
use spock_admin::client::TableRef;

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, Tone, emit};
use crate::watch;

/// Arguments of `sub tables`.
#[derive(Debug, clap::Args)]
pub(crate) struct TablesArgs {
    /// The subscription
    name: String,

    /// Only tables whose copy is not done
    #[arg(long)]
    not_ready: bool,
}

#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    node: String,
    subscription: String,
    table: TableRef,
    state: &'static str,
}

pub(crate) async fn run(global: &Global, args: &TablesArgs) -> Result {
    let context = Context::load(global, "sub-tables")?;
    watch::run(global, "sub tables", || show(global, &context, args)).await
}

async fn show(global: &Global, context: &Context, args: &TablesArgs) -> Result {
    let fleet = context.connect().await?;
    let (client, sub) = super::find::find(&fleet, &args.name).await?;
    let states = client.table_states(sub.id).await?;
    let mut items = Vec::new();
    let mut table =
        Table::new(vec![Column::new("NODE"), Column::new("TABLE"), Column::new("STATE")])
            .named("table", 1);
    for state in states {
        let Some(name) = state.table else { continue };
        if args.not_ready && state.state == "ready" {
            continue;
        }
        let tone = match state.state {
            "ready" | "copied" => Tone::Good,
            "failed" => Tone::Bad,
            _ => Tone::Warning,
        };
        table.row(vec![
            Cell::text(client.node()),
            Cell::text(name.to_string()),
            Cell::toned(state.state, tone),
        ]);
        items.push(Item {
            node: client.node().to_owned(),
            subscription: args.name.clone(),
            table: name,
            state: state.state,
        });
    }
    emit(
        global,
        Document {
            schema: "spockctl/sub-tables/1",
            cluster: Some(&context.cluster.name),
            items: &items,
            table,
            warnings: &[],
            errors: &fleet.errors,
        },
    )?;
    Ok(Exit::Ok)
}
