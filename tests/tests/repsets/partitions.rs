//! Tables that are partitioned at one side, at both, or at both in different ways.

use spock_tests::{Node, Signal, Victim};

use crate::link::Link;

const PARTITIONS: &str = "
    CREATE TABLE p (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
    CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100);
    CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (100) TO (200)";

/// An ordinary table.
const PLAIN: &str =
    "CREATE TABLE t (id int, region text, v text, n int DEFAULT 0, PRIMARY KEY (id, region))";

/// The same table, partitioned by list, range and hash on two levels, with columns in another order, dropped
/// ones, and one of its own.
const PARTITIONED: &str = "
    CREATE TABLE t (gone int, region text, id int, own text DEFAULT 'own', v text, n int DEFAULT 0,
                    PRIMARY KEY (id, region)) PARTITION BY LIST (region);
    ALTER TABLE t DROP COLUMN gone;
    CREATE TABLE t_eu PARTITION OF t FOR VALUES IN ('eu') PARTITION BY RANGE (id);
    CREATE TABLE t_eu_low (n int DEFAULT 0, v text, lost text, id int NOT NULL, region text NOT NULL,
                           own text DEFAULT 'own');
    ALTER TABLE t_eu_low DROP COLUMN lost;
    ALTER TABLE t_eu ATTACH PARTITION t_eu_low FOR VALUES FROM (0) TO (100);
    CREATE TABLE t_eu_high PARTITION OF t_eu FOR VALUES FROM (100) TO (1000);
    CREATE TABLE t_us PARTITION OF t FOR VALUES IN ('us');
    CREATE TABLE t_af (own text DEFAULT 'own', region text NOT NULL, n int DEFAULT 0, id int NOT NULL,
                       v text, PRIMARY KEY (id, region)) PARTITION BY HASH (id);
    ALTER TABLE t ATTACH PARTITION t_af FOR VALUES IN ('af');
    CREATE TABLE t_af_0 PARTITION OF t_af FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE t_af_1 PARTITION OF t_af FOR VALUES WITH (MODULUS 2, REMAINDER 1)";

const ROWS: &str = "SELECT id, region, v, n FROM t ORDER BY id, region";

/// `t` at `n1` is an ordinary table, at `n2` a partitioned one.
fn routed() -> Link {
    let link = Link::make();
    link.n1().sql(PLAIN);
    link.n1().sql("SELECT spock.repset_add_table('default', 't')");
    link.n2().sql(PARTITIONED);
    link.subscribe("");
    link
}

/// Each row is where an insert by SQL would put it.
#[track_caller]
fn assert_in_place(node: &Node<'_>) {
    let wrong = "SELECT tableoid::regclass, id, region FROM t
                  WHERE tableoid <> (CASE region
                        WHEN 'us' THEN 't_us'
                        WHEN 'eu' THEN CASE WHEN id < 100 THEN 't_eu_low' ELSE 't_eu_high' END
                        ELSE CASE WHEN satisfies_hash_partition('t_af'::regclass, 2, 0, id)
                                  THEN 't_af_0' ELSE 't_af_1' END END)::regclass";
    assert_eq!(node.table(wrong), "");
}

#[test]
fn partitions_of_the_same_names_follow() {
    let link = Link::make();
    let n1 = link.n1();
    link.everywhere(PARTITIONS);
    n1.sql("SELECT spock.repset_add_table('default', 'p')");
    n1.sql("INSERT INTO p SELECT i, 'v' FROM generate_series(1, 150) i");
    link.subscribe("synchronize_data := true");
    let all = "SELECT tableoid::regclass, * FROM p ORDER BY id";
    link.assert_same(all, all);
    n1.sql("UPDATE p SET id = id + 150 WHERE id = 1; DELETE FROM p WHERE id = 7");
    n1.sql("UPDATE p SET id = 1 WHERE id = 150");
    link.assert_same(all, all);
    link.everywhere("CREATE TABLE p3 PARTITION OF p FOR VALUES FROM (200) TO (300)");
    n1.sql("INSERT INTO p VALUES (200, 'not sent')");
    assert_eq!(n1.value::<i32>("SELECT spock.repset_add_partition('p', 'p3')"), 1);
    n1.sql("INSERT INTO p VALUES (201, 'sent')");
    link.sync();
    assert_eq!(link.n2().table("SELECT id FROM p WHERE id >= 200"), "201");
    link.assert_no_exceptions();
}

