//! `spockctl ddl enable|disable`: the settings of automatic replication, on every node.

use spock_admin::operations::automatic_ddl::switch;
use spock_admin::operations::server_setting::Switched;

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, emit_of_nodes};
use crate::ui;

pub(super) async fn enable(global: &Global) -> Result {
    run(global, "ddl-enable", true).await
}

pub(super) async fn disable(global: &Global) -> Result {
    run(global, "ddl-disable", false).await
}

async fn run(global: &Global, command: &str, on: bool) -> Result {
    let context = Context::load(global, command)?;
    let fleet = context.connect().await?;
    if !on && !global.dry_run {
        let question = "Stop replicating statements that define objects by themselves?";
        ui::confirm::moderate(global, question)?;
    }
    let answers = switch(&fleet, on, global.dry_run).await;
    let exit =
        emit_of_nodes(global, &context, "spockctl/ddl-switch/1", &answers, table(&answers.items))?;
    let changed = answers.items.iter().filter(|item| item.changed).count();
    let said = match (changed, global.dry_run) {
        (0, _) => "nothing to change".to_owned(),
        (_, true) => format!("would change {changed} settings"),
        (_, false) => format!("changed {changed} settings"),
    };
    ui::note(global, said);
    Ok(exit)
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] =
    &[Column::new("NODE"), Column::new("SETTING"), Column::new("BEFORE"), Column::new("AFTER")];

pub(crate) fn table(items: &[Switched]) -> Table {
    let mut table = Table::new(COLUMNS).named("setting", 1);
    for item in items {
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.setting),
            Cell::text(&item.before),
            Cell::text(&item.after),
        ]);
    }
    table
}
