//! `spockctl slot drop`.

use spock_admin::error::AdminError;
use spock_admin::operations::slot::SlotState;

use crate::cli::Global;
use crate::commands::change::{Changes, Verb};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::bytes;
use crate::ui;

const DROP: Verb = Verb("drop", "dropped");

/// Arguments of `slot drop`.
#[derive(Debug, clap::Args)]
pub(crate) struct DropArgs {
    /// The slot
    name: String,

    /// Do nothing when there is no such slot
    #[arg(long)]
    if_exists: bool,

    /// Also when a node that may read it cannot be asked
    #[arg(long)]
    force: bool,
}

pub(super) async fn run(global: &Global, args: &DropArgs) -> Result {
    let context = Context::load(global, "slot-drop")?;
    let fleet = context.connect_cluster().await?;
    let item = match super::find(&fleet, &context, &args.name).await {
        Err(failure) if args.if_exists && failure.exit == Exit::Precondition => {
            ui::note(global, format!("slot {} does not exist", args.name));
            return Changes::new(global, &context).emit();
        }
        found => found?,
    };
    require_unread(&item, args.force)?;
    let kept = item.slot.kept_bytes.map_or_else(|| "an unknown amount".to_owned(), bytes);
    let what = format!("slot {} (which keeps {kept} of the log)", args.name);
    let object = format!("slot/{}", args.name);
    let mut changes = Changes::new(global, &context);
    if global.dry_run {
        changes.planned(DROP, &item.node, object, &what);
        return changes.emit();
    }
    let node = &item.node;
    ui::confirm::moderate(
        global,
        &format!("Drop {what} on node {node}? Who reads it later has to copy its tables again."),
    )?;
    fleet
        .client(&item.node)?
        .drop_slot(&args.name)
        .await
        .map_err(|e| e.context(format_args!("could not drop slot \"{}\"", args.name)))?;
    changes.done(DROP, &item.node, object, &what);
    changes.emit()
}

/// Only what nobody reads, or will read, is dropped.
fn require_unread(item: &SlotState, force: bool) -> Result<()> {
    let reason = item.reason.as_deref().unwrap_or_default();
    let refusal = |why: String| {
        AdminError::precondition(format!(
            "slot \"{}\" of node \"{}\" must not be dropped",
            item.slot.name, item.node
        ))
        .detail(why)
        .on(&item.node)
    };
    let error = match item.state {
        "orphan" => return Ok(()),
        "unknown" if force => return Ok(()),
        "unknown" => refusal(format!("Whether somebody will read it is not known: {reason}."))
            .hint("start that node, or give --force when it is gone for good"),
        "own" => refusal(format!("It is the node's own: it {reason}.")),
        "foreign" => refusal(format!("{reason}.")),
        _ => {
            let (node, sub) = (item.consumer.as_deref(), item.subscription.as_deref());
            let (node, sub) = (node.unwrap_or("?"), sub.unwrap_or("?"));
            refusal(format!("Subscription {sub} of node {node} reads it."))
                .hint(format!("drop the subscription: `spockctl sub drop {sub} --node {node}`"))
        }
    };
    Err(error.into())
}
