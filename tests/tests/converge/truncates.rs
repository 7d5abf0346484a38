//! TRUNCATE is a version of the table (D5).

use spock_tests::{Cluster, Node};

use crate::trio::Trio;
use crate::two::Two;

const ROWS: &str = "SELECT id, v FROM t ORDER BY id";

/// What a node told of changes that it did not apply as they came.
fn told(node: &Node<'_>, filter: &str) -> i64 {
    node.value(&format!("SELECT count(*) FROM spock.resolutions WHERE {filter}"))
}

/// Without versions of truncates `n1` gets back what it truncated later than it was written; without a
/// look at the rows' versions `n2` loses what was written after the truncate.
///
/// Seen to fail with no versions of truncates, and with truncates that take newer rows along.
#[test]
fn d5_truncate_against_insert_both_ways() {
    let two = Two::start();
    two.table("t", "id int PRIMARY KEY, v text");
    two.n1().sql("INSERT INTO t SELECT i, 'old' FROM generate_series(1, 100) i");
    two.apart(|| {
        two.n2().sql("INSERT INTO t VALUES (201, 'before')");
        two.n2().sql("INSERT INTO t SELECT i, 'before' FROM generate_series(300, 400) i");
        two.n2().sql("UPDATE t SET v = 'before' WHERE id = 7");
        two.n2().sql("DELETE FROM t WHERE id = 8");
        two.n1().sql("TRUNCATE t");
        two.n2().sql("UPDATE t SET v = 'after' WHERE id = 9");
        two.n2().sql("INSERT INTO t VALUES (202, 'after')");
        two.n1().sql("INSERT INTO t VALUES (101, 'after')");
    });
    two.assert_equal(ROWS);
    assert_eq!(two.n1().table(ROWS), "9|after\n101|after\n202|after");
    assert_eq!(
        told(&two.n2(), "remote_tuple = 'TRUNCATE' AND conflict_resolution = 'keep_local'"),
        1
    );
    assert_eq!(
        told(&two.n1(), "conflict_type = 'insert_exists' AND conflict_resolution = 'skip'"),
        102
    );
    assert_eq!(
        told(&two.n1(), "conflict_type = 'update_missing' AND conflict_resolution = 'skip'"),
        1
    );

    // The next one has nothing against it, and takes all.
    two.n2().sql("TRUNCATE t");
    two.drain();
    two.assert_equal(ROWS);
    assert_eq!(two.n1().value::<i64>("SELECT count(*) FROM t"), 0);
}

/// Seen to fail with truncates of sessions that leave no version.
#[test]
fn d5_rows_without_a_key_come_too_late_as_well() {
    let two = Two::start();
    for node in two.nodes() {
        node.sql(
            "CREATE TABLE plain (v text);
             SELECT spock.repset_add_table('default_insert_only', 'plain');
             SELECT spock.repset_alter('default_insert_only', replicate_truncate := true)",
        );
    }
    two.apart(|| {
        two.n2().sql("INSERT INTO plain VALUES ('before')");
        two.n2().sql("INSERT INTO plain SELECT 'before' FROM generate_series(1, 50)");
        two.n1().sql("TRUNCATE plain");
        two.n2().sql("INSERT INTO plain VALUES ('after')");
    });
    two.assert_equal("SELECT v FROM plain");
    assert_eq!(two.n1().table("SELECT v FROM plain"), "after");
    assert_eq!(
        told(&two.n1(), "conflict_type = 'insert_exists' AND conflict_resolution = 'skip'"),
        51
    );
}

/// Seen to fail with truncates of sessions that leave no version.
#[test]
fn d5_of_two_truncates_the_newer_counts() {
    let two = Two::start();
    two.table("t", "id int PRIMARY KEY, v text");
    two.apart(|| {
        two.n1().sql("INSERT INTO t VALUES (1, 'before both')");
        two.n1().sql("TRUNCATE t");
        two.n1().sql("INSERT INTO t VALUES (2, 'between')");
        two.n2().sql("TRUNCATE t");
        two.n1().sql("INSERT INTO t VALUES (3, 'after both')");
    });
    two.assert_equal(ROWS);
    assert_eq!(two.n2().table(ROWS), "3|after both");
    assert_eq!(
        told(&two.n2(), "remote_tuple = 'TRUNCATE' AND conflict_type = 'delete_missing'"),
        1,
        "the older of both is told of as skipped"
    );
}

