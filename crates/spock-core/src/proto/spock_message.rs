//! The logical messages that Spock itself writes into the log.
//!
//! They are C structures as the writing server has them in memory: a kind, and for a sync event
//! the node's id and its name in a fixed field of 64 bytes. Both servers must have the same byte
//! order, as they must for the rest of a physical message; the other order is refused as an
//! unknown kind.

use std::ffi::CStr;

use super::encode::Sink;
use crate::oid::Oid;

/// Prefix of these messages.
pub const PREFIX: &CStr = c"Spock";

const NAME_LEN: usize = 64;

/// A message from Spock to Spock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpockMessage<'a> {
    /// What follows in this transaction is not to be replicated.
    RepairOn,
    /// What follows in this transaction is to be replicated again.
    RepairOff,
    /// A mark in the stream that somebody may wait for.
    SyncEvent {
        /// Id of the node that wrote it.
        node: Oid,
        /// Name of that node.
        name: &'a CStr,
    },
}

impl<'a> SpockMessage<'a> {
    /// Reads the content of a message with our [`PREFIX`]; none when it is of no kind known.
    #[must_use]
    pub fn decode(content: &'a [u8]) -> Option<Self> {
        let (kind, rest) = content.split_first_chunk::<4>()?;
        match u32::from_ne_bytes(*kind) {
            1 => Some(Self::RepairOn),
            2 => Some(Self::RepairOff),
            3 => {
                let (node, name) = rest.split_first_chunk::<4>()?;
                let name = CStr::from_bytes_until_nul(name.get(..NAME_LEN)?).ok()?;
                Some(Self::SyncEvent { node: u32::from_ne_bytes(*node), name })
            }
            _ => None,
        }
    }

    /// Appends the content of the message. A name that is too long is cut, as the server does.
    pub fn encode(&self, out: &mut (impl Sink + ?Sized)) {
        let kind: u32 = match self {
            Self::RepairOn => 1,
            Self::RepairOff => 2,
            Self::SyncEvent { .. } => 3,
        };
        out.put(&kind.to_ne_bytes());
        if let Self::SyncEvent { node, name } = self {
            out.put(&node.to_ne_bytes());
            let name = name.to_bytes();
            let name = &name[..name.len().min(NAME_LEN - 1)];
            out.put(name);
            out.put(&[0; NAME_LEN][name.len()..]);
        }
    }
}
