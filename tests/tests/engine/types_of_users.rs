//! Types that users make: their OIDs differ from node to node.

use crate::pair::shared;

/// Types that depend on none of the others, in the order of `n1`.
const TYPES: &[&str] = &[
    "CREATE TYPE {s}.mood AS ENUM ('sad', 'it''s ok', 'Happy \"Day\"')",
    "CREATE TYPE {s}.span AS RANGE (subtype = float8, multirange_type_name = {s}.spans)",
    "CREATE DOMAIN {s}.percent AS numeric(5,2) CHECK (VALUE BETWEEN 0 AND 100)",
    "CREATE DOMAIN {s}.tags AS text[] CHECK (cardinality(VALUE) < 5)",
    "CREATE TYPE {s}.place AS (name text, at point, heights int[])",
    "CREATE DOMAIN {s}.email AS text NOT NULL DEFAULT 'nobody'",
];

/// Types made of those.
const COMPOUND: &[&str] = &[
    "CREATE TYPE {s}.visit AS (what {s}.mood, \"Where, To\" {s}.place, moods {s}.mood[])",
    "CREATE DOMAIN {s}.calm AS {s}.mood CHECK (VALUE <> 'sad')",
    "CREATE DOMAIN {s}.spot AS {s}.place CHECK ((VALUE).name <> '')",
    "CREATE TYPE {s}.moods AS RANGE (subtype = {s}.mood)",
];

const TABLE: &str = "CREATE TABLE {s}.t (
    id int PRIMARY KEY,
    mood {s}.mood, moods {s}.mood[], calm {s}.calm, calms {s}.calm[],
    span {s}.span, spans {s}.spans, many {s}.span[],
    percent {s}.percent, percents {s}.percent[], tags {s}.tags,
    place {s}.place, places {s}.place[], visit {s}.visit, visits {s}.visit[], spot {s}.spot,
    mood_range {s}.moods, email {s}.email)";

const ROWS: &str = "INSERT INTO {s}.t VALUES
    ({0} + 1, 'sad', '{sad,NULL,\"it''s ok\"}', 'it''s ok', ARRAY['it''s ok', 'Happy \"Day\"']::{s}.calm[],
     '[0.1,2.5)', '{[1,2],(3,Infinity)}', ARRAY['empty', '[1,2]', NULL]::{s}.span[],
     99.95, ARRAY[0, 100.00, NULL]::{s}.percent[], '{a,\"b c\"}',
     ROW('Zürich, \"CH\"', '(1,2)', '{1,NULL,3}'),
     ARRAY[ROW('x', NULL, '{}')::{s}.place, NULL, ROW('', '(0,0)', NULL)::{s}.place],
     ROW('sad', ROW('(nested)', '(3,4)', '{7}'), '{sad}'),
     ARRAY[ROW(NULL, NULL, NULL)::{s}.visit], ROW('home', '(0,0)', '{1}'),
     '[sad,\"it''s ok\"]', 'a@b'),
    ({0} + 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     NULL, ''),
    ({0} + 3, 'Happy \"Day\"', '{}', NULL, '{}', 'empty', '{}', '{}', 0, '{}', '{}',
     ROW(NULL, NULL, NULL), '{}', ROW(NULL, ROW(NULL, NULL, NULL), '{}'), '{}', NULL, 'empty', 'x')";

