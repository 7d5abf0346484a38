//! `spockctl slot advance`.

use spock_admin::operations::slot::check_advance;
use spock_core::lsn::Lsn;

use crate::cli::Global;
use crate::commands::change::{Changes, Verb};
use crate::context::Context;
use crate::failure::Result;
use crate::ui;

const MOVE: Verb = Verb("move", "moved");

/// Arguments of `slot advance`.
#[derive(Debug, clap::Args)]
pub(crate) struct AdvanceArgs {
    /// The slot
    name: String,

    /// Where to, as 0/1A2B3C4D
    #[arg(value_parser = parse_lsn)]
    lsn: Lsn,
}

fn parse_lsn(text: &str) -> std::result::Result<Lsn, String> {
    text.parse().map_err(|_| "write a position of the log, as 0/1A2B3C4D".to_owned())
}

pub(super) async fn run(global: &Global, args: &AdvanceArgs) -> Result {
    let context = Context::load(global, "slot-advance")?;
    let fleet = context.connect_cluster().await?;
    let item = super::find(&fleet, &context, &args.name).await?;
    let client = fleet.client(&item.node)?;
    let end = client.insert_position().await?;
    check_advance(&item.slot, item.state, args.lsn, end).map_err(|e| e.on(&item.node))?;
    let from = item.slot.confirmed_lsn.as_deref().unwrap_or("nowhere");
    let object = format!("slot/{}", args.name);
    let mut changes = Changes::new(global, &context);
    if from.parse() == Ok(args.lsn) {
        let why = format!("slot {} is at {} already", args.name, args.lsn);
        changes.unchanged(MOVE, &item.node, object, why);
        return changes.emit();
    }
    let what = |to: Lsn| format!("slot {} from {from} to {to}", args.name);
    if global.dry_run {
        changes.planned(MOVE, &item.node, object, &what(args.lsn));
        return changes.emit();
    }
    let loser = match (&item.subscription, &item.consumer) {
        (Some(sub), Some(node)) => format!("subscription {sub} of node {node}"),
        _ => "who reads it".to_owned(),
    };
    let question = format!(
        "Move {} on node {}? What lies between is lost to {loser}.",
        what(args.lsn),
        item.node
    );
    ui::confirm::moderate(global, &question)?;
    let moved = client.advance_slot(&args.name, args.lsn);
    let at = client.within(global.timeout, moved).await?;
    changes.done(MOVE, &item.node, object, &what(at));
    changes.emit()
}
