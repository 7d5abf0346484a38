//! Upgrading the extension, one node at a time.
//!
//! A server runs the library that it loaded at its start; new files count from the next start on. Then the database
//! is brought to the same version with `ALTER EXTENSION spock UPDATE` (the extension does so itself as well, when its
//! manager starts). Meanwhile nodes of both versions replicate with each other, which needs a version of the wire
//! protocol that both speak: this is looked at for every pair before anything is changed.
//!
//! The way back is the same with the files of the old version, when a script leads back.

mod actions;
mod command;
mod plan;
mod protocol;
mod site;
mod verify;

use serde::Serialize;

use super::Fleet;
use super::answers::{Answers, ask_nodes};
use crate::client::{Client, Versions};
use crate::error::Result;

pub use command::Template;
pub use plan::{MaxLag, Options, Restart, plan};
pub use protocol::{Pair, between};
pub use verify::{Verified, verify};

/// How a node stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct NodeVersions {
    /// The node.
    pub node: String,
    /// What it has.
    #[serde(flatten)]
    pub versions: Versions,
    /// current, restart (other files than the running library's are installed), or update (library and extension are
    /// of different versions).
    pub state: &'static str,
    /// What is not as it should be.
    pub reason: Option<String>,
}

/// The versions of every node.
pub async fn status(fleet: &Fleet) -> Answers<NodeVersions> {
    ask_nodes(fleet, async |client| Ok(vec![of_node(client).await?])).await
}

async fn of_node(client: &Client) -> Result<NodeVersions> {
    let versions = client.versions().await?;
    let (state, reason) = state(&versions);
    Ok(NodeVersions { node: client.node().to_owned(), versions, state, reason })
}

fn state(versions: &Versions) -> (&'static str, Option<String>) {
    let Versions { library, extension, scripts, file, .. } = versions;
    let (Some(library), Some(extension)) = (library, extension) else {
        return ("update", Some("the extension is not in the database".to_owned()));
    };
    if library != extension {
        let why = format!("the library is {library}, the extension in the database {extension}");
        return ("update", Some(why));
    }
    if let (Some(file), Some(scripts)) = (file, scripts)
        && file.version != *scripts
    {
        let why = format!(
            "the installed library is {}, the installed scripts make {scripts}",
            file.version
        );
        return ("restart", Some(why));
    }
    let installed = file.as_ref().map(|file| &file.version).or(scripts.as_ref());
    match installed {
        Some(installed) if installed != library => {
            ("restart", Some(format!("{installed} is installed, {library} runs")))
        }
        _ => ("current", None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::{LibraryFile, Protocols};

    #[test]
    fn states_tell_what_is_left_to_do() {
        let of = |library: &str, extension: &str, scripts: &str, file: Option<&str>| {
            let protocols = Protocols { min: 4, max: 5 };
            state(&Versions {
                library: Some(library.into()),
                protocols: Some(protocols),
                extension: Some(extension.into()),
                scripts: Some(scripts.into()),
                file: file.map(|version| LibraryFile { version: version.into(), protocols }),
                postgres: "15".into(),
            })
            .0
        };
        assert_eq!(of("6.0.0", "6.0.0", "6.0.0", Some("6.0.0")), "current");
        assert_eq!(of("6.0.0", "6.0.0", "6.0.0", None), "current");
        assert_eq!(of("6.0.0", "6.0.0", "6.0.1", None), "restart");
        assert_eq!(of("6.0.0", "6.0.0", "6.0.0", Some("6.0.1")), "restart");
        assert_eq!(of("6.0.1", "6.0.0", "6.0.1", Some("6.0.1")), "update");
    }
}
