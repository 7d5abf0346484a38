//! `spockctl slot enable-failover`.

use spock_admin::operations::slot::{FailoverSlots, enable_failover};

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, emit_of_nodes};
use crate::ui;

pub(super) async fn run(global: &Global) -> Result {
    let context = Context::load(global, "slot-enable-failover")?;
    let fleet = context.connect().await?;
    let answers = enable_failover(&fleet, global.dry_run).await;
    let schema = "spockctl/slot-enable-failover/1";
    let exit = emit_of_nodes(global, &context, schema, &answers, table(&answers.items))?;
    let total: i64 = answers.items.iter().map(|item| item.changed).sum();
    let done = if global.dry_run { "would change" } else { "changed" };
    ui::note(global, format!("{done} {total} slots"));
    Ok(exit)
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &[Column::new("NODE"), Column::number("CHANGED")];

fn table(items: &[FailoverSlots]) -> Table {
    let mut table = Table::new(COLUMNS).named("node", 0);
    for item in items {
        let changed = Cell::value(Some(item.changed), |n| n.to_string());
        table.row(vec![Cell::text(&item.node), changed]);
    }
    table
}
