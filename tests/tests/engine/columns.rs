//! Tables whose columns differ between the nodes.

use crate::pair::{publish, shared};

/// Columns are matched by name: their numbers and their order are each node's own.
#[test]
fn dropped_columns_and_other_orders() {
    let pair = shared("dropped");
    pair.n1().sql(
        "CREATE TABLE dropped.t (gone1 text, id int PRIMARY KEY, gone2 int NOT NULL, a text, b int, gone3 xml); \
         ALTER TABLE dropped.t DROP gone1, DROP gone2, DROP gone3",
    );
    pair.n2().sql(
        "CREATE TABLE dropped.t (b int, gone4 jsonb DEFAULT '1', a text, id int, gone5 float8, PRIMARY KEY (id)); \
         ALTER TABLE dropped.t DROP gone4; ALTER TABLE dropped.t DROP gone5",
    );
    pair.publish("default", &["dropped.t"]);
    let same = || pair.assert_same("SELECT id, a, b FROM dropped.t ORDER BY id");
    for (node, first) in [(pair.n1(), 0), (pair.n2(), 100)] {
        node.sql(&format!("INSERT INTO dropped.t (id, a, b) VALUES ({first}, 'alone', NULL)"));
        node.sql(&format!(
            "INSERT INTO dropped.t (id, a, b) SELECT {first} + i, 'a' || i, i FROM generate_series(1, 20) i"
        ));
        node.sql(&format!(
            "UPDATE dropped.t SET a = NULL, b = b + 1 WHERE id % 2 = 0 AND id >= {first}"
        ));
        node.sql(&format!("UPDATE dropped.t SET id = id + 50 WHERE id = {first} + 7"));
        node.sql(&format!("DELETE FROM dropped.t WHERE id = {first} + 9"));
        pair.sync();
        same();
    }
    assert_eq!(same(), 40);

    // Once more between changes that go on.
    pair.everywhere("ALTER TABLE dropped.t ADD c int");
    pair.n1().sql("ALTER TABLE dropped.t DROP b");
    pair.n1().sql(
        "UPDATE dropped.t SET a = 'later', c = 3; INSERT INTO dropped.t (id, a) VALUES (200, 'x')",
    );
    pair.sync();
    assert_eq!(pair.assert_same("SELECT id, a, c FROM dropped.t ORDER BY id"), 41);
    assert_eq!(pair.n2().value::<i64>("SELECT count(*) FROM dropped.t WHERE b IS NOT NULL"), 38);
    pair.n2().sql("ALTER TABLE dropped.t DROP b; UPDATE dropped.t SET c = 4 WHERE id < 50");
    pair.sync();
    assert_eq!(pair.assert_same("SELECT id, a, c FROM dropped.t ORDER BY id"), 41);
}

/// Columns that only the subscriber has are filled with their defaults, and later kept.
#[test]
fn extra_columns_of_the_subscriber() {
    let pair = shared("extra");
    pair.n1().sql("CREATE TABLE extra.t (id int PRIMARY KEY, a text)");
    pair.n2().sql(
        "CREATE SEQUENCE extra.s; CREATE DOMAIN extra.d AS text DEFAULT 'of the domain'; \
         CREATE FUNCTION extra.f() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'from f'; END $$; \
         CREATE TABLE extra.t (nothing text, id int PRIMARY KEY, fixed text NOT NULL DEFAULT 'fixed', \
             number int DEFAULT nextval('extra.s'), a text, at timestamptz NOT NULL DEFAULT now(), \
             each uuid DEFAULT gen_random_uuid(), dom extra.d, called text DEFAULT extra.f(), \
             auto bigint GENERATED ALWAYS AS IDENTITY)",
    );
    publish(&pair.n1(), "default", &["extra.t"]);
    pair.n1().sql("INSERT INTO extra.t VALUES (1, 'one')");
    pair.n1().sql("INSERT INTO extra.t SELECT i, 'many' FROM generate_series(2, 3000) i");
    pair.n1().sql("BEGIN; INSERT INTO extra.t VALUES (3001, 'x'); INSERT INTO extra.t VALUES (3002, 'y'); COMMIT");
    pair.sync_to_n2();
    let n2 = pair.n2();
    assert_eq!(
        n2.table(
            "SELECT count(*), count(DISTINCT number), count(DISTINCT each), count(DISTINCT auto), \
             count(nothing), min(fixed), max(fixed), min(dom), max(called), bool_and(at > now() - interval '1 hour') \
             FROM extra.t"
        ),
        "3002|3002|3002|3002|0|fixed|fixed|of the domain|from f|t"
    );
    n2.sql("UPDATE extra.t SET nothing = 'local', fixed = 'changed ' || id WHERE id < 10");
    let before = n2.table("SELECT id, nothing, fixed, number, each, auto FROM extra.t ORDER BY id");
    pair.n1().sql("UPDATE extra.t SET a = 'updated'");
    pair.sync_to_n2();
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM extra.t WHERE a = 'updated'"), 3002);
    assert_eq!(
        n2.table("SELECT id, nothing, fixed, number, each, auto FROM extra.t ORDER BY id"),
        before
    );
    pair.n1().sql("UPDATE extra.t SET id = -id WHERE id < 4");
    pair.sync_to_n2();
    assert_eq!(
        n2.table("SELECT id, fixed FROM extra.t WHERE id < 0 ORDER BY id"),
        "-3|changed 3\n-2|changed 2\n-1|changed 1"
    );
}

