//! Names that need quotes, and names that are as long as names can be.

use crate::pair::shared;

#[test]
fn names_that_need_quotes() {
    let pair = shared("\"Mixed \"\"Case\"\" . schema\"");
    let schema = "\"Mixed \"\"Case\"\" . schema\"";
    let long = "ä".repeat(31);
    for (i, name) in [
        "\"MixedCase\"",
        "\"with \"\"quotes\"\" and 'more'\"",
        "\"dot.ted\"",
        "\"select\"",
        "\"back\\slash %s $1\"",
        &format!("\"{long}\""),
        "\" \"",
    ]
    .into_iter()
    .enumerate()
    {
        let table = format!("{schema}.{name}");
        pair.tables(
            &format!(
                "CREATE TABLE {table} (\"Key\" int, \"key\" int DEFAULT 0, \"col\"\"umn\" text, {name} text, \
                 PRIMARY KEY (\"Key\", \"key\"))"
            ),
            &[&table],
        );
        for (node, at) in [(pair.n1(), 1), (pair.n2(), 2)] {
            node.sql(&format!(
                "INSERT INTO {table} VALUES ({at}, {i}, 'a', 'b'), ({at} + 10, 0, 'c', NULL); \
                 UPDATE {table} SET {name} = 'changed' WHERE \"Key\" = {at}; \
                 UPDATE {table} SET \"Key\" = {at} + 20 WHERE \"Key\" = {at} + 10"
            ));
        }
        pair.sync();
        assert_eq!(pair.assert_equal(&table), 4, "{name}");
        pair.n2().sql(&format!(
            "DELETE FROM {table} WHERE \"Key\" = 1; DELETE FROM {table} WHERE \"Key\" = 22"
        ));
        pair.sync();
        assert_eq!(pair.assert_equal(&table), 2, "{name}");
        pair.n1().sql(&format!("TRUNCATE {table}"));
        pair.sync();
        assert_eq!(pair.assert_equal(&table), 0, "{name}");
    }
}

/// A table of the same name in another schema, and one that shadows a catalog.
#[test]
fn names_are_looked_up_in_their_schema_alone() {
    let pair = shared("same_name");
    pair.tables(
        "CREATE SCHEMA same_name_2; CREATE TABLE same_name.pg_class (id int PRIMARY KEY, v int); \
         CREATE TABLE same_name_2.pg_class (id int PRIMARY KEY, v int)",
        &["same_name.pg_class", "same_name_2.pg_class"],
    );
    pair.n1().sql("INSERT INTO same_name.pg_class VALUES (1, 1); INSERT INTO same_name_2.pg_class VALUES (2, 2)");
    pair.n2().sql("INSERT INTO same_name.pg_class VALUES (3, 3)");
    pair.sync();
    assert_eq!(pair.assert_equal("same_name.pg_class"), 2);
    assert_eq!(pair.assert_equal("same_name_2.pg_class"), 1);
}

/// Dropped, made again, renamed: what comes after goes to the table that has the name then.
#[test]
fn tables_come_and_go() {
    let pair = shared("renamed");
    pair.tables("CREATE TABLE renamed.t (id int PRIMARY KEY, v text)", &["renamed.t"]);
    pair.n1().sql("INSERT INTO renamed.t VALUES (1, 'one')");
    pair.sync();
    pair.everywhere("ALTER TABLE renamed.t RENAME TO u; ALTER TABLE renamed.u RENAME v TO w");
    pair.n1().sql("INSERT INTO renamed.u VALUES (2, 'two')");
    pair.sync();
    assert_eq!(pair.assert_equal("renamed.u"), 2);
    // The subscriber's table is another one now; the provider's is not.
    pair.n2().sql(
        "SELECT spock.repset_remove_table('default', 'renamed.u'); DROP TABLE renamed.u; \
         CREATE TABLE renamed.u (w text, extra int DEFAULT 5, id bigint PRIMARY KEY)",
    );
    pair.n1().sql("INSERT INTO renamed.u VALUES (3, 'three')");
    pair.sync_to_n2();
    assert_eq!(pair.n2().table("SELECT * FROM renamed.u"), "three|5|3");
    // And the other way round.
    pair.n1().sql(
        "SELECT spock.repset_remove_table('default', 'renamed.u'); DROP TABLE renamed.u; \
         CREATE TABLE renamed.u (id bigint PRIMARY KEY, w text); INSERT INTO renamed.u VALUES (4, 'not sent'); \
         SELECT spock.repset_add_table('default', 'renamed.u'); INSERT INTO renamed.u VALUES (5, 'five')",
    );
    pair.sync_to_n2();
    assert_eq!(pair.n2().table("SELECT id, w FROM renamed.u ORDER BY id"), "3|three\n5|five");
}
