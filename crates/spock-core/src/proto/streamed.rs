//! Parts of transactions that are sent before they commit: byte `Y`, what the packet is, the provider's
//! transaction id (`u32`), then messages as in a [frame](super::frame).
//!
//! Our own addition, used only when the subscriber asked for it with the start option [`OPTION`]` = '1'`
//! and the provider answered in its startup message with [`OPTION`]` = t`. Both have frames then.
//!
//! The packets of one transaction, in their order, hold its messages as a frame of the whole would, but
//! that the begin message comes only once the commit is known: before the changes that are sent after
//! it. Packets of several transactions, and those of transactions that are sent whole, may come between.

use super::encode::Sink;
use super::error::{ProtoError, ProtoErrorKind};
use super::frame::Messages;
use super::reader::Reader;

/// Name of the start option and of the startup parameter.
pub const OPTION: &str = "spock.streaming";

/// Name of the start option that lists ids of transactions (with commas) that are not to be streamed.
pub const NOT_STREAMED_OPTION: &str = "spock.not_streamed";

/// Name of the start option that says for how long nothing is streamed after the start, in ms.
pub const PAUSE_OPTION: &str = "spock.streaming_pause";

/// First byte of such a packet.
pub const TAG: u8 = b'Y';

/// What a packet is to its transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `p`: some of its messages.
    Part,
    /// `c`: the last of them, commit included.
    Commit,
    /// `a`: it was rolled back. Without messages.
    Abort,
    /// `s`: changes of it that were sent were rolled back, and it goes on. Without messages.
    Undo,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Part, Self::Commit, Self::Abort, Self::Undo];

    fn byte(self) -> u8 {
        match self {
            Self::Part => b'p',
            Self::Commit => b'c',
            Self::Abort => b'a',
            Self::Undo => b's',
        }
    }
}

/// Length of what stands before the messages, in bytes.
const HEAD: usize = 6;

/// The head of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// What it is.
    pub kind: Kind,
    /// The provider's transaction id.
    pub xid: u32,
}

impl Head {
    /// Writes it; messages follow, each by [`begin_message`](super::frame::begin_message).
    pub fn encode(self, out: &mut (impl Sink + ?Sized)) {
        out.put(&[TAG, self.kind.byte()]);
        out.put(&self.xid.to_be_bytes());
    }

    /// Makes the packet whose head begins at the start of `packet` another kind.
    ///
    /// # Panics
    /// When there is no head.
    pub fn change_kind(packet: &mut [u8], kind: Kind) {
        packet[1] = kind.byte();
    }

    /// Reads it from a packet's payload; nothing when that is another packet.
    ///
    /// # Errors
    /// When it is cut off, or of an unknown kind.
    pub fn decode(payload: &[u8]) -> Result<Option<Self>, ProtoError> {
        let mut reader = Reader::new(payload);
        if payload.first() != Some(&TAG) {
            return Ok(None);
        }
        reader.u8()?;
        let at = reader;
        let byte = reader.u8()?;
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| kind.byte() == byte)
            .ok_or_else(|| at.error(ProtoErrorKind::UnknownMessage(byte)))?;
        Ok(Some(Self { kind, xid: reader.u32()? }))
    }
}

/// The messages of a packet whose head was read.
#[must_use]
pub fn messages(payload: &[u8]) -> Messages<'_> {
    Messages::after(payload, HEAD)
}

#[cfg(test)]
mod tests {
    use super::super::frame;
    use super::*;

    #[test]
    fn a_packet_gives_back_head_and_messages() {
        for kind in Kind::ALL {
            let mut packet = Vec::new();
            Head { kind: Kind::Part, xid: 0x0102_0304 }.encode(&mut packet);
            for message in [&b"one"[..], b"three"] {
                let at = frame::begin_message(&mut packet);
                packet.extend_from_slice(message);
                frame::end_message(&mut packet, at);
            }
            Head::change_kind(&mut packet, kind);
            assert_eq!(Head::decode(&packet), Ok(Some(Head { kind, xid: 0x0102_0304 })));
            let found: Result<Vec<_>, _> = messages(&packet).collect();
            assert_eq!(found, Ok(vec![&b"one"[..], b"three"]));
        }
    }

    #[test]
    fn faults_have_their_place() {
        assert_eq!(Head::decode(b"X"), Ok(None));
        assert_eq!(Head::decode(b""), Ok(None));
        let unknown = ProtoError { offset: 1, kind: ProtoErrorKind::UnknownMessage(b'q') };
        assert_eq!(Head::decode(b"Yq\0\0\0\x01"), Err(unknown));
        let cut = ProtoError { offset: 2, kind: ProtoErrorKind::Truncated };
        assert_eq!(Head::decode(b"Yp\0\0\0"), Err(cut));
        assert_eq!(messages(b"Yp").count(), 0);
        let bad = ProtoError { offset: 10, kind: ProtoErrorKind::Truncated };
        assert_eq!(messages(b"Yp\0\0\0\x01\0\0\0\x02a").collect::<Vec<_>>(), [Err(bad)]);
    }
}