/// A column added with a default is not in the rows that were there before.
#[test]
fn columns_added_with_a_default() {
    let pair = shared("added");
    pair.tables("CREATE TABLE added.t (id int PRIMARY KEY, a text)", &["added.t"]);
    pair.n1().sql("INSERT INTO added.t SELECT i, 'a' FROM generate_series(1, 10) i");
    pair.sync();
    pair.n2().sql("ALTER TABLE added.t ADD b text NOT NULL DEFAULT 'b'");
    pair.n1().sql("UPDATE added.t SET a = 'n1 lacks b' WHERE id <= 5");
    pair.sync_to_n2();
    assert_eq!(
        pair.n2().table("SELECT a, b, count(*) FROM added.t GROUP BY 1, 2 ORDER BY 1"),
        "a|b|5\nn1 lacks b|b|5"
    );
    pair.n1().sql("ALTER TABLE added.t ADD b text NOT NULL DEFAULT 'b'");
    pair.n1().sql("UPDATE added.t SET a = 'both have b' WHERE id BETWEEN 3 AND 8");
    pair.n2().sql("UPDATE added.t SET a = 'from n2' WHERE id = 9");
    pair.sync();
    assert_eq!(pair.assert_equal("added.t"), 10);
}

#[test]
fn generated_columns_are_computed_on_each_node() {
    let pair = shared("generated");
    pair.n1().sql(
        "CREATE TABLE generated.t (id int PRIMARY KEY, a int, twice int GENERATED ALWAYS AS (a * 2) STORED, \
         own int GENERATED ALWAYS AS (a + 1) STORED, plain_there int GENERATED ALWAYS AS (a) STORED)",
    );
    pair.n2().sql(
        "CREATE TABLE generated.t (extra int DEFAULT 7, twice int GENERATED ALWAYS AS (a * 2) STORED, \
         id int PRIMARY KEY, own int GENERATED ALWAYS AS (a + 2) STORED, a int, plain_there int DEFAULT -1, \
         here text GENERATED ALWAYS AS (a::text || '/' || extra::text) STORED); \
         CREATE INDEX ON generated.t (twice); CREATE UNIQUE INDEX ON generated.t (here)",
    );
    publish(&pair.n1(), "default", &["generated.t"]);
    pair.n1().sql("INSERT INTO generated.t SELECT i, i FROM generate_series(1, 5) i");
    pair.n1().sql("INSERT INTO generated.t VALUES (6, 6)");
    pair.n1().sql("UPDATE generated.t SET a = a * 10 WHERE id IN (2, 6); UPDATE generated.t SET id = 30 WHERE id = 3");
    pair.sync_to_n2();
    assert_eq!(
        pair.n2().table("SELECT id, a, twice, own, plain_there, here FROM generated.t ORDER BY id"),
        "1|1|2|3|-1|1/7\n2|20|40|22|-1|20/7\n4|4|8|6|-1|4/7\n5|5|10|7|-1|5/7\n6|60|120|62|-1|60/7\n30|3|6|5|-1|3/7"
    );
    assert_eq!(
        pair.n2().table("SET enable_seqscan = off; SELECT id FROM generated.t WHERE twice = 40"),
        "2"
    );
    pair.n2().sql("RESET enable_seqscan");
}

