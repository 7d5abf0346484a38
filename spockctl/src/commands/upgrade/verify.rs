//! `spockctl upgrade verify`.

use spock_admin::operations::upgrade::{Verified, verify};
use spock_admin::wait::Deadline;

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, Tone, emit};
use crate::ui;

pub(super) async fn run(global: &Global) -> Result {
    let context = Context::load(global, "upgrade-verify")?;
    let fleet = context.connect_all().await?;
    let progress = ui::progress::reporter(global);
    let nodes = verify(&fleet, Deadline::after(global.timeout), progress.as_ref()).await?;
    drop(progress);
    emit(
        global,
        Document {
            schema: "spockctl/upgrade-verify/1",
            cluster: Some(&context.cluster.name),
            items: &nodes,
            table: table(&nodes),
            warnings: &context.cluster.warnings,
            errors: &[],
        },
    )?;
    let ill = nodes.iter().filter(|node| !node.problems.is_empty()).count();
    if ill > 0 {
        ui::note(global, format!("problems on {ill} of {} nodes", nodes.len()));
        return Ok(Exit::Unhealthy);
    }
    let version = nodes.first().and_then(|node| node.found.versions.extension.as_deref());
    let version = version.unwrap_or_default();
    ui::note(global, format!("all {} nodes run spock {version}, and hear each other", nodes.len()));
    Ok(Exit::Ok)
}

fn table(nodes: &[Verified]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("LIBRARY"),
        Column::new("EXTENSION"),
        Column::number("SUBSCRIPTIONS"),
        Column::new("RESULT"),
        Column::new("PROBLEM"),
    ])
    .named("node", 0);
    for node in nodes {
        let versions = &node.found.versions;
        let result = if node.problems.is_empty() {
            Cell::toned("* ok", Tone::Good)
        } else {
            Cell::toned("! broken", Tone::Bad)
        };
        let problems = node.problems.join("; ");
        table.row(vec![
            Cell::text(&node.found.node),
            Cell::optional(versions.library.as_deref()),
            Cell::optional(versions.extension.as_deref()),
            Cell::text(node.subscriptions.to_string()),
            result,
            Cell::optional((!problems.is_empty()).then_some(problems.as_str())),
        ]);
    }
    table
}
