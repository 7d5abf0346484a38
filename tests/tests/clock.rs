//! Commit times under clocks that step: they rise on each node (V4), changes from the future are held
//! (V5), and nodes end equal.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use spock_tests::{Cluster, Node, StopMode, wait_for};

fn make_node(node: &Node<'_>, name: &str) {
    node.sql(&format!("SELECT spock.node_create('{name}', '{}')", node.dsn()));
}

/// The file that carries the newest commit time over a restart.
fn saved(node: &Node<'_>) -> std::path::PathBuf {
    node.data_dir().join("spock/state.json")
}

fn wait_until_known(node: &Node<'_>) {
    wait_for("the node to be known", || {
        std::fs::read_to_string(saved(node)).is_ok_and(|state| state.contains("\"n1\""))
    });
}

/// Seen to fail with commits that do not wait for the clock, and with the mark not restored from commit times
/// after a crash.
#[test]
fn v4_commit_times_rise_when_the_clock_is_stepped_back() {
    let cluster = Cluster::builder()
        .fake_clock()
        .setting("spock.max_clock_skew", "10s")
        .setting("max_prepared_transactions", "4")
        .start();
    cluster.allow_log("behind the newest commit of this node");
    let node = cluster.node(0);
    let clock = node.clock().unwrap();
    make_node(&node, "n1");
    node.sql("CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 0)");
    wait_until_known(&node);
    let time = "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 FROM t";
    let rises = |statement: &str, at_least: Duration| {
        let before: f64 = node.value(time);
        let began = Instant::now();
        node.sql(statement);
        let took = began.elapsed();
        assert!(took >= at_least, "{statement} did not wait: {took:?}");
        let after: f64 = node.value(time);
        assert!(after > before, "{statement}: {after} is not after {before}");
    };

    rises("UPDATE t SET v = v + 1", Duration::ZERO);
    clock.set_offset_ms(-2000).unwrap();
    // Reading does not wait.
    let began = Instant::now();
    assert_eq!(node.value::<i32>("SELECT v FROM t"), 1);
    assert!(began.elapsed() < Duration::from_secs(1));
    rises("UPDATE t SET v = v + 1", Duration::from_millis(1200));

    // Two-phase commits take their time at COMMIT PREPARED.
    node.sql("BEGIN; UPDATE t SET v = v + 1; PREPARE TRANSACTION 'p'");
    clock.set_offset_ms(-4000).unwrap();
    rises("COMMIT PREPARED 'p'", Duration::from_millis(1200));

    // The wait can be cancelled.
    clock.set_offset_ms(-10_000).unwrap();
    let waiting =
        "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'UPDATE t %'";
    std::thread::scope(|scope| {
        let session = scope.spawn(|| node.connect().batch_execute("UPDATE t SET v = v + 1"));
        wait_for("the commit to wait", || !node.rows(waiting).is_empty());
        node.sql(&format!("SELECT pg_cancel_backend(pid) FROM ({waiting}) waiting"));
        let error = session.join().unwrap().unwrap_err();
        assert_eq!(error.code().map(postgres::error::SqlState::code), Some("57014"), "{error}");
    });
    cluster.allow_log("canceling statement due to user request");

    // Too far back: refused, with a hint, also after a crash that loses the saved mark.
    clock.set_offset_ms(-60_000).unwrap();
    let refused = || {
        let error = node.sql_error("UPDATE t SET v = v + 1");
        assert!(error.message().contains("behind the newest commit of this node"), "{error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("spock.max_clock_skew")), "{error}");
    };
    refused();
    node.crash().unwrap();
    std::fs::remove_file(saved(&node)).unwrap();
    node.start().unwrap();
    wait_until_known(&node);
    refused();
    clock.set_offset_ms(0).unwrap();
    rises("UPDATE t SET v = v + 1", Duration::ZERO);
}

/// Seen to fail with every database taken for a node.
#[test]
fn databases_that_are_no_nodes_do_not_wait_for_the_clock() {
    let cluster = Cluster::builder().fake_clock().databases(&["app", "plain"]).start();
    let node = cluster.node(0);
    make_node(&node, "n1");
    node.sql("CREATE TABLE t (id int)");
    node.clock().unwrap().set_offset_ms(-30_000).unwrap();
    let began = Instant::now();
    node.database("plain").sql("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

/// Seen to fail with changes from the future applied at once.
#[test]
fn v5_an_update_of_a_row_from_a_fast_node_is_later_than_the_row() {
    let cluster = Cluster::builder().nodes(2).fake_clock().start();
    let (fast, slow) = (cluster.node(0), cluster.node(1));
    cluster.create_nodes();
    for node in [&fast, &slow] {
        node.sql(
            "CREATE TABLE t (id int PRIMARY KEY, v text);
             SELECT spock.repset_add_table('default', 't')",
        );
    }
    cluster.mesh();
    fast.clock().unwrap().set_offset_ms(3000).unwrap();
    fast.sql("INSERT INTO t VALUES (1, 'fast')");
    // It shows when this node's clock has come to its time, and not before.
    let mut early = 0;
    wait_for("the row", || {
        let rows = slow.rows("SELECT pg_xact_commit_timestamp(xmin) > clock_timestamp() FROM t");
        early += rows.iter().filter(|row| row[0].as_deref() == Some("t")).count();
        !rows.is_empty()
    });
    assert_eq!(early, 0, "the row came from the future");
    slow.sql("UPDATE t SET v = 'slow'");
    wait_for("the update on the fast node", || fast.value::<String>("SELECT v FROM t") == "slow");
    cluster.assert_equal("SELECT * FROM t");
    let times = slow.rows("SELECT pg_xact_commit_timestamp(xmin) < clock_timestamp() FROM t");
    assert_eq!(times[0][0].as_deref(), Some("t"));
}

/// Writes to the same few rows on every node until told to stop.
fn write_everywhere(cluster: &Cluster, stop: &AtomicBool, meanwhile: impl FnOnce()) {
    std::thread::scope(|scope| {
        for index in 0..cluster.nodes().len() {
            scope.spawn(move || {
                let node = cluster.node(index);
                let mut session = None;
                for count in 0_u64.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let Some(client) = session.take().or_else(|| node.try_connect().ok()) else {
                        std::thread::sleep(Duration::from_millis(50));
                        continue;
                    };
                    let mut client = client;
                    let update = format!(
                        "UPDATE t SET v = '{} {count}' WHERE id = 1 + {count} * 7 % 10",
                        node.name()
                    );
                    // A session that a restart ended is opened anew.
                    if client.batch_execute(&update).is_ok() {
                        session = Some(client);
                    }
                    std::thread::sleep(Duration::from_millis(2));
                }
            });
        }
        meanwhile();
        stop.store(true, Ordering::Relaxed);
    });
}

/// Seen to fail with commits that do not wait for the clock.
#[test]
fn v4_v6_nodes_end_equal_when_a_clock_steps_back_under_conflicting_load() {
    let cluster = Cluster::builder()
        .nodes(3)
        .fake_clock()
        .setting("spock.restart_delay_default", "500ms")
        .start();
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE t (id int PRIMARY KEY, v text);
             SELECT spock.repset_add_table('default', 't')",
        );
    }
    cluster.mesh();
    let node = cluster.node(0);
    node.sql("INSERT INTO t SELECT id, '' FROM generate_series(1, 10) id");
    cluster.drain();
    let clock = node.clock().unwrap();
    let stop = AtomicBool::new(false);
    write_everywhere(&cluster, &stop, || {
        let run = |seconds| std::thread::sleep(Duration::from_secs(seconds));
        run(2);
        // Its writers wait ten seconds, and so do changes of the others.
        clock.set_offset_ms(-10_000).unwrap();
        run(13);
        // Back to the right time, then back again across a restart.
        clock.set_offset_ms(0).unwrap();
        run(2);
        clock.set_offset_ms(-10_000).unwrap();
        node.restart(StopMode::Fast).unwrap();
        run(13);
        // And across a crash that loses what was saved.
        clock.set_offset_ms(-20_000).unwrap();
        node.crash().unwrap();
        let _ = std::fs::remove_file(saved(&node));
        node.start().unwrap();
        run(13);
    });
    cluster.drain();
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
    let writers = "SELECT count(DISTINCT split_part(v, ' ', 1)) FROM t";
    assert!(node.value::<i64>(writers) >= 1);
}

