//! `spockctl sub wait`.

use std::sync::Arc;

use futures::future::join_all;
use spock_admin::client::{Client, TableRef};
use spock_admin::error::AdminError;
use spock_admin::operations::Fleet;
use spock_admin::operations::answers::Answers;
use spock_admin::operations::subscription::wait::{Goal, Waited, wait};
use spock_admin::wait::{Deadline, duration_text};
use spock_core::lsn::Lsn;

use super::find::find;
use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::{Cell, Column, Table, Tone, age, emit_of_nodes};
use crate::ui;

pub(super) const EXAMPLES: &str = "\
Examples:
  spockctl sub wait sub_n1_n2                         until its copies are done
  spockctl sub wait sub_n1_n2 --table public.orders   until the copy of one table is done
  spockctl sub wait sub_n1_n2 --for catch-up          until it has what n1 had when the wait began
  spockctl sub wait sub_n1_n2 --for lsn=0/1A2B3C4     until it has this place of the log of n1

Ends with status 7 when the time of --timeout is over; how it stands is printed then.";

/// Arguments of `sub wait`.
#[derive(Debug, clap::Args)]
pub(crate) struct WaitArgs {
    /// The subscriptions
    #[arg(required = true)]
    name: Vec<String>,

    /// Only this table, with its schema unless it is in public
    #[arg(long, value_name = "TABLE")]
    table: Option<TableRef>,

    /// What to wait for: sync, catch-up, or lsn=X/X
    #[arg(long = "for", value_name = "STATE", default_value = "sync", value_parser = parse)]
    goal: Wanted,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Wanted {
    Sync,
    CatchUp,
    Lsn(Lsn),
}

fn parse(text: &str) -> Result<Wanted, String> {
    match text.split_once('=') {
        None if text == "sync" => Ok(Wanted::Sync),
        None if text == "catch-up" => Ok(Wanted::CatchUp),
        Some(("lsn", lsn)) => lsn.parse().map(Wanted::Lsn).map_err(|e| format!("{e}")),
        _ => Err("wait for sync, catch-up, or lsn=X/X".to_owned()),
    }
}

pub(super) async fn run(global: &Global, args: &WaitArgs) -> Result {
    if args.table.is_some() && args.goal != Wanted::Sync {
        return Err(Failure::usage("of a table, only its copy can be waited for (--for sync)"));
    }
    let context = Context::load(global, "sub-wait")?;
    let deadline = Deadline::after(global.timeout);
    let fleet = context.connect().await?;
    let mut waits: Vec<(Arc<Client>, &str, Goal)> = Vec::new();
    for name in &args.name {
        let (client, sub) = find(&fleet, name).await?;
        let goal = match (&args.table, args.goal) {
            (Some(table), _) => Goal::TablesSynced(relations(&client, table).await?),
            (None, Wanted::Sync) => Goal::Synced,
            (None, Wanted::Lsn(lsn)) => Goal::Applied(lsn),
            (None, Wanted::CatchUp) => Goal::Applied(mark(&context, &fleet, &sub.provider).await?),
        };
        waits.push((client, name, goal));
    }
    let progress = ui::progress::reporter(global);
    let results = join_all(
        waits.iter().map(|(client, name, goal)| wait(client, name, goal, deadline, &*progress)),
    )
    .await;
    drop(progress);
    let mut answers = Answers { items: Vec::new(), errors: Vec::new(), answered: 0 };
    for result in results {
        match result {
            Ok(waited) => {
                if let Err(failure) = require_reached(&waited, deadline) {
                    answers.errors.extend(failure.errors);
                }
                answers.items.push(waited);
                answers.answered += 1;
            }
            Err(error) => answers.errors.push(error),
        }
    }
    let exit =
        emit_of_nodes(global, &context, "spockctl/sub-wait/1", &answers, table(&answers.items))?;
    // What was not reached is no failure of some nodes; a state that no waiting mends counts most.
    let timed_out = answers.items.iter().any(|item| !item.reached);
    let broken = answers.errors.iter().map(|error| Exit::from(error.kind));
    Ok(broken.into_iter().find(|exit| *exit != Exit::Timeout).unwrap_or(match timed_out {
        true => Exit::Timeout,
        false => exit,
    }))
}

/// What is copied for a table.
async fn relations(client: &Client, table: &TableRef) -> Result<Vec<TableRef>> {
    let relations = client.table_and_partitions(table).await?;
    if relations.is_empty() {
        let error = AdminError::precondition(format!("table {table} does not exist"));
        return Err(error.on(client.node()).into());
    }
    Ok(relations)
}

/// Marks the log of the provider, and says where.
async fn mark(context: &Context, fleet: &Fleet, provider: &str) -> Result<Lsn> {
    if let Ok(client) = fleet.client(provider) {
        return Ok(client.sync_event().await?);
    }
    let known = context
        .cluster
        .node(provider)
        .map_err(|error| error.hint("without the provider, say where its log is: --for lsn=X/X"))?;
    let alone = Fleet::connect(&[known], &context.options).await;
    match alone.client(provider) {
        Ok(client) => Ok(client.sync_event().await?),
        Err(_) => Err(Failure { exit: Exit::Connect, errors: alone.errors }),
    }
}

/// Fails when the time was over.
pub(super) fn require_reached(waited: &Waited, deadline: Deadline) -> Result<()> {
    if waited.reached {
        return Ok(());
    }
    let limit = duration_text(deadline.limit());
    let goal = match (waited.goal, &waited.lsn) {
        ("sync", _) => "copied".to_owned(),
        (_, Some(lsn)) => format!("at {lsn}"),
        (goal, None) => goal.to_owned(),
    };
    Err(AdminError::timeout(format!(
        "subscription \"{}\" is not {goal} within {limit}",
        waited.name
    ))
    .detail(waited.state.clone())
    .hint("wait longer with --timeout")
    .on(&waited.node)
    .into())
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("NODE"),
    Column::new("NAME"),
    Column::new("GOAL"),
    Column::new("REACHED"),
    Column::number("WAITED"),
    Column::new("STATE"),
];

fn table(items: &[Waited]) -> Table {
    let mut table = Table::new(COLUMNS).named("sub", 1);
    for item in items {
        let goal = match &item.lsn {
            Some(lsn) => format!("{} {lsn}", item.goal),
            None => item.goal.to_owned(),
        };
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.name),
            Cell::text(goal),
            match item.reached {
                true => Cell::toned("yes", Tone::Good),
                false => Cell::toned("no", Tone::Bad),
            },
            Cell::value(Some(item.waited_seconds), age),
            Cell::text(&item.state),
        ]);
    }
    table
}
