//! Versions that are hard to know (rule V2): of frozen rows, and of rows from before commit times were kept.

use spock_tests::Cluster;

use crate::two::Two;

/// Freezing a row makes its version no older: the transaction id stands below the frozen flag still, and its
/// commit time is known.
///
/// Seen to fail with frozen rows taken for ones of unknown version: the older update wins.
#[test]
fn v2_frozen_rows_keep_their_version() {
    let two = Two::build(|cluster| cluster.setting("spock.retention_hold", "1s"));
    two.table("t", "id int PRIMARY KEY, v text");
    two.n1().sql("INSERT INTO t SELECT i, 'before' FROM generate_series(1, 4) i");
    for node in two.nodes() {
        node.sql("CREATE EXTENSION pg_visibility");
    }
    two.apart(|| {
        for (earlier, later, id) in [(two.n1(), two.n2(), 1), (two.n2(), two.n1(), 3)] {
            earlier.sql(&format!("UPDATE t SET v = 'earlier' WHERE id = {id}"));
            later.sql(&format!("UPDATE t SET v = 'later' WHERE id = {id}"));
            earlier.sql(&format!("INSERT INTO t VALUES ({id} + 10, 'earlier')"));
            later.sql(&format!("INSERT INTO t VALUES ({id} + 10, 'later')"));
        }
        for node in two.nodes() {
            two.wait_for("the rows to be frozen", || {
                node.sql("VACUUM (FREEZE) t");
                node.value::<i64>("SELECT all_frozen FROM pg_visibility_map_summary('t')") == 1
            });
        }
    });
    two.assert_equal("SELECT id, v FROM t ORDER BY id");
    assert_eq!(
        two.n1().table("SELECT id, v FROM t ORDER BY id"),
        "1|later\n2|before\n3|later\n4|before\n11|later\n13|later"
    );
}

/// Rows that were written before commit times were kept have none: they are older than everything. Changes by
/// chance meet them in every way, by single rows and by batches.
///
/// Seen to fail with a worker that takes the time for granted, and crashes, and with rows without a time that
/// win.
#[test]
fn pglogical_31_rows_without_a_commit_time_are_older_than_everything() {
    let cluster = Cluster::builder().nodes(2).setting("track_commit_timestamp", "off").start();
    cluster.allow_log("terminating connection");
    for node in cluster.nodes() {
        node.sql("CREATE TABLE t (id int PRIMARY KEY, v text)");
        node.sql("INSERT INTO t SELECT i, 'before' FROM generate_series(1, 400) i");
        // Different commands made these.
        for id in 401..=420 {
            node.sql(&format!("INSERT INTO t VALUES ({id}, 'before')"));
        }
        if node.name() == "n2" {
            node.sql("INSERT INTO t SELECT i, 'only here' FROM generate_series(501, 540) i");
        }
        node.sql("VACUUM (FREEZE) t");
        node.set(&[("track_commit_timestamp", "on")]).expect("a setting");
        node.restart(spock_tests::StopMode::Fast).expect("a restart");
        node.sql("INSERT INTO t VALUES (0, 'known')");
    }
    let unknown = "SELECT count(*) FROM t WHERE pg_xact_commit_timestamp(xmin) IS NULL";
    cluster.create_nodes();
    for node in cluster.nodes() {
        assert!(node.value::<i64>(unknown) >= 420);
        node.sql("SELECT spock.repset_add_table('default', 't')");
    }
    cluster.mesh();
    let mut chance = spock_tests::chance::Chance::new(310);
    for round in 0..150 {
        // Each node its own part of the old rows, so that the end is known.
        let at = round % 2;
        let id = 1 + at as u64 * 200 + chance.below(200);
        let node = cluster.node(at);
        node.sql(&match chance.below(5) {
            0 => format!("DELETE FROM t WHERE id = {id}"),
            1 => format!("UPDATE t SET id = {id} + 1000 * ({round} + 1) WHERE id = {id}"),
            2 => format!("DELETE FROM t WHERE id = {id}; INSERT INTO t VALUES ({id}, 'round {round}')"),
            3 => format!("UPDATE t SET v = 'round {round}' WHERE id BETWEEN {id} AND {id} + 3 AND id % 200 > 3"),
            _ => format!("UPDATE t SET v = 'round {round}' WHERE id = {id}"),
        });
    }
    cluster.drain();
    cluster.assert_equal("SELECT id, v FROM t WHERE id NOT BETWEEN 501 AND 540 ORDER BY id");
    // Inserts meet old rows that only the other node has, one alone and many at once.
    let n1 = cluster.node(0);
    n1.sql("INSERT INTO t VALUES (501, 'new')");
    n1.sql("INSERT INTO t SELECT i, 'new' FROM generate_series(502, 540) i");
    cluster.drain();
    cluster.assert_equal("SELECT id, v FROM t ORDER BY id");
    assert_eq!(n1.value::<i64>("SELECT count(*) FROM t WHERE v = 'new'"), 40);
}
