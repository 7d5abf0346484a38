//! Large values that updates leave out (rule T1): a row never combines values that no node had together.

use spock_tests::Node;

use crate::trio::Trio;
use crate::two::Two;

const TABLE: &str = "CREATE TABLE t (id int PRIMARY KEY, v text, big text, other bytea); \
                     ALTER TABLE t ALTER big SET STORAGE EXTERNAL";
const ALL: &str = "SELECT id, v, length(big), md5(big), md5(other), pg_xact_commit_timestamp(xmin) FROM t ORDER BY id";

/// An expression of 12 kB of text.
fn big(seed: &str) -> String {
    format!("(SELECT string_agg(md5(i || '{seed}'), '') FROM generate_series(1, 384) i)")
}

fn insert(node: &Node<'_>, ids: &str) {
    let (text, bytes) = (big("before"), big("bytes"));
    node.sql(&format!(
        "INSERT INTO t SELECT i, 'before', x, convert_to(y, 'UTF8') \
         FROM generate_series({ids}) i, {text} AS a (x), {bytes} AS b (y)"
    ));
}

/// One node writes the large value, the other another column, later: the newer row is whole.
///
/// Seen to fail with an answer that is never asked for.
#[test]
fn t1_a_winner_brings_its_large_values() {
    let two = Two::start();
    for node in two.nodes() {
        node.sql(&format!("{TABLE}; SELECT spock.repset_add_table('default', 't')"));
    }
    insert(&two.n1(), "1, 40");
    two.apart(|| {
        two.n1().sql(&format!("UPDATE t SET big = {}, v = 'older' WHERE id <= 30", big("older")));
        two.n2().sql("UPDATE t SET v = 'newer' WHERE id <= 10");
        // In single transactions too, and as a change of the key.
        for id in 11..20 {
            two.n2().sql(&format!("UPDATE t SET v = 'newer' WHERE id = {id}"));
        }
        two.n2().sql("UPDATE t SET id = 100, v = 'newer' WHERE id = 20");
        two.n2().sql("UPDATE t SET v = NULL, big = NULL WHERE id = 21");
    });
    two.assert_equal(ALL);
    let newer = format!("v = 'newer' AND big = {}", big("before"));
    let count =
        |filter: &str| two.n1().value::<i64>(&format!("SELECT count(*) FROM t WHERE {filter}"));
    assert_eq!(count(&newer), 20);
    assert_eq!(count(&format!("v = 'older' AND big = {}", big("older"))), 9);
    assert_eq!(count("v IS NULL AND big IS NULL"), 1);
}

/// A node wrote over a third node's row and left its large value out; here the third node is heard
/// last, and loses. What it brought is in the row that won.
///
/// Seen to fail with a loser that is only left out.
#[test]
fn t1_a_loser_shows_that_a_large_value_is_an_old_one() {
    let trio = Trio::start(&[TABLE]);
    let (n1, n2, n3) = (trio.node(0), trio.node(1), trio.node(2));
    insert(&n2, "1, 3");
    trio.drain();
    let gate = trio.hold_n1_at_n3();
    n1.sql(&format!("UPDATE t SET big = {} WHERE id <= 2", big("third")));
    trio.catch_up(0, 1);
    n2.sql("UPDATE t SET v = 'last' WHERE id <= 2");
    trio.catch_up(1, 2);
    assert_eq!(n3.value::<i64>("SELECT count(*) FROM t WHERE v = 'last'"), 2);
    gate.open();
    trio.drain();
    trio.assert_equal("SELECT id, v, md5(big), md5(other) FROM t ORDER BY id");
    let whole = format!("SELECT count(*) FROM t WHERE v = 'last' AND big = {}", big("third"));
    assert_eq!(n3.value::<i64>(&whole), 2);
    // The row kept its version: what comes later compares with that.
    n1.sql("UPDATE t SET v = 'after' WHERE id = 1");
    n3.sql("UPDATE t SET v = 'after' WHERE id = 2");
    trio.drain();
    trio.assert_equal("SELECT id, v, md5(big), md5(other) FROM t ORDER BY id");
}