#[test]
fn user_types_with_other_oids_arrive() {
    let pair = shared("user_types");
    let make = |sql: &str| sql.replace("{s}", "user_types");
    for sql in TYPES.iter().chain(COMPOUND) {
        pair.n1().sql(&make(sql));
    }
    // Other OIDs, an enum whose labels came in another order, a composite with a past.
    pair.n2().sql(
        "DO $$ BEGIN FOR i IN 1 .. 30 LOOP CREATE TYPE user_types.burn AS ENUM ('x'); \
         DROP TYPE user_types.burn; END LOOP; END $$",
    );
    for sql in TYPES.iter().rev() {
        let sql = sql.replace("'sad', 'it''s ok', 'Happy \"Day\"'", "'Happy \"Day\"'");
        let sql = sql.replace("(name text, at", "(name text, gone int, at");
        pair.n2().sql(&make(&sql));
    }
    pair.n2().sql("ALTER TYPE user_types.mood ADD VALUE 'it''s ok' BEFORE 'Happy \"Day\"'");
    pair.n2().sql("ALTER TYPE user_types.mood ADD VALUE 'sad' BEFORE 'it''s ok'");
    pair.n2().sql("ALTER TYPE user_types.place DROP ATTRIBUTE gone");
    for sql in COMPOUND {
        pair.n2().sql(&make(sql));
    }
    pair.tables(&make(TABLE), &["user_types.t"]);
    let oid = "SELECT 'user_types.mood'::regtype::oid::bigint";
    assert_ne!(pair.n1().value::<i64>(oid), pair.n2().value::<i64>(oid));

    let rows = |first: i32| make(ROWS).replace("{0}", &first.to_string());
    pair.n1().sql(&rows(0));
    pair.n2().sql(&rows(10));
    pair.sync();
    assert_eq!(pair.assert_equal("user_types.t"), 6);
    for (node, first) in [(pair.n1(), 0), (pair.n2(), 10)] {
        node.sql(&format!(
            "UPDATE user_types.t SET mood = 'it''s ok', place.name = 'moved', \
             visit.moods[3] = 'sad', spans = spans + '{{[100,200]}}' WHERE id = {first} + 1; \
             UPDATE user_types.t SET calm = 'it''s ok', tags = '{{x}}' WHERE id = {first} + 2; \
             DELETE FROM user_types.t WHERE id = {first} + 3"
        ));
    }
    pair.sync();
    assert_eq!(pair.assert_equal("user_types.t"), 4);
    // The enum's order is that of its labels, on both.
    pair.assert_same("SELECT id, mood FROM user_types.t ORDER BY mood, id");
    let query = "SELECT id FROM user_types.t WHERE mood > 'sad' AND mood_range @> 'sad'::user_types.mood ORDER BY id";
    assert_eq!(pair.n2().table(query), "1\n11");
}

/// Keys are found by the operators of the local type.
#[test]
fn user_types_as_keys() {
    let pair = shared("user_keys");
    pair.n2().sql("CREATE TYPE user_keys.burn AS ENUM ('x')");
    let tables = [
        ("enum", "user_keys.color"),
        ("domain", "user_keys.code"),
        ("composite", "user_keys.pos"),
        ("range", "int4range"),
        ("numeric", "numeric"),
        ("arrays", "text[]"),
        ("padded", "char(8)"),
    ];
    pair.everywhere(
        "CREATE TYPE user_keys.color AS ENUM ('red', 'green', 'blue'); \
         CREATE DOMAIN user_keys.code AS text CHECK (VALUE <> ''); \
         CREATE TYPE user_keys.pos AS (x int, y text)",
    );
    let values = [
        ["red", "green", "blue"],
        ["a", "b", "c"],
        ["(1,a)", "(2,b)", "(2,c)"],
        ["[1,2)", "[3,4)", "(,0)"],
        ["1.0", "2.50", "3"],
        ["{a}", "{a,NULL}", "{}"],
        ["a", "b b", "12345678"],
    ];
    for ((name, key), [one, two, three]) in tables.iter().zip(values) {
        let table = format!("user_keys.\"{name}\"");
        pair.tables(&format!("CREATE TABLE {table} (k {key} PRIMARY KEY, v int)"), &[&table]);
        pair.n1().sql(&format!("INSERT INTO {table} VALUES ('{one}', 1), ('{two}', 2)"));
        pair.sync_to_n2();
        pair.n2().sql(&format!(
            "UPDATE {table} SET v = 10 WHERE k = '{one}'::{key}; \
             UPDATE {table} SET k = '{three}'::{key} WHERE k = '{two}'::{key}"
        ));
        pair.sync_to_n1();
        pair.assert_equal(&table);
        pair.n1().sql(&format!(
            "UPDATE {table} SET k = '{two}'::{key}, v = 20 WHERE k = '{three}'::{key}"
        ));
        pair.n1().sql(&format!("DELETE FROM {table} WHERE k = '{one}'::{key}"));
        pair.sync_to_n2();
        assert_eq!(pair.assert_equal(&table), 1, "{name}");
        assert_eq!(pair.n2().value::<i32>(&format!("SELECT v FROM {table}")), 20, "{name}");
    }
    // Equal under the key's operator, though not the same bytes.
    pair.n1().sql("UPDATE user_keys.numeric SET k = 2.500");
    pair.sync_to_n2();
    assert_eq!(pair.n2().table("SELECT k FROM user_keys.numeric"), "2.500");
}

