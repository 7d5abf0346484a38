//! The replication stream between nodes: protocol versions 4 and 5, decoded and encoded.
//!
//! # Layers
//!
//! 1. [`envelope`]: what the server's replication protocol wraps around every message.
//! 2. [`frame`]: several messages in one envelope, where both ends agreed to that.
//!    [`streamed`]: the same before the transaction commits.
//! 3. [`message`]: one message. Version 5 begins each but the startup message with the sender's
//!    log insert position; version 4 has it at the end of commit only.
//! 4. [`tuple`](mod@tuple): the columns of a row.
//!
//! # Decoding
//!
//! ```
//! use spock_core::proto::{Message, ProtoVersion};
//! let bytes = b"\0\0\0\0\x01\x62\x20\xd8L\0\0\0\0\0\0\0\0\0";
//! let (insert_lsn, message) = Message::decode(bytes, ProtoVersion::V5)?;
//! assert!(matches!(message, Message::CommitOrder { last_commit_time: 0 }));
//! # assert!(insert_lsn.is_some());
//! # Ok::<(), spock_core::proto::ProtoError>(())
//! ```
//!
//! Everything decoded borrows from the input; nothing is allocated. The bytes come from another
//! machine and are not trusted: any input gives a message or a [`ProtoError`] with the offset,
//! never a panic. A message that decoded is wholly valid: the iterators of its parts cannot fail.
//!
//! # Encoding
//!
//! [`encode`] appends to a [`Sink`] (a `Vec<u8>`, or a buffer of the server), piece by piece, so
//! that a plugin writes columns where they go. [`Message::encode`] does it for a whole message.
//!
//! # Names and texts
//!
//! Names and text values stand on the wire with a closing NUL and in the database's encoding, so
//! they are [`std::ffi::CStr`] here: ready for the server's functions without a copy.

pub mod encode;
pub mod envelope;
pub mod frame;
pub mod horizon;
pub mod message;
pub mod reader;
pub mod spock_message;
pub mod startup;
pub mod streamed;
pub mod tuple;

mod error;

pub use encode::Sink;
pub use error::{ProtoError, ProtoErrorKind};
pub use message::Message;
pub use startup::Startup;
pub use tuple::{Column, Tuple};

/// A version of the message format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProtoVersion {
    /// Spock 5.0: the sender's insert position comes with commits only, origins have no name.
    V4,
    /// Spock 6.0: the sender's insert position comes first in every message but startup.
    V5,
}

impl ProtoVersion {
    /// The oldest version understood.
    pub const MIN: Self = Self::V4;
    /// The newest version understood.
    pub const MAX: Self = Self::V5;

    /// The version with this number.
    #[must_use]
    pub const fn from_number(number: u32) -> Option<Self> {
        match number {
            4 => Some(Self::V4),
            5 => Some(Self::V5),
            _ => None,
        }
    }

    /// The number that stands for this version in options and parameters.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::V4 => 4,
            Self::V5 => 5,
        }
    }

    /// The newest version that a peer which speaks `min` to `max` and we both speak.
    #[must_use]
    pub fn negotiate(min: u32, max: u32) -> Option<Self> {
        let newest = max.min(Self::MAX.number());
        if newest < min { None } else { Self::from_number(newest) }
    }
}
