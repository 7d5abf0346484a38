//! A node joins while the nodes that are there write (rule I2).

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use spock_tests::{Cluster, Node};

use crate::{FULL, wait_at_last};

/// No writer outlives a test that fails by more than this.
const LOAD_LIMIT: Duration = Duration::from_secs(180);

fn write_until(stop: &AtomicBool, node: &Node<'_>, seed: i64) {
    let mut session = node.connect();
    let begun = Instant::now();
    let mut turn = seed;
    while !stop.load(Ordering::Relaxed) && begun.elapsed() < LOAD_LIMIT {
        turn += 2;
        let name = node.name();
        session
            .batch_execute(&format!(
                "BEGIN; INSERT INTO a VALUES ({turn}, '{name}'); UPDATE b SET v = '{name} {turn}' WHERE id = {turn} % 50;
                 DELETE FROM a WHERE id = {turn} - 100; COMMIT"
            ))
            .unwrap();
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// It subscribes to all nodes at once, with a copy from one of them. (Seen to fail with the subscription to n2 made
/// after the copy: changes of n2 in between were missing.)
#[test]
fn i2_a_node_joins_while_others_write() {
    let cluster =
        Cluster::builder().nodes(3).setting("spock.restart_delay_default", "200ms").start();
    for piece in ["copy", "does not exist", "find relation", "copied"] {
        cluster.allow_log(piece);
    }
    cluster.create_nodes();
    let (n1, n2, n3) = (cluster.node(0), cluster.node(1), cluster.node(2));
    for node in [&n1, &n2] {
        node.sql(
            "CREATE TABLE a (id bigint PRIMARY KEY, v text); CREATE TABLE b (id int PRIMARY KEY, v text);
             SELECT spock.repset_add_all_tables('default', '{public}')",
        );
    }
    cluster.subscribe(0, 1);
    cluster.subscribe(1, 0);
    n1.sql("INSERT INTO b SELECT i, 'before' FROM generate_series(0, 49) i");
    cluster.catch_up(0, 1);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for (seed, node) in [(0, &n1), (1, &n2)] {
            let stop = &stop;
            scope.spawn(move || write_until(stop, node, seed));
        }
        // The streams of both begin when both are known.
        n3.sql(&format!(
            "BEGIN; SELECT spock.sub_create('sub_n2_n3', '{}');
             SELECT spock.sub_create('sub_n1_n3', '{}', {FULL}); COMMIT",
            n2.dsn(),
            n1.dsn()
        ));
        wait_at_last(&n3);
        n3.sql("SELECT spock.repset_add_all_tables('default', '{public}')");
        cluster.subscribe(2, 0);
        cluster.subscribe(2, 1);
        std::thread::sleep(Duration::from_millis(500));
        stop.store(true, Ordering::Relaxed);
    });
    n3.sql("INSERT INTO a VALUES (-1, 'of n3')");
    cluster.drain();
    cluster.drain();
    cluster.assert_equal("SELECT * FROM a ORDER BY id");
    cluster.assert_equal("SELECT * FROM b ORDER BY id");
    assert!(n3.value::<i64>("SELECT count(*) FROM a") > 50);
    assert_eq!(n3.value::<i64>("SELECT count(*) FROM spock.exceptions_pending"), 0);
}
