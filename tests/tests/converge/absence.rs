//! Peers that were away for longer than deleted rows are kept (rule D1): what was deleted meanwhile is read
//! from the log.

use std::time::Duration;

use spock_tests::proxy::{Direction, Proxy};
use spock_tests::{Cluster, Node};

use crate::trio::Trio;
use crate::two::{Two, assert_known, log_slots, state};

const COLUMNS: &str = "id int, v text, w int DEFAULT 0, PRIMARY KEY (w, id)";
const ROWS: &str = "SELECT id, v, w, pg_xact_commit_timestamp(xmin) FROM t ORDER BY id, w";

/// Vacuum has taken every deleted row.
fn forget(cluster: &Cluster) {
    for node in cluster.nodes() {
        cluster.wait_for("the deleted rows to go", || {
            node.sql("VACUUM t");
            node.value::<i64>(
                "SELECT count(*) FROM pg_stat_user_tables WHERE relname = 't' AND n_dead_tup > 0",
            ) == 0
        });
    }
}

/// Both nodes delete, update, insert again and move the same keys; some of the other's deletes are older,
/// some newer.
fn write(cluster: &Cluster) {
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for (first, second, at) in [(&n1, &n2, 0), (&n2, &n1, 20)] {
        let run = |node: &Node<'_>, sql: &str| node.sql(&sql.replace("$", &at.to_string()));
        run(first, "DELETE FROM t WHERE id = $ + 1");
        run(first, "UPDATE t SET v = 'older' WHERE id = $ + 2");
        run(first, "DELETE FROM t WHERE id = $ + 3; INSERT INTO t VALUES ($ + 3, 'older')");
        run(first, "UPDATE t SET w = 7, v = 'moved' WHERE id = $ + 4");
        run(first, "INSERT INTO t VALUES ($ + 11, 'older')");
        run(first, "DELETE FROM t WHERE id = $ + 5");
        std::thread::sleep(Duration::from_millis(1500));
        forget(cluster);
        run(second, "UPDATE t SET v = 'newer' WHERE id = $ + 1");
        run(second, "DELETE FROM t WHERE id = $ + 2");
        run(second, "DELETE FROM t WHERE id = $ + 3");
        run(second, "UPDATE t SET v = 'newer' WHERE id = $ + 4");
        run(second, "INSERT INTO t VALUES ($ + 11, 'newer'); DELETE FROM t WHERE id = $ + 11");
        run(second, "DELETE FROM t WHERE id = $ + 5; INSERT INTO t VALUES ($ + 5, 'newer')");
    }
    forget(cluster);
}

/// Both subscriptions were disabled.
///
/// Seen to fail with the log not read.
#[test]
fn d1_deletes_of_a_long_absence_are_read_from_the_log() {
    let two = Two::build(|cluster| cluster.setting("spock.retention_hold", "1s"));
    two.table("t", COLUMNS);
    two.n1()
        .sql("INSERT INTO t SELECT i, 'before' FROM generate_series(1, 30) i WHERE i % 20 < 11");
    two.apart(|| write(&two));
    two.assert_equal(ROWS);
    assert_known(&two);
    let rows = two.n1().table("SELECT id, v, w FROM t WHERE id < 6 OR id = 11 ORDER BY id, w");
    assert_eq!(rows, "1|newer|0\n4|newer|0\n4|moved|7\n5|newer|0");
    for node in two.nodes() {
        assert!(node.log().contains("deletes were read from the log"), "{}", node.log());
    }
}

/// A worker that could not read the log goes on. What it applies then is the provider's all the same, and does
/// not travel back.
///
/// Seen to fail when the error that was caught left the session without its origin, and with the slot.
#[test]
fn v1_what_comes_after_an_error_that_was_caught_is_still_the_providers() {
    let two = Two::build(|cluster| cluster.setting("spock.retention_hold", "1s"));
    two.table("t", "id int PRIMARY KEY, v text");
    let (n1, n2) = (two.n1(), two.n2());
    n1.sql("INSERT INTO t SELECT i, 'before' FROM generate_series(1, 10) i");
    n2.failpoint("apply.open_log", "error");
    two.allow_log("failpoint \"apply.open_log\"");
    two.apart(|| {
        n1.sql("UPDATE t SET v = 'older' WHERE id = 1");
        n2.sql("DELETE FROM t WHERE id = 1");
        std::thread::sleep(Duration::from_millis(1500));
        forget(&two);
    });
    n1.sql("UPDATE t SET v = 'after' WHERE id > 5");
    two.drain();
    assert!(n2.failpoint_hits("apply.open_log") > 0);
    assert!(n2.log().contains("the log could not be read for deletes"), "{}", n2.log());
    // Nor is the slot left that was made to read from.
    let left = "SELECT count(*) FROM pg_replication_slots WHERE slot_name ~ '^spk_log_[0-9]+_r'";
    assert_eq!(n2.table(left), "0");
    let origins = "SELECT (pg_xact_commit_timestamp_origin(xmin)).roident <> 0, count(*) \
         FROM t WHERE v = 'after' GROUP BY 1";
    assert_eq!(n2.table(origins), "t|5");
    assert_eq!(n1.table(origins), "f|5");
}

/// The network was cut.
///
/// Seen to fail with the log not read.
#[test]
fn d1_deletes_of_a_cut_network_are_read_from_the_log() {
    cut_for(Duration::ZERO);
}

