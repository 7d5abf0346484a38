//! Deletes whose row is not here (rules C5 and D1): they write their version down, and what is older and
//! comes later loses against it.

use crate::trio::Trio;

const TABLE: &str = "CREATE TABLE t (a int, b text, v text, PRIMARY KEY (b, a))";

/// The row is still to come when the delete arrives, and nobody can be asked for it. The version outlives
/// a crash; a key update leaves one of its old key.
#[test]
fn d1_a_delete_without_its_row_leaves_a_version() {
    let trio = Trio::start(&[TABLE]);
    let n3 = trio.node(2);
    n3.sql("SELECT spock.sub_disable('sub_n1_n3', true)");
    trio.node(0).sql("INSERT INTO t SELECT i, 'it''s ' || i, 'n1' FROM generate_series(1, 5) i");
    trio.catch_up(0, 1);
    trio.node(1).sql("DELETE FROM t WHERE a = 1");
    trio.node(1).sql("UPDATE t SET a = 12 WHERE a = 2");
    // Deleted and inserted again, at once and later.
    trio.node(1)
        .sql("BEGIN; DELETE FROM t WHERE a = 3; INSERT INTO t VALUES (3, 'it''s 3', 'n2'); COMMIT");
    trio.node(1).sql("DELETE FROM t WHERE a = 4");
    trio.node(1).sql("INSERT INTO t VALUES (4, 'it''s 4', 'n2')");
    trio.catch_up(1, 2);
    assert_eq!(
        n3.table("SELECT key, node_id = spock.node_id_of('n2') FROM spock.dead_row ORDER BY key"),
        "6:it's 11:1|t\n6:it's 21:2|t\n6:it's 31:3|t\n6:it's 41:4|t"
    );
    n3.crash().expect("a crash");
    n3.start().expect("a start");
    n3.sql("SELECT spock.sub_enable('sub_n1_n3', true)");
    trio.drain();
    trio.assert_equal("SELECT a, b, v, pg_xact_commit_timestamp(xmin) FROM t ORDER BY a");
    assert_eq!(n3.table("SELECT a, v FROM t ORDER BY a"), "3|n2\n4|n2\n5|n1\n12|n1");
}
