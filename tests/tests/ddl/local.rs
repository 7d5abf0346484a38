//! Statements that stay on their node, and are said to.

use std::sync::{Arc, Mutex};

use postgres::{Config, NoTls};
use spock_tests::{Cluster, Node};

use crate::trio::Trio;

/// A session that keeps what the server says.
pub(crate) struct Session {
    client: postgres::Client,
    said: Arc<Mutex<Vec<String>>>,
}

impl Session {
    pub(crate) fn to(node: &Node<'_>) -> Self {
        let said = Arc::new(Mutex::new(Vec::new()));
        let ear = Arc::clone(&said);
        let mut config: Config = node.socket_conninfo(node.database_name()).parse().unwrap();
        config.notice_callback(move |notice| {
            let line = format!("{}: {}", notice.severity(), notice.message());
            let detail = notice.detail().map(|detail| format!(" | {detail}")).unwrap_or_default();
            ear.lock().unwrap().push(line + &detail);
        });
        Self { client: config.connect(NoTls).unwrap(), said }
    }

    /// What the server says about statements.
    #[track_caller]
    pub(crate) fn run(&mut self, sql: &str) -> Vec<String> {
        self.said.lock().unwrap().clear();
        self.client.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        self.said.lock().unwrap().clone()
    }

    /// A query with parameters.
    pub(crate) fn client(&mut self) -> &mut postgres::Client {
        &mut self.client
    }
}

const NOT_REPLICATED: &str = "WARNING: This DDL statement will not be replicated. | ";
const TEMPORARY: &str = "It concerns temporary objects only.";
const OF_SERVER: &str = "What it defines belongs to this server.";

/// Statements that are not replicated, and why.
const LOCAL: &[(&str, &str)] = &[
    ("CREATE TABLESPACE place LOCATION ''", OF_SERVER),
    ("ALTER TABLESPACE place RENAME TO space", OF_SERVER),
    ("DROP TABLESPACE space", OF_SERVER),
    ("CREATE DATABASE other", OF_SERVER),
    ("ALTER DATABASE other CONNECTION LIMIT 5", OF_SERVER),
    ("ALTER DATABASE other SET search_path TO x", OF_SERVER),
    ("ALTER DATABASE other OWNER TO postgres", OF_SERVER),
    ("ALTER DATABASE other RENAME TO another", OF_SERVER),
    ("COMMENT ON DATABASE another IS 'one'", OF_SERVER),
    ("DROP DATABASE another", OF_SERVER),
    ("ALTER SYSTEM SET deadlock_timeout TO '2s'", OF_SERVER),
    ("ALTER SYSTEM RESET deadlock_timeout", OF_SERVER),
    (
        "CREATE SUBSCRIPTION native CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false)",
        OF_SERVER,
    ),
    ("ALTER SUBSCRIPTION native SET (slot_name = NONE)", OF_SERVER),
    ("ALTER SUBSCRIPTION native OWNER TO postgres", OF_SERVER),
    ("ALTER SUBSCRIPTION native RENAME TO innate", OF_SERVER),
    ("DROP SUBSCRIPTION innate", OF_SERVER),
    ("CREATE TEMP TABLE tt (id int PRIMARY KEY, x text DEFAULT 'x' CHECK (x <> ''))", TEMPORARY),
    ("CREATE TABLE pg_temp.t2 (id serial)", TEMPORARY),
    ("CREATE TEMP SEQUENCE ts", TEMPORARY),
    ("CREATE TEMP VIEW tv AS SELECT 1 AS one", TEMPORARY),
    ("CREATE VIEW made_temporary AS SELECT * FROM tt", TEMPORARY),
    ("CREATE TEMP TABLE ta AS SELECT 1 AS one", TEMPORARY),
    ("SELECT 1 AS one INTO TEMP tb", TEMPORARY),
    ("ALTER TABLE tt ADD y int", TEMPORARY),
    ("CREATE INDEX ON tt (x)", TEMPORARY),
    ("COMMENT ON TABLE tt IS 'x'", TEMPORARY),
    ("COMMENT ON COLUMN tt.x IS 'x'", TEMPORARY),
    ("GRANT SELECT ON tt TO PUBLIC", TEMPORARY),
    ("ALTER TABLE tt RENAME TO tc", TEMPORARY),
    (
        "CREATE FUNCTION pg_temp.tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        TEMPORARY,
    ),
    ("CREATE TRIGGER tr BEFORE INSERT ON tc FOR EACH ROW EXECUTE FUNCTION pg_temp.tf()", TEMPORARY),
    ("DROP TRIGGER tr ON tc", TEMPORARY),
    ("CREATE TYPE pg_temp.tp AS (a int)", TEMPORARY),
    ("CREATE POLICY tpol ON tc USING (true)", TEMPORARY),
    ("ALTER POLICY tpol ON tc USING (false)", TEMPORARY),
    ("ALTER SEQUENCE ts INCREMENT 2", TEMPORARY),
    (
        "CREATE TABLE from_temporary AS SELECT * FROM tc",
        "CREATE TABLE AS reads a temporary relation",
    ),
    ("SELECT * INTO into_from_temporary FROM tc", "CREATE TABLE AS reads a temporary relation"),
    (
        "CREATE TABLE like_temporary (LIKE tc)",
        "CREATE TABLE copies the definition of temporary relation \"tc\"",
    ),
    (
        "CREATE TABLE executed AS EXECUTE prepared",
        "The prepared statement is known to this session only.",
    ),
    ("DROP VIEW made_temporary, tv", TEMPORARY),
    ("DROP SEQUENCE ts", TEMPORARY),
    ("DROP FUNCTION pg_temp.tf()", TEMPORARY),
    ("DROP TYPE pg_temp.tp", TEMPORARY),
    ("DROP TABLE tc, ta", TEMPORARY),
    ("DROP TABLE IF EXISTS pg_temp.t2 CASCADE", TEMPORARY),
    ("CLUSTER", OF_SERVER),
    ("CLUSTER parted USING parted_pkey", OF_SERVER),
    ("CREATE SCHEMA pgedge_ace", "Its schema is not replicated."),
    ("CREATE TABLE pgedge_ace.t (x int)", "Its schema is not replicated."),
    (
        "CREATE FUNCTION pgedge_ace.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "Its schema is not replicated.",
    ),
    ("ALTER TABLE pgedge_ace.t ADD y int", "Its schema is not replicated."),
    ("DROP SCHEMA pgedge_ace CASCADE", "Its schema is not replicated."),
    ("ALTER EXTENSION spock UPDATE", "The extension is each node's own."),
    (
        "DO $$ BEGIN CREATE TABLE in_block (x int); END $$",
        "It is run by a function or DO block; see the setting spock.allow_ddl_from_functions.",
    ),
];

