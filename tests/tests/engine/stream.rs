//! The stream over time: delays, lost connections, silence.

use std::time::{Duration, Instant};

use spock_tests::{Cluster, StopMode};

use crate::pair::publish;

fn one_way(settings: &[(&str, &str)]) -> Cluster {
    let mut builder = Cluster::builder().nodes(2);
    for (name, value) in settings {
        builder = builder.setting(name, value);
    }
    let cluster = builder.start();
    cluster.create_nodes();
    cluster.subscribe(0, 1);
    for node in cluster.nodes() {
        node.sql("CREATE TABLE t (id int PRIMARY KEY, at timestamptz DEFAULT clock_timestamp())");
    }
    publish(&cluster.node(0), "default", &["t"]);
    cluster.catch_up(0, 1);
    cluster
}

/// A delayed subscription applies a transaction that long after its commit, and in order.
#[test]
fn apply_delay_holds_transactions_back() {
    let cluster = one_way(&[]);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    let delay = |seconds: u32| {
        n2.sql(&format!(
            "SELECT spock.sub_alter_options('sub_n1_n2', '{{\"apply_delay\": \"{seconds} seconds\"}}')"
        ));
    };
    let arrived =
        |id: i32| n2.value::<bool>(&format!("SELECT EXISTS (SELECT FROM t WHERE id = {id})"));
    delay(4);
    let begun = Instant::now();
    n1.sql("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)");
    n1.sql("INSERT INTO t VALUES (3)");
    cluster.wait_for("the delayed rows", || arrived(3));
    assert!(begun.elapsed() >= Duration::from_secs(4), "after {:?}", begun.elapsed());
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 3);
    // Taking the delay away frees what is being held.
    delay(60);
    n1.sql("INSERT INTO t VALUES (4)");
    delay(0);
    let begun = Instant::now();
    cluster.wait_for("the freed row", || arrived(4));
    assert!(begun.elapsed() < Duration::from_secs(40), "after {:?}", begun.elapsed());
}

/// What is visible is durable when every commit is asked to be.
#[test]
fn synchronous_commit_makes_rows_durable_before_they_show() {
    let cluster = one_way(&[("spock.synchronous_commit", "on"), ("wal_writer_delay", "10s")]);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for id in 1..=3 {
        n1.sql(&format!("INSERT INTO t VALUES ({id})"));
        cluster.wait_for("the row", || {
            n2.value::<bool>(&format!("SELECT EXISTS (SELECT FROM t WHERE id = {id})"))
        });
        // Nobody can send it again.
        n1.pause().unwrap();
        n2.crash().unwrap();
        n2.start().unwrap();
        assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), i64::from(id));
        n1.resume().unwrap();
    }
    cluster.catch_up(0, 1);
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
}

/// A provider that is down for a while: few words in the log, and no hand is needed afterwards.
#[test]
fn a_provider_that_is_down_is_told_of_rarely() {
    let cluster = one_way(&[("spock.restart_delay_default", "300ms")]);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql("INSERT INTO t VALUES (1)");
    cluster.catch_up(0, 1);
    let mark = n2.log_size();
    let begun = Instant::now();
    n1.stop(StopMode::Fast).unwrap();
    cluster.wait_for("the reason", || {
        n2.table("SELECT s::text FROM spock.sub_show_status() s").contains("down")
    });
    cluster.wait_for("some time", || begun.elapsed() > Duration::from_secs(14));
    n1.start().unwrap();
    n1.sql("INSERT INTO t VALUES (2)");
    cluster.catch_up(0, 1);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 2);
    let log = n2.log_since(mark);
    let told = log.lines().filter(|line| line.contains("stopped:")).count();
    let allowed = 2 + begun.elapsed().as_secs() / 10;
    assert!((1..=allowed).contains(&(told as u64)), "{told} lines:\n{log}");
    assert!(log.lines().count() < 60, "{log}");
}

/// A provider that says nothing is given up on, and asked again.
#[test]
fn a_silent_provider_is_given_up_on() {
    let cluster =
        one_way(&[("spock.apply_idle_timeout", "2s"), ("spock.restart_delay_default", "300ms")]);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    // An idle link is not a silent one: both ends talk.
    let worker = "SELECT worker_pid FROM spock.get_apply_worker_status() LIMIT 1";
    let before = n2.table(worker);
    let begun = Instant::now();
    cluster.wait_for("some idle time", || begun.elapsed() > Duration::from_secs(5));
    assert_eq!(n2.table(worker), before, "an idle stream was given up");
    n1.pause().unwrap();
    let status = || cluster.status(1, "sub_n1_n2");
    cluster.wait_for("the subscription to be down", || status().as_deref() == Some("down"));
    // Its listener takes connections; workers that wait for more than that have not come back.
    let paused = Instant::now();
    cluster.wait_for("a worker that connects", || {
        assert_eq!(status().as_deref(), Some("down"));
        n2.table(worker) != "0" && paused.elapsed() > Duration::from_secs(2)
    });
    n1.resume().unwrap();
    n1.sql("INSERT INTO t VALUES (1)");
    cluster.catch_up(0, 1);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 1);
}
