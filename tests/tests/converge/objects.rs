//! Tables and columns that are still on their way (rule C1).

use crate::trio::Trio;

/// A row of a table that n1 and n2 have and n3 does not have yet waits while n1 may still bring the
/// table, and goes on when it is there. (Here a person brings it.)
///
/// Seen to fail with missing objects that are a failure at once.
#[test]
fn c1_a_row_waits_for_its_table() {
    let trio = Trio::start(&[]);
    let create = "CREATE TABLE late (id int PRIMARY KEY, v text)";
    for node in [0, 1] {
        trio.node(node).sql(create);
        trio.node(node).sql("SELECT spock.repset_add_table('default', 'late')");
    }
    let worker = "SELECT worker_pid FROM spock.get_apply_worker_status() w \
                   JOIN spock.subscription s ON s.sub_id = w.worker_subid WHERE s.sub_name = 'sub_n2_n3'";
    let before: i64 = trio.node(2).value(worker);
    let gate = trio.hold_n1_at_n3();
    trio.node(1).sql("INSERT INTO late VALUES (1, 'n2')");
    trio.n3_waits("sub_n2_n3", "n1");
    trio.node(2).sql(create);
    gate.open();
    trio.drain();
    assert_eq!(trio.node(2).table("SELECT * FROM late"), "1|n2");
    // Nothing failed.
    assert_eq!(trio.node(2).value::<i64>(worker), before);
}

/// The same for a column, by a transaction of many packets.
///
/// Seen to fail with missing objects that are a failure at once.
#[test]
fn c1_rows_wait_for_their_column() {
    let trio = Trio::start(&["CREATE TABLE t (id int PRIMARY KEY)"]);
    for node in [0, 1] {
        trio.node(node).sql("ALTER TABLE t ADD COLUMN late text");
    }
    let gate = trio.hold_n1_at_n3();
    trio.node(1).sql("INSERT INTO t SELECT i, repeat('x', 100) FROM generate_series(1, 2000) i");
    trio.n3_waits("sub_n2_n3", "n1");
    trio.node(2).sql("ALTER TABLE t ADD COLUMN late text");
    gate.open();
    trio.drain();
    trio.assert_equal("SELECT * FROM t ORDER BY id");
    assert_eq!(trio.node(2).value::<i64>("SELECT count(*) FROM t WHERE late IS NOT NULL"), 2000);
}

/// And for a label of an enum type, which an update uses.
///
/// Seen to fail with missing objects that are a failure at once.
#[test]
fn c1_an_update_waits_for_its_enum_label() {
    let trio = Trio::start(&[
        "CREATE TYPE mood AS ENUM ('ok')",
        "CREATE TABLE t (id int PRIMARY KEY, m mood)",
    ]);
    trio.node(0).sql("INSERT INTO t VALUES (1, 'ok')");
    trio.drain();
    for node in [0, 1] {
        trio.node(node).sql("ALTER TYPE mood ADD VALUE 'late'");
    }
    let gate = trio.hold_n1_at_n3();
    trio.node(1).sql("UPDATE t SET m = 'late'");
    trio.n3_waits("sub_n2_n3", "n1");
    trio.node(2).sql("ALTER TYPE mood ADD VALUE 'late'");
    gate.open();
    trio.drain();
    trio.assert_equal("SELECT * FROM t");
    assert_eq!(trio.node(2).table("SELECT * FROM t"), "1|late");
}
