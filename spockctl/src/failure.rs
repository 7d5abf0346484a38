//! A failed command: its exit code and what is printed about it.

use std::io::Write as _;

use owo_colors::OwoColorize as _;
use serde::Serialize;
use spock_admin::error::{AdminError, ErrorKind};

use crate::exit::Exit;

/// What a command returns.
pub(crate) type Result<T = Exit, E = Failure> = std::result::Result<T, E>;

/// A command that did not do what was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    /// How the program ends.
    pub(crate) exit: Exit,
    /// What is printed; nothing when the output says it already.
    pub(crate) errors: Vec<AdminError>,
}

impl Failure {
    /// The user said no, or could not be asked.
    pub(crate) fn declined(message: impl Into<String>, flag: &str) -> Self {
        let error =
            AdminError::failed(message).hint(format!("give {flag} to go on without asking"));
        Failure { exit: Exit::Declined, errors: vec![error] }
    }

    /// Bad arguments that clap could not tell.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Failure { exit: Exit::Usage, errors: vec![AdminError::failed(message)] }
    }

    /// Says more of what is printed last.
    pub(crate) fn detail(mut self, detail: &str) -> Self {
        if let Some(error) = self.errors.pop() {
            self.errors.push(error.detail(detail));
        }
        self
    }

    /// Adds a next step to what is printed last.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Some(error) = self.errors.pop() {
            self.errors.push(error.hint(hint));
        }
        self
    }

    /// Standard output or a file of ours cannot be written.
    pub(crate) fn output(error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            // The reader has seen enough; that is no failure.
            return Failure { exit: Exit::Ok, errors: Vec::new() };
        }
        AdminError::failed(format!("could not write output: {error}")).into()
    }
}

impl From<AdminError> for Failure {
    fn from(error: AdminError) -> Self {
        Failure { exit: error.kind.into(), errors: vec![error] }
    }
}

/// One error as machines read it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(crate) struct ErrorRecord<'a> {
    pub(crate) node: Option<&'a str>,
    pub(crate) kind: ErrorKind,
    pub(crate) message: &'a str,
    pub(crate) detail: Option<&'a str>,
    pub(crate) hint: Option<String>,
    pub(crate) sqlstate: Option<&'a str>,
}

impl<'a> From<&'a AdminError> for ErrorRecord<'a> {
    fn from(error: &'a AdminError) -> Self {
        ErrorRecord {
            node: error.node.as_deref(),
            kind: error.kind,
            message: &error.message,
            detail: error.detail.as_deref(),
            hint: (!error.hints.is_empty()).then(|| error.hints.join("; ")),
            sqlstate: error.sqlstate.as_deref(),
        }
    }
}

/// How errors are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ErrorFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

/// Prints errors to standard error. What cannot be printed is lost: there is no place left.
pub(crate) fn print(errors: &[AdminError], format: ErrorFormat, is_verbose: bool) {
    let mut out = anstream::stderr().lock();
    for error in errors {
        let _ = match format {
            ErrorFormat::Json => serde_json::to_string(&ErrorRecord::from(error))
                .map_err(std::io::Error::from)
                .and_then(|line| writeln!(out, "{line}")),
            ErrorFormat::Text => print_text(&mut out, error, is_verbose),
        };
    }
}

fn print_text(
    out: &mut impl std::io::Write,
    error: &AdminError,
    is_verbose: bool,
) -> std::io::Result<()> {
    writeln!(out, "{} {}", "error:".red().bold(), error.message)?;
    for (at, line) in error.detail.iter().flat_map(|detail| detail.lines()).enumerate() {
        if at == 0 {
            writeln!(out, "{} {line}", "detail:".bold())?;
        } else {
            writeln!(out, "        {line}")?;
        }
    }
    for hint in &error.hints {
        writeln!(out, "{} {hint}", "hint:".cyan())?;
    }
    if is_verbose && let Some(code) = &error.sqlstate {
        writeln!(out, "{} {code}", "sqlstate:".bold())?;
    }
    Ok(())
}