#[test]
fn rows_go_to_the_partitions_they_belong_to() {
    let link = routed();
    let (n1, n2) = (link.n1(), link.n2());
    n1.sql(
        "INSERT INTO t SELECT i, (ARRAY['eu', 'us', 'af'])[1 + i % 3], 'v' || i, i
           FROM generate_series(1, 900) i",
    );
    for id in 901..906 {
        n1.sql(&format!("INSERT INTO t VALUES ({id}, 'eu', 'alone', 0)"));
    }
    link.assert_same(ROWS, ROWS);
    assert_in_place(&n2);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t WHERE own <> 'own' OR own IS NULL"), 0);
    n1.sql("UPDATE t SET v = 'updated' WHERE id % 4 = 0");
    n1.sql("DELETE FROM t WHERE id % 5 = 0");
    // The key changes, the partition does not.
    n1.sql("UPDATE t SET id = id + 1000 WHERE region = 'us' AND id % 7 = 0");
    n1.sql(
        "INSERT INTO t VALUES (9, 'us', 'new', 0); DELETE FROM t WHERE id = 9;
         INSERT INTO t VALUES (9, 'us', 'again', 0); UPDATE t SET v = 'last' WHERE id = 9",
    );
    link.assert_same(ROWS, ROWS);
    assert_in_place(&n2);
    link.assert_no_exceptions();
    assert_eq!(n2.table("SELECT conflict_type FROM spock.resolutions"), "");
}

#[test]
fn rows_go_to_other_partitions_and_keep_what_is_known_here_alone() {
    let link = routed();
    let (n1, n2) = (link.n1(), link.n2());
    n1.sql(
        "ALTER TABLE t ALTER v SET STORAGE EXTERNAL;
         INSERT INTO t SELECT i, (ARRAY['eu', 'us', 'af'])[1 + i % 3], repeat(i::text, 5000), i
           FROM generate_series(1, 300) i",
    );
    link.sync();
    n2.sql("UPDATE t SET own = 'mine ' || id");
    n1.sql("UPDATE t SET region = 'us' WHERE id % 2 = 0 AND region = 'eu'");
    n1.sql("UPDATE t SET region = 'eu', n = -1 WHERE id % 5 = 0");
    // On the lower level alone.
    n1.sql("UPDATE t SET id = id + 400 WHERE region IN ('eu', 'af')");
    n1.sql("UPDATE t SET id = id - 400 WHERE region IN ('eu', 'af') AND id % 3 = 0");
    link.assert_same(ROWS, ROWS);
    assert_in_place(&n2);
    assert_eq!(n2.table("SELECT id, own FROM t WHERE own <> 'mine ' || id % 400"), "");
    link.assert_no_exceptions();
}