#[test]
fn d5_a_truncate_that_was_rolled_back_is_none() {
    let two = Two::start();
    two.table("t", "id int PRIMARY KEY, v text");
    two.apart(|| {
        two.n2().sql("INSERT INTO t VALUES (1, 'kept')");
        two.n1().sql("BEGIN; TRUNCATE t; ROLLBACK");
        two.n1().sql(
            "DO $$ BEGIN
                BEGIN TRUNCATE t; PERFORM 1 / 0; EXCEPTION WHEN division_by_zero THEN NULL; END;
             END $$",
        );
        assert_eq!(two.n1().value::<i64>("SELECT count(*) FROM spock.truncation"), 0);
    });
    two.assert_equal(ROWS);
    assert_eq!(two.n1().table(ROWS), "1|kept");
}

/// Seen to fail with truncates of sessions that leave no version.
#[test]
fn d5_tables_reached_by_cascade_and_roles_without_rights_on_ours() {
    let two = Two::start();
    two.table("t", "id int PRIMARY KEY, v text");
    two.table("child", "id int PRIMARY KEY, t int REFERENCES t");
    two.n1().sql("INSERT INTO t VALUES (1, 'old'); INSERT INTO child VALUES (1, 1)");
    for node in two.nodes() {
        node.sql(
            "CREATE ROLE keeper; ALTER TABLE t OWNER TO keeper; ALTER TABLE child OWNER TO keeper",
        );
    }
    two.apart(|| {
        two.n2().sql("INSERT INTO child VALUES (2, 1)");
        two.n1().sql("SET ROLE keeper; TRUNCATE t CASCADE; RESET ROLE");
        assert_eq!(two.n1().value::<i64>("SELECT count(*) FROM spock.truncation"), 2);
    });
    two.assert_equal(ROWS);
    two.assert_equal("SELECT * FROM child");
    assert_eq!(two.n1().value::<i64>("SELECT count(*) FROM child"), 0);
}

/// Seen to fail with a version of every table.
#[test]
fn d5_temporary_and_unpublished_tables_leave_no_version() {
    let two = Two::start();
    two.n1().sql(
        "CREATE TEMP TABLE tmp (id int); CREATE TABLE unpublished (id int); TRUNCATE tmp, unpublished",
    );
    assert_eq!(two.n1().value::<i64>("SELECT count(*) FROM spock.truncation"), 0);
}

/// Truncated, filled, and truncated again in one transaction; tables that hang together; a server
/// that starts anew between the truncate and the older insert.
///
/// Seen to fail with truncates of sessions that leave no version.
#[test]
fn d5_truncates_of_several_tables_and_after_a_crash() {
    let two = Two::start();
    two.table("t", "id int PRIMARY KEY, v text");
    two.table("u", "id int PRIMARY KEY REFERENCES t");
    two.n1().sql("INSERT INTO t SELECT i, 'before' FROM generate_series(1, 5) i; INSERT INTO u VALUES (1), (2)");
    two.drain();
    two.n1().sql(
        "BEGIN; TRUNCATE t CASCADE; INSERT INTO t VALUES (1, 'between'); TRUNCATE t, u; \
         INSERT INTO t VALUES (2, 'after'), (3, 'after'); INSERT INTO u VALUES (2); COMMIT",
    );
    two.drain();
    two.assert_equal(ROWS);
    two.assert_equal("TABLE u");
    assert_eq!(two.n2().table(ROWS), "2|after\n3|after");
    two.apart(|| {
        two.n1().sql("INSERT INTO t VALUES (4, 'older'); INSERT INTO u VALUES (3)");
        two.n2().sql("TRUNCATE t CASCADE");
        two.n1().sql("INSERT INTO t VALUES (5, 'newer'), (6, 'newer')");
        two.n1().sql("INSERT INTO u VALUES (6)");
        two.n2().crash().unwrap();
        two.n2().start().unwrap();
    });
    two.assert_equal(ROWS);
    two.assert_equal("TABLE u");
    assert_eq!(two.n2().table(ROWS), "5|newer\n6|newer");
    assert_eq!(two.n2().table("TABLE u"), "6");
}

