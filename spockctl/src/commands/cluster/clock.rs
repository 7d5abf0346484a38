//! `spockctl cluster status --clock`: how far the servers' clocks are apart.

use spock_admin::operations::answers::Answers;
use spock_admin::operations::clock::{Skew, skews};

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, Tone, age, emit_of_nodes};
use crate::watch;

pub(super) async fn run(global: &Global) -> Result {
    let context = Context::load(global, "cluster-clock")?;
    watch::run(global, "cluster status --clock", || show(global, &context)).await
}

async fn show(global: &Global, context: &Context) -> Result {
    let fleet = context.connect().await?;
    let items = skews(&fleet.clients).await;
    let answers = Answers { answered: items.len(), items, errors: fleet.errors.clone() };
    let table = table(&answers.items);
    emit_of_nodes(global, context, "spockctl/cluster-clock/1", &answers, table)
}

fn table(items: &[Skew]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::number("AT_LEAST"),
        Column::new("DIRECTION"),
        Column::new("REFERENCE"),
    ])
    .named("node", 0);
    for skew in items {
        let apart = skew.seconds > 0.0;
        let tone = if skew.matters() { Tone::Warning } else { Tone::Good };
        table.row(vec![
            Cell::text(&skew.node),
            Cell::toned(age(skew.seconds), tone),
            Cell::optional(apart.then(|| skew.word())),
            Cell::text(&skew.reference),
        ]);
    }
    table
}
