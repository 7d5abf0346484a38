//! Takes the packets of a stream apart and hands their messages to the applier.
//!
//! A transaction may have to be held before it starts (it comes from the future, or the subscription
//! has a delay). The packet is kept then and resumed after its begin message; nothing is open in the
//! meantime.

use std::ops::ControlFlow;

use spock_core::lsn::Lsn;
use spock_core::proto::envelope::Envelope;
use spock_core::proto::frame::{self, Messages};
use spock_core::proto::streamed::{self, Head, Kind};
use spock_core::proto::{Message, ProtoError, ProtoVersion};

use pgrx::PgSqlErrorCode;

use super::applier::{Applier, Step};
use super::parallel::Lanes;
use crate::pg::error::SpockError;
use crate::pg::transaction;

/// A packet whose transaction must not start yet.
pub(super) struct Held {
    pub(super) packet: Vec<u8>,
    /// Messages of it that were handled.
    resume_at: usize,
    /// Server time from which on it may go on.
    pub(super) until: i64,
    /// Commit time of the transaction.
    pub(super) commit_time: i64,
}

/// The receiving end of a stream.
pub(super) struct Receiver {
    pub(super) applier: Applier,
    pub(super) version: ProtoVersion,
    /// Both ends agreed on frames of several messages.
    pub(super) framed: bool,
    /// So they did on transactions that come before they commit.
    pub(super) streaming: bool,
    /// Those, and a packet of one that is still to be handled: its head and the whole payload.
    pub(super) lanes: Lanes,
    pub(super) beside: Option<(Head, Vec<u8>)>,
    /// Those that are to come as a whole.
    pub(super) not_streamed: Vec<u32>,
    /// Delay of the subscription in microseconds.
    pub(super) delay: i64,
    pub(super) held: Option<Held>,
    /// The provider's log position up to which everything was received.
    pub(super) received: Lsn,
    /// The provider's insert position, as its last message told.
    pub(super) insert_lsn: Lsn,
    pub(super) reply_requested: bool,
    /// Server time when the last packet came.
    pub(super) heard_at: i64,
    /// Transactions applied when the current packet came.
    pub(super) applied_before: u64,
    /// Begun remotely and not ended.
    pub(super) mid_transaction: bool,
}

impl Receiver {
    /// Handles a packet. `resume_at` messages of it were handled before.
    pub(super) fn packet(&mut self, packet: &[u8], resume_at: usize) -> ControlFlow<()> {
        self.applied_before = self.applier.applied.transactions;
        let envelope = or_protocol_error(Envelope::decode(packet));
        match envelope {
            Envelope::Keepalive { end, reply_requested, .. } => {
                self.received = self.received.max(end);
                self.reply_requested |= reply_requested;
                ControlFlow::Continue(())
            }
            Envelope::Data { start, payload, .. } => {
                self.received = self.received.max(start);
                if self.streaming && payload.first() == Some(&streamed::TAG) {
                    return self.streamed(payload);
                }
                self.payload(packet, payload, resume_at)
            }
        }
    }

    fn payload(&mut self, packet: &[u8], payload: &[u8], resume_at: usize) -> ControlFlow<()> {
        self.applier.whole = self.framed
            && payload.first() == Some(&frame::TAG)
            && is_one_transaction(payload, self.version);
        for (position, bytes) in Messages::new(payload, self.framed).enumerate() {
            let bytes = or_protocol_error(bytes);
            if position < resume_at {
                continue;
            }
            let (insert_lsn, message) = or_protocol_error(Message::decode(bytes, self.version));
            if let Some(insert_lsn) = insert_lsn {
                self.insert_lsn = self.insert_lsn.max(insert_lsn);
            }
            match &message {
                Message::Startup(startup) => {
                    self.framed = startup.flag(frame::OPTION) == Some(true);
                    self.streaming = startup.flag(streamed::OPTION) == Some(true);
                    if let Some(version) = startup.number("proto_version") {
                        match ProtoVersion::from_number(version) {
                            Some(version) => self.version = version,
                            None => unknown_version(version),
                        }
                    }
                }
                Message::Begin { .. } => self.mid_transaction = true,
                Message::Commit { .. } => {
                    self.mid_transaction = false;
                    if !self.not_streamed.is_empty() {
                        let xid = self.applier.remote.xid;
                        self.not_streamed.retain(|other| *other != xid);
                    }
                }
                _ => {}
            }
            if self.applier.message(&message) == Step::Begun && self.must_hold() {
                let commit_time = self.applier.remote.commit_time;
                self.held = Some(Held {
                    packet: packet.to_vec(),
                    resume_at: position + 1,
                    until: commit_time.saturating_add(self.delay),
                    commit_time,
                });
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    /// A part of a transaction that is applied beside the stream goes there; what else such packets say is
    /// the stream's.
    fn streamed(&mut self, payload: &[u8]) -> ControlFlow<()> {
        let Some(head) = or_protocol_error(Head::decode(payload)) else {
            return ControlFlow::Continue(());
        };
        if head.kind == Kind::Part && self.lanes.pass(head.xid, payload) {
            return ControlFlow::Continue(());
        }
        if head.kind == Kind::Commit {
            self.mid_transaction = true;
        }
        self.beside = Some((head, payload.to_vec()));
        ControlFlow::Break(())
    }

    /// Whether the transaction that just began must wait: it comes from the future by our clock
    /// (convergence rule V5), or the subscription is delayed.
    fn must_hold(&self) -> bool {
        transaction::now() <= self.applier.remote.commit_time.saturating_add(self.delay)
    }

    /// Goes on with the packet that was held.
    pub(super) fn resume(&mut self, held: &Held) -> ControlFlow<()> {
        self.packet(&held.packet, held.resume_at)
    }
}

/// Whether a frame holds one whole transaction, so that it can be applied again from its start.
fn is_one_transaction(payload: &[u8], version: ProtoVersion) -> bool {
    let kind_at = if version >= ProtoVersion::V5 { 8 } else { 0 };
    let mut begins = 0;
    let mut first = true;
    let mut last = 0;
    for message in Messages::new(payload, true).flatten() {
        let kind = message.get(kind_at).copied().unwrap_or(0);
        if first && kind != b'B' {
            return false;
        }
        first = false;
        begins += u32::from(kind == b'B');
        last = kind;
    }
    begins == 1 && last == b'C'
}

fn or_protocol_error<T>(result: Result<T, ProtoError>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => SpockError::new(
            PgSqlErrorCode::ERRCODE_PROTOCOL_VIOLATION,
            format!("invalid message from provider: {error}"),
        )
        .raise(),
    }
}

fn unknown_version(version: u32) -> ! {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_PROTOCOL_VIOLATION,
        format!("provider speaks protocol version {version}, which is not supported here"),
    )
    .raise()
}
