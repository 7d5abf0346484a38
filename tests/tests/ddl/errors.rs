//! Errors of statements are the server's, field by field, whether the library is loaded or not.

use postgres::error::{DbError, ErrorPosition};
use spock_tests::Cluster;

const SETUP: &str = "
    CREATE TABLE parent (id int PRIMARY KEY, name text NOT NULL CONSTRAINT named CHECK (name <> ''));
    CREATE TABLE child (id int UNIQUE, parent int CONSTRAINT of_parent REFERENCES parent,
                        during int4range, EXCLUDE USING gist (during WITH &&));
    INSERT INTO parent VALUES (1, 'one'), (2, 'two'), (3, 'two');
    INSERT INTO child VALUES (1, 1, '[1,5)');
    CREATE VIEW of_two AS SELECT * FROM parent WHERE name = 'two';
    CREATE DOMAIN even AS int CONSTRAINT is_even CHECK (VALUE % 2 = 0);
    CREATE ROLE nobody;
    CREATE FUNCTION fail(code text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION USING ERRCODE = code, MESSAGE = 'it failed', DETAIL = 'the detail', HINT = 'the hint',
            COLUMN = 'a column', CONSTRAINT = 'a constraint', DATATYPE = 'a type', TABLE = 'a table',
            SCHEMA = 'a schema';
    END $$;
    CREATE FUNCTION fail_on_row() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM fail('ZZ' || NEW.id); RETURN NEW; END $$;
    CREATE TABLE guarded (id text);
    CREATE TRIGGER guard BEFORE INSERT ON guarded FOR EACH ROW EXECUTE FUNCTION fail_on_row();
    CREATE PROCEDURE make_and_fail() LANGUAGE plpgsql AS
        $$ BEGIN CREATE TABLE made (x int); PERFORM fail('AB123'); END $$;
    CREATE FUNCTION fail_on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM fail('EV123'); END $$;
    CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE SEQUENCE')
        EXECUTE FUNCTION fail_on_ddl();
    CREATE EVENT TRIGGER refuse_late ON ddl_command_end WHEN TAG IN ('CREATE DOMAIN')
        EXECUTE FUNCTION fail_on_ddl();
    CREATE EVENT TRIGGER refuse_drop ON sql_drop WHEN TAG IN ('DROP FUNCTION')
        EXECUTE FUNCTION fail_on_ddl();
    CREATE TABLE parted (id int) PARTITION BY RANGE (id);
    CREATE TABLE part_a PARTITION OF parted FOR VALUES FROM (0) TO (10)";

const CASES: &[&str] = &[
    "SELECT fail('P0001')",
    "SELECT fail('ZZ999')",
    "SELECT 1 / (fail('22012') - 1)",
    "DO $$ BEGIN RAISE EXCEPTION 'custom %', 7 USING ERRCODE = 'XY123'; END $$",
    "DO $$ BEGIN ASSERT 1 = 2, 'one is not two'; END $$",
    "CALL make_and_fail()",
    "INSERT INTO guarded VALUES ('001')",
    "INSERT INTO parent VALUES (1, 'again')",
    "INSERT INTO parent VALUES (4, '')",
    "INSERT INTO parent VALUES (4, NULL)",
    "INSERT INTO child VALUES (2, 99, NULL)",
    "INSERT INTO child VALUES (3, 1, '[2,3)')",
    "DELETE FROM parent WHERE id = 1",
    "SELECT 3::even",
    "SELECT 'x'::int",
    "SELECT 1 FROM nowhere",
    "SELECT nothing FROM parent",
    "SELEC 1",
    "SELECT 'open",
    "SELECT no_such_function(1)",
    "INSERT INTO parted VALUES (99)",
    "COPY parent FROM PROGRAM 'printf ''7\\n'''",
    "SET statement_timeout TO 20; SELECT pg_sleep(9)",
    "BEGIN; SELECT 1 / 0; SELECT 1",
    // Statements that define objects.
    "CREATE TABLE parent ()",
    "CREATE TABLE t (id int, id int)",
    "CREATE TABLE t (id no_such_type)",
    "CREATE TABLE t (id int REFERENCES nowhere)",
    "CREATE TABLE no_such_schema.t ()",
    "CREATE TABEL t ()",
    "CREATE TABLE t AS SELECT fail('CT123')",
    "SET statement_timeout TO 20; CREATE TABLE t AS SELECT pg_sleep(9)",
    "CREATE MATERIALIZED VIEW t AS SELECT fail('MV123')",
    "CREATE UNIQUE INDEX ON parent (name)",
    "CREATE INDEX ON parent (nothing)",
    "CREATE INDEX ON parent ((fail(name)))",
    "CREATE VIEW v AS SELECT nothing FROM parent",
    "CREATE OR REPLACE VIEW of_two AS SELECT name FROM parent",
    "CREATE SEQUENCE s",
    "CREATE DOMAIN odd AS int",
    "DROP FUNCTION fail_on_row() CASCADE",
    "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN SELEC 1; END'",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT ''x'''",
    "CREATE ROLE nobody",
    "CREATE EXTENSION plpgsql",
    "ALTER TABLE nowhere ADD a int",
    "ALTER TABLE parent ADD name int",
    "ALTER TABLE parent ALTER name TYPE int USING name::int",
    "ALTER TABLE parent ALTER id TYPE text",
    "ALTER TABLE parent ADD CONSTRAINT few CHECK (id < 2)",
    "ALTER TABLE parent ADD CONSTRAINT c CHECK (fail(name) = 1)",
    "ALTER TABLE child ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES of_two",
    "ALTER TABLE parted ATTACH PARTITION part_a FOR VALUES FROM (20) TO (30)",
    "CREATE TABLE part_b PARTITION OF parted FOR VALUES FROM (5) TO (15)",
    "ALTER TYPE even ADD VALUE 'x'",
    "ALTER ROLE no_such_role PASSWORD 'x'",
    "ALTER ROLE no_such_role RENAME TO x",
    "DROP TABLE parent",
    "DROP TABLE nowhere",
    "DROP VIEW parent",
    "DROP FUNCTION fail",
    "DROP ROLE no_such_role",
    "DROP TRIGGER no_such_trigger ON parent",
    "DROP SCHEMA public",
    "GRANT SELECT ON parent TO no_such_role",
    "GRANT SELECT (nothing) ON parent TO nobody",
    "COMMENT ON COLUMN parent.nothing IS 'x'",
    "REFRESH MATERIALIZED VIEW of_two",
    "SET ROLE nobody; CREATE TABLE t ()",
    "SET ROLE nobody; DROP TABLE parent",
    "SET ROLE nobody; ALTER TABLE parent ADD a int",
    "SET ROLE nobody; CREATE ROLE x PASSWORD 'y'",
    "BEGIN; CREATE INDEX CONCURRENTLY ON parent (id)",
    "BEGIN READ ONLY; CREATE TABLE t ()",
    "DO $$ BEGIN CREATE TABLE parent (); END $$",
    "DO $$ BEGIN EXECUTE 'CREATE TABLE t (a int); CREATE TABLE t (b int)'; END $$",
];

/// The error of a case in a session of its own. What it did before that goes with the transaction.
fn error_of(cluster: &Cluster, case: &str) -> DbError {
    let mut session = cluster.node(0).connect();
    let error = session.batch_execute(case).expect_err(case);
    error.as_db_error().unwrap_or_else(|| panic!("{case}: {error}")).clone()
}

#[test]
fn b31_errors_keep_every_field() {
    assert!(CASES.len() >= 40);
    let plain = Cluster::builder().stock().start();
    let ours = Cluster::builder()
        .setting("spock.enable_ddl_replication", "on")
        .setting("spock.include_ddl_repset", "on")
        .setting("spock.allow_ddl_from_functions", "on")
        .start();
    ours.create_nodes();
    for cluster in [&plain, &ours] {
        cluster.node(0).sql("CREATE EXTENSION IF NOT EXISTS btree_gist");
        cluster.node(0).sql(SETUP);
        // Every one is the test's.
        cluster.allow_log("ERROR");
    }
    let mut custom = 0;
    for case in CASES {
        let (expected, found) = (error_of(&plain, case), error_of(&ours, case));
        assert_eq!(found, expected, "{case}");
        custom += usize::from(expected.constraint() == Some("a constraint"));
    }
    assert!(custom >= 8, "only {custom} cases have the fields that an application sets");
}

/// Statements that `spock.replicate_ddl()` runs fail as they would alone. Only the place is one in a text within the
/// statement, and the context begins with the statement.
#[test]
fn errors_of_replicate_ddl_keep_every_field() {
    let cluster = Cluster::builder().start();
    cluster.create_nodes();
    cluster.node(0).sql("CREATE EXTENSION IF NOT EXISTS btree_gist");
    cluster.node(0).sql(SETUP);
    cluster.allow_log("ERROR");
    let is_one = |case: &&&str| {
        let begins = ["CREATE ", "ALTER ", "DROP ", "GRANT ", "COMMENT ", "REFRESH ", "SELEC "];
        begins.iter().any(|word| case.starts_with(word)) && **case != "DROP ROLE no_such_role"
    };
    let (mut custom, mut placed, mut constraints) = (0, 0, 0);
    for case in CASES.iter().filter(is_one) {
        let alone = error_of(&cluster, case);
        let ours = error_of(&cluster, &format!("SELECT spock.replicate_ddl($ddl${case}$ddl$)"));
        let fields = |e: &DbError| {
            [
                Some(e.message()),
                e.detail(),
                e.hint(),
                e.schema(),
                e.table(),
                e.column(),
                e.datatype(),
            ]
            .into_iter()
            .chain([e.constraint(), e.file(), e.routine(), Some(e.code().code())])
            .map(|field| field.map(str::to_owned))
            .collect::<Vec<_>>()
        };
        assert_eq!((fields(&ours), ours.line()), (fields(&alone), alone.line()), "{case}");
        let place = match alone.position() {
            Some(ErrorPosition::Original(at)) => Some((*at, (*case).to_owned())),
            Some(ErrorPosition::Internal { position, query }) => Some((*position, query.clone())),
            None => None,
        };
        let found = match ours.position() {
            Some(ErrorPosition::Internal { position, query }) => Some((*position, query.clone())),
            Some(ErrorPosition::Original(at)) => {
                panic!("{case}: {at} is no place in what was sent")
            }
            None => None,
        };
        // The server looks for the body of a function in what the client has sent, and counts from there.
        if !case.contains("plpgsql AS") {
            assert_eq!(found, place, "{case}");
        }
        let (context, within) = (ours.where_().unwrap_or(""), alone.where_().unwrap_or(""));
        assert!(context.starts_with(within), "{case}: {context}");
        custom += usize::from(ours.constraint() == Some("a constraint"));
        placed += usize::from(found.is_some());
        constraints += usize::from(ours.constraint().is_some());
    }
    assert!(custom >= 5 && placed >= 5 && constraints >= 7, "{custom} {placed} {constraints}");

    // Of several the place is told as well; what may be a password is told nowhere.
    let several =
        "SELECT spock.replicate_ddl($ddl$CREATE TABLE one (id int);\nCREATE TABLE parent ()$ddl$)";
    let error = error_of(&cluster, several);
    assert_eq!(error.detail(), Some("It is statement 2 of 2, in line 2."));
    assert_eq!(error.routine(), Some("heap_create_with_catalog"));
    for secret in
        ["CREATE ROLE x PASSWORD 'canary' NONSENSE", "ALTER ROLE nowhere PASSWORD 'canary'"]
    {
        let error = error_of(&cluster, &format!("SELECT spock.replicate_ddl($ddl${secret}$ddl$)"));
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }

    // An error that is caught is not told later.
    let caught = "DO $$ BEGIN PERFORM spock.replicate_ddl('CREATE TABLE parent ()');
                  EXCEPTION WHEN duplicate_table THEN PERFORM spock.replicate_ddl('SELECT 1'); END $$";
    let error = error_of(&cluster, caught);
    assert_eq!(error.message(), "spock.replicate_ddl() cannot execute SELECT statement");
}
