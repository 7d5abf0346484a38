//! A node with a slot, and its stream as lines that two runs have in common.

use std::collections::HashMap;
use std::sync::OnceLock;

use spock_admin::local::Installation;
use spock_core::lsn::Lsn;
use spock_core::proto::frame::Messages;
use spock_core::proto::message::Relation;
use spock_core::proto::{Message, ProtoVersion, Tuple};
use spock_tests::Node;

/// Makes the database a node called `n1`, with its usual replication sets.
pub(crate) fn make_provider(node: &Node<'_>) {
    node.sql("SELECT spock.node_create('n1', 'dbname=app')");
}

/// Makes the slot that [`Peek`] reads.
pub(crate) fn make_slot(node: &Node<'_>) {
    node.sql("SELECT pg_create_logical_replication_slot('s', 'spock_output')");
}

/// How to read a slot.
#[derive(Clone)]
pub(crate) struct Peek {
    pub(crate) version: ProtoVersion,
    options: Vec<(String, String)>,
}

/// Version of the servers under test, as subscribers tell theirs: 1500.
pub(crate) fn major_version() -> String {
    static MAJOR: OnceLock<String> = OnceLock::new();
    let ask = || {
        let version = Installation::find().expect("a server").version;
        let number = version.split_whitespace().nth(1).unwrap_or_default();
        let major = number.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        format!("{major}00")
    };
    MAJOR.get_or_init(ask).clone()
}

impl Peek {
    /// Text values in this version of the protocol, for the usual replication sets.
    pub(crate) fn text(version: ProtoVersion) -> Self {
        let mut peek = Self { version, options: Vec::new() };
        for (name, value) in [
            ("expected_encoding", "UTF8"),
            ("min_proto_version", "4"),
            ("max_proto_version", &version.number().to_string()),
            ("startup_params_format", "1"),
            ("proto_format", "native"),
            ("binary.want_internal_basetypes", "0"),
            ("binary.want_binary_basetypes", "0"),
            ("binary.basetypes_major_version", &major_version()),
            ("binary.sizeof_datum", "8"),
            ("binary.sizeof_int", "4"),
            ("binary.sizeof_long", "8"),
            ("binary.bigendian", "0"),
            ("binary.float4_byval", "0"),
            ("binary.float8_byval", "1"),
            ("binary.integer_datetimes", "0"),
            ("spock.forward_origins", ""),
            ("spock.replication_set_names", "default,default_insert_only,ddl_sql"),
            ("pg_version", "150018"),
            ("spock_version", "6.0.0"),
            ("spock_version_num", "60000"),
        ] {
            peek = peek.with(name, value);
        }
        peek
    }

    /// What a subscriber of ours asks for.
    pub(crate) fn ours() -> Self {
        Self::text(ProtoVersion::V5)
            .with("binary.want_internal_basetypes", "1")
            .with("binary.want_binary_basetypes", "1")
            .with("spock.batch_frames", "1")
    }

