//! `spock.replicate_ddl()`.

use crate::trio::Trio;

const ROLES: &str = "CREATE ROLE maker; GRANT USAGE ON SCHEMA spock TO maker; \
                     GRANT CREATE ON DATABASE app TO maker; GRANT CREATE ON SCHEMA public TO maker";

/// Statements are run on all nodes, by the role that ran them, and as it meant them.
#[test]
fn b31_replicate_ddl_runs_everywhere_as_its_caller() {
    let trio = Trio::start();
    trio.everywhere(ROLES);
    let n2 = trio.node(1);
    n2.sql(
        "SET ROLE maker;
         SELECT spock.replicate_ddl('CREATE SCHEMA own');
         SET search_path TO own, public;
         SET DateStyle TO 'German'; SET TimeZone TO 'Asia/Tokyo';
         SELECT spock.replicate_ddl(ARRAY[
             'CREATE TABLE t (id int PRIMARY KEY, on_day date DEFAULT ''03.02.2026'',
                              at timestamptz DEFAULT ''2026-01-01 00:00'')',
             'CREATE VIEW v AS SELECT * FROM t; COMMENT ON VIEW v IS ''it''''s; one''',
             'CREATE TABLE public.u (id int)']);
         RESET ROLE;
         SET standard_conforming_strings TO off;
         SELECT spock.replicate_ddl('CREATE TABLE s (a text DEFAULT ''x\\\\''''; y'')');
         RESET ALL",
    );
    trio.spread(1);
    let dump = trio.assert_same_dumps("replicate_ddl");
    for piece in [
        "ALTER TABLE own.t OWNER TO maker",
        "COMMENT ON VIEW own.v IS 'it''s; one'",
        "on_day date DEFAULT '2026-02-03'::date",
        "CREATE TABLE own.s",
    ] {
        assert!(dump.contains(piece), "{piece} is not in\n{dump}");
    }
    trio.assert_equal("SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef ORDER BY 1");
    // Of an empty path nothing is found by a bare name.
    let error = n2.sql_error("SELECT spock.replicate_ddl('CREATE TABLE w ()', search_path := '')");
    assert_eq!(error.message(), "no schema has been selected to create in");
    trio.allow_log("no schema has been selected");
    // Subscribers of the sets, and nobody else.
    trio.node(2).sql("SELECT spock.sub_remove_repset('sub_n2_n3', 'ddl_sql')");
    trio.wait_for("sub_n2_n3 to come back", || {
        trio.status(2, "sub_n2_n3").as_deref() == Some("replicating")
    });
    n2.sql("SELECT spock.replicate_ddl('CREATE TABLE public.some ()')");
    trio.spread(1);
    let has = |node: usize| {
        trio.node(node).value::<bool>("SELECT to_regclass('public.some') IS NOT NULL")
    };
    assert_eq!([has(0), has(1), has(2)], [true, true, false]);
    assert_eq!(trio.exceptions(), "");
}

/// What is wrong is said before anything is run or sent.
#[test]
fn replicate_ddl_refuses_what_it_cannot_do() {
    let trio = Trio::start();
    trio.everywhere(ROLES);
    let n1 = trio.node(0);
    for (call, message) in [
        (
            "replicate_ddl('INSERT INTO t VALUES (1)')",
            "spock.replicate_ddl() cannot execute INSERT statement",
        ),
        (
            "replicate_ddl('CREATE TABLE a (); VACUUM')",
            "spock.replicate_ddl() cannot execute VACUUM statement",
        ),
        ("replicate_ddl(' -- nothing')", "spock.replicate_ddl() was given no statement"),
        ("replicate_ddl('CREATE TABLE a ()', '{none}')", "replication set none not found"),
        (
            "replicate_ddl('CREATE TABLE a ()', search_path := 'a b')",
            "provided search path is not valid",
        ),
        ("replicate_ddl('CREATE TABLE a ()', role := 'nobody')", "role \"nobody\" does not exist"),
        ("replicate_ddl('CREATE TABEL a ()')", "syntax error at or near \"TABEL\""),
        (
            "replicate_ddl('CREATE INDEX CONCURRENTLY ON pg_class (oid)')",
            "CREATE INDEX CONCURRENTLY cannot be executed from a function",
        ),
    ] {
        assert_eq!(n1.sql_error(&format!("SELECT spock.{call}")).message(), message, "{call}");
    }
    let mut session = n1.connect();
    session.batch_execute("SET ROLE maker").unwrap();
    let error = session
        .batch_execute("SELECT spock.replicate_ddl('DROP TABLE pg_class', role := 'postgres')")
        .unwrap_err();
    assert_eq!(
        error.as_db_error().unwrap().message(),
        "permission denied to run statements as role \"postgres\""
    );
    n1.sql("BEGIN; SELECT spock.replicate_ddl('CREATE TABLE back ()'); ROLLBACK");
    trio.spread(0);
    trio.assert_same_dumps("what was refused");
    assert_eq!(n1.table("SELECT count(*) FROM spock.queue"), "0");
    for message in [
        "cannot execute",
        "was given no statement",
        "not found",
        "not valid",
        "does not exist",
        "syntax error",
        "CREATE INDEX CONCURRENTLY",
        "permission denied",
    ] {
        trio.allow_log(message);
    }
}

/// A statement that cannot be run at a subscriber is an exception like any other change, with its text
/// and its role, and can be run again later.
#[test]
fn a_statement_that_fails_at_a_subscriber_is_an_exception() {
    let trio = Trio::start();
    trio.everywhere("CREATE TABLE t (id int)");
    trio.node(1).sql("CREATE VIEW stands_in_the_way AS SELECT * FROM t");
    trio.node(0).sql(
        "SET TimeZone TO 'GMT';
         SELECT spock.replicate_ddl('ALTER TABLE t ALTER id TYPE bigint');
         RESET TimeZone",
    );
    trio.spread(0);
    let n2 = trio.node(1);
    assert_eq!(
        n2.table(
            "SELECT operation, ddl_user, ddl_statement, error_message FROM spock.exception_log"
        ),
        "DDL|postgres|SET search_path TO \"$user\", \"public\"; ALTER TABLE t ALTER id TYPE bigint|\
         [SQLSTATE 0A000] cannot alter type of a column used by a view or rule"
    );
    assert_eq!(trio.node(2).table("SELECT count(*) FROM spock.exception_log"), "0");
    let retry = "SELECT outcome FROM spock.exceptions_pending p,
         LATERAL spock.exception_retry(p.remote_origin, p.remote_commit_ts, p.remote_xid, false)";
    assert_eq!(n2.table(retry), "failed");
    n2.sql("DROP VIEW stands_in_the_way");
    assert_eq!(n2.table(retry), "applied");
    trio.assert_same_dumps("the retry");
}
