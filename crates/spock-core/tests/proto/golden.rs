//! Streams captured from the existing system: every message decodes, and encodes to the same bytes.
//!
//! Data files hold one message per line: log position, transaction id, bytes in hexadecimal.

use spock_core::proto::spock_message::{PREFIX, SpockMessage};
use spock_core::proto::{Column, Message, ProtoVersion};

pub(crate) const STREAMS: [(&str, ProtoVersion, &str); 4] = [
    ("v5-internal", ProtoVersion::V5, include_str!("../data/v5-internal.txt")),
    ("v5-binary", ProtoVersion::V5, include_str!("../data/v5-binary.txt")),
    ("v5-text", ProtoVersion::V5, include_str!("../data/v5-text.txt")),
    ("v4-text", ProtoVersion::V4, include_str!("../data/v4-text.txt")),
];

fn unhex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).expect("hexadecimal") as u8;
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    assert!(rest.is_empty());
    pairs.iter().map(|[high, low]| digit(*high) << 4 | digit(*low)).collect()
}

/// The messages of a stream, each with its log position as the capture shows it.
pub(crate) fn messages(stream: &str) -> Vec<Vec<u8>> {
    let bytes = |line: &str| unhex(line.split(' ').nth(2).expect("three fields"));
    stream.lines().map(bytes).collect()
}

#[test]
fn every_message_decodes_and_encodes_identically() {
    for (name, version, stream) in STREAMS {
        let messages = messages(stream);
        assert!(messages.len() > 60, "{name} is complete");
        for (line, bytes) in messages.iter().enumerate() {
            let (insert_lsn, message) = Message::decode(bytes, version)
                .unwrap_or_else(|error| panic!("{name} line {}: {error}", line + 1));
            let mut again = Vec::new();
            message.encode(&mut again, version, insert_lsn);
            assert_eq!(&again, bytes, "{name} line {}", line + 1);
        }
    }
}

#[test]
fn the_sender_position_is_where_each_version_has_it() {
    for (_, version, stream) in STREAMS {
        for bytes in messages(stream) {
            let (insert_lsn, message) = Message::decode(&bytes, version).expect("golden");
            let expected = match message {
                Message::Startup(_) => false,
                Message::Commit { .. } => true,
                _ => version == ProtoVersion::V5,
            };
            assert_eq!(insert_lsn.is_some(), expected, "{message:?}");
        }
    }
}

#[test]
fn cutting_a_message_short_is_always_an_error() {
    for (_, version, stream) in STREAMS {
        for bytes in messages(stream) {
            if matches!(Message::decode(&bytes, version), Ok((_, Message::Startup(_)))) {
                continue; // ends wherever a pair ends
            }
            for cut in 0..bytes.len().min(300) {
                let error = Message::decode(&bytes[..cut], version).expect_err("cut");
                assert!(error.offset <= cut);
            }
        }
    }
}

fn texts(message: &Message<'_>) -> Vec<String> {
    let tuple = match message {
        Message::Insert { new, .. } | Message::Update { new, .. } => new,
        Message::Delete { old, .. } => old,
        other => panic!("no row: {other:?}"),
    };
    let text = |column| match column {
        Column::Null => "null".to_owned(),
        Column::Unchanged => "unchanged".to_owned(),
        Column::Text(text) => text.to_str().expect("UTF-8").to_owned(),
        Column::Binary(bytes) => format!("{bytes:?}"),
        Column::Internal(bytes) => format!("internal {bytes:?}"),
    };
    tuple.iter().map(text).collect()
}

#[test]
fn the_captured_history_is_the_one_that_was_run() {
    let stream = messages(STREAMS[2].2);
    let decoded: Vec<_> = stream
        .iter()
        .map(|bytes| Message::decode(bytes, ProtoVersion::V5).expect("golden").1)
        .collect();

    let Message::Startup(startup) = decoded[0] else { panic!("startup comes first") };
    assert_eq!(startup.number("proto_version"), Some(5));
    assert_eq!(startup.get("pg_version"), Some("15.18"));
    assert_eq!(startup.flag("binary.float8_byval"), Some(true));
    assert_eq!(startup.get("no such parameter"), None);

    let Message::Relation(relation) = decoded[4] else { panic!("a relation before its rows") };
    assert_eq!((relation.namespace, relation.name), (c"public", c"a"));
    let columns: Vec<_> = relation.columns().collect();
    assert_eq!(columns.len(), 11);
    assert!(columns[0].key && !columns[1].key);
    assert_eq!((columns[0].name, columns[0].type_oid, columns[0].typmod), (c"id", 23, -1));

    let json = r#"{"k": [1, null]}"#;
    let row = ["1", "2", "text", "12.50", "2026-01-02 03:04:05+00", json, "ok"];
    assert_eq!(texts(&decoded[5])[..7], row);
    assert_eq!(texts(&decoded[5])[7..], ["null", "1.5", "t", "{1,2,NULL}"]);

    let updates: Vec<_> =
        decoded.iter().filter(|message| matches!(message, Message::Update { .. })).collect();
    assert_eq!(texts(updates[0])[7], "unchanged");
    assert!(matches!(updates[0], Message::Update { old: None, .. }));
    assert!(matches!(updates[1], Message::Update { old: Some(_), .. }));

    let truncates: Vec<_> = decoded
        .iter()
        .filter_map(|message| match message {
            Message::Truncate(truncate) => Some(truncate),
            _ => None,
        })
        .collect();
    assert_eq!(truncates[0].relids().len(), 1);
    assert_eq!(truncates[1].relids().len(), 2);
    assert!(truncates[1].restart_identity && !truncates[1].cascade);
}

#[test]
fn the_sync_event_is_understood_and_written_alike() {
    for (_, version, stream) in STREAMS {
        let stream = messages(stream);
        let content = stream.iter().find_map(|bytes| match Message::decode(bytes, version) {
            Ok((_, Message::Logical { prefix, content, .. })) if prefix == PREFIX => Some(content),
            _ => None,
        });
        let content = content.expect("a sync event was captured");
        let event = SpockMessage::decode(content).expect("known kind");
        // The capture's server did not fill in the name.
        assert_eq!(event, SpockMessage::SyncEvent { node: 0xc22c, name: c"" });
        let mut again = Vec::new();
        event.encode(&mut again);
        assert_eq!(again, content);
    }
}
