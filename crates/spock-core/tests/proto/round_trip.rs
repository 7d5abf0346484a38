//! What is encoded piece by piece, as a provider does it, decodes to the same.

use std::ffi::{CStr, CString};

use proptest::prelude::*;
use spock_core::lsn::Lsn;
use spock_core::oid::NodeId;
use spock_core::proto::encode::{self, RowKind, TupleKind};
use spock_core::proto::frame::{self, Messages};
use spock_core::proto::horizon::HorizonMessage;
use spock_core::proto::spock_message::SpockMessage;
use spock_core::proto::{Column, Message, ProtoVersion};

#[derive(Clone, Debug)]
enum Value {
    Null,
    Unchanged,
    Internal(Vec<u8>),
    Binary(Vec<u8>),
    Text(CString),
}

impl Value {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => encode::column_null(out),
            Self::Unchanged => encode::column_unchanged(out),
            Self::Internal(bytes) => encode::column_internal(out, bytes),
            Self::Binary(bytes) => encode::column_binary(out, bytes),
            Self::Text(text) => encode::column_text(out, text),
        }
    }

    fn column(&self) -> Column<'_> {
        match self {
            Self::Null => Column::Null,
            Self::Unchanged => Column::Unchanged,
            Self::Internal(bytes) => Column::Internal(bytes),
            Self::Binary(bytes) => Column::Binary(bytes),
            Self::Text(text) => Column::Text(text),
        }
    }
}

fn text(max: usize) -> impl Strategy<Value = CString> {
    prop::collection::vec(1..=255u8, 0..max).prop_map(|bytes| CString::new(bytes).expect("no NUL"))
}

fn value() -> impl Strategy<Value = Value> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..20);
    prop_oneof![
        Just(Value::Null),
        Just(Value::Unchanged),
        bytes().prop_map(Value::Internal),
        bytes().prop_map(Value::Binary),
        text(20).prop_map(Value::Text),
    ]
}

fn values() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(value(), 0..12)
}

fn version() -> impl Strategy<Value = ProtoVersion> {
    prop_oneof![Just(ProtoVersion::V4), Just(ProtoVersion::V5)]
}

fn put_tuple(out: &mut Vec<u8>, kind: TupleKind, values: &[Value]) {
    encode::tuple_header(out, kind, u16::try_from(values.len()).expect("few"));
    for value in values {
        value.encode(out);
    }
}

fn columns(values: &[Value]) -> Vec<Column<'_>> {
    values.iter().map(Value::column).collect()
}

/// Decodes, checks the sender's position, and that encoding the whole gives the same bytes.
fn decode(bytes: &[u8], version: ProtoVersion, insert: Option<Lsn>) -> Message<'_> {
    let (insert_lsn, message) = Message::decode(bytes, version).expect("own output");
    assert_eq!(insert_lsn, insert);
    let mut again = Vec::new();
    message.encode(&mut again, version, insert);
    assert_eq!(again, bytes);
    message
}

const INSERT_LSN: Lsn = Lsn(0x0123_4567_89AB_CDEF);

