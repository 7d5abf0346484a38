//! How far each subscription has come, and what versions of rows mean.

use pgrx::pg_extern;
use spock_core::lsn::Lsn;
use spock_core::oid::{NodeId, Oid};

use super::checks::{invalid, require_preloaded};
use crate::catalog::origin_history::{self, OriginHistory};
use crate::catalog::{resolutions, subscription};
use crate::pg::database;
use crate::pg::error::OrRaise;
use crate::pg::function::{In, Record, Rows};
use crate::pg::spi;
use crate::pg::value::Value;
use crate::settings;
use crate::worker::progress::{self, Progress};
use crate::worker::slots::{self, Kind};

/// `spock.apply_group_progress()`: a row for each subscription of this server that has, or had, an
/// apply worker.
#[pg_extern(sql = false)]
fn apply_group_progress() -> Rows {
    require_preloaded().or_raise();
    let slots = slots::list(|slot| slot.kind == Kind::Apply);
    let rows = slots
        .into_iter()
        .map(|(id, slot)| (slot, progress::read(id.index)))
        .filter(|(_, progress)| progress.remote_node != 0)
        .map(|(slot, mut progress)| {
            if progress.remote_commit_lsn == 0 && slot.db == database::my_database() {
                // Nothing came since the worker started: what is durable stands.
                progress.remote_commit_lsn =
                    subscription::by_id(slot.sub).map_or(0, |sub| origin_history::applied(&sub).0);
            }
            progress_row(slot.db, progress)
        });
    Rows(rows.collect())
}

fn progress_row(db: Oid, progress: Progress) -> Vec<Value> {
    let time = |micros: i64| if micros == 0 { Value::Null } else { Value::Timestamp(micros) };
    let position = |lsn: u64| if lsn == 0 { Value::Null } else { Value::Lsn(Lsn(lsn)) };
    vec![
        db.into(),
        progress.node.into(),
        progress.remote_node.into(),
        time(progress.remote_commit_ts),
        time(progress.prev_remote_ts),
        position(progress.remote_commit_lsn),
        position(progress.remote_insert_lsn),
        position(progress.received_lsn),
        time(progress.last_updated_ts),
        false.into(),
    ]
}

/// `spock.xact_commit_timestamp_origin()`: the version that a transaction gave its rows. Replication
/// origins are shown as the nodes that they stand for; 0 is this node.
#[pg_extern(sql = false)]
fn xact_commit_timestamp_origin(xid: In<u32>) -> Record {
    let row = spi::select_one(
        "SELECT t.timestamp, t.roident,
                CASE WHEN f.xid > f.next THEN f.xid - 4294967296 ELSE f.xid END
           FROM pg_xact_commit_timestamp_origin($1::text::xid) t,
                LATERAL (SELECT n.next, n.next / 4294967296 * 4294967296 + $1 AS xid
                           FROM (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint)
                                AS n (next)) f",
        &[xid.0.into()],
    );
    let Some(row) = row else { return Record(vec![Value::Null, Value::Null]) };
    let origin: Option<u32> = row.get(1);
    let node = match (origin.and_then(|id| u16::try_from(id).ok()), row.get::<i64>(2)) {
        (Some(id), xid) => {
            OriginHistory::load().node_of(id, xid.cast_unsigned()).map(NodeId::as_oid).or(origin)
        }
        (None, _) => origin,
    };
    let time: Option<i64> = row.get(0);
    Record(vec![time.map_or(Value::Null, Value::Timestamp), node.into()])
}

/// `spock.cleanup_resolutions()`: removes old rows of `spock.resolutions`; how many.
#[pg_extern(sql = false)]
fn cleanup_resolutions(days: Option<i32>) -> i64 {
    let days = days.unwrap_or_else(settings::resolutions_retention_days);
    match days {
        ..0 => invalid("days must not be negative").raise(),
        0 => 0,
        days => i64::try_from(resolutions::remove_older_than(days)).unwrap_or(i64::MAX),
    }
}
