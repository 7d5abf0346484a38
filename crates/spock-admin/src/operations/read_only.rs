//! Nodes that users cannot write to: `spock.readonly` of all servers, set alike.

use super::Fleet;
use super::answers::Answers;
use super::server_setting::{self, Switched};

/// The setting.
pub const SETTING: &str = "spock.readonly";

/// Who may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Everybody.
    Off,
    /// Superusers, and what other nodes replicate.
    Local,
    /// Superusers; what other nodes replicate waits.
    All,
}

impl Mode {
    /// As the server calls it.
    pub fn as_str(self) -> &'static str {
        match self {
            Mode::Off => "off",
            Mode::Local => "local",
            Mode::All => "all",
        }
    }
}

/// Sets the mode on every node that can be reached; with `rehearse` it is only looked at.
pub async fn switch(fleet: &Fleet, mode: Mode, rehearse: bool) -> Answers<Switched> {
    server_setting::switch(fleet, &[(SETTING, mode.as_str())], rehearse).await
}
