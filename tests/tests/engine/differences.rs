//! Tables that differ in what is no business of their rows: indexes, storage, options.

use crate::pair::{publish, shared};

/// More indexes of all kinds, another fill factor, order, collation, and width of columns: rows are the same, and
/// every index finds them.
///
/// Seen to fail with an index that was not told of an update.
#[test]
fn b28_indexes_and_storage_may_differ() {
    let pair = shared("differences");
    let (n1, n2) = (pair.n1(), pair.n2());
    n1.sql("CREATE TABLE differences.t (id int PRIMARY KEY, v text, n int, tags int[])");
    n2.sql(
        "CREATE TABLE differences.t (tags int[], n bigint, v varchar COLLATE \"C\", id int PRIMARY KEY) \
             WITH (fillfactor = 50, autovacuum_enabled = off, toast_tuple_target = 256); \
         ALTER TABLE differences.t ALTER v SET STORAGE EXTERNAL, ALTER n SET STATISTICS 0; \
         CREATE INDEX by_v ON differences.t (v); CREATE INDEX by_lower ON differences.t (lower(v)); \
         CREATE INDEX by_part ON differences.t (n) WHERE n > 50; CREATE INDEX by_hash ON differences.t USING hash (n); \
         CREATE INDEX by_tag ON differences.t USING gin (tags); CREATE INDEX by_range ON differences.t USING brin (id); \
         CREATE UNIQUE INDEX by_both ON differences.t (n, id) INCLUDE (v); \
         CREATE STATISTICS differences.s ON n, v FROM differences.t; COMMENT ON TABLE differences.t IS 'other'",
    );
    publish(&n1, "default", &["differences.t"]);
    n1.sql("INSERT INTO differences.t SELECT i, 'V' || i, i % 100, ARRAY[i % 7, i] FROM generate_series(1, 1500) i");
    n1.sql("INSERT INTO differences.t VALUES (2000, repeat('x', 150), 7, NULL)");
    n1.sql("UPDATE differences.t SET n = n + 1, tags = tags || 1000 WHERE id % 3 = 0");
    n1.sql("UPDATE differences.t SET v = 'changed ' || id, id = id + 5000 WHERE id % 5 = 0");
    n1.sql("DELETE FROM differences.t WHERE id % 11 = 0");
    pair.sync_to_n2();
    let rows = "SELECT id, v, n, tags FROM differences.t ORDER BY id";
    assert!(pair.assert_same(rows) > 1300);
    let mut session = n2.connect();
    session.batch_execute("SET enable_seqscan = off").expect("a setting");
    let mut count = |query: &str| -> i64 {
        let row =
            session.query_one(&format!("SELECT count(*) FROM differences.t WHERE {query}"), &[]);
        row.expect(query).get(0)
    };
    for condition in [
        "v LIKE 'changed%'",
        "v >= 'V' AND v < 'W'",
        "lower(v) = 'v17'",
        "n > 90",
        "n = 33",
        "tags @> '{1000}'",
        "id BETWEEN 6000 AND 7000",
    ] {
        let there = count(condition);
        let condition =
            condition.replace("v >=", "v COLLATE \"C\" >=").replace("v <", "v COLLATE \"C\" <");
        let here: i64 = n1.value(&format!("SELECT count(*) FROM differences.t WHERE {condition}"));
        assert_eq!(there, here, "{condition}");
        assert!(here > 0, "{condition}");
    }
}
