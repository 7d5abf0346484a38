//! Bytes of a peer gone wrong: whatever comes, there is an answer and no panic.
//!
//! Always the same cases, so that a failure is seen again: captured messages cut, joined,
//! overwritten and shifted, and bytes without sense.

use spock_core::proto::envelope::Envelope;
use spock_core::proto::frame::Messages;
use spock_core::proto::horizon::HorizonMessage;
use spock_core::proto::spock_message::SpockMessage;
use spock_core::proto::streamed;
use spock_core::proto::{Message, ProtoVersion};

use crate::golden::{STREAMS, messages};

const CASES: usize = 200_000;

/// A generator of Marsaglia's xorshift kind.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("below a usize")
    }

    /// Mostly bytes that mean something to the protocol.
    fn byte(&mut self) -> u8 {
        const MEANING: &[u8] = b"SBOLRIUDCTMXwkrNKOTACnuibt\0\0\0\x01\x02\x04\x7F\x80\xFF\xFF";
        match self.below(3) {
            0 => self.next().to_le_bytes()[0],
            _ => MEANING[self.below(MEANING.len())],
        }
    }

    fn mutate(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len() + 1);
        match self.below(6) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, self.byte()),
            2 if at < bytes.len() => {
                bytes.remove(at);
            }
            3 => {
                let from = self.below(other.len() + 1);
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            // A number of four bytes becomes huge, or just a little wrong.
            4 if at + 4 <= bytes.len() => {
                let number = [self.byte(), self.byte(), self.byte(), self.byte()];
                bytes[at..at + 4].copy_from_slice(&number);
            }
            _ if at < bytes.len() => bytes[at] = self.byte(),
            _ => {}
        }
    }
}

fn decode_everything(bytes: &[u8]) {
    for version in [ProtoVersion::V4, ProtoVersion::V5] {
        decode_message(bytes, version);
        for message in Messages::new(bytes, true).map_while(Result::ok) {
            decode_message(message, version);
        }
    }
    let head = streamed::Head::decode(bytes);
    assert!(
        head.is_ok_and(|head| head.is_some())
            || bytes.len() < 6
            || bytes[0] != streamed::TAG
            || !b"pcas".contains(&bytes[1])
    );
    for message in streamed::messages(bytes).map_while(Result::ok) {
        decode_message(message, ProtoVersion::V5);
    }
    if let Ok(Envelope::Data { payload, .. }) = Envelope::decode(bytes) {
        decode_message(payload, ProtoVersion::V5);
    }
    let _ = SpockMessage::decode(bytes);
    if let Some(horizon) = HorizonMessage::decode(bytes) {
        assert!(horizon.applied.iter().count() <= bytes.len() / 10);
    }
}

fn decode_message(bytes: &[u8], version: ProtoVersion) {
    let (insert_lsn, message) = match Message::decode(bytes, version) {
        Ok(decoded) => decoded,
        Err(error) => return assert!(error.offset <= bytes.len(), "{error}"),
    };
    // What decodes must be usable, and mean the same after encoding.
    match message {
        Message::Insert { new, .. } => assert_eq!(new.iter().count(), new.len()),
        Message::Update { old, new, .. } => {
            assert_eq!(new.iter().count(), new.len());
            assert!(old.is_none_or(|old| old.iter().count() == old.len()));
        }
        Message::Delete { old, .. } => assert_eq!(old.iter().count(), old.len()),
        Message::Relation(relation) => assert!(relation.columns().count() <= bytes.len() / 13),
        Message::Truncate(truncate) => assert!(truncate.relids().len() <= bytes.len() / 4),
        Message::Startup(startup) => assert!(startup.iter().count() <= bytes.len()),
        _ => {}
    }
    let mut again = Vec::with_capacity(bytes.len());
    message.encode(&mut again, version, insert_lsn);
    assert_eq!(Message::decode(&again, version), Ok((insert_lsn, message)));
}

#[test]
fn broken_messages_never_panic() {
    let mut random = Random(0x5350_4F43_4B36_0000);
    // Long values add time, not cases.
    let golden: Vec<_> = STREAMS
        .iter()
        .flat_map(|(_, _, stream)| messages(stream))
        .filter(|bytes| bytes.len() < 1_000)
        .collect();
    let mut bytes = Vec::new();
    for _ in 0..CASES {
        bytes.clear();
        if random.below(8) == 0 {
            let length = random.below(64);
            bytes.extend((0..length).map(|_| random.byte()));
        } else {
            bytes.extend_from_slice(&golden[random.below(golden.len())]);
            match random.below(8) {
                0 => frame(&mut bytes, b"X"),
                1 => frame(&mut bytes, b"Yp\0\0\0\x01"),
                _ => {}
            }
            for _ in 0..=random.below(3) {
                let other = random.below(golden.len());
                random.mutate(&mut bytes, &golden[other]);
            }
        }
        decode_everything(&bytes);
    }
}

fn frame(bytes: &mut Vec<u8>, head: &[u8]) {
    let length = u32::try_from(bytes.len()).expect("a short message");
    let header: Vec<_> = head.iter().copied().chain(length.to_be_bytes()).collect();
    bytes.splice(0..0, header);
}
