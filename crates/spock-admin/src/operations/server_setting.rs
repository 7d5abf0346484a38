//! Settings of all servers, set alike: by `ALTER SYSTEM`, so that they outlive a restart, and a reload.

use std::time::Duration;

use serde::Serialize;

use super::Fleet;
use super::answers::{Answers, ask_nodes};
use crate::client::{Client, Setting};
use crate::error::{AdminError, Result};
use crate::wait::Deadline;

/// How long a server may take to read its configuration again.
const RELOAD: Duration = Duration::from_secs(10);

/// A setting and the value that it is to have.
pub type Wanted<'a> = (&'a str, &'a str);

/// A setting of a node, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Switched {
    /// The node.
    pub node: String,
    /// The setting.
    pub setting: String,
    /// Its value before.
    pub before: String,
    /// Its value now; where nothing was to be changed, what it would be.
    pub after: String,
    /// Whether the two differ.
    pub changed: bool,
}

/// Sets the settings on every node that can be reached, all at once, so that they count for sessions that there are, and for
/// workers; with `rehearse` they are only looked at.
pub async fn switch(fleet: &Fleet, wanted: &[Wanted<'_>], rehearse: bool) -> Answers<Switched> {
    ask_nodes(fleet, |client| switch_node(client, wanted, rehearse)).await
}

pub(super) async fn switch_node(
    client: &Client,
    wanted: &[Wanted<'_>],
    rehearse: bool,
) -> Result<Vec<Switched>> {
    let names: Vec<&str> = wanted.iter().map(|(name, _)| *name).collect();
    let before = client.settings(&names).await?;
    for (name, value) in wanted {
        for (statement, other) in client.setting_overrides(name).await? {
            if !other.eq_ignore_ascii_case(value) {
                return Err(AdminError::precondition(format!(
                    "{name} is {other} by {statement}, which counts more than the server's configuration"
                ))
                .hint(format!("on node {} run {statement} RESET {name}", client.node()))
                .on(client.node()));
            }
        }
    }
    let changes: Vec<&Wanted<'_>> = before
        .iter()
        .zip(wanted)
        .filter(|(now, (_, value))| now.value != *value)
        .map(|(_, wanted)| wanted)
        .collect();
    if !rehearse && !changes.is_empty() {
        for (name, value) in &changes {
            client.alter_system(name, value).await?;
        }
        client.reload().await?;
        settled(client, &names, wanted).await?;
    }
    let switched = |(before, (_, after)): (&Setting, &Wanted<'_>)| Switched {
        node: client.node().to_owned(),
        setting: before.name.clone(),
        changed: before.value != *after,
        before: before.value.clone(),
        after: (*after).to_owned(),
    };
    Ok(before.iter().zip(wanted).map(switched).collect())
}

/// Waits until the settings are as wanted.
async fn settled(client: &Client, names: &[&str], wanted: &[Wanted<'_>]) -> Result<()> {
    let deadline = Deadline::after(RELOAD);
    loop {
        let now = client.settings(names).await?;
        let other = now.iter().zip(wanted).find(|(now, (_, value))| now.value != *value);
        let Some((other, _)) = other else { return Ok(()) };
        if deadline.is_over() {
            return Err(AdminError::failed(format!(
                "{} was set by ALTER SYSTEM, but is still {}, by: {}",
                other.name, other.value, other.source
            ))
            .on(client.node()));
        }
        deadline.pause().await;
    }
}