/// A child row that is newer than the truncate of both tables stays, and with it nothing else.
///
/// Seen to fail with truncates that take newer rows along.
#[test]
fn d5_one_table_of_several_keeps_rows() {
    let two = Two::start();
    two.table("t", "id int PRIMARY KEY, v text");
    two.table("u", "id int PRIMARY KEY REFERENCES t");
    two.n1().sql(
        "INSERT INTO t SELECT i, 'before' FROM generate_series(1, 5) i; INSERT INTO u VALUES (1)",
    );
    two.apart(|| {
        two.n2().sql("TRUNCATE t CASCADE");
        two.n1().sql("INSERT INTO u VALUES (2)");
    });
    two.assert_equal(ROWS);
    two.assert_equal("TABLE u");
    assert_eq!(two.n1().table("TABLE u"), "2");
}

/// The third node hears the truncate before the older insert.
///
/// Seen to fail with no versions of truncates.
#[test]
fn d5_an_older_insert_of_a_third_node_stays_away() {
    let trio = Trio::start(&["CREATE TABLE t (id int PRIMARY KEY, v text)"]);
    let gate = trio.hold_n1_at_n3();
    trio.node(0).sql("INSERT INTO t SELECT i, 'older' FROM generate_series(1, 300) i");
    trio.node(0).sql("INSERT INTO t VALUES (301, 'older')");
    trio.catch_up(0, 1);
    trio.node(1).sql("TRUNCATE t");
    trio.node(1).sql("INSERT INTO t VALUES (1, 'newer')");
    trio.catch_up(1, 2);
    gate.open();
    trio.drain();
    trio.assert_equal(ROWS);
    assert_eq!(trio.node(2).table(ROWS), "1|newer");
}

/// A worker that ran before the third node was subscribed to knows its truncates all the same.
///
/// Seen to fail with the node of a truncate looked up only in what the worker had read when it began.
#[test]
fn d5_a_truncate_of_a_node_that_came_later() {
    let trio = Trio::apart(&[
        "CREATE TABLE t (id int PRIMARY KEY, v text)",
        "CREATE TABLE plain (v text)",
    ]);
    for node in trio.nodes() {
        node.sql(
            "SELECT spock.repset_add_table('default_insert_only', 'plain', false);
             SELECT spock.repset_alter('default_insert_only', replicate_truncate := true)",
        );
    }
    trio.subscribe(0, 1);
    trio.subscribe(0, 2);
    trio.node(0).sql("INSERT INTO t VALUES (0, 'first')");
    trio.catch_up(0, 2);
    trio.subscribe(1, 2);
    let gate = trio.hold_n1_at_n3();
    for table in ["plain (v) SELECT 'older' FROM", "t SELECT i, 'older' FROM"] {
        trio.node(0).sql(&format!("INSERT INTO {table} generate_series(1, 30) i"));
    }
    trio.catch_up(0, 1);
    trio.node(1).sql("TRUNCATE plain, t");
    trio.node(1).sql("INSERT INTO plain VALUES ('newer')");
    trio.catch_up(1, 2);
    gate.open();
    trio.catch_up(0, 2);
    for node in [1, 2] {
        assert_eq!(trio.node(node).table("SELECT v FROM plain"), "newer");
        assert_eq!(trio.node(node).table("SELECT count(*) FROM t"), "0");
    }
}

