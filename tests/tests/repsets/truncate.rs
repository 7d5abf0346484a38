//! TRUNCATE with its options (peers B9, spock#505).

use crate::link::Link;

#[test]
fn b9_truncates_restart_and_cascade_end_equal() {
    let link = Link::make();
    let n1 = link.n1();
    link.everywhere(
        "CREATE TABLE parent (id serial PRIMARY KEY, v text);
         CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent);
         CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY)",
    );
    n1.sql("SELECT spock.repset_add_all_tables('default', '{public}')");
    link.subscribe("");
    let fill = "INSERT INTO parent (v) SELECT 'v' FROM generate_series(1, 5);
                INSERT INTO child SELECT id, id FROM parent";
    let equal = |query: &str| link.assert_same(query, query);
    n1.sql(fill);
    n1.sql("INSERT INTO a VALUES (1); INSERT INTO b VALUES (1); TRUNCATE a, b");
    equal(
        "SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b), (SELECT count(*) FROM child)",
    );
    link.n2().sql("SELECT nextval('parent_id_seq') FROM generate_series(1, 50)");
    n1.sql("TRUNCATE parent RESTART IDENTITY CASCADE");
    equal("SELECT (SELECT count(*) FROM parent), (SELECT count(*) FROM child)");
    equal("SELECT last_value, is_called FROM parent_id_seq");
    n1.sql(fill);
    equal("SELECT * FROM parent JOIN child ON parent.id = child.parent ORDER BY 1");
    link.assert_no_exceptions();
}

/// A truncate that cannot be done here is recorded once, and what comes after it goes on.
#[test]
fn b9_a_truncate_that_cannot_be_applied_does_not_loop() {
    let link = Link::make();
    let (n1, n2) = (link.n1(), link.n2());
    link.everywhere("CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY)");
    n2.sql("CREATE TABLE only_here (id int PRIMARY KEY, t int REFERENCES t)");
    n1.sql("SELECT spock.repset_add_all_tables('default', '{public}')");
    link.subscribe("");
    link.allow_log("cannot truncate a table referenced in a foreign key constraint");
    n1.sql("INSERT INTO t VALUES (1); INSERT INTO u VALUES (1)");
    link.sync();
    n1.sql("TRUNCATE t");
    n1.sql("INSERT INTO u VALUES (2)");
    link.sync();
    assert_eq!(n2.table("SELECT count(*) FROM t"), "1");
    assert_eq!(n2.table("SELECT count(*) FROM u"), "2");
    let log = n2.table("SELECT operation, table_name, error_message FROM spock.exception_log");
    assert_eq!(log.lines().count(), 1, "{log}");
    assert!(log.starts_with("TRUNCATE|"), "{log}");
}
