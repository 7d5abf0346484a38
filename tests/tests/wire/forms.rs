//! In which form the values of each kind of type travel.

use spock_core::proto::frame::Messages;
use spock_core::proto::{Column, Message, ProtoVersion};
use spock_tests::{Cluster, Node};

use crate::stream::{Peek, make_provider, make_slot};

/// The columns of the last inserted or updated row, by their form's letter, and their bytes.
fn last_row(peek: &Peek, node: &Node<'_>) -> (String, Vec<Vec<u8>>) {
    let mut last = None;
    for packet in peek.packets(node) {
        for bytes in Messages::new(&packet, true) {
            let (_, message) = Message::decode(bytes.unwrap(), peek.version).unwrap();
            let (Message::Insert { new, .. } | Message::Update { new, .. }) = message else {
                continue;
            };
            let column = |column| match column {
                Column::Null => ('n', Vec::new()),
                Column::Unchanged => ('u', Vec::new()),
                Column::Internal(bytes) => ('i', bytes.to_vec()),
                Column::Binary(bytes) => ('b', bytes.to_vec()),
                Column::Text(text) => ('t', text.to_bytes().to_vec()),
            };
            last = Some(new.iter().map(column).unzip());
        }
    }
    last.expect("a row")
}

#[test]
fn only_portable_bits_travel_as_datums() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    make_provider(&node);
    // For each column: its type, a value, and its form for a subscriber of ours that may have
    // datums, for one of the existing system that may, and for one that wants send forms.
    let columns = [
        ("int", "7", "iib"),
        ("text", "'t'", "iib"),
        ("numeric", "1.5", "iib"),
        ("char(3)", "'c'", "iib"),
        ("name", "'n'", "ibb"),
        ("uuid", "gen_random_uuid()", "iib"),
        ("interval", "'1 day'", "iib"),
        ("jsonb", "'{}'", "iib"),
        ("point", "'(1,2)'", "ibb"),
        ("int[]", "'{1}'", "ibb"),
        ("text[]", "'{a}'", "ibb"),
        ("int4range", "'[1,2)'", "iib"),
        ("int4multirange", "'{[1,2)}'", "iib"),
        // What follows holds the OID of something, or may.
        ("regclass", "'pg_class'", "ttt"),
        ("regtype[]", "'{int}'", "ttt"),
        ("aclitem[]", "'{}'", "ttt"),
        ("mood", "'ok'", "bbb"),
        ("mood[]", "'{ok}'", "ttt"),
        ("pair", "'(1,x)'", "ttt"),
        ("pair[]", "'{}'", "ttt"),
        ("percent", "50", "ttt"),
        ("span", "'[1,2]'", "ttt"),
        ("information_schema.sql_identifier", "'i'", "ttt"),
    ];
    let declared: Vec<String> =
        columns.iter().enumerate().map(|(i, (kind, ..))| format!("c{i} {kind}")).collect();
    let values: Vec<&str> = columns.iter().map(|(_, value, _)| *value).collect();
    node.sql(&format!(
        "CREATE TYPE mood AS ENUM ('sad', 'ok');
         CREATE TYPE pair AS (a int, b text);
         CREATE DOMAIN percent AS int CHECK (VALUE BETWEEN 0 AND 100);
         CREATE TYPE span AS RANGE (subtype = float8);
         CREATE TABLE t ({});
         SELECT spock.repset_add_table('default_insert_only', 't')",
        declared.join(", ")
    ));
    make_slot(&node);
    node.sql(&format!("INSERT INTO t VALUES ({})", values.join(", ")));
    let ours = Peek::ours();
    let existing = ours.clone().without("spock.batch_frames");
    let binary = existing.clone().with("binary.want_internal_basetypes", "0");
    for (at, peek) in [ours, existing, binary].iter().enumerate() {
        let (forms, _) = last_row(peek, &node);
        for ((kind, _, wanted), form) in columns.iter().zip(forms.chars()) {
            assert_eq!(wanted.chars().nth(at), Some(form), "{kind}, subscriber {at}");
        }
    }
}