/// Statements that define nothing: nobody is told.
const SILENT: &[&str] = &[
    "VACUUM parted",
    "ANALYZE parted",
    "REINDEX TABLE CONCURRENTLY plain",
    "REINDEX TABLE plain",
    "CHECKPOINT",
    "LISTEN x",
    "NOTIFY x",
    "UNLISTEN x",
    "EXPLAIN CREATE TABLE explained AS SELECT 1 AS one",
    "BEGIN; LOCK plain; DECLARE c CURSOR FOR SELECT 1; FETCH c; COMMIT",
    "DO $$ BEGIN PERFORM 1; END $$",
    "SET work_mem TO '5MB'; RESET work_mem",
    "TRUNCATE plain",
    "PREPARE prepared_too AS SELECT 1; EXECUTE prepared_too",
];

fn queued(trio: &Cluster) -> i64 {
    trio.node(0).value("SELECT count(*) FROM spock.queue")
}

#[test]
fn b31_what_is_the_sessions_or_the_servers_stays_there() {
    let trio = Trio::with(&[
        ("spock.enable_ddl_replication", "on"),
        ("spock.include_ddl_repset", "on"),
        ("allow_in_place_tablespaces", "on"),
    ]);
    let n1 = trio.node(0);
    n1.sql("CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE plain (id int PRIMARY KEY)");
    trio.spread(0);
    let mut session = Session::to(&n1);
    session.run("PREPARE prepared AS SELECT 1 AS one");
    let before = queued(&trio);
    for (statement, reason) in LOCAL {
        let mut said = session.run(statement);
        said.retain(|line| !line.starts_with("NOTICE"));
        // What CREATE SUBSCRIPTION says of itself, the last one from 16 on.
        said.retain(|line| {
            !line.contains("must manually create the slot")
                && !line.contains("tables were not subscribed")
                && !line.contains("subscription was created, but is not connected")
        });
        assert_eq!(said, [format!("{NOT_REPLICATED}{reason}")], "{statement}");
    }
    for statement in SILENT {
        let mut said = session.run(statement);
        said.retain(|line| !line.contains("there is no transaction"));
        assert!(said.is_empty(), "{statement}: {said:?}");
    }
    assert_eq!(queued(&trio), before);
    n1.sql(
        "SET spock.enable_ddl_replication TO off;
            DROP TABLE from_temporary, into_from_temporary, like_temporary, executed, in_block;
            RESET spock.enable_ddl_replication",
    );
    trio.spread(0);
    trio.assert_same_dumps("what stays local");
}

