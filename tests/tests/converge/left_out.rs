//! Large values that updates leave out (rule T1): a row never combines values that no node had together.

use spock_tests::{Node, StopMode};

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

const EVERYWHERE: &str = "SELECT id, v, md5(big), md5(other) FROM t ORDER BY id";

/// n1 wrote over rows to which n2 had given large values, and left these out; at n3 n2 is heard last,
/// and loses: what it brought is in the rows that won, but not here. `in_doubt` runs before n2 is heard.
fn doubt_at_n3(trio: &Trio, in_doubt: impl FnOnce()) {
    let (n1, n2, n3) = (trio.node(0), trio.node(1), trio.node(2));
    insert(&n1, "1, 3");
    trio.drain();
    let gate = trio.hold_at_n3(1);
    n2.sql(&format!("UPDATE t SET big = {} WHERE id <= 2", big("third")));
    trio.catch_up(1, 0);
    n1.sql("UPDATE t SET v = 'last' WHERE id <= 2");
    trio.catch_up(0, 2);
    trio.catch_up(0, 1);
    assert_eq!(n3.value::<i64>("SELECT count(*) FROM t WHERE v = 'last'"), 2);
    in_doubt();
    gate.open();
}

/// How many rows of n3 are as they were written.
fn whole_rows_at_n3(trio: &Trio) -> i64 {
    let of_both = format!("SELECT count(*) FROM t WHERE v = 'last' AND big = {}", big("third"));
    trio.node(2).value(&of_both)
}

/// What became in doubt is asked for. The row keeps its version: what comes later compares with that.
///
/// Seen to fail with a loser that is only left out.
#[test]
fn t1_a_loser_shows_that_a_large_value_is_an_old_one() {
    let trio = Trio::start(&[TABLE]);
    doubt_at_n3(&trio, || ());
    trio.drain();
    trio.assert_equal(EVERYWHERE);
    assert_eq!(whole_rows_at_n3(&trio), 2);
    trio.node(1).sql("UPDATE t SET v = 'after' WHERE id = 1");
    trio.node(2).sql("UPDATE t SET v = 'after' WHERE id = 2");
    trio.drain();
    trio.assert_equal(EVERYWHERE);
}

/// A function of the user's gets what the row's node said, not what stood here.
///
/// Seen to fail with a resolver that gets the row as it stands here.
#[test]
fn t1_resolvers_get_the_values_that_were_asked_for() {
    let trio = Trio::start(&[TABLE]);
    for node in trio.nodes() {
        node.sql(
            "CREATE FUNCTION newest(older t, newer t) RETURNS t IMMUTABLE LANGUAGE plpgsql
             AS $$ BEGIN RETURN newer; END $$;
             SELECT spock.set_conflict_resolver('t', 'newest(t,t)')",
        );
    }
    doubt_at_n3(&trio, || ());
    trio.drain();
    trio.assert_equal(EVERYWHERE);
    assert_eq!(whole_rows_at_n3(&trio), 2);
}

/// While the node that has the values cannot be reached the stream waits for it, and says so.
///
/// Seen to fail with a status that is only shown while a cause is looked for.
#[test]
fn t1_an_owner_that_is_down_is_waited_for() {
    let trio = Trio::start(&[TABLE]);
    trio.allow_crashes();
    let n1 = trio.node(0);
    doubt_at_n3(&trio, || n1.stop(StopMode::Fast).unwrap());
    trio.wait_for("the stream to wait for n1", || {
        trio.status(2, "sub_n2_n3").as_deref() == Some("waiting for n1")
    });
    assert_eq!(whole_rows_at_n3(&trio), 0);
    n1.start().unwrap();
    trio.wait_for("the stream to go on", || {
        trio.status(2, "sub_n2_n3").as_deref() == Some("replicating")
    });
    trio.drain();
    trio.assert_equal(EVERYWHERE);
    assert_eq!(whole_rows_at_n3(&trio), 2);
    assert_eq!(pending_at_n3(&trio), 0);
}

/// A node that is not followed any more is not waited for: the changes that made its rows doubtful are
/// pending, by themselves, and the stream goes on.
///
/// Seen to fail with a stream that waits for ever.
#[test]
fn t1_an_owner_that_is_gone_leaves_pending_changes() {
    let trio = Trio::start(&[TABLE, "CREATE TABLE beside (id int PRIMARY KEY)"]);
    trio.allow_crashes();
    let (n1, n2, n3) = (trio.node(0), trio.node(1), trio.node(2));
    doubt_at_n3(&trio, || {
        n2.sql(&format!(
            "BEGIN; INSERT INTO beside VALUES (1); INSERT INTO t VALUES (4, 'new', {}); COMMIT",
            big("new")
        ));
        n1.stop(StopMode::Fast).unwrap();
    });
    trio.wait_for("the stream to wait for n1", || {
        trio.status(2, "sub_n2_n3").as_deref() == Some("waiting for n1")
    });
    n3.sql("SELECT spock.sub_disable('sub_n1_n3')");
    trio.catch_up(1, 2);
    assert_eq!(whole_rows_at_n3(&trio), 0);
    assert_eq!(n3.value::<i64>("SELECT count(*) FROM t NATURAL JOIN (SELECT 4 AS id) x"), 1);
    assert_eq!(n3.value::<i64>("SELECT count(*) FROM beside"), 1);
    assert_eq!(pending_at_n3(&trio), 2);
    let why: String = n3
        .value("SELECT DISTINCT error_message FROM spock.exception_log WHERE operation = 'UPDATE'");
    assert!(why.contains("there is no enabled subscription to that node"), "{why}");
    // Whoever mends the rows has done with it: a newer image comes, or the change is tried again.
    n1.start().unwrap();
    n3.sql("SELECT spock.sub_enable('sub_n1_n3')");
    trio.drain();
    n1.sql("UPDATE t SET big = big || '' WHERE id <= 2");
    trio.drain();
    trio.assert_equal(EVERYWHERE);
}

/// Changes that n3 left out and that wait for somebody.
fn pending_at_n3(trio: &Trio) -> i64 {
    let query = "SELECT coalesce(sum(pending_exceptions), 0)::int8 FROM spock.sub_show_status()";
    trio.node(2).value(query)
}
