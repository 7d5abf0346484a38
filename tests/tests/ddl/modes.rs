//! Settings of automatic replication, and what becomes of roles that are there before.

use crate::local::Session;
use crate::members::sets_of;
use crate::trio::Trio;

#[test]
fn b31_the_settings_of_a_session_roles_and_refusals() {
    let trio = Trio::automatic();
    the_settings_of_the_session_go_along(&trio);
    roles_that_were_made_before_are_no_failure(&trio);
    statements_can_be_denied(&trio);
}

fn statements_can_be_denied(trio: &Trio) {
    trio.allow_log("within spock cluster");
    trio.allow_log("on objects of spock");
    let n1 = trio.node(0);
    n1.sql("CREATE TABLE t (id int PRIMARY KEY)");
    trio.spread(0);
    n1.sql("SET spock.deny_all_ddl TO on");
    for (statement, tag) in [
        ("CREATE TABLE u ()", "CREATE TABLE"),
        ("DROP TABLE t", "DROP TABLE"),
        ("CREATE TEMP TABLE u ()", "CREATE TABLE"),
        ("DO $$ BEGIN ALTER TABLE t ADD a int; END $$", "ALTER TABLE"),
        ("SELECT spock.replicate_ddl('CREATE VIEW v AS SELECT 1')", "CREATE VIEW"),
    ] {
        let error = n1.sql_error(statement);
        assert_eq!(error.message(), format!("cannot execute {tag} within spock cluster"));
        assert_eq!(error.code().code(), "55000");
    }
    n1.sql("INSERT INTO t VALUES (1); ANALYZE t; RESET spock.deny_all_ddl");
    // What others replicate is run all the same.
    n1.sql("ALTER SYSTEM SET spock.deny_all_ddl TO on");
    n1.sql("SELECT pg_reload_conf()");
    trio.node(1).sql("ALTER TABLE t ADD b int");
    trio.spread(1);
    trio.assert_same_dumps("a denied session");
    // Objects of ours are not for statements that are replicated.
    let error = trio.node(1).sql_error("ALTER TABLE spock.queue ADD a int");
    assert_eq!(error.message(), "cannot execute ALTER TABLE on objects of spock");
    // A database that is no node is not concerned.
    n1.sql("SET spock.deny_all_ddl TO off");
    n1.sql("CREATE DATABASE plain");
    n1.database("plain").sql("CREATE TABLE free ()");
    assert_eq!(trio.exceptions(), "");
}

#[test]
fn quiet_mode_tells_the_log_and_repair_mode_replicates_nothing() {
    let trio =
        Trio::with(&[("spock.enable_ddl_replication", "on"), ("spock.enable_quiet_mode", "on")]);
    let n1 = trio.node(0);
    let mut session = Session::to(&n1);
    let said = session.run("CREATE TABLE a (); CREATE TEMP TABLE b ()");
    assert!(said.is_empty(), "{said:?}");
    for line in
        ["LOG:  DDL statement replicated.", "LOG:  This DDL statement will not be replicated."]
    {
        assert!(n1.log().contains(line), "{line}");
    }
    session.run("BEGIN; SELECT spock.repair_mode(true); CREATE TABLE here (); COMMIT");
    session.run("BEGIN; CREATE TABLE not_there (); ROLLBACK");
    session.run("BEGIN; CREATE TABLE c (); SAVEPOINT s; CREATE TABLE d (); ROLLBACK TO s; ALTER TABLE c ADD x int; COMMIT");
    trio.spread(0);
    session.run("BEGIN; SELECT spock.repair_mode(true); DROP TABLE here; COMMIT");
    let dump = trio.assert_same_dumps("repair mode");
    assert!(dump.contains("x integer") && !dump.contains("public.d"), "{dump}");
    nothing_joins(&trio);
}

/// Roles belong to servers: one that is there already, or gone already, is no failure.
fn roles_that_were_made_before_are_no_failure(trio: &Trio) {
    trio.node(1).sql("SET spock.enable_ddl_replication TO off; CREATE ROLE early; RESET spock.enable_ddl_replication");
    trio.node(0).sql(
        "CREATE ROLE early; CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t OWNER TO early",
    );
    trio.spread(0);
    trio.assert_same_dumps("a role that was there");
    assert!(trio.node(1).log().contains("WARNING:  replicated statement CREATE ROLE is not run"));
    trio.node(0).sql("DROP TABLE t");
    trio.spread(0);
    trio.node(1).sql("SET spock.enable_ddl_replication TO off; DROP ROLE early; RESET spock.enable_ddl_replication");
    trio.node(0).sql("DROP ROLE early; CREATE TABLE u (id int PRIMARY KEY)");
    trio.spread(0);
    trio.assert_same_dumps("a role that was gone");
    assert_eq!(trio.exceptions(), "");
}

/// What a session says of itself changes what its statements mean, here and there.
fn the_settings_of_the_session_go_along(trio: &Trio) {
    let mut session = Session::to(&trio.node(2));
    session.run(
        "CREATE SCHEMA \"My schema\"; CREATE ROLE owner; GRANT ALL ON SCHEMA \"My schema\" TO owner;
         SET ROLE owner;
         SET search_path TO \"My schema\", public; SET TimeZone TO 'America/New_York';
         SET DateStyle TO 'SQL, DMY'; SET standard_conforming_strings TO off; SET escape_string_warning TO off;
         SET default_toast_compression TO 'pglz'; SET transform_null_equals TO on;",
    );
    session.run(
        "CREATE TABLE t (id int PRIMARY KEY, on_day date DEFAULT '03/02/2026', a text DEFAULT 'it\\'s; \\\\')
             ;;
         CREATE VIEW v AS SELECT id FROM t WHERE a = NULL;
         CREATE TABLE p (at timestamptz) PARTITION BY RANGE (at);
         CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('01/02/2026') TO ('02/02/2026')",
    );
    trio.spread(2);
    let dump = trio.assert_same_dumps("settings");
    for piece in [
        "DEFAULT '2026-02-03'::date",
        "a IS NULL",
        "ALTER TABLE \"My schema\".t OWNER TO owner",
        "FROM ('2026-02-01 05:00:00+00')",
    ] {
        assert!(dump.contains(piece), "{piece}: {dump}");
    }
    assert_eq!(trio.exceptions(), "");
    // The worker goes on as before.
    trio.node(2).sql("INSERT INTO \"My schema\".t VALUES (1)");
    trio.spread(2);
    trio.assert_equal("SELECT * FROM \"My schema\".t");
}

/// Without the setting nothing joins a set, and the query of CREATE TABLE AS is run by each node.
fn nothing_joins(trio: &Trio) {
    trio.node(0).sql("CREATE TABLE t AS SELECT 1 AS one; ALTER TABLE t ADD PRIMARY KEY (one)");
    assert!(trio.node(0).log().contains("LOG:  DDL statement replicated, but could be unsafe."));
    trio.spread(0);
    for node in trio.nodes() {
        assert_eq!(node.table("SELECT * FROM t"), "1");
        assert_eq!(sets_of(&node, "t"), "-");
    }
}
