//! How far the source of a copy has come in the changes of other nodes (convergence rule I2), and from which
//! time on the versions of its rows matter here (I1).
//!
//! **Before the snapshot** the source must be as far as this node: what was applied or written here and is
//! not in the copy would be gone, or come back. **With the snapshot** it is written down what it holds of
//! each other node's changes, so that their streams leave those out. The source's progress does not belong
//! to a snapshot: it is read before and after, and for what lies in between the source tells which
//! transactions its snapshot shows.
//!
//! A source without these functions is copied from as it is: then only it may be written to meanwhile.

use std::time::{Duration, Instant};

use pgrx::{PgLogLevel, PgSqlErrorCode};
use serde_json::{Value as Json, json};
use spock_core::converge::copy::{self, Copied};
use spock_core::lsn::Lsn;
use spock_core::oid::NodeId;

use super::in_transaction;
use crate::catalog::subscription::{self, Subscription};
use crate::catalog::{copied_changes, node, origin_history};
use crate::pg::error::SpockError;
use crate::pg::walreceiver::{Connection, micros};
use crate::pg::{bgworker, latch, transaction};
use crate::settings;
use crate::worker::clock;

/// Pause between two questions to the source.
const POLL: Duration = Duration::from_millis(50);
/// How long the source may wait for its own streams to prove how far they are.
const PATIENCE_MILLIS: u32 = 5_000;

/// How far a source has come, at some moment before its snapshot.
#[derive(Debug, Clone)]
pub(super) struct Before {
    /// Every transaction that commits after this moment has that id or a later one.
    first: u64,
    /// By node; the subscriber itself is one of them.
    applied: Vec<(NodeId, Lsn)>,
}

/// Which rows' versions have to be brought along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Since {
    /// None: no other node's changes come here but the source's.
    Nothing,
    /// Those from a time on.
    Time(i64),
    /// All that are known.
    Everything,
}

/// What belongs to a snapshot of the source.
#[derive(Debug, Clone)]
pub(super) struct Point {
    /// What it holds of each node that is neither the source nor this one.
    pub(super) copied: Vec<(NodeId, Copied)>,
    pub(super) since: Since,
    /// The source's commits in it are not newer.
    mark: i64,
}

/// What was agreed with a source before its snapshot is taken.
pub(super) struct Terms {
    pub(super) before: Before,
    since: Since,
    local: NodeId,
    source: NodeId,
}

fn unreadable() -> SpockError {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_PROTOCOL_VIOLATION,
        "the provider gave an unreadable answer about its progress",
    )
}

