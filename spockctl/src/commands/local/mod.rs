//! `spockctl local …`: clusters of real servers on this machine.
//!
//! The work is done by [`spock_admin::local`], whose calls block; they run on threads of their own.

mod down;
mod list;
mod logs;
mod psql;
mod up;

use std::sync::Arc;

use spock_admin::error::{AdminError, ErrorKind};
use spock_admin::local::{LocalCluster, LocalEvent};
use spock_admin::progress::{Event, Outcome, Progress};

use crate::cli::Global;
use crate::context::DEFAULT_LOCAL;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, Tone, emit};

/// Verbs of `local`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum LocalCommand {
    /// Make servers on this machine, or start those that were made before
    ///
    /// The servers run from a private copy of the installed PostgreSQL, listen on free ports of
    /// 127.0.0.1, and need no root; root runs them as an unprivileged account.
    Up(up::UpArgs),
    /// Stop the servers of a local cluster
    Down(down::DownArgs),
    /// Show the local clusters
    List,
    /// Show the log of a server
    Logs(logs::LogsArgs),
    /// Open psql on a node
    Psql(psql::PsqlArgs),
}

pub(crate) async fn run(global: &Global, command: LocalCommand) -> Result {
    match command {
        LocalCommand::Up(args) => up::run(global, args).await,
        LocalCommand::Down(args) => down::run(global, args).await,
        LocalCommand::List => list::run(global),
        LocalCommand::Logs(args) => logs::run(global, &args).await,
        LocalCommand::Psql(args) => psql::run(global, &args),
    }
}

/// The name that was given, by argument or by `--local`, or the usual one.
fn name_of<'a>(global: &'a Global, name: Option<&'a str>) -> &'a str {
    name.or(global.local.as_deref()).unwrap_or(DEFAULT_LOCAL)
}

/// Runs a blocking piece of work and waits for it.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> spock_admin::error::Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => Ok(result?),
        Err(e) => Err(AdminError::new(ErrorKind::Internal, e.to_string()).into()),
    }
}

/// Shows what happens to a local cluster as steps.
fn observer(progress: Arc<dyn Progress>) -> impl Fn(&LocalEvent) + Send + Sync {
    let prepared = std::sync::Mutex::new(None::<std::time::Instant>);
    move |event| match event {
        LocalEvent::PreparingServer { version } => {
            if let Ok(mut since) = prepared.lock() {
                *since = Some(std::time::Instant::now());
            }
            let title = format!("prepare {version}");
            progress.event(Event::StepStarted { step: "server", node: "all", title: &title });
        }
        LocalEvent::CreatingNode { node } => {
            let since = prepared.lock().ok().and_then(|mut since| since.take());
            if let Some(since) = since {
                progress.event(Event::StepFinished {
                    step: "server",
                    outcome: Outcome::Changed,
                    elapsed: since.elapsed(),
                });
            }
            progress.event(Event::StepStarted { step: node, node, title: "create and start" });
        }
        LocalEvent::StartingNode { node } => {
            progress.event(Event::StepStarted { step: node, node, title: "start" });
        }
        LocalEvent::NodeReady { node, took, .. } => {
            progress.event(Event::StepFinished {
                step: node,
                outcome: Outcome::Changed,
                elapsed: *took,
            });
        }
        LocalEvent::NodeStopped { node } => {
            progress.event(Event::StepStarted { step: node, node, title: "stop" });
            progress.event(Event::StepFinished {
                step: node,
                outcome: Outcome::Changed,
                elapsed: std::time::Duration::ZERO,
            });
        }
        _ => {}
    }
}

#[derive(serde::Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    cluster: String,
    node: String,
    status: &'static str,
    port: u16,
    databases: Vec<String>,
    dsn: String,
    directory: String,
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("CLUSTER"),
    Column::new("NODE"),
    Column::new("STATUS"),
    Column::number("PORT"),
    Column::new("DATABASE"),
    Column::new("DSN").wide(),
    Column::new("DIRECTORY").wide(),
];

/// Prints the nodes of local clusters.
fn show(global: &Global, clusters: &[LocalCluster]) -> Result<()> {
    let mut table = Table::new(COLUMNS).named("local", 0);
    let mut items = Vec::new();
    for cluster in clusters {
        for node in cluster.nodes() {
            let item = Item {
                cluster: cluster.name(),
                node: node.name().to_owned(),
                status: if node.is_running() { "running" } else { "stopped" },
                port: node.port(),
                databases: node.databases(),
                dsn: spock_admin::error::redact(&node.conninfo(&crate::context::database(node))),
                directory: node.dir().display().to_string(),
            };
            let tone = if item.status == "running" { Tone::Good } else { Tone::Warning };
            table.row(vec![
                Cell::text(&item.cluster),
                Cell::text(&item.node),
                Cell::toned(item.status, tone),
                Cell::value(Some(item.port), |port| port.to_string()),
                Cell::text(item.databases.join(",")),
                Cell::text(&item.dsn),
                Cell::text(&item.directory),
            ]);
            items.push(item);
        }
    }
    emit(
        global,
        Document {
            schema: "spockctl/local/1",
            cluster: None,
            items: &items,
            table,
            warnings: &[],
            errors: &[],
        },
    )
}