/// Of a statement that drops temporary and other tables the others are dropped everywhere.
#[test]
fn temporary_tables_are_left_out_of_a_drop() {
    let trio = Trio::automatic();
    let mut session = Session::to(&trio.node(0));
    session.run(
        "CREATE TABLE a (); CREATE SCHEMA \"S s\"; CREATE TABLE \"S s\".\"B\" ();
                 CREATE TEMP TABLE t (x int); CREATE VIEW v AS SELECT * FROM a",
    );
    let said = session.run("DROP TABLE IF EXISTS a, t, \"S s\".\"B\", nothing CASCADE");
    assert!(said.contains(&"INFO: DDL statement replicated.".to_owned()), "{said:?}");
    trio.spread(0);
    let dump = trio.assert_same_dumps("a drop");
    assert!(!dump.contains("CREATE TABLE"), "{dump}");
    assert_eq!(trio.exceptions(), "");
}

/// Statements of functions, DO blocks and event triggers, where they are allowed.
#[test]
fn b31_statements_of_functions_and_event_triggers() {
    let trio = Trio::with(&[
        ("spock.enable_ddl_replication", "on"),
        ("spock.include_ddl_repset", "on"),
        ("spock.allow_ddl_from_functions", "on"),
    ]);
    let mut session = Session::to(&trio.node(0));
    session.run(
        "CREATE FUNCTION make(name text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
             EXECUTE format('CREATE TABLE %I (id int PRIMARY KEY); CREATE INDEX ON %1$I (id)', name);
             CREATE TEMP TABLE passing (x int);
             DROP TABLE passing;
         END $$;
         CREATE FUNCTION add_index() RETURNS event_trigger LANGUAGE plpgsql AS $$ DECLARE r record; BEGIN
             FOR r IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE object_type = 'table' LOOP
                 EXECUTE format('CREATE INDEX ON %s (id)', r.object_identity);
             END LOOP;
         END $$;
         SELECT make('one');
         DO $$ BEGIN PERFORM make('two'); CREATE VIEW v AS SELECT * FROM two; END $$;
         CREATE EVENT TRIGGER indexing ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
             EXECUTE FUNCTION add_index();
         CREATE TABLE three (id int);
         DO $$ DECLARE n int := 5; BEGIN CREATE TABLE four AS SELECT n AS id, random() AS r; END $$;",
    );
    let told = session.run("DO $$ BEGIN CREATE SCHEMA apart; END $$");
    assert_eq!(
        told,
        [format!(
            "{NOT_REPLICATED}It is run by a function or DO block; see the setting spock.allow_ddl_from_functions."
        )]
    );
    session.run("SET spock.enable_ddl_replication TO off; DROP SCHEMA apart; RESET ALL");
    trio.spread(0);
    let dump = trio.assert_same_dumps("statements of functions");
    for name in [
        "CREATE TABLE public.two",
        "CREATE VIEW public.v",
        "three_id_idx",
        "CREATE TABLE public.four",
    ] {
        assert!(dump.contains(name), "{name}: {dump}");
    }
    trio.assert_equal("SELECT * FROM four");
    assert_eq!(trio.exceptions(), "");
    let mut session = Session::to(&trio.node(1));
    session
        .client()
        .execute("CREATE TABLE five AS SELECT $1::int AS id, random() AS r", &[&7])
        .unwrap();
    trio.spread(1);
    trio.assert_equal("SELECT * FROM five");
    assert_eq!(trio.node(2).table("SELECT id FROM five"), "7");
}
