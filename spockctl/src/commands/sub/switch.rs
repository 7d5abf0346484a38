//! `spockctl sub enable|disable|drop`: one subscription, on the node that has it.

use super::find::{could_not, find, object};
use crate::cli::Global;
use crate::commands::change::{Changes, Verb};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::ui;

const ENABLE: Verb = Verb("enable", "enabled");
const DISABLE: Verb = Verb("disable", "disabled");
const DROP: Verb = Verb("drop", "dropped");

/// Arguments of `sub enable`.
#[derive(Debug, clap::Args)]
pub(crate) struct EnableArgs {
    /// The subscription
    name: String,

    /// At once; a worker starts in a moment in any case
    #[arg(long)]
    immediate: bool,
}

/// Arguments of `sub disable`.
#[derive(Debug, clap::Args)]
pub(crate) struct DisableArgs {
    /// The subscription
    name: String,

    /// Return when its worker has ended, not before
    #[arg(long)]
    immediate: bool,
}

/// Arguments of `sub drop`.
#[derive(Debug, clap::Args)]
pub(crate) struct DropArgs {
    /// The subscription
    name: String,

    /// Do nothing when there is no such subscription
    #[arg(long)]
    if_exists: bool,
}

pub(super) async fn enable(global: &Global, args: &EnableArgs) -> Result {
    switch(global, &args.name, true, args.immediate).await
}

pub(super) async fn disable(global: &Global, args: &DisableArgs) -> Result {
    switch(global, &args.name, false, args.immediate).await
}

async fn switch(global: &Global, name: &str, on: bool, immediate: bool) -> Result {
    let (command, verb) = if on { ("sub-enable", ENABLE) } else { ("sub-disable", DISABLE) };
    let context = Context::load(global, command)?;
    let fleet = context.connect().await?;
    let (client, sub) = find(&fleet, name).await?;
    let node = client.node();
    let what = format!("subscription {name}");
    let mut changes = Changes::new(global, &context);
    if sub.is_enabled == on {
        let why = format!("{what} on node {node} is {} already", verb.1);
        changes.unchanged(verb, node, object(name), why);
        return changes.emit();
    }
    if global.dry_run {
        changes.planned(verb, node, object(name), &what);
        return changes.emit();
    }
    if !on {
        ui::confirm::moderate(global, &format!("Disable {what} on node {node}?"))?;
    }
    client.sub_switch(name, on, immediate).await.map_err(|e| could_not(verb.0, name, e))?;
    changes.done(verb, node, object(name), &what);
    changes.emit()
}

pub(super) async fn drop(global: &Global, args: &DropArgs) -> Result {
    let context = Context::load(global, "sub-drop")?;
    let fleet = context.connect().await?;
    let name = &args.name;
    let mut changes = Changes::new(global, &context);
    let (client, sub) = match find(&fleet, name).await {
        Err(failure) if args.if_exists && failure.exit == Exit::Precondition => {
            ui::note(global, format!("subscription {name} does not exist"));
            return changes.emit();
        }
        found => found?,
    };
    let node = client.node();
    let what =
        format!("subscription {name} (to {}, with slot {} there)", sub.provider, sub.slot_name);
    if global.dry_run {
        changes.planned(DROP, node, object(name), &what);
        return changes.emit();
    }
    ui::confirm::moderate(global, &format!("Drop {what} on node {node}?"))?;
    client
        .with_statement_timeout(global.timeout, client.sub_drop(name, args.if_exists))
        .await
        .map_err(|e| could_not("drop", name, e))?;
    changes.done(DROP, node, object(name), &what);
    changes.emit()
}
