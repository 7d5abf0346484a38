//! Exit codes: those of `spockctl`, as far as they occur, and one more; see `docs/exit-codes.md`.

use std::process::ExitCode;

use spock_admin::error::ErrorKind;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Ok,
    /// It was tried and failed; nothing is left of it.
    Failed,
    /// Bad flags or arguments.
    Usage,
    /// A file, variable, or connection string is missing or wrong.
    Config,
    /// The provider cannot be reached.
    Connect,
    /// A wait ran out; nothing is left.
    Timeout,
    /// Something exists already, or is in the wrong state.
    Precondition,
    /// A version or setting of the provider does not do.
    Incompatible,
    /// It failed when slots were there to stay; something is left.
    AfterPromotion,
    /// A bug.
    Internal,
    /// SIGINT.
    Interrupted,
    /// SIGTERM.
    Terminated,
}

/// Every code with its name and meaning.
pub(crate) const TABLE: &[(Exit, &str, &str)] = &[
    (Exit::Ok, "OK", "done; with --dry-run: nothing stands in the way"),
    (Exit::Failed, "FAILED", "it was tried and failed, and was undone"),
    (Exit::Usage, "USAGE", "bad flags or arguments"),
    (Exit::Config, "CONFIG", "a file, variable, or connection string is missing or wrong"),
    (Exit::Connect, "CONNECT", "the provider could not be reached or authenticated"),
    (Exit::Timeout, "TIMEOUT", "a wait ran out, and everything was undone"),
    (
        Exit::Precondition,
        "PRECONDITION",
        "an object is missing, exists already, or is in the wrong state",
    ),
    (Exit::Incompatible, "INCOMPATIBLE", "a version or setting of a server is not supported"),
    (
        Exit::AfterPromotion,
        "FAILED_AFTER_PROMOTION",
        "it failed after the slots were made lasting; what is left is printed",
    ),
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
            Exit::Timeout => 7,
            Exit::Precondition => 8,
            Exit::Incompatible => 10,
            Exit::AfterPromotion => 11,
            Exit::Internal => 70,
            Exit::Interrupted => 130,
            Exit::Terminated => 143,
        }
    }
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Config => Exit::Config,
            ErrorKind::Connect => Exit::Connect,
            ErrorKind::Timeout => Exit::Timeout,
            ErrorKind::Precondition => Exit::Precondition,
            ErrorKind::Incompatible => Exit::Incompatible,
            ErrorKind::Internal => Exit::Internal,
            ErrorKind::Failed | ErrorKind::Partial | ErrorKind::Unhealthy => Exit::Failed,
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
        let page = include_str!("../../docs/create-subscriber.md");
        for (exit, name, meaning) in TABLE {
            let row = format!("| {} | {name} | {meaning} |", exit.code());
            assert!(page.contains(&row), "docs/create-subscriber.md lacks: {row}");
        }
    }
}
