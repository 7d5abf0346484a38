//! What the server's replication protocol wraps around our messages, and the answer to it.

use super::encode::Sink;
use super::error::{ProtoError, ProtoErrorKind};
use super::reader::Reader;
use crate::lsn::Lsn;

/// One packet of the copy stream from a walsender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope<'a> {
    /// `w`: something from the output plugin.
    Data {
        /// Position of the change in the sender's log; zero for some messages.
        start: Lsn,
        /// The sender's current end of log, as it knows it.
        end: Lsn,
        /// When it was sent, in microseconds since 2000 by the sender's clock.
        sent_at: i64,
        /// The message, or a frame of several.
        payload: &'a [u8],
    },
    /// `k`: sign of life.
    Keepalive {
        /// How far the sender has read its log.
        end: Lsn,
        /// When it was sent, in microseconds since 2000 by the sender's clock.
        sent_at: i64,
        /// Whether the sender wants a status update at once.
        reply_requested: bool,
    },
}

impl<'a> Envelope<'a> {
    /// Reads one packet.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, ProtoError> {
        let mut reader = Reader::new(bytes);
        match reader.u8()? {
            b'w' => Ok(Self::Data {
                start: reader.lsn()?,
                end: reader.lsn()?,
                sent_at: reader.i64()?,
                payload: reader.remaining(),
            }),
            b'k' => {
                let end = reader.lsn()?;
                let sent_at = reader.i64()?;
                let reply_requested = reader.u8()? != 0;
                reader.finish()?;
                Ok(Self::Keepalive { end, sent_at, reply_requested })
            }
            other => Err(ProtoError { offset: 0, kind: ProtoErrorKind::UnknownMessage(other) }),
        }
    }
}

/// `r`: how far a subscriber has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusUpdate {
    /// Everything before this was received.
    pub received: Lsn,
    /// Everything before this is durable at the subscriber: the sender may forget it.
    pub flushed: Lsn,
    /// Everything before this was applied.
    pub applied: Lsn,
    /// When, in microseconds since 2000 by the subscriber's clock.
    pub sent_at: i64,
    /// Whether the sender shall answer with a keepalive at once.
    pub reply_requested: bool,
}

impl StatusUpdate {
    /// Length of the packet.
    pub const LEN: usize = 34;

    /// Appends the packet.
    pub fn encode(&self, out: &mut (impl Sink + ?Sized)) {
        out.put(b"r");
        for lsn in [self.received, self.flushed, self.applied] {
            out.put(&lsn.0.to_be_bytes());
        }
        out.put(&self.sent_at.to_be_bytes());
        out.put(&[u8::from(self.reply_requested)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_has_a_header_of_24_bytes() {
        let mut bytes = vec![b'w'];
        bytes.extend_from_slice(&1u64.to_be_bytes());
        bytes.extend_from_slice(&2u64.to_be_bytes());
        bytes.extend_from_slice(&(-3i64).to_be_bytes());
        bytes.extend_from_slice(b"B...");
        let data = Envelope::Data { start: Lsn(1), end: Lsn(2), sent_at: -3, payload: b"B..." };
        assert_eq!(Envelope::decode(&bytes), Ok(data));
        for cut in 0..25 {
            assert!(Envelope::decode(&bytes[..cut]).is_err());
        }
    }

    #[test]
    fn keepalive() {
        let mut bytes = vec![b'k'];
        bytes.extend_from_slice(&9u64.to_be_bytes());
        bytes.extend_from_slice(&7i64.to_be_bytes());
        bytes.push(1);
        let keepalive = Envelope::Keepalive { end: Lsn(9), sent_at: 7, reply_requested: true };
        assert_eq!(Envelope::decode(&bytes), Ok(keepalive));
        bytes.push(0);
        let error = ProtoError { offset: 18, kind: ProtoErrorKind::TrailingBytes };
        assert_eq!(Envelope::decode(&bytes), Err(error));
    }

    #[test]
    fn status_update_is_what_a_walsender_reads() {
        let mut out = Vec::new();
        let update = StatusUpdate {
            received: Lsn(0x0102),
            flushed: Lsn(3),
            applied: Lsn(4),
            sent_at: 5,
            reply_requested: true,
        };
        update.encode(&mut out);
        let wanted =
            b"r\0\0\0\0\0\0\x01\x02\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0\x04\0\0\0\0\0\0\0\x05\x01";
        assert_eq!(out, wanted);
        assert_eq!(out.len(), StatusUpdate::LEN);
    }
}
