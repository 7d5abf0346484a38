//! What is published of each table, and that changes of it count from their commit on.

use spock_core::proto::ProtoVersion;
use spock_core::proto::encode::Sink;
use spock_core::proto::spock_message::SpockMessage;
use spock_tests::Cluster;

use crate::stream::{Peek, make_provider, make_slot};

#[test]
fn sets_decide_what_goes_out_from_their_commit_on() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    make_provider(&node);
    node.sql("CREATE TABLE t (id int PRIMARY KEY, v text, secret text)");
    make_slot(&node);
    node.sql("INSERT INTO t VALUES (1, 'in no set', 's')");
    node.sql("SELECT spock.repset_add_table('default', 't')");
    node.sql("INSERT INTO t VALUES (2, 'all columns', 's')");
    // By hand, past the API.
    node.sql("UPDATE spock.replication_set_table SET set_att_list = '{id,v}'");
    node.sql("INSERT INTO t VALUES (3, 'two columns', 's')");
    node.sql(
        "UPDATE spock.replication_set SET replicate_delete = false WHERE set_name = 'default'",
    );
    node.sql("DELETE FROM t WHERE id = 2");
    node.sql("ALTER TABLE t ADD COLUMN later int GENERATED ALWAYS AS (id * 2) STORED");
    node.sql("UPDATE t SET v = 'updated' WHERE id = 3");
    // The same table in a second set: actions and column lists add up.
    node.sql("SELECT spock.repset_add_table('default_insert_only', 't', columns := '{id,secret}')");
    node.sql("INSERT INTO t VALUES (4, 'both sets', 's')");
    node.sql("SELECT spock.repset_remove_table('default', 't')");
    node.sql("UPDATE t SET v = 'insert only' WHERE id = 4");
    node.sql("ALTER SCHEMA public RENAME TO renamed");
    node.sql("INSERT INTO renamed.t VALUES (5, 'two columns', 's')");
    node.sql("SELECT spock.repset_drop('default_insert_only')");
    node.sql("INSERT INTO renamed.t VALUES (6, 'no set', 's')");
    let peek = Peek::text(ProtoVersion::V5);
    assert_eq!(
        peek.changes(&node),
        [
            r#"insert public.t Text("2") Text("all columns") Text("s")"#,
            r#"insert public.t Text("3") Text("two columns")"#,
            r#"update public.t Text("3") Text("updated")"#,
            r#"insert public.t Text("4") Text("both sets") Text("s")"#,
            r#"insert renamed.t Text("5") Text("s")"#,
        ]
    );
    // Other sets, other changes; one that does not exist is no obstacle.
    let peek = peek.with("spock.replication_set_names", r#""default", "no such set""#);
    assert_eq!(peek.changes(&node).len(), 4);
}

