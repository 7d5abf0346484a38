//! An update whose row is missing beyond doubt (rule C5): no node can still bring it, and no delete is
//! known. It is pending, alone.

use spock_tests::Cluster;

fn start(behaviour: &str) -> Cluster {
    let cluster = Cluster::builder()
        .nodes(2)
        .setting("spock.exception_behaviour", behaviour)
        .setting("spock.restart_delay_default", "100")
        .start();
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql("CREATE TABLE t (id int PRIMARY KEY, v text)");
    }
    let n1 = cluster.node(0);
    n1.sql("SELECT spock.repset_add_table('default', 't')");
    n1.sql("INSERT INTO t VALUES (1, 'never at n2'), (2, 'never at n2')");
    cluster.subscribe(0, 1);
    cluster
}

const PENDING: &str = "SELECT operation, remote_new_tup->>'v', error_message ~ '^update_missing' \
     FROM spock.exception_log ORDER BY command_counter";

/// Seen to fail with such updates left out without a word.
#[test]
fn c5_an_update_that_misses_its_row_is_pending_and_takes_nothing_along() {
    for behaviour in ["transdiscard", "discard"] {
        let cluster = start(behaviour);
        let (n1, n2) = (cluster.node(0), cluster.node(1));
        n1.sql(
            "BEGIN; INSERT INTO t VALUES (3, 'n1'); UPDATE t SET v = 'lost' WHERE id = 1; \
             UPDATE t SET id = 20, v = 'lost too' WHERE id = 2; UPDATE t SET v = 'n1 again' WHERE id = 3; COMMIT",
        );
        cluster.catch_up(0, 1);
        assert_eq!(n2.table("SELECT * FROM t"), "3|n1 again", "{behaviour}");
        assert_eq!(n2.table(PENDING), "UPDATE|lost|t\nUPDATE|lost too|t");
        let status = "SELECT status, resolution_details->>'left_out' FROM spock.exception_status";
        assert_eq!(n2.table(status), "pending|2");
        let recorded = "SELECT count(*) FROM spock.resolutions WHERE conflict_resolution = 'skip'";
        assert_eq!(n2.value::<i64>(recorded), 2);
        // What cannot be decided does not stop what follows.
        n1.sql("INSERT INTO t VALUES (4, 'next')");
        cluster.catch_up(0, 1);
        assert_eq!(n2.table("SELECT id FROM t ORDER BY id"), "3\n4");
        assert_eq!(n2.table(status), "pending|2");
    }
}

/// Seen to fail with such updates left out without a word.
#[test]
fn c5_an_update_that_misses_its_row_disables_where_nothing_may_be_left_out() {
    let cluster = start("sub_disable");
    cluster.allow_log("update_missing");
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql("BEGIN; INSERT INTO t VALUES (3, 'n1'); UPDATE t SET v = 'found' WHERE id = 1; COMMIT");
    cluster.wait_for("the subscription to be disabled", || {
        cluster.status(1, "sub_n1_n2").as_deref() == Some("disabled")
    });
    assert_eq!(n2.table("SELECT * FROM t"), "");
    n2.sql("INSERT INTO t VALUES (1, 'by hand')");
    n1.sql("UPDATE t SET v = 'found' WHERE id = 1");
    n2.sql("SELECT spock.sub_enable('sub_n1_n2', true)");
    cluster.catch_up(0, 1);
    assert_eq!(n2.table("SELECT id, v FROM t ORDER BY id"), "1|found\n3|n1");
}