/// Asks a source how far it is; none when it cannot say.
fn ask(provider: &mut Connection) -> Result<Option<Before>, SpockError> {
    let answer = provider.query(
        "SELECT pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::pg_catalog.text,
                a.node_id::pg_catalog.text, a.applied::pg_catalog.text
           FROM (SELECT 1) AS one LEFT JOIN spock.applied_changes() a ON true",
        3,
    );
    let rows = match answer {
        Ok(rows) => rows,
        Err(error) if is_unknown(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut before = Before { first: 0, applied: Vec::new() };
    for row in rows {
        let [Some(first), node, applied] = &row[..] else { return Err(unreadable()) };
        before.first = first.parse().map_err(|_| unreadable())?;
        let (Some(node), Some(applied)) = (node, applied) else { continue };
        let node = node.parse().ok().and_then(NodeId::from_oid).ok_or_else(unreadable)?;
        let applied: Lsn = applied.parse().map_err(|_| unreadable())?;
        match before.applied.iter_mut().find(|(known, _)| *known == node) {
            // Two subscriptions to one node: what both have.
            Some((_, known)) => *known = (*known).min(applied),
            None => before.applied.push((node, applied)),
        }
    }
    Ok(Some(before))
}

fn is_unknown(error: &SpockError) -> bool {
    matches!(
        error.code,
        PgSqlErrorCode::ERRCODE_UNDEFINED_FUNCTION | PgSqlErrorCode::ERRCODE_INSUFFICIENT_PRIVILEGE
    )
}

impl Before {
    /// Up to where the source has applied a node; none where it does not hear that node.
    pub(super) fn of(&self, node: NodeId) -> Option<Lsn> {
        self.applied.iter().find(|(known, _)| *known == node).map(|(_, applied)| *applied)
    }
}

impl Terms {
    /// Asks the source, outside of any transaction there; none when it cannot say. Waits, with nothing held,
    /// until its streams have proved how far they are.
    pub(super) fn agree(
        provider: &mut Connection,
        subscription: &Subscription,
    ) -> Result<Option<Self>, SpockError> {
        let Some(before) = ask(provider)? else {
            SpockError::new(
                PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
                format!(
                    "provider \"{}\" cannot say which changes of other nodes a copy of it holds",
                    subscription.provider.name
                ),
            )
            .detail("Changes that other nodes make while tables are copied may be lost here.")
            .report(PgLogLevel::NOTICE);
            return Ok(None);
        };
        let (local, source) = (subscription.subscriber.id, subscription.provider.id);
        let mut terms = Self { before, since: Since::Nothing, local, source };
        if !terms.nodes().is_empty() {
            bgworker::report_activity(Some("waiting for the provider to hear from its peers"));
            terms.since = since(provider, local)?;
        }
        Ok(Some(terms))
    }

    /// The nodes, other than source and subscriber, that the source hears.
    pub(super) fn nodes(&self) -> Vec<NodeId> {
        let nodes = self.before.applied.iter().map(|(node, _)| *node);
        nodes.filter(|node| *node != self.local && *node != self.source).collect()
    }

    /// Whether the source hears this node.
    pub(super) fn hears_us(&self) -> bool {
        self.before.of(self.local).is_some()
    }

    /// Waits until the source is as far in the changes of each node as this node is for some tables, and
    /// in this node's own changes as `own`.
    pub(super) fn await_source(
        &mut self,
        provider: &mut Connection,
        wanted: &[(NodeId, Lsn)],
        own: Option<Lsn>,
    ) -> Result<(), SpockError> {
        let own = own.map(|own| (self.local, own));
        let wanted: Vec<(NodeId, Lsn)> = wanted.iter().copied().chain(own).collect();
        let began = Instant::now();
        loop {
            let mut pairs = wanted
                .iter()
                .filter_map(|(node, here)| Some((*node, self.before.of(*node)?, *here)));
            let behind =
                pairs.find(|(_, source, here)| !copy::may_copy(std::iter::once((*source, *here))));
            let Some((node, source, here)) = behind else { return Ok(()) };
            let name = node_name(node);
            if began.elapsed() > settings::copy_wait_timeout() {
                return Err(SpockError::new(
                    PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                    format!("the provider is behind this node in the changes of node {name}"),
                )
                .detail(format!(
                    "It has applied them up to {source}, this node has them up to {here}. Nothing \
                     was changed here."
                ))
                .hint("Let the provider catch up, or copy from another node."));
            }
            bgworker::report_activity(Some(&format!(
                "waiting for the provider to apply changes of {name}"
            )));
            latch::wait(POLL);
            self.before = ask(provider)?.ok_or_else(unreadable)?;
        }
    }

    /// Reads the source's progress for the last time before the snapshot.
    pub(super) fn just_before(&mut self, provider: &mut Connection) -> Result<(), SpockError> {
        self.before = ask(provider)?.ok_or_else(unreadable)?;
        Ok(())
    }

    /// What the snapshot of the provider's transaction holds.
    pub(super) fn point(&self, provider: &mut Connection) -> Result<Point, SpockError> {
        let row = provider
            .query_row(concat!("SELECT ", micros!("h.ts"), " FROM spock.commit_horizon() h"), 1)?;
        let mark = row.into_iter().flatten().next().and_then(|text| text.parse().ok());
        let mut point =
            Point { copied: Vec::new(), since: self.since, mark: mark.ok_or_else(unreadable)? };
        let nodes = self.nodes();
        if nodes.is_empty() {
            return Ok(point);
        }
        let query = format!(
            "SELECT node_id::pg_catalog.text, applied::pg_catalog.text, commit_times
               FROM spock.applied_changes('{}'::pg_catalog.xid8)",
            self.before.first
        );
        for row in provider.query(&query, 3)? {
            let [Some(node), Some(at_most), times] = &row[..] else { return Err(unreadable()) };
            let node = node.parse().ok().and_then(NodeId::from_oid).ok_or_else(unreadable)?;
            // A subscription that is younger than the question holds nothing yet.
            let Some(applied) = self.before.of(node).filter(|_| nodes.contains(&node)) else {
                continue;
            };
            let at_most: Lsn = at_most.parse().map_err(|_| unreadable())?;
            let times = times.as_deref().unwrap_or_default().split(',');
            let commit_times = times.filter_map(|time| time.parse().ok()).collect();
            let applied_at_most = at_most.max(applied);
            match point.copied.iter_mut().find(|(known, _)| *known == node) {
                Some((_, known)) => {
                    known.applied_at_most = known.applied_at_most.max(applied_at_most);
                }
                None => {
                    point.copied.push((node, Copied { applied, applied_at_most, commit_times }));
                }
            }
        }
        Ok(point)
    }
}

/// From which time on the versions of rows matter: what still comes here is not older.
fn since(provider: &mut Connection, local: NodeId) -> Result<Since, SpockError> {
    let query = format!(
        concat!("SELECT ", micros!("h.passed"), " FROM spock.applied_horizons({}, {}) h"),
        local.as_oid(),
        PATIENCE_MILLIS
    );
    let mut since = None;
    for row in provider.query(&query, 1)? {
        let Some(time) = row.into_iter().flatten().next() else { return Ok(Since::Everything) };
        let time: i64 = time.parse().map_err(|_| unreadable())?;
        since = Some(since.map_or(time, |since: i64| since.min(time)));
    }
    Ok(since.map_or(Since::Nothing, Since::Time))
}

/// How far this node has come in the changes of other nodes, as far as a table may show that: by their
/// streams, and by earlier copies.
pub(super) fn applied_here(
    own: &Subscription,
    tables: &[(String, String)],
) -> Result<Vec<(NodeId, Lsn)>, SpockError> {
    in_transaction(|| Ok(applied_here_now(own, tables)))
}

/// [`applied_here`], in this transaction.
pub(super) fn applied_here_now(
    own: &Subscription,
    tables: &[(String, String)],
) -> Vec<(NodeId, Lsn)> {
    let streams = subscription::all().into_iter();
    let mut applied: Vec<(NodeId, Lsn)> = streams
        .filter(|other| other.id != own.id && other.provider.id != own.provider.id)
        .map(|other| (other.provider.id, origin_history::applied(&other)))
        .collect();
    for (schema, name) in tables {
        let rows = copied_changes::of_table(schema, name).into_iter();
        applied.extend(
            rows.filter(|row| row.node != own.provider.id)
                .filter_map(|row| Some((row.node, row.copied?.applied_at_most))),
        );
    }
    applied
}

fn node_name(id: NodeId) -> String {
    in_transaction_or_now(|| Some(node::name_of(id))).unwrap_or_else(|| id.to_string())
}

fn in_transaction_or_now<T>(body: impl FnOnce() -> Option<T>) -> Option<T> {
    if transaction::is_open() { body() } else { in_transaction(|| Ok(body())).ok().flatten() }
}

impl Point {
    /// Raises the mark that later commits of this node have to pass, and waits until the clock has.
    pub(super) fn raise_mark(&self) -> Result<(), SpockError> {
        loop {
            let ahead = self.mark.saturating_sub(transaction::now());
            if ahead < 0 {
                break;
            }
            let ahead = Duration::from_micros(ahead.unsigned_abs());
            if ahead > settings::max_clock_skew() {
                return Err(SpockError::new(
                    PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                    format!("the provider's clock is {} s ahead of this server's", ahead.as_secs()),
                )
                .hint("Synchronize the clocks of both servers."));
            }
            latch::wait(ahead.min(Duration::from_millis(100)));
        }
        clock::observe(self.mark);
        Ok(())
    }

    /// As a text, for the workers that copy in the same snapshot.
    pub(super) fn to_text(&self) -> String {
        let copied: Vec<Json> = self
            .copied
            .iter()
            .map(|(node, copied)| {
                let Copied { applied, applied_at_most, commit_times } = copied;
                json!([node.get(), applied.0, applied_at_most.0, commit_times])
            })
            .collect();
        let since = match self.since {
            Since::Nothing => json!("nothing"),
            Since::Everything => json!("everything"),
            Since::Time(time) => json!(time),
        };
        json!([self.mark, since, copied]).to_string()
    }

    /// Reads [`Point::to_text`].
    pub(super) fn from_text(text: &str) -> Option<Self> {
        type Row = (u16, u64, u64, Vec<i64>);
        let (mark, since, rows): (i64, Json, Vec<Row>) = serde_json::from_str(text).ok()?;
        let since = match &since {
            Json::String(word) if word == "nothing" => Since::Nothing,
            Json::Number(time) => Since::Time(time.as_i64()?),
            _ => Since::Everything,
        };
        let copied = rows
            .into_iter()
            .map(|(node, applied, at_most, commit_times)| {
                let (applied, applied_at_most) = (Lsn(applied), Lsn(at_most));
                Some((NodeId::new(node)?, Copied { applied, applied_at_most, commit_times }))
            })
            .collect::<Option<_>>()?;
        Some(Self { copied, since, mark })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_read_back() {
        let copied = Copied {
            applied: Lsn(1 << 60),
            applied_at_most: Lsn(u64::MAX),
            commit_times: vec![-5],
        };
        let point = Point {
            copied: vec![(NodeId::new(7).unwrap(), copied)],
            since: Since::Time(-12),
            mark: i64::MAX,
        };
        let read = Point::from_text(&point.to_text()).unwrap();
        assert_eq!((read.copied, read.since, read.mark), (point.copied, point.since, point.mark));
    }
}
