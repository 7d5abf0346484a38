//! Copies into tables that are partitioned here.

use spock_tests::{Cluster, Node, wait_for};

use crate::{make_nodes, subscribe, wait_at_last, wait_ready};

const PLAIN: &str = "CREATE TABLE t (id int, region text, v text, PRIMARY KEY (id, region))";

const PARTITIONED: &str = "
    CREATE TABLE t (v text, region text, id int, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
    CREATE TABLE t_eu PARTITION OF t FOR VALUES IN ('eu') PARTITION BY HASH (id);
    CREATE TABLE t_eu_0 PARTITION OF t_eu FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE t_eu_1 (id int NOT NULL, v text, region text NOT NULL);
    ALTER TABLE t_eu ATTACH PARTITION t_eu_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    CREATE TABLE t_us PARTITION OF t FOR VALUES IN ('us');
    CREATE TABLE t_rest PARTITION OF t DEFAULT";

const FILL: &str = "INSERT INTO t SELECT i, (ARRAY['eu', 'us', 'af'])[1 + i % 3], 'v' || i
                      FROM generate_series(1, 900) i";

const ROWS: &str = "SELECT id, region, v FROM t ORDER BY id, region";

#[track_caller]
fn assert_same(n1: &Node<'_>, n2: &Node<'_>) {
    assert_eq!(n1.table(ROWS), n2.table(ROWS));
}

/// Copies a table again, and waits for it.
fn resync(node: &Node<'_>, subscription: &str, table: &str) {
    node.sql(&format!("SELECT spock.sub_resync_table('{subscription}', '{table}')"));
    wait_at_last(node);
}

#[test]
fn a_partitioned_table_is_filled_and_copied_again() {
    let cluster = Cluster::start(2);
    let (n1, n2) = make_nodes(&cluster);
    n1.sql(PLAIN);
    n1.sql(FILL);
    n1.sql("SELECT spock.repset_add_table('default', 't')");
    n2.sql(PARTITIONED);
    subscribe(&n1, &n2, "synchronize_data := true");
    wait_ready(&n2);
    assert_same(&n1, &n2);
    for leaf in ["t_eu_0", "t_eu_1", "t_us", "t_rest"] {
        assert!(n2.value::<i64>(&format!("SELECT count(*) FROM {leaf}")) > 100, "{leaf}");
    }
    // What differs goes, in all partitions, and what is missing comes.
    n2.sql(
        "INSERT INTO t VALUES ('here', 'eu', 1001), ('here', 'us', 1001), ('here', 'moon', 1001)",
    );
    n2.sql("DELETE FROM t WHERE id < 100; UPDATE t SET v = 'here' WHERE id BETWEEN 100 AND 200");
    n1.sql("UPDATE t SET region = 'us' WHERE id IN (300, 303)");
    resync(&n2, "sub", "t");
    n1.sql(
        "UPDATE t SET v = 'after' WHERE id % 10 = 0; INSERT INTO t VALUES (2000, 'eu', 'after')",
    );
    cluster.catch_up(0, 1);
    assert_same(&n1, &n2);
    assert_eq!(n2.table("SELECT error_message FROM spock.exception_log"), "");
}

#[test]
fn a_partitioned_table_that_others_reference_is_copied_again() {
    let cluster = Cluster::start(2);
    let (n1, n2) = make_nodes(&cluster);
    n1.sql(PLAIN);
    n1.sql(FILL);
    n1.sql("SELECT spock.repset_add_table('default', 't')");
    n2.sql(PARTITIONED);
    n2.sql("CREATE TABLE child (id int PRIMARY KEY, t int, region text, FOREIGN KEY (t, region) REFERENCES t)");
    subscribe(&n1, &n2, "synchronize_data := true");
    wait_ready(&n2);
    n2.sql("INSERT INTO child VALUES (1, 3, 'eu'); INSERT INTO t VALUES ('here', 'us', 1001)");
    resync(&n2, "sub", "t");
    cluster.catch_up(0, 1);
    assert_same(&n1, &n2);
    assert_eq!(n2.table("SELECT * FROM child"), "1|3|eu");
}

/// Both sides have the same partitions: each is copied.
#[test]
fn all_partitions_of_a_table_are_copied_again() {
    let cluster = Cluster::start(2);
    let (n1, n2) = make_nodes(&cluster);
    for node in [&n1, &n2] {
        node.sql(PARTITIONED);
    }
    n2.sql("CREATE TABLE t_moon PARTITION OF t FOR VALUES IN ('moon'); INSERT INTO t VALUES ('here', 'moon', 1)");
    n1.sql("INSERT INTO t SELECT 'v', (ARRAY['eu', 'us', 'af'])[1 + i % 3], i FROM generate_series(1, 900) i");
    n1.sql("SELECT spock.repset_add_table('default', 't')");
    subscribe(&n1, &n2, "synchronize_data := true");
    wait_ready(&n2);
    n2.sql("DELETE FROM t WHERE id % 2 = 0; INSERT INTO t VALUES ('here', 'eu', 1001), ('here', 'us', 1001)");
    resync(&n2, "sub", "t");
    n2.sql("SELECT spock.table_wait_for_sync('sub', 't')");
    let copied = "SELECT sync_relname FROM spock.local_sync_status WHERE sync_relname IS NOT NULL ORDER BY 1";
    assert_eq!(n2.table(copied), "t_eu_0\nt_eu_1\nt_rest\nt_us");
    n1.sql("INSERT INTO t VALUES ('after', 'eu', 2000)");
    cluster.catch_up(0, 1);
    // The partition that only this side has was not touched.
    assert_eq!(n2.table("SELECT id FROM t_moon"), "1");
    n2.sql("DELETE FROM t_moon");
    assert_same(&n1, &n2);
}

/// `n1` and `n2` hear each other, `n3` hears both.
fn drain(cluster: &Cluster) {
    for _ in 0..2 {
        for (provider, subscriber) in HEARS {
            cluster.catch_up(provider, subscriber);
        }
    }
}

const HEARS: [(usize, usize); 4] = [(0, 1), (1, 0), (0, 2), (1, 2)];

/// Two nodes that hear each other, and a third one that hears both and has the table in partitions.
fn prepare(cluster: &Cluster) {
    cluster.create_nodes();
    for node in [cluster.n1(), cluster.n2()] {
        node.sql(PLAIN);
        node.sql("SELECT spock.repset_add_table('default', 't')");
    }
    cluster.node(2).sql(PARTITIONED);
    for (provider, subscriber) in HEARS {
        cluster.subscribe(provider, subscriber);
    }
    for node in cluster.nodes() {
        wait_at_last(&node);
    }
}

/// Versions come along with the copy, each into its partition (rule I1): changes of a third node that the
/// source had not seen lose here against what the source wrote later.
#[test]
fn i1_versions_of_rows_go_to_their_partitions() {
    let cluster = Cluster::builder().nodes(3).setting("spock.retention_hold", "60s").start();
    prepare(&cluster);
    let (n1, n2, n3) = (cluster.node(0), cluster.node(1), cluster.node(2));
    n1.sql("INSERT INTO t SELECT i, (ARRAY['eu', 'us', 'af'])[1 + i % 3], 'before' FROM generate_series(1, 30) i");
    drain(&cluster);
    n1.sql("SELECT spock.sub_disable('sub_n2_n1', true)");
    n3.sql("SELECT spock.sub_disable('sub_n2_n3', true)");
    n2.sql("UPDATE t SET v = 'older' WHERE id <= 18");
    n2.sql("INSERT INTO t VALUES (1000, 'eu', 'older'), (1000, 'us', 'older')");
    n3.failpoint("sync.before_snapshot", "wait");
    n3.sql("SELECT spock.sub_resync_table('sub_n1_n3', 't')");
    wait_for("the copy to begin", || n3.failpoint_hits("sync.before_snapshot") > 0);
    n1.sql("UPDATE t SET v = 'newer' WHERE id <= 6");
    n1.sql("DELETE FROM t WHERE id BETWEEN 7 AND 12");
    n1.sql(
        "INSERT INTO t VALUES (1000, 'eu', 'x'), (1000, 'us', 'x'); DELETE FROM t WHERE id = 1000",
    );
    n3.clear_failpoint("sync.before_snapshot");
    wait_at_last(&n3);
    n3.sql("SELECT spock.sub_enable('sub_n2_n3', true)");
    cluster.catch_up(1, 2);
    n1.sql("SELECT spock.sub_enable('sub_n2_n1', true)");
    drain(&cluster);
    assert_same(&n1, &n2);
    assert_same(&n1, &n3);
    let count = "SELECT v, count(*) FROM t GROUP BY 1 ORDER BY 1";
    assert_eq!(n3.table(count), "before|12\nnewer|6\nolder|6");
    assert_eq!(n3.value::<i64>("SELECT count(*) FROM spock.exceptions_pending"), 0);
}

/// The last truncate of the table comes along too.
#[test]
fn i1_a_truncate_goes_to_all_partitions() {
    let cluster = Cluster::start(3);
    prepare(&cluster);
    let (n1, n2, n3) = (cluster.node(0), cluster.node(1), cluster.node(2));
    drain(&cluster);
    n1.sql("SELECT spock.sub_disable('sub_n2_n1', true)");
    n3.sql("SELECT spock.sub_disable('sub_n2_n3', true)");
    n2.sql("INSERT INTO t VALUES (1, 'eu', 'older'), (1, 'us', 'older')");
    n3.failpoint("sync.before_snapshot", "wait");
    n3.sql("SELECT spock.sub_resync_table('sub_n1_n3', 't')");
    wait_for("the copy to begin", || n3.failpoint_hits("sync.before_snapshot") > 0);
    n1.sql("TRUNCATE t; INSERT INTO t VALUES (2, 'eu', 'newer')");
    n3.clear_failpoint("sync.before_snapshot");
    wait_at_last(&n3);
    n3.sql("SELECT spock.sub_enable('sub_n2_n3', true)");
    cluster.catch_up(1, 2);
    assert_eq!(n3.table("SELECT id, region FROM t"), "2|eu");
}
