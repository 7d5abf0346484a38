//! Rows with different keys that claim one unique value (rule D4): the newest keeps it, everywhere.

use spock_tests::chance::Chance;

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

/// Two updates: the newer one stands, and the row of the older one is what it was before.
///
/// Seen to fail when the row that lost was deleted.
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
    assert_eq!(
        two.n1().table("SELECT id, u, w, v FROM t WHERE id IN (1, 3) ORDER BY id"),
        "1|before 1|1|before\n3|before 3|3|before"
    );
}

/// What a row had before may be somebody else's by now: then it goes.
///
/// Seen to fail when a row that the table does not take was an error.
#[test]
fn d4_a_loser_does_not_take_what_another_row_has() {
    let two = Two::start();
    two.table("t", COLUMNS);
    two.n1().sql("INSERT INTO t VALUES (1, 'a', 1, 'before'), (2, 'b', 2, 'before')");
    two.apart(|| {
        two.n1().sql("UPDATE t SET u = 'x', w = 11, v = 'older' WHERE id = 1");
        two.n1().sql("INSERT INTO t VALUES (3, 'a', NULL, 'new')");
        two.n2().sql("UPDATE t SET u = 'x', w = 22, v = 'newer' WHERE id = 2");
    });
    two.assert_equal(ALL);
    let rows = two.n1().table("SELECT id, u, w, v FROM t WHERE id <> 1 ORDER BY id");
    assert!(rows.contains("2|x|22|newer"), "{rows}");
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

/// Disables subscriptions of a trio, and waits until their workers are gone.
fn part(trio: &Trio, pairs: &[(usize, usize)]) {
    trio.drain();
    for &(from, to) in pairs {
        // Its worker is gone then: one that ends later would still bring what is written now.
        trio.node(to).sql(&format!("SELECT spock.sub_disable('{}', true)", subscription(from, to)));
    }
}

fn join(trio: &Trio, pairs: &[(usize, usize)]) {
    for &(from, to) in pairs {
        trio.node(to).sql(&format!("SELECT spock.sub_enable('{}')", subscription(from, to)));
    }
}

fn subscription(from: usize, to: usize) -> String {
    format!("sub_n{}_n{}", from + 1, to + 1)
}

/// All ways between three nodes.
const MESH: [(usize, usize); 6] = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)];

fn lost(trio: &Trio, node: usize) -> i64 {
    trio.node(node)
        .value("SELECT count(*) FROM spock.resolutions WHERE conflict_type = 'update_exists'")
}

