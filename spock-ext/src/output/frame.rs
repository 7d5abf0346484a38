//! Messages on their way out: one in each packet, or many in a frame.
//!
//! A subscriber that understands frames gets a small transaction in one packet, and a large one in
//! packets of about 8 kB: each packet costs both servers a system call and the sender a walk through
//! its send loop.

use spock_core::lsn::Lsn;
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
    buffer: Vec<u8>,
    /// The server's insert position, as of the packet's begin.
    insert_lsn: Lsn,
}

impl Packets {
    pub(super) fn new(version: ProtoVersion, framed: bool) -> Self {
        let buffer = Vec::with_capacity(2 * FRAME_SIZE);
        Self { version, framed, buffer, insert_lsn: Lsn::INVALID }
    }

    /// Adds one message, which `body` writes after the prefix.
    ///
    /// An ERROR may leave `body` by a long jump: the stream is over then, and with it this buffer.
    #[inline]
    pub(super) fn message(
        &mut self,
        out: &mut Output<'_>,
        body: impl FnOnce(&mut Vec<u8>, ProtoVersion, Lsn),
    ) {
        if self.buffer.is_empty() {
            self.insert_lsn = insert_lsn();
            if self.framed {
                frame::begin(&mut self.buffer);
            }
        }
        if self.framed {
            let begun = frame::begin_message(&mut self.buffer);
            encode::prefix(&mut self.buffer, self.version, self.insert_lsn);
            body(&mut self.buffer, self.version, self.insert_lsn);
            frame::end_message(&mut self.buffer, begun);
            if self.buffer.len() >= FRAME_SIZE {
                self.flush(out);
            }
        } else {
            encode::prefix(&mut self.buffer, self.version, self.insert_lsn);
            body(&mut self.buffer, self.version, self.insert_lsn);
            self.flush(out);
        }
    }

    /// Sends what there is.
    pub(super) fn flush(&mut self, out: &mut Output<'_>) {
        if self.buffer.is_empty() {
            return;
        }
        out.send(&self.buffer);
        self.buffer.clear();
        self.buffer.shrink_to(KEPT_CAPACITY);
    }
}
