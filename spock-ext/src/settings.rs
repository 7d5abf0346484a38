//! Every setting of the extension: its doc line, default, range and context, and a typed accessor.
//!
//! Names, types, defaults and contexts are those of the existing Spock, so that configuration files
//! carry over; the last group is new. The prefix `spock` is not reserved: scripts keep variables of
//! their own under it.
//!
//! **Invariants**: only [`register`] defines settings, and only `_PG_init` calls it. The accessors
//! work in processes that never registered anything (the output plugin of a server that does not
//! preload the library) and then return the defaults.

mod choice;
mod ddl;
mod modes;
mod policies;
mod sequences;
mod statistics;

use std::ffi::{CStr, CString};
use std::time::Duration;

use pgrx::{GucContext, GucFlags, GucRegistry, GucSetting};

use crate::pg::obsolete_setting::{self, ObsoleteSetting};

pub(crate) use ddl::{
    allow_ddl_from_functions, allow_unlocked_rewrite, ddl_lock, ddl_lock_quorum, ddl_lock_timeout,
    deny_all_ddl, enable_ddl_replication, enable_quiet_mode, include_ddl_repset,
};
pub(crate) use modes::{ReadOnly, readonly, readonly_setting, replication_repair_mode};
pub(crate) use policies::{allow_divergent_policy, schema_mismatch};
pub(crate) use sequences::snowflake_node;
pub(crate) use statistics::{channel_counters, stats_max_entries};

pub(crate) use choice::{
    ChangeLogging, ConflictResolution, DdlLock, DdlLockQuorum, ExceptionBehaviour,
    ExceptionLogging, FailedRowFilter, LogLevel, LogOriginChange, LogVerbosity, SchemaMismatch,
};

static CONFLICT_RESOLUTION: GucSetting<ConflictResolution> =
    GucSetting::<ConflictResolution>::new(ConflictResolution::LastUpdateWins);
static CONFLICT_LOG_LEVEL: GucSetting<LogLevel> = GucSetting::<LogLevel>::new(LogLevel::Log);
static SAVE_RESOLUTIONS: GucSetting<bool> = GucSetting::<bool>::new(false);
static RESOLUTIONS_RETENTION_DAYS: GucSetting<i32> = GucSetting::<i32>::new(100);
static LOG_ORIGIN_CHANGE: GucSetting<LogOriginChange> =
    GucSetting::<LogOriginChange>::new(LogOriginChange::None);
static CHECK_ALL_UC_INDEXES: GucSetting<bool> = GucSetting::<bool>::new(false);
static EXCEPTION_BEHAVIOUR: GucSetting<ExceptionBehaviour> =
    GucSetting::<ExceptionBehaviour>::new(ExceptionBehaviour::Transdiscard);
static EXCEPTION_LOGGING: GucSetting<ExceptionLogging> =
    GucSetting::<ExceptionLogging>::new(ExceptionLogging::All);
static EXCEPTION_REPLAY_QUEUE_SIZE: GucSetting<i32> = GucSetting::<i32>::new(4);
static READ_RETRY_COUNT: GucSetting<i32> = GucSetting::<i32>::new(5);
static RESTART_DELAY_DEFAULT: GucSetting<i32> = GucSetting::<i32>::new(5000);
static PAUSE_TIMEOUT: GucSetting<i32> = GucSetting::<i32>::new(10);
static RESTART_DELAY_ON_EXCEPTION: GucSetting<i32> = GucSetting::<i32>::new(0);
static APPLY_IDLE_TIMEOUT: GucSetting<i32> = GucSetting::<i32>::new(300);
static SYNCHRONOUS_COMMIT: GucSetting<bool> = GucSetting::<bool>::new(false);
static APPLY_CHANGE_LOGGING: GucSetting<ChangeLogging> =
    GucSetting::<ChangeLogging>::new(ChangeLogging::None);
static LOG_VERBOSITY: GucSetting<LogVerbosity> =
    GucSetting::<LogVerbosity>::new(LogVerbosity::Normal);
static TEMP_DIRECTORY: GucSetting<Option<CString>> = GucSetting::<Option<CString>>::new(Some(c""));
static EXTRA_CONNECTION_OPTIONS: GucSetting<Option<CString>> =
    GucSetting::<Option<CString>>::new(Some(c""));
