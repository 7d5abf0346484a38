//! Large transactions that go out while they run: what is known of each between two of its parts.
//!
//! The server gives a part when its memory for decoding (`logical_decoding_work_mem`) is used up, and the
//! rest at the commit. Between them transactions that committed go out whole, as always.
//!
//! A subscriber that could not apply one before its commit names it when it starts the stream again:
//! nothing is streamed then until that transaction has passed. A subscriber for which that happens again and
//! again asks for a pause, too.

use std::time::{Duration, Instant};

use spock_core::lsn::Lsn;

use crate::pg::output_plugin::{Output, insert_lsn};
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
    /// Nothing is streamed for the time being.
    pausing: bool,
    until: Instant,
    /// Those that go out at their commit, each with the position behind which nothing of it can come, once
    /// that is known.
    held: Vec<(u32, Option<Lsn>)>,
}

impl Streamings {
    /// Nothing is streamed for a while, and before the transactions `held` have passed.
    pub(super) fn new(held: Vec<u32>, pause: Duration) -> Self {
        Self {
            running: Vec::new(),
            pausing: !held.is_empty() || !pause.is_zero(),
            until: Instant::now() + pause,
            held: held.into_iter().map(|xid| (xid, None)).collect(),
        }
    }

    /// Whether large transactions may be streamed from the start on.
    pub(super) fn may_begin(&self) -> bool {
        !self.pausing
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

    /// The stream has come to a position, of a transaction (0: none) that goes out whole. Begins to stream
    /// when the pause is over and all that had to be waited for have passed.
    #[inline]
    pub(super) fn pass(&mut self, out: &mut Output<'_>, xid: u32, position: Lsn) {
        if self.pausing {
            self.let_go(out, xid, position);
        }
    }

    #[cold]
    fn let_go(&mut self, out: &mut Output<'_>, passing: u32, position: Lsn) {
        self.held.retain_mut(|(xid, end)| {
            if *xid == passing {
                return false;
            }
            if end.is_none() && !transaction::is_running(*xid) {
                *end = Some(insert_lsn());
            }
            end.is_none_or(|end| position < end)
        });
        if self.held.is_empty() && Instant::now() >= self.until {
            self.pausing = false;
            out.begin_streaming();
        }
    }
}
