//! Whether nodes replicate statements that define objects by themselves: the settings of all servers, set alike.

use super::Fleet;
use super::answers::Answers;
use super::server_setting::{self, Switched};

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