#[test]
fn only_what_is_meant_for_the_subscriber_goes_out() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    make_provider(&node);
    node.sql(
        r#"CREATE TABLE t (id int PRIMARY KEY);
           CREATE TABLE "Mixed ""Case" (id int PRIMARY KEY);
           CREATE TABLE full_row (id int PRIMARY KEY, v text);
           ALTER TABLE full_row REPLICA IDENTITY FULL;
           CREATE TABLE inserts (id int PRIMARY KEY);
           SELECT spock.repset_add_table('default', 't');
           SELECT spock.repset_add_table('default', '"Mixed ""Case"');
           SELECT spock.repset_add_table('default', 'full_row');
           SELECT spock.repset_add_table('default_insert_only', 'inserts');
           SELECT spock.repset_alter('default_insert_only', replicate_truncate := false);
           SELECT pg_replication_origin_create('elsewhere')"#,
    );
    make_slot(&node);
    // Born elsewhere.
    node.sql(
        "SELECT pg_replication_origin_session_setup('elsewhere');
         INSERT INTO t VALUES (1);
         SELECT pg_replication_origin_session_reset()",
    );
    // Repaired here: not for others, up to the end of the transaction or of the repair.
    let repair = |message: SpockMessage<'_>| {
        let mut content = Vec::new();
        message.encode(&mut content as &mut dyn Sink);
        let hex: String = content.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("SELECT pg_logical_emit_message(true, 'Spock', '\\x{hex}'::bytea)")
    };
    let (on, off) = (repair(SpockMessage::RepairOn), repair(SpockMessage::RepairOff));
    node.sql(&format!("BEGIN; {on}; INSERT INTO t VALUES (2); COMMIT"));
    node.sql(&format!("BEGIN; {on}; TRUNCATE t; {off}; INSERT INTO t VALUES (3); COMMIT"));
    node.sql(r#"INSERT INTO "Mixed ""Case" VALUES (4)"#);
    node.sql("INSERT INTO full_row VALUES (5, 'old')");
    node.sql("UPDATE full_row SET v = 'new'");
    node.sql("TRUNCATE t, inserts CASCADE");
    node.sql("INSERT INTO spock.pii (pii_schema, pii_table, pii_column) VALUES ('a', 'b', 'c')");
    node.sql(
        r#"INSERT INTO spock.queue VALUES (now(), 'r', '{other}', 'Q', '"not subscribed"'),
           (now(), 'r', '{other,ddl_sql}', 'Q', '"subscribed"'), (now(), 'r', NULL, 'Q', '"all"')"#,
    );
    node.sql("DELETE FROM spock.queue");
    let wanted = [
        r#"insert public.t Text("3")"#,
        r#"insert public.Mixed \Case Text("4")"#,
        r#"insert public.full_row Text("5") Text("old")"#,
        r#"update public.full_row Text("5") Text("new") from public.full_row Text("5") Text("old")"#,
        r#"truncate ["public.t"] cascade true restart false"#,
        r#"insert spock.queue Text("r") Text("{other,ddl_sql}") Text("Q") Text("\"subscribed\"")"#,
        r#"insert spock.queue Text("r") Null Text("Q") Text("\"all\"")"#,
    ];
    let peek = Peek::text(ProtoVersion::V5);
    assert_eq!(peek.changes(&node), wanted);
    let one = peek.with("spock.replicate_only_table", r#"Public . "Mixed ""Case""#);
    assert_eq!(one.changes(&node), wanted[1..2]);
    cluster.allow_log("invalid value for start option");
    node.sql_error(&one.with("spock.replicate_only_table", r#"public."Mixed"#).query());
}

#[test]
fn a_stream_may_be_older_than_the_extension() {
    let cluster = Cluster::builder().without_create_extension().start();
    let node = cluster.node(0);
    node.sql("CREATE TABLE t (id int PRIMARY KEY)");
    make_slot(&node);
    node.sql("INSERT INTO t VALUES (1)");
    node.sql("CREATE EXTENSION spock");
    cluster.create_nodes();
    node.sql("INSERT INTO t VALUES (2)");
    node.sql("SELECT spock.repset_add_table('default', 't')");
    node.sql("INSERT INTO t VALUES (3)");
    let peek = Peek::text(ProtoVersion::V5);
    assert_eq!(peek.changes(&node), [r#"insert public.t Text("3")"#]);
}

#[test]
fn membership_set_by_an_applied_transaction_counts() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    cluster.create_nodes();
    node.sql(
        "CREATE TABLE t (id int PRIMARY KEY);
         CREATE TABLE u (id int PRIMARY KEY);
         SELECT spock.repset_add_table('default', 'u');
         SELECT pg_replication_origin_create('elsewhere')",
    );
    make_slot(&node);
    // What comes from elsewhere is not decoded, but what it did to the sets is noticed.
    let elsewhere = |sql: &str| {
        let mut session = node.connect();
        let [begin, end] = [
            "SELECT pg_replication_origin_session_setup('elsewhere')",
            // The server may notice late that the session is over.
            "SELECT pg_replication_origin_session_reset()",
        ];
        for sql in [begin, sql, end] {
            session.batch_execute(sql).unwrap();
        }
    };
    let write = |id: i32| {
        node.sql(&format!("INSERT INTO t VALUES ({id})"));
        node.sql(&format!("INSERT INTO u VALUES ({id})"));
    };
    write(1);
    elsewhere("SELECT spock.repset_add_table('default', 't')");
    write(2);
    elsewhere("SELECT spock.repset_alter('default', replicate_insert := false)");
    write(3);
    elsewhere("SELECT spock.repset_alter('default', replicate_insert := true)");
    elsewhere("SELECT spock.repset_remove_table('default', 'u')");
    write(4);
    elsewhere("SELECT spock.repset_drop('default')");
    write(5);
    let peek = Peek::text(ProtoVersion::V5);
    assert_eq!(
        peek.changes(&node),
        [
            r#"insert public.u Text("1")"#,
            r#"insert public.t Text("2")"#,
            r#"insert public.u Text("2")"#,
            r#"insert public.t Text("4")"#,
        ]
    );
}

#[test]
fn a_table_that_changes_within_a_transaction_is_described_again() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    cluster.create_nodes();
    node.sql("CREATE TABLE t (id int PRIMARY KEY, a int)");
    node.sql("SELECT spock.repset_add_table('default', 't')");
    make_slot(&node);
    node.sql(
        "BEGIN;
         INSERT INTO t VALUES (1, 1);
         ALTER TABLE t ADD COLUMN b text DEFAULT 'b';
         INSERT INTO t VALUES (2, 2);
         ALTER TABLE t DROP COLUMN a;
         UPDATE t SET id = 3 WHERE id = 1;
         ALTER TABLE t RENAME TO renamed;
         ALTER TABLE renamed ALTER b DROP DEFAULT, ALTER b TYPE int USING length(b);
         INSERT INTO renamed VALUES (4, 4);
         CREATE TABLE late (id int PRIMARY KEY);
         SELECT spock.repset_add_table('default', 'late');
         INSERT INTO late VALUES (5);
         COMMIT",
    );
    let peek = Peek::text(ProtoVersion::V5);
    let lines = peek.lines(&node);
    let is_framing = |line: &&String| {
        !["insert", "update", "relation"].iter().any(|kind| line.starts_with(kind))
    };
    let content: Vec<&String> = lines.iter().filter(|line| !is_framing(line)).collect();
    assert_eq!(
        content,
        [
            r#"relation public.t ["\"id\" true 23 -1", "\"a\" false 23 -1"]"#,
            r#"insert public.t Text("1") Text("1")"#,
            r#"relation public.t ["\"id\" true 23 -1", "\"a\" false 23 -1", "\"b\" false 25 -1"]"#,
            r#"insert public.t Text("2") Text("2") Text("b")"#,
            r#"relation public.t ["\"id\" true 23 -1", "\"b\" false 25 -1"]"#,
            r#"update public.t Text("3") Text("b") from public.t Text("1") Null"#,
            r#"relation public.renamed ["\"id\" true 23 -1", "\"b\" false 23 -1"]"#,
            r#"insert public.renamed Text("4") Text("4")"#,
            r#"relation public.late ["\"id\" true 23 -1"]"#,
            r#"insert public.late Text("5")"#,
        ]
    );
}
