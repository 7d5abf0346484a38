//! How rows are found: primary keys, replica identities, and what happens without.

use crate::pair::{Pair, publish, shared};

#[test]
fn b15_keys_change() {
    let pair = shared("key_updates");
    pair.tables(
        "CREATE TABLE key_updates.one (id int PRIMARY KEY, v text); \
         CREATE TABLE key_updates.two (a int, v text, b text, PRIMARY KEY (b, a))",
        &["key_updates.one", "key_updates.two"],
    );
    pair.n1().sql(
        "INSERT INTO key_updates.one SELECT i, 'v' || i FROM generate_series(1, 100) i; \
         INSERT INTO key_updates.two SELECT i, 'v' || i, 'b' FROM generate_series(1, 100) i",
    );
    pair.sync();
    for (node, shift) in [(pair.n1(), 1000), (pair.n2(), 5000)] {
        node.sql(&format!("UPDATE key_updates.one SET id = id + {shift} WHERE id % 2 = 0"));
        // To a key that another row had a moment ago, in one transaction: a chain and a swap.
        node.sql(
            "BEGIN; UPDATE key_updates.one SET id = -1 WHERE id = 1; \
             UPDATE key_updates.one SET id = 1 WHERE id = 3; \
             UPDATE key_updates.one SET id = 3, v = 'swapped' WHERE id = -1; COMMIT",
        );
        node.sql(
            "UPDATE key_updates.two SET b = b || 'x' WHERE a < 20; \
             UPDATE key_updates.two SET a = -a, v = 'both' WHERE a < 5; \
             UPDATE key_updates.two SET a = a WHERE a BETWEEN 30 AND 40",
        );
        pair.sync();
        assert_eq!(pair.assert_equal("key_updates.one"), 100);
        assert_eq!(pair.assert_equal("key_updates.two"), 100);
    }
}

#[test]
fn replica_identity_by_index() {
    let pair = shared("identity");
    pair.tables(
        "CREATE TABLE identity.no_key (a int NOT NULL, b text NOT NULL, v text, w int); \
         CREATE UNIQUE INDEX by_ab ON identity.no_key (b, a) INCLUDE (w); \
         ALTER TABLE identity.no_key REPLICA IDENTITY USING INDEX by_ab; \
         CREATE TABLE identity.other (id int PRIMARY KEY, code text NOT NULL, v text); \
         CREATE UNIQUE INDEX by_code ON identity.other (code); \
         ALTER TABLE identity.other REPLICA IDENTITY USING INDEX by_code",
        &["identity.no_key", "identity.other"],
    );
    pair.n1().sql(
        "INSERT INTO identity.no_key SELECT i % 3, 'b' || i, 'v', i FROM generate_series(1, 30) i; \
         INSERT INTO identity.other SELECT i, 'c' || i, 'v' FROM generate_series(1, 30) i",
    );
    pair.sync();
    for (node, tag) in [(pair.n1(), "x"), (pair.n2(), "y")] {
        node.sql(&format!(
            "UPDATE identity.no_key SET v = '{tag}' WHERE a = 1; \
             UPDATE identity.no_key SET b = b || '{tag}', w = -w WHERE a = 2; \
             DELETE FROM identity.no_key WHERE ctid = (SELECT min(ctid) FROM identity.no_key); \
             UPDATE identity.other SET v = '{tag}', id = id + 100 WHERE id % 2 = 0; \
             UPDATE identity.other SET code = code || '{tag}' WHERE id % 5 = 0; \
             DELETE FROM identity.other WHERE ctid = (SELECT max(ctid) FROM identity.other)"
        ));
        pair.sync();
        pair.assert_equal("identity.no_key");
        pair.assert_equal("identity.other");
    }
    assert_eq!(pair.assert_equal("identity.no_key"), 28);
    assert_eq!(pair.assert_equal("identity.other"), 28);
}

/// The local index must be one whose old values the provider sends: rows are found by that, and
/// not by the replica identity that this node has for its own subscribers.
#[test]
fn other_keys_at_the_subscriber() {
    let pair = shared("other_keys");
    pair.n1().sql("CREATE TABLE other_keys.t (id int PRIMARY KEY, code text NOT NULL, v text)");
    pair.n2().sql(
        "CREATE TABLE other_keys.t (id int NOT NULL, code text PRIMARY KEY, v text); \
         CREATE UNIQUE INDEX by_id ON other_keys.t (id); \
         CREATE UNIQUE INDEX by_v ON other_keys.t (v); CREATE UNIQUE INDEX partly ON other_keys.t (id) WHERE v <> ''",
    );
    publish(&pair.n1(), "default", &["other_keys.t"]);
    pair.n1().sql(
        "INSERT INTO other_keys.t SELECT i, 'c' || i, 'v' || i FROM generate_series(1, 20) i; \
         UPDATE other_keys.t SET code = 'new' || id, v = NULL WHERE id <= 5; \
         UPDATE other_keys.t SET id = id + 100 WHERE id > 15; DELETE FROM other_keys.t WHERE id = 10",
    );
    pair.sync_to_n2();
    assert_eq!(pair.assert_equal("other_keys.t"), 19);
    assert_eq!(
        pair.n2().value::<i64>("SELECT count(*) FROM other_keys.t WHERE code LIKE 'new%'"),
        5
    );
}