#[test]
fn text_has_one_style_whatever_the_session_says() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    make_provider(&node);
    node.sql(
        "CREATE TABLE t (a timestamptz, b date, c interval, d float8, e bytea, f float4);
         SELECT spock.repset_add_table('default_insert_only', 't')",
    );
    make_slot(&node);
    node.sql(
        "INSERT INTO t VALUES ('2026-01-02 03:04:05.678+00', '2026-03-04', '1 day 2 hours',
             0.1::float8 + 0.2, '\\x00ff', 1.1)",
    );
    let mut session = node.connect();
    let odd = "SET datestyle = 'German, DMY'; SET intervalstyle = 'iso_8601'; SET timezone = 'UTC';
               SET bytea_output = 'escape'; SET extra_float_digits = -5;";
    session.batch_execute(odd).unwrap();
    let peek = Peek::text(ProtoVersion::V5).query().replace("count(*)", "data");
    let rows = session.query(&peek, &[]).unwrap();
    let insert = rows
        .iter()
        .map(|row| row.get::<_, Vec<u8>>(0))
        .find(|packet| packet.get(8) == Some(&b'I'))
        .unwrap();
    let (_, message) = Message::decode(&insert, ProtoVersion::V5).unwrap();
    let Message::Insert { new, .. } = message else { panic!("{message:?}") };
    let texts: Vec<String> = new.iter().map(|column| format!("{column:?}")).collect();
    assert_eq!(
        texts,
        [
            r#"Text("2026-01-02 03:04:05.678+00")"#,
            r#"Text("2026-03-04")"#,
            r#"Text("1 day 02:00:00")"#,
            r#"Text("0.30000000000000004")"#,
            r#"Text("\\x00ff")"#,
            r#"Text("1.1")"#,
        ]
    );
    // The session has its own style back.
    let shown = session.query_one("SELECT '2026-03-04'::date::text", &[]).unwrap();
    assert_eq!(shown.get::<_, String>(0), "04.03.2026");
}

#[test]
fn large_values_travel_whole_and_only_when_changed() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    make_provider(&node);
    node.sql(
        "CREATE TABLE t (id int PRIMARY KEY, packed text, plain bytea, small int);
         ALTER TABLE t ALTER plain SET STORAGE external;
         SELECT spock.repset_add_table('default', 't')",
    );
    make_slot(&node);
    let peek = Peek::ours();
    const SIZE: usize = 10 << 20;
    // Compressed in line, compressed out of line, and plain out of line.
    for size in [3000, SIZE] {
        node.sql(&format!(
            "INSERT INTO t VALUES ({size}, repeat('packed', {size} / 6),
                decode(repeat('00ff', {size} / 2), 'hex'), 0)"
        ));
        let (forms, bytes) = last_row(&peek, &node);
        assert_eq!(forms, "iiii");
        for (column, wanted) in [(1, size / 6 * 6), (2, size / 2 * 2)] {
            assert_eq!(bytes[column].len(), wanted + 4, "column {column} of {size}");
        }
        peek.skip(&node);
    }
    node.sql(&format!("UPDATE t SET small = 1 WHERE id = {SIZE}"));
    assert_eq!(last_row(&peek, &node).0, "iuui");
    let text = Peek::text(ProtoVersion::V5);
    assert_eq!(last_row(&text, &node).0, "tuut");
    peek.skip(&node);
    node.sql(&format!("UPDATE t SET packed = packed || '!' WHERE id = {SIZE}"));
    let (forms, bytes) = last_row(&text, &node);
    assert_eq!(forms, "ttut");
    assert!(bytes[1].ends_with(b"packed!"));
}

#[test]
fn a_failing_type_ends_the_stream_and_harms_nothing_else() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    make_provider(&node);
    // Its output function always raises an error.
    node.sql(
        "SET client_min_messages = error;
         CREATE TYPE bad;
         CREATE FUNCTION bad_in(cstring) RETURNS bad LANGUAGE internal IMMUTABLE STRICT AS 'textin';
         CREATE FUNCTION bad_out(bad) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT
             AS 'anyarray_in';
         CREATE TYPE bad (INPUT = bad_in, OUTPUT = bad_out, LIKE = text);
         CREATE TABLE good_rows (id int);
         CREATE TABLE bad_rows (id int, v bad);
         SELECT spock.repset_add_table('default_insert_only', t)
             FROM unnest('{good_rows,bad_rows}'::regclass[]) t",
    );
    make_slot(&node);
    node.sql("INSERT INTO good_rows VALUES (1); INSERT INTO bad_rows VALUES (2, 'v')");
    cluster.allow_log("cannot accept a value of type anyarray");
    let mut session = node.connect();
    session.batch_execute("SET datestyle = 'German'").unwrap();
    let queries = [Peek::ours(), Peek::text(ProtoVersion::V4)].map(|peek| peek.query());
    for query in queries.iter().cycle().take(20) {
        let error = session.query_one(query, &[]).unwrap_err();
        let error = error.as_db_error().unwrap();
        assert_eq!(error.message(), "cannot accept a value of type anyarray");
        // Raised below us and not made up again: it says where.
        let context = error.where_().unwrap_or("");
        assert!(context.contains("output plugin \"spock_output\", in the change"), "{context}");
    }
    let shown = session.query_one("SELECT '2026-03-04'::date::text", &[]).unwrap();
    assert_eq!(shown.get::<_, String>(0), "04.03.2026");
    node.sql("SELECT spock.repset_remove_table('default_insert_only', 'bad_rows')");
    node.sql("SELECT pg_replication_slot_advance('s', pg_current_wal_lsn())");
    node.sql("INSERT INTO bad_rows VALUES (3, 'v'); INSERT INTO good_rows VALUES (4)");
    let rows: i64 = session.query_one(&queries[0], &[]).unwrap().get(0);
    assert_eq!(rows, 2, "startup and one frame");
}
