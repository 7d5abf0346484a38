//! The streams captured from the existing system, made again by the same statements.

use spock_core::proto::ProtoVersion;
use spock_core::proto::encode::Sink;
use spock_core::proto::spock_message::SpockMessage;
use spock_tests::Cluster;

use crate::stream::{Peek, lines, make_provider, make_slot};

/// The statements behind the captured streams; what the API does there stands here as its effect on
/// the catalogs and the log.
const STATEMENTS: [&str; 14] = [
    r#"INSERT INTO a VALUES (1, 2, 'text', '12.50', '2026-01-02 03:04:05+00', '{"k": [1, null]}',
       'ok', NULL, 1.5, true, '{1,2,null}')"#,
    "INSERT INTO a (id, big) VALUES (2, repeat('x', 3000))",
    "UPDATE a SET t = 'changed' WHERE id = 2",
    "UPDATE a SET id = 3 WHERE id = 1",
    "DELETE FROM a WHERE id = 3",
    "INSERT INTO nokey VALUES (1, 'no key'), (2, NULL)",
    "INSERT INTO dropped VALUES (1, 'after drop')",
    "BEGIN; INSERT INTO dropped VALUES (2, 'two'); SAVEPOINT s;
     INSERT INTO dropped VALUES (3, 'rolled back'); ROLLBACK TO s;
     UPDATE dropped SET v = '2b' WHERE id = 2; COMMIT",
    "TRUNCATE dropped",
    "TRUNCATE a, nokey RESTART IDENTITY",
    r#"BEGIN; CREATE TABLE via_ddl (id int PRIMARY KEY);
       INSERT INTO spock.queue VALUES (now(), 'postgres', '{ddl_sql}', 'Q', to_json(
       'SET search_path TO "$user", public; create table public.via_ddl(id int primary key)'::text));
       COMMIT"#,
    "", // the sync event
    "SELECT pg_logical_emit_message(true, 'other', 'hello')",
    "INSERT INTO unpublished VALUES (1)",
];

const TABLES: &str = "SET timezone = 'UTC';
    CREATE TYPE mood AS ENUM ('sad', 'ok');
    CREATE TABLE a (id int PRIMARY KEY, b bigint, t text, n numeric, ts timestamptz, j jsonb,
        m mood, big text, f float8, bo bool, ar int[]);
    ALTER TABLE a ALTER big SET STORAGE external;
    CREATE TABLE nokey (x int, y text);
    CREATE TABLE dropped (id int PRIMARY KEY, gone int, v text);
    ALTER TABLE dropped DROP COLUMN gone;
    CREATE TABLE unpublished (id int PRIMARY KEY);
    SELECT spock.repset_add_table('default', 'a');
    SELECT spock.repset_add_table('default', 'dropped');
    SELECT spock.repset_add_table('default_insert_only', 'nokey')";

fn captured(name: &str) -> Vec<Vec<u8>> {
    let path = format!("{}/../crates/spock-core/tests/data/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    let hex = |line: &str| {
        let digits = line.split(' ').nth(2).unwrap().as_bytes();
        let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
        digits.chunks(2).map(byte).collect()
    };
    text.lines().filter(|line| !line.is_empty()).map(hex).collect()
}

