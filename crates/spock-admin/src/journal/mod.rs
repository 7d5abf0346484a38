//! Journals of runs: what was asked for, and each step before and after it is done.
//!
//! One file of JSON lines for each run, `<utc>-<command>-<id>.jsonl`, which its owner alone can read. Every
//! line is on disk before the step that it announces begins. The process that writes it holds a lock of
//! the file: a run without an end whose file is not locked was interrupted. Nothing secret is written.

mod arguments;
pub mod digest;
mod file;
mod history;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::{AdminError, Result};

pub use arguments::redact_arguments;
pub use file::Journal;
pub use history::{Run, StepRecord, find, is_dead, list};

/// What was asked for.
#[derive(Debug, Clone, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Asked {
    /// The command: `cluster init`.
    pub command: String,
    /// Its arguments, secrets masked.
    pub arguments: Vec<String>,
    /// Variables of the environment that count as arguments, secrets masked.
    pub environment: BTreeMap<String, String>,
    /// Something was masked, or came by standard input: the same command cannot be run from this alone.
    pub is_incomplete: bool,
    /// The working directory.
    pub directory: PathBuf,
    /// The cluster.
    pub cluster: String,
    /// The nodes of the cluster.
    pub nodes: Vec<String>,
}

/// One entry.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Entry {
    /// The run begins.
    Started {
        /// What was asked for.
        #[serde(flatten)]
        asked: Asked,
        /// `user@host`.
        holder: String,
        /// The process.
        pid: i32,
        /// Version of the program.
        version: String,
    },
    /// It was taken up again.
    Resumed {
        /// The process.
        pid: i32,
    },
    /// It executes a text with passwords: which one, by a digest ([`digest`]).
    Secret {
        /// The digest.
        digest: String,
    },
    /// The steps.
    Planned {
        /// Number of steps.
        steps: usize,
    },
    /// The operators' lock is ours.
    Locked {
        /// The nodes that could be reached.
        nodes: Vec<String>,
    },
    /// A step begins.
    StepStarted {
        /// Its id.
        step: String,
        /// Its node.
        node: String,
        /// What it does.
        title: String,
    },
    /// A step ended well.
    StepFinished {
        /// Its id.
        step: String,
        /// Whether it had to do something.
        changed: bool,
    },
    /// A step failed.
    StepFailed {
        /// Its id.
        step: String,
        /// Why.
        error: String,
    },
    /// The run ended.
    Finished {
        /// How.
        state: RunState,
        /// Why, where it did not end well.
        error: Option<String>,
    },
}

/// An entry with its time.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Line {
    at: Timestamp,
    #[serde(flatten)]
    entry: Entry,
}

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Its process lives.
    Running,
    /// Its process died.
    Interrupted,
    /// It ended well.
    Done,
    /// A step failed.
    Failed,
    /// The operators' lock was not to be had.
    Refused,
    /// It was stopped by a signal.
    Cancelled,
}

impl RunState {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            RunState::Running => "running",
            RunState::Interrupted => "interrupted",
            RunState::Done => "done",
            RunState::Failed => "failed",
            RunState::Refused => "refused",
            RunState::Cancelled => "cancelled",
        }
    }
}

/// The directory of the journals.
pub fn directory() -> Result<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
    let state = match state {
        Some(state) => state,
        None => std::env::var_os("HOME")
            .map(|home| PathBuf::from(home).join(".local/state"))
            .ok_or_else(|| {
                AdminError::config("there is no place for the journal of the run")
                    .hint("set HOME or XDG_STATE_HOME")
            })?,
    };
    Ok(state.join("spockctl/runs"))
}

/// Hexadecimal digits that nobody else has.
pub(crate) fn random_hex(bytes: usize) -> Result<String> {
    let mut buffer = vec![0; bytes];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut buffer))
        .map_err(|e| AdminError::failed(format!("could not read random numbers: {e}")))?;
    Ok(buffer.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn asked() -> Asked {
        Asked {
            command: "cluster init".to_owned(),
            arguments: vec!["cluster".to_owned(), "init".to_owned()],
            environment: BTreeMap::new(),
            is_incomplete: false,
            directory: PathBuf::from("/"),
            cluster: "test".to_owned(),
            nodes: vec!["n1".to_owned()],
        }
    }
}
