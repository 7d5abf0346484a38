//! The first copy of a table's rows carries all that the stream does.

use crate::flag::Flag;
use crate::pair::publish;
use spock_tests::Cluster;

/// Structure and data of tables with all kinds of columns, while the provider writes.
#[test]
fn structure_and_data_are_copied_under_writes() {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    let n1 = cluster.node(0);
    n1.sql(
        "CREATE SCHEMA \"Copy It\"; CREATE TYPE \"Copy It\".mood AS ENUM ('sad', 'happy'); \
         CREATE TABLE \"Copy It\".\"T\" (id bigserial PRIMARY KEY, gone int, m \"Copy It\".mood, big text, \
             twice bigint GENERATED ALWAYS AS (id * 2) STORED, arr int[], doc jsonb, by bytea); \
         ALTER TABLE \"Copy It\".\"T\" DROP gone; \
         INSERT INTO \"Copy It\".\"T\" (m, big, arr, doc, by) \
             SELECT 'sad', repeat(md5(i::text), 100), ARRAY[i, NULL], to_jsonb(i), decode(md5(i::text), 'hex') \
             FROM generate_series(1, 3000) i; \
         INSERT INTO \"Copy It\".\"T\" (big) SELECT string_agg(md5(i::text), '') FROM generate_series(1, 100000) i; \
         CREATE TABLE nokey (v text); INSERT INTO nokey SELECT 'same' FROM generate_series(1, 100); \
         CREATE TABLE empty (id int PRIMARY KEY)",
    );
    publish(&n1, "default", &["\"Copy It\".\"T\"", "empty"]);
    publish(&n1, "default_insert_only", &["nokey"]);
    let done = Flag::default();
    std::thread::scope(|scope| {
        let _end = done.raise_at_end();
        scope.spawn(|| {
            let mut session = cluster.node(0).connect();
            let mut round = 0;
            while !done.is_raised() {
                round += 1;
                let sql = format!(
                    "BEGIN; INSERT INTO \"Copy It\".\"T\" (m, doc) VALUES ('happy', '{round}'); \
                     UPDATE \"Copy It\".\"T\" SET m = 'happy', arr = arr || {round} WHERE id = {round} % 3000 + 1; \
                     DELETE FROM \"Copy It\".\"T\" WHERE id = {round} * 7; \
                     INSERT INTO nokey VALUES ('{round}'); COMMIT"
                );
                session.batch_execute(&sql).unwrap();
            }
        });
        let name =
            cluster.subscribe_with(0, 1, "synchronize_structure := true, synchronize_data := true");
        cluster.node(1).query("SELECT spock.sub_wait_for_sync($1::text::name)", &[&name]);
    });
    cluster.catch_up(0, 1);
    cluster.assert_equal(
        "SELECT id, m, md5(big), twice, arr, doc, by FROM \"Copy It\".\"T\" ORDER BY id",
    );
    cluster.assert_equal("SELECT v, count(*) FROM nokey GROUP BY 1 ORDER BY 1");
    assert!(cluster.node(1).value::<i64>("SELECT count(*) FROM \"Copy It\".\"T\"") > 2000);
}

/// A copy into tables of another shape: extra columns get their defaults.
#[test]
fn copies_into_other_columns() {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql(
        "CREATE TABLE t (gone int, id int PRIMARY KEY, a text, g int GENERATED ALWAYS AS (id + 1) STORED); \
         ALTER TABLE t DROP gone; INSERT INTO t SELECT i, 'a' || i FROM generate_series(1, 500) i; \
         CREATE TABLE listed (id int PRIMARY KEY, a text, b text); INSERT INTO listed VALUES (1, 'a', 'b'), (2, NULL, NULL)",
    );
    n2.sql(
        "CREATE SEQUENCE s; CREATE TABLE t (a text, extra text DEFAULT 'extra', n int DEFAULT nextval('s'), \
             g int GENERATED ALWAYS AS (id + 2) STORED, id bigint PRIMARY KEY); \
         CREATE TABLE listed (id int PRIMARY KEY, a text DEFAULT 'here', b text)",
    );
    publish(&n1, "default", &["t"]);
    n1.sql("SELECT spock.repset_add_table('default', 'listed', columns := '{id,b}')");
    let name = cluster.subscribe_with(0, 1, "synchronize_data := true");
    n2.query("SELECT spock.sub_wait_for_sync($1::text::name)", &[&name]);
    cluster.catch_up(0, 1);
    assert_eq!(
        n2.table(
            "SELECT count(*), count(DISTINCT n), min(extra), max(extra), \
             bool_and(a = 'a' || id), bool_and(g = id + 2) FROM t"
        ),
        "500|500|extra|extra|t|t"
    );
    assert_eq!(n2.table("SELECT * FROM listed ORDER BY id"), "1|here|b\n2|here|∅");
}
