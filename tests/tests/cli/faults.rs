//! Nodes that are away, servers that are not ready, databases that are not empty.

use spock_tests::{Cluster, StopMode};

use super::run::{bare, on};

#[test]
fn away_nodes_are_named_and_the_others_answer() {
    let cluster = bare(3);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    cluster.allow_log("could not connect to");
    cluster.allow_log("could not receive data from");
    cluster.node(0).stop(StopMode::Fast).unwrap();

    let status = on(&cluster, &["cluster", "status", "-o", "json"]).ends(5);
    assert_eq!(status.items()[0]["status"], "unreachable");
    assert_eq!(status.json()["errors"][0]["node"], "n1");
    assert_eq!(status.json()["errors"][0]["kind"], "connect");

    cluster.wait_for("the reason on n2", || {
        let subs =
            on(&cluster, &["sub", "status", "-o", "json", "--node", "n2", "sub_n1_n2"]).ends(0);
        let sub = &subs.items()[0];
        sub["status"] == "down"
            && sub["reason"].as_str().is_some_and(|r| r.contains("could not connect"))
    });
    on(&cluster, &["sub", "status"]).ends(5).says("could not connect to node \"n1\"");
    on(&cluster, &["sub", "status", "--exit-code"]).ends(6);
    on(&cluster, &["sub", "status", "--node", "n1"]).ends(4);
    on(&cluster, &["cluster", "verify", "--data"]).ends(4);

    cluster.node(0).start().unwrap();
    on(&cluster, &["cluster", "wait", "--for", "replicating"]).ends(0);
    on(&cluster, &["cluster", "verify", "--data"]).ends(0);
}

#[test]
fn servers_that_are_not_ready_are_told_all_faults_at_once() {
    let cluster = Cluster::builder()
        .nodes(2)
        .stock()
        .node_setting("n2", "wal_level", "replica")
        .node_setting("n2", "track_commit_timestamp", "off")
        .start();
    on(&cluster, &["cluster", "init"])
        .ends(10)
        .says("node \"n1\": spock is not in shared_preload_libraries")
        .says("node \"n2\": wal_level is \"replica\"")
        .says("node \"n2\": track_commit_timestamp is off")
        .says("on node n2 run ALTER SYSTEM SET wal_level = 'logical'");
    on(&cluster, &["cluster", "verify"]).ends(6);
    on(&cluster, &["cluster", "status"]).ends(0);
    on(&cluster, &["sub", "status", "-o", "json"]).ends(8);
    on(&cluster, &["cluster", "wait"]).ends(8).says("is no spock node");
    on(&cluster, &["cluster", "verify", "--data"]).ends(8).says("spockctl cluster init");
}

#[test]
fn subscriber_that_is_not_empty_is_refused_before_anything_changes() {
    let cluster = bare(2);
    for node in cluster.nodes() {
        node.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)");
    }
    let init = ["cluster", "init", "--add-all-tables", "public"];
    on(&cluster, &init).ends(8).says("database of node \"n2\" is not empty").says("--sync none");
    let extension = "SELECT count(*) FROM pg_extension WHERE extname = 'spock'";
    assert_eq!(cluster.node(0).value::<i64>(extension), 0);
    on(&cluster, &[&init[..], &["--sync", "none"]].concat()).ends(0);
    cluster.node(1).sql("INSERT INTO t VALUES (2)");
    on(&cluster, &["cluster", "verify", "--data"]).ends(0).says("2 rows");
}

#[test]
fn init_that_failed_goes_on_where_it_stopped() {
    let cluster = bare(2);
    // The copy cannot make this table on the subscriber: the name is taken there by a type.
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)");
    cluster.node(1).sql("CREATE TYPE t AS (x int)");
    cluster.allow_log("already exists");
    cluster.allow_log("current transaction is aborted");
    let init = ["cluster", "init", "--add-all-tables", "public", "--timeout", "30s"];
    let failed = on(&cluster, &init);
    assert!(matches!(failed.code, 1 | 7), "{failed:#?}");
    failed
        .says("could not wait for the copy of sub_n1_n2 on node \"n2\"")
        .says("already exists")
        .says("n2: SELECT spock.sub_drop('sub_n1_n2')");
    cluster.node(1).sql("DROP TYPE t");
    on(&cluster, &["sub", "drop", "sub_n1_n2", "--yes"]).ends(0);
    on(&cluster, &init).ends(0);
    on(&cluster, &["cluster", "verify", "--data"]).ends(0);
}