#[test]
fn a_row_that_no_partition_takes_is_an_exception() {
    let link = routed();
    let (n1, n2) = (link.n1(), link.n2());
    link.allow_log("no partition of relation");
    n1.sql("INSERT INTO t VALUES (1, 'eu', 'a', 0)");
    n1.sql("INSERT INTO t VALUES (2, 'asia', 'nowhere', 0)");
    n1.sql("UPDATE t SET region = 'asia' WHERE region = 'eu'");
    n1.sql("INSERT INTO t VALUES (3, 'eu', 'goes on', 0)");
    link.sync();
    assert_eq!(n2.table("SELECT id, region FROM t ORDER BY id"), "1|eu\n3|eu");
    let log = n2.table(
        "SELECT operation, table_name, error_message, remote_new_tup ->> 'region'
           FROM spock.exception_log WHERE error_message LIKE '%no partition%' ORDER BY retry_errored_at",
    );
    let message = "no partition of relation \"t\" found for row";
    for (line, operation) in log.lines().zip(["INSERT|t|", "UPDATE|t|"]) {
        assert!(line.starts_with(operation) && line.contains(message), "{log}");
        assert!(line.ends_with("|asia"), "{log}");
    }
    assert_eq!(log.lines().count(), 2, "{log}");

    // With a partition for them both can be had.
    n2.sql("CREATE TABLE t_asia PARTITION OF t FOR VALUES IN ('asia')");
    let retry = "SELECT r.operation, r.outcome
                   FROM (SELECT * FROM spock.exceptions_pending ORDER BY remote_commit_ts LIMIT 1) p,
                        spock.exception_retry(p.remote_origin, p.remote_commit_ts, p.remote_xid, false) r";
    assert_eq!(n2.table(retry), "INSERT|applied");
    assert_eq!(n2.table(retry), "UPDATE|applied");
    link.assert_same(ROWS, ROWS);
    assert_eq!(n2.table("SELECT id FROM t_asia ORDER BY id"), "1\n2");
}

/// Partitions come and go while changes do.
#[test]
fn partitions_that_come_and_go_are_noticed() {
    let link = routed();
    let (n1, n2) = (link.n1(), link.n2());
    link.allow_log("no partition of relation");
    n1.sql("INSERT INTO t SELECT i, 'us', 'v', 0 FROM generate_series(1, 10) i");
    link.sync();
    n2.sql("CREATE TABLE t_asia PARTITION OF t FOR VALUES IN ('asia')");
    n1.sql("INSERT INTO t VALUES (1, 'asia', 'v', 0)");
    link.sync();
    assert_eq!(n2.table("SELECT id FROM t_asia"), "1");
    n2.sql("CREATE TABLE t_rest PARTITION OF t DEFAULT");
    n1.sql("INSERT INTO t VALUES (1, 'moon', 'v', 0)");
    link.sync();
    assert_eq!(n2.table("SELECT id FROM t_rest"), "1");
    n2.sql(
        "BEGIN; ALTER TABLE t DETACH PARTITION t_rest; ALTER TABLE t_rest RENAME TO t_moon;
         ALTER TABLE t ATTACH PARTITION t_moon FOR VALUES IN ('moon');
         ALTER TABLE t ADD COLUMN late text DEFAULT 'late'; COMMIT",
    );
    n1.sql("INSERT INTO t VALUES (2, 'moon', 'v', 0); UPDATE t SET v = 'w' WHERE region = 'moon'");
    link.assert_same(ROWS, ROWS);
    assert_eq!(n2.table("SELECT id, v, late FROM t_moon ORDER BY id"), "1|w|late\n2|w|late");
    link.assert_no_exceptions();
    n2.sql("ALTER TABLE t DETACH PARTITION t_asia");
    n1.sql("DELETE FROM t WHERE region = 'asia'");
    n1.sql("DELETE FROM t WHERE region = 'us'");
    link.assert_same(ROWS, ROWS);
    assert_eq!(n2.table("SELECT id FROM t_asia"), "1");
    let log = n2.table("SELECT operation, error_message FROM spock.exception_log");
    assert!(log.starts_with("DELETE|") && log.contains("no partition of relation"), "{log}");
    // The table turns into an ordinary one, and back.
    n2.sql(&format!("DROP TABLE t; {PLAIN}"));
    n1.sql("INSERT INTO t VALUES (9, 'mars', 'v', 0)");
    link.sync();
    assert_eq!(n2.table(ROWS), "9|mars|v|0");
    n2.sql(&format!("DROP TABLE t; {PARTITIONED}"));
    n1.sql("INSERT INTO t VALUES (9, 'us', 'v', 0)");
    link.sync();
    assert_eq!(n2.table("SELECT id FROM t_us"), "9");
}