/// Three nodes, of which one was away: it meets what both others deleted, at both of them.
///
/// Seen to fail with the log not read.
#[test]
fn d1_deletes_of_other_nodes_are_read_from_the_log() {
    let trio = Trio::start(&[&format!("CREATE TABLE t ({COLUMNS})")]);
    for node in trio.nodes() {
        node.sql("ALTER SYSTEM SET spock.retention_hold = '1s'");
        node.sql("SELECT pg_reload_conf()");
    }
    let (n1, n2, n3) = (trio.node(0), trio.node(1), trio.node(2));
    n1.sql("INSERT INTO t SELECT i, 'before' FROM generate_series(1, 8) i");
    trio.drain();
    let links = [(&n3, "sub_n1_n3"), (&n3, "sub_n2_n3"), (&n1, "sub_n3_n1"), (&n2, "sub_n3_n2")];
    for (node, name) in links {
        node.query("SELECT spock.sub_disable($1::text::name, true)", &[&name]);
    }
    for node in trio.nodes() {
        trio.wait_for("the log to be kept", || log_slots(&node) > 0);
    }
    n3.sql("UPDATE t SET v = 'older' WHERE id IN (1, 2)");
    n1.sql("DELETE FROM t WHERE id IN (1, 3)");
    n2.sql("DELETE FROM t WHERE id IN (2, 4)");
    trio.catch_up(0, 1);
    trio.catch_up(1, 0);
    n3.sql("UPDATE t SET v = 'newer' WHERE id IN (3, 4)");
    n3.sql("DELETE FROM t WHERE id = 5");
    std::thread::sleep(Duration::from_millis(1500));
    forget(&trio);
    n1.sql("UPDATE t SET v = 'newer' WHERE id = 5");
    trio.catch_up(0, 1);
    forget(&trio);
    for (node, name) in links {
        node.query("SELECT spock.sub_enable($1::text::name)", &[&name]);
    }
    trio.drain();
    trio.assert_equal(ROWS);
    assert_known(&trio);
    assert_eq!(
        n2.table("SELECT id, v FROM t ORDER BY id"),
        "3|newer\n4|newer\n5|newer\n6|before\n7|before\n8|before"
    );
}

/// Streams that live, and bring for longer than deleted rows are kept nothing: no worker ends.
///
/// Fails where only a worker that starts reads deletes from the log.
#[test]
fn d1_deletes_are_read_from_the_log_by_a_stream_that_is_behind() {
    let (cluster, proxies) = pair_with_proxies();
    let pids = || {
        let pid = "SELECT worker_pid FROM spock.get_apply_worker_status()";
        cluster.nodes().iter().map(|node| node.value::<i64>(pid)).collect::<Vec<_>>()
    };
    let before = pids();
    // A round for each direction in which the log has to be asked.
    for proxy in &proxies {
        proxy.block(Direction::ToClient);
    }
    write(&cluster);
    for proxy in &proxies {
        proxy.heal();
    }
    cluster.drain();
    cluster.assert_equal(ROWS);
    assert_known(&cluster);
    assert_eq!(pids(), before, "the streams were to live");
    for node in cluster.nodes() {
        assert!(node.log().contains("deletes were read from the log"), "{}", node.log());
    }
}

/// The long form.
#[test]
#[ignore = "runs for five minutes"]
fn d1_deletes_of_five_minutes_without_a_network_are_read_from_the_log() {
    cut_for(Duration::from_secs(300));
}

/// A pair whose links go through proxies, with rows that both have, and that keeps deleted rows for a
/// second.
fn pair_with_proxies() -> (Cluster, [Proxy; 2]) {
    let cluster = Cluster::builder()
        .nodes(2)
        .setting("spock.retention_hold", "1s")
        .setting("spock.restart_delay_default", "500ms")
        .start();
    cluster.create_nodes();
    let proxies = [0, 1].map(|node| Proxy::to(cluster.node(node).port()));
    for (provider, proxy) in proxies.iter().enumerate() {
        cluster.subscribe_via(provider, 1 - provider, &proxy.dsn(&cluster.node(provider)), "");
    }
    for node in cluster.nodes() {
        node.sql(&format!(
            "CREATE TABLE t ({COLUMNS}); SELECT spock.repset_add_table('default', 't')"
        ));
        cluster.wait_for("deleted rows to be kept", || state(&node) == "holding");
        cluster.wait_for("the log to be kept", || log_slots(&node) > 0);
    }
    cluster
        .node(0)
        .sql("INSERT INTO t SELECT i, 'before' FROM generate_series(1, 30) i WHERE i % 20 < 11");
    cluster.drain();
    (cluster, proxies)
}

fn cut_for(time: Duration) {
    let (cluster, proxies) = pair_with_proxies();
    for text in ["could not connect", "could not receive", "terminating", "connection to peer"] {
        cluster.allow_log(text);
    }
    for proxy in &proxies {
        proxy.cut();
    }
    std::thread::sleep(time);
    write(&cluster);
    for proxy in &proxies {
        proxy.heal();
    }
    for (subscriber, name) in [(0, "sub_n2_n1"), (1, "sub_n1_n2")] {
        cluster.wait_for("the stream", || {
            cluster.status(subscriber, name).as_deref() == Some("replicating")
        });
    }
    cluster.drain();
    cluster.assert_equal(ROWS);
    assert_known(&cluster);
}