/// Two nodes commit at one and the same time, by clocks that stand still: the tie-breaker decides, and on every
/// node for the same one, whichever it hears first.
///
/// Seen to fail with a comparison of times alone: each node keeps what came first.
#[test]
fn b64_equal_times_have_one_winner() {
    let cluster = Cluster::builder().nodes(3).fake_clock().start();
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql("CREATE TABLE t (id int PRIMARY KEY, v text); SELECT spock.repset_add_table('default', 't')");
    }
    cluster.mesh();
    cluster.node(0).sql("INSERT INTO t SELECT i, 'before' FROM generate_series(1, 10) i");
    cluster.drain();
    let (n1, n2, n3) = (cluster.node(0), cluster.node(1), cluster.node(2));
    let time = "SELECT (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::int8 FROM t WHERE id = ";
    let mut ties = 0;
    for id in 1..=10 {
        for node in cluster.nodes() {
            node.sql("SELECT spock.sub_disable(sub_name, true) FROM spock.subscription");
        }
        // A time that lies ahead of everything, and stays until the clocks go again.
        let moment: String = n1.value(
            "SELECT to_char(date_trunc('second', now() + interval '2 s') AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')",
        );
        for node in [&n1, &n2] {
            std::fs::write(node.clock().unwrap().file(), format!("{moment}\n")).unwrap();
        }
        std::thread::scope(|scope| {
            for node in [&n1, &n2] {
                scope.spawn(move || {
                    let update = format!("UPDATE t SET v = '{}' WHERE id = {id}", node.name());
                    node.connect().batch_execute(&update).unwrap();
                });
            }
            // A commit that came after another one of its node waits for the clock.
            std::thread::sleep(Duration::from_secs(1));
            for node in [&n1, &n2] {
                node.clock().unwrap().set_offset_ms(0).unwrap();
            }
        });
        let times = [&n1, &n2].map(|node| node.value::<i64>(&format!("{time}{id}")));
        ties += i32::from(times[0] == times[1]);
        // Each of the three hears the two in another order.
        n3.sql(if id % 2 == 0 {
            "SELECT spock.sub_enable('sub_n1_n3')"
        } else {
            "SELECT spock.sub_enable('sub_n2_n3')"
        });
        cluster.catch_up(usize::from(id % 2 != 0), 2);
        for node in cluster.nodes() {
            node.sql(
                "SELECT spock.sub_enable(sub_name) FROM spock.subscription WHERE NOT sub_enabled",
            );
        }
        cluster.drain();
        cluster.assert_equal("SELECT id, v FROM t ORDER BY id");
        if ties == 3 {
            return;
        }
    }
    panic!("only {ties} pairs of commits had equal times");
}