#[test]
fn an_old_row_whose_partition_is_unknown_is_refused() {
    let link = Link::make();
    let (n1, n2) = (link.n1(), link.n2());
    n1.sql("CREATE TABLE t (id int PRIMARY KEY, region text, v text)");
    n2.sql(
        "CREATE TABLE t (id int, region text, v text, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
         CREATE TABLE t_eu PARTITION OF t FOR VALUES IN ('eu');
         CREATE TABLE t_us PARTITION OF t FOR VALUES IN ('us')",
    );
    n1.sql("SELECT spock.repset_add_table('default', 't')");
    link.subscribe("");
    n1.sql("INSERT INTO t VALUES (1, 'eu', 'a'), (2, 'us', 'b')");
    let all = "SELECT * FROM t ORDER BY id";
    link.assert_same(all, all);
    let message = "the provider's replica identity lacks columns of the partition key";
    link.allow_log(message);
    n1.sql("UPDATE t SET v = 'c' WHERE id = 1");
    n1.sql("DELETE FROM t WHERE id = 1");
    link.sync();
    let log = n2.table(
        "SELECT string_agg(operation || ' ' || error_message, ', ' ORDER BY retry_errored_at)
           FROM spock.exception_log",
    );
    assert_eq!(log.matches(message).count(), 2, "{log}");
    // With whole old rows it can be done.
    n1.sql("ALTER TABLE t REPLICA IDENTITY FULL");
    n1.sql("UPDATE t SET v = 'e' WHERE id = 2; UPDATE t SET region = 'eu' WHERE id = 2");
    link.sync();
    assert_eq!(n2.table("SELECT v FROM t_eu WHERE id = 2"), "e");
    n1.sql("DELETE FROM t WHERE id = 2");
    link.sync();
    assert_eq!(n2.table("SELECT id FROM t"), "1");
}

#[test]
fn a_truncate_empties_the_partitions_of_this_side() {
    let link = routed();
    let (n1, n2) = (link.n1(), link.n2());
    let fill = "INSERT INTO t SELECT i, (ARRAY['eu', 'us', 'af'])[1 + i % 3], 'v', 0
                  FROM generate_series(1, 300) i";
    n1.sql(fill);
    link.assert_same(ROWS, ROWS);
    n1.sql("TRUNCATE t");
    link.assert_same(ROWS, ROWS);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 0);
    n1.sql(&format!("{fill}; TRUNCATE t; INSERT INTO t VALUES (1, 'us', 'after', 0)"));
    link.assert_same(ROWS, ROWS);
    assert_in_place(&n2);
    link.assert_no_exceptions();
}

/// The provider names every partition that it publishes; partitions that only the subscriber has, or only
/// the subscriber fills, are left alone.
#[test]
fn a_truncate_of_a_table_that_is_partitioned_at_both_sides() {
    let link = Link::make();
    let (n1, n2) = (link.n1(), link.n2());
    link.everywhere(PARTITIONS);
    link.everywhere("CREATE TABLE p3 PARTITION OF p FOR VALUES FROM (200) TO (300)");
    n2.sql("CREATE TABLE p4 PARTITION OF p FOR VALUES FROM (300) TO (400)");
    // One is partitioned further here.
    n2.sql(
        "DROP TABLE p2; CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (100) TO (200) PARTITION BY HASH (id);
         CREATE TABLE p2_0 PARTITION OF p2 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
         CREATE TABLE p2_1 PARTITION OF p2 FOR VALUES WITH (MODULUS 2, REMAINDER 1)",
    );
    n1.sql("SELECT spock.repset_add_table('default', 'p'); SELECT spock.repset_remove_table('default', 'p3')");
    link.subscribe("");
    n1.sql("INSERT INTO p SELECT i, 'v' FROM generate_series(1, 199) i");
    n2.sql("INSERT INTO p VALUES (250, 'here'), (350, 'here')");
    link.sync();
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM p2_0"), n2.value::<i64>(
        "SELECT count(*) FROM generate_series(100, 199) i WHERE satisfies_hash_partition('p2'::regclass, 2, 0, i)",
    ));
    n1.sql(
        "UPDATE p SET id = id - 100 WHERE id = 150 AND NOT EXISTS (SELECT FROM p WHERE id = 50);
            DELETE FROM p WHERE id = 50",
    );
    n1.sql("UPDATE p SET id = 50 WHERE id = 150");
    let all = "SELECT * FROM p WHERE id < 200 ORDER BY id";
    link.assert_same(all, all);
    n1.sql("TRUNCATE p2; INSERT INTO p VALUES (110, 'new')");
    link.assert_same(all, all);
    assert_eq!(n2.table("SELECT id FROM p2"), "110");
    n1.sql("TRUNCATE p");
    link.sync();
    assert_eq!(n2.table("SELECT id FROM p ORDER BY id"), "250\n350");
    link.assert_no_exceptions();
}