static COUNTRY: GucSetting<Option<CString>> = GucSetting::<Option<CString>>::new(Some(c"??"));
static FAILED_ROW_FILTER: GucSetting<FailedRowFilter> =
    GucSetting::<FailedRowFilter>::new(FailedRowFilter::Error);
static OUTPUT_DELAY: GucSetting<i32> = GucSetting::<i32>::new(0);
static MAX_CLOCK_SKEW: GucSetting<i32> = GucSetting::<i32>::new(60_000);
static CAUSE_WAIT_TIMEOUT: GucSetting<i32> = GucSetting::<i32>::new(60_000);
static COPY_WAIT_TIMEOUT: GucSetting<i32> = GucSetting::<i32>::new(60_000);
static RETENTION_HOLD: GucSetting<i32> = GucSetting::<i32>::new(10_000);
static EXCEPTION_RETENTION_DAYS: GucSetting<i32> = GucSetting::<i32>::new(100);
static QUEUE_RETENTION_DAYS: GucSetting<i32> = GucSetting::<i32>::new(7);
static SYNC_TABLE_WORKERS: GucSetting<i32> = GucSetting::<i32>::new(2);
static SYNCHRONOUS_WAIT_LIMIT: GucSetting<i32> = GucSetting::<i32>::new(10_000);
static MAX_PARALLEL_APPLY_WORKERS: GucSetting<i32> = GucSetting::<i32>::new(2);
static TRUST_PEER_DATUMS: GucSetting<bool> = GucSetting::<bool>::new(true);

/// Defines every setting. `_PG_init` calls it once, while the server preloads the library.
pub(crate) fn register() {
    register_conflict();
    register_exception();
    register_apply();
    register_connection();
    modes::register();
    ddl::register();
    policies::register();
    sequences::register();
    statistics::register();
    register_own();
    OBSOLETE.iter().for_each(obsolete_setting::define);
}

/// Of older versions.
static OBSOLETE: [ObsoleteSetting; 2] = [
    ObsoleteSetting {
        name: c"spock.batch_inserts",
        doc: c"Has no effect: inserts are gathered where possible.",
        default: true,
    },
    ObsoleteSetting {
        name: c"spock.use_spi",
        doc: c"Has no effect: changes are never applied by SPI.",
        default: false,
    },
];

fn boolean(
    name: &'static CStr,
    doc: &'static CStr,
    setting: &'static GucSetting<bool>,
    context: GucContext,
) {
    GucRegistry::define_bool_guc(name, doc, c"", setting, context, GucFlags::default());
}

fn integer(
    name: &'static CStr,
    doc: &'static CStr,
    setting: &'static GucSetting<i32>,
    range: std::ops::RangeInclusive<i32>,
    context: GucContext,
    unit: GucFlags,
) {
    GucRegistry::define_int_guc(
        name,
        doc,
        c"",
        setting,
        *range.start(),
        *range.end(),
        context,
        unit,
    );
}

fn string(
    name: &'static CStr,
    doc: &'static CStr,
    setting: &'static GucSetting<Option<CString>>,
    context: GucContext,
    flags: GucFlags,
) {
    GucRegistry::define_string_guc(name, doc, c"", setting, context, flags);
}

fn choice<T: pgrx::guc::GucEnum + 'static>(
    name: &'static CStr,
    doc: &'static CStr,
    setting: &'static GucSetting<T>,
    context: GucContext,
) where
    GucSetting<T>: Sync,
{
    GucRegistry::define_enum_guc(name, doc, c"", setting, context, GucFlags::default());
}

