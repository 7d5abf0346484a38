//! The provider's side of a stream: decoded transactions become messages for one subscriber.
//!
//! [`options`] reads what the subscriber asks for, [`negotiate`] settles it, [`author`] says who wrote a
//! transaction, [`relation`] decides per table what goes out, [`row_filter`] which of its rows, [`encode`]
//! in which form, [`frame`] packs it; this file walks through the
//! transactions. [`streamed`] is for those that go out before they commit.
//!
//! **Invariants**
//! - Only what was written on this node leaves it, unless the subscriber asks for forwarding; nothing goes
//!   back to its author. The origin message carries the author's node id and name, never the number of a
//!   local replication origin (convergence rule V1).
//! - A transaction's messages are begin, origin, commit order, its changes, commit. A relation is
//!   described before its first row, and again after it changed. Of a streamed one the begin comes once
//!   the commit is known, and relations are described for it alone.
//! - Each transaction either goes out or is reported to the server as progress, so that neither the
//!   slot nor a waiting commit hangs on it.

mod author;
mod deletes;
mod encode;
mod frame;
mod json;
mod local_node;
mod negotiate;
mod options;
mod relation;
mod row_filter;
mod streamed;
mod sync_standby;

use std::time::{Duration, Instant};

use spock_core::lsn::Lsn;
use spock_core::oid::NodeId;
use spock_core::proto::ProtoVersion;
use spock_core::proto::encode::{self as wire, RowKind, TupleKind};
use spock_core::proto::horizon;
use spock_core::proto::spock_message::{self, SpockMessage};
use spock_core::proto::streamed::Kind;

use self::author::{Author, Authors};
use self::deletes::Deletes;
use self::frame::Packets;
use self::json::JsonStream;
use self::local_node::LocalNode;
use self::negotiate::Session;
use self::options::{Format, Options};
use self::relation::{Decision, Publication, Relations};
use self::streamed::{Streamed, Streamings};
use crate::pg::error::SpockError;
use crate::pg::latch;
use crate::pg::output_plugin::{
    Change, LogicalMessage, Output, Plugin, StartOption, Truncate, Txn,
};
use crate::pg::relation::RelationRef;
use crate::pg::server::Server;
use crate::pg::tuple::RowWriter;
use crate::settings;
use crate::worker::statistics::{Count, SENT, Tally};

/// So many changes that nobody gets make a sign of life to the subscriber.
const CHANGES_PER_SIGN_OF_LIFE: u32 = 100;

/// Makes the plugin of one stream.
pub(crate) fn start(options: Vec<StartOption>) -> Result<Box<dyn Plugin>, SpockError> {
    let options = Options::parse(options)?;
    let server = Server::describe();
    let session = Session::agree(&options, &server)?;
    local_node::require_fitting_extension()?;
    let node = LocalNode::read()?;
    let relations = Relations::new(
        node.id.as_oid(),
        options.replication_sets,
        options.only_table,
        session.forms,
    );
    if options.format == Format::Deletes {
        return Ok(Box::new(Deletes::new(relations)));
    }
    if options.format == Format::Json {
        return Ok(Box::new(JsonStream::new(session, server, relations, options.forward_all)));
    }
    Ok(Box::new(Stream {
        packets: Packets::new(session.version, session.frames),
        session,
        server,
        author: Author { node: node.id, lsn: Lsn::INVALID },
        authors: Authors::new(node),
        forwards: options.forward_all,
        subscriber: options.subscriber,
        streamings: Streamings::new(options.not_streamed, options.streaming_pause),
        streamed: None,
        relations,
        started: false,
        open: false,
        is_mute: false,
        comes_back: false,
        unsent: 0,
        truncated: Vec::new(),
        tally: Tally::new(SENT),
    }))
}

