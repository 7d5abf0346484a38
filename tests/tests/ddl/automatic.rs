//! Statements that are replicated by themselves.

use crate::trio::Trio;

/// What is made on one node is on all of them, and what is written into it too, whoever writes.
#[test]
fn b31_tables_are_made_and_replicated_everywhere() {
    let trio = Trio::automatic();
    trio.node(0)
        .sql("CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'one')");
    trio.spread(0);
    trio.node(2)
        .sql("INSERT INTO t VALUES (3, 'three'); ALTER TABLE t ADD b int NOT NULL DEFAULT 7");
    trio.spread(2);
    trio.node(1).sql("UPDATE t SET b = id; CREATE TABLE u AS SELECT id, random() AS r FROM t");
    trio.drain();
    trio.assert_same_dumps("three statements");
    trio.assert_equal("SELECT * FROM t ORDER BY id");
    trio.assert_equal("SELECT * FROM u ORDER BY id");
    assert_eq!(trio.node(0).table("SELECT count(*) FROM u"), "2");
    trio.assert_equal("SELECT relname, set_name FROM spock.tables ORDER BY 1, 2");
    assert_eq!(
        trio.node(2).table("SELECT relname, set_name FROM spock.tables ORDER BY 1, 2"),
        "t|default\nu|default_insert_only"
    );
    assert_eq!(trio.exceptions(), "");
}
