//! Checks for monitoring: one state, the reasons for it, and the numbers behind it.
//!
//! Each check is a function of an `Observation`. The worst of its parts is its state, in the order of
//! the monitoring plugins: critical, warning, unknown, ok. What could not be looked at is unknown, and
//! never ok.

mod foreign_keys;
mod kinds;

use serde::Serialize;

pub use foreign_keys::foreign_keys;
pub use kinds::{clock, conflicts, exceptions, lag, nodes, slots, subscriptions};

/// The state of a check, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// All is well.
    Ok,
    /// It was not possible to know.
    Unknown,
    /// Needs a look.
    Warning,
    /// Broken.
    Critical,
}

impl State {
    /// As monitoring plugins write it.
    pub fn word(self) -> &'static str {
        match self {
            State::Ok => "OK",
            State::Unknown => "UNKNOWN",
            State::Warning => "WARNING",
            State::Critical => "CRITICAL",
        }
    }

    /// As monitoring plugins end.
    pub fn code(self) -> u8 {
        match self {
            State::Ok => 0,
            State::Warning => 1,
            State::Critical => 2,
            State::Unknown => 3,
        }
    }
}

/// From which values on a number is a warning, and critical.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Limits {
    /// At or above: a warning.
    pub warning: f64,
    /// At or above: critical.
    pub critical: f64,
}

impl Limits {
    fn judge(self, value: f64) -> State {
        if value >= self.critical {
            State::Critical
        } else if value >= self.warning {
            State::Warning
        } else {
            State::Ok
        }
    }
}

/// Something that is not ok.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Problem {
    /// How bad.
    pub state: State,
    /// Which node, what, and why, in one line.
    pub text: String,
}

/// A number behind a check.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct Measure {
    /// What it is of: node, and subscription or slot.
    pub label: String,
    /// The number.
    pub value: f64,
    /// `s`, `B`, or nothing for a count.
    pub unit: &'static str,
    /// Its limits, if it has any.
    pub limits: Option<Limits>,
}

/// The result of a check.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct Check {
    /// Which one.
    pub check: &'static str,
    /// The worst of its parts.
    pub state: State,
    /// What was looked at, when all of it is ok.
    pub summary: String,
    /// What is not ok, the worst first.
    pub problems: Vec<Problem>,
    /// The numbers.
    pub measures: Vec<Measure>,
}

impl Check {
    fn new(check: &'static str, summary: String) -> Check {
        Check { check, state: State::Ok, summary, problems: Vec::new(), measures: Vec::new() }
    }

    fn problem(&mut self, state: State, text: impl Into<String>) {
        if state == State::Ok {
            return;
        }
        self.state = self.state.max(state);
        self.problems.push(Problem { state, text: text.into().replace(['\n', '\r'], " ") });
        self.problems.sort_by_key(|problem| std::cmp::Reverse(problem.state));
    }

    fn measure(
        &mut self,
        label: impl Into<String>,
        value: f64,
        unit: &'static str,
        limits: Option<Limits>,
    ) {
        self.measures.push(Measure { label: label.into(), value, unit, limits });
    }
}
