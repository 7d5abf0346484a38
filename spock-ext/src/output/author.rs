//! Which node first wrote a transaction, as the origin message names it.
//!
//! A replication origin's number means nothing to other nodes: `spock.origin_history` says whose it is.
//! What came by an origin that is not in there (a native subscription, a tool) is this node's own.

use std::collections::HashMap;
use std::ffi::{CStr, CString};

use spock_core::lsn::Lsn;
use spock_core::oid::NodeId;

use super::local_node::{self, LocalNode};
use crate::pg::error::SpockError;
use crate::pg::output_plugin::Txn;
use crate::pg::systable::{self, Way};
use crate::pg::transaction;

/// A span of transactions (ids without epoch) for which an origin stood for a node.
struct Span {
    node: NodeId,
    from: u32,
    to: Option<u32>,
}

/// Who wrote a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Author {
    pub(super) node: NodeId,
    /// Where the transaction lies in the author's log; `INVALID` for this node's own.
    pub(super) lsn: Lsn,
}

/// The authors whose transactions one stream sends on.
pub(super) struct Authors {
    local: LocalNode,
    /// By origin, newest first.
    spans: HashMap<u16, Vec<Span>>,
    names: HashMap<NodeId, Option<CString>>,
}

impl Authors {
    pub(super) fn new(local: LocalNode) -> Self {
        Self { local, spans: HashMap::new(), names: HashMap::new() }
    }

    /// The author of a transaction.
    #[inline]
    pub(super) fn of(&mut self, txn: &Txn) -> Result<Author, SpockError> {
        if txn.origin == 0 {
            return Ok(Author { node: self.local.id, lsn: Lsn::INVALID });
        }
        self.foreign(txn)
    }

    #[cold]
    fn foreign(&mut self, txn: &Txn) -> Result<Author, SpockError> {
        let found = match self.find(txn) {
            Some(node) => Some(node),
            None => {
                self.read()?;
                self.find(txn)
            }
        };
        Ok(match found {
            Some(node) => Author { node, lsn: txn.origin_lsn },
            None => Author { node: self.local.id, lsn: Lsn::INVALID },
        })
    }

    fn find(&self, txn: &Txn) -> Option<NodeId> {
        let spans = self.spans.get(&txn.origin)?;
        let span = spans.iter().find(|span| {
            !transaction::precedes(txn.xid, span.from)
                && span.to.is_none_or(|to| transaction::precedes(txn.xid, to))
        });
        span.map(|span| span.node)
    }

    /// The name of a node, where this one knows it.
    pub(super) fn name(&self, node: NodeId) -> Option<&CStr> {
        if node == self.local.id {
            return Some(&self.local.name);
        }
        self.names.get(&node)?.as_deref()
    }

    /// Reads the catalogs as they were when the transaction committed.
    fn read(&mut self) -> Result<(), SpockError> {
        // Columns of spock.origin_history.
        const ORIGIN: i16 = 1;
        const NODE: i16 = 2;
        const FROM: i16 = 4;
        const TO: i16 = 5;
        let mut rows: Vec<(u64, u16, Span)> = Vec::new();
        systable::scan(local_node::catalog(c"origin_history")?, Way::Sequential, &[], |row| {
            let (Some(origin), Some(node)) = (row.get::<u32>(ORIGIN), row.get::<u32>(NODE)) else {
                return;
            };
            let Some(node) = NodeId::from_oid(node) else { return };
            let from = row.get::<i64>(FROM).unwrap_or(0).cast_unsigned();
            let to = row.get::<i64>(TO).map(|to| to as u32);
            rows.push((from, origin as u16, Span { node, from: from as u32, to }));
        });
        rows.sort_by_key(|(from, ..)| std::cmp::Reverse(*from));
        self.spans.clear();
        for (_, origin, span) in rows {
            self.names.insert(span.node, None);
            self.spans.entry(origin).or_default().push(span);
        }
        let names = &mut self.names;
        local_node::each(|node, name| {
            if let Some(known) = names.get_mut(&node) {
                *known = Some(name);
            }
        })
    }
}