#[test]
fn a_truncate_restarts_sequences_of_a_partitioned_table() {
    let link = Link::make();
    let (n1, n2) = (link.n1(), link.n2());
    n1.sql("CREATE TABLE t (id serial PRIMARY KEY)");
    n2.sql(
        "CREATE TABLE t (id serial PRIMARY KEY) PARTITION BY HASH (id);
         CREATE TABLE t_0 PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
    );
    n1.sql("SELECT spock.repset_add_table('default', 't')");
    link.subscribe("");
    n2.sql("SELECT nextval('t_id_seq') FROM generate_series(1, 50)");
    n1.sql("INSERT INTO t VALUES (DEFAULT); TRUNCATE t RESTART IDENTITY");
    link.sync();
    assert_eq!(n2.table("SELECT last_value, is_called FROM t_id_seq"), "1|f");
    link.assert_no_exceptions();
}

/// Changes go out under the names of the provider's partitions: each needs a counterpart.
#[test]
fn a_partition_without_a_counterpart_is_named() {
    let link = Link::make();
    let (n1, n2) = (link.n1(), link.n2());
    n1.sql(PARTITIONS);
    // `p1` is an ordinary table here, `p2` is missing.
    n2.sql(
        "CREATE TABLE p (id int PRIMARY KEY, v text); CREATE TABLE p1 (id int PRIMARY KEY, v text)",
    );
    n1.sql("SELECT spock.repset_add_table('default', 'p')");
    link.subscribe("");
    link.allow_log("Spock can't find relation \"public.p2\"");
    n1.sql("INSERT INTO p VALUES (1, 'found')");
    n1.sql("INSERT INTO p VALUES (101, 'lost')");
    n1.sql("INSERT INTO p VALUES (2, 'found')");
    link.sync();
    assert_eq!(n2.table("SELECT id FROM p1 ORDER BY id"), "1\n2");
    assert_eq!(n2.table("SELECT id FROM p"), "");
    let log = n2.table("SELECT table_name, error_message FROM spock.exception_log");
    assert!(log.starts_with("p2|") && log.contains("can't find relation"), "{log}");
}

/// Rows that no partition takes are left out of a transaction one by one; the others of it are applied.
#[test]
fn rows_that_no_partition_takes_are_left_out_one_by_one() {
    let link = routed();
    let (n1, n2) = (link.n1(), link.n2());
    link.allow_log("no partition of relation");
    n2.sql("ALTER SYSTEM SET spock.exception_behaviour = 'discard'");
    n2.sql("SELECT pg_reload_conf()");
    link.wait_for("the setting", || {
        n2.value::<String>("SHOW spock.exception_behaviour") == "discard"
    });
    n1.sql(
        "INSERT INTO t SELECT i, (ARRAY['eu', 'asia', 'us', 'moon'])[1 + i % 4], 'v', 0
           FROM generate_series(1, 400) i",
    );
    n1.sql("UPDATE t SET v = 'w' WHERE id % 2 = 0 OR region = 'us'");
    link.sync();
    let taken = "SELECT id, region, v FROM t WHERE region IN ('eu', 'us') ORDER BY id";
    link.assert_same(taken, "SELECT id, region, v FROM t ORDER BY id");
    let left_out = "SELECT operation, count(*) FROM spock.exception_log
                     WHERE error_message LIKE '%no partition of relation%' GROUP BY 1 ORDER BY 1";
    assert!(n2.table(left_out).starts_with("INSERT|200"), "{}", n2.table(left_out));
}

