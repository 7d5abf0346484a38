//! `spockctl node list`.

use serde::Serialize;

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, emit_answers};
use crate::watch;

#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    node: String,
    registered_as: Option<String>,
    node_id: Option<u32>,
    spock: Option<String>,
    postgres: String,
    system_identifier: String,
    database: String,
    knows: Vec<Known>,
}

#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Known {
    node: String,
    dsn: String,
}

pub(super) async fn run(global: &Global) -> Result {
    let context = Context::load(global, "node-list")?;
    watch::run(global, "node list", || list(global, &context)).await
}

async fn list(global: &Global, context: &Context) -> Result {
    let fleet = context.connect().await?;
    let mut items = Vec::new();
    for client in &fleet.clients {
        let facts = client.server_facts().await?;
        let local = client.local_node().await?;
        let knows = match &local {
            Some(_) => client.known_nodes().await?,
            None => Vec::new(),
        };
        items.push(Item {
            node: client.node().to_owned(),
            node_id: local.as_ref().map(|local| local.id),
            registered_as: local.map(|local| local.name),
            spock: facts.extension_installed,
            postgres: facts.version,
            system_identifier: facts.system_identifier,
            database: facts.database,
            knows: knows
                .into_iter()
                .map(|(node, dsn)| Known { node, dsn: dsn.redacted() })
                .collect(),
        });
    }
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::number("ID"),
        Column::new("DATABASE"),
        Column::new("SPOCK"),
        Column::new("POSTGRES").droppable(),
        Column::new("KNOWS"),
        Column::new("SYSTEM_IDENTIFIER").wide(),
        Column::new("DSN").wide(),
    ])
    .named("node", 0);
    for item in &items {
        let knows: Vec<&str> = item.knows.iter().map(|known| known.node.as_str()).collect();
        let own = item.knows.iter().find(|known| Some(&known.node) == item.registered_as.as_ref());
        table.row(vec![
            Cell::text(&item.node),
            Cell::value(item.node_id, |id| id.to_string()),
            Cell::text(&item.database),
            Cell::optional(item.spock.as_deref()),
            Cell::text(item.postgres.split(' ').next().unwrap_or_default()),
            Cell::text(knows.join(",")),
            Cell::text(&item.system_identifier),
            Cell::optional(own.map(|known| known.dsn.as_str())),
        ]);
    }
    emit_answers(
        global,
        Document {
            schema: "spockctl/node-list/1",
            cluster: Some(&context.cluster.name),
            items: &items,
            table,
            warnings: &context.cluster.warnings,
            errors: &fleet.errors,
        },
    )
}
