//! One message of the stream, borrowed from the bytes it came in.

use std::ffi::CStr;

use super::ProtoVersion;
use super::encode::{self, RowKind, Sink, TupleKind};
use super::error::{ProtoError, ProtoErrorKind};
use super::reader::Reader;
use super::startup::Startup;
use super::tuple::Tuple;
use crate::lsn::Lsn;
use crate::oid::Oid;

/// A message of the stream. Times are microseconds since 2000 by the clock of the node that
/// committed the transaction; object ids are the provider's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// `S`: the provider's parameters; comes once, before everything else.
    Startup(Startup<'a>),
    /// `B`: a transaction begins.
    Begin {
        /// Position of the commit record: what a subscription's skip position names.
        final_lsn: Lsn,
        /// Commit time.
        commit_time: i64,
        /// The provider's transaction id.
        xid: u32,
    },
    /// `O`: who wrote the transaction first; comes with every transaction.
    Origin {
        /// Where the transaction lies in the log of its author; zero when that is the provider.
        lsn: Lsn,
        /// The author's node id as sent; see [`NodeId::new`](crate::oid::NodeId::new).
        node: u16,
        /// The author's name, which only version 5 sends.
        name: Option<&'a CStr>,
    },
    /// `L`: commit time of the transaction before this one in the provider's commit order.
    CommitOrder {
        /// That time; zero when unknown.
        last_commit_time: i64,
    },
    /// `R`: a relation, before its first row and after each change of it.
    Relation(Relation<'a>),
    /// `I`: a new row.
    Insert {
        /// The relation.
        relid: Oid,
        /// The row.
        new: Tuple<'a>,
    },
    /// `U`: a changed row.
    Update {
        /// The relation.
        relid: Oid,
        /// The old key, or whole old row, where it changed or the replica identity is full.
        old: Option<Tuple<'a>>,
        /// The row now.
        new: Tuple<'a>,
    },
    /// `D`: a removed row.
    Delete {
        /// The relation.
        relid: Oid,
        /// The old key, or whole old row.
        old: Tuple<'a>,
    },
    /// `C`: the transaction ends.
    Commit {
        /// Position of the commit record.
        commit_lsn: Lsn,
        /// Position after it: where a stream that has applied it goes on.
        end_lsn: Lsn,
        /// Commit time.
        commit_time: i64,
    },
    /// `T`: relations emptied by one command.
    Truncate(Truncate<'a>),
    /// `M`: a message that a session wrote into the log.
    Logical {
        /// The provider's transaction id; zero when not transactional.
        xid: u32,
        /// Position of the message.
        lsn: Lsn,
        /// Whether it is part of the transaction.
        transactional: bool,
        /// Whose message it is; ours have [`PREFIX`](super::spock_message::PREFIX).
        prefix: &'a CStr,
        /// What it says.
        content: &'a [u8],
    },
}

const ORIGIN_HAS_NAME: u8 = 1;
const COLUMN_IS_KEY: u8 = 1;
const TRUNCATE_CASCADE: u8 = 1;
const TRUNCATE_RESTART: u8 = 2;

impl<'a> Message<'a> {
    /// Reads one message, and with it the sender's log insert position: in version 5 of every
    /// message but startup, in version 4 of commit only.
    ///
    /// Startup is told by its first byte in both versions (it decides which one it is): a log
    /// position that begins with the same byte is beyond what a server can write.
    pub fn decode(
        bytes: &'a [u8],
        version: ProtoVersion,
    ) -> Result<(Option<Lsn>, Self), ProtoError> {
        let mut reader = Reader::new(bytes);
        if bytes.first() == Some(&b'S') {
            reader.u8()?;
            return Ok((None, Self::Startup(Startup::decode(&mut reader)?)));
        }
        let mut insert_lsn = None;
        if version >= ProtoVersion::V5 {
            insert_lsn = Some(reader.lsn()?);
        }
        let at = reader;
        let message = match reader.u8()? {
            b'I' => Self::insert(&mut reader)?,
            b'U' => Self::update(&mut reader)?,
            b'D' => Self::delete(&mut reader)?,
            b'B' => Self::begin(&mut reader)?,
            b'C' => {
                let commit = Self::commit(&mut reader)?;
                if version < ProtoVersion::V5 {
                    insert_lsn = Some(reader.lsn()?);
                }
                commit
            }
            b'O' => Self::origin(&mut reader)?,
            b'L' => {
                reader.flags(0)?;
                Self::CommitOrder { last_commit_time: reader.i64()? }
            }
            b'R' => Self::Relation(Relation::decode(&mut reader)?),
            b'T' => Self::Truncate(Truncate::decode(&mut reader)?),
            b'M' => Self::logical(&mut reader)?,
            other => return Err(at.error(ProtoErrorKind::UnknownMessage(other))),
        };
        reader.finish()?;
        Ok((insert_lsn, message))
    }

    fn begin(reader: &mut Reader<'a>) -> Result<Self, ProtoError> {
        reader.flags(0)?;
        Ok(Self::Begin { final_lsn: reader.lsn()?, commit_time: reader.i64()?, xid: reader.u32()? })
    }

    fn commit(reader: &mut Reader<'a>) -> Result<Self, ProtoError> {
        reader.flags(0)?;
        Ok(Self::Commit {
            commit_lsn: reader.lsn()?,
            end_lsn: reader.lsn()?,
            commit_time: reader.i64()?,
        })
    }

    fn origin(reader: &mut Reader<'a>) -> Result<Self, ProtoError> {
        let flags = reader.flags(ORIGIN_HAS_NAME)?;
        Ok(Self::Origin {
            lsn: reader.lsn()?,
            node: reader.u16()?,
            name: if flags & ORIGIN_HAS_NAME == 0 { None } else { Some(reader.cstr()?) },
        })
    }

    fn insert(reader: &mut Reader<'a>) -> Result<Self, ProtoError> {
        reader.flags(0)?;
        let relid = reader.u32()?;
        reader.expect(b'N')?;
        Ok(Self::Insert { relid, new: Tuple::decode(reader)? })
    }

    fn update(reader: &mut Reader<'a>) -> Result<Self, ProtoError> {
        reader.flags(0)?;
        let relid = reader.u32()?;
        let old = if matches!(reader.remaining().first(), Some(b'K' | b'O')) {
            Some(Self::old_tuple(reader)?)
        } else {
            None
        };
        reader.expect(b'N')?;
        Ok(Self::Update { relid, old, new: Tuple::decode(reader)? })
    }

    fn delete(reader: &mut Reader<'a>) -> Result<Self, ProtoError> {
        reader.flags(0)?;
        Ok(Self::Delete { relid: reader.u32()?, old: Self::old_tuple(reader)? })
    }

    /// `K`, and also `O`, the mark that older relatives of the protocol give a whole old row.
    fn old_tuple(reader: &mut Reader<'a>) -> Result<Tuple<'a>, ProtoError> {
        if reader.remaining().first() == Some(&b'O') {
            reader.u8()?;
        } else {
            reader.expect(b'K')?;
        }
        Tuple::decode(reader)
    }

    fn logical(reader: &mut Reader<'a>) -> Result<Self, ProtoError> {
        let xid = reader.u32()?;
        let lsn = reader.lsn()?;
        let transactional = reader.flags(1)? != 0;
        let prefix = reader.cstr()?;
        let length = reader.u32()?;
        let content = reader.bytes(length as usize)?;
        Ok(Self::Logical { xid, lsn, transactional, prefix, content })
    }

    /// Appends the message as [`decode`](Self::decode) reads it. An absent `insert_lsn` is sent as
    /// zero where the version has a place for it.
    ///
    /// # Panics
    /// When a name is too long for the wire; a decoded message's never are.
    pub fn encode(
        &self,
        out: &mut (impl Sink + ?Sized),
        version: ProtoVersion,
        insert_lsn: Option<Lsn>,
    ) {
        let insert_lsn = insert_lsn.unwrap_or_default();
        if !matches!(self, Self::Startup(_)) {
            encode::prefix(out, version, insert_lsn);
        }
        match self {
            Self::Startup(startup) => encode::startup(out, startup.iter()),
            Self::Begin { final_lsn, commit_time, xid } => {
                encode::begin(out, *final_lsn, *commit_time, *xid);
            }
            Self::Origin { lsn, node, name } => encode::origin(out, *lsn, *node, *name),
            Self::CommitOrder { last_commit_time } => encode::commit_order(out, *last_commit_time),
            Self::Relation(relation) => relation.encode(out),
            Self::Insert { relid, new } => {
                encode::row(out, RowKind::Insert, *relid);
                encode_tuple(out, TupleKind::New, new);
            }
            Self::Update { relid, old, new } => {
                encode::row(out, RowKind::Update, *relid);
                if let Some(old) = old {
                    encode_tuple(out, TupleKind::Old, old);
                }
                encode_tuple(out, TupleKind::New, new);
            }
            Self::Delete { relid, old } => {
                encode::row(out, RowKind::Delete, *relid);
                encode_tuple(out, TupleKind::Old, old);
            }
            Self::Commit { commit_lsn, end_lsn, commit_time } => {
                encode::commit(out, version, *commit_lsn, *end_lsn, *commit_time, insert_lsn);
            }
            Self::Truncate(truncate) => {
                encode::truncate(
                    out,
                    truncate.cascade,
                    truncate.restart_identity,
                    truncate.relids(),
                );
            }
            Self::Logical { xid, lsn, transactional, prefix, content } => {
                encode::message(out, *xid, *lsn, *transactional, prefix, content);
            }
        }
    }
}

fn encode_tuple(out: &mut (impl Sink + ?Sized), kind: TupleKind, tuple: &Tuple<'_>) {
    encode::tuple_header(out, kind, tuple.count());
    out.put(tuple.body());
}

/// A relation as its provider describes it. Names are to be looked up here; ids are not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relation<'a> {
    /// The provider's id, by which row messages name it.
    pub relid: Oid,
    /// Its schema.
    pub namespace: &'a CStr,
    /// Its name.
    pub name: &'a CStr,
    count: u16,
    /// Exactly `count` columns, found valid when the message was decoded.
    body: &'a [u8],
}

/// A column of a [`Relation`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelationColumn<'a> {
    /// Whether it is part of the replica identity.
    pub key: bool,
    /// Its name.
    pub name: &'a CStr,
    /// The provider's id of its type; the same on all servers for built-in types only.
    pub type_oid: Oid,
    /// Its type modifier, -1 for none.
    pub typmod: i32,
}

impl<'a> Relation<'a> {
    fn decode(reader: &mut Reader<'a>) -> Result<Self, ProtoError> {
        reader.flags(0)?;
        let relid = reader.u32()?;
        let length = reader.u8()?;
        let namespace = reader.cstr_of(usize::from(length))?;
        let length = reader.u8()?;
        let name = reader.cstr_of(usize::from(length))?;
        reader.expect(b'A')?;
        let count = reader.u16()?;
        let body = reader.remaining();
        for _ in 0..count {
            RelationColumn::decode(reader)?;
        }
        let body = &body[..body.len() - reader.remaining().len()];
        Ok(Self { relid, namespace, name, count, body })
    }

    /// The columns that rows of this relation have, in order.
    pub fn columns(&self) -> impl ExactSizeIterator<Item = RelationColumn<'a>> + use<'a> {
        let mut reader = Reader::new(self.body);
        // Cannot fail: decoding has been through the same bytes.
        let column = move |_| RelationColumn::decode(&mut reader).unwrap_or(RelationColumn::NONE);
        (0..self.count).map(column)
    }

    fn encode(&self, out: &mut (impl Sink + ?Sized)) {
        encode::relation(out, self.relid, self.namespace, self.name, self.count);
        out.put(self.body);
    }
}

impl<'a> RelationColumn<'a> {
    const NONE: Self = Self { key: false, name: c"", type_oid: 0, typmod: -1 };

    fn decode(reader: &mut Reader<'a>) -> Result<Self, ProtoError> {
        reader.expect(b'C')?;
        let flags = reader.flags(COLUMN_IS_KEY)?;
        reader.expect(b'N')?;
        let length = reader.u16()?;
        let name = reader.cstr_of(usize::from(length))?;
        Ok(Self {
            key: flags & COLUMN_IS_KEY != 0,
            name,
            type_oid: reader.u32()?,
            typmod: reader.i32()?,
        })
    }
}

/// Relations emptied by one command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truncate<'a> {
    /// Whether the command said CASCADE.
    pub cascade: bool,
    /// Whether it said RESTART IDENTITY.
    pub restart_identity: bool,
    relids: &'a [u8],
}

impl<'a> Truncate<'a> {
    fn decode(reader: &mut Reader<'a>) -> Result<Self, ProtoError> {
        let at = *reader;
        let count = reader.u32()?;
        let flags = reader.flags(TRUNCATE_CASCADE | TRUNCATE_RESTART)?;
        let length = usize::try_from(count).ok().and_then(|count| count.checked_mul(4));
        let length = length.ok_or(at.error(ProtoErrorKind::BadLength(count)))?;
        Ok(Self {
            cascade: flags & TRUNCATE_CASCADE != 0,
            restart_identity: flags & TRUNCATE_RESTART != 0,
            relids: reader.bytes(length)?,
        })
    }

    /// The provider's ids of the relations.
    pub fn relids(&self) -> impl ExactSizeIterator<Item = Oid> + use<'a> {
        let (ids, _) = self.relids.as_chunks::<4>();
        ids.iter().map(|id| Oid::from_be_bytes(*id))
    }
}
