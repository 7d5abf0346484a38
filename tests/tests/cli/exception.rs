//! `exception …`: what could not be applied is shown on the node that lacks it, and dealt with.

use serde_json::{Value, json};
use spock_tests::{Cluster, StopMode};

use super::run::{bare, on};
use super::transcript::Transcript;

/// Two nodes; n2 has left out a transaction of three changes, of which the second breaks a rule of its own.
fn left_out() -> Cluster {
    let cluster = bare(2);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY, k int)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n2.sql("ALTER SYSTEM SET spock.exception_behaviour = 'discard'");
    n2.sql("SELECT pg_reload_conf()");
    n2.sql("ALTER TABLE t ADD CONSTRAINT small CHECK (k < 10)");
    n1.sql("BEGIN; INSERT INTO t VALUES (1, 1); INSERT INTO t VALUES (2, 20); UPDATE t SET k = 2 WHERE id = 1; COMMIT");
    cluster.catch_up(0, 1);
    cluster
}

fn id_of(cluster: &Cluster) -> String {
    let items = on(cluster, &["exception", "list", "--pending", "-o", "json"]).ends(0).items();
    assert_eq!(items.len(), 1, "{items:#?}");
    items[0]["id"].as_str().expect("an id").to_owned()
}

/// Seen to fail with changes that stay pending and an exit code of 0.
#[test]
fn what_was_left_out_is_shown_rehearsed_and_retried() {
    let cluster = left_out();
    let id = id_of(&cluster);
    let mut transcript = Transcript::of(&cluster);
    let mut run = |args: &[&str]| transcript.run(&[&["exception"], args].concat());
    run(&["list"]);
    run(&["list", "-o", "csv", "--columns", "node,status,pending,changes,reason"]);
    run(&["show", &id]);
    run(&["show", &id, "-o", "json"]);

    // The cause is still there.
    run(&["retry", &id, "--dry-run"]);
    run(&["retry", &id, "--yes"]);
    run(&["retry", &id]);

    let n2 = cluster.node(1);
    n2.sql("ALTER TABLE t DROP CONSTRAINT small");
    run(&["retry", "--all", "--dry-run"]);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 1);
    run(&["retry", &id, "--yes", "-o", "json"]);
    assert_eq!(n2.table("SELECT * FROM t ORDER BY id"), "1|2\n2|20");
    run(&["retry", &id, "--yes"]);
    run(&["retry", "--all", "--yes"]);
    run(&["list", "--pending"]);
    assert_eq!(run(&["list", "-o", "json"]).ends(0).items()[0]["status"], "resolved");
    transcript.is("exception_retry");
    on(&cluster, &["cluster", "verify", "--data"]).ends(0);
}

#[test]
fn what_was_dealt_with_otherwise_is_resolved() {
    let cluster = left_out();
    let id = id_of(&cluster);
    let mut transcript = Transcript::of(&cluster);
    let mut run = |args: &[&str]| transcript.run(&[&["exception"], args].concat());
    run(&["resolve", &id]);
    run(&["resolve", &id, "--note", " "]).ends(2);
    run(&["resolve", &id, "--note", "by hand", "--dry-run"]);
    run(&["resolve", &id, "--note", "by hand"]);
    run(&["resolve", &id, "--note", "by hand", "--yes"]);
    let shown = run(&["list", "-o", "json"]).ends(0).items();
    assert_eq!(shown[0]["outcome"], json!("by hand"));
    assert_eq!(shown[0]["changes_pending"], json!(0));
    run(&["resolve", &id, "--note", "by hand", "--yes"]).ends(8);
    run(&["show", "n1/1"]).ends(8).says("no transaction n1/1 failed on n1, n2");
    run(&["show", "755"]).ends(2).says("ORIGIN/XID");
    transcript.is("exception_resolve");
}

/// A transaction that two nodes left out, one of which is away then.
#[test]
fn a_transaction_is_dealt_with_on_the_node_that_was_named() {
    let cluster = bare(3);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY, k int)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    for node in [cluster.node(1), cluster.node(2)] {
        node.sql("ALTER TABLE t ADD CONSTRAINT small CHECK (k < 10)");
    }
    cluster.node(0).sql("INSERT INTO t VALUES (1, 20)");
    cluster.catch_up(0, 1);
    cluster.catch_up(0, 2);
    let run = |args: &[&str]| on(&cluster, &[&["exception"], args].concat());
    let items = run(&["list", "-o", "json"]).ends(0).items();
    let nodes: Vec<&Value> = items.iter().map(|item| &item["node"]).collect();
    assert_eq!(items.len(), 2, "{items:#?}");
    assert!(nodes.contains(&&json!("n2")) && nodes.contains(&&json!("n3")), "{nodes:?}");
    let id = items[0]["id"].as_str().expect("an id");
    assert_eq!(items[1]["id"], id);
    run(&["retry", id, "--yes"]).ends(2).says("left out on nodes n2, n3, choose with --node");
    cluster.node(1).sql("ALTER TABLE t DROP CONSTRAINT small");
    run(&["retry", id, "--yes", "--node", "n2"]).ends(0);
    cluster.allow_log("could not connect to");
    cluster.allow_log("could not receive data from");
    cluster.node(1).stop(StopMode::Fast).unwrap();
    let mut transcript = Transcript::of(&cluster);
    transcript.run(&["exception", "list", "--pending", "-o", "name"]).ends(5);
    transcript.run(&["exception", "retry", "--all", "--dry-run"]).ends(6);
    transcript.is("exception_node_away");
    cluster.node(1).start().unwrap();
}
