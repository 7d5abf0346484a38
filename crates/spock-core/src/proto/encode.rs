//! The pieces of messages, appended to a buffer in the order in which they stand on the wire.
//!
//! A message is [`prefix`] (which writes nothing in version 4) and then one of [`begin`],
//! [`origin`], [`commit_order`], [`relation`] with [`relation_column`]s, a row, [`commit`],
//! [`truncate`] or [`message`]; or, without prefix, [`startup`]. A row is [`row`], then
//! [`tuple_header`] with one `column_…` per column, for an update with an old key twice.
//!
//! These functions trust their caller for order and counts. Lengths that the wire cannot hold
//! are a fault of the caller and panic: names of the server have at most 63 bytes, values 1 GB.

use std::ffi::CStr;

use super::ProtoVersion;
use super::startup::PARAMS_FORMAT;
use crate::lsn::Lsn;
use crate::oid::Oid;

/// A growing buffer of bytes.
pub trait Sink {
    /// Appends bytes.
    fn put(&mut self, bytes: &[u8]);
    /// How many bytes there are.
    fn position(&self) -> usize;
    /// Overwrites four bytes written before.
    fn patch(&mut self, at: usize, bytes: [u8; 4]);
}

impl Sink for Vec<u8> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    #[inline]
    fn position(&self) -> usize {
        self.len()
    }

    fn patch(&mut self, at: usize, bytes: [u8; 4]) {
        self[at..at + 4].copy_from_slice(&bytes);
    }
}

/// Which change a row message tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// A new row.
    Insert,
    /// A changed row.
    Update,
    /// A removed row.
    Delete,
}

/// Which image of a row follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TupleKind {
    /// The old row, or as much of it as identifies it.
    Old,
    /// The new row.
    New,
}

/// What version 5 begins each message with, except startup: the sender's log insert position.
#[inline]
pub fn prefix(out: &mut (impl Sink + ?Sized), version: ProtoVersion, insert_lsn: Lsn) {
    if version >= ProtoVersion::V5 {
        out.put(&insert_lsn.0.to_be_bytes());
    }
}

/// Startup, with its parameters in the order given.
///
/// # Panics
/// When a name or value has a NUL byte.
pub fn startup<'p>(
    out: &mut (impl Sink + ?Sized),
    params: impl IntoIterator<Item = (&'p str, &'p str)>,
) {
    out.put(&[b'S', PARAMS_FORMAT]);
    for (name, value) in params {
        for text in [name, value] {
            assert!(!text.contains('\0'), "startup parameter with a NUL byte");
            out.put(text.as_bytes());
            out.put(&[0]);
        }
    }
}

/// Begin of a transaction. `final_lsn` is the position of its commit record.
pub fn begin(out: &mut (impl Sink + ?Sized), final_lsn: Lsn, commit_time: i64, xid: u32) {
    let mut bytes = [0; 22];
    bytes[0] = b'B';
    bytes[2..10].copy_from_slice(&final_lsn.0.to_be_bytes());
    bytes[10..18].copy_from_slice(&commit_time.to_be_bytes());
    bytes[18..].copy_from_slice(&xid.to_be_bytes());
    out.put(&bytes);
}

/// The node that first wrote the transaction; its name only in version 5.
pub fn origin(out: &mut (impl Sink + ?Sized), lsn: Lsn, node: u16, name: Option<&CStr>) {
    let mut bytes = [0; 12];
    bytes[0] = b'O';
    bytes[1] = u8::from(name.is_some());
    bytes[2..10].copy_from_slice(&lsn.0.to_be_bytes());
    bytes[10..].copy_from_slice(&node.to_be_bytes());
    out.put(&bytes);
    if let Some(name) = name {
        out.put(name.to_bytes_with_nul());
    }
}

/// Commit time of the transaction before this one.
pub fn commit_order(out: &mut (impl Sink + ?Sized), last_commit_time: i64) {
    out.put(b"L\0");
    out.put(&last_commit_time.to_be_bytes());
}

/// A relation; `columns` times [`relation_column`] must follow.
///
/// # Panics
/// When a name is longer than 254 bytes.
pub fn relation(
    out: &mut (impl Sink + ?Sized),
    relid: Oid,
    namespace: &CStr,
    name: &CStr,
    columns: u16,
) {
    out.put(b"R\0");
    out.put(&relid.to_be_bytes());
    for name in [namespace, name] {
        let bytes = name.to_bytes_with_nul();
        out.put(&[u8::try_from(bytes.len()).expect("a relation name is short")]);
        out.put(bytes);
    }
    out.put(b"A");
    out.put(&columns.to_be_bytes());
}