/// The nodes may have different indexes: the row is found by the local one, if its columns come.
#[test]
fn the_whole_old_row_finds_by_the_local_key() {
    let pair = shared("full_identity");
    pair.tables(
        "CREATE TABLE full_identity.t (id int PRIMARY KEY, v text, w float8); \
         ALTER TABLE full_identity.t REPLICA IDENTITY FULL",
        &["full_identity.t"],
    );
    pair.n1()
        .sql("INSERT INTO full_identity.t SELECT i, NULL, 'NaN' FROM generate_series(1, 20) i");
    pair.sync();
    for node in [pair.n1(), pair.n2()] {
        node.sql("UPDATE full_identity.t SET v = coalesce(v, '') || 'x' WHERE id <= 10");
        node.sql("UPDATE full_identity.t SET id = id + 100, w = 1 WHERE id = (SELECT max(id) FROM full_identity.t)");
        node.sql("DELETE FROM full_identity.t WHERE id = (SELECT min(id) FROM full_identity.t)");
        pair.sync();
        pair.assert_equal("full_identity.t");
    }
    assert_eq!(pair.assert_equal("full_identity.t"), 18);
}

#[test]
fn tables_without_key_replicate_inserts() {
    let pair = shared("keyless");
    pair.everywhere(
        "CREATE TABLE keyless.t (v text, n int); CREATE TABLE keyless.empty_columns ()",
    );
    pair.publish("default_insert_only", &["keyless.t", "keyless.empty_columns"]);
    for node in [pair.n1(), pair.n2()] {
        node.sql(
            "INSERT INTO keyless.t VALUES ('alone', NULL); \
             INSERT INTO keyless.t SELECT 'same', 1 FROM generate_series(1, 2500); \
             INSERT INTO keyless.empty_columns DEFAULT VALUES; INSERT INTO keyless.empty_columns DEFAULT VALUES",
        );
    }
    pair.sync();
    assert_eq!(pair.assert_equal("keyless.t"), 5002);
    assert_eq!(pair.assert_equal("keyless.empty_columns"), 4);
    // Updates and deletes stay at home.
    pair.n1().sql(
        "UPDATE keyless.t SET v = 'at home' WHERE n IS NULL; DELETE FROM keyless.t WHERE n = 1",
    );
    pair.sync();
    assert_eq!(pair.n1().value::<i64>("SELECT count(*) FROM keyless.t"), 2);
    assert_eq!(pair.n2().value::<i64>("SELECT count(*) FROM keyless.t"), 5002);
    assert_eq!(pair.n2().value::<i64>("SELECT count(*) FROM keyless.t WHERE v = 'at home'"), 0);
    pair.n2().sql("TRUNCATE keyless.t");
    pair.sync();
    assert_eq!(pair.assert_equal("keyless.t"), 0);
    pair.allow_log("cannot be added to replication set default");
    let error = pair.n1().sql_error("SELECT spock.repset_add_table('default', 'keyless.t')");
    assert!(error.message().contains("cannot be added to replication set default"), "{error}");
}

