//! Copies of single tables beside the stream.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use spock_tests::{Cluster, wait_for};

use crate::{FULL, make_nodes, subscribe, wait_ready};

#[test]
fn a_copy_does_not_travel_on() {
    let cluster = Cluster::start(2);
    let (n1, n2) = make_nodes(&cluster);
    n1.sql(
        "CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p SELECT i FROM generate_series(1, 100) i;
         CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p); INSERT INTO c SELECT id, id FROM p;
         CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id);
         CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (50);
         CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (50) TO (200);
         INSERT INTO parts SELECT id FROM p;
         SELECT spock.repset_add_all_tables('default', '{public}')",
    );
    subscribe(&n1, &n2, FULL);
    wait_ready(&n2);
    n2.sql("SELECT spock.repset_add_all_tables('default', '{public}')");
    n1.sql(&format!("SELECT spock.sub_create('back', '{}')", n2.dsn()));
    wait_ready(&n1);
    assert_eq!(
        n2.table("SELECT tableoid::regclass, count(*) FROM parts GROUP BY 1 ORDER BY 1").trim(),
        "parts_1|49\nparts_2|51"
    );
    // One that is truncated, and one that others reference.
    for table in ["c", "p"] {
        n2.sql(&format!("SELECT spock.sub_resync_table('sub', '{table}')"));
        wait_ready(&n2);
        n1.sql(&format!("INSERT INTO {table} VALUES (1000)"));
    }
    cluster.drain();
    cluster.assert_equal("SELECT count(*) FROM p");
    assert_eq!(
        n1.table("SELECT (SELECT count(*) FROM p), (SELECT count(*) FROM c)").trim(),
        "101|101"
    );
}

#[test]
fn a_table_is_copied_again_under_load() {
    let cluster =
        Cluster::builder().nodes(2).setting("spock.restart_delay_default", "200ms").start();
    cluster.allow_log("failpoint");
    cluster.allow_log("copying table");
    let (n1, n2) = make_nodes(&cluster);
    n1.sql(
        "CREATE TABLE keyed (id int PRIMARY KEY, v int); INSERT INTO keyed SELECT i, 0 FROM generate_series(1, 5000) i;
         CREATE TABLE keyless (v bigserial); INSERT INTO keyless SELECT FROM generate_series(1, 5000) i;
         CREATE TABLE other (id bigserial PRIMARY KEY);
         SELECT spock.repset_add_all_tables('default', '{public}');
         SELECT spock.repset_add_table('default_insert_only', 'keyless');",
    );
    subscribe(&n1, &n2, FULL);
    wait_ready(&n2);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for writer in 0..2 {
            let (n1, stop) = (&n1, &stop);
            scope.spawn(move || {
                let mut session = n1.connect();
                let mut turn = writer;
                let begun = Instant::now();
                while !stop.load(Ordering::Relaxed)
                    && begun.elapsed().as_secs() < 120
                {
                    turn = (turn + 7) % 5000;
                    session
                        .batch_execute(&format!(
                            "BEGIN; UPDATE keyed SET v = v + 1 WHERE id = {turn} + 1;
                             INSERT INTO keyless DEFAULT VALUES; INSERT INTO other DEFAULT VALUES; COMMIT"
                        ))
                        .unwrap();
                }
            });
        }
        for (table, failing) in [
            ("keyless", ""),
            ("keyed", ""),
            ("keyless", "sync.table_copied"),
            ("keyless", "sync.before_hand_over"),
        ] {
            if !failing.is_empty() {
                n2.failpoint(failing, "once error");
            }
            // Something that only a copy can repair.
            n2.sql(&format!("DELETE FROM {table} WHERE v % 3 = 0"));
            n2.sql(&format!("SELECT spock.sub_resync_table('sub', '{table}')"));
            wait_for("the copy", || {
                n2.value::<bool>(&format!(
                    "SELECT sync_status = 'r' FROM spock.local_sync_status WHERE sync_relname = '{table}'"
                ))
            });
        }
        stop.store(true, Ordering::Relaxed);
    });
    cluster.catch_up(0, 1);
    for query in [
        "SELECT count(*), count(DISTINCT v), sum(v) FROM keyless",
        "SELECT md5(string_agg(id || ':' || v, ',' ORDER BY id)) FROM keyed",
        "SELECT count(*) FROM other",
    ] {
        assert_eq!(n1.table(query), n2.table(query), "{query}");
    }
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM pg_replication_origin"), 1);
    wait_for("the slots", || n1.value::<i64>("SELECT count(*) FROM pg_replication_slots") == 1);
}

#[test]
fn tables_that_join_later_are_copied_on_request() {
    let cluster =
        Cluster::builder().nodes(2).setting("spock.restart_delay_default", "200ms").start();
    for piece in ["copying table", "already", "does not exist"] {
        cluster.allow_log(piece);
    }
    let (n1, n2) = make_nodes(&cluster);
    for node in [&n1, &n2] {
        node.sql(
            "CREATE TABLE announced (id int PRIMARY KEY); CREATE TABLE plain (id int PRIMARY KEY);
             CREATE TABLE keyless (id int)",
        );
    }
    n1.sql("CREATE TABLE missing (id int PRIMARY KEY)");
    for table in ["announced", "plain", "keyless", "missing"] {
        n1.sql(&format!("INSERT INTO {table} SELECT i FROM generate_series(1, 100) i"));
    }
    subscribe(&n1, &n2, "synchronize_data := true");
    wait_ready(&n2);
    let ready = |table: &str| {
        n2.value::<i64>(&format!(
            "SELECT count(*) FROM spock.local_sync_status WHERE sync_relname = '{table}' AND sync_status = 'r'"
        )) == 1
    };

    n1.sql("SELECT spock.repset_add_table('default', 'announced', synchronize_data := true)");
    wait_for("the copy", || ready("announced"));
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM announced"), 100);

    // Without the request only what comes from now on.
    n1.sql("SELECT spock.repset_add_table('default', 'plain'); INSERT INTO plain VALUES (101)");
    wait_for("the stream", || n2.value::<i64>("SELECT count(*) FROM plain") == 1);
    n2.sql("SELECT spock.sub_alter_sync('sub', truncate := true)");
    wait_for("the copy", || ready("plain"));
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM plain"), 101);

    // A copy that fails: the stream leaves the table alone, and the reason shows.
    n1.sql("SELECT spock.repset_add_table('default', 'missing', synchronize_data := true)");
    let reason = |table: &str| {
        n2.table(&format!(
            "SELECT sync_reason FROM spock.local_sync_status WHERE sync_relname = '{table}'"
        ))
    };
    wait_for("the reason", || reason("missing").contains("does not exist on the subscriber"));
    n1.sql("INSERT INTO missing VALUES (101); INSERT INTO plain VALUES (102)");
    wait_for("the stream", || n2.value::<i64>("SELECT count(*) FROM plain") == 102);
    n2.sql("CREATE TABLE missing (id int PRIMARY KEY)");
    wait_for("the copy", || ready("missing"));
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM missing"), 101);

    // Rows that a copy would double.
    n2.sql("INSERT INTO keyless VALUES (1)");
    n1.sql(
        "SELECT spock.repset_add_table('default_insert_only', 'keyless', synchronize_data := true)",
    );
    wait_for("the reason", || reason("keyless").contains("rows already"));
    n2.sql("SELECT spock.sub_resync_table('sub', 'keyless')");
    wait_for("the copy", || ready("keyless"));
    n1.sql("INSERT INTO keyless VALUES (101)");
    wait_for("the stream", || {
        n2.table("SELECT count(*), sum(id) FROM keyless").trim() == "101|5151"
    });
}
