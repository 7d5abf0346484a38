//! The version of a local row: commit time and node of its raw xmin (convergence rule V2).
//!
//! The commit record names a replication origin of this server; which node that is (and was, since
//! origin ids are used again after a subscription is gone) says `spock.origin_history`.

use std::collections::HashMap;

use spock_core::conflict::{Side, Version};
use spock_core::converge::LocalVersion;
use spock_core::oid::NodeId;

use super::applier::Applier;
use crate::pg::dead_version::DeadVersion;
use crate::pg::transaction;

/// A span of transactions whose origin id stood for one node.
#[derive(Debug, Clone, Copy)]
pub(super) struct OriginSpan {
    pub(super) origin: u16,
    pub(super) node: NodeId,
    /// First transaction (without epoch) that can carry it; none when all that are still known can.
    from_xid: Option<u32>,
    /// First transaction that cannot any more; none while the origin exists.
    to_xid: Option<u32>,
}

impl OriginSpan {
    /// A span of full transaction ids, as of the id given out next. None when no transaction of it can
    /// be known any more.
    ///
    /// Row versions carry ids without epoch, which compare only within 2^31 of each other. The server
    /// forgets commit times before that, so an older end of a span needs no comparison.
    pub(super) fn new(
        origin: u16,
        node: NodeId,
        from_xid: u64,
        to_xid: Option<u64>,
        next: u64,
    ) -> Option<Self> {
        const COMPARABLE: u64 = 1 << 31;
        let is_recent = |xid: u64| next.saturating_sub(xid) < COMPARABLE;
        if to_xid.is_some_and(|end| !is_recent(end)) {
            return None;
        }
        Some(Self {
            origin,
            node,
            from_xid: is_recent(from_xid).then_some(from_xid as u32),
            to_xid: to_xid.map(|end| end as u32),
        })
    }

    fn holds(&self, origin: u16, xid: u32) -> bool {
        self.origin == origin
            && self.from_xid.is_none_or(|start| !transaction::precedes(xid, start))
            && self.to_xid.is_none_or(|end| transaction::precedes(xid, end))
    }
}

/// Looks up versions; one per apply worker.
pub(super) struct Versions {
    local: NodeId,
    spans: Vec<OriginSpan>,
    /// Whether origin 0 stood for another node once: this database is a copy of that one.
    is_clone: bool,
    /// Of a few nodes: hashing costs more than looking through them.
    tiebreakers: Vec<(NodeId, i64)>,
    /// The last answer: bulk-loaded rows share their transaction.
    last: Option<(u32, LocalVersion)>,
    /// Whether the catalogs were read again for the transaction that is being applied.
    is_fresh: bool,
    /// A commit time was known, but not the node behind its origin.
    is_unmapped: bool,
}

impl Versions {
    pub(super) fn new(
        local: NodeId,
        spans: Vec<OriginSpan>,
        tiebreakers: HashMap<NodeId, i64>,
    ) -> Self {
        let tiebreakers = tiebreakers.into_iter().collect();
        let is_clone = is_clone(&spans);
        Self {
            local,
            spans,
            is_clone,
            tiebreakers,
            last: None,
            is_fresh: false,
            is_unmapped: false,
        }
    }

    /// Pairs a version with its node's tie-breaker.
    pub(super) fn side(&self, version: Version) -> Side {
        let known = self.tiebreakers.iter().find(|(node, _)| *node == version.node);
        Side::with_tiebreaker(version, known.map(|(_, tiebreaker)| *tiebreaker))
    }

    /// Forgets the cached answer: a new transaction begins.
    pub(super) fn next_transaction(&mut self) {
        self.last = None;
        self.is_fresh = false;
        self.is_unmapped = false;
    }

    /// Whether reading the catalogs again could make an unknown version known: the row may come
    /// from a subscription that is younger than this worker.
    fn may_be_stale(&self) -> bool {
        self.is_unmapped && !self.is_fresh
    }

    /// Takes what the catalogs say now.
    fn refresh(&mut self, spans: Vec<OriginSpan>, tiebreakers: HashMap<NodeId, i64>) {
        self.is_clone = is_clone(&spans);
        self.spans = spans;
        self.tiebreakers = tiebreakers.into_iter().collect();
        self.last = None;
        self.is_fresh = true;
    }

    /// The version behind a row's raw xmin, by what was read of the catalogs. Apply asks
    /// [`Applier::version_of_xmin`].
    fn of_xmin(&mut self, xmin: u32) -> LocalVersion {
        if let Some((last, version)) = self.last
            && last == xmin
        {
            return version;
        }
        let version = if transaction::is_own(xmin) {
            LocalVersion::Own
        } else {
            match transaction::commit_stamp(xmin) {
                Some((time, origin)) => match self.node_of(origin, xmin) {
                    Some(node) => LocalVersion::Known(self.side(Version { time, node })),
                    None => {
                        self.is_unmapped = true;
                        LocalVersion::Unknown
                    }
                },
                None => LocalVersion::Unknown,
            }
        };
        self.last = Some((xmin, version));
        version
    }

    /// The version of a delete, by what was read of the catalogs.
    pub(super) fn of_delete(&mut self, dead: &DeadVersion) -> LocalVersion {
        match self.node_of(dead.origin, dead.xid) {
            Some(node) => LocalVersion::Known(self.side(Version { time: dead.time, node })),
            None => {
                self.is_unmapped = true;
                LocalVersion::Unknown
            }
        }
    }

    /// A version of this node.
    pub(super) fn of_local(&self, time: i64) -> Side {
        self.side(Version { time, node: self.local })
    }

    fn node_of(&self, origin: u16, xid: u32) -> Option<NodeId> {
        if origin == 0 && !self.is_clone {
            return Some(self.local);
        }
        let known = self.spans.iter().find(|span| span.holds(origin, xid)).map(|span| span.node);
        known.or_else(|| (origin == 0).then_some(self.local))
    }
}

fn is_clone(spans: &[OriginSpan]) -> bool {
    spans.iter().any(|span| span.origin == 0)
}

impl Applier {
    /// The version behind a raw xmin; the catalogs are read again where that may help.
    #[inline]
    pub(super) fn version_of_xmin(&mut self, xmin: u32) -> LocalVersion {
        let version = self.versions.of_xmin(xmin);
        if version == LocalVersion::Unknown && self.versions.may_be_stale() {
            self.read_origins_again();
            return self.versions.of_xmin(xmin);
        }
        version
    }

    /// The version of a delete; the catalogs are read again where that may help.
    pub(super) fn version_of_delete(&mut self, dead: &DeadVersion) -> LocalVersion {
        let version = self.versions.of_delete(dead);
        if version == LocalVersion::Unknown && self.versions.may_be_stale() {
            self.read_origins_again();
            return self.versions.of_delete(dead);
        }
        version
    }

    #[cold]
    fn read_origins_again(&mut self) {
        self.ready(true);
        let (spans, tiebreakers) = super::session::origins();
        self.versions.refresh(spans, tiebreakers);
    }
}
