//! Whether nodes replicate statements that define objects by themselves: the settings of all servers, set alike.

use std::time::Duration;

use serde::Serialize;

use super::Fleet;
use super::answers::{Answers, ask_nodes};
use crate::client::{Client, Setting};
use crate::error::{AdminError, Result};
use crate::wait::Deadline;

/// The settings that together are automatic replication.
pub const SETTINGS: [&str; 3] =
    ["spock.enable_ddl_replication", "spock.include_ddl_repset", "spock.allow_ddl_from_functions"];

/// How long a server may take to read its configuration again.
const RELOAD: Duration = Duration::from_secs(10);

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
pub async fn switch(fleet: &Fleet, on: bool, rehearse: bool) -> Answers<Switched> {
    ask_nodes(fleet, |client| switch_node(client, on, rehearse)).await
}

async fn switch_node(client: &Client, on: bool, rehearse: bool) -> Result<Vec<Switched>> {
    let wanted = word(on);
    let before = client.settings(&SETTINGS).await?;
    for name in SETTINGS {
        for (statement, value) in client.setting_overrides(name).await? {
            if !value.eq_ignore_ascii_case(wanted) {
                return Err(AdminError::precondition(format!(
                    "{name} is {value} by {statement}, which counts more than the server's configuration"
                ))
                .hint(format!("on node {} run {statement} RESET {name}", client.node()))
                .on(client.node()));
            }
        }
    }
    let changes: Vec<&str> =
        before.iter().filter(|s| s.value != wanted).map(|s| s.name.as_str()).collect();
    let after = if rehearse || changes.is_empty() {
        None
    } else {
        for name in &changes {
            client.alter_system(name, on).await?;
        }
        client.reload().await?;
        Some(settled(client, wanted).await?)
    };
    let after = after.iter().flatten().map(|s| s.value.as_str()).chain(std::iter::repeat(wanted));
    let switched = |(before, after): (&Setting, &str)| Switched {
        node: client.node().to_owned(),
        setting: before.name.clone(),
        changed: before.value != after,
        before: before.value.clone(),
        after: after.to_owned(),
    };
    Ok(before.iter().zip(after).map(switched).collect())
}

/// The settings once they are as wanted.
async fn settled(client: &Client, wanted: &str) -> Result<Vec<Setting>> {
    let deadline = Deadline::after(RELOAD);
    loop {
        let now = client.settings(&SETTINGS).await?;
        let Some(other) = now.iter().find(|setting| setting.value != wanted) else {
            return Ok(now);
        };
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

fn word(on: bool) -> &'static str {
    if on { "on" } else { "off" }
}
