//! `spockctl sub sync|resync-table`: copying tables again.

use spock_admin::client::TableRef;
use spock_admin::error::AdminError;
use spock_admin::operations::subscription::wait::{Goal, wait};
use spock_admin::wait::Deadline;

use super::find::{could_not, find, object};
use crate::cli::Global;
use crate::commands::change::{Changes, Verb};
use crate::context::Context;
use crate::failure::{Failure, Result};
use crate::ui;

const COPY: Verb = Verb("copy", "copied");
const START: Verb = Verb("start to copy", "started to copy");

/// Arguments of `sub sync`.
#[derive(Debug, clap::Args)]
pub(crate) struct SyncArgs {
    /// The subscription
    name: String,

    /// Empty the tables first
    #[arg(long)]
    truncate: bool,

    /// Wait until they are copied
    #[arg(long)]
    wait: bool,
}

/// Arguments of `sub resync-table`.
#[derive(Debug, clap::Args)]
pub(crate) struct ResyncArgs {
    /// The subscription
    name: String,

    /// The tables, with their schemas unless they are in public
    #[arg(required = true)]
    table: Vec<TableRef>,

    /// Leave what the tables hold
    #[arg(long)]
    no_truncate: bool,
}

pub(super) async fn sync(global: &Global, args: &SyncArgs) -> Result {
    let context = Context::load(global, "sub-sync")?;
    let fleet = context.connect().await?;
    let (client, _) = find(&fleet, &args.name).await?;
    let (node, name) = (client.node(), &args.name);
    let emptied = if args.truncate { ", which are emptied first," } else { "" };
    let what = format!("the tables of subscription {name} that were never copied{emptied}");
    let verb = if args.wait { COPY } else { START };
    let mut changes = Changes::new(global, &context);
    if global.dry_run {
        changes.planned(verb, node, object(name), &what);
        return changes.emit();
    }
    if args.truncate {
        ui::confirm::moderate(global, &format!("Copy {what} on node {node}?"))?;
    }
    let deadline = Deadline::after(global.timeout);
    client
        .sub_alter_sync(name, args.truncate)
        .await
        .map_err(|e| could_not("synchronize", name, e))?;
    if args.wait {
        let progress = ui::progress::reporter(global);
        let waited = wait(&client, name, &Goal::Synced, deadline, progress.as_ref()).await?;
        drop(progress);
        super::wait::require_reached(&waited, deadline)?;
    }
    changes.done(verb, node, object(name), &what);
    changes.emit()
}

pub(super) async fn resync_table(global: &Global, args: &ResyncArgs) -> Result {
    let context = Context::load(global, "sub-resync-table")?;
    let fleet = context.connect().await?;
    let (client, sub) = find(&fleet, &args.name).await?;
    let (node, name) = (client.node(), &args.name);
    // What waiting is about: partitions are copied one by one.
    let mut copied = Vec::new();
    for table in &args.table {
        let relations = client.table_and_partitions(table).await?;
        if relations.is_empty() {
            return Err(AdminError::precondition(format!("table {table} does not exist"))
                .on(node)
                .hint(format!("see the tables of it with `spockctl sub tables {name}`"))
                .into());
        }
        copied.extend(relations);
    }
    let names: Vec<String> = args.table.iter().map(ToString::to_string).collect();
    let tables = if names.len() == 1 { "table" } else { "tables" };
    let what =
        format!("{tables} {} from {} by subscription {name}", names.join(", "), sub.provider);
    let mut changes = Changes::new(global, &context);
    if global.dry_run {
        changes.planned(COPY, node, object(name), &what);
        return changes.emit();
    }
    let rows = if args.no_truncate { "What they hold stays." } else { "They are emptied first." };
    ui::confirm::moderate(global, &format!("Copy {what} on node {node} again? {rows}"))?;
    let deadline = Deadline::after(global.timeout);
    let copy = async {
        for table in &args.table {
            client
                .sub_resync_table(name, table, !args.no_truncate)
                .await
                .map_err(|e| could_not("copy a table of", name, e))?;
        }
        Ok::<_, Failure>(())
    };
    client.in_transaction(copy).await?;
    let progress = ui::progress::reporter(global);
    let goal = Goal::TablesSynced(copied);
    let waited = wait(&client, name, &goal, deadline, progress.as_ref()).await?;
    drop(progress);
    super::wait::require_reached(&waited, deadline)?;
    changes.done(COPY, node, object(name), &what);
    changes.emit()
}
