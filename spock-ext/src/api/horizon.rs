//! `spock.commit_horizon()`: up to which time everything that was committed here lies before a position.

use pgrx::{PgSqlErrorCode, pg_extern};

use super::checks::{not_now, require_preloaded};
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::Record;
use crate::pg::session;
use crate::pg::value::Value;
use crate::worker::horizon;

/// `spock.commit_horizon()`. What subscribers of several nodes ask before they call a row missing. It
/// waits for commits in progress and flushes the log, so it is for those only who may read the stream.
#[pg_extern(sql = false)]
fn commit_horizon() -> Record {
    let take = || {
        require_preloaded()?;
        if !session::may_replicate() {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_INSUFFICIENT_PRIVILEGE,
                "must be superuser or replication role to ask for a commit horizon",
            ));
        }
        if session::in_recovery() {
            return Err(not_now("recovery is in progress"));
        }
        horizon::take()
    };
    let (time, position) = take().or_raise();
    Record(vec![Value::Timestamp(time), position.into()])
}
