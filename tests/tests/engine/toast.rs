//! Values that are stored out of line, compressed, or both.

use crate::pair::{Pair, shared};

/// An expression of 10 MB of text that does not compress.
fn big(seed: &str) -> String {
    format!("(SELECT string_agg(md5(i || '{seed}'), '') FROM generate_series(1, 327680) i)")
}

/// Digests instead of rows: the rows are large.
fn assert_equal(pair: &Pair, table: &str) {
    let sql = format!(
        "SELECT id, small, length(a), md5(a), length(b), md5(b), md5(c::text), md5(d::text) \
         FROM {table} ORDER BY id"
    );
    assert!(pair.assert_same(&sql) > 0);
}

const COLUMNS: &str = "(id int PRIMARY KEY, small int, a text, b bytea, c jsonb, d text[])";

#[test]
fn toasted_values_of_10_mb_arrive_unchanged_and_changed() {
    let pair = shared("toast");
    let table = "toast.t";
    pair.tables(
        &format!(
            "CREATE TABLE {table} {COLUMNS}; ALTER TABLE {table} ALTER a SET STORAGE EXTERNAL"
        ),
        &[table],
    );
    for (node, id) in [(pair.n1(), 1), (pair.n2(), 2)] {
        node.sql(&format!(
            "INSERT INTO {table} SELECT {id}, 0, x, convert_to(x, 'UTF8'), to_jsonb(x), ARRAY[x, '', NULL] \
             FROM {} AS v (x)",
            big("one")
        ));
        pair.sync();
        assert_equal(&pair, table);
        // Unchanged: a and all the others.
        node.sql(&format!("UPDATE {table} SET small = 1 WHERE id = {id}"));
        pair.sync();
        assert_equal(&pair, table);
        // One of them changes, the others do not.
        node.sql(&format!("UPDATE {table} SET a = {} WHERE id = {id}", big("two")));
        pair.sync();
        assert_equal(&pair, table);
        // Unchanged under a new key.
        node.sql(&format!("UPDATE {table} SET id = id + 10, small = 2 WHERE id = {id}"));
        pair.sync();
        assert_equal(&pair, table);
        // To NULL, to something small, and back; several times in one transaction.
        node.sql(&format!(
            "BEGIN; UPDATE {table} SET a = NULL, b = 'short' WHERE id = {id} + 10; \
             UPDATE {table} SET a = {}, small = 3 WHERE id = {id} + 10; \
             UPDATE {table} SET small = 4 WHERE id = {id} + 10; COMMIT",
            big("three")
        ));
        pair.sync();
        assert_equal(&pair, table);
    }
    assert_eq!(
        pair.n2().value::<i64>(&format!("SELECT sum(length(a)) FROM {table}")),
        2 * 10 * 1024 * 1024
    );
    pair.n1().sql(&format!("DELETE FROM {table} WHERE id = 12"));
    pair.n2().sql(&format!("DELETE FROM {table} WHERE id = 11"));
    pair.sync();
    assert_eq!(pair.assert_equal(table), 0);
}

/// The other node changed the row meanwhile in a column that stays small: its big ones stay too.
#[test]
fn unchanged_toast_is_kept_for_each_row_of_many() {
    let pair = shared("toast_many");
    let table = "toast_many.t";
    pair.tables(&format!("CREATE TABLE {table} {COLUMNS}"), &[table]);
    pair.n1().sql(&format!(
        "INSERT INTO {table} SELECT g, 0, x, convert_to(x, 'UTF8'), to_jsonb(x), ARRAY[x, x] \
         FROM generate_series(1, 50) g, \
         LATERAL (SELECT string_agg(md5(i || 'x' || g), '') FROM generate_series(1, 500) i) AS v (x)"
    ));
    pair.sync();
    assert_equal(&pair, table);
    for round in 1..=3 {
        for node in [pair.n1(), pair.n2()] {
            node.sql(&format!("UPDATE {table} SET small = small + {round}"));
            pair.sync();
            assert_equal(&pair, table);
        }
    }
    pair.n2().sql(&format!("UPDATE {table} SET id = id + 1000, d = NULL WHERE id % 2 = 0"));
    pair.sync();
    assert_equal(&pair, table);
}

/// Compressed in the row, by either method, and with short headers at every length.
#[test]
fn compressed_and_short_values_arrive() {
    let pair = shared("toast_small");
    let lz4 = pair.n1().try_sql("SET default_toast_compression = lz4").is_ok();
    let method = if lz4 { "COMPRESSION lz4" } else { "" };
    pair.n1().sql("RESET default_toast_compression");
    pair.tables(
        &format!(
            "CREATE TABLE toast_small.t (id int PRIMARY KEY, p text, l text {method}, \
             m text, n numeric, u bytea); \
             ALTER TABLE toast_small.t ALTER m SET STORAGE MAIN"
        ),
        &["toast_small.t"],
    );
    for (node, first) in [(pair.n1(), 0), (pair.n2(), 1000)] {
        node.sql(&format!(
            "INSERT INTO toast_small.t SELECT {first} + i, repeat('ab', i * 10), repeat('xyz', i * 15), \
             repeat('m', i * 7), power(7::numeric, i), decode(repeat('00ff', i), 'hex') \
             FROM generate_series(0, 300) i"
        ));
        node.sql(
            "UPDATE toast_small.t SET p = p || 'more', l = reverse(l) WHERE id % 3 = 0; \
             UPDATE toast_small.t SET n = n + 1, id = id + 5000 WHERE id % 50 = 0",
        );
        pair.sync();
        pair.assert_equal("toast_small.t");
    }
    assert_eq!(pair.assert_equal("toast_small.t"), 602);
}

/// With the whole old row in the log the values come along, and the key still finds the row.
#[test]
fn toast_under_full_replica_identity() {
    let pair = shared("toast_full");
    let table = "toast_full.t";
    pair.tables(
        &format!("CREATE TABLE {table} {COLUMNS}; ALTER TABLE {table} REPLICA IDENTITY FULL"),
        &[table],
    );
    for (node, id) in [(pair.n1(), 1), (pair.n2(), 2)] {
        node.sql(&format!(
            "INSERT INTO {table} SELECT {id}, 0, x, '\\x00', 'null', ARRAY[x] FROM {} AS v (x)",
            big("full")
        ));
        node.sql(&format!("UPDATE {table} SET small = 1 WHERE id = {id}"));
        node.sql(&format!("UPDATE {table} SET id = id + 10 WHERE id = {id}"));
        pair.sync();
        assert_equal(&pair, table);
    }
    pair.n1().sql(&format!("DELETE FROM {table} WHERE id = 12"));
    pair.sync();
    assert_equal(&pair, table);
}

/// A value as large as they come on ordinary machines: several copies of it must fit no limit.
#[test]
#[ignore = "takes a gigabyte or two of memory"]
fn values_of_a_quarter_of_a_gigabyte() {
    let pair = Pair::start();
    pair.tables("CREATE TABLE t (id int PRIMARY KEY, small int, a bytea)", &["t"]);
    pair.everywhere("ALTER TABLE t ALTER a SET STORAGE EXTERNAL");
    for (node, id) in [(pair.n1(), 1), (pair.n2(), 2)] {
        node.sql(&format!(
            "INSERT INTO t VALUES ({id}, 0, convert_to(repeat('0123456789abcdef', 16 * 1024 * 1024), 'UTF8'))"
        ));
        node.sql(&format!("UPDATE t SET small = 1 WHERE id = {id}"));
        pair.sync();
        pair.assert_same("SELECT id, small, length(a), md5(a) FROM t ORDER BY id");
    }
}
