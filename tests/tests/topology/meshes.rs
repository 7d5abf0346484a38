//! Meshes: all nodes write at once, near and far; one that dies is removed.
#![expect(clippy::print_stderr, reason = "a measurement is worth seeing")]

use std::time::{Duration, Instant};

use spock_tests::proxy::Proxy;
use spock_tests::{Cluster, StopMode};

use crate::pairs::{prepare, work};

fn mesh(nodes: usize) -> Cluster {
    let cluster = Cluster::start(nodes);
    cluster.create_nodes();
    prepare(&cluster);
    cluster.mesh();
    cluster
}

#[test]
fn m9_three_nodes_write_at_once() {
    work(&mesh(3), 4);
}

#[test]
fn m9_five_nodes_write_at_once() {
    work(&mesh(5), 4);
}

/// 100 ms between two sites and 200 ms to the third.
///
/// Seen to fail with proxies that do not delay.
#[test]
fn b56_three_sites_far_from_each_other() {
    let cluster = Cluster::start(3);
    cluster.create_nodes();
    prepare(&cluster);
    let mut proxies = Vec::new();
    for provider in 0..3 {
        for subscriber in (0..3).filter(|&node| node != provider) {
            let proxy = Proxy::to(cluster.node(provider).port());
            let dsn = proxy.dsn(&cluster.node(provider));
            cluster.subscribe_via(provider, subscriber, &dsn, "");
            let far = provider == 2 || subscriber == 2;
            proxy.delay(Duration::from_millis(if far { 200 } else { 100 }));
            proxies.push(proxy);
        }
    }
    let begun = Instant::now();
    cluster.node(0).sql("INSERT INTO account VALUES (0, 0)");
    cluster.catch_up(0, 2);
    assert!(begun.elapsed() >= Duration::from_millis(200), "{:?}", begun.elapsed());
    work(&cluster, 5);
}

/// Nineteen nodes and 342 subscriptions between them; some 900 processes.
#[test]
#[ignore = "takes minutes and much memory"]
fn b59_nineteen_nodes_hear_all_others() {
    const NODES: usize = 19;
    let cluster = Cluster::builder()
        .nodes(NODES)
        .setting("max_worker_processes", "64")
        .setting("max_replication_slots", "64")
        .setting("max_wal_senders", "64")
        .setting("max_connections", "120")
        .setting("shared_buffers", "16MB")
        .start();
    cluster.create_nodes();
    prepare(&cluster);
    let begun = Instant::now();
    cluster.mesh();
    eprintln!("{NODES} nodes, {} subscriptions in {:.0?}", NODES * (NODES - 1), begun.elapsed());
    let begun = Instant::now();
    work(&cluster, 10);
    eprintln!("written, drained, and compared in {:.0?}", begun.elapsed());
}

/// What the others keep for a dead node goes with its subscriptions and slots, and they go on without it.
///
/// Seen to fail with its slots left where they are.
#[test]
fn b50_a_dead_node_is_removed() {
    let cluster = mesh(3);
    cluster.node(2).sql("INSERT INTO account VALUES (9, 9)");
    cluster.drain();
    cluster.node(2).stop(StopMode::Immediate).expect("its end");
    for index in 0..2 {
        let node = cluster.node(index);
        let name = node.name();
        cluster.allow_log("could not");
        cluster.wait_for("the loss to be seen", || {
            cluster.status(index, &format!("sub_n3_{name}")).as_deref() == Some("down")
        });
        node.sql(&format!("SELECT spock.sub_drop('sub_n3_{name}')"));
        let slot = format!("spk_app_{name}_sub_{name}_n3");
        cluster.wait_for("its walsender to end", || {
            node.try_sql(&format!("SELECT pg_drop_replication_slot('{slot}')")).is_ok()
        });
    }
    cluster.allow_log("is active for PID");
    for node in &cluster.nodes()[..2] {
        for left in [
            "SELECT count(*) FROM pg_replication_slots WHERE slot_name LIKE '%n3%'",
            "SELECT count(*) FROM pg_replication_origin WHERE roname LIKE '%n3%'",
            "SELECT count(*) FROM spock.subscription WHERE sub_name LIKE '%n3%'",
        ] {
            assert_eq!(node.value::<i64>(left), 0, "{}: {left}", node.name());
        }
    }
    cluster
        .node(0)
        .sql("INSERT INTO account VALUES (0, 0); UPDATE account SET n = 10 WHERE id = 9");
    cluster.node(1).sql("INSERT INTO account VALUES (1, 0)");
    cluster.catch_up(0, 1);
    cluster.catch_up(1, 0);
    let rows = "SELECT id, n FROM account ORDER BY id";
    assert_eq!(cluster.node(0).table(rows), "0|0\n1|0\n9|10");
    assert_eq!(cluster.node(1).table(rows), "0|0\n1|0\n9|10");
    // Nothing waits for it: what was deleted may be vacuumed soon.
    let held = "SELECT xmin::text FROM pg_replication_slots WHERE slot_name = 'spock_retention'";
    let node = cluster.node(0);
    let before = node.table(held);
    node.sql("DELETE FROM account WHERE id = 1");
    cluster.wait_for("the retention to move on", || node.table(held) != before);
}

