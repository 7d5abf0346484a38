//! Large transactions that go out while they run: what is known of each between two of its parts.
//!
//! The server gives a part when its memory for decoding (`logical_decoding_work_mem`) is used up, and the
//! rest at the commit. Between them transactions that committed go out whole, as always.
//!
//! A subscriber that could not apply one before its commit names it when it starts the stream again:
//! nothing is streamed then until that transaction has passed.

use spock_core::lsn::Lsn;

use crate::pg::output_plugin::{Output, Txn, insert_lsn};
use crate::pg::transaction;

/// A transaction of which parts were decoded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Streamed {
    pub(super) xid: u32,
    /// What it does is not for others: it said so.
    pub(super) is_mute: bool,
    /// Something of it went out.
    pub(super) is_sent: bool,
    /// So did its begin, which says when it committed.
    pub(super) is_begun: bool,
}

/// The streamed transactions of one stream.
pub(super) struct Streamings {
    running: Vec<Streamed>,
    /// Those that go out at their commit, each with the position behind which nothing of it can come, once
    /// that is known.
    held: Vec<(u32, Option<Lsn>)>,
}

impl Streamings {
    /// Nothing is streamed before the transactions `held` have passed.
    pub(super) fn new(held: Vec<u32>) -> Self {
        Self { running: Vec::new(), held: held.into_iter().map(|xid| (xid, None)).collect() }
    }

    /// Whether large transactions may be streamed from the start on.
    pub(super) fn may_begin(&self) -> bool {
        self.held.is_empty()
    }

    /// What is known of a transaction.
    pub(super) fn take(&mut self, xid: u32) -> Streamed {
        let at = self.running.iter().position(|known| known.xid == xid);
        at.map(|at| self.running.swap_remove(at)).unwrap_or(Streamed {
            xid,
            is_mute: false,
            is_sent: false,
            is_begun: false,
        })
    }

    /// Keeps it until its next part.
    pub(super) fn keep(&mut self, streamed: Streamed) {
        self.running.push(streamed);
    }

    /// A transaction goes out whole. Begins to stream when all that had to be waited for have passed.
    #[inline]
    pub(super) fn pass(&mut self, out: &mut Output<'_>, txn: &Txn) {
        if !self.held.is_empty() {
            self.let_go(out, txn);
        }
    }

    #[cold]
    fn let_go(&mut self, out: &mut Output<'_>, txn: &Txn) {
        self.held.retain_mut(|(xid, end)| {
            if *xid == txn.xid {
                return false;
            }
            if end.is_none() && !transaction::is_running(*xid) {
                *end = Some(insert_lsn());
            }
            end.is_none_or(|end| txn.final_lsn < end)
        });
        if self.held.is_empty() {
            out.begin_streaming();
        }
    }
}
