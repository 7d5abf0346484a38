//! What a row filter may be.

use spock_tests::Node;

use crate::link::Link;

fn add(node: &Node<'_>, set: &str, filter: &str) -> Result<(), postgres::Error> {
    node.try_query(
        "SELECT spock.repset_add_table($1::text::name, 't', row_filter := $2)",
        &[&set, &filter],
    )
    .map(drop)
}

#[test]
fn b61_filters_are_checked_when_they_are_set() {
    let link = Link::make();
    let n1 = link.n1();
    n1.sql(
        "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN positive AS int CHECK (VALUE > 0);
         CREATE TABLE t (id int PRIMARY KEY, v text, m mood, moods mood[], p positive, a int[],
                         d date, at timestamptz, j jsonb, twice int GENERATED ALWAYS AS (id * 2) STORED);
         CREATE TABLE other (id int);
         CREATE FUNCTION mine(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
         CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int);
         CREATE TYPE pair AS (a int, b int); ALTER TABLE t ADD c pair;
         SELECT spock.repset_create('s', replicate_update := false, replicate_delete := false)",
    );
    for allowed in [
        "true",
        "id > 5",
        "id BETWEEN 1 AND 5 OR v LIKE 'a%' AND v IS NOT NULL",
        "v IN ('a', 'b') AND lower(v) COLLATE \"C\" = 'a'",
        "m = 'ok' AND m IN ('ok', 'sad') AND 'ok' = ANY (moods)",
        "p > 3 AND a[1] = 2 AND twice > 4",
        "CASE WHEN id > 3 THEN v = 'x' ELSE d > '2026-01-01'::date END",
        "coalesce(v, 'x') = 'x' AND greatest(id, p) > 3 AND nullif(id, 3) IS DISTINCT FROM 4",
        "(j ->> 'k')::int = 3 AND j @> '{\"a\": 1}' AND id::text = '1' AND (id, p) > (1, 2)",
        "id % 2 = 0; ",
    ] {
        let added = add(&n1, "s", allowed);
        if allowed.ends_with("; ") {
            assert!(added.is_err(), "{allowed}");
            continue;
        }
        added.unwrap_or_else(|error| panic!("{allowed}: {error:?}"));
        n1.sql("INSERT INTO t (id, v) VALUES (1, 'a')");
        n1.sql("SELECT * FROM spock.table_data_filtered(NULL::t, 't', '{s}'); DELETE FROM t");
        n1.sql("SELECT spock.repset_remove_table('s', 't')");
    }
    let none = "";
    for (filter, code, message, detail) in [
        (
            "id >",
            "42601",
            "invalid row_filter expression \"id >\"",
            "Syntax error at end of input.",
        ),
        (
            "id > 1, id > 2",
            "42601",
            "invalid row_filter expression",
            "It has to be one expression, and nothing else.",
        ),
        (
            "id > 1 AS x",
            "42601",
            "invalid row_filter expression",
            "It has to be one expression, and nothing else.",
        ),
        (
            "*",
            "42601",
            "invalid row_filter expression",
            "It has to be one expression, and nothing else.",
        ),
        (
            "true FROM other",
            "42601",
            "invalid row_filter expression",
            "It has to be one expression, and nothing else.",
        ),
        (
            "true WHERE true",
            "42601",
            "invalid row_filter expression",
            "It has to be one expression, and nothing else.",
        ),
        (
            "true UNION SELECT false",
            "42601",
            "invalid row_filter expression",
            "Syntax error at or near \"UNION\".",
        ),
        (
            "true); DROP TABLE t; --",
            "42601",
            "invalid row_filter expression",
            "Syntax error at or near \")\".",
        ),
        (
            none,
            "42601",
            "invalid row_filter expression",
            "It has to be one expression, and nothing else.",
        ),
        ("id", "42804", "cannot cast the row_filter to boolean", none),
        ("v", "42804", "cannot cast the row_filter to boolean", none),
        ("nix > 1", "42703", "column \"nix\" does not exist", none),
        ("other.id > 1", "42P10", "only table \"t\" can be referenced in row_filter", none),
        (
            "EXISTS (SELECT FROM other)",
            "0A000",
            "invalid row_filter expression",
            "Subqueries are not allowed.",
        ),
        (
            "id IN (SELECT id FROM other)",
            "0A000",
            "invalid row_filter expression",
            "Subqueries are not allowed.",
        ),
        ("count(*) > 1", "42803", "aggregate functions are not allowed in WHERE", none),
        (
            "generate_series(1, id) > 1",
            "0A000",
            "set-returning functions are not allowed in WHERE",
            none,
        ),
        (
            "random() > 0.5",
            "0A000",
            "invalid row_filter expression",
            "Functions that are not immutable are not allowed.",
        ),
        (
            "at > now()",
            "0A000",
            "invalid row_filter expression",
            "Functions that are not immutable are not allowed.",
        ),
        (
            "at::date > d",
            "0A000",
            "invalid row_filter expression",
            "Functions that are not immutable are not allowed.",
        ),
        (
            "v = current_user",
            "0A000",
            "invalid row_filter expression",
            "Functions that are not immutable are not allowed.",
        ),
        (
            "mine(id)",
            "0A000",
            "invalid row_filter expression",
            "Functions made by users are not allowed.",
        ),
        (
            "id === 3",
            "0A000",
            "invalid row_filter expression",
            "Operators made by users are not allowed.",
        ),
        (
            "(c).a = 3",
            "0A000",
            "invalid row_filter expression",
            "It contains something that is not allowed.",
        ),
        (
            "t IS NOT NULL",
            "0A000",
            "invalid row_filter expression",
            "Whole-row references are not allowed.",
        ),
        (
            "ctid = '(0,1)'",
            "0A000",
            "invalid row_filter expression",
            "System columns are not allowed.",
        ),
        ("id = $1", "42P02", "there is no parameter $1", none),
    ] {
        let error = add(&n1, "s", filter).expect_err(filter);
        let error = error.as_db_error().unwrap_or_else(|| panic!("{filter}"));
        assert_eq!(error.code().code(), code, "{filter}: {error}");
        assert!(error.message().starts_with(message), "{filter}: {error}");
        assert!(
            detail.is_empty() || error.detail() == Some(detail),
            "{filter}: {:?}",
            error.detail()
        );
    }
    // What the decoder could not read in one piece is refused.
    let long: Vec<String> = (0..2000).map(|i| format!("'{}'", i * 7919 % 104_729)).collect();
    let error = add(&n1, "s", &format!("v IN ({})", long.join(","))).expect_err("long");
    assert_eq!(error.code().map(postgres::error::SqlState::code), Some("54000"), "{error:?}");
    link.allow_log("ERROR");
}

