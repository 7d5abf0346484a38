//! Roles and secrets in statements: who is meant on every node, and what nobody may read.

use spock_tests::canary;

use crate::trio::Trio;

/// `SESSION_USER` is the role of the session in which a statement was run, on every node; in an expression it is
/// whoever asks.
///
/// Seen to fail where texts are sent as they are: the session of a subscriber is another one's.
#[test]
fn b31_the_role_of_the_session_is_the_same_on_all_nodes() {
    let trio = Trio::automatic();
    trio.n1().sql("CREATE ROLE \"Big Boss\" SUPERUSER; CREATE ROLE helper; CREATE ROLE worker");
    trio.n1().sql("CREATE SCHEMA lab; GRANT CREATE, USAGE ON SCHEMA lab TO worker; GRANT \"Big Boss\" TO worker");
    let mut session = trio.n1().connect();
    session.batch_execute("SET SESSION AUTHORIZATION \"Big Boss\"").expect("SUPERUSER");
    for statement in [
        "CREATE TABLE lab.t (id int PRIMARY KEY, by text DEFAULT session_user)",
        "ALTER TABLE lab.t OWNER TO helper",
        "/* session_user */ alter table lab.t owner to Session_User",
        "CREATE VIEW lab.v AS SELECT session_user AS who, 'to session_user' AS text",
        "ALTER VIEW lab.v OWNER TO SESSION_USER",
        "CREATE FUNCTION lab.f() RETURNS text LANGUAGE sql AS 'SELECT session_user::text'",
        "ALTER FUNCTION lab.f() OWNER TO SESSION_USER",
        "GRANT SELECT ON lab.t TO helper, SESSION_USER",
        "REVOKE UPDATE ON lab.t FROM SESSION_USER",
        "CREATE POLICY own ON lab.t FOR SELECT TO helper, SESSION_USER USING (by = session_user)",
        "ALTER DEFAULT PRIVILEGES FOR ROLE SESSION_USER IN SCHEMA lab GRANT SELECT ON TABLES TO helper",
        "CREATE SCHEMA AUTHORIZATION SESSION_USER CREATE TABLE inside (id int)",
        "GRANT helper TO SESSION_USER",
        "ALTER ROLE SESSION_USER SET work_mem = '8MB'",
        "CREATE ROLE more ROLE SESSION_USER",
        // As the role of a caller who is somebody else.
        "SELECT spock.replicate_ddl('CREATE TABLE lab.u (id int); ALTER TABLE lab.u OWNER TO SESSION_USER', '{default_insert_only}', 'lab', 'worker')",
    ] {
        session.batch_execute(statement).unwrap_or_else(|e| panic!("{statement}: {e:?}"));
    }
    trio.drain();
    assert_eq!(trio.exceptions(), "");
    let dump = trio.assert_same_dumps("statements of a session with another role");
    assert!(dump.contains("ALTER TABLE lab.t OWNER TO \"Big Boss\""), "{dump}");
    assert!(dump.contains("ALTER TABLE lab.u OWNER TO \"Big Boss\""), "{dump}");
    assert!(dump.contains("SESSION_USER AS who"), "{dump}");
    trio.assert_equal(
        "SELECT r.rolname, m.rolname FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid
           JOIN pg_roles m ON m.oid = a.member WHERE r.rolname !~ '^pg_' ORDER BY 1, 2",
    );
    trio.assert_equal("SELECT rolname, rolconfig FROM pg_roles WHERE rolname ~ 'Boss'");
}

/// The password of a user mapping goes to the other nodes, and is shown to nobody who may not see the mapping
/// itself: not by the queue, not by a log, also where the statement cannot be run.
#[test]
fn b31_passwords_of_user_mappings_are_not_shown() {
    let trio = Trio::automatic();
    trio.allow_log("does not exist");
    trio.allow_log("permission denied");
    trio.n1().sql("CREATE ROLE reader");
    trio.n1().sql("CREATE FOREIGN DATA WRAPPER fdw; CREATE SERVER far FOREIGN DATA WRAPPER fdw");
    trio.drain();
    // Without the quote, and the word alone that occurs nowhere else.
    let secret = || canary::password().replace('\'', "");
    let (first, second) = (secret(), secret());
    trio.n1().sql(&format!(
        "CREATE USER MAPPING FOR reader SERVER far OPTIONS (\"user\" 'x', password '{first}')"
    ));
    trio.drain();
    let options = "SELECT umoptions FROM pg_user_mapping";
    trio.assert_equal(options);
    assert!(trio.n2().table(options).contains(&first));
    // It fails on n2, which lacks the mapping.
    trio.n2()
        .sql("SET spock.enable_ddl_replication = off; DROP USER MAPPING FOR reader SERVER far");
    trio.n1().sql(&format!(
        "ALTER USER MAPPING FOR reader SERVER far OPTIONS (SET password '{second}')"
    ));
    trio.drain();
    trio.wait_for("an exception", || !trio.exceptions().is_empty());
    for node in trio.nodes() {
        for word in [&first, &second] {
            let log = std::fs::read_to_string(node.log_path()).expect("the log");
            let lines: Vec<&str> =
                log.lines().filter(|line| line.contains(word.as_str())).collect();
            assert!(lines.is_empty(), "{}: {lines:#?}", node.name());
        }
        for table in ["queue", "exception_log"] {
            let error = node.sql_error(&format!(
                "BEGIN; GRANT USAGE ON SCHEMA spock TO reader; SET LOCAL ROLE reader; TABLE spock.{table}"
            ));
            assert_eq!(error.code().code(), "42501", "{table}: {error}");
            node.sql("ROLLBACK");
        }
    }
}
