//! `spockctl config …`: the cluster definition itself.

use crate::cli::{Format, Global};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, emit};
use crate::ui;

/// Verbs of `config`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ConfigCommand {
    /// Read the cluster definition and say what is wrong with it
    Validate,
    /// Show the nodes of the definition, passwords masked
    Show,
}

/// One node, as the definition has it.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    node: String,
    admin: String,
    peer: String,
    location: Option<String>,
    is_seed: bool,
}

pub(crate) fn run(global: &Global, command: &ConfigCommand) -> Result {
    let context = Context::load(global, "config")?;
    let cluster = &context.cluster;
    match command {
        ConfigCommand::Validate => {
            ui::note(
                global,
                format!(
                    "cluster \"{}\": {} nodes, {} subscriptions",
                    cluster.name,
                    cluster.nodes.len(),
                    cluster.subscriptions().len()
                ),
            );
            if !matches!(global.output, Format::Table | Format::Wide) {
                show(global, &context)?;
            }
        }
        ConfigCommand::Show => show(global, &context)?,
    }
    Ok(Exit::Ok)
}

fn show(global: &Global, context: &Context) -> Result<()> {
    let cluster = &context.cluster;
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("ADMIN"),
        Column::new("PEER"),
        Column::new("LOCATION").droppable(),
    ])
    .named("node", 0);
    let mut items = Vec::new();
    for node in context.nodes()? {
        table.row(vec![
            Cell::text(&node.name),
            Cell::text(node.admin.redacted()),
            Cell::text(node.peer.redacted()),
            Cell::optional(node.location.as_deref()),
        ]);
        items.push(Item {
            node: node.name.clone(),
            admin: node.admin.redacted(),
            peer: node.peer.redacted(),
            location: node.location.clone(),
            is_seed: node.name == cluster.seed,
        });
    }
    emit(
        global,
        Document {
            schema: "spockctl/config/1",
            cluster: Some(&cluster.name),
            items: &items,
            table,
            warnings: &cluster.warnings,
            errors: &[],
        },
    )
}