    /// Another value of an option, or another option.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.options.retain(|(known, _)| known != name);
        self.options.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without an option.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.options.retain(|(known, _)| known != name);
        self
    }

    /// All options.
    pub(crate) fn options(&self) -> &[(String, String)] {
        &self.options
    }

    fn call(&self, function: &str) -> String {
        let options: Vec<String> =
            self.options.iter().map(|(name, value)| format!(", '{name}', '{value}'")).collect();
        format!("{function}('s', NULL, NULL{})", options.concat())
    }

    /// The query, for one that must fail.
    pub(crate) fn query(&self) -> String {
        format!("SELECT count(*) FROM {}", self.call("pg_logical_slot_peek_binary_changes"))
    }

    /// The packets that the slot has.
    pub(crate) fn packets(&self, node: &Node<'_>) -> Vec<Vec<u8>> {
        let call = self.call("pg_logical_slot_peek_binary_changes");
        let rows = node.query(&format!("SELECT data FROM {call}"), &[]);
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The messages that the slot has as text.
    pub(crate) fn texts(&self, node: &Node<'_>) -> Vec<String> {
        let call = self.call("pg_logical_slot_peek_changes");
        let rows = node.query(&format!("SELECT data FROM {call}"), &[]);
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The messages that the slot has, one line each.
    pub(crate) fn lines(&self, node: &Node<'_>) -> Vec<String> {
        lines(&self.packets(node), self.version)
    }

    /// The lines of rows and truncates.
    pub(crate) fn changes(&self, node: &Node<'_>) -> Vec<String> {
        let is_change = |line: &String| {
            ["insert", "update", "delete", "truncate"].iter().any(|kind| line.starts_with(kind))
        };
        self.lines(node).into_iter().filter(is_change).collect()
    }

    /// Moves the slot past everything.
    pub(crate) fn skip(&self, node: &Node<'_>) {
        let call = self.call("pg_logical_slot_get_binary_changes");
        node.query(&format!("SELECT count(*) FROM {call}"), &[]);
    }
}

/// One line for each message: what differs from run to run (positions, times, ids of objects,
/// transactions, processes and builds) is left out or replaced by names.
pub(crate) fn lines(packets: &[Vec<u8>], version: ProtoVersion) -> Vec<String> {
    let mut names = HashMap::new();
    let mut lines = Vec::new();
    let mut final_lsn = Lsn::INVALID;
    for packet in packets {
        for bytes in Messages::new(packet, true) {
            let (insert_lsn, message) = Message::decode(bytes.unwrap(), version).unwrap();
            let has_place = match message {
                Message::Startup(_) => false,
                Message::Commit { .. } => true,
                _ => version >= ProtoVersion::V5,
            };
            assert_eq!(insert_lsn.is_some_and(Lsn::is_valid), has_place, "{message:?}");
            match message {
                Message::Begin { final_lsn: lsn, commit_time, xid } => {
                    assert!(lsn > final_lsn && commit_time > 0 && xid > 0);
                    final_lsn = lsn;
                }
                Message::Commit { commit_lsn, end_lsn, .. } => {
                    assert!(commit_lsn == final_lsn && end_lsn > commit_lsn);
                }
                Message::Relation(relation) => {
                    let name = format!("{:?}.{:?}", relation.namespace, relation.name);
                    names.insert(relation.relid, name.replace('"', ""));
                }
                _ => {}
            }
            lines.push(line(&message, &names));
        }
    }
    lines
}

fn line(message: &Message<'_>, names: &HashMap<u32, String>) -> String {
    let name = |relid: &u32| names.get(relid).cloned().unwrap_or_else(|| "undescribed".to_owned());
    let row_of = |relid, tuple| row(&name(relid), tuple);
    match message {
        Message::Startup(startup) => {
            let known = [
                "walsender_pid",
                "pg_version",
                "pg_version_num",
                "pg_catversion",
                "binary.basetypes_major_version",
                "binary.binary_pg_version",
            ];
            let params = startup.iter().filter(|(name, _)| !known.contains(name));
            format!("startup {:?}", params.collect::<Vec<_>>())
        }
        Message::Begin { .. } => "begin".to_owned(),
        Message::Commit { .. } => "commit".to_owned(),
        Message::Origin { lsn, node, name } => format!("origin {lsn} {node} {name:?}"),
        Message::Relation(relation) => described(relation, &name(&relation.relid)),
        Message::Insert { relid, new } => format!("insert {}", row_of(relid, new)),
        Message::Update { relid, old: None, new } => format!("update {}", row_of(relid, new)),
        Message::Update { relid, old: Some(old), new } => {
            format!("update {} from {}", row_of(relid, new), row_of(relid, old))
        }
        Message::Delete { relid, old } => format!("delete {}", row_of(relid, old)),
        Message::Truncate(truncate) => format!(
            "truncate {:?} cascade {} restart {}",
            truncate.relids().map(|relid| name(&relid)).collect::<Vec<_>>(),
            truncate.cascade,
            truncate.restart_identity
        ),
        Message::Logical { xid, transactional, prefix, content, .. } => {
            format!("message in {} {transactional} {prefix:?} {content:?}", *xid != 0)
        }
        other => format!("{other:?}"),
    }
}

fn described(relation: &Relation<'_>, name: &str) -> String {
    const FIRST_OF_A_USER: u32 = 16_384;
    let columns: Vec<String> = relation
        .columns()
        .map(|column| {
            let type_oid = if column.type_oid < FIRST_OF_A_USER { column.type_oid } else { 0 };
            format!("{:?} {} {type_oid} {}", column.name, column.key, column.typmod)
        })
        .collect();
    format!("relation {name} {columns:?}")
}

fn row(name: &str, tuple: &Tuple<'_>) -> String {
    // The first column of the queue is the time.
    let timeless = usize::from(name == "spock.queue");
    let columns: Vec<String> =
        tuple.iter().skip(timeless).map(|column| format!("{column:?}")).collect();
    format!("{name} {}", columns.join(" "))
}