fn register_conflict() {
    choice(
        c"spock.conflict_resolution",
        c"Rule that decides between two versions of a row.",
        &CONFLICT_RESOLUTION,
        GucContext::Suset,
    );
    choice(
        c"spock.conflict_log_level",
        c"Level of the message that reports a conflict.",
        &CONFLICT_LOG_LEVEL,
        GucContext::Suset,
    );
    boolean(
        c"spock.save_resolutions",
        c"Writes each resolved conflict to spock.resolutions.",
        &SAVE_RESOLUTIONS,
        GucContext::Sighup,
    );
    integer(
        c"spock.resolutions_retention_days",
        c"Age in days at which rows of spock.resolutions are removed; 0 keeps them.",
        &RESOLUTIONS_RETENTION_DAYS,
        0..=i32::MAX,
        GucContext::Sighup,
        GucFlags::default(),
    );
    choice(
        c"spock.log_origin_change",
        c"Which changes to rows last written by another origin are logged.",
        &LOG_ORIGIN_CHANGE,
        GucContext::Suset,
    );
    boolean(
        c"spock.check_all_uc_indexes",
        c"Looks for the conflicting row of an INSERT in all unique indexes.",
        &CHECK_ALL_UC_INDEXES,
        GucContext::Sighup,
    );
    integer(
        c"spock.read_retry_count",
        c"How often a missing row is looked for again.",
        &READ_RETRY_COUNT,
        0..=100,
        GucContext::Sighup,
        GucFlags::default(),
    );
}

fn register_exception() {
    choice(
        c"spock.exception_behaviour",
        c"What happens to a remote transaction that fails for a permanent reason.",
        &EXCEPTION_BEHAVIOUR,
        GucContext::Sighup,
    );
    choice(
        c"spock.exception_logging",
        c"Which changes of a failed transaction are written to spock.exception_log.",
        &EXCEPTION_LOGGING,
        GucContext::Sighup,
    );
    integer(
        c"spock.exception_replay_queue_size",
        c"Memory for the changes of a transaction that may be replayed; 0 never spills to a file.",
        &EXCEPTION_REPLAY_QUEUE_SIZE,
        0..=2_097_151,
        GucContext::Sighup,
        GucFlags::UNIT_MB,
    );
    integer(
        c"spock.restart_delay_default",
        c"Pause before an apply worker is started again.",
        &RESTART_DELAY_DEFAULT,
        1..=i32::MAX,
        GucContext::Postmaster,
        GucFlags::UNIT_MS,
    );
    integer(
        c"spock.restart_delay_on_exception",
        c"Pause before an apply worker that met an exception is started again.",
        &RESTART_DELAY_ON_EXCEPTION,
        0..=i32::MAX,
        GucContext::Postmaster,
        GucFlags::UNIT_MS,
    );
}

fn register_apply() {
    integer(
        c"spock.apply_idle_timeout",
        c"Time without any message from the provider after which the connection is made anew; 0 never.",
        &APPLY_IDLE_TIMEOUT,
        0..=i32::MAX,
        GucContext::Sighup,
        GucFlags::UNIT_S,
    );
    integer(
        c"spock.pause_timeout",
        c"How long spock.pause_apply_workers() waits until all apply workers stand still.",
        &PAUSE_TIMEOUT,
        1..=2_147_483,
        GucContext::Userset,
        GucFlags::UNIT_S,
    );
    boolean(
        c"spock.synchronous_commit",
        c"Makes every applied transaction durable before it becomes visible.",
        &SYNCHRONOUS_COMMIT,
        GucContext::Postmaster,
    );
    choice(
        c"spock.apply_change_logging",
        c"What is logged of each applied change.",
        &APPLY_CHANGE_LOGGING,
        GucContext::Suset,
    );
    choice(
        c"spock.log_verbosity",
        c"Which debug messages of the extension are written to the log as LOG.",
        &LOG_VERBOSITY,
        GucContext::Suset,
    );
    integer(
        c"spock.output_delay",
        c"Pause of the output plugin before each transaction, for tests.",
        &OUTPUT_DELAY,
        0..=60_000,
        GucContext::Sighup,
        GucFlags::UNIT_MS,
    );
}

fn register_connection() {
    string(
        c"spock.temp_directory",
        c"Directory for the dump files of the structure copy; empty means TMPDIR or /tmp.",
        &TEMP_DIRECTORY,
        GucContext::Sighup,
        GucFlags::default(),
    );
    // It may hold a password: shown to superusers only, as primary_conninfo is.
    string(
        c"spock.extra_connection_options",
        c"Connection options added to the connection string of every peer.",
        &EXTRA_CONNECTION_OPTIONS,
        GucContext::Sighup,
        GucFlags::SUPERUSER_ONLY,
    );
    string(
        c"spock.country",
        c"Country of this node, as returned by spock.get_country().",
        &COUNTRY,
        GucContext::Sighup,
        GucFlags::default(),
    );
}

