//! `spockctl sub stats`.

use spock_admin::client::{Client, SubscriptionStatistics, TableStatistics};
use spock_admin::error::AdminError;
use spock_admin::operations::Fleet;
use spock_admin::operations::answers::ask_nodes;
use spock_admin::operations::subscription::unknown;

use super::find::object;
use crate::cli::Global;
use crate::commands::change::{Changes, Verb};
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, count, emit_of_nodes};
use crate::{ui, watch};

const RESET: Verb = Verb("reset", "reset");

/// Arguments of `sub stats`.
#[derive(Debug, clap::Args)]
pub(crate) struct StatsArgs {
    /// Only this subscription
    name: Option<String>,

    /// Changes by table, also of what the nodes have sent
    #[arg(long)]
    by_table: bool,

    /// Count from nothing again; with --by-table the tables of all streams of a node
    #[arg(long)]
    reset: bool,
}

pub(super) async fn run(global: &Global, args: &StatsArgs) -> Result {
    let context = Context::load(global, "sub-stats")?;
    if args.reset {
        return reset(global, &context, args).await;
    }
    watch::run(global, "sub stats", || show(global, &context, args)).await
}

async fn show(global: &Global, context: &Context, args: &StatsArgs) -> Result {
    let fleet = context.connect().await?;
    if args.by_table {
        let mut answers = ask_nodes(&fleet, Client::table_statistics).await;
        if let Some(name) = &args.name {
            super::find::find(&fleet, name).await?;
            answers.items.retain(|item| item.name.as_ref() == Some(name));
        }
        let table = by_table(&answers.items);
        return emit_of_nodes(global, context, "spockctl/sub-stats-by-table/1", &answers, table);
    }
    let mut answers = ask_nodes(&fleet, Client::subscription_statistics).await;
    if let Some(name) = &args.name {
        let known: Vec<String> = answers.items.iter().map(|item| item.name.clone()).collect();
        answers.items.retain(|item| item.name == *name);
        if answers.items.is_empty() && answers.errors.is_empty() {
            return Err(unknown(name, known.iter().map(String::as_str)).into());
        }
    }
    let table = by_subscription(&answers.items);
    emit_of_nodes(global, context, "spockctl/sub-stats/1", &answers, table)
}

async fn reset(global: &Global, context: &Context, args: &StatsArgs) -> Result {
    let fleet = context.connect_all().await?;
    let subs = chosen(&fleet, args.name.as_deref()).await?;
    let mut changes = Changes::new(global, context);
    if args.by_table && args.name.is_some() {
        return Err(AdminError::precondition(
            "the changes of tables are counted for all streams of a node, and are reset for all",
        )
        .hint("choose the node with --node, and leave out the subscription")
        .into());
    }
    let nodes: Vec<&str> = fleet.clients.iter().map(|client| client.node()).collect();
    let what = match &args.name {
        Some(name) => format!("the statistics of subscription {name}"),
        None => format!("the statistics of all subscriptions of {}", nodes.join(", ")),
    };
    if !global.dry_run {
        ui::confirm::moderate(global, &format!("Reset {what}?"))?;
    }
    if args.by_table {
        let what = "the changes by table of all streams";
        for client in &fleet.clients {
            let object = format!("node/{}", client.node());
            if global.dry_run {
                changes.planned(RESET, client.node(), object, what);
            } else {
                client.reset_table_statistics().await?;
                changes.done(RESET, client.node(), object, what);
            }
        }
        return changes.emit();
    }
    for (client, id, name) in subs {
        let what = format!("the statistics of subscription {name}");
        if global.dry_run {
            changes.planned(RESET, client.node(), object(&name), &what);
        } else {
            client.reset_subscription_statistics(id).await?;
            changes.done(RESET, client.node(), object(&name), &what);
        }
    }
    changes.emit()
}

/// The named subscription, or all, with their nodes.
async fn chosen<'a>(
    fleet: &'a Fleet,
    name: Option<&str>,
) -> Result<Vec<(&'a Client, u32, String)>> {
    let mut out = Vec::new();
    let mut known = Vec::new();
    for client in &fleet.clients {
        for sub in client.subscriptions().await? {
            known.push(sub.name.clone());
            if name.is_none_or(|name| name == sub.name) {
                out.push((client.as_ref(), sub.id, sub.name));
            }
        }
    }
    match name {
        Some(name) if out.is_empty() => Err(unknown(name, known.iter().map(String::as_str)).into()),
        _ => Ok(out),
    }
}

fn number(value: i64) -> Cell {
    Cell::value(Some(value), count)
}

fn by_subscription(items: &[SubscriptionStatistics]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("NAME"),
        Column::new("PROVIDER"),
        Column::number("TRANSACTIONS"),
        Column::number("INSERTS"),
        Column::number("UPDATES"),
        Column::number("DELETES"),
        Column::number("CONFLICTS"),
        Column::number("ROLLBACKS").droppable(),
        Column::number("DISCONNECTS").droppable(),
        Column::number("INSERT_EXISTS").wide(),
        Column::number("UPDATE_ORIGIN_DIFFERS").wide(),
        Column::number("UPDATE_EXISTS").wide(),
        Column::number("UPDATE_MISSING").wide(),
        Column::number("DELETE_ORIGIN_DIFFERS").wide(),
        Column::number("DELETE_MISSING").wide(),
        Column::number("DELETE_EXISTS").wide(),
        Column::new("SINCE").wide(),
    ])
    .named("sub", 1);
    for item in items {
        let conflicts = &item.conflicts;
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.name),
            Cell::text(&item.provider),
            number(item.transactions),
            number(item.inserts),
            number(item.updates),
            number(item.deletes),
            number(conflicts.total()),
            number(item.rollbacks),
            number(item.disconnects),
            number(conflicts.insert_exists),
            number(conflicts.update_origin_differs),
            number(conflicts.update_exists),
            number(conflicts.update_missing),
            number(conflicts.delete_origin_differs),
            number(conflicts.delete_missing),
            number(conflicts.delete_exists),
            Cell::value(item.since, |at| at.to_string()),
        ]);
    }
    table
}

fn by_table(items: &[TableStatistics]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("NAME"),
        Column::new("TABLE"),
        Column::number("INSERTS"),
        Column::number("UPDATES"),
        Column::number("DELETES"),
        Column::number("CONFLICTS"),
        Column::number("DELTAS").droppable(),
    ])
    .named("table", 2);
    for item in items {
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(item.name.as_deref().unwrap_or("<output>")),
            Cell::text(&item.table),
            number(item.inserts),
            number(item.updates),
            number(item.deletes),
            number(item.conflicts),
            number(item.deltas),
        ]);
    }
    table
}
