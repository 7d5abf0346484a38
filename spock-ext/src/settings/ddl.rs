//! Settings of statements that define objects.

use std::time::Duration;

use pgrx::{GucContext, GucFlags, GucSetting};

use super::{DdlLock, DdlLockQuorum};

static DDL_LOCK: GucSetting<DdlLock> = GucSetting::<DdlLock>::new(DdlLock::Off);
static DDL_LOCK_QUORUM: GucSetting<DdlLockQuorum> =
    GucSetting::<DdlLockQuorum>::new(DdlLockQuorum::All);
static DDL_LOCK_TIMEOUT: GucSetting<i32> = GucSetting::<i32>::new(60_000);
static ALLOW_UNLOCKED_REWRITE: GucSetting<bool> = GucSetting::<bool>::new(false);

static ENABLE_DDL_REPLICATION: GucSetting<bool> = GucSetting::<bool>::new(false);
static INCLUDE_DDL_REPSET: GucSetting<bool> = GucSetting::<bool>::new(false);
static ALLOW_DDL_FROM_FUNCTIONS: GucSetting<bool> = GucSetting::<bool>::new(false);
static DENY_ALL_DDL: GucSetting<bool> = GucSetting::<bool>::new(false);
static ENABLE_QUIET_MODE: GucSetting<bool> = GucSetting::<bool>::new(false);

/// Defines them.
pub(super) fn register() {
    super::boolean(
        c"spock.enable_ddl_replication",
        c"Has subscribers run the statements that define objects here.",
        &ENABLE_DDL_REPLICATION,
        GucContext::Userset,
    );
    super::boolean(
        c"spock.include_ddl_repset",
        c"Adds tables that are made or altered by replicated statements to replication sets.",
        &INCLUDE_DDL_REPSET,
        GucContext::Userset,
    );
    super::boolean(
        c"spock.allow_ddl_from_functions",
        c"Replicates statements that are run by functions and DO blocks, too.",
        &ALLOW_DDL_FROM_FUNCTIONS,
        GucContext::Userset,
    );
    super::boolean(
        c"spock.deny_all_ddl",
        c"Refuses all statements that define objects.",
        &DENY_ALL_DDL,
        GucContext::Suset,
    );
    super::boolean(
        c"spock.enable_quiet_mode",
        c"Writes what is said of replicated statements to the log instead of telling the client.",
        &ENABLE_QUIET_MODE,
        GucContext::Sighup,
    );
    super::choice(
        c"spock.ddl_lock",
        c"Whether replicated statements run under a lock of all nodes, and what if it is taken.",
        &DDL_LOCK,
        GucContext::Userset,
    );
    super::choice(
        c"spock.ddl_lock_quorum",
        c"How many nodes have to give their lock.",
        &DDL_LOCK_QUORUM,
        GucContext::Suset,
    );
    super::integer(
        c"spock.ddl_lock_timeout",
        c"How long the DDL lock is waited for.",
        &DDL_LOCK_TIMEOUT,
        1..=i32::MAX,
        GucContext::Userset,
        GucFlags::UNIT_MS,
    );
    super::boolean(
        c"spock.allow_unlocked_rewrite",
        c"Lets replicated statements rewrite replicated tables without the DDL lock.",
        &ALLOW_UNLOCKED_REWRITE,
        GucContext::Suset,
    );
}

/// `spock.allow_unlocked_rewrite`.
pub(crate) fn allow_unlocked_rewrite() -> bool {
    ALLOW_UNLOCKED_REWRITE.get()
}

/// `spock.ddl_lock`.
pub(crate) fn ddl_lock() -> DdlLock {
    DDL_LOCK.get()
}

/// `spock.ddl_lock_quorum`.
pub(crate) fn ddl_lock_quorum() -> DdlLockQuorum {
    DDL_LOCK_QUORUM.get()
}

/// `spock.ddl_lock_timeout`.
pub(crate) fn ddl_lock_timeout() -> Duration {
    super::millis(&DDL_LOCK_TIMEOUT)
}

/// `spock.enable_ddl_replication`.
pub(crate) fn enable_ddl_replication() -> bool {
    ENABLE_DDL_REPLICATION.get()
}

/// `spock.include_ddl_repset`.
pub(crate) fn include_ddl_repset() -> bool {
    INCLUDE_DDL_REPSET.get()
}

/// `spock.allow_ddl_from_functions`.
pub(crate) fn allow_ddl_from_functions() -> bool {
    ALLOW_DDL_FROM_FUNCTIONS.get()
}

/// `spock.deny_all_ddl`.
pub(crate) fn deny_all_ddl() -> bool {
    DENY_ALL_DDL.get()
}

/// `spock.enable_quiet_mode`.
pub(crate) fn enable_quiet_mode() -> bool {
    ENABLE_QUIET_MODE.get()
}
