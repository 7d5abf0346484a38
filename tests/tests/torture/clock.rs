//! Clocks that step back under conflicting load (convergence rules V4 and V6).

use std::time::Duration;

use spock_tests::pgbench::Pgbench;
use spock_tests::{Cluster, StopMode};

const STEP_MS: i64 = -10_000;

#[test]
fn v4_nodes_are_equal_after_a_clock_stepped_back() {
    let cluster = Cluster::builder()
        .nodes(2)
        .fake_clock()
        .setting("spock.restart_delay_default", "100")
        .start();
    let first = cluster.node(0);
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE hot (id int PRIMARY KEY, v text);
             INSERT INTO hot SELECT g, 'start' FROM generate_series(1, 20) g;
             SELECT spock.repset_add_table('default', 'hot')",
        );
    }
    cluster.mesh();
    let script = cluster.dir().join("hot.sql");
    std::fs::write(
        &script,
        "\\set id random(1, 20)\nUPDATE hot SET v = :client_id || ' ' || txid_current() WHERE id = :id;\n",
    )
    .expect("a script in the cluster's directory");
    let clock = first.clock().expect("a cluster with fake clocks");

    let traffic = |seconds| {
        let client = |node| {
            let pgbench = Pgbench::new(node).arg("--no-vacuum").arg("--file").arg(&script);
            pgbench.clients(2).seconds(seconds).spawn()
        };
        [client(&cluster.node(0)), client(&cluster.node(1))]
    };
    let running = traffic(6);
    std::thread::sleep(Duration::from_secs(1));
    clock.set_offset_ms(STEP_MS).expect("the clock's file");
    for client in running {
        client.finish();
    }

    // Once more, across a restart: the mark of the highest commit time outlives it.
    first.sql("UPDATE hot SET v = 'before the restart' WHERE id = 1");
    cluster.drain();
    first.stop(StopMode::Fast).expect("n1 stops");
    clock.set_offset_ms(2 * STEP_MS).expect("the clock's file");
    first.start().expect("n1 starts");
    cluster.wait_for("n1 to accept writes", || {
        first.try_sql("UPDATE hot SET v = 'after the restart' WHERE id = 1").is_ok()
    });
    for client in traffic(3) {
        client.finish();
    }
    cluster.drain();
    cluster.assert_equal("SELECT * FROM hot ORDER BY id");
}

#[test]
fn v4_a_write_after_the_step_wins_over_the_one_before() {
    let cluster = Cluster::builder().nodes(2).fake_clock().start();
    let (first, second) = (cluster.node(0), cluster.node(1));
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE r (id int PRIMARY KEY, v text);
             SELECT spock.repset_add_table('default', 'r')",
        );
    }
    cluster.mesh();
    first.sql("INSERT INTO r VALUES (1, 'n1 before')");
    cluster.drain();
    // n2 writes between n1's two writes, as the clocks on the wall go; by n1's stepped clock its second
    // write would be older than that.
    second.sql("UPDATE r SET v = 'n2 between' WHERE id = 1");
    cluster.drain();
    first.clock().expect("fake clocks").set_offset_ms(-3_000).expect("the clock's file");
    first.sql("UPDATE r SET v = 'n1 after' WHERE id = 1");
    cluster.drain();
    for node in cluster.nodes() {
        assert_eq!(node.value::<String>("SELECT v FROM r"), "n1 after", "{}", node.name());
    }
}