#[test]
fn captured_streams_are_made_again() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    make_provider(&node);
    node.sql(TABLES);
    make_slot(&node);
    for statement in STATEMENTS {
        if statement.is_empty() {
            let mut content = Vec::new();
            // The captured node wrote its events without its name.
            SpockMessage::SyncEvent { node: 49_708, name: c"" }
                .encode(&mut content as &mut dyn Sink);
            let sql = "SELECT pg_logical_emit_message(false, 'Spock', $1::bytea)";
            node.query(sql, &[&content]);
        } else {
            node.sql(statement);
        }
    }

    // The captured stream of that name did not come to datums: the peer was said to have integer
    // datetimes, a property that no server of today says it has.
    let refused = Peek::text(ProtoVersion::V5)
        .with("binary.want_internal_basetypes", "1")
        .with("binary.integer_datetimes", "1");
    let binary = Peek::text(ProtoVersion::V5).with("binary.want_binary_basetypes", "1");
    for (name, peek) in [
        ("v5-text", Peek::text(ProtoVersion::V5)),
        ("v4-text", Peek::text(ProtoVersion::V4)),
        ("v5-binary", binary),
        ("v5-internal", refused),
    ] {
        let mut ours = peek.lines(&node);
        // A transaction of which nothing is published: begun and committed, as the existing system
        // does.
        assert_eq!(ours.split_off(ours.len() - 4).len(), 4);
        let theirs = lines(&captured(name), peek.version);
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours, theirs, "{name}");
        }
        assert_eq!(ours.len(), theirs.len(), "{name}");
    }

    // The same in frames: each transaction in one packet, and no empty ones.
    let peek = Peek::text(ProtoVersion::V5);
    let single = peek.lines(&node);
    let packets = peek.clone().with("spock.batch_frames", "1").packets(&node);
    let framed = lines(&packets, peek.version);
    let begins = |lines: &[String]| lines.iter().filter(|line| *line == "begin").count();
    assert_eq!(packets.len(), begins(&framed) + 2, "startup and the sync event stand alone");
    assert_eq!(begins(&single), begins(&framed) + 2);
    let content = |lines: &[String]| -> Vec<String> {
        let framing = ["startup", "begin", "origin", "CommitOrder", "commit"];
        let is_framing = |line: &&String| framing.iter().any(|kind| line.starts_with(kind));
        lines.iter().filter(|line| !is_framing(line)).cloned().collect()
    };
    assert_eq!(content(&single), content(&framed));
    assert!(framed[0].contains(r#"("spock.batch_frames", "t")"#));
}

/// Seen to fail with a TRUNCATE that ends the process, as it does in the existing system.
#[test]
fn json_truncate_and_all_other_messages_read_as_captured() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    make_provider(&node);
    node.sql(TABLES);
    node.sql(
        "ALTER DATABASE app SET timezone = 'UTC'; ALTER DATABASE app SET datestyle = 'German'",
    );
    node.disconnect();
    make_slot(&node);
    node.sql(
        r#"INSERT INTO a VALUES (11, 2, 'text', '12.50', '2026-01-02 03:04:05+00',
               '{"k": [1, null]}', 'ok', NULL, 1.5, true, '{1,2,null}');
           UPDATE a SET t = 'changed' WHERE id = 11"#,
    );
    for statement in [
        "UPDATE a SET id = 12 WHERE id = 11",
        "DELETE FROM a WHERE id = 12",
        "INSERT INTO dropped VALUES (9, 'q\"')",
        "TRUNCATE dropped, a RESTART IDENTITY",
        "SELECT pg_logical_emit_message(true, 'other', 'hello')",
    ] {
        node.sql(statement);
    }
    let peek = Peek::text(ProtoVersion::V5).with("proto_format", "json").with("no_txinfo", "1");
    let lines = peek.texts(&node);
    for line in &lines {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
    assert!(lines[0].starts_with(
        r#"{"action":"S", "params": {"max_proto_version":"5","min_proto_version":"4","#
    ));
    let content: Vec<&String> = lines[1..]
        .iter()
        .filter(|line| !line.starts_with(r#"{"action":"B""#) && *line != r#"{"action":"C"}"#)
        .collect();
    let row = r#""ts":"2026-01-02T03:04:05+00:00","j":{"k": [1, null]},"m":"ok","big":null,"f":1.5,"bo":true,"ar":[1,2,null]}"#;
    let key = r#""b":null,"t":null,"n":null,"ts":null,"j":null,"m":null,"big":null,"f":null,"bo":null,"ar":null}"#;
    let a = r#""relation":["public","a"]"#;
    assert_eq!(
        content,
        [
            &format!(
                r#"{{"action":"I",{a},"newtuple":{{"id":11,"b":2,"t":"text","n":12.50,{row}}}"#
            ),
            &format!(
                r#"{{"action":"U",{a},"newtuple":{{"id":11,"b":2,"t":"changed","n":12.50,{row}}}"#
            ),
            &format!(
                r#"{{"action":"U",{a},"oldtuple":{{"id":11,{key},"newtuple":{{"id":12,"b":2,"t":"changed","n":12.50,{row}}}"#
            ),
            &format!(r#"{{"action":"D",{a},"oldtuple":{{"id":12,{key}}}"#),
            r#"{"action":"I","relation":["public","dropped"],"newtuple":{"id":9,"v":"q\""}}"#,
            r#"{"action":"T","relations":[["public","dropped"],["public","a"]],"cascade":"f","restart_seqs":"t"}"#,
        ]
    );
    // With transactions told.
    let lines = peek.with("no_txinfo", "0").texts(&node);
    let begin: serde_json::Value = serde_json::from_str(&lines[1]).unwrap();
    assert_eq!(begin["has_catalog_changes"], "f");
    assert!(begin["commit_time"].as_str().unwrap().ends_with("+00"), "{begin}");
    assert!(lines[4].starts_with(r#"{"action":"C", "final_lsn":"0/"#), "{}", lines[4]);
}
