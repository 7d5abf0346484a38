//! Exit codes of the programs: a public contract, documented in `docs/exit-codes.md`.
//!
//! One number means one thing in every program; a program that never ends with some of them leaves them out of its
//! manual page and its documentation.

use std::process::ExitCode;

use crate::error::ErrorKind;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, or already in the desired state.
    Ok,
    /// The operation was tried and refused or failed.
    Failed,
    /// Bad flags or arguments.
    Usage,
    /// A file, variable, or connection string is missing or wrong.
    Config,
    /// No target node could be reached or authenticated.
    Connect,
    /// Some nodes did it and some did not.
    Partial,
    /// Checks found problems.
    Unhealthy,
    /// A wait ran out.
    Timeout,
    /// An object is missing, exists already, or is in the wrong state.
    Precondition,
    /// The user said no, or could not be asked.
    Declined,
    /// A version or setting of a server is not supported.
    Incompatible,
    /// It failed when it could no longer be taken back; something is left.
    AfterPromotion,
    /// A bug.
    Internal,
    /// Ended by SIGINT after cleanup.
    Interrupted,
    /// Ended by SIGTERM after cleanup.
    Terminated,
    /// A state of `check`, which has codes of its own.
    Check(u8),
}

/// Every code with its name and meaning, in the order of the documentation.
const TABLE: &[Row] = &[
    (Exit::Ok, "OK", "done, or already in the desired state"),
    (Exit::Failed, "FAILED", "the operation was tried and refused or failed"),
    (Exit::Usage, "USAGE", "bad flags or arguments"),
    (Exit::Config, "CONFIG", "a file, variable, or connection string is missing or wrong"),
    (Exit::Connect, "CONNECT", "no target node could be reached or authenticated"),
    (Exit::Partial, "PARTIAL", "some nodes did it and some did not"),
    (Exit::Unhealthy, "UNHEALTHY", "checks found problems or differences"),
    (Exit::Timeout, "TIMEOUT", "a wait ran out"),
    (
        Exit::Precondition,
        "PRECONDITION",
        "an object is missing, exists already, or is in the wrong state",
    ),
    (Exit::Declined, "DECLINED", "the user said no, or could not be asked"),
    (Exit::Incompatible, "INCOMPATIBLE", "a version or setting of a server is not supported"),
    (
        Exit::AfterPromotion,
        "FAILED_AFTER_PROMOTION",
        "it failed when it could no longer be undone; what is left is printed",
    ),
    (Exit::Internal, "INTERNAL", "a bug in the program"),
    (Exit::Interrupted, "SIGNAL", "ended by SIGINT after cleanup"),
    (Exit::Terminated, "SIGNAL", "ended by SIGTERM after cleanup"),
];

/// A code, its name, and what it means.
pub type Row = (Exit, &'static str, &'static str);

/// The codes of a program that never ends with some of them.
pub fn table_without(never: &[Exit]) -> impl Iterator<Item = Row> {
    TABLE.iter().copied().filter(|(exit, ..)| !never.contains(exit))
}

/// The section of a manual page.
pub fn manual_section(rows: impl Iterator<Item = Row>) -> String {
    let rows =
        rows.map(|(exit, name, meaning)| format!(".TP\n{} {name}\n{meaning}\n", exit.code()));
    format!(".SH \"EXIT STATUS\"\n{}", rows.collect::<String>())
}

/// What is wrong with the table of codes of a page of the documentation.
pub fn faults_of_page(page: &str, rows: impl Iterator<Item = Row>) -> Vec<String> {
    let wanted: Vec<String> = rows
        .map(|(exit, name, meaning)| format!("| {} | {name} | {meaning} |", exit.code()))
        .collect();
    let is_code =
        |line: &&str| line.split(' ').nth(1).is_some_and(|word| word.parse::<u8>().is_ok());
    let told: Vec<&str> =
        page.lines().filter(|line| line.starts_with("| ")).filter(is_code).collect();
    let lacks = wanted.iter().filter(|row| !told.contains(&row.as_str()));
    let other = told.iter().filter(|row| !wanted.iter().any(|wanted| wanted == *row));
    lacks
        .map(|row| format!("lacks: {row}"))
        .chain(other.map(|row| format!("not a code of the program: {row}")))
        .collect()
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Exit::Ok => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Config => 3,
            Exit::Connect => 4,
            Exit::Partial => 5,
            Exit::Unhealthy => 6,
            Exit::Timeout => 7,
            Exit::Precondition => 8,
            Exit::Declined => 9,
            Exit::Incompatible => 10,
            Exit::AfterPromotion => 11,
            Exit::Internal => 70,
            Exit::Interrupted => 130,
            Exit::Terminated => 143,
            Exit::Check(code) => code,
        }
    }
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Failed => Exit::Failed,
            ErrorKind::Config => Exit::Config,
            ErrorKind::Connect => Exit::Connect,
            ErrorKind::Partial => Exit::Partial,
            ErrorKind::Unhealthy => Exit::Unhealthy,
            ErrorKind::Timeout => Exit::Timeout,
            ErrorKind::Precondition => Exit::Precondition,
            ErrorKind::Incompatible => Exit::Incompatible,
            ErrorKind::Internal => Exit::Internal,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_differ_from_the_program_are_found() {
        let rows = || table_without(&[Exit::AfterPromotion]);
        let mut page = "| code | name | when |\n|---|---|---|\n".to_owned();
        for (exit, name, meaning) in rows() {
            page.push_str(&format!("| {} | {name} | {meaning} |\n", exit.code()));
        }
        assert_eq!(faults_of_page(&page, rows()), Vec::<String>::new());
        assert_eq!(faults_of_page(&page.replace("| 7 |", "| 17 |"), rows()).len(), 2);
        assert_eq!(faults_of_page(&page, table_without(&[Exit::Timeout])).len(), 2);
    }
}
