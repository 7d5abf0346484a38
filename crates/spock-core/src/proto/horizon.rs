//! A commit horizon in the log (rules C3 and D1).
//!
//! A node writes such a message, outside of transactions, some times a second while there is something to
//! tell. Its place in the log is the position of the horizon: every commit of the node with an earlier
//! time lies before it. So whoever has come to the message has passed the time, without being asked and
//! without asking.

use std::ffi::CStr;

use super::encode::Sink;
use crate::oid::NodeId;

/// Prefix of these messages. Readers that do not know it pass over them.
pub const PREFIX: &CStr = c"spock_horizon";

/// First byte of the content: the form that is described here.
const FORM: u8 = 1;
const HEADER: usize = 10;
const ENTRY: usize = 10;

/// What a node says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HorizonMessage<'a> {
    /// Every commit of the node with an earlier time lies before this message.
    pub time: i64,
    /// The node has written something, so that others are to answer with a message of their own.
    pub asks: bool,
    /// Up to which time it has applied the changes of other nodes.
    pub applied: Applied<'a>,
}

/// For each node that it hears: every change of that node with an earlier time had been applied before
/// the message was written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Applied<'a>(&'a [u8]);

impl Applied<'_> {
    /// Node and time, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, i64)> + '_ {
        self.0.chunks_exact(ENTRY).filter_map(|entry| {
            let (node, time) = entry.split_first_chunk::<2>()?;
            let time = i64::from_be_bytes(*time.first_chunk()?);
            Some((NodeId::new(u16::from_be_bytes(*node))?, time))
        })
    }
}

impl std::fmt::Debug for Applied<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a> HorizonMessage<'a> {
    /// Reads the content of a message with our [`PREFIX`]; none when it is of no form known.
    #[must_use]
    pub fn decode(content: &'a [u8]) -> Option<Self> {
        let (header, entries) = content.split_first_chunk::<HEADER>()?;
        let [FORM, flags, time @ ..] = header else { return None };
        if entries.len() % ENTRY != 0 {
            return None;
        }
        Some(Self {
            time: i64::from_be_bytes(*time),
            asks: flags & 1 != 0,
            applied: Applied(entries),
        })
    }

    /// Appends the content of a message.
    pub fn encode(
        out: &mut (impl Sink + ?Sized),
        time: i64,
        asks: bool,
        applied: impl Iterator<Item = (NodeId, i64)>,
    ) {
        out.put(&[FORM, u8::from(asks)]);
        out.put(&time.to_be_bytes());
        for (node, time) in applied {
            out.put(&node.get().to_be_bytes());
            out.put(&time.to_be_bytes());
        }
    }
}
