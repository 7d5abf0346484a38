//! `spockctl node version`.

use serde::Serialize;
use spock_admin::client::Versions;
use spock_admin::operations::answers::Answers;

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, emit_of_nodes};
use crate::watch;

/// The versions of one node.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    node: String,
    #[serde(flatten)]
    versions: Versions,
}

pub(crate) async fn run(global: &Global) -> Result {
    let context = Context::load(global, "node-version")?;
    watch::run(global, "node version", || show(global, &context)).await
}

async fn show(global: &Global, context: &Context) -> Result {
    let fleet = context.connect().await?;
    let mut answers = Answers { items: Vec::new(), errors: fleet.errors.clone(), answered: 0 };
    for client in &fleet.clients {
        match client.versions().await {
            Ok(versions) => {
                answers.items.push(Item { node: client.node().to_owned(), versions });
                answers.answered += 1;
            }
            Err(error) => answers.errors.push(error),
        }
    }
    let table = table(&answers.items);
    emit_of_nodes(global, context, "spockctl/node-version/1", &answers, table)
}

fn table(items: &[Item]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("POSTGRES"),
        Column::new("SPOCK"),
        Column::new("LIBRARY"),
        Column::new("PROTOCOLS"),
        Column::new("SCRIPTS").wide(),
    ])
    .named("node", 0);
    for Item { node, versions } in items {
        table.row(vec![
            Cell::text(node),
            Cell::text(versions.postgres.split(' ').next().unwrap_or_default()),
            Cell::optional(versions.extension.as_deref()),
            Cell::optional(versions.library.as_deref()),
            Cell::value(versions.protocols, |protocols| protocols.to_string()),
            Cell::optional(versions.scripts.as_deref()),
        ]);
    }
    table
}