/// One stream.
struct Stream {
    session: Session,
    server: Server,
    authors: Authors,
    /// Who wrote the current transaction.
    author: Author,
    /// What other nodes wrote is sent, too.
    forwards: bool,
    /// Who gets it, where that is known: nothing that it wrote is sent back.
    subscriber: Option<NodeId>,
    /// The transactions that go out before they commit, and the one at hand.
    streamings: Streamings,
    streamed: Option<Streamed>,
    relations: Relations,
    packets: Packets,
    /// The startup message is out.
    started: bool,
    /// The begin of the current transaction is out.
    open: bool,
    /// What the current transaction does is not for others: it said so, or the subscriber wrote it.
    is_mute: bool,
    /// The subscriber wrote it.
    comes_back: bool,
    /// Changes left out since something was sent.
    unsent: u32,
    /// The relations of one truncate.
    truncated: Vec<u32>,
    /// What was sent since the last commit, for statistics.
    tally: Tally,
}

impl Stream {
    fn start(&mut self, out: &mut Output<'_>) {
        if self.started {
            return;
        }
        let params = self.session.startup_params(&self.server);
        let mut message = Vec::new();
        wire::startup(&mut message, params.iter().map(|(name, value)| (*name, value.as_str())));
        out.send(&message);
        self.started = true;
    }

    /// Sends the begin of a transaction, unless it is out already.
    #[inline]
    fn open(&mut self, out: &mut Output<'_>, txn: &Txn) {
        self.unsent = 0;
        if !self.open {
            self.send_begin(out, txn);
        }
    }

    fn send_begin(&mut self, out: &mut Output<'_>, txn: &Txn) {
        self.start(out);
        self.open = true;
        if let Some(streamed) = &mut self.streamed {
            streamed.is_sent = true;
            if txn.commit_time == 0 || std::mem::replace(&mut streamed.is_begun, true) {
                return;
            }
        }
        delay(out);
        self.packets.message(out, |buffer, _, _| {
            wire::begin(buffer, txn.final_lsn, txn.commit_time, txn.xid);
        });
        let (authors, Author { node, lsn }) = (&self.authors, self.author);
        self.packets.message(out, |buffer, version, _| {
            let name = authors.name(node).filter(|_| version >= ProtoVersion::V5);
            wire::origin(buffer, lsn, node.get(), name);
        });
        // Nobody applies the changes of one node in parallel, so there is no order to keep.
        self.packets.message(out, |buffer, _, _| wire::commit_order(buffer, 0));
    }

    /// Sends a logical message on.
    fn send_message(
        &mut self,
        out: &mut Output<'_>,
        txn: Option<&Txn>,
        message: &LogicalMessage<'_>,
    ) {
        if let Some(txn) = txn {
            self.open(out, txn);
        } else {
            self.start(out);
        }
        let xid = txn.map_or(0, |txn| txn.xid);
        self.packets.message(out, |buffer, _, _| {
            wire::message(
                buffer,
                xid,
                message.lsn,
                message.transactional,
                message.prefix,
                message.content,
            );
        });
        if txn.is_none() {
            self.packets.flush(out);
        }
    }

    /// Counts a change that does not go out.
    #[inline]
    fn leave_out(&mut self, out: &mut Output<'_>) {
        self.unsent += 1;
        if self.unsent >= CHANGES_PER_SIGN_OF_LIFE {
            self.unsent = 0;
            out.progress(false);
        }
    }
}

/// The pause before a transaction that `spock.output_delay` asks for.
fn delay(out: &mut Output<'_>) {
    let pause = settings::output_delay();
    if pause.is_zero() {
        return;
    }
    let end = Instant::now() + pause;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        latch::wait(left.min(Duration::from_secs(1)));
        out.sign_of_life();
    }
}

/// Sends the description of a relation, unless the subscriber has it.
#[inline]
fn describe(packets: &mut Packets, out: &mut Output<'_>, publication: &mut Publication) {
    if let Some(xid) = packets.streamed() {
        if publication.described_in == xid {
            return;
        }
        publication.described_in = xid;
    } else if std::mem::replace(&mut publication.described, true) {
        return;
    }
    packets.message(out, |buffer, _, _| buffer.extend_from_slice(&publication.description));
}

