//! Several messages in one packet: byte `X`, then for each message its length (`u32`) and itself.
//!
//! Our own addition, used only when the subscriber asked for it with the start option
//! [`OPTION`]` = '1'` and the provider answered in its startup message with [`OPTION`]` = t`. A
//! peer of the existing system neither asks nor answers, and gets one message per packet. Messages
//! in a frame are complete, prefix included. Frames do not nest and never hold a startup message.
//!
//! A packet that begins with `X` cannot be mistaken: no message has that type, and in version 5,
//! where a log position comes first, no server has written 2^62 bytes of log.

use super::encode::Sink;
use super::error::{ProtoError, ProtoErrorKind};
use super::reader::Reader;

/// Name of the start option and of the startup parameter.
pub const OPTION: &str = "spock.batch_frames";

/// First byte of a frame.
pub const TAG: u8 = b'X';

/// The messages of one packet, whether framed or alone.
///
/// Yields each message's bytes; after an error nothing more.
#[derive(Clone, Debug)]
pub struct Messages<'a> {
    state: State<'a>,
}

#[derive(Clone, Debug)]
enum State<'a> {
    Single(&'a [u8]),
    Frame(Reader<'a>),
    Done,
}

impl<'a> Messages<'a> {
    /// Opens a packet's payload; `framed` is whether both ends agreed on frames.
    #[must_use]
    pub fn new(payload: &'a [u8], framed: bool) -> Self {
        let state = match payload {
            [TAG, ..] if framed => {
                let mut reader = Reader::new(payload);
                let _tag = reader.u8();
                State::Frame(reader)
            }
            single => State::Single(single),
        };
        Self { state }
    }

    /// The messages that come after `head` bytes of a payload; none when it is shorter.
    pub(super) fn after(payload: &'a [u8], head: usize) -> Self {
        let mut reader = Reader::new(payload);
        let state = match reader.bytes(head) {
            Ok(_) => State::Frame(reader),
            Err(_) => State::Done,
        };
        Self { state }
    }

    fn next_framed(mut reader: Reader<'a>) -> Result<(&'a [u8], Reader<'a>), ProtoError> {
        let at = reader;
        let length = reader.u32()?;
        if length == 0 {
            return Err(at.error(ProtoErrorKind::BadLength(length)));
        }
        Ok((reader.bytes(length as usize)?, reader))
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<&'a [u8], ProtoError>;

    fn next(&mut self) -> Option<Self::Item> {
        match std::mem::replace(&mut self.state, State::Done) {
            State::Done => None,
            State::Single(message) => Some(Ok(message)),
            State::Frame(reader) if reader.remaining().is_empty() => None,
            State::Frame(reader) => Some(Self::next_framed(reader).map(|(message, rest)| {
                self.state = State::Frame(rest);
                message
            })),
        }
    }
}

/// Begins a frame.
pub fn begin(out: &mut (impl Sink + ?Sized)) {
    out.put(&[TAG]);
}

/// Begins a message within a frame; give the result to [`end_message`].
#[must_use]
pub fn begin_message(out: &mut (impl Sink + ?Sized)) -> usize {
    let at = out.position();
    out.put(&[0; 4]);
    at
}

/// Ends a message within a frame: its length is now known.
///
/// # Panics
/// When the message is longer than 4 GB, which no buffer of the server can be.
pub fn end_message(out: &mut (impl Sink + ?Sized), begun_at: usize) {
    let length = u32::try_from(out.position() - begun_at - 4).expect("a message fits a buffer");
    out.patch(begun_at, length.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(messages: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        begin(&mut out);
        for message in messages {
            let at = begin_message(&mut out);
            out.put(message);
            end_message(&mut out, at);
        }
        out
    }

    #[test]
    fn gives_back_each_message() {
        let packet = framed(&[b"one", b"three"]);
        assert_eq!(packet, b"X\0\0\0\x03one\0\0\0\x05three");
        let messages: Result<Vec<_>, _> = Messages::new(&packet, true).collect();
        assert_eq!(messages, Ok(vec![&b"one"[..], b"three"]));
    }

    #[test]
    fn a_packet_without_frame_is_one_message() {
        for framed in [false, true] {
            assert_eq!(Messages::new(b"B", framed).collect::<Vec<_>>(), [Ok(&b"B"[..])]);
        }
        assert_eq!(Messages::new(b"X", false).count(), 1);
    }

    #[test]
    fn stops_at_the_first_fault() {
        let mut packet = framed(&[b"one", b"two"]);
        packet.pop();
        let all: Vec<_> = Messages::new(&packet, true).collect();
        let fault = ProtoError { offset: 12, kind: ProtoErrorKind::Truncated };
        assert_eq!(all, [Ok(&b"one"[..]), Err(fault)]);
        assert_eq!(Messages::new(b"X\0\0\0\0", true).next().map(|r| r.is_err()), Some(true));
    }
}