fn prefixed(version: ProtoVersion) -> (Vec<u8>, Option<Lsn>) {
    let mut out = Vec::new();
    encode::prefix(&mut out, version, INSERT_LSN);
    let insert = (version == ProtoVersion::V5).then_some(INSERT_LSN);
    (out, insert)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows(version in version(), relid: u32, old in prop::option::of(values()), new in values()) {
        let (mut out, insert) = prefixed(version);
        encode::row(&mut out, RowKind::Update, relid);
        if let Some(old) = &old {
            put_tuple(&mut out, TupleKind::Old, old);
        }
        put_tuple(&mut out, TupleKind::New, &new);
        let Message::Update { relid: got, old: got_old, new: got_new } =
            decode(&out, version, insert) else { panic!("no update") };
        prop_assert_eq!(got, relid);
        prop_assert_eq!(got_new.iter().collect::<Vec<_>>(), columns(&new));
        prop_assert_eq!(
            got_old.map(|old| old.iter().collect::<Vec<_>>()),
            old.as_ref().map(|old| columns(old))
        );

        for (kind, tuple) in [(RowKind::Insert, TupleKind::New), (RowKind::Delete, TupleKind::Old)] {
            let (mut out, insert) = prefixed(version);
            encode::row(&mut out, kind, relid);
            put_tuple(&mut out, tuple, &new);
            let got = match decode(&out, version, insert) {
                Message::Insert { new, .. } if kind == RowKind::Insert => new,
                Message::Delete { old, .. } if kind == RowKind::Delete => old,
                other => panic!("{other:?}"),
            };
            prop_assert_eq!(got.into_iter().collect::<Vec<_>>(), columns(&new));
        }
    }

    #[test]
    fn relations(
        version in version(),
        relid: u32,
        namespace in text(64),
        name in text(64),
        attributes in prop::collection::vec((any::<bool>(), text(64), any::<u32>(), any::<i32>()), 0..8),
    ) {
        let (mut out, insert) = prefixed(version);
        let count = u16::try_from(attributes.len()).expect("few");
        encode::relation(&mut out, relid, &namespace, &name, count);
        for (key, name, type_oid, typmod) in &attributes {
            encode::relation_column(&mut out, *key, name, *type_oid, *typmod);
        }
        let Message::Relation(relation) = decode(&out, version, insert) else {
            panic!("no relation")
        };
        prop_assert_eq!(
            (relation.relid, relation.namespace, relation.name),
            (relid, namespace.as_c_str(), name.as_c_str())
        );
        let got: Vec<_> =
            relation.columns().map(|c| (c.key, c.name.to_owned(), c.type_oid, c.typmod)).collect();
        prop_assert_eq!(got, attributes);
    }

    #[test]
    fn transactions(
        version in version(),
        lsn: u64,
        end: u64,
        time: i64,
        xid: u32,
        node: u16,
        name in prop::option::of(text(64)),
    ) {
        let (lsn, end) = (Lsn(lsn), Lsn(end));
        let (mut out, insert) = prefixed(version);
        encode::begin(&mut out, lsn, time, xid);
        let begin = Message::Begin { final_lsn: lsn, commit_time: time, xid };
        prop_assert_eq!(decode(&out, version, insert), begin);

        let (mut out, insert) = prefixed(version);
        encode::origin(&mut out, lsn, node, name.as_deref());
        let origin = Message::Origin { lsn, node, name: name.as_deref() };
        prop_assert_eq!(decode(&out, version, insert), origin);

        let (mut out, insert) = prefixed(version);
        encode::commit_order(&mut out, time);
        let order = Message::CommitOrder { last_commit_time: time };
        prop_assert_eq!(decode(&out, version, insert), order);

        let (mut out, _) = prefixed(version);
        encode::commit(&mut out, version, lsn, end, time, INSERT_LSN);
        let commit = Message::Commit { commit_lsn: lsn, end_lsn: end, commit_time: time };
        prop_assert_eq!(decode(&out, version, Some(INSERT_LSN)), commit);
    }

    #[test]
    fn truncates_and_messages(
        version in version(),
        relids in prop::collection::vec(any::<u32>(), 0..9),
        (cascade, restart) in any::<(bool, bool)>(),
        (xid, lsn, transactional) in any::<(u32, u64, bool)>(),
        prefix in text(20),
        content in prop::collection::vec(any::<u8>(), 0..90),
    ) {
        let (mut out, insert) = prefixed(version);
        encode::truncate(&mut out, cascade, restart, relids.iter().copied());
        let Message::Truncate(truncate) = decode(&out, version, insert) else {
            panic!("no truncate")
        };
        prop_assert_eq!((truncate.cascade, truncate.restart_identity), (cascade, restart));
        prop_assert_eq!(truncate.relids().collect::<Vec<_>>(), relids);

        let (mut out, insert) = prefixed(version);
        encode::message(&mut out, xid, Lsn(lsn), transactional, &prefix, &content);
        let (lsn, prefix, content) = (Lsn(lsn), prefix.as_c_str(), content.as_slice());
        let message = Message::Logical { xid, lsn, transactional, prefix, content };
        prop_assert_eq!(decode(&out, version, insert), message);
    }

    #[test]
    fn startup(version in version(), params in prop::collection::vec(("[a-z._]{0,9}", "[^\0]{0,9}"), 0..9)) {
        let mut out = Vec::new();
        let borrowed = params.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        encode::startup(&mut out, borrowed.clone());
        let Message::Startup(startup) = decode(&out, version, None) else { panic!("no startup") };
        prop_assert!(startup.iter().eq(borrowed));
        if let Some((name, value)) = params.last() {
            prop_assert_eq!(startup.get(name), Some(value.as_str()));
        }
    }

    #[test]
    fn frames(messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..30), 0..9)) {
        let mut out = Vec::new();
        frame::begin(&mut out);
        for message in &messages {
            let at = frame::begin_message(&mut out);
            out.extend_from_slice(message);
            frame::end_message(&mut out, at);
        }
        let got: Result<Vec<_>, _> = Messages::new(&out, true).collect();
        prop_assert_eq!(got.expect("own output"), messages);
    }

    #[test]
    fn horizons(time: i64, asks: bool, applied in prop::collection::vec((1..u16::MAX, any::<i64>()), 0..40)) {
        let applied: Vec<_> =
            applied.into_iter().filter_map(|(node, time)| Some((NodeId::new(node)?, time))).collect();
        let mut out = Vec::new();
        HorizonMessage::encode(&mut out, time, asks, applied.iter().copied());
        let got = HorizonMessage::decode(&out).expect("own output");
        prop_assert_eq!((got.time, got.asks), (time, asks));
        prop_assert_eq!(got.applied.iter().collect::<Vec<_>>(), applied);
        // Cut short it is refused, unless it is cut between two nodes.
        out.pop();
        prop_assert!(HorizonMessage::decode(&out).is_none());
    }

    #[test]
    fn spock_messages(node: u32, name in text(80)) {
        for event in [
            SpockMessage::RepairOn,
            SpockMessage::RepairOff,
            SpockMessage::SyncEvent { node, name: &name },
        ] {
            let mut out = Vec::new();
            event.encode(&mut out);
            let expected = match event {
                SpockMessage::SyncEvent { name, .. } if name.count_bytes() > 63 => {
                    let cut = [&name.to_bytes()[..63], b"\0"].concat();
                    let cut = CStr::from_bytes_with_nul(&cut).expect("no NUL").to_owned();
                    let Some(SpockMessage::SyncEvent { name, .. }) = SpockMessage::decode(&out)
                        else { panic!("no event") };
                    prop_assert_eq!(name, cut.as_c_str());
                    continue;
                }
                event => event,
            };
            prop_assert_eq!(SpockMessage::decode(&out), Some(expected));
        }
    }
}