/// A row that kept its version when an older change added to it was written by a transaction older than
/// the truncate, and is newer all the same.
///
/// Seen to fail with such rows taken for ones as old as their transaction.
#[test]
fn d5_a_row_that_kept_a_newer_version_stays() {
    let trio = Trio::start(&[
        "CREATE TABLE account (id int PRIMARY KEY, balance int NOT NULL, note text)",
        "SELECT spock.delta_apply('account', 'balance')",
    ]);
    let (n1, n2, n3) = (trio.node(0), trio.node(1), trio.node(2));
    n1.sql("INSERT INTO account SELECT i, 0, 'old' FROM generate_series(1, 3) i");
    trio.drain();
    n3.sql("SELECT spock.sub_disable('sub_n2_n3', true)");
    let gate = trio.hold_n1_at_n3();
    n1.sql("UPDATE account SET balance = balance + 1");
    n2.sql("TRUNCATE account");
    n3.sql("UPDATE account SET note = 'newest' WHERE id <= 2");
    gate.open();
    trio.catch_up(0, 2);
    assert_eq!(n3.table("SELECT id, balance FROM account ORDER BY id"), "1|1\n2|1\n3|1");
    assert_eq!(n3.value::<i64>("SELECT count(*) FROM spock.version_override"), 2);
    n3.sql("SELECT spock.sub_enable('sub_n2_n3', true)");
    trio.drain();
    trio.assert_equal("SELECT id, note FROM account ORDER BY id");
    assert_eq!(
        n3.table("SELECT id, balance, note FROM account ORDER BY id"),
        "1|1|newest\n2|1|newest"
    );
    // The next one is newer than all.
    n1.sql("TRUNCATE account");
    trio.drain();
    trio.assert_equal("SELECT id, note FROM account ORDER BY id");
    assert_eq!(n3.value::<i64>("SELECT count(*) FROM account"), 0);
}

/// Four nodes truncate and fill the same tables at once: no process panics, no stream stands still, and
/// all end equal.
///
/// Seen to fail with the relations of the worker left open when it truncates them.
#[test]
fn pgactive_310_four_nodes_truncate_at_once() {
    let cluster = Cluster::builder()
        .nodes(4)
        .setting("spock.restart_delay_default", "200ms")
        .setting("spock.retention_hold", "60s")
        .start();
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE u (id serial PRIMARY KEY, t int);
             CREATE TABLE plain (v text); SELECT spock.repset_add_all_tables('default', '{public}');
             SELECT spock.repset_add_table('default_insert_only', 'plain');
             SELECT spock.repset_alter('default_insert_only', replicate_truncate := true)",
        );
    }
    cluster.mesh();
    // Sessions and workers lock the tables in different orders.
    cluster.allow_log("deadlock detected");
    std::thread::scope(|scope| {
        for at in 0..4 {
            let node = cluster.node(at);
            scope.spawn(move || {
                let mut session = node.connect();
                for round in 0..25 {
                    let name = node.name();
                    for statement in [
                        format!("INSERT INTO t SELECT i, '{name}' FROM generate_series({at}, 40, 3) i ON CONFLICT DO NOTHING"),
                        format!("INSERT INTO u SELECT {at} * 100000 + {round} * 100 + i, i FROM generate_series(1, 20) i"),
                        format!("INSERT INTO plain SELECT '{name}' FROM generate_series(1, 20)"),
                        match (at + round) % 4 {
                            0 => "TRUNCATE t".to_owned(),
                            1 => "TRUNCATE t, u RESTART IDENTITY".to_owned(),
                            2 => "TRUNCATE plain, t CASCADE".to_owned(),
                            _ => "BEGIN; TRUNCATE u; INSERT INTO u VALUES (-1, 0); TRUNCATE u; COMMIT".to_owned(),
                        },
                    ] {
                        // A session that lost a deadlock goes on.
                        if session.batch_execute(&statement).is_err() {
                            let _ = session.batch_execute("ROLLBACK");
                        }
                    }
                }
            });
        }
    });
    cluster.drain();
    cluster.drain();
    for table in ["t", "u"] {
        cluster.assert_equal(&format!("SELECT * FROM {table} ORDER BY id"));
    }
    cluster.assert_equal("SELECT v, count(*) FROM plain GROUP BY v ORDER BY v");
    for node in cluster.nodes() {
        assert!(!node.log().contains("PANIC"), "{}", node.name());
        assert_eq!(node.value::<i64>("SELECT count(*) FROM spock.exception_log"), 0);
    }
}
