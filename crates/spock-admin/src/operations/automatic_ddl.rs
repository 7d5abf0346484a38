//! Whether nodes replicate statements that define objects by themselves: the settings of all servers, set alike.

use std::sync::Arc;

use futures::future::try_join_all;

use super::Fleet;
use super::answers::Answers;
use super::server_setting::{self, Switched};
use crate::client::Client;
use crate::error::Result;

/// The settings that together are automatic replication.
pub const SETTINGS: [&str; 3] =
    ["spock.enable_ddl_replication", "spock.include_ddl_repset", "spock.allow_ddl_from_functions"];

/// What they are to be.
pub fn wanted(on: bool) -> [server_setting::Wanted<'static>; 3] {
    SETTINGS.map(|name| (name, if on { "on" } else { "off" }))
}

/// Sets all of them on every node that can be reached; with `rehearse` they are only looked at.
pub async fn switch(fleet: &Fleet, on: bool, rehearse: bool) -> Answers<Switched> {
    server_setting::switch(fleet, &wanted(on), rehearse).await
}

/// Whether these nodes have it on or off, where all of them are alike; or how each of them stands.
pub async fn common(
    clients: &[(String, Arc<Client>)],
) -> Result<std::result::Result<Option<bool>, String>> {
    let states = clients.iter().map(|(name, client)| async move {
        Ok::<_, crate::error::AdminError>((name, state(client).await?))
    });
    let states = try_join_all(states).await?;
    let first = states.first().and_then(|(_, state)| *state);
    if first.is_some() && states.iter().all(|(_, state)| *state == first) || states.is_empty() {
        return Ok(Ok(first));
    }
    let shown = states.iter().map(|(name, state)| match state {
        Some(true) => format!("{name} on"),
        Some(false) => format!("{name} off"),
        None => format!("{name} in part"),
    });
    Ok(Err(shown.collect::<Vec<_>>().join(", ")))
}

/// Whether a node has it on or off; nothing where its settings are not alike.
async fn state(client: &Client) -> Result<Option<bool>> {
    let found = client.named_settings(&SETTINGS.map(str::to_owned)).await?;
    let all = |value| found.len() == SETTINGS.len() && found.iter().all(|s| s.value == value);
    Ok(if all("on") { Some(true) } else { all("off").then_some(false) })
}