#[test]
fn versions_are_negotiated_to_the_newest_common() {
    assert_eq!(ProtoVersion::negotiate(4, 5), Some(ProtoVersion::V5));
    assert_eq!(ProtoVersion::negotiate(4, 4), Some(ProtoVersion::V4));
    assert_eq!(ProtoVersion::negotiate(5, 9), Some(ProtoVersion::V5));
    assert_eq!(ProtoVersion::negotiate(3, 3), None);
    assert_eq!(ProtoVersion::negotiate(6, 9), None);
    assert_eq!(ProtoVersion::negotiate(5, 4), None);
}

#[test]
fn a_whole_old_row_of_an_older_relative_is_read() {
    let bytes = b"D\0\0\0\0\x07OT\0\x01n";
    let (_, message) = Message::decode(bytes, ProtoVersion::V4).expect("valid");
    let Message::Delete { relid: 7, old } = message else { panic!("no delete") };
    assert!(old.iter().eq([Column::Null]));
}

#[test]
fn faults_are_told_with_their_place() {
    for (bytes, text) in [
        (&b""[..], "message ends inside a field at offset 0"),
        (b"Q", "unknown message type 0x51 at offset 0"),
        (b"L\x01", "unknown flags 0x01 at offset 1"),
        (b"I\0\0\0\0\x07KT", "unexpected byte 0x4b at offset 6"),
        (b"I\0\0\0\0\x07NT\0\x01x", "unexpected byte 0x78 at offset 10"),
        (
            b"I\0\0\0\0\x07NT\0\x01t\0\0\0\x02ab",
            "text is not closed by its only NUL byte at offset 15",
        ),
        (b"I\0\0\0\0\x07NT\0\x01t\0\0\0\0", "text is not closed by its only NUL byte at offset 15"),
        (b"I\0\0\0\0\x07NT\0\x01b\xFF\xFF\xFF\xFF", "message ends inside a field at offset 15"),
        (b"L\0\0\0\0\0\0\0\0\0x", "message has bytes after its end at offset 10"),
        (b"S\x01a\0b", "message ends inside a field at offset 4"),
        (b"S\x01a\0\xFF\0", "parameter is not UTF-8 at offset 4"),
        (b"T\xFF\xFF\xFF\xFF\0", "message ends inside a field at offset 6"),
    ] {
        let error = Message::decode(bytes, ProtoVersion::V4).expect_err(text);
        assert_eq!(error.to_string(), text);
    }
}
