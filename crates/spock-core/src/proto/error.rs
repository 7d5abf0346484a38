//! Why bytes from a peer are not a message.

use std::fmt;

/// Bytes that are not a valid message, and where they stop being one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProtoError {
    /// Offset of the first byte that could not be understood, from the start of the message.
    pub offset: usize,
    /// What is wrong there.
    pub kind: ProtoErrorKind,
}

/// What is wrong with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProtoErrorKind {
    /// The message ends inside a field.
    Truncated,
    /// Bytes follow the end of the message.
    TrailingBytes,
    /// No message, or no envelope, has this type byte.
    UnknownMessage(u8),
    /// This byte announces no part that may stand here.
    UnexpectedByte(u8),
    /// Flags that this version does not know.
    UnknownFlags(u8),
    /// A text that must end with a NUL byte does not, or has one inside.
    BadText,
    /// A parameter that must be UTF-8 is not.
    NotUtf8,
    /// A count or length that cannot be true.
    BadLength(u32),
}

impl fmt::Display for ProtoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            ProtoErrorKind::Truncated => write!(f, "message ends inside a field"),
            ProtoErrorKind::TrailingBytes => write!(f, "message has bytes after its end"),
            ProtoErrorKind::UnknownMessage(byte) => write!(f, "unknown message type {byte:#04x}"),
            ProtoErrorKind::UnexpectedByte(byte) => write!(f, "unexpected byte {byte:#04x}"),
            ProtoErrorKind::UnknownFlags(flags) => write!(f, "unknown flags {flags:#04x}"),
            ProtoErrorKind::BadText => write!(f, "text is not closed by its only NUL byte"),
            ProtoErrorKind::NotUtf8 => write!(f, "parameter is not UTF-8"),
            ProtoErrorKind::BadLength(length) => write!(f, "impossible count or length {length}"),
        }?;
        write!(f, " at offset {}", self.offset)
    }
}

impl std::error::Error for ProtoError {}
