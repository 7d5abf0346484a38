//! The columns of a row as they stand in a message.

use std::ffi::CStr;

use super::error::{ProtoError, ProtoErrorKind};
use super::reader::Reader;

/// One column of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column<'a> {
    /// NULL; in an old key also every column that is no part of the key.
    Null,
    /// A value stored out of line that the update did not touch and the sender did not send.
    Unchanged,
    /// The sender's in-memory form of the datum; only between servers that agreed on it.
    Internal(&'a [u8]),
    /// The form of the type's send function.
    Binary(&'a [u8]),
    /// The form of the type's output function.
    Text(&'a CStr),
}

/// A row: its columns are read in order, straight from the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tuple<'a> {
    count: u16,
    /// Exactly `count` columns, found valid when the tuple was decoded.
    body: &'a [u8],
}

impl<'a> Tuple<'a> {
    /// Reads a row and checks every column of it.
    pub fn decode(reader: &mut Reader<'a>) -> Result<Self, ProtoError> {
        reader.expect(b'T')?;
        let count = reader.u16()?;
        let body = reader.remaining();
        for _ in 0..count {
            column(reader)?;
        }
        let body = &body[..body.len() - reader.remaining().len()];
        Ok(Self { count, body })
    }

    /// How many columns there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count as usize
    }

    /// Whether there are no columns.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The columns in the order of the relation message.
    #[must_use]
    pub const fn iter(&self) -> Columns<'a> {
        Columns { left: self.count, reader: Reader::new(self.body) }
    }

    pub(super) const fn count(&self) -> u16 {
        self.count
    }

    pub(super) const fn body(&self) -> &'a [u8] {
        self.body
    }
}

impl<'a> IntoIterator for Tuple<'a> {
    type Item = Column<'a>;
    type IntoIter = Columns<'a>;

    fn into_iter(self) -> Columns<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for &Tuple<'a> {
    type Item = Column<'a>;
    type IntoIter = Columns<'a>;

    fn into_iter(self) -> Columns<'a> {
        self.iter()
    }
}

/// Iterator over the columns of a [`Tuple`].
#[derive(Clone, Debug)]
pub struct Columns<'a> {
    left: u16,
    reader: Reader<'a>,
}

impl<'a> Iterator for Columns<'a> {
    type Item = Column<'a>;

    #[inline]
    fn next(&mut self) -> Option<Column<'a>> {
        self.left = self.left.checked_sub(1)?;
        // Cannot fail: decoding has been through the same bytes.
        column(&mut self.reader).ok()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::from(self.left), Some(usize::from(self.left)))
    }
}

impl ExactSizeIterator for Columns<'_> {}

#[inline]
fn column<'a>(reader: &mut Reader<'a>) -> Result<Column<'a>, ProtoError> {
    let at = *reader;
    let kind = reader.u8()?;
    Ok(match kind {
        b'n' => Column::Null,
        b'u' => Column::Unchanged,
        b't' => {
            let length = reader.u32()?;
            Column::Text(reader.cstr_of(length as usize)?)
        }
        b'b' => {
            let length = reader.u32()?;
            Column::Binary(reader.bytes(length as usize)?)
        }
        b'i' => {
            let length = reader.u32()?;
            Column::Internal(reader.bytes(length as usize)?)
        }
        other => return Err(at.error(ProtoErrorKind::UnexpectedByte(other))),
    })
}
