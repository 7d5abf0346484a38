//! `spockctl slot list` and `spockctl slot orphans`.

use spock_admin::operations::slot::{self, SlotState};

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, Tone, bytes, emit_of_nodes};
use crate::{ui, watch};

pub(super) async fn run(global: &Global, orphans: bool) -> Result {
    let (command, title) =
        if orphans { ("slot-orphans", "slot orphans") } else { ("slot-list", "slot list") };
    let context = Context::load(global, command)?;
    watch::run(global, title, || show(global, &context, orphans)).await
}

async fn show(global: &Global, context: &Context, orphans: bool) -> Result {
    let fleet = context.connect_cluster().await?;
    let mut answers = slot::list(&fleet, context.names()).await;
    let unknown = answers.items.iter().filter(|item| item.state == "unknown").count();
    let schema = if orphans {
        answers.items.retain(|item| item.state == "orphan");
        "spockctl/slot-orphans/1"
    } else {
        "spockctl/slot-list/1"
    };
    let exit = emit_of_nodes(global, context, schema, &answers, table(&answers.items))?;
    let orphan = answers.items.iter().find(|item| item.state == "orphan");
    if orphans && unknown > 0 {
        let slots = if unknown == 1 { "1 slot" } else { &format!("{unknown} slots") };
        ui::warning(format!(
            "{slots} may be orphaned: not every node could be asked, see `spockctl slot list`"
        ));
    }
    if let Some(orphan) = orphan {
        ui::hint(
            global,
            format!(
                "drop it with `spockctl slot drop {} --node {}`",
                orphan.slot.name, orphan.node
            ),
        );
        if orphans {
            return Ok(Exit::Unhealthy);
        }
    }
    Ok(exit)
}

fn table(items: &[SlotState]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("SLOT"),
        Column::new("STATE"),
        Column::number("KEPT"),
        Column::new("CONSUMER").droppable(),
        Column::new("SUBSCRIPTION").droppable(),
        Column::new("REASON"),
        Column::new("WAL_STATUS").wide(),
        Column::number("SAFE").wide(),
        Column::number("PID").wide(),
        Column::new("READER").wide(),
        Column::new("ADDRESS").wide(),
        Column::new("RESTART_LSN").wide(),
        Column::new("CONFIRMED_LSN").wide(),
    ])
    .named("slot", 1);
    for item in items {
        let tone = match item.state {
            "used" | "own" => Tone::Good,
            "orphan" => Tone::Bad,
            _ => Tone::Warning,
        };
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.slot.name),
            Cell::toned(item.state, tone),
            Cell::value(item.slot.kept_bytes, bytes),
            Cell::optional(item.consumer.as_deref()),
            Cell::optional(item.subscription.as_deref()),
            Cell::optional(item.reason.as_deref()),
            Cell::optional(item.slot.wal_status.as_deref()),
            Cell::value(item.slot.safe_bytes, bytes),
            Cell::value(item.slot.pid, |pid| pid.to_string()),
            Cell::optional(item.slot.reader.as_deref()),
            Cell::optional(item.slot.reader_address.as_deref()),
            Cell::optional(item.slot.restart_lsn.as_deref()),
            Cell::optional(item.slot.confirmed_lsn.as_deref()),
        ]);
    }
    table
}