/// What was left out shows in the status and beside the data, until it is retried.
#[test]
fn changes_that_were_left_out_show_as_diverged() {
    let cluster = bare(2);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY, k int)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n2.sql("ALTER TABLE t ADD CONSTRAINT small CHECK (k < 10)");
    n1.sql("INSERT INTO t VALUES (1, 20)");
    n1.sql("INSERT INTO t VALUES (2, 1)");
    cluster.catch_up(0, 1);
    let status = ["sub", "status", "-o", "json", "--node", "n2", "sub_n1_n2"];
    let sub = on(&cluster, &status).ends(0).items().remove(0);
    assert_eq!(sub["status"], "replicating");
    assert_eq!(sub["reason"], "DIVERGED (1)");
    assert_eq!(sub["pending_exceptions"], 1);
    on(&cluster, &["sub", "status", "--exit-code"]).ends(6);
    let verify = on(&cluster, &["cluster", "verify", "--data"]);
    assert_ne!(verify.code, 0);
    verify.says("node n2: DIVERGED (1)");

    n2.sql("ALTER TABLE t DROP CONSTRAINT small");
    n2.sql(
        "SELECT spock.exception_retry(remote_origin, remote_commit_ts, remote_xid, false) \
           FROM spock.exceptions_pending",
    );
    on(&cluster, &["sub", "status", "--exit-code"]).ends(0);
    let verify = on(&cluster, &["cluster", "verify", "--data"]).ends(0);
    assert!(!verify.stderr.contains("DIVERGED"), "{verify:#?}");
}

/// A subscription that needs repair shows in the status and beside the data, until somebody says that the
/// table was mended.
#[test]
fn a_subscription_that_needs_repair_shows() {
    let cluster = bare(2);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    let n2 = cluster.node(1);
    n2.sql(
        "INSERT INTO spock.repair_needed (sub_id, reloid, reason)
         SELECT sub_id, 't'::regclass, 'why' FROM spock.subscription WHERE sub_name = 'sub_n1_n2'",
    );
    let status = ["sub", "status", "-o", "json", "--node", "n2", "sub_n1_n2"];
    let sub = on(&cluster, &status).ends(0).items().remove(0);
    assert_eq!(sub["reason"], "needs repair: public.t: why");
    assert_eq!(sub["needs_repair"], "public.t: why");
    on(&cluster, &["sub", "status", "--exit-code"]).ends(6);
    on(&cluster, &["cluster", "verify", "--data"])
        .says("node n2: subscription sub_n1_n2 needs repair: public.t: why");
    n2.sql("SELECT spock.sub_repaired('sub_n1_n2')");
    on(&cluster, &["sub", "status", "--exit-code"]).ends(0);
    let verify = on(&cluster, &["cluster", "verify", "--data"]).ends(0);
    assert!(!verify.stderr.contains("repair"), "{verify:#?}");
}

/// Two nodes whose commits wait for each other show in the status.
#[test]
fn nodes_that_wait_for_each_other_show() {
    let cluster = bare(2);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    for (node, subscriber, sub) in [(0, 1, "sub_n1_n2"), (1, 0, "sub_n2_n1")] {
        let slot: String = cluster
            .node(subscriber)
            .value(&format!("SELECT slot_name FROM spock.sub_show_status('{sub}')"));
        let node = cluster.node(node);
        node.set(&[("synchronous_standby_names", &slot)]).unwrap();
        node.reload().unwrap();
    }
    let status = ["sub", "status", "-o", "json", "--node", "n2", "sub_n1_n2"];
    let expected =
        "commits of this node and of node \"n1\" wait for each other (synchronous_standby_names)";
    cluster.wait_for("the warning", || {
        on(&cluster, &status).ends(0).items().remove(0)["reason"] == expected
    });
    on(&cluster, &["sub", "status", "--exit-code"]).ends(6);
    let nodes = on(&cluster, &["cluster", "status", "-o", "json"]);
    assert!(nodes.stdout.contains("wait for each other"), "{nodes:#?}");
}
