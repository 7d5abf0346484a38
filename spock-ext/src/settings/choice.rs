//! The values of settings that are a choice of words.
#![allow(unsafe_code, reason = "the derive of enum settings expands to an unsafe impl")]

use pgrx::{PgLogLevel, PostgresGucEnum};

/// How a conflict between two versions of a row is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PostgresGucEnum)]
pub(crate) enum ConflictResolution {
    /// The version with the later commit time wins.
    #[name = c"last_update_wins"]
    LastUpdateWins,
    /// The version with the earlier commit time wins.
    #[name = c"first_update_wins"]
    FirstUpdateWins,
    /// The incoming version wins.
    #[name = c"apply_remote"]
    ApplyRemote,
    /// The version that is there wins.
    #[name = c"keep_local"]
    KeepLocal,
    /// The incoming transaction fails.
    #[name = c"error"]
    Error,
}

/// A message level as settings spell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PostgresGucEnum)]
pub(crate) enum LogLevel {
    #[name = c"debug5"]
    Debug5,
    #[name = c"debug4"]
    Debug4,
    #[name = c"debug3"]
    Debug3,
    #[name = c"debug2"]
    Debug2,
    #[name = c"debug1"]
    Debug1,
    #[name = c"info"]
    Info,
    #[name = c"notice"]
    Notice,
    #[name = c"warning"]
    Warning,
    #[name = c"error"]
    Error,
    #[name = c"log"]
    Log,
    #[name = c"fatal"]
    Fatal,
    #[name = c"panic"]
    Panic,
}

impl LogLevel {
    /// The level for a report that must return: reporting a conflict never aborts the apply of it.
    pub(crate) fn returning(self) -> PgLogLevel {
        match self {
            Self::Debug5 => PgLogLevel::DEBUG5,
            Self::Debug4 => PgLogLevel::DEBUG4,
            Self::Debug3 => PgLogLevel::DEBUG3,
            Self::Debug2 => PgLogLevel::DEBUG2,
            Self::Debug1 => PgLogLevel::DEBUG1,
            Self::Info => PgLogLevel::INFO,
            Self::Notice => PgLogLevel::NOTICE,
            Self::Log => PgLogLevel::LOG,
            Self::Warning | Self::Error | Self::Fatal | Self::Panic => PgLogLevel::WARNING,
        }
    }
}

/// Which `*_origin_differs` conflicts are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PostgresGucEnum)]
pub(crate) enum LogOriginChange {
    /// None.
    #[name = c"none"]
    None,
    /// Only those where the row was last written by another remote node.
    #[name = c"remote_only_differs"]
    RemoteOnlyDiffers,
    /// Those where the row was written after the subscription was created.
    #[name = c"since_sub_creation"]
    SinceSubCreation,
}

/// What happens to a remote transaction that fails for a permanent reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PostgresGucEnum)]
pub(crate) enum ExceptionBehaviour {
    /// The failing changes are left out, the others applied.
    #[name = c"discard"]
    Discard,
    /// The whole transaction is left out.
    #[name = c"transdiscard"]
    Transdiscard,
    /// Nothing is left out: the subscription is disabled before the transaction.
    #[name = c"sub_disable"]
    SubDisable,
}

/// Which changes of a failed transaction are written to `spock.exception_log`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PostgresGucEnum)]
pub(crate) enum ExceptionLogging {
    /// None.
    #[name = c"none"]
    None,
    /// Those that were left out.
    #[name = c"discard"]
    Discard,
    /// All of them.
    #[name = c"all"]
    All,
}

/// What becomes of a row for which a row filter fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PostgresGucEnum)]
pub(crate) enum FailedRowFilter {
    /// The stream ends before its transaction.
    #[name = c"error"]
    Error,
    /// It counts as a row for which the filter is unknown.
    #[name = c"leave_out"]
    LeaveOut,
}

/// Whether statements that define objects run under the lock of all nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PostgresGucEnum)]
pub(crate) enum DdlLock {
    /// They do not.
    #[name = c"off"]
    Off,
    /// They wait for it.
    #[name = c"wait"]
    Wait,
    /// They are refused while another one has it.
    #[name = c"error"]
    Error,
}

/// Which nodes have to give their lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PostgresGucEnum)]
pub(crate) enum DdlLockQuorum {
    /// All whose subscriptions are enabled.
    #[name = c"all"]
    All,
    /// More than half of them, this one included.
    #[name = c"majority"]
    Majority,
}

/// What becomes of changes whose table here does not fit the provider's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PostgresGucEnum)]
pub(crate) enum SchemaMismatch {
    /// The stream waits until it does.
    #[name = c"wait"]
    Wait,
    /// Values are converted where that goes; else the change is an exception.
    #[name = c"apply"]
    Apply,
}

/// What is logged of each applied change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PostgresGucEnum)]
pub(crate) enum ChangeLogging {
    /// Nothing.
    #[name = c"none"]
    None,
    /// Operation, relation and key.
    #[name = c"key_only"]
    KeyOnly,
    /// The whole row too.
    #[name = c"verbose"]
    Verbose,
}

/// Which of our own debug messages reach the log as LOG.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PostgresGucEnum)]
pub(crate) enum LogVerbosity {
    /// None.
    #[name = c"normal"]
    Normal,
    /// Those of DEBUG1.
    #[name = c"debug1"]
    Debug1,
    /// Those of DEBUG1 and DEBUG2.
    #[name = c"debug2"]
    Debug2,
}
