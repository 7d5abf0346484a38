//! Rows with different keys that claim one unique value (rule D4): the newest keeps it, everywhere.

use crate::trio::Trio;
use crate::two::Two;

const COLUMNS: &str = "id int PRIMARY KEY, u text UNIQUE, w int UNIQUE, v text";
const ALL: &str = "SELECT id, u, w, v, pg_xact_commit_timestamp(xmin) FROM t ORDER BY id";

/// Two inserts: the older row goes, on both nodes, and both say so.
///
/// Seen to fail without a look for rivals: the streams hold exceptions instead.
#[test]
fn d4_the_newer_of_two_inserts_keeps_the_value() {
    let two = Two::start();
    two.table("t", COLUMNS);
    two.n1()
        .sql("INSERT INTO t SELECT i, 'before ' || i, i, 'before' FROM generate_series(1, 3) i");
    two.apart(|| {
        two.n1().sql("INSERT INTO t VALUES (10, 'x', NULL, 'older')");
        two.n2().sql("INSERT INTO t VALUES (20, 'x', NULL, 'newer')");
        // In the other direction, among others of one transaction.
        two.n2().sql("INSERT INTO t VALUES (30, 'y', 300, 'older')");
        two.n1().sql(
            "INSERT INTO t SELECT i, 'many ' || i, NULL::int, 'many' FROM generate_series(1000, 1200) i \
             UNION ALL SELECT 40, 'y', 400, 'newer'",
        );
        // Through the second of the columns.
        two.n1().sql("INSERT INTO t VALUES (50, 'a', 500, 'older')");
        two.n2().sql("INSERT INTO t VALUES (60, 'b', 500, 'newer')");
    });
    two.assert_equal(ALL);
    assert_eq!(
        two.n2().table("SELECT id, u, w, v FROM t WHERE id BETWEEN 4 AND 999 ORDER BY id"),
        "20|x|∅|newer\n40|y|400|newer\n60|b|500|newer"
    );
    for node in two.nodes() {
        let lost = "SELECT count(*) FROM spock.resolutions WHERE conflict_type = 'update_exists'";
        assert!(node.value::<i64>(lost) >= 3, "{}", node.table("TABLE spock.resolutions"));
        assert_eq!(node.value::<i64>("SELECT count(*) FROM spock.exception_log"), 0);
    }
}

/// A transaction of many packets, which cannot be run again from what was received.
#[test]
fn d4_a_large_transaction_claims_values() {
    let two = Two::start();
    two.table("t", COLUMNS);
    two.n1()
        .sql("INSERT INTO t SELECT i, 'before ' || i, i, 'before' FROM generate_series(1, 4000) i");
    two.apart(|| {
        two.n2().sql("UPDATE t SET u = 'x', v = 'older' WHERE id = 10");
        two.n1().sql("UPDATE t SET v = 'many', u = CASE id WHEN 2000 THEN 'x' ELSE u END");
        two.n2().sql("UPDATE t SET w = -1, v = 'newer' WHERE id = 20");
        // Many at once, in one transaction.
        two.n2().sql("INSERT INTO t SELECT i + 100000, 'claimed ' || i, NULL, 'older' FROM generate_series(1, 200) i");
        two.n1().sql("INSERT INTO t SELECT i + 200000, 'claimed ' || i, NULL, 'newer' FROM generate_series(1, 200) i");
        two.n1().sql("UPDATE t SET w = w + 10000");
    });
    two.assert_equal(ALL);
    assert_eq!(two.n2().table("SELECT id, v FROM t WHERE u = 'x'"), "2000|many");
    let claimed = "SELECT count(*), min(v) FROM t WHERE id > 100000";
    assert_eq!(two.n1().table(claimed), "200|newer");
    for node in two.nodes() {
        assert_eq!(node.value::<i64>("SELECT count(*) FROM spock.exception_log"), 0);
    }
}

/// Two updates: the newer one stands.
#[test]
fn d4_the_newer_of_two_updates_keeps_the_value() {
    let two = Two::start();
    two.table("t", COLUMNS);
    two.n1()
        .sql("INSERT INTO t SELECT i, 'before ' || i, i, 'before' FROM generate_series(1, 4) i");
    two.apart(|| {
        two.n1().sql("UPDATE t SET u = 'x', v = 'older' WHERE id = 1");
        two.n2().sql("UPDATE t SET u = 'x', v = 'newer' WHERE id = 2");
        two.n2().sql("UPDATE t SET w = 100, v = 'older' WHERE id = 3");
        two.n1().sql("UPDATE t SET w = 100, v = 'newer' WHERE id = 4");
    });
    two.assert_equal(ALL);
    assert_eq!(
        two.n1().table("SELECT id, u, w FROM t WHERE v = 'newer' ORDER BY id"),
        "2|x|2\n4|before 4|100"
    );
    assert_eq!(two.n1().value::<i64>("SELECT count(*) FROM t WHERE v = 'older'"), 0);
}

/// The winner is gone again before the loser hears of it: the loser must not stay on some nodes.
#[test]
fn d4_a_winner_that_is_deleted_takes_the_loser_along_everywhere() {
    let trio = Trio::start(&["CREATE TABLE t (id int PRIMARY KEY, u text UNIQUE)"]);
    let gate = trio.hold_n1_at_n3();
    trio.node(0).sql("INSERT INTO t VALUES (1, 'x')");
    trio.node(2).sql("INSERT INTO t VALUES (2, 'x')");
    trio.node(2).sql("DELETE FROM t WHERE id = 2");
    gate.open();
    trio.drain();
    trio.drain();
    trio.assert_equal("SELECT * FROM t");
}
