//! What the server must be set to before it can take part.
//!
//! Each unmet requirement is one error that names the setting and how to change it: raised by the
//! functions that create nodes and subscriptions, and written to the log at start by the supervisor.

use pgrx::PgSqlErrorCode;

use super::error::SpockError;
use super::guc;

/// Background processes that every node needs: the server's own launcher, our supervisor, a manager,
/// and a worker.
const BASE_WORKERS: i64 = 4;

fn unmet(name: &str, value: &str, wanted: &str) -> SpockError {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
        format!("spock needs {name} to be {wanted}, but it is {value}"),
    )
}

fn restart_hint(name: &str, value: &str) -> String {
    format!("Run ALTER SYSTEM SET {name} = {value}; and restart the server.")
}

fn at_least(name: &str, wanted: i64) -> Option<SpockError> {
    let value = guc::get_int(name)?;
    (value < wanted).then(|| {
        unmet(name, &value.to_string(), &format!("at least {wanted}"))
            .hint(restart_hint(name, &wanted.to_string()))
    })
}

/// The setting that limits replication origins: one of its own from 18 on.
fn origin_limit() -> &'static str {
    if guc::get("max_active_replication_origins").is_some() {
        "max_active_replication_origins"
    } else {
        "max_replication_slots"
    }
}

/// Everything that keeps this server from being a node. Of replication slots it needs one for each
/// subscriber, or, if it subscribes itself, one for deleted rows.
pub(crate) fn unmet_by_node() -> Vec<SpockError> {
    let mut errors = Vec::new();
    let wal_level = guc::get("wal_level").unwrap_or_default();
    if wal_level != "logical" {
        errors.push(
            unmet("wal_level", &wal_level, "logical").hint(restart_hint("wal_level", "'logical'")),
        );
    }
    if !guc::is_on("track_commit_timestamp") {
        errors.push(
            unmet("track_commit_timestamp", "off", "on")
                .hint(restart_hint("track_commit_timestamp", "on")),
        );
    }
    // Vacuum would remove rows that a slot keeps. (Gone in 17.)
    if let Some(value) = guc::get("old_snapshot_threshold").filter(|value| value != "-1") {
        errors.push(
            unmet("old_snapshot_threshold", &value, "-1")
                .hint(restart_hint("old_snapshot_threshold", "-1")),
        );
    }
    errors.extend(at_least("max_replication_slots", 1));
    errors.extend(at_least("max_wal_senders", 1));
    errors.extend(at_least("max_worker_processes", BASE_WORKERS));
    errors
}

/// What keeps this server from having one more subscription, given the numbers of subscriptions and
/// of origins there are. One worker more than subscriptions is counted, for copying tables.
pub(crate) fn unmet_by_subscription(subscriptions: i64, origins: i64) -> Vec<SpockError> {
    let mut errors = unmet_by_node();
    errors.extend(at_least(origin_limit(), origins + 1));
    errors.extend(at_least("max_worker_processes", BASE_WORKERS + subscriptions + 1));
    errors
}