/// What a set does not replicate stays at home; a table in two sets replicates what either does.
#[test]
fn sets_choose_actions() {
    let pair = shared("actions");
    pair.everywhere(
        "SELECT spock.repset_create('actions_updates', true, true, false, false); \
         SELECT spock.repset_create('actions_deletes', true, false, true, false); \
         CREATE TABLE actions.one (id int PRIMARY KEY, v int); CREATE TABLE actions.two (id int PRIMARY KEY, v int)",
    );
    publish(&pair.n1(), "actions_updates", &["actions.one", "actions.two"]);
    publish(&pair.n1(), "actions_deletes", &["actions.two"]);
    // In a set that nobody subscribes to: nothing goes out.
    pair.n1().sql("INSERT INTO actions.one VALUES (0, 0)");
    // What the subscriber has confirmed is not looked at again with the wider subscription.
    pair.sync_to_n2();
    pair.n2().sql(
        "SELECT spock.sub_add_repset('sub_n1_n2', 'actions_updates'); \
         SELECT spock.sub_add_repset('sub_n1_n2', 'actions_deletes')",
    );
    pair.wait_for("the wider subscription", || {
        let id: i32 = pair
            .n1()
            .value("INSERT INTO actions.one SELECT max(id) + 1, 0 FROM actions.one RETURNING id");
        pair.sync_to_n2();
        pair.n2().value::<bool>(&format!("SELECT EXISTS (SELECT FROM actions.one WHERE id = {id})"))
    });
    assert!(!pair.n2().value::<bool>("SELECT EXISTS (SELECT FROM actions.one WHERE id = 0)"));
    for table in ["actions.one", "actions.two"] {
        pair.n1().sql(&format!(
            "INSERT INTO {table} VALUES (1001, 0), (1002, 0); UPDATE {table} SET v = 1 WHERE id = 1001; \
             DELETE FROM {table} WHERE id = 1002; TRUNCATE {table}"
        ));
    }
    pair.sync_to_n2();
    let rest = |table: &str| {
        pair.n2().table(&format!("SELECT id, v FROM {table} WHERE id > 1000 ORDER BY id"))
    };
    assert_eq!(rest("actions.one"), "1001|1\n1002|0");
    assert_eq!(rest("actions.two"), "1001|1");
    // Out of the set again: nothing more goes out, and it works at once.
    pair.n1().sql("SELECT spock.repset_remove_table('actions_updates', 'actions.one')");
    pair.n1().sql("INSERT INTO actions.one VALUES (1003, 0)");
    pair.sync_to_n2();
    assert_eq!(rest("actions.one"), "1001|1\n1002|0");
}

/// Text keys compare by the collation of the key's index, strings that are equal under it included.
#[test]
fn keys_under_other_collations() {
    let pair = shared("collated");
    pair.tables(
        "CREATE COLLATION collated.ignore_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false); \
         CREATE TABLE collated.t (k text COLLATE collated.ignore_case PRIMARY KEY, v int)",
        &["collated.t"],
    );
    pair.n1().sql("INSERT INTO collated.t VALUES ('Straße', 1), ('ABC', 2)");
    pair.sync();
    pair.n2().sql(
        "UPDATE collated.t SET v = 3 WHERE k = 'abc'; UPDATE collated.t SET k = 'aBc' WHERE v = 3",
    );
    pair.sync();
    pair.n1()
        .sql("UPDATE collated.t SET v = 4 WHERE k = 'ABC'; DELETE FROM collated.t WHERE v = 1");
    pair.sync();
    assert_eq!(pair.assert_equal("collated.t"), 1);
    assert_eq!(pair.n2().table("SELECT k, v FROM collated.t"), "aBc|4");
}

/// An update that only a block range index hears of leaves a row its index entries (16 and later). One more
/// would outlive that version of the row, and lead to whichever row comes to its place.
#[test]
fn updates_of_columns_that_only_summarizing_indexes_have() {
    // Nothing keeps old versions here: their places are free as soon as a vacuum came by.
    let pair = Pair::build(|cluster| cluster.setting("spock.retention_hold", "0"));
    pair.tables(
        "CREATE TABLE t (id int PRIMARY KEY, at int); CREATE INDEX ranges ON t USING brin (at)",
        &["t"],
    );
    pair.n1().sql("INSERT INTO t SELECT i, i FROM generate_series(1, 10) i");
    for round in 1..=5 {
        pair.n1().sql(&format!("UPDATE t SET at = {round}000 + id"));
        pair.sync_to_n2();
    }
    let (n2, pages) = (pair.n2(), "SELECT pg_relation_size('t') / 8192");
    let before = n2.table(pages);
    pair.wait_for("old versions to go", || {
        n2.sql("VACUUM t");
        // The next row takes the first free place of the page.
        n2.sql("BEGIN; INSERT INTO t VALUES (-1)");
        let place: i64 = n2.value(
            "SELECT split_part(trim(ctid::text, '()'), ',', 2)::bigint FROM t WHERE id = -1",
        );
        n2.sql("ROLLBACK");
        place < 50
    });
    pair.n1().sql("INSERT INTO t SELECT i, i FROM generate_series(101, 140) i");
    pair.sync_to_n2();
    assert_eq!(n2.table(pages), before, "the new rows came to the places of old versions");
    n2.sql("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off");
    assert_eq!(
        n2.table("SELECT array_agg(id ORDER BY id) FROM t WHERE id BETWEEN 1 AND 10"),
        "{1,2,3,4,5,6,7,8,9,10}"
    );
    assert_eq!(pair.assert_equal("t"), 50);
}