fn no_exceptions(nodes: &[spock_tests::Node<'_>]) {
    for node in nodes {
        assert_eq!(node.value::<i64>("SELECT count(*) FROM spock.exception_log"), 0);
    }
}

/// Only one node ever sees the two rows at once, and there the loser never stood: its end has to travel.
///
/// Seen to fail when the end of the loser stayed on the node that saw both rows.
#[test]
fn d4_a_loser_that_never_stood_goes_everywhere() {
    let trio = Trio::start(&["CREATE TABLE t (id int PRIMARY KEY, u text UNIQUE)"]);
    trio.node(0).sql("INSERT INTO t VALUES (2, 'before')");
    part(&trio, &[(0, 2), (1, 2), (2, 0), (2, 1)]);
    trio.node(0).sql("INSERT INTO t VALUES (1, 'x')");
    trio.node(2).sql("UPDATE t SET u = 'x' WHERE id = 2");
    // Newer: the others will never take the update of n3.
    trio.node(1).sql("UPDATE t SET u = 'z' WHERE id = 2");
    trio.wait_for("n1 and n2 to hear each other", || {
        [0, 1]
            .iter()
            .all(|&node| trio.node(node).table("SELECT id, u FROM t ORDER BY id") == "1|x\n2|z")
    });
    join(&trio, &[(0, 2)]);
    trio.wait_for("the row to lose at n3", || lost(&trio, 2) == 1);
    join(&trio, &[(1, 2), (2, 0), (2, 1)]);
    trio.drain();
    trio.drain();
    trio.assert_equal("SELECT id, u, pg_xact_commit_timestamp(xmin) FROM t ORDER BY id");
    assert_eq!(trio.node(1).table("SELECT id, u FROM t"), "2|z");
    let history = "SELECT local_tuple, remote_tuple, local_timestamp > remote_timestamp, result_tuple \
         FROM spock.resolutions WHERE conflict_type = 'update_exists'";
    assert_eq!(trio.node(2).table(history), "(2,x)|(1,x)|t|∅");
    let counted = "SELECT sum(confl_update_exists)::int8 \
         FROM spock.subscription s, spock.get_subscription_stats(s.sub_id)";
    assert_eq!(trio.node(2).value::<i64>(counted), 1);
    no_exceptions(&trio.nodes());
}

/// pgactive #315: a row clashes with two others at once, each by another index; and chains, where the
/// winner over one loses to the next.
///
/// Seen to fail when one index alone was looked at.
#[test]
fn b65_two_unique_values_are_claimed_at_once() {
    let trio = Trio::start(&[&format!("CREATE TABLE t ({COLUMNS})")]);
    part(&trio, &MESH);
    trio.node(0).sql("INSERT INTO t VALUES (1, 'x', NULL, 'oldest'), (11, 'c', NULL, 'oldest')");
    trio.node(1).sql("INSERT INTO t VALUES (2, NULL, 7, 'older'), (12, 'c', 8, 'older')");
    trio.node(2).sql("INSERT INTO t VALUES (3, 'x', 7, 'newest'), (13, 'd', 8, 'newest')");
    // Beats one row and loses to another.
    trio.node(0).sql("INSERT INTO t VALUES (21, 'm', NULL, 'oldest')");
    trio.node(1).sql("INSERT INTO t VALUES (22, 'm', 9, 'middle')");
    trio.node(2).sql("INSERT INTO t VALUES (23, NULL, 9, 'newest')");
    join(&trio, &MESH);
    trio.drain();
    trio.drain();
    trio.assert_equal(ALL);
    let rows = trio.node(0).table("SELECT id, u, w, v FROM t ORDER BY id");
    for stands in ["3|x|7|newest", "13|d|8|newest", "23|∅|9|newest"] {
        assert!(rows.contains(stands), "{rows}");
    }
    assert!(!rows.contains("1|x|"), "{rows}");
    assert!(!rows.contains("22|m|9"), "{rows}");
    no_exceptions(&trio.nodes());
}

/// Rows by chance, with two unique values each, of three nodes that do not hear each other: all end equal, no
/// value stands twice, and every row that was written and is not there any more is in somebody's history.
///
/// Seen to fail when the end of a loser stayed on the node that saw both rows.
#[test]
fn b65_rows_by_chance_end_equal_and_leave_a_history() {
    let trio = Trio::start(&[&format!("CREATE TABLE t ({COLUMNS})")]);
    let mut chance = Chance::new(65);
    let mut tags = Vec::new();
    for round in 0..3 {
        part(&trio, &MESH);
        for number in 0..90 {
            let tag = format!("{round}-{number}");
            let (id, u, w) = (1 + chance.below(30), chance.below(25), chance.below(25));
            let insert = format!(
                "INSERT INTO t VALUES ({id}, 'u{u}', {w}, '{tag}') ON CONFLICT DO NOTHING RETURNING v"
            );
            let node = trio.node(number % 3);
            if !node.query(&insert, &[]).is_empty() {
                tags.push(tag);
            }
        }
        join(&trio, &MESH);
        trio.drain();
        trio.drain();
        trio.drain();
        trio.assert_equal(ALL);
    }
    for column in ["u", "w"] {
        let twice = format!("SELECT count(*) - count(DISTINCT {column}) FROM t");
        assert_eq!(trio.node(0).value::<i64>(&twice), 0, "{column}");
    }
    let known: Vec<String> = trio
        .nodes()
        .iter()
        .flat_map(|node| {
            let rows = node.table(
                "SELECT v FROM t UNION SELECT (regexp_match(row, '(\\d+-\\d+)\\)$'))[1] \
                   FROM spock.resolutions, unnest(ARRAY[local_tuple, remote_tuple]) row",
            );
            rows.lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let lost: Vec<&String> = tags.iter().filter(|tag| !known.contains(tag)).collect();
    assert!(lost.is_empty(), "nothing is said of {lost:?}");
    assert!(lost_values(&trio) > 20, "few values were claimed twice: {}", lost_values(&trio));
    no_exceptions(&trio.nodes());
}

fn lost_values(trio: &Trio) -> i64 {
    (0..3).map(|node| lost(trio, node)).sum()
}

/// Rows of one transaction: what a change before would have taken out of the way has lost nothing.
///
/// Seen to fail when such a row gave way to its own transaction (`d4_left_out_loses`).
#[test]
fn d4_rows_of_one_transaction_do_not_displace_each_other() {
    let two = Two::start();
    two.table("t", COLUMNS);
    two.n1().sql("INSERT INTO t VALUES (1, 'x', 1, 'before'), (4, 'q', 4, 'before')");
    two.apart(|| {
        two.n2().sql("INSERT INTO t VALUES (3, 'y', 3, 'older')");
        two.n1().sql(
            "BEGIN; UPDATE t SET u = 'y' WHERE id = 1; INSERT INTO t VALUES (2, 'x', 2, 'newer'); \
             UPDATE t SET u = 'p' WHERE id = 4; INSERT INTO t VALUES (5, 'q', 5, 'newer'); COMMIT",
        );
    });
    two.assert_equal(ALL);
    assert_eq!(two.n2().table("SELECT id, u FROM t ORDER BY id"), "1|y\n2|x\n4|p\n5|q");
    no_exceptions(&two.nodes());
}

/// A row whose delta columns an older transaction added to keeps its version, and its claim; and what was
/// added stays when a losing update returns to the row before.
///
/// Seen to fail when a rival's version was that of the transaction that wrote it last.
#[test]
fn d4_claims_of_rows_with_delta_columns() {
    let two = Two::start();
    for node in two.nodes() {
        node.sql(
            "CREATE TABLE t (id int PRIMARY KEY, u text UNIQUE, balance int8 NOT NULL); \
             SELECT spock.delta_apply('t', 'balance'); SELECT spock.repset_add_table('default', 't')",
        );
    }
    two.n1().sql("INSERT INTO t VALUES (2, 'b', 100), (5, 'e', 100), (6, 'f', 100)");
    two.apart(|| {
        two.n1().sql("UPDATE t SET balance = balance + 1 WHERE id = 2");
        two.n1().sql("INSERT INTO t VALUES (1, 'x', 0)");
        two.n2().sql("UPDATE t SET u = 'x' WHERE id = 2");
        two.n1().sql("UPDATE t SET u = 'y', balance = balance + 5 WHERE id = 5");
        two.n2().sql("UPDATE t SET u = 'y', balance = balance + 7 WHERE id = 6");
    });
    two.assert_equal("SELECT id, u, balance FROM t ORDER BY id");
    let rows = two.n2().table("SELECT id, u, balance FROM t ORDER BY id");
    assert!(rows.starts_with("2|x|101\n5|e|"), "{rows}");
    assert!(rows.ends_with("6|y|107"), "{rows}");
    no_exceptions(&two.nodes());
}

/// A row that moves to another key claims a value; so does one that was moved meanwhile.
///
/// Seen to fail when a row that stands where another one loses did not get a new version.
#[test]
fn d4_rows_that_move_claim_values() {
    let trio = Trio::start(&[&format!("CREATE TABLE t ({COLUMNS})")]);
    trio.node(0).sql(
        "INSERT INTO t VALUES (1, 'a', 1, 'before'), (2, 'b', 2, 'before'), (3, 'c', 3, 'before')",
    );
    part(&trio, &MESH);
    trio.node(0).sql("UPDATE t SET id = 11, u = 'x', v = 'older' WHERE id = 1");
    trio.node(1).sql("UPDATE t SET id = 12, u = 'x', v = 'newer' WHERE id = 2");
    // The old key was written by somebody newer, and keeps the value that moves along.
    trio.node(0).sql("UPDATE t SET id = 13 WHERE id = 3");
    trio.node(2).sql("UPDATE t SET v = 'stays' WHERE id = 3");
    join(&trio, &MESH);
    trio.drain();
    trio.drain();
    trio.drain();
    trio.assert_equal(ALL);
    let rows = trio.node(0).table("SELECT id, u, w, v FROM t ORDER BY id");
    assert!(rows.contains("12|x|2|newer"), "{rows}");
    assert!(rows.contains("3|c|3|stays"), "{rows}");
    assert!(!rows.contains("older"), "{rows}");
    no_exceptions(&trio.nodes());
}

/// Indexes on a part of the rows and on expressions, exclusion constraints, nulls that are not distinct.
///
/// Seen to fail when only unique indexes on plain columns were looked at: the streams hold exceptions.
#[test]
fn d4_every_kind_of_unique_index_is_decided() {
    let trio = Trio::start(&[
        "CREATE TABLE t (id int PRIMARY KEY, mail text, gone bool, span int4range, n int, \
             double int GENERATED ALWAYS AS (n * 2) STORED, \
             EXCLUDE USING gist (span WITH &&)); \
         CREATE UNIQUE INDEX t_mail ON t (lower(mail)) WHERE NOT gone; \
         CREATE UNIQUE INDEX t_n ON t (double, gone) NULLS NOT DISTINCT",
    ]);
    part(&trio, &MESH);
    let insert =
        |node: usize, row: &str| trio.node(node).sql(&format!("INSERT INTO t VALUES ({row})"));
    insert(0, "1, 'A@b', false, '[1,2)', 1");
    insert(1, "2, 'a@B', false, '[3,4)', 2");
    // Not in the partial index.
    insert(0, "3, 'c', true, '[5,6)', 3");
    insert(1, "4, 'C', true, '[7,8)', 4");
    // Spans, of which one meets two.
    insert(0, "5, 'e', true, '[20,30)', 5");
    insert(1, "6, 'f', true, '[30,40)', 6");
    insert(2, "7, 'g', true, '[25,35)', 7");
    // Nulls.
    insert(0, "8, 'h', NULL, NULL, NULL");
    insert(2, "9, 'i', NULL, NULL, NULL");
    join(&trio, &MESH);
    trio.drain();
    trio.drain();
    trio.assert_equal("SELECT t, pg_xact_commit_timestamp(xmin) FROM t ORDER BY id");
    let ids = "SELECT string_agg(id::text, ' ' ORDER BY id) FROM t";
    assert_eq!(trio.node(0).value::<String>(ids), "2 3 4 7 9");
    no_exceptions(&trio.nodes());
}

/// A deferred constraint, which refuses nothing while a transaction is applied.
///
/// Seen to fail without a look before the commit: two rows with one value on both nodes.
#[test]
fn d4_deferred_constraints_are_decided_at_the_end() {
    let two = Two::start();
    two.table("t", "id int PRIMARY KEY, u text UNIQUE DEFERRABLE INITIALLY DEFERRED, v text");
    two.n1().sql("INSERT INTO t SELECT i, 'before ' || i, 'before' FROM generate_series(1, 6) i");
    two.apart(|| {
        two.n1().sql("INSERT INTO t VALUES (10, 'x', 'older')");
        two.n2().sql("INSERT INTO t VALUES (20, 'x', 'newer')");
        two.n2().sql("UPDATE t SET u = 'y', v = 'older' WHERE id = 1");
        two.n1().sql("UPDATE t SET u = 'y', v = 'newer' WHERE id = 2");
        // Two rows exchange their values, and a third takes what they leave for a moment.
        two.n1().sql(
            "BEGIN; UPDATE t SET u = 'before 4' WHERE id = 3; UPDATE t SET u = 'before 3' WHERE id = 4; COMMIT",
        );
        two.n2().sql("UPDATE t SET v = 'touched' WHERE id IN (5, 6)");
        two.n1().sql(
            "BEGIN; UPDATE t SET u = 'before 6' WHERE id = 5; UPDATE t SET u = 'before 5' WHERE id = 6; COMMIT",
        );
    });
    two.assert_equal("SELECT id, u, v, pg_xact_commit_timestamp(xmin) FROM t ORDER BY id");
    let twice = "SELECT count(*) FROM (SELECT u FROM t GROUP BY u HAVING count(*) > 1) twice";
    assert_eq!(two.n1().value::<i64>(twice), 0);
    let rows = two.n1().table("SELECT id, u FROM t WHERE id > 1 ORDER BY id");
    assert_eq!(rows, "2|y\n3|before 4\n4|before 3\n5|before 6\n6|before 5\n20|x");
    no_exceptions(&two.nodes());
}

/// A transaction that writes a row more than once before it loses a value: the row of its key is what
/// stands without that transaction.
///
/// Seen to fail while the row was taken for what the transaction itself had made of it, which is gone with
/// it: exceptions, and rows on one node only.
#[test]
fn d4_a_row_that_its_transaction_wrote_before_loses() {
    let two = Two::start();
    let tables = [("t", "UNIQUE"), ("later", "UNIQUE DEFERRABLE INITIALLY DEFERRED")];
    for (table, unique) in tables {
        two.table(table, &format!("id int PRIMARY KEY, u text {unique}, v text"));
        two.n1().sql(&format!(
            "INSERT INTO {table} SELECT i, 'before ' || i, 'before' FROM generate_series(1, 5) i"
        ));
    }
    two.apart(|| {
        for transaction in [
            "DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (1, 'a', 'again')",
            "UPDATE t SET v = 'twice' WHERE id = 2; UPDATE t SET u = 'b' WHERE id = 2",
            "UPDATE t SET v = 'twice' WHERE id = 3; DELETE FROM t WHERE id = 3;
             INSERT INTO t VALUES (3, 'c', 'again')",
            "UPDATE t SET id = 14 WHERE id = 4; INSERT INTO t VALUES (4, 'd', 'again')",
            "UPDATE t SET id = 15 WHERE id = 5; UPDATE t SET u = 'e' WHERE id = 15",
            "INSERT INTO t VALUES (6, 'before 6', 'new'); UPDATE t SET u = 'f' WHERE id = 6",
        ] {
            for (table, _) in tables {
                let transaction = transaction.replace(" t ", &format!(" {table} "));
                two.n1().sql(&format!("BEGIN; {transaction}; COMMIT"));
            }
        }
        for (table, _) in tables {
            two.n2().sql(&format!(
                "INSERT INTO {table} SELECT 20 + i, chr(96 + i), 'newer' FROM generate_series(1, 6) i"
            ));
        }
    });
    for (table, _) in tables {
        two.assert_equal(&format!(
            "SELECT id, u, v, pg_xact_commit_timestamp(xmin) FROM {table} ORDER BY id"
        ));
        let rows = |which: &str| {
            two.n2().table(&format!("SELECT id, u, v FROM {table} WHERE {which} ORDER BY id"))
        };
        assert_eq!(rows("v = 'newer'").lines().count(), 6);
        assert_eq!(rows("id IN (6, 15)"), "");
    }
    // Where a constraint is deferred, rows that stand are deleted: what they were might clash as well.
    let before = two.n2().table("SELECT id, u, v FROM t WHERE id < 4 ORDER BY id");
    assert_eq!(before, "1|before 1|before\n2|before 2|before\n3|before 3|before");
    no_exceptions(&two.nodes());
}
