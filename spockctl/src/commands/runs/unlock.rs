//! `spockctl runs unlock`.

use spock_admin::client::LockHolder;
use spock_admin::error::AdminError;
use spock_admin::journal::{self, RunState};
use spock_admin::operations::answers::Answers;
use spock_admin::operations::dead_operator::{Unlocked, find, remove};

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, age, emit_of_nodes};
use crate::ui;

pub(super) async fn run(global: &Global) -> Result {
    let context = Context::load(global, "runs-unlock")?;
    let fleet = context.connect().await?;
    let found = find(&fleet).await;
    for holder in &found.items {
        refuse_the_living(holder)?;
        let LockHolder { node, operation, holder: who, pid, since, .. } = holder;
        let what =
            format!("{node} is locked by \"{operation}\" of {who} (pid {pid}) since {since}");
        ui::note(global, what);
    }
    let answers = if global.dry_run || found.items.is_empty() {
        let items = found.items.into_iter().map(|holder| Unlocked { holder, removed: false });
        Answers { items: items.collect(), errors: found.errors, answered: found.answered }
    } else {
        let nodes = found.items.len();
        let question =
            format!("Is that operator dead, and its lock to be removed on {nodes} nodes?");
        ui::confirm::moderate(global, &question)?;
        remove(&fleet, found).await
    };
    let schema = "spockctl/runs-unlock/1";
    let exit = emit_of_nodes(global, &context, schema, &answers, table(&answers.items))?;
    let removed = answers.items.iter().filter(|item| item.removed).count();
    let said = match (answers.items.len(), global.dry_run) {
        (0, _) => "no node is locked".to_owned(),
        (some, true) => format!("would unlock {some} nodes"),
        (_, false) => format!("unlocked {removed} nodes"),
    };
    ui::note(global, said);
    Ok(exit)
}

/// Of this machine's runs it is known whether they live.
fn refuse_the_living(holder: &LockHolder) -> Result<()> {
    let run = journal::directory().and_then(|directory| journal::find(&directory, &holder.run));
    match run {
        Ok(run) if run.state == RunState::Running => Err(AdminError::precondition(format!(
            "the operator at work is not dead: run {}",
            run.run
        ))
        .detail(format!("It is process {} of this machine.", run.pid))
        .on(&holder.node)
        .hint("end it with ^C or SIGTERM: it releases the lock itself")
        .into()),
        _ => Ok(()),
    }
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("NODE"),
    Column::new("COMMAND"),
    Column::new("WHO"),
    Column::number("PID"),
    Column::new("RUN"),
    Column::new("SINCE"),
    Column::number("LEASE"),
    Column::new("REMOVED"),
];

fn table(items: &[Unlocked]) -> Table {
    let mut table = Table::new(COLUMNS).named("lock", 1);
    for Unlocked { holder, removed } in items {
        let left = (holder.lease_left_seconds > 0.0).then_some(holder.lease_left_seconds);
        table.row(vec![
            Cell::text(&holder.node),
            Cell::text(&holder.operation),
            Cell::text(&holder.holder),
            Cell::text(holder.pid.to_string()),
            Cell::text(&holder.run),
            Cell::text(&holder.since),
            Cell::value(left, age),
            Cell::text(if *removed { "yes" } else { "no" }),
        ]);
    }
    table
}
