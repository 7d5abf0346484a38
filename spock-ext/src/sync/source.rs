//! What a node that copies from this one has to know (convergence rules I1 and I2): how far we have come in
//! the changes of other nodes, and the versions of rows and deletes that a copy must bring along.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use spock_core::conflict::Version;
use spock_core::lsn::Lsn;
use spock_core::oid::NodeId;

use crate::apply::horizon_of;
use crate::catalog::node;
use crate::catalog::origin_history::{self, OriginHistory};
use crate::catalog::subscription::{self, Subscription};
use crate::catalog::version_override::{self, Override};
use crate::catalog::{dead_row, row_versions, truncation};
use crate::pg::walreceiver::{Connection, Mode};
use crate::pg::{commit_ts, database, dead_rows, latch, transaction};
use crate::worker::{head, progress, retention, slots};

/// How long another node may take to be connected to, or to answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(3);
/// Pause between two looks at our own streams.
const POLL: Duration = Duration::from_millis(10);
/// Commits of one node are out of the order of their times by less than this.
const SLACK: i64 = 1_000_000;
/// How many transactions are looked through for the last one of a node.
const LOOK_BACK: u32 = 200_000;

/// How far we have come in the changes of one node.
pub(crate) struct Applied {
    pub(crate) node: NodeId,
    pub(crate) position: Lsn,
    /// Of the transactions asked for.
    pub(crate) commit_times: Vec<i64>,
}

/// How far each subscription has come; with `since` also which of its transactions from that id on the
/// snapshot of this transaction shows.
pub(crate) fn applied(since: Option<u64>) -> Vec<Applied> {
    let mut times: HashMap<NodeId, Vec<i64>> = HashMap::new();
    if let Some(since) = since {
        let history = OriginHistory::load();
        for xid in row_versions::visible_since(since) {
            if let Some((time, origin)) = commit_ts::of(xid as u32)
                && let Some(node) = history.node_of(origin, xid)
            {
                times.entry(node).or_default().push(time);
            }
        }
    }
    subscription::all()
        .iter()
        .map(|subscription| {
            let node = subscription.provider.id;
            let commit_times = times.get(&node).cloned().unwrap_or_default();
            Applied { node, position: position(subscription), commit_times }
        })
        .collect()
}

/// Up to where everything of the provider is applied, or was nothing for us.
fn position(subscription: &Subscription) -> Lsn {
    let head = head::of_subscription(database::my_database(), subscription.id);
    let passed = head.map_or(Lsn::INVALID, |head| head.passed);
    origin_history::applied(subscription).max(passed)
}

/// For each subscription but those to one node: a time before which nothing comes any more.
pub(crate) fn horizons(besides: u32, patience: Duration) -> Vec<(NodeId, Option<i64>)> {
    let until = latch::steady_micros() + i64::try_from(patience.as_micros()).unwrap_or(i64::MAX);
    let mut found = Vec::new();
    for subscription in subscription::all() {
        let node = subscription.provider.id;
        if node.as_oid() == besides {
            continue;
        }
        let proved = subscription.enabled.then(|| prove(&subscription, until)).flatten();
        found.push((node, proved.or_else(|| last_known(&subscription))));
    }
    found
}

/// Asks the provider for a horizon, and waits until its stream has come to it.
fn prove(subscription: &Subscription, until: i64) -> Option<i64> {
    let dsn = subscription.provider_interface.dsn.reveal();
    let limit = ANSWER_LIMIT.min(Duration::from_micros(
        u64::try_from(until - latch::steady_micros()).ok().filter(|left| *left > 0)?,
    ));
    let asked = Connection::connect_within(dsn, "spock copy", Mode::Sql, limit)
        .and_then(|mut connection| horizon_of(&mut connection, limit));
    let (time, lsn) = asked.ok()?;
    while position(subscription) < lsn {
        if latch::steady_micros() >= until {
            return None;
        }
        latch::wait(POLL);
    }
    Some(time)
}

/// What comes from a provider that cannot be asked is hardly older than what came last.
fn last_known(subscription: &Subscription) -> Option<i64> {
    let db = database::my_database();
    let reported = slots::of_subscription(db, subscription.id)
        .map(|(id, _)| progress::read(id.index))
        .filter(|progress| progress.remote_node == subscription.provider.id.as_oid())
        .map_or(0, |progress| progress.remote_commit_ts);
    let last = if reported == 0 { last_committed(subscription) } else { Some(reported) };
    last.map(|time| time - SLACK)
}

