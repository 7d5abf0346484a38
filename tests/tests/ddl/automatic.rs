//! Statements that are replicated by themselves.

use crate::local::Session;
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
    delta_columns_are_declared_everywhere(&trio);
    assert_eq!(trio.exceptions(), "");
}

/// The function that declares a delta column stands for statements, and the options of patched servers are
/// part of one.
fn delta_columns_are_declared_everywhere(trio: &Trio) {
    let said = Session::to(&trio.node(1)).run(
        "CREATE TABLE account (id int PRIMARY KEY, a int NOT NULL, b int NOT NULL, c int NOT NULL);
         INSERT INTO account VALUES (1, 0, 0, 0);
         SELECT spock.delta_apply('account', 'a'), spock.delta_apply('account', 'c');
         ALTER TABLE account ALTER b SET (log_old_value = true, delta_apply_function = spock.delta_apply);
         SELECT spock.delta_apply('account', 'c', true)",
    );
    assert!(said.iter().all(|line| !line.contains("not be replicated")), "{said:?}");
    trio.spread(1);
    trio.assert_same_dumps("delta columns");
    for node in trio.nodes() {
        node.sql("UPDATE account SET a = a + 1, b = b + 10");
    }
    trio.drain();
    for node in trio.nodes() {
        assert_eq!(node.table("SELECT a, b FROM account"), "3|30");
        assert_eq!(node.table("SELECT attname FROM spock.delta_columns ORDER BY 1"), "a\nb");
    }
}
