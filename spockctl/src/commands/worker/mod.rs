//! `spockctl worker …`: processes of the extension.

pub(crate) mod pause;

use spock_admin::client::{Client, WorkerState};
use spock_admin::operations::answers::ask_nodes;

use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, Tone, age, emit_of_nodes};
use crate::watch;

/// Verbs of `worker`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum WorkerCommand {
    /// Show what each process of the extension does, what it waits for, and subscriptions without one
    List,
    /// Have the apply workers stand still between two transactions
    ///
    /// Calls spock.pause_apply_workers() on each node (--node: on some), and returns when all workers stand still.
    /// Processes and connections stay; the providers keep their logs meanwhile. A node whose workers do not come to the
    /// end of a transaction within its spock.pause_timeout (10 s) goes on, and the command ends with status 7, or with 5
    /// when other nodes are paused. A restart of a server ends its pause.
    Pause,
    /// Have the apply workers go on that `worker pause` has stopped
    Resume,
}

pub(crate) async fn run(global: &Global, command: WorkerCommand) -> Result {
    match command {
        WorkerCommand::List => {
            let context = Context::load(global, "worker-list")?;
            watch::run(global, "worker list", || list(global, &context)).await
        }
        WorkerCommand::Pause => pause::pause(global).await,
        WorkerCommand::Resume => pause::resume(global).await,
    }
}

async fn list(global: &Global, context: &Context) -> Result {
    let fleet = context.connect().await?;
    let answers = ask_nodes(&fleet, Client::worker_states).await;
    emit_of_nodes(global, context, "spockctl/worker-list/1", &answers, table(&answers.items))
}

fn table(items: &[WorkerState]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("KIND"),
        Column::number("PID"),
        Column::new("SUBSCRIPTION"),
        Column::new("PROVIDER").droppable(),
        Column::new("STATUS"),
        Column::number("BUSY"),
        Column::new("WAITS_FOR").droppable(),
        Column::new("BLOCKED_BY").droppable(),
        Column::new("REASON"),
    ])
    .named("worker", 2);
    for item in items {
        let runs = item.status == "running";
        // An error of before, of a process that runs again, is none.
        let reason = item.last_error.as_deref().filter(|_| !runs);
        let blocked: Vec<String> = item.blocked_by.iter().map(ToString::to_string).collect();
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.kind),
            Cell::value(item.pid, |pid| pid.to_string()),
            Cell::optional(item.subscription.as_deref()),
            Cell::optional(item.provider.as_deref()),
            Cell::toned(&item.status, if runs { Tone::Good } else { Tone::Bad }),
            Cell::value(item.transaction_seconds, age),
            Cell::optional(item.wait_event.as_deref()),
            Cell::optional((!blocked.is_empty()).then(|| blocked.join(",")).as_deref()),
            Cell::optional(reason),
        ]);
    }
    table
}
