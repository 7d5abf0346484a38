//! `spock.apply_change_logging`: every change in the server's log.

use serde_json::{Value, json};
use spock_tests::{Cluster, Node};

/// The lines since a mark, as documents.
fn lines(node: &Node<'_>, mark: u64) -> Vec<Value> {
    let marker = "spock applied ";
    node.log_since(mark)
        .lines()
        .filter_map(|line| line.split_once(marker))
        .map(|(_, document)| serde_json::from_str(document).expect("a document"))
        .collect()
}

/// Operation, table, key and row of each.
fn changes(lines: &[Value]) -> Vec<Value> {
    lines.iter().map(|l| json!([l["operation"], l["table"], l["key"], l["row"]])).collect()
}

fn choose(node: &Node<'_>, what: &str) {
    node.set(&[("spock.apply_change_logging", what)]).unwrap();
    node.reload().unwrap();
    spock_tests::wait_for("the setting", || {
        node.value::<String>("SHOW spock.apply_change_logging") == what
    });
}

/// Seen to fail with inserts that are gathered: their rows had no lines.
#[test]
fn applied_changes_are_logged_as_asked_for() {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE t (a int, b text, v text, PRIMARY KEY (a, b)); \
             SELECT spock.repset_add_table('default', 't')",
        );
    }
    cluster.subscribe(0, 1);
    n1.sql("INSERT INTO t VALUES (0, 'x', 'unseen')");
    cluster.catch_up(0, 1);
    assert_eq!(lines(&n2, 0), Vec::<Value>::new());

    choose(&n2, "key_only");
    n1.sql("INSERT INTO t VALUES (1, 'x', 'secret')");
    cluster.catch_up(0, 1);
    // The worker reads its configuration between two transactions.
    let mark = n2.log_size();
    n1.sql(
        "BEGIN; INSERT INTO t SELECT i, 'x', 'secret' FROM generate_series(2, 3) i; \
            UPDATE t SET v = 'secret' WHERE a = 1; UPDATE t SET b = 'y' WHERE a = 2; \
            DELETE FROM t WHERE a = 3; COMMIT",
    );
    let xid: i64 = n1.value("SELECT xmin::text::bigint FROM t WHERE a = 1");
    cluster.catch_up(0, 1);
    let seen = lines(&n2, mark);
    let key = |a: i32, b: &str| json!({ "a": a, "b": b });
    let table = "public.t";
    assert_eq!(
        changes(&seen),
        [
            json!(["INSERT", table, key(2, "x"), null]),
            json!(["INSERT", table, key(3, "x"), null]),
            json!(["UPDATE", table, key(1, "x"), null]),
            json!(["UPDATE", table, key(2, "y"), null]),
            json!(["DELETE", table, key(3, "x"), null]),
        ]
    );
    for (line, number) in seen.iter().zip(1..) {
        assert_eq!(line["change"], number);
        assert_eq!(line["remote_xid"], xid);
        assert_eq!(line["subscription"], "sub_n1_n2");
        assert!(line["remote_commit_ts"].is_string() && line["remote_lsn"].is_string(), "{line}");
    }
    assert!(!n2.log_since(mark).contains("secret"), "a value in the log");

    choose(&n2, "verbose");
    n1.sql("INSERT INTO t VALUES (9, 'x', 'more')");
    cluster.catch_up(0, 1);
    let mark = n2.log_size();
    n1.sql("UPDATE t SET v = '\"quoted\"' WHERE a = 9; DELETE FROM t WHERE a = 1; TRUNCATE t");
    cluster.catch_up(0, 1);
    assert_eq!(
        changes(&lines(&n2, mark)),
        [
            json!(["UPDATE", table, key(9, "x"), {"a": 9, "b": "x", "v": "\"quoted\""}]),
            json!(["DELETE", table, key(1, "x"), null]),
            json!(["TRUNCATE", table, null, null]),
        ]
    );

    // What loses a conflict is not applied.
    n1.sql("INSERT INTO t VALUES (1, 'x', 'before')");
    cluster.catch_up(0, 1);
    n2.sql("SELECT spock.sub_disable('sub_n1_n2', true)");
    n1.sql("UPDATE t SET v = 'older' WHERE a = 1");
    n2.sql("UPDATE t SET v = 'newer' WHERE a = 1");
    let mark = n2.log_size();
    n2.sql("SELECT spock.sub_enable('sub_n1_n2', true)");
    cluster.catch_up(0, 1);
    assert_eq!(n2.table("SELECT v FROM t"), "newer");
    assert_eq!(lines(&n2, mark), Vec::<Value>::new());

    choose(&n2, "none");
    n1.sql("INSERT INTO t VALUES (5, 'x', 'first')");
    cluster.catch_up(0, 1);
    let mark = n2.log_size();
    n1.sql("INSERT INTO t VALUES (6, 'x', 'last')");
    cluster.catch_up(0, 1);
    assert_eq!(lines(&n2, mark), Vec::<Value>::new());
}
