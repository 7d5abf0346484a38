//! Few rows and many, and how long many take.
#![expect(clippy::print_stderr, reason = "a measurement is worth seeing")]

use std::time::Instant;

use crate::pair::{Pair, shared};

/// Seen to fail with a row changed on one node only.
#[test]
fn b8_one_row_and_many() {
    let pair = shared("amounts");
    pair.tables("CREATE TABLE amounts.t (id int PRIMARY KEY, v text, n int)", &["amounts.t"]);
    let digest = "SELECT count(*), md5(string_agg(t::text, ',' ORDER BY id)) FROM amounts.t AS t";
    for count in [1, 1000, 100_000] {
        pair.n1().sql(&format!(
            "INSERT INTO amounts.t SELECT i, 'v' || i, 0 FROM generate_series(1, {count}) i"
        ));
        pair.sync_to_n2();
        pair.assert_same(digest);
        assert_eq!(pair.n2().value::<i64>("SELECT count(*) FROM amounts.t"), count);
        pair.n1().sql("UPDATE amounts.t SET n = n + id, v = v || '!'");
        pair.sync_to_n2();
        pair.assert_same(digest);
        pair.n1().sql("DELETE FROM amounts.t");
        pair.sync_to_n2();
        assert_eq!(pair.n2().value::<i64>("SELECT count(*) FROM amounts.t"), 0);
    }
}

/// Rows are found by the key's index: the time for many grows with their number alone. On an idle machine an
/// update of many rows is applied in at most one and a half times the time that it took; a busy one, and a
/// build without optimization, are given more.
///
/// Meant to fail with rows looked for in the whole table: that takes minutes.
#[test]
fn b13_many_rows_keep_up_with_their_origin() {
    const ROWS: u32 = 200_000;
    let pair = Pair::start();
    pair.tables("CREATE TABLE t (id int PRIMARY KEY, v text, n int)", &["t"]);
    let (n1, n2) = (pair.n1(), pair.n2());
    n1.sql(&format!("INSERT INTO t SELECT i, 'v' || i, 0 FROM generate_series(1, {ROWS}) i"));
    pair.sync_to_n2();
    for node in [&n1, &n2] {
        node.sql("VACUUM ANALYZE t");
        node.sql("SELECT pg_stat_reset()");
    }
    let limit = if cfg!(debug_assertions) { 20.0 } else { 2.0 };
    let begun = Instant::now();
    n1.sql("UPDATE t SET n = n + 1");
    let origin = begun.elapsed();
    pair.sync_to_n2();
    let apply = begun.elapsed().saturating_sub(origin);
    eprintln!("{ROWS} rows updated in {origin:.1?}, applied {apply:.1?} later");
    assert!(apply < origin.mul_f64(limit), "updated in {origin:?}, applied {apply:?} later");
    n1.sql("DELETE FROM t WHERE id % 2 = 0");
    pair.sync_to_n2();
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), i64::from(ROWS / 2));
    pair.assert_same("SELECT count(*), sum(n), md5(string_agg(v, ',' ORDER BY id)) FROM t");
    // What was counted above is one look at the whole table each time.
    pair.wait_for("the statistics", || {
        n2.value::<bool>("SELECT n_tup_del > 0 FROM pg_stat_user_tables WHERE relname = 't'")
    });
    assert!(n2.value::<i64>("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 't'") < 10);
}
