//! Messages on their way out: one in each packet, or many in a frame.
//!
//! A subscriber that understands frames gets a small transaction in one packet, and a large one in
//! packets of about 8 kB: each packet costs both servers a system call and the sender a walk through
//! its send loop.

use spock_core::lsn::Lsn;
use spock_core::proto::streamed::{Head, Kind};
use spock_core::proto::{ProtoVersion, encode, frame};

use crate::pg::output_plugin::{Output, insert_lsn};

/// A frame that has grown to this size is sent.
const FRAME_SIZE: usize = 8000;

/// A buffer that one huge row has grown beyond this is given back.
const KEPT_CAPACITY: usize = 1 << 20;

/// Collects messages and sends them.
pub(super) struct Packets {
    version: ProtoVersion,
    framed: bool,
    /// The transaction that is streamed at the moment.
    streamed: Option<u32>,
    buffer: Vec<u8>,
    /// Bytes of it that are whole messages.
    whole: usize,
    /// The server's insert position, as of the packet's begin.
    insert_lsn: Lsn,
}

impl Packets {
    pub(super) fn new(version: ProtoVersion, framed: bool) -> Self {
        let buffer = Vec::with_capacity(2 * FRAME_SIZE);
        Self { version, framed, streamed: None, buffer, whole: 0, insert_lsn: Lsn::INVALID }
    }

    /// Adds one message, which `body` writes after the prefix.
    ///
    /// An ERROR may leave `body` by a long jump: the stream is over then, and with it this buffer; or, when
    /// a transaction was rolled back while it was streamed, [`Self::drop_begun`] comes next.
    #[inline]
    pub(super) fn message(
        &mut self,
        out: &mut Output<'_>,
        body: impl FnOnce(&mut Vec<u8>, ProtoVersion, Lsn),
    ) {
        if self.buffer.is_empty() {
            self.insert_lsn = insert_lsn();
            match self.streamed {
                Some(xid) => Head { kind: Kind::Part, xid }.encode(&mut self.buffer),
                None if self.framed => frame::begin(&mut self.buffer),
                None => {}
            }
        }
        if self.framed {
            let begun = frame::begin_message(&mut self.buffer);
            encode::prefix(&mut self.buffer, self.version, self.insert_lsn);
            body(&mut self.buffer, self.version, self.insert_lsn);
            frame::end_message(&mut self.buffer, begun);
            self.whole = self.buffer.len();
            if self.buffer.len() >= FRAME_SIZE {
                self.flush(out);
            }
        } else {
            encode::prefix(&mut self.buffer, self.version, self.insert_lsn);
            body(&mut self.buffer, self.version, self.insert_lsn);
            self.flush(out);
        }
    }

    /// What follows is of a transaction that is streamed (or of none); what there is has been sent.
    pub(super) fn stream(&mut self, xid: Option<u32>) {
        self.streamed = xid;
    }

    /// The transaction that is streamed at the moment.
    #[inline]
    pub(super) fn streamed(&self) -> Option<u32> {
        self.streamed
    }

    /// Takes back a message that was not finished.
    pub(super) fn drop_begun(&mut self) {
        self.buffer.truncate(self.whole);
    }

    /// Sends what there is as the end of a streamed transaction.
    pub(super) fn flush_commit(&mut self, out: &mut Output<'_>) {
        if !self.buffer.is_empty() {
            Head::change_kind(&mut self.buffer, Kind::Commit);
        }
        self.flush(out);
    }

    /// Sends word of a streamed transaction that has no messages.
    pub(super) fn tell(&mut self, out: &mut Output<'_>, kind: Kind, xid: u32) {
        Head { kind, xid }.encode(&mut self.buffer);
        self.flush(out);
    }

    /// Sends what there is.
    pub(super) fn flush(&mut self, out: &mut Output<'_>) {
        if self.buffer.is_empty() {
            return;
        }
        out.send(&self.buffer);
        self.buffer.clear();
        self.whole = 0;
        self.buffer.shrink_to(KEPT_CAPACITY);
    }
}