/// Keys that are expressions, and columns that only one side has.
#[test]
fn partition_keys_are_read_from_what_is_sent() {
    let link = Link::make();
    let (n1, n2) = (link.n1(), link.n2());
    n1.sql(
        "CREATE TABLE log (id int, region text, v text);
         CREATE TABLE narrow (id int PRIMARY KEY, v text);
         SELECT spock.repset_add_table('default_insert_only', 'log'),
                spock.repset_add_table('default', 'narrow')",
    );
    n2.sql(
        "CREATE TABLE log (v text, region text, id int) PARTITION BY RANGE (lower(region), (id % 2));
         CREATE TABLE log_a PARTITION OF log FOR VALUES FROM (MINVALUE, MINVALUE) TO ('eu', 1);
         CREATE TABLE log_b PARTITION OF log FOR VALUES FROM ('eu', 1) TO (MAXVALUE, MAXVALUE);
         CREATE TABLE narrow (id int, v text, tenant int NOT NULL DEFAULT 1, PRIMARY KEY (id, tenant))
                PARTITION BY LIST (tenant);
         CREATE TABLE narrow_1 PARTITION OF narrow FOR VALUES IN (1)",
    );
    link.subscribe("");
    n1.sql("INSERT INTO log VALUES (1, 'EU', 'b'), (2, 'Eu', 'a'), (3, 'AF', 'a'), (4, 'us', 'b')");
    link.sync();
    assert_eq!(
        n2.table("SELECT tableoid::regclass, id FROM log ORDER BY id"),
        "log_b|1\nlog_a|2\nlog_a|3\nlog_b|4"
    );
    link.assert_no_exceptions();
    let message = "the provider sends no column \"tenant\"";
    link.allow_log(message);
    n1.sql("INSERT INTO narrow VALUES (1, 'v')");
    link.sync();
    let log = n2.table("SELECT error_message FROM spock.exception_log");
    assert!(log.contains(message), "{log}");
}

/// Workers and the server end while rows are routed: nothing is lost or doubled, and no lock stays behind.
#[test]
fn routing_survives_the_end_of_workers_and_of_the_server() {
    let link = routed();
    let (n1, n2) = (link.n1(), link.n2());
    link.allow_crashes();
    for (round, end) in ["worker", "worker", "server", "worker"].into_iter().enumerate() {
        let first = round * 1000 + 1;
        for step in 0..10 {
            let (from, to) = (first + step * 90, first + step * 90 + 89);
            n1.sql(&format!(
                "INSERT INTO t SELECT i, (ARRAY['us', 'af'])[1 + i % 2], 'v', 0
                   FROM generate_series({from}, {to}) i;
                 UPDATE t SET region = 'us', n = n + 1 WHERE region = 'af' AND id % 3 = 0;
                 DELETE FROM t WHERE id % 11 = 0"
            ));
            if step == 5 {
                match end {
                    "worker" => link.wait_for("a worker to end", || {
                        n2.kill(Victim::ApplyWorker, Signal::SIGTERM) > 0
                    }),
                    _ => {
                        n2.crash().expect("a crash");
                        n2.start().expect("a start");
                    }
                }
            }
        }
    }
    link.assert_same(ROWS, ROWS);
    assert_in_place(&n2);
    link.assert_no_exceptions();
    n2.sql("SET lock_timeout = '20s'; TRUNCATE t_us; DROP TABLE t");
}
