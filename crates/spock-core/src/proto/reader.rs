//! A cursor over bytes from a peer: big-endian numbers and strings, checked, never copied.
//!
//! Its methods are marked for inlining because apply reads every column through them from another
//! crate.

use std::ffi::CStr;

use super::error::{ProtoError, ProtoErrorKind};
use crate::lsn::Lsn;

/// Reads fields one after the other and knows the offset of the next.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    total: usize,
}

type Result<T> = std::result::Result<T, ProtoError>;

impl<'a> Reader<'a> {
    /// A reader at the start of `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, total: bytes.len() }
    }

    /// Offset of the next field.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.total - self.rest.len()
    }

    /// Bytes not read yet.
    #[must_use]
    pub const fn remaining(&self) -> &'a [u8] {
        self.rest
    }

    /// An error at the current offset.
    #[must_use]
    pub const fn error(&self, kind: ProtoErrorKind) -> ProtoError {
        ProtoError { offset: self.offset(), kind }
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        match self.rest.split_first_chunk::<N>() {
            Some((head, rest)) => {
                self.rest = rest;
                Ok(*head)
            }
            None => Err(self.error(ProtoErrorKind::Truncated)),
        }
    }

    /// One byte.
    #[inline]
    pub fn u8(&mut self) -> Result<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// A 16-bit number.
    #[inline]
    pub fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_be_bytes)
    }

    /// A 32-bit number.
    #[inline]
    pub fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// A signed 32-bit number.
    #[inline]
    pub fn i32(&mut self) -> Result<i32> {
        self.array().map(i32::from_be_bytes)
    }

    /// A signed 64-bit number; times are microseconds since 2000.
    #[inline]
    pub fn i64(&mut self) -> Result<i64> {
        self.array().map(i64::from_be_bytes)
    }

    /// A log position.
    #[inline]
    pub fn lsn(&mut self) -> Result<Lsn> {
        self.array().map(|bytes| Lsn(u64::from_be_bytes(bytes)))
    }

    /// The next `length` bytes.
    #[inline]
    pub fn bytes(&mut self, length: usize) -> Result<&'a [u8]> {
        match self.rest.split_at_checked(length) {
            Some((head, rest)) => {
                self.rest = rest;
                Ok(head)
            }
            None => Err(self.error(ProtoErrorKind::Truncated)),
        }
    }

    /// A text that goes up to the next NUL byte.
    pub fn cstr(&mut self) -> Result<&'a CStr> {
        let text = CStr::from_bytes_until_nul(self.rest)
            .map_err(|_| self.error(ProtoErrorKind::Truncated))?;
        self.rest = &self.rest[text.count_bytes() + 1..];
        Ok(text)
    }

    /// A text of `length` bytes, the last of which, and no other, is NUL.
    #[inline]
    pub fn cstr_of(&mut self, length: usize) -> Result<&'a CStr> {
        let at = self.error(ProtoErrorKind::BadText);
        CStr::from_bytes_with_nul(self.bytes(length)?).map_err(|_| at)
    }

    /// A byte that must be `wanted`.
    #[inline]
    pub fn expect(&mut self, wanted: u8) -> Result<()> {
        let at = *self;
        match self.u8()? {
            byte if byte == wanted => Ok(()),
            byte => Err(at.error(ProtoErrorKind::UnexpectedByte(byte))),
        }
    }

    /// A byte of flags, of which only those in `known` may be set.
    #[inline]
    pub fn flags(&mut self, known: u8) -> Result<u8> {
        let at = *self;
        match self.u8()? {
            flags if flags & !known == 0 => Ok(flags),
            flags => Err(at.error(ProtoErrorKind::UnknownFlags(flags))),
        }
    }

    /// Nothing may follow.
    #[inline]
    pub fn finish(self) -> Result<()> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.error(ProtoErrorKind::TrailingBytes)) }
    }
}