/// The newest commit time of a provider among the last transactions of this server.
fn last_committed(subscription: &Subscription) -> Option<i64> {
    let origins = origin_history::open_origins(subscription.id);
    let next = transaction::next_xid();
    (next.saturating_sub(u64::from(LOOK_BACK))..next)
        .filter_map(|xid| commit_ts::of(xid as u32))
        .filter(|(_, origin)| origins.contains(origin))
        .map(|(time, _)| time)
        .max()
}

/// A version that a copy has to bring along.
pub(crate) struct Carried {
    pub(crate) kind: Kind,
    pub(crate) key: Option<Vec<String>>,
    pub(crate) version: Option<Version>,
}

/// What it is the version of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// None: the names of the key's columns.
    Key,
    /// A row.
    Row,
    /// The delete of a row.
    Dead,
    /// The same, with the key as it was written down.
    Written,
    /// The last truncate.
    Truncate,
}

/// The versions of a table's rows that are not older than `since` in the snapshot of this transaction, and
/// all that is known of deletes in it.
pub(crate) fn versions(relation: u32, since: Option<i64>) -> Vec<Carried> {
    let Some(local) = node::local() else { return Vec::new() };
    let Some(key) = dead_rows::key_of(relation) else { return Vec::new() };
    let local = local.node.id;
    let history = OriginHistory::load();
    let next = transaction::next_xid();
    let version_of = |xid: u32, time: i64, origin: u16| {
        let node = history.node_of(origin, full(xid, next)).unwrap_or(local);
        Version { time, node }
    };
    let mut carried = vec![Carried { kind: Kind::Key, key: Some(key.names()), version: None }];
    let since = since.unwrap_or(i64::MIN);
    let overrides: HashMap<i64, Override> =
        version_override::since(relation, since).into_iter().collect();
    let first = first_since(since)
        .map(|first| overrides.iter().fold(first, |first, kept| older(first, kept.1.xmin)));
    // Few transactions are that young, as a rule none: rows are read only where there are some.
    let kept: HashSet<u32> = overrides.values().map(|kept| kept.xmin).collect();
    let is_young = |xmin: &u32| {
        kept.contains(xmin) || commit_ts::of(*xmin).is_some_and(|(time, _)| time >= since)
    };
    let writers: Vec<u32> =
        row_versions::writers(relation, first).into_iter().filter(is_young).collect();
    let rows = if writers.is_empty() {
        Vec::new()
    } else {
        row_versions::of_writers(relation, &key.names(), &writers)
    };
    for (xmin, values) in rows {
        let hash = key.hash(&values);
        let kept = overrides.get(&hash).filter(|kept| kept.xmin == xmin);
        let version = match kept {
            Some(kept) => NodeId::from_oid(kept.node).map(|node| Version { time: kept.time, node }),
            None => commit_ts::of(xmin).map(|(time, origin)| version_of(xmin, time, origin)),
        };
        if let Some(version) = version.filter(|version| version.time >= since) {
            carried.push(Carried { kind: Kind::Row, key: Some(values), version: Some(version) });
        }
    }
    for (values, dead) in dead_rows::of_relation(&key) {
        let version = version_of(dead.xid, dead.time, dead.origin);
        carried.push(Carried { kind: Kind::Dead, key: Some(values), version: Some(version) });
    }
    for (text, version) in dead_row::of_relation(relation) {
        let key = Some(vec![text]);
        carried.push(Carried { kind: Kind::Written, key, version: Some(version) });
    }
    let truncated = match truncation::newest(relation) {
        Some(truncation::By::Transaction(xid)) => {
            commit_ts::of(xid).map(|(time, origin)| version_of(xid, time, origin))
        }
        Some(truncation::By::Copied(version)) => Some(version),
        None => None,
    };
    if truncated.is_some() {
        carried.push(Carried { kind: Kind::Truncate, key: None, version: truncated });
    }
    carried
}

/// The first transaction that can have committed at a time or later; none when that is not known.
fn first_since(time: i64) -> Option<u32> {
    // In this order: the xmin moves on before the time.
    let first = crate::pg::retention::horizon()?;
    let since = retention::report().complete_since?;
    (since <= time).then_some(first)
}

/// A transaction id with its epoch, as of the id given out next.
fn full(xid: u32, next: u64) -> u64 {
    let with_epoch = next & !u64::from(u32::MAX) | u64::from(xid);
    if with_epoch > next { with_epoch.saturating_sub(1 << 32) } else { with_epoch }
}

fn older(a: u32, b: u32) -> u32 {
    if transaction::precedes(b, a) { b } else { a }
}

#[cfg(test)]
mod tests {
    use super::full;

    #[test]
    fn ids_get_the_epoch_before_the_next_one() {
        let next = (5 << 32) + 100;
        assert_eq!(full(99, next), (5 << 32) + 99);
        assert_eq!(full(u32::MAX, next), (4 << 32) + u64::from(u32::MAX));
    }
}
