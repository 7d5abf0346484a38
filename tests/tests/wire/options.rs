//! Start options: what is refused, and how it is said.

use spock_core::proto::ProtoVersion;
use spock_tests::Cluster;

use crate::stream::{Peek, make_provider, make_slot};

#[test]
fn unfit_options_are_refused_with_a_reason() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    cluster.allow_log("ERROR");
    make_slot(&node);
    let peek = Peek::text(ProtoVersion::V5);
    let refusal = |peek: &Peek| {
        let error = node.sql_error(&peek.query());
        format!("{} {} {}", error.code().code(), error.message(), error.detail().unwrap_or(""))
    };
    assert_eq!(refusal(&peek).trim(), "55000 local spock node not found");
    make_provider(&node);
    for (peek, reason) in [
        (
            peek.clone().without("max_proto_version"),
            "start option \"max_proto_version\" is missing",
        ),
        (peek.clone().without("startup_params_format"), "\"startup_params_format\" is missing"),
        (peek.clone().with("startup_params_format", "2"), "of format 2 are not known"),
        (peek.clone().with("min_proto_version", "6"), "no common version"),
        (peek.clone().with("max_proto_version", "3"), "The subscriber speaks versions 4 to 3"),
        (peek.clone().with("max_proto_version", "five"), "Expected a number, got \"five\"."),
        (peek.clone().with("expected_encoding", "LATIN1"), "different encodings"),
        (peek.clone().with("binary.want_binary_basetypes", "maybe"), "Expected a boolean"),
        (peek.clone().with("spock.replication_set_names", "a,,b"), "Expected a list of names"),
        (peek.clone().with("spock.replicate_only_table", "t"), "a table name with its schema"),
        (peek.clone().with("spock.forward_origins", "n7"), "Expected nothing or \"all\""),
        (peek.clone().with("proto_format", "xml"), "\"native\" or \"json\""),
    ] {
        let said = refusal(&peek);
        assert!(said.contains(reason), "{said}");
    }
    // Other spellings, newer peers, and what hooks of the existing system want, do no harm.
    peek.clone()
        .with("expected_encoding", "utf-8")
        .with("max_proto_version", "7")
        .with("hooks.setup_function", "f")
        .with("spock.something_new", "1")
        .lines(&node);
    // A server of another kind gets text.
    for (name, value) in [
        ("binary.basetypes_major_version", "1400"),
        ("binary.sizeof_datum", "4"),
        ("binary.bigendian", "1"),
    ] {
        let peek = Peek::ours().with(name, value);
        node.sql("SELECT pg_logical_emit_message(true, 'x', 'x')");
        let lines = peek.without("spock.batch_frames").lines(&node);
        assert!(lines[0].contains(r#"("binary.internal_basetypes", "f")"#), "{}", lines[0]);
    }
}

#[test]
fn the_door_to_pgoutput_filters_by_origin() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    node.sql(
        "CREATE TABLE t (id int PRIMARY KEY);
         CREATE PUBLICATION p FOR TABLE t;
         SELECT pg_replication_origin_create('elsewhere')",
    );
    for plugin in ["mmlite", "spock_output"] {
        node.sql(&format!("SELECT pg_create_logical_replication_slot('d', '{plugin}')"));
        node.sql("TRUNCATE t; INSERT INTO t VALUES (1)");
        node.sql(
            "SELECT pg_replication_origin_session_setup('elsewhere');
             INSERT INTO t VALUES (2);
             SELECT pg_replication_origin_session_reset()",
        );
        let inserts = "SELECT count(*) FROM pg_logical_slot_get_binary_changes('d', NULL, NULL, \
                       'proto_version', '1', 'publication_names', 'p') WHERE get_byte(data, 0) = 73";
        assert_eq!(node.value::<i64>(inserts), 1, "{plugin}");
        node.sql("SELECT pg_drop_replication_slot('d')");
    }
}
