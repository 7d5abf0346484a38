//! `spockctl upgrade status`.

use spock_admin::client::LibraryFile;
use spock_admin::operations::upgrade::{NodeVersions, status};

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, Tone, emit_of_nodes};
use crate::watch;

pub(super) async fn run(global: &Global) -> Result {
    let context = Context::load(global, "upgrade-status")?;
    watch::run(global, "upgrade status", || show(global, &context)).await
}

async fn show(global: &Global, context: &Context) -> Result {
    let fleet = context.connect().await?;
    let answers = status(&fleet).await;
    let items: Vec<&NodeVersions> = answers.items.iter().collect();
    emit_of_nodes(global, context, "spockctl/upgrade-status/1", &answers, table(&items))
}

/// Columns that show versions.
pub(super) fn table(items: &[&NodeVersions]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("LIBRARY"),
        Column::new("EXTENSION"),
        Column::new("INSTALLED"),
        Column::new("PROTOCOL"),
        Column::new("STATE"),
        Column::new("REASON"),
        Column::new("SCRIPTS").wide(),
        Column::new("POSTGRES").wide(),
    ])
    .named("node", 0);
    for item in items {
        let tone = if item.state == "current" { Tone::Good } else { Tone::Warning };
        let versions = &item.versions;
        table.row(vec![
            Cell::text(&item.node),
            Cell::optional(versions.library.as_deref()),
            Cell::optional(versions.extension.as_deref()),
            Cell::optional(installed(versions.file.as_ref(), versions.scripts.as_deref())),
            Cell::value(versions.protocols, |protocols| protocols.to_string()),
            Cell::toned(item.state, tone),
            Cell::optional(item.reason.as_deref()),
            Cell::optional(versions.scripts.as_deref()),
            Cell::text(versions.postgres.split(' ').next().unwrap_or_default()),
        ]);
    }
    table
}

/// The version of the files, by the library where that may be read.
fn installed<'a>(file: Option<&'a LibraryFile>, scripts: Option<&'a str>) -> Option<&'a str> {
    file.map(|file| file.version.as_str()).or(scripts)
}
