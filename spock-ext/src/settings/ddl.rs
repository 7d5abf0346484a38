//! Settings of statements that define objects.

use pgrx::{GucContext, GucSetting};

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
