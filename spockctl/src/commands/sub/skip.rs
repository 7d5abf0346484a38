//! `spockctl sub skip-lsn|skip`: leaving out one transaction.

use spock_admin::client::{Client, FailedChange};
use spock_admin::error::AdminError;
use spock_admin::operations::answers::Answers;
use spock_admin::operations::subscription::skip::{self, Standing};
use spock_admin::wait::{Deadline, duration_text};
use spock_core::lsn::Lsn;

use super::find::{could_not, find, object};
use crate::cli::Global;
use crate::commands::change::{Changes, Verb};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, Tone, emit_of_nodes};
use crate::ui;

const SKIP: Verb = Verb("skip", "set to skip");

/// Arguments of `sub skip-lsn`.
#[derive(Debug, clap::Args)]
pub(crate) struct SkipLsnArgs {
    /// The subscription
    name: String,

    /// Place of the commit record in the provider's log; 0/0 takes back what was set
    #[arg(required_unless_present = "from_error", conflicts_with = "from_error")]
    lsn: Option<Lsn>,

    /// Take it from the last transaction of this subscription that failed
    #[arg(long)]
    from_error: bool,
}

/// Arguments of `sub skip`.
#[derive(Debug, clap::Args)]
pub(crate) struct SkipArgs {
    /// The subscription
    name: String,

    /// The next one: that before which the subscription was disabled
    #[arg(long, required = true)]
    next: bool,
}

pub(super) async fn skip_lsn(global: &Global, args: &SkipLsnArgs) -> Result {
    let context = Context::load(global, "sub-skip-lsn")?;
    let fleet = context.connect().await?;
    let (client, sub) = find(&fleet, &args.name).await?;
    let (node, name) = (client.node(), &args.name);
    let lsn = match args.lsn {
        Some(lsn) => lsn,
        None => skip::last_error(&client, &sub).await?,
    };
    let now = client.subscription_options(sub.id).await?.skip_lsn;
    let mut changes = Changes::new(global, &context);
    if now == lsn.is_valid().then(|| lsn.to_string()) {
        let why = match now {
            Some(lsn) => {
                format!("subscription {name} on node {node} is set to skip {lsn} already")
            }
            None => format!("subscription {name} on node {node} is set to skip nothing"),
        };
        changes.unchanged(SKIP, node, object(name), why);
        return changes.emit();
    }
    let what = if lsn.is_valid() {
        format!("the transaction of {} with its commit record at {lsn}", sub.provider)
    } else {
        "nothing".to_owned()
    };
    let what = format!("{what} in subscription {name}");
    if global.dry_run {
        changes.planned(SKIP, node, object(name), &what);
        return changes.emit();
    }
    if lsn.is_valid() {
        ui::confirm::moderate(global, &format!("Skip {what}? Its changes will be missing."))?;
    }
    client.sub_alter_skiplsn(name, lsn).await.map_err(|e| could_not("alter", name, e))?;
    changes.done(SKIP, node, object(name), &what);
    if lsn.is_valid() && !sub.is_enabled {
        ui::hint(global, format!("start it with `spockctl sub enable {name}`"));
    }
    changes.emit()
}

pub(super) async fn skip(global: &Global, args: &SkipArgs) -> Result {
    debug_assert!(args.next, "required");
    let context = Context::load(global, "sub-skip")?;
    let fleet = context.connect().await?;
    let (client, sub) = find(&fleet, &args.name).await?;
    let standing = skip::standing(&client, &sub).await?;
    let shown = table(&standing.changes);
    let item = standing.clone();
    let answers = Answers { items: vec![item], errors: Vec::new(), answered: 1 };
    emit_of_nodes(global, &context, "spockctl/sub-skip/1", &answers, shown)?;
    let (node, name) = (client.node(), &args.name);
    let what = describe(&standing);
    if global.output.is_for_people() {
        ui::note(global, format!("subscription {name} on node {node} stands at {what}"));
    }
    if global.dry_run {
        ui::note(global, format!("would leave it out, and enable subscription {name}"));
        return Ok(Exit::Ok);
    }
    ui::confirm::moderate(global, "Leave it out? Its changes will be missing on this node.")?;
    let deadline = Deadline::after(global.timeout);
    let lsn: Lsn = standing.commit_lsn.parse().unwrap_or(Lsn::INVALID);
    client.sub_alter_skiplsn(name, lsn).await.map_err(|e| could_not("alter", name, e))?;
    client.sub_switch(name, true, true).await.map_err(|e| could_not("enable", name, e))?;
    left_out(&client, sub.id, name, deadline).await?;
    ui::note(global, format!("left out {what}; subscription {name} is enabled"));
    ui::hint(
        global,
        format!("what is missing now: `spockctl exception show {}`", standing.transaction.id),
    );
    Ok(Exit::Ok)
}

/// Waits until the stream has passed the transaction: the server forgets its place then.
async fn left_out(client: &Client, id: u32, name: &str, deadline: Deadline) -> Result<()> {
    while client.subscription_options(id).await?.skip_lsn.is_some() {
        if deadline.is_over() {
            let limit = duration_text(deadline.limit());
            return Err(AdminError::timeout(format!(
                "subscription \"{name}\" has not passed the transaction within {limit}"
            ))
            .detail("It is enabled, and leaves the transaction out when it comes.")
            .hint(format!("see why with `spockctl sub status {name}`"))
            .on(client.node())
            .into());
        }
        deadline.pause().await;
    }
    Ok(())
}

/// `transaction 755 of n1 (2 changes), committed at ..., its commit record at 0/1: reason`.
fn describe(standing: &Standing) -> String {
    let of = &standing.transaction;
    let changes =
        of.changes_total.map(|n| if n == 1 { "1 change".into() } else { format!("{n} changes") });
    let changes = changes.map(|n| format!(" ({n})")).unwrap_or_default();
    format!(
        "transaction {} of {}{changes}, committed at {}, its commit record at {}: {}",
        of.xid, of.origin, of.committed_at, standing.commit_lsn, standing.reason
    )
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &[
    Column::number("CHANGE"),
    Column::new("OPERATION"),
    Column::new("TABLE"),
    Column::new("STATUS"),
    Column::new("OLD").droppable(),
    Column::new("NEW").droppable(),
    Column::new("MESSAGE"),
];

fn table(changes: &[FailedChange]) -> Table {
    let mut table = Table::new(COLUMNS).named("change", 0);
    for change in changes {
        let row = |row: &Option<serde_json::Value>| {
            Cell::value(row.as_ref(), serde_json::Value::to_string)
        };
        table.row(vec![
            Cell::value(Some(change.command), |n| n.to_string()),
            Cell::optional(change.operation.as_deref()),
            Cell::optional(change.table.as_deref()),
            Cell::toned(&change.status, Tone::Warning),
            row(&change.old_row),
            row(&change.new_row),
            Cell::text(&change.message),
        ]);
    }
    table
}
