//! `spock.origin_history`: which node a replication origin in a commit timestamp stands for.
//!
//! Convergence rule V2. Origin 0 is this node itself unless a row says otherwise for a range of
//! transaction ids (a database cloned from another node). Rows stay when a subscription is dropped.

use spock_core::lsn::Lsn;
use spock_core::oid::{NodeId, Oid};

use super::forwarded_progress;
use super::node::node_id;
use super::subscription::Subscription;
use crate::pg::error::SpockError;
use crate::pg::origin;
use crate::pg::spi;
use crate::pg::value::Value;

/// One range of transaction ids in which an origin stood for a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) origin: u16,
    pub(crate) node: NodeId,
    pub(crate) subscription: Oid,
    /// First full transaction id.
    pub(crate) from_xid: u64,
    /// First full transaction id after it; none while the origin is in use.
    pub(crate) to_xid: Option<u64>,
}

/// All spans, newest first: the first that fits is right.
#[derive(Debug, Clone, Default)]
pub(crate) struct OriginHistory(Vec<Span>);

impl OriginHistory {
    /// Reads the whole table.
    pub(crate) fn load() -> Self {
        let rows = spi::select(
            "SELECT roident, node_id, sub_id, from_xid, to_xid
               FROM spock.origin_history ORDER BY from_xid DESC",
            &[],
        );
        Self(
            rows.iter()
                .map(|row| Span {
                    origin: row.get::<u32>(0) as u16,
                    node: node_id(row, 1),
                    subscription: row.get(2),
                    from_xid: row.get::<i64>(3).cast_unsigned(),
                    to_xid: row.get::<Option<i64>>(4).map(i64::cast_unsigned),
                })
                .collect(),
        )
    }

    /// The node that `origin` stood for when the transaction with this full id ran.
    pub(crate) fn node_of(&self, origin: u16, xid: u64) -> Option<NodeId> {
        self.0
            .iter()
            .find(|span| {
                span.origin == origin
                    && span.from_xid <= xid
                    && span.to_xid.is_none_or(|to_xid| xid < to_xid)
            })
            .map(|span| span.node)
    }

    /// The spans themselves.
    pub(crate) fn spans(&self) -> &[Span] {
        &self.0
    }
}

/// The largest origin id that was ever used here, or 0.
pub(crate) fn highest_origin() -> u16 {
    spi::select_one("SELECT coalesce(max(roident::bigint), 0) FROM spock.origin_history", &[])
        .and_then(|row| u16::try_from(row.get::<i64>(0)).ok())
        .unwrap_or(0)
}

/// Notes that `origin` stands for `node` from the next transaction id on (this one included).
pub(crate) fn open(origin: u16, node: NodeId, subscription: Oid) {
    spi::execute(
        "INSERT INTO spock.origin_history (roident, node_id, sub_id, from_xid)
         VALUES ($1::oid, $2::oid, $3::oid, pg_current_xact_id())",
        &[u32::from(origin).into(), node.as_oid().into(), subscription.into()],
    );
}

/// Notes that the origins of a subscription stand for nobody from now on.
pub(crate) fn close(subscription: Oid) {
    spi::execute(
        "UPDATE spock.origin_history SET to_xid = pg_snapshot_xmax(pg_current_snapshot())
          WHERE sub_id = $1::oid AND to_xid IS NULL",
        &[subscription.into()],
    );
}

/// Notes that one origin stands for nobody from now on.
pub(crate) fn close_origin(origin: u16) {
    spi::execute(
        "UPDATE spock.origin_history SET to_xid = pg_snapshot_xmax(pg_current_snapshot())
          WHERE roident = $1::oid AND to_xid IS NULL",
        &[u32::from(origin).into()],
    );
}

/// The origins of a subscription that are in use.
pub(crate) fn open_origins(subscription: Oid) -> Vec<u16> {
    let parameters: [Value; 1] = [subscription.into()];
    spi::select(
        "SELECT roident FROM spock.origin_history
          WHERE sub_id = $1::oid AND to_xid IS NULL ORDER BY roident",
        &parameters,
    )
    .iter()
    .map(|row| row.get::<u32>(0) as u16)
    .collect()
}

/// Makes sure that the subscription has its origin, and that the origin is known to stand for the
/// provider.
pub(crate) fn establish(subscription: &Subscription) -> Result<u16, SpockError> {
    let id = match origin::by_name(&subscription.slot_name) {
        Some(id) => id,
        None => origin::create(&subscription.slot_name, highest_origin())?,
    };
    if !open_origins(subscription.id).contains(&id) {
        open(id, subscription.provider.id, subscription.id);
    }
    Ok(id)
}

/// How far the provider of a subscription has been applied here, by its stream; copies of single
/// tables have origins of their own, which may be ahead.
pub(crate) fn applied(subscription: &Subscription) -> Lsn {
    let brought = forwarded_progress::of(subscription.id);
    family(&subscription.slot_name).into_iter().map(origin::progress).fold(brought, Lsn::max)
}

/// The name of the origin for what a stream brings of another node than its provider. The origin of a
/// stream and those of its forwarded authors are one family: the largest progress among them is the
/// stream's, because transactions are applied in the provider's order (convergence rule V1).
fn author_origin(stream: &str, author: NodeId) -> String {
    format!("{stream}@{author}")
}

/// The origins of a stream, that of its provider and those of other authors.
pub(crate) fn family(stream: &str) -> Vec<u16> {
    family_rows(stream).into_iter().map(|(id, _)| id).collect()
}

fn family_rows(stream: &str) -> Vec<(u16, String)> {
    spi::select(
        "SELECT roident, roname FROM pg_catalog.pg_replication_origin
          WHERE roname = $1 OR pg_catalog.starts_with(roname, $1 || '@')",
        &[stream.into()],
    )
    .iter()
    .map(|row| (row.get::<u32>(0) as u16, row.get(1)))
    .collect()
}

/// The origin under which a stream's transactions of another author are committed.
pub(crate) fn establish_author(
    subscription: Oid,
    stream: &str,
    author: NodeId,
) -> Result<u16, SpockError> {
    let name = author_origin(stream, author);
    let id = match origin::by_name(&name) {
        Some(id) => id,
        None => origin::create(&name, highest_origin())?,
    };
    if !open_origins(subscription).contains(&id) {
        open(id, author, subscription);
    }
    Ok(id)
}

/// Drops the origins of a stream that is over; history keeps what they stood for.
pub(crate) fn drop_family(stream: &str) {
    for (id, name) in family_rows(stream) {
        close_origin(id);
        origin::drop(&name);
    }
}

/// The names of all origins of a subscription that are in use.
pub(crate) fn open_names(subscription: Oid) -> Vec<String> {
    spi::select(
        "SELECT DISTINCT o.roname FROM spock.origin_history h
           JOIN pg_replication_origin o ON o.roident = h.roident
          WHERE h.sub_id = $1::oid AND h.to_xid IS NULL",
        &[subscription.into()],
    )
    .iter()
    .map(|row| row.get(0))
    .collect()
}
