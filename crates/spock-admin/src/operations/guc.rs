//! Any settings of servers: set by `ALTER SYSTEM` and a reload, or compared with what they are to be.

use std::time::Duration;

use serde::Serialize;

use super::Fleet;
use super::answers::Answers;
use crate::client::{Client, ServerSetting};
use crate::error::{AdminError, Result};
use crate::wait::Deadline;

/// How long a server may take to read its configuration again.
const RELOAD: Duration = Duration::from_secs(5);

/// A setting, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SetResult {
    /// The node.
    pub node: String,
    /// The setting.
    pub name: String,
    /// Its value before.
    pub before: String,
    /// The value that it is to have.
    pub wanted: String,
    /// Its value now.
    pub value: String,
    /// set, planned, unchanged, or restart: it is set, and counts after a restart.
    pub outcome: &'static str,
}

/// A setting compared with what it is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Checked {
    /// The node.
    pub node: String,
    /// The setting.
    pub name: String,
    /// The value that it is to have.
    pub wanted: String,
    /// Its value; none when the server does not know it.
    pub value: Option<String>,
    /// Whether they are the same.
    pub same: bool,
    /// Whether the wanted value may be in the configuration and counts after a restart.
    pub pending_restart: bool,
}

/// A name and a value.
pub type Wanted = (String, String);

/// These settings of a node, in this order; one that the server does not know is an error.
pub async fn get(client: &Client, names: &[String]) -> Result<Vec<ServerSetting>> {
    let found = client.named_settings(names).await?;
    let mut out = Vec::new();
    for name in names {
        match found.iter().find(|setting| setting.name.eq_ignore_ascii_case(name)) {
            Some(setting) => out.push(setting.clone()),
            None => return Err(unknown(client, name).await?),
        }
    }
    Ok(out)
}

async fn unknown(client: &Client, name: &str) -> Result<AdminError> {
    let known = client.setting_names().await?;
    let node = client.node();
    let error =
        AdminError::precondition(format!("server of node \"{node}\" has no setting \"{name}\""));
    let near = crate::did_you_mean(name, known.iter().map(String::as_str));
    Ok(match near {
        Some(near) => error.hint(format!("did you mean \"{near}\"?")),
        None => error.hint("see what there is with `spockctl node guc list`"),
    }
    .on(node))
}

/// Sets settings of a node; with `rehearse` they are only looked at.
pub async fn set(client: &Client, wanted: &[Wanted], rehearse: bool) -> Result<Vec<SetResult>> {
    let names: Vec<String> = wanted.iter().map(|(name, _)| name.clone()).collect();
    let before = get(client, &names).await?;
    let mut out: Vec<SetResult> = before
        .iter()
        .zip(wanted)
        .map(|(before, (_, value))| SetResult {
            node: before.node.clone(),
            name: before.name.clone(),
            before: before.value.clone(),
            wanted: value.clone(),
            value: before.value.clone(),
            outcome: if before.value == *value { "unchanged" } else { "planned" },
        })
        .collect();
    if rehearse || out.iter().all(|item| item.outcome == "unchanged") {
        return Ok(out);
    }
    for item in out.iter().filter(|item| item.outcome == "planned") {
        require_heard(client, item).await?;
    }
    for item in out.iter().filter(|item| item.outcome == "planned") {
        client.alter_system(&item.name, &item.wanted).await.map_err(|e| {
            e.about_state()
                .context(format_args!("could not set {} on node \"{}\"", item.name, item.node))
        })?;
    }
    client.reload().await?;
    let now = reloaded(client, &names, &before).await?;
    for (item, now) in out.iter_mut().zip(now) {
        if item.outcome == "planned" {
            item.outcome = match (now.pending_restart, now.source.as_str()) {
                (true, _) => "restart",
                (false, "configuration file" | "unknown") => "set",
                (false, source) => {
                    return Err(AdminError::failed(format!(
                        "{} was set by ALTER SYSTEM, but is still {}, by: {source}",
                        item.name, now.value
                    ))
                    .on(client.node()));
                }
            };
            item.value = now.value;
        }
    }
    Ok(out)
}

/// Fails when something else than the configuration of the server counts.
async fn require_heard(client: &Client, item: &SetResult) -> Result<()> {
    let overrides = client.setting_overrides(&item.name).await?;
    match overrides.iter().find(|(_, value)| *value != item.wanted) {
        Some((statement, value)) => Err(AdminError::precondition(format!(
            "{} is {value} by {statement}, which counts more than the server's configuration",
            item.name
        ))
        .hint(format!("on node {} run {statement} RESET {}", item.node, item.name))
        .on(client.node())),
        None => Ok(()),
    }
}

/// The settings once the server has read its configuration, which shows in one of them.
async fn reloaded(
    client: &Client,
    names: &[String],
    before: &[ServerSetting],
) -> Result<Vec<ServerSetting>> {
    let deadline = Deadline::after(RELOAD);
    loop {
        let now = get(client, names).await?;
        let differs = |(now, before): (&ServerSetting, &ServerSetting)| {
            now.value != before.value
                || now.pending_restart != before.pending_restart
                || now.source != before.source
        };
        // One that means the same as before, in other words, never shows.
        if now.iter().zip(before).any(differs) || deadline.is_over() {
            return Ok(now);
        }
        deadline.pause().await;
    }
}

/// Compares the settings of every node with what they are to be.
pub async fn check(fleet: &Fleet, wanted: &[Wanted]) -> Answers<Checked> {
    let mut out = Answers { items: Vec::new(), errors: fleet.errors.clone(), answered: 0 };
    for client in &fleet.clients {
        match check_node(client, wanted).await {
            Ok(items) => {
                out.answered += 1;
                out.items.extend(items);
            }
            Err(error) => out.errors.push(error),
        }
    }
    out
}

/// The same of one node.
pub(super) async fn check_node(client: &Client, wanted: &[Wanted]) -> Result<Vec<Checked>> {
    let names: Vec<String> = wanted.iter().map(|(name, _)| name.clone()).collect();
    let found = client.named_settings(&names).await?;
    let compare = |(name, value): &Wanted| {
        let now = found.iter().find(|now| now.name.eq_ignore_ascii_case(name));
        Checked {
            node: client.node().to_owned(),
            name: name.clone(),
            wanted: value.clone(),
            value: now.map(|now| now.value.clone()),
            same: now.is_some_and(|now| now.value == *value),
            pending_restart: now.is_some_and(|now| now.pending_restart),
        }
    };
    Ok(wanted.iter().map(compare).collect())
}
