//! Settings of how conflicts are decided, and what becomes of changes that do not fit.

use pgrx::{GucContext, GucSetting};
use spock_core::conflict::Policy;

use super::{ConflictResolution, SchemaMismatch};

static SCHEMA_MISMATCH: GucSetting<SchemaMismatch> =
    GucSetting::<SchemaMismatch>::new(SchemaMismatch::Wait);
static ALLOW_DIVERGENT_POLICY: GucSetting<bool> = GucSetting::<bool>::new(false);

/// Defines those that are new.
pub(super) fn register() {
    super::boolean(
        c"spock.allow_divergent_policy",
        c"Accepts, on a node that others subscribe to, policies under which nodes can differ.",
        &ALLOW_DIVERGENT_POLICY,
        GucContext::Sighup,
    );
    super::choice(
        c"spock.schema_mismatch",
        c"What becomes of changes whose table here does not fit the provider's.",
        &SCHEMA_MISMATCH,
        GucContext::Sighup,
    );
}

impl ConflictResolution {
    /// The policy of this name.
    pub(crate) fn policy(self) -> Policy {
        match self {
            Self::LastUpdateWins => Policy::LastUpdateWins,
            Self::FirstUpdateWins => Policy::FirstUpdateWins,
            Self::ApplyRemote => Policy::ApplyRemote,
            Self::KeepLocal => Policy::KeepLocal,
            Self::Error => Policy::Error,
        }
    }
}

/// `spock.schema_mismatch`.
pub(crate) fn schema_mismatch() -> SchemaMismatch {
    SCHEMA_MISMATCH.get()
}

/// `spock.allow_divergent_policy`.
pub(crate) fn allow_divergent_policy() -> bool {
    ALLOW_DIVERGENT_POLICY.get()
}