fn register_own() {
    choice(
        c"spock.failed_row_filter",
        c"What becomes of a row for which a row filter of a replication set raises an error.",
        &FAILED_ROW_FILTER,
        GucContext::Sighup,
    );
    integer(
        c"spock.max_clock_skew",
        c"How far ahead of the clock a commit may have to wait before it is refused.",
        &MAX_CLOCK_SKEW,
        0..=i32::MAX,
        GucContext::Sighup,
        GucFlags::UNIT_MS,
    );
    integer(
        c"spock.cause_wait_timeout",
        c"How long a change waits for other nodes that may still bring what it builds on.",
        &CAUSE_WAIT_TIMEOUT,
        0..=i32::MAX,
        GucContext::Sighup,
        GucFlags::UNIT_MS,
    );
    integer(
        c"spock.copy_wait_timeout",
        c"How long the copy of a table waits for its provider to be as far as this node.",
        &COPY_WAIT_TIMEOUT,
        0..=i32::MAX,
        GucContext::Sighup,
        GucFlags::UNIT_MS,
    );
    integer(
        c"spock.max_parallel_apply_workers_per_subscription",
        c"So many large transactions of a provider are applied while they still run there; 0 none.",
        &MAX_PARALLEL_APPLY_WORKERS,
        0..=1024,
        GucContext::Sighup,
        GucFlags::default(),
    );
    integer(
        c"spock.synchronous_wait_limit",
        c"How long the commit of a session that stands in the way of an apply worker waits for synchronous subscribers; 0 for ever.",
        &SYNCHRONOUS_WAIT_LIMIT,
        0..=i32::MAX,
        GucContext::Sighup,
        GucFlags::UNIT_MS,
    );
    integer(
        c"spock.retention_hold",
        c"How long deleted rows stay readable for conflicts with late changes; 0 keeps none.",
        &RETENTION_HOLD,
        0..=3_600_000,
        GucContext::Sighup,
        GucFlags::UNIT_MS,
    );
    integer(
        c"spock.sync_table_workers",
        c"How many tables of a subscription are copied at once.",
        &SYNC_TABLE_WORKERS,
        1..=64,
        GucContext::Sighup,
        GucFlags::default(),
    );
    integer(
        c"spock.exception_retention_days",
        c"Age in days at which exceptions that were dealt with are removed; 0 keeps them.",
        &EXCEPTION_RETENTION_DAYS,
        0..=i32::MAX,
        GucContext::Sighup,
        GucFlags::default(),
    );
    integer(
        c"spock.queue_retention_days",
        c"Age in days at which rows of spock.queue are removed; 0 keeps them.",
        &QUEUE_RETENTION_DAYS,
        0..=i32::MAX,
        GucContext::Sighup,
        GucFlags::default(),
    );
    boolean(
        c"spock.trust_peer_datums",
        c"Takes values from peers in the server's internal form where both ends agree on it.",
        &TRUST_PEER_DATUMS,
        GucContext::Sighup,
    );
}

fn text(setting: &GucSetting<Option<CString>>) -> String {
    setting.get().map(|value| value.to_string_lossy().into_owned()).unwrap_or_default()
}

fn millis(setting: &GucSetting<i32>) -> Duration {
    Duration::from_millis(u64::try_from(setting.get()).unwrap_or(0))
}

/// `spock.conflict_resolution`.
pub(crate) fn conflict_resolution() -> ConflictResolution {
    CONFLICT_RESOLUTION.get()
}

/// `spock.conflict_log_level`.
pub(crate) fn conflict_log_level() -> LogLevel {
    CONFLICT_LOG_LEVEL.get()
}

/// `spock.save_resolutions`.
pub(crate) fn save_resolutions() -> bool {
    SAVE_RESOLUTIONS.get()
}

/// `spock.resolutions_retention_days`; zero keeps the rows for ever.
pub(crate) fn resolutions_retention_days() -> i32 {
    RESOLUTIONS_RETENTION_DAYS.get()
}

/// `spock.exception_retention_days`; zero keeps the rows for ever.
pub(crate) fn exception_retention_days() -> i32 {
    EXCEPTION_RETENTION_DAYS.get()
}

