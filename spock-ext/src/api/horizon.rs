//! How far commits and streams have come in time.

use pgrx::pg_extern;

use super::checks::{not_now, require_preloaded};
use crate::pg::database::my_database;
use crate::pg::error::OrRaise;
use crate::pg::function::{Record, Rows};
use crate::pg::session;
use crate::pg::value::Value;
use crate::worker::slots::{self, Kind};
use crate::worker::{horizon, passages};

/// `spock.commit_horizon()`. What subscribers of several nodes ask before they call a row missing. It
/// waits for commits in progress and flushes the log, so the install script takes it from PUBLIC.
#[pg_extern(sql = false)]
fn commit_horizon() -> Record {
    let take = || {
        require_preloaded()?;
        if session::in_recovery() {
            return Err(not_now("recovery is in progress"));
        }
        horizon::take()
    };
    let (time, position) = take().or_raise();
    Record(vec![Value::Timestamp(time), position.into()])
}

/// `spock.stream_horizons()`: what horizons in the streams of this database have proved.
#[pg_extern(sql = false)]
fn stream_horizons() -> Rows {
    require_preloaded().or_raise();
    let db = my_database();
    let time = |time: Option<i64>| time.map_or(Value::Null, Value::Timestamp);
    let streams = slots::list(|slot| slot.kind == Kind::Apply && slot.db == db);
    let row = |sub: u32| {
        let passed = passages::of_subscription(db, sub).map(|passage| passage.time);
        vec![sub.into(), time(passed), time(passages::settled(db, sub))]
    };
    Rows(streams.iter().map(|(_, slot)| row(slot.sub)).collect())
}