/// A column of a relation; `key` when it is part of the replica identity.
///
/// # Panics
/// When the name is longer than 65534 bytes.
pub fn relation_column(
    out: &mut (impl Sink + ?Sized),
    key: bool,
    name: &CStr,
    type_oid: Oid,
    typmod: i32,
) {
    let bytes = name.to_bytes_with_nul();
    let length = u16::try_from(bytes.len()).expect("a column name is short");
    out.put(&[b'C', u8::from(key), b'N']);
    out.put(&length.to_be_bytes());
    out.put(bytes);
    out.put(&type_oid.to_be_bytes());
    out.put(&typmod.to_be_bytes());
}

/// A changed row; one or two tuples must follow.
#[inline]
pub fn row(out: &mut (impl Sink + ?Sized), kind: RowKind, relid: Oid) {
    let kind = match kind {
        RowKind::Insert => b'I',
        RowKind::Update => b'U',
        RowKind::Delete => b'D',
    };
    let [a, b, c, d] = relid.to_be_bytes();
    out.put(&[kind, 0, a, b, c, d]);
}

/// An image of a row; `columns` columns must follow.
#[inline]
pub fn tuple_header(out: &mut (impl Sink + ?Sized), kind: TupleKind, columns: u16) {
    let kind = match kind {
        TupleKind::Old => b'K',
        TupleKind::New => b'N',
    };
    let [high, low] = columns.to_be_bytes();
    out.put(&[kind, b'T', high, low]);
}

/// A column that is NULL, or not part of an old key.
#[inline]
pub fn column_null(out: &mut (impl Sink + ?Sized)) {
    out.put(b"n");
}

/// A column stored out of line that did not change.
#[inline]
pub fn column_unchanged(out: &mut (impl Sink + ?Sized)) {
    out.put(b"u");
}

/// A column as the bytes of its datum.
#[inline]
pub fn column_internal(out: &mut (impl Sink + ?Sized), datum: &[u8]) {
    column_header(out, b'i', datum.len());
    out.put(datum);
}

/// A column as its type's send function gives it.
#[inline]
pub fn column_binary(out: &mut (impl Sink + ?Sized), sent: &[u8]) {
    column_header(out, b'b', sent.len());
    out.put(sent);
}

/// A column as its type's output function gives it.
#[inline]
pub fn column_text(out: &mut (impl Sink + ?Sized), text: &CStr) {
    let bytes = text.to_bytes_with_nul();
    column_header(out, b't', bytes.len());
    out.put(bytes);
}

#[inline]
fn column_header(out: &mut (impl Sink + ?Sized), kind: u8, length: usize) {
    let [a, b, c, d] = u32::try_from(length).expect("a value fits the server").to_be_bytes();
    out.put(&[kind, a, b, c, d]);
}

/// Commit. Version 4 has the sender's insert position here, version 5 in [`prefix`].
pub fn commit(
    out: &mut (impl Sink + ?Sized),
    version: ProtoVersion,
    commit_lsn: Lsn,
    end_lsn: Lsn,
    commit_time: i64,
    insert_lsn: Lsn,
) {
    let mut bytes = [0; 26];
    bytes[0] = b'C';
    bytes[2..10].copy_from_slice(&commit_lsn.0.to_be_bytes());
    bytes[10..18].copy_from_slice(&end_lsn.0.to_be_bytes());
    bytes[18..].copy_from_slice(&commit_time.to_be_bytes());
    out.put(&bytes);
    if version < ProtoVersion::V5 {
        out.put(&insert_lsn.0.to_be_bytes());
    }
}

/// Truncation of several relations in one command.
///
/// # Panics
/// When there are more relations than a `u32` counts.
pub fn truncate(
    out: &mut (impl Sink + ?Sized),
    cascade: bool,
    restart_identity: bool,
    relids: impl ExactSizeIterator<Item = Oid>,
) {
    let count = u32::try_from(relids.len()).expect("relations are countable");
    out.put(b"T");
    out.put(&count.to_be_bytes());
    out.put(&[u8::from(cascade) | u8::from(restart_identity) << 1]);
    for relid in relids {
        out.put(&relid.to_be_bytes());
    }
}

/// A logical message; `xid` is zero when it is not part of a transaction.
///
/// # Panics
/// When the content is longer than 4 GB.
pub fn message(
    out: &mut (impl Sink + ?Sized),
    xid: u32,
    lsn: Lsn,
    transactional: bool,
    prefix: &CStr,
    content: &[u8],
) {
    let length = u32::try_from(content.len()).expect("a message fits the server");
    out.put(b"M");
    out.put(&xid.to_be_bytes());
    out.put(&lsn.0.to_be_bytes());
    out.put(&[u8::from(transactional)]);
    out.put(prefix.to_bytes_with_nul());
    out.put(&length.to_be_bytes());
    out.put(content);
}
