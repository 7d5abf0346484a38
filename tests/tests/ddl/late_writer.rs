//! A node that still writes a table as it was, while a statement that alters it is on its way there.

use std::time::Duration;

use crate::causes::{hold_n1_at, open};
use crate::trio::Trio;

/// Runs a statement on n1, and writes on n2 before it comes there: n1 hears the rows when its table is altered already.
fn write_late(trio: &Trio, define: &str, writes: &str) {
    let gates = [1, 2].map(|node| hold_n1_at(trio, node));
    trio.n1().sql(define);
    trio.n2().sql(writes);
    trio.wait_for("n1 to wait for n2's table", || waits(trio));
    // n3 hears the rows first.
    trio.catch_up(1, 2);
    gates.into_iter().for_each(open);
    trio.catch_up(0, 1);
}

fn waits(trio: &Trio) -> bool {
    trio.status(0, "sub_n2_n1").as_deref() == Some("schema mismatch")
}

fn trio() -> Trio {
    let trio = Trio::automatic();
    trio.n1().sql("CREATE TABLE gate (id int PRIMARY KEY)");
    trio.n1().sql("CREATE TABLE t (id int PRIMARY KEY, v text, c text)");
    trio.n1().sql("INSERT INTO t VALUES (1, 'a', 'b'), (2, 'a', 'b'), (3, 'a', 'b')");
    trio.drain();
    trio
}

#[track_caller]
fn end_equal(trio: &Trio, rows: &str) {
    trio.drain();
    trio.assert_equal("SELECT * FROM t ORDER BY id");
    assert_eq!(trio.n1().table("SELECT * FROM t ORDER BY id"), rows);
    assert_eq!(trio.exceptions(), "");
    trio.assert_same_dumps("late writes");
}

/// Values of a column that is being dropped wait for the drop at their own node, and are left out then.
#[test]
fn b31_values_of_a_column_that_is_being_dropped_go_with_it() {
    let trio = trio();
    write_late(
        &trio,
        "ALTER TABLE t DROP COLUMN c",
        "INSERT INTO t VALUES (10, 'new', 'gone'); UPDATE t SET v = 'changed', c = 'gone' WHERE id = 1;
         UPDATE t SET c = 'gone' WHERE id = 2; DELETE FROM t WHERE id = 3",
    );
    end_equal(&trio, "1|changed\n2|a\n10|new");
}

/// Values of a column that is being renamed are not left out: they wait until somebody makes room for them.
///
/// Seen to fail where they were left out as those of a dropped column.
#[test]
fn b31_values_of_a_column_that_is_being_renamed_wait() {
    let trio = trio();
    write_late(
        &trio,
        "ALTER TABLE t RENAME COLUMN c TO d",
        "INSERT INTO t VALUES (10, 'new', 'kept'); UPDATE t SET v = 'changed', c = 'kept' WHERE id = 1;
         DELETE FROM t WHERE id = 3",
    );
    // The provider is asked every second whether its table fits by now.
    std::thread::sleep(Duration::from_secs(3));
    assert!(waits(&trio));
    assert_eq!(trio.n1().table("SELECT id FROM t ORDER BY id"), "1\n2\n3");
    let n1 = trio.n1();
    n1.sql("SET spock.enable_ddl_replication = off; ALTER TABLE t ADD c text");
    trio.catch_up(1, 0);
    n1.sql(
        "BEGIN; SELECT spock.repair_mode(true);
            UPDATE t SET d = c WHERE c IS NOT NULL; ALTER TABLE t DROP c; COMMIT",
    );
    n1.disconnect();
    end_equal(&trio, "1|changed|kept\n2|a|b\n10|new|kept");
}