#[test]
fn types_of_extensions_arrive() {
    let pair = shared("extension_types");
    pair.n1().sql("CREATE EXTENSION hstore; CREATE EXTENSION citext");
    pair.n2().sql("CREATE EXTENSION citext; CREATE EXTENSION ltree; CREATE EXTENSION hstore");
    pair.n1().sql("CREATE EXTENSION ltree");
    pair.tables(
        "CREATE TABLE extension_types.t (k citext PRIMARY KEY, h hstore, hs hstore[], l ltree, ls ltree[])",
        &["extension_types.t"],
    );
    for (node, key) in [(pair.n1(), "One"), (pair.n2(), "Two")] {
        node.sql(&format!(
            "INSERT INTO extension_types.t VALUES ('{key}', 'a=>1, \"b c\"=>NULL', \
             ARRAY['x=>y'::hstore, NULL, ''], 'Top.Next', '{{a.b,c}}'), ('{key} more', '', '{{}}', '', '{{}}')"
        ));
    }
    pair.sync();
    pair.n1().sql("UPDATE extension_types.t SET h = h || 'z=>26' WHERE k = 'TWO'");
    pair.n2().sql("UPDATE extension_types.t SET k = 'ONE' WHERE k = 'one'");
    pair.n2().sql("DELETE FROM extension_types.t WHERE k = 'two MORE'");
    pair.sync();
    assert_eq!(pair.assert_equal("extension_types.t"), 3);
}

/// What names an object by its OID goes by name: the object has another OID over there.
#[test]
fn names_of_objects_arrive_as_names() {
    let pair = shared("object_names");
    let make = [
        "CREATE TABLE object_names.thing ()",
        "CREATE FUNCTION object_names.act() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE ROLE object_names_role",
        "CREATE COLLATION object_names.sorted (LOCALE = 'C')",
    ];
    for sql in make {
        pair.n1().sql(sql);
    }
    for sql in make.iter().rev() {
        pair.n2().sql(sql);
    }
    pair.tables(
        "CREATE TABLE object_names.t (id int PRIMARY KEY, c regclass, cs regclass[], p regproc, \
         s regprocedure, t regtype, r regrole, n regnamespace, o regcollation, a aclitem, aa aclitem[])",
        &["object_names.t"],
    );
    let row = "'object_names.thing', '{object_names.thing}', 'object_names.act', 'object_names.act()', \
               'object_names.thing', 'object_names_role', 'object_names', 'object_names.sorted', \
               'object_names_role=r/object_names_role', '{object_names_role=r/object_names_role}'";
    pair.n1().sql(&format!("INSERT INTO object_names.t VALUES (1, {row})"));
    pair.n2().sql(&format!("INSERT INTO object_names.t VALUES (2, {row})"));
    pair.sync();
    assert_eq!(pair.assert_equal("object_names.t"), 2);
    let oid = "SELECT DISTINCT c::oid::bigint FROM object_names.t";
    assert_ne!(pair.n1().value::<i64>(oid), pair.n2().value::<i64>(oid));
}