/// `spock.queue_retention_days`; zero keeps the rows for ever.
pub(crate) fn queue_retention_days() -> i32 {
    QUEUE_RETENTION_DAYS.get()
}

/// `spock.log_origin_change`.
pub(crate) fn log_origin_change() -> LogOriginChange {
    LOG_ORIGIN_CHANGE.get()
}

/// `spock.restart_delay_default`.
pub(crate) fn restart_delay_default() -> Duration {
    millis(&RESTART_DELAY_DEFAULT)
}

/// `spock.pause_timeout`.
pub(crate) fn pause_timeout() -> Duration {
    Duration::from_secs(u64::try_from(PAUSE_TIMEOUT.get()).unwrap_or(0))
}

/// `spock.restart_delay_on_exception`.
pub(crate) fn restart_delay_on_exception() -> Duration {
    millis(&RESTART_DELAY_ON_EXCEPTION)
}

/// `spock.exception_behaviour`.
pub(crate) fn exception_behaviour() -> ExceptionBehaviour {
    EXCEPTION_BEHAVIOUR.get()
}

/// `spock.exception_logging`.
pub(crate) fn exception_logging() -> ExceptionLogging {
    EXCEPTION_LOGGING.get()
}

/// `spock.apply_idle_timeout`, or nothing for "never".
pub(crate) fn apply_idle_timeout() -> Option<Duration> {
    match u64::try_from(APPLY_IDLE_TIMEOUT.get()) {
        Ok(seconds) if seconds > 0 => Some(Duration::from_secs(seconds)),
        _ => None,
    }
}

/// `spock.synchronous_commit`.
pub(crate) fn synchronous_commit() -> bool {
    SYNCHRONOUS_COMMIT.get()
}

/// `spock.max_parallel_apply_workers_per_subscription`.
pub(crate) fn max_parallel_apply_workers() -> usize {
    usize::try_from(MAX_PARALLEL_APPLY_WORKERS.get()).unwrap_or(0)
}

/// `spock.failed_row_filter`.
pub(crate) fn failed_row_filter() -> FailedRowFilter {
    FAILED_ROW_FILTER.get()
}

/// `spock.apply_change_logging`.
#[inline]
pub(crate) fn apply_change_logging() -> ChangeLogging {
    APPLY_CHANGE_LOGGING.get()
}

/// `spock.output_delay`.
pub(crate) fn output_delay() -> Duration {
    millis(&OUTPUT_DELAY)
}

/// `spock.temp_directory`, or what stands for it when it is empty.
pub(crate) fn temp_directory() -> std::path::PathBuf {
    let directory = text(&TEMP_DIRECTORY);
    if directory.is_empty() { std::env::temp_dir() } else { directory.into() }
}

/// `spock.extra_connection_options`. May hold a password: never log it.
pub(crate) fn extra_connection_options() -> String {
    text(&EXTRA_CONNECTION_OPTIONS)
}

/// `spock.max_clock_skew`.
pub(crate) fn max_clock_skew() -> Duration {
    millis(&MAX_CLOCK_SKEW)
}

/// `spock.cause_wait_timeout`.
pub(crate) fn cause_wait_timeout() -> Duration {
    millis(&CAUSE_WAIT_TIMEOUT)
}

/// `spock.copy_wait_timeout`.
pub(crate) fn copy_wait_timeout() -> Duration {
    millis(&COPY_WAIT_TIMEOUT)
}

/// `spock.synchronous_wait_limit`, or nothing for "never".
pub(crate) fn synchronous_wait_limit() -> Option<Duration> {
    Some(millis(&SYNCHRONOUS_WAIT_LIMIT)).filter(|limit| !limit.is_zero())
}

/// `spock.retention_hold`; zero keeps nothing.
pub(crate) fn retention_hold() -> Duration {
    millis(&RETENTION_HOLD)
}

/// `spock.sync_table_workers`.
pub(crate) fn sync_table_workers() -> usize {
    usize::try_from(SYNC_TABLE_WORKERS.get()).unwrap_or(1)
}

/// `spock.trust_peer_datums`.
pub(crate) fn trust_peer_datums() -> bool {
    TRUST_PEER_DATUMS.get()
}
