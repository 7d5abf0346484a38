//! The one error type of this crate: what failed, on which node, why, and what to do next.
//!
//! The kinds are the distinctions a script acts on (they become exit codes); everything else is
//! text in the grammar of the server: a lower-case primary line without a full stop, detail and
//! hint as sentences.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde::Serialize;

/// Result of this crate.
pub type Result<T, E = AdminError> = std::result::Result<T, E>;

/// What sort of failure it was, as far as a caller's next move depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The operation was tried and refused, or failed half way.
    Failed,
    /// A file, variable, or connection string is wrong.
    Config,
    /// No connection to the node, or no login.
    Connect,
    /// Some nodes did it and some did not.
    Partial,
    /// A check found a difference or a fault.
    Unhealthy,
    /// A wait ran out.
    Timeout,
    /// An object is missing, exists already, or is in the wrong state.
    Precondition,
    /// The server's version or settings cannot do it.
    Incompatible,
    /// A fault of the program itself.
    Internal,
}

/// A failure, with everything a person or script needs to act on it.
///
/// The report is boxed, because results of every call carry the room for it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", .0.message)]
pub struct AdminError(Box<Report>);

/// The parts of an [`AdminError`].
#[derive(Debug, Clone)]
pub struct Report {
    /// What sort of failure.
    pub kind: ErrorKind,
    /// The node it concerns.
    pub node: Option<String>,
    /// Primary line.
    pub message: String,
    /// Why: mostly the server's own words.
    pub detail: Option<String>,
    /// What to do next, in order.
    pub hints: Vec<String>,
    /// The server's error code.
    pub sqlstate: Option<String>,
}

impl Deref for AdminError {
    type Target = Report;

    fn deref(&self) -> &Report {
        &self.0
    }
}

impl DerefMut for AdminError {
    fn deref_mut(&mut self) -> &mut Report {
        &mut self.0
    }
}

impl AdminError {
    /// An error of this kind and primary line.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        AdminError(Box::new(Report {
            kind,
            node: None,
            message: message.into(),
            detail: None,
            hints: Vec::new(),
            sqlstate: None,
        }))
    }

    /// [`ErrorKind::Failed`].
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Failed, message)
    }

    /// [`ErrorKind::Config`].
    pub fn config(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config, message)
    }

    /// [`ErrorKind::Precondition`].
    pub fn precondition(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Precondition, message)
    }

    /// [`ErrorKind::Timeout`].
    pub fn timeout(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Timeout, message)
    }

    /// Names the node.
    #[must_use]
    pub fn on(mut self, node: impl Into<String>) -> Self {
        self.node = Some(node.into());
        self
    }

    /// Adds the reason.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds a next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Puts this failure under a sentence that says what was being done; the old primary line
    /// becomes the detail.
    #[must_use]
    pub fn context(mut self, doing: impl fmt::Display) -> Self {
        let why = std::mem::replace(&mut self.message, doing.to_string());
        self.detail = Some(match self.detail.take() {
            Some(detail) => format!("{why}: {detail}"),
            None => why,
        });
        self
    }

    /// Message and reason as one line.
    pub fn line(&self) -> String {
        match &self.detail {
            Some(detail) => format!("{}: {detail}", self.message),
            None => self.message.clone(),
        }
    }

    /// The reason, or the message where that says it all.
    pub fn why(&self) -> &str {
        self.detail.as_deref().unwrap_or(&self.message)
    }

    /// A refusal of the server that is about the state it found (an object that is missing, exists already, is used, or
    /// is not ready) as one of [`ErrorKind::Precondition`]; anything else as it is.
    #[must_use]
    pub fn about_state(mut self) -> Self {
        // Undefined object, table, column, and schema; duplicate object; not in prerequisite state; in use;
        // dependent objects.
        const STATE: [&str; 8] =
            ["42704", "42P01", "42703", "3F000", "42710", "55000", "55006", "2BP01"];
        let is_state = |code: &String| STATE.contains(&code.as_str());
        if self.kind == ErrorKind::Failed && self.sqlstate.as_ref().is_some_and(is_state) {
            self.kind = ErrorKind::Precondition;
        }
        self
    }

    /// Translates a failure of the driver; the server's own message, detail, and hint survive.
    pub fn from_postgres(error: &tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;
        let Some(db) = error.as_db_error() else {
            let kind = if error.is_closed() { ErrorKind::Connect } else { ErrorKind::Failed };
            return Self::new(kind, redact(&chain(error)));
        };
        let code = db.code();
        let kind = if code.code().starts_with("08")
            || code.code().starts_with("28")
            || *code == SqlState::INVALID_CATALOG_NAME
            || *code == SqlState::CANNOT_CONNECT_NOW
            || *code == SqlState::TOO_MANY_CONNECTIONS
            || *code == SqlState::ADMIN_SHUTDOWN
        {
            ErrorKind::Connect
        } else {
            ErrorKind::Failed
        };
        let mut out = Self::new(kind, redact(db.message()));
        out.detail = db.detail().map(redact);
        out.hints = db.hint().map(redact).into_iter().collect();
        out.sqlstate = Some(code.code().to_owned());
        out
    }
}

impl From<tokio_postgres::Error> for AdminError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::from_postgres(&error)
    }
}

/// The messages of an error and of its causes, joined by colons; repetitions are left out.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let next = inner.to_string();
        if !text.contains(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        source = inner.source();
    }
    text
}

/// Masks the passwords in free text, such as a server message that quotes a connection string.
pub fn redact(text: &str) -> String {
    spock_core::conninfo::mask(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_keeps_the_reason() {
        let error = AdminError::failed("connection refused").context("could not reach node");
        assert_eq!(error.message, "could not reach node");
        assert_eq!(error.detail.as_deref(), Some("connection refused"));
    }
}
