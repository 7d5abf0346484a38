//! What an operation tells the outside while it runs.
//!
//! An operation calls [`Progress::event`] and knows nothing of bars, lines, or journals. Steps are
//! told apart by their id, which stays the same between runs (`n2.sub_create.sub_n1_n2`).

use std::time::Duration;

use serde::Serialize;

use crate::error::AdminError;

/// How a step ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The state was as wanted before.
    AlreadyDone,
    /// Something was changed.
    Changed,
}

/// One thing worth telling.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event<'a> {
    /// A list of steps begins.
    PlanStarted {
        /// Number of steps.
        steps: usize,
    },
    /// A step, or a wait inside one, begins.
    StepStarted {
        /// Stable id.
        step: &'a str,
        /// Node that it concerns.
        node: &'a str,
        /// What is being done, as a sentence in the infinitive without "to".
        title: &'a str,
    },
    /// How far a step has come.
    StepProgress {
        /// Stable id.
        step: &'a str,
        /// Units done.
        done: u64,
        /// Units in all; 0 when unknown.
        total: u64,
        /// The state in words.
        message: &'a str,
    },
    /// A step ended well.
    StepFinished {
        /// Stable id.
        step: &'a str,
        /// Whether it changed anything.
        outcome: Outcome,
        /// How long it took.
        #[serde(rename = "elapsed_seconds", serialize_with = "seconds")]
        elapsed: Duration,
    },
    /// A step failed.
    StepFailed {
        /// Stable id.
        step: &'a str,
        /// Why.
        #[serde(serialize_with = "message_of")]
        error: &'a AdminError,
    },
    /// Something that the user should know and that stops nothing.
    Warning {
        /// Node that it concerns, empty for the cluster.
        node: &'a str,
        /// The warning.
        message: &'a str,
    },
}

fn seconds<S: serde::Serializer>(elapsed: &Duration, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_f64(elapsed.as_secs_f64())
}

fn message_of<S: serde::Serializer>(error: &AdminError, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(&error.message)
}

/// Receives events; called from several tasks at once.
pub trait Progress: Send + Sync {
    /// Takes one event. Must not block for long.
    fn event(&self, event: Event<'_>);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn event(&self, _event: Event<'_>) {}
}