#[test]
fn b61_filters_on_old_rows_need_columns_that_the_log_has() {
    let link = Link::make();
    let n1 = link.n1();
    n1.sql("CREATE TABLE t (id int PRIMARY KEY, v text)");
    let refused = |sql: &str, code: &str, message: &str| {
        let error = link.refuses(&n1, sql, code, message);
        assert!(error.hint().is_some(), "{sql}");
    };
    let add = "SELECT spock.repset_add_table('default', 't', row_filter := $$v = 'x'$$)";
    let message =
        "row_filter of table public.t uses column v, which is not part of its replica identity";
    refused(add, "55000", message);
    n1.sql("SELECT spock.repset_add_table('default_insert_only', 't', row_filter := $$v = 'x'$$)");
    refused(
        "SELECT spock.repset_alter('default_insert_only', replicate_update := true)",
        "55000",
        message,
    );
    n1.sql(&format!("ALTER TABLE t REPLICA IDENTITY FULL; {add}"));
    refused("ALTER TABLE t REPLICA IDENTITY DEFAULT", "55000", message);
    n1.sql(
        "SELECT spock.repset_remove_table('default', 't'); ALTER TABLE t REPLICA IDENTITY DEFAULT",
    );
}

/// Nothing that a filter allocates stays.
#[test]
fn b61_filters_do_not_gather_memory() {
    let link = Link::make();
    let n1 = link.n1();
    link.everywhere(
        "CREATE TABLE t (id int PRIMARY KEY, v text); ALTER TABLE t REPLICA IDENTITY FULL",
    );
    n1.sql(
        "SELECT spock.repset_add_table('default', 't',
            row_filter := $$length(repeat(v, 1000)) > 2000 AND lower(v) <> 'x'$$)",
    );
    link.subscribe("");
    let used = "SELECT count(*) FROM pg_stat_replication";
    n1.value::<i64>(used);
    let resident = || {
        let pid: i32 = n1.value("SELECT pid FROM pg_stat_replication LIMIT 1");
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the walsender");
        let line = status.lines().find(|line| line.starts_with("RssAnon")).expect("RssAnon");
        line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).expect("kB")
    };
    n1.sql("INSERT INTO t SELECT i, 'ab' FROM generate_series(1, 5000) i");
    link.sync();
    let before = resident();
    n1.sql(
        "INSERT INTO t SELECT i, 'ab' FROM generate_series(5001, 60000) i; UPDATE t SET v = 'abc'",
    );
    link.sync();
    let after = resident();
    assert!(after < before + 40_000, "{before} kB became {after} kB");
    link.assert_same("SELECT count(*) FROM t", "SELECT count(*) FROM t");
}
