//! `spockctl sub enable|disable|drop`: one subscription, on the node that has it.

use std::sync::Arc;

use spock_admin::client::{Client, SubscriptionState};
use spock_admin::error::AdminError;
use spock_admin::operations::Fleet;

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::ui;

/// Arguments of `sub enable` and `sub disable`.
#[derive(Debug, clap::Args)]
pub(crate) struct SwitchArgs {
    /// The subscription
    name: String,
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

/// No subscription of this name on the nodes of the command.
pub(super) fn unknown(name: &str) -> AdminError {
    AdminError::precondition(format!("subscription \"{name}\" does not exist"))
        .hint("see what there is with `spockctl sub status`")
}

/// The one node that has the subscription.
pub(super) async fn find(fleet: &Fleet, name: &str) -> Result<(Arc<Client>, SubscriptionState)> {
    let mut found = Vec::new();
    for client in &fleet.clients {
        if client.local_node().await?.is_none() {
            continue;
        }
        let subs = client.subscriptions().await?;
        found.extend(subs.into_iter().find(|s| s.name == name).map(|s| (Arc::clone(client), s)));
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        0 if fleet.errors.is_empty() => Err(unknown(name).into()),
        0 => Err(Failure { exit: Exit::Connect, errors: fleet.errors.clone() }),
        _ => {
            let nodes: Vec<&str> = found.iter().map(|(client, _)| client.node()).collect();
            Err(Failure::usage(format!(
                "subscription \"{name}\" exists on nodes {}, choose one with --node",
                nodes.join(", ")
            )))
        }
    }
}

pub(super) async fn enable(global: &Global, args: &SwitchArgs) -> Result {
    switch(global, &args.name, true).await
}

pub(super) async fn disable(global: &Global, args: &SwitchArgs) -> Result {
    switch(global, &args.name, false).await
}

async fn switch(global: &Global, name: &str, on: bool) -> Result {
    let (command, verb, done) = if on {
        ("sub-enable", "enable", "enabled")
    } else {
        ("sub-disable", "disable", "disabled")
    };
    let context = Context::load(global, command)?;
    let fleet = context.connect().await?;
    let (client, sub) = find(&fleet, name).await?;
    let node = client.node();
    if sub.is_enabled == on {
        ui::note(global, format!("subscription {name} on node {node} is {done} already"));
        return Ok(Exit::Ok);
    }
    if global.dry_run {
        ui::note(global, format!("would {verb} subscription {name} on node {node}"));
        return Ok(Exit::Ok);
    }
    if !on {
        ui::confirm::moderate(global, &format!("Disable subscription {name} on node {node}?"))?;
    }
    if on { client.sub_enable(name).await } else { client.sub_disable(name).await }
        .map_err(|e| e.context(format_args!("could not {verb} subscription \"{name}\"")))?;
    ui::note(global, format!("subscription {name} on node {node} is {done}"));
    Ok(Exit::Ok)
}

pub(super) async fn drop(global: &Global, args: &DropArgs) -> Result {
    let context = Context::load(global, "sub-drop")?;
    let fleet = context.connect().await?;
    let name = &args.name;
    let (client, sub) = match find(&fleet, name).await {
        Err(failure) if args.if_exists && failure.exit == Exit::Precondition => {
            ui::note(global, format!("subscription {name} does not exist"));
            return Ok(Exit::Ok);
        }
        found => found?,
    };
    let node = client.node();
    let what = format!("subscription {name} to {} on node {node}", sub.provider);
    if global.dry_run {
        ui::note(global, format!("would drop {what}, slot {} on the provider", sub.slot_name));
        return Ok(Exit::Ok);
    }
    ui::confirm::moderate(global, &format!("Drop {what}, with its slot on the provider?"))?;
    client
        .without_statement_timeout(client.sub_drop(name, args.if_exists))
        .await
        .map_err(|e| e.context(format_args!("could not drop subscription \"{name}\"")))?;
    ui::note(global, format!("dropped {what}"));
    Ok(Exit::Ok)
}
