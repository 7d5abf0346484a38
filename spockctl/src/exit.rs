//! Exit codes: a public contract, documented in `docs/exit-codes.md`.

use std::process::ExitCode;

use spock_admin::error::ErrorKind;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
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
pub(crate) const TABLE: &[(Exit, &str, &str)] = &[
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
    (Exit::Internal, "INTERNAL", "a bug in the program"),
    (Exit::Interrupted, "SIGNAL", "ended by SIGINT after cleanup"),
    (Exit::Terminated, "SIGNAL", "ended by SIGTERM after cleanup"),
];

impl Exit {
    /// The number.
    pub(crate) fn code(self) -> u8 {
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
    fn codes_are_those_of_the_documentation() {
        let page = include_str!("../../docs/exit-codes.md");
        for (exit, name, meaning) in TABLE {
            let row = format!("| {} | {name} | {meaning} |", exit.code());
            assert!(page.contains(&row), "docs/exit-codes.md lacks: {row}");
        }
        let rows =
            page.lines().filter(|line| line.starts_with("| ") && line.contains(" | ")).count();
        assert_eq!(rows, TABLE.len() + 1, "docs/exit-codes.md has other rows than the program");
    }
}