/// A type of the same name class but another one: what is sent is read by the local type.
#[test]
fn columns_of_wider_types_at_the_subscriber() {
    let pair = shared("wider");
    // Not all of them hold every value.
    pair.n2().sql("ALTER SYSTEM SET spock.schema_mismatch = 'apply'");
    pair.n2().sql("SELECT pg_reload_conf()");
    pair.everywhere("CREATE TYPE wider.mood AS ENUM ('sad', 'glad')");
    pair.n1().sql(
        "CREATE TABLE wider.t (id int PRIMARY KEY, a int, b varchar(10), c float4, d date, e int[], f numeric, \
         g float8, h bigint, i numeric(8,4), j text, k wider.mood, l text)",
    );
    // Types of the same size, too: bits of one must not pass for the other.
    pair.n2().sql(
        "CREATE DOMAIN wider.small AS bigint CHECK (VALUE < 1000); \
         CREATE TABLE wider.t (id bigint PRIMARY KEY, a numeric, b text, c float8, d timestamp, e bigint[], f text, \
         g bigint, h float8, i numeric(8,1), j varchar(5), k text, l wider.mood)",
    );
    pair.n2().sql("ALTER TABLE wider.t ALTER h TYPE wider.small USING NULL");
    publish(&pair.n1(), "default", &["wider.t"]);
    pair.n1().sql(
        "INSERT INTO wider.t VALUES (1, 2, 'three', 4.1, '2005-06-07', '{8,NULL}', 9.10, 11, 12, 13.1415, 'fits', \
         'glad', 'sad')",
    );
    pair.n1().sql(
        "INSERT INTO wider.t SELECT i FROM generate_series(2, 4) i; UPDATE wider.t SET a = -id; \
         DELETE FROM wider.t WHERE id = 4",
    );
    pair.sync_to_n2();
    assert_eq!(
        pair.n2().table("SELECT * FROM wider.t ORDER BY id"),
        "1|-1|three|4.1|2005-06-07 00:00:00|{8,NULL}|9.10|11|12|13.1|fits|glad|sad\n\
         2|-2|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅\n\
         3|-3|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅|∅"
    );
    pair.n2().sql("ALTER SYSTEM RESET spock.schema_mismatch");
    pair.n2().sql("SELECT pg_reload_conf()");
}

/// Only the listed columns travel.
#[test]
fn column_lists() {
    let pair = shared("listed");
    pair.everywhere(
        "CREATE TABLE listed.t (id int PRIMARY KEY, a text DEFAULT 'default', b text, c int)",
    );
    pair.n1().sql("SELECT spock.repset_add_table('default', 'listed.t', columns := '{id,b}')");
    pair.n1().sql("INSERT INTO listed.t VALUES (1, 'a', 'b', 1), (2, 'a', 'b', 2)");
    pair.sync_to_n2();
    pair.n2().sql("UPDATE listed.t SET c = 5 WHERE id = 2");
    pair.n1().sql("UPDATE listed.t SET a = 'new', b = 'new', c = 9");
    pair.sync_to_n2();
    assert_eq!(
        pair.n2().table("SELECT * FROM listed.t ORDER BY id"),
        "1|default|new|∅\n2|default|new|5"
    );
}

#[test]
fn constraints_defaults_and_wide_tables() {
    let pair = shared("wide");
    let columns: Vec<String> = (1..=600).map(|i| format!("c{i} int")).collect();
    let sums: Vec<String> = (1..=600).map(|i| format!("c{i} = id + {i}")).collect();
    pair.tables(
        &format!("CREATE TABLE wide.t (id int PRIMARY KEY CHECK (id > 0), {})", columns.join(", ")),
        &["wide.t"],
    );
    pair.n1().sql("INSERT INTO wide.t SELECT i FROM generate_series(1, 30) i");
    pair.n1().sql(&format!("UPDATE wide.t SET {} WHERE id % 2 = 0", sums.join(", ")));
    pair.sync();
    pair.n2().sql(&format!("UPDATE wide.t SET {} WHERE id % 3 = 0", sums.join(", ")));
    pair.sync();
    assert_eq!(pair.assert_equal("wide.t"), 30);
    assert_eq!(pair.n1().value::<i64>("SELECT count(*) FROM wide.t WHERE c600 = id + 600"), 20);
}