impl Plugin for Stream {
    fn streams(&self) -> bool {
        self.session.streaming && self.streamings.may_begin()
    }

    fn stream_start(&mut self, out: &mut Output<'_>, txn: &Txn) -> Result<(), SpockError> {
        let streamed = self.streamings.take(txn.xid);
        self.author = self.authors.of(&Txn { origin: 0, ..*txn })?;
        self.comes_back = false;
        self.is_mute = streamed.is_mute;
        self.open = false;
        self.unsent = 0;
        self.streamed = Some(streamed);
        self.packets.stream(Some(txn.xid));
        out.progress(false);
        Ok(())
    }

    fn stream_stop(&mut self, out: &mut Output<'_>, _txn: &Txn) -> Result<(), SpockError> {
        // The server stops, too, when it finds the transaction rolled back in the middle of a change.
        self.packets.drop_begun();
        self.packets.flush(out);
        self.packets.stream(None);
        if let Some(streamed) = self.streamed.take() {
            self.streamings.keep(Streamed { is_mute: self.is_mute, ..streamed });
        }
        self.open = false;
        Ok(())
    }

    fn stream_abort(
        &mut self,
        out: &mut Output<'_>,
        txn: &Txn,
        of: Option<&Txn>,
    ) -> Result<(), SpockError> {
        let streamed = self.streamings.take(of.unwrap_or(txn).xid);
        if streamed.is_sent {
            let kind = if of.is_some() { Kind::Undo } else { Kind::Abort };
            self.packets.tell(out, kind, streamed.xid);
        }
        if of.is_some() {
            self.streamings.keep(streamed);
        }
        Ok(())
    }

    fn stream_commit(
        &mut self,
        out: &mut Output<'_>,
        txn: &Txn,
        commit_lsn: Lsn,
    ) -> Result<(), SpockError> {
        let streamed = self.streamings.take(txn.xid);
        out.progress(!streamed.is_sent);
        if !streamed.is_sent {
            return Ok(());
        }
        self.author = self.authors.of(&Txn { origin: 0, ..*txn })?;
        self.streamed = Some(streamed);
        self.packets.stream(Some(txn.xid));
        self.send_begin(out, txn);
        sync_standby::wait(out, txn.end_lsn);
        self.packets.message(out, |buffer, version, insert_lsn| {
            wire::commit(buffer, version, commit_lsn, txn.end_lsn, txn.commit_time, insert_lsn);
        });
        self.packets.flush_commit(out);
        self.packets.stream(None);
        self.streamed = None;
        self.open = false;
        self.tally.publish();
        Ok(())
    }

    fn drops_origin(&self, origin: u16) -> bool {
        origin != 0 && !self.forwards
    }

    fn begin(&mut self, out: &mut Output<'_>, txn: &Txn) -> Result<(), SpockError> {
        self.open = false;
        self.streamings.pass(out, txn.xid, txn.final_lsn);
        self.author = self.authors.of(txn)?;
        self.comes_back = self.subscriber == Some(self.author.node);
        self.is_mute = self.comes_back;
        self.unsent = 0;
        if !self.session.frames {
            self.open(out, txn);
        }
        Ok(())
    }