/// Parents are updated on one node while children are inserted on others: no child is without its parent.
/// A parent that is deleted meanwhile leaves its child behind, the same on all nodes.
///
/// Meant to fail with an update that is applied as a delete and an insert of which one gets lost.
#[test]
fn b69_children_keep_their_parents() {
    let cluster = Cluster::start(3);
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE parent (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);
             CREATE TABLE child (id int PRIMARY KEY, parent int NOT NULL REFERENCES parent);
             SELECT spock.repset_add_all_tables('default', '{public}')",
        );
    }
    cluster.mesh();
    cluster.node(0).sql("INSERT INTO parent SELECT generate_series(1, 20)");
    cluster.drain();
    std::thread::scope(|scope| {
        for (index, node) in cluster.nodes().into_iter().enumerate() {
            scope.spawn(move || {
                let mut session = node.connect();
                for round in 0..200 {
                    let (id, parent) = (round * 3 + index, (round * 7 + index) % 20 + 1);
                    session
                        .batch_execute(&format!(
                            "BEGIN; UPDATE parent SET n = n + 1 WHERE id = {parent}; \
                             INSERT INTO child VALUES ({id}, {} + 1); COMMIT",
                            (parent + 3) % 20
                        ))
                        .expect("a transaction");
                }
            });
        }
    });
    cluster.drain();
    cluster.drain();
    let orphans = "SELECT count(*) FROM child c WHERE NOT EXISTS (SELECT FROM parent p WHERE p.id = c.parent)";
    cluster.assert_equal("SELECT * FROM parent ORDER BY id");
    cluster.assert_equal("SELECT * FROM child ORDER BY id");
    for node in cluster.nodes() {
        assert_eq!(node.value::<i64>("SELECT count(*) FROM child"), 600);
        assert_eq!(node.value::<i64>(orphans), 0, "{}", node.name());
    }
    // What cannot be had: who inserts the child does not know of the delete.
    for (provider, subscriber) in [(0, 1), (1, 0)] {
        let name = format!("sub_n{}_n{}", provider + 1, subscriber + 1);
        cluster.node(subscriber).sql(&format!("SELECT spock.sub_disable('{name}', true)"));
    }
    cluster.node(0).sql("DELETE FROM child WHERE parent = 1; DELETE FROM parent WHERE id = 1");
    cluster.node(1).sql("INSERT INTO child VALUES (1000, 1)");
    for (provider, subscriber) in [(0, 1), (1, 0)] {
        let name = format!("sub_n{}_n{}", provider + 1, subscriber + 1);
        cluster.node(subscriber).sql(&format!("SELECT spock.sub_enable('{name}', true)"));
    }
    cluster.drain();
    cluster.drain();
    cluster.assert_equal("SELECT * FROM parent ORDER BY id");
    cluster.assert_equal("SELECT * FROM child ORDER BY id");
    assert_eq!(cluster.node(2).value::<i64>(orphans), 1);
}