    fn change(
        &mut self,
        out: &mut Output<'_>,
        txn: &Txn,
        relation: RelationRef<'_>,
        change: Change<'_>,
    ) -> Result<(), SpockError> {
        let wanted = self.relations.judge(relation, change)?;
        let Some(change) = wanted.filter(|_| !self.is_mute) else {
            self.leave_out(out);
            return Ok(());
        };
        self.open(out, txn);
        let publication = match self.relations.decision(relation)? {
            Decision::Table(publication) => {
                let what = match change {
                    Change::Insert(_) => Count::Insert,
                    Change::Update { .. } => Count::Update,
                    Change::Delete { .. } => Count::Delete,
                };
                self.tally.count(&mut publication.counted_at, relation.oid(), what, 1);
                publication
            }
            Decision::Queue(publication) => publication,
            _ => return Ok(()),
        };
        describe(&mut self.packets, out, publication);
        let Publication { rows, old_columns, .. } = publication;
        let mut append_old = |rows: &mut RowWriter, buffer: &mut Vec<u8>, old| match old_columns {
            None => rows.append(buffer, TupleKind::Old, relation, old),
            Some(keep) => rows.append_only(buffer, TupleKind::Old, relation, old, keep),
        };
        self.packets.message(out, |buffer, _, _| match change {
            Change::Insert(new) => {
                wire::row(buffer, RowKind::Insert, relation.oid());
                rows.append(buffer, TupleKind::New, relation, new);
            }
            Change::Update { old, new } => {
                wire::row(buffer, RowKind::Update, relation.oid());
                if let Some(old) = old {
                    append_old(rows, buffer, old);
                }
                rows.append(buffer, TupleKind::New, relation, new);
            }
            Change::Delete { old } => {
                wire::row(buffer, RowKind::Delete, relation.oid());
                if let Some(old) = old {
                    append_old(rows, buffer, old);
                }
            }
        });
        Ok(())
    }

    fn truncate(
        &mut self,
        out: &mut Output<'_>,
        txn: &Txn,
        truncate: Truncate<'_>,
    ) -> Result<(), SpockError> {
        self.truncated.clear();
        for relation in truncate.relations() {
            if self.relations.wants_truncate(relation)? && !self.is_mute {
                self.truncated.push(relation.oid());
            }
        }
        if self.truncated.is_empty() {
            self.leave_out(out);
            return Ok(());
        }
        self.open(out, txn);
        for relation in truncate.relations() {
            if self.truncated.contains(&relation.oid())
                && let Decision::Table(publication) = self.relations.decision(relation)?
            {
                describe(&mut self.packets, out, publication);
            }
        }
        let relids = self.truncated.iter().copied();
        self.packets.message(out, |buffer, _, _| {
            wire::truncate(buffer, truncate.cascade, truncate.restart_identity, relids);
        });
        Ok(())
    }

    fn message(
        &mut self,
        out: &mut Output<'_>,
        txn: Option<&Txn>,
        message: LogicalMessage<'_>,
    ) -> Result<(), SpockError> {
        if txn.is_none() {
            self.streamings.pass(out, 0, message.lsn);
        }
        if message.prefix == horizon::PREFIX {
            // Only our own subscribers know what to do with it.
            if self.session.frames && txn.is_none() {
                self.send_message(out, None, &message);
            }
            return Ok(());
        }
        if message.prefix != spock_message::PREFIX {
            return Ok(());
        }
        match SpockMessage::decode(message.content) {
            Some(SpockMessage::RepairOn) => self.is_mute = true,
            Some(SpockMessage::RepairOff) => self.is_mute = self.comes_back,
            Some(SpockMessage::SyncEvent { .. }) => self.send_message(out, txn, &message),
            None => {}
        }
        Ok(())
    }

    fn commit(
        &mut self,
        out: &mut Output<'_>,
        txn: &Txn,
        commit_lsn: Lsn,
    ) -> Result<(), SpockError> {
        out.progress(!self.open);
        if !self.open {
            return Ok(());
        }
        sync_standby::wait(out, txn.end_lsn);
        self.packets.message(out, |buffer, version, insert_lsn| {
            wire::commit(buffer, version, commit_lsn, txn.end_lsn, txn.commit_time, insert_lsn);
        });
        self.packets.flush(out);
        self.tally.publish();
        self.open = false;
        Ok(())
    }
}
