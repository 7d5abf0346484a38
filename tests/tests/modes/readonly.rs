//! `spock.readonly`: who may still write.

use postgres::Client;
use postgres::error::SqlState;
use spock_tests::{Cluster, Node};

/// A node with a table, a sequence, functions and an ordinary role that may use all of them.
fn prepared() -> Cluster {
    let cluster = Cluster::start(1);
    // Every refusal is an ERROR in the log.
    cluster.allow_log("read-only transaction");
    cluster.node(0).sql(
        "CREATE ROLE app LOGIN;
         CREATE TABLE t (id int PRIMARY KEY, v text);
         INSERT INTO t VALUES (1, 'one');
         CREATE SEQUENCE s;
         GRANT ALL ON t, s TO app;
         GRANT CREATE ON SCHEMA public TO app;
         CREATE FUNCTION writes(i int) RETURNS void LANGUAGE sql SECURITY DEFINER
             AS $$ INSERT INTO public.t VALUES (i, 'definer') $$;
         CREATE FUNCTION adds() RETURNS int LANGUAGE plpgsql
             AS $$ DECLARE n int; BEGIN n := nextval('public.s'); RETURN n; END $$;
         CREATE PROCEDURE after_commit() LANGUAGE plpgsql
             AS $$ DECLARE n int; BEGIN COMMIT; n := nextval('public.s'); END $$;
         CREATE FUNCTION for_app(i int) RETURNS void LANGUAGE sql SECURITY DEFINER
             AS $$ INSERT INTO public.t VALUES (i, 'for app') $$;
         ALTER FUNCTION for_app OWNER TO app",
    );
    cluster
}

fn set(cluster: &Cluster, value: &str) {
    let node = cluster.node(0);
    node.set(&[("spock.readonly", value)]).unwrap();
    node.reload().unwrap();
    let shown = if value == "all" || value == "off" { value } else { "local" };
    cluster.wait_for("the setting to be seen", || node.table("SHOW spock.readonly") == shown);
}

fn app(node: &Node<'_>) -> Client {
    let mut session = node.connect();
    session.batch_execute("SET SESSION AUTHORIZATION app").unwrap();
    session
}

/// The statement is refused as in a read-only transaction, with all fields of the server's own error.
#[track_caller]
fn refused(session: &mut Client, sql: &str) {
    let error = session.batch_execute(sql).expect_err(sql);
    assert_eq!(error.code(), Some(&SqlState::READ_ONLY_SQL_TRANSACTION), "{sql}: {error}");
    let error = error.as_db_error().unwrap();
    assert!(error.message().starts_with("cannot execute "), "{sql}: {}", error.message());
    assert_eq!(error.routine(), Some("PreventCommandIfReadOnly"));
    let _ = session.batch_execute("ROLLBACK");
}

/// Seen to fail with the hook on functions left out (procedures that commit) and with the owner of the
/// function asked instead of the session's role (SECURITY DEFINER).
#[test]
fn ordinary_sessions_cannot_write() {
    let cluster = prepared();
    let node = cluster.node(0);
    let mut session = app(&node);
    // Written in one mode, run in the other.
    session.batch_execute("PREPARE put (int) AS INSERT INTO t VALUES ($1, 'prepared')").unwrap();
    session.batch_execute("EXECUTE put(2); SELECT adds()").unwrap();
    session.batch_execute("CALL after_commit()").unwrap();
    let put = session.prepare("INSERT INTO t VALUES ($1, 'extended')").unwrap();
    set(&cluster, "local");
    cluster.wait_for("the session to hear of it", || {
        session.query_one("SHOW spock.readonly", &[]).unwrap().get::<_, &str>(0) == "local"
    });
    for statement in [
        "INSERT INTO t VALUES (3, 'no')",
        "UPDATE t SET v = 'no'",
        "DELETE FROM t",
        "TRUNCATE t",
        "SELECT * FROM t FOR UPDATE",
        "SELECT nextval('s')",
        "SELECT setval('s', 100)",
        "WITH w AS (INSERT INTO t VALUES (3, 'no') RETURNING id) SELECT * FROM w",
        "EXPLAIN ANALYZE INSERT INTO t VALUES (3, 'no')",
        "EXECUTE put(3)",
        "COPY t FROM STDIN",
        "CREATE TABLE u (id int)",
        "CREATE TABLE u AS SELECT 1",
        "SELECT 1 AS id INTO u",
        "ALTER TABLE t ADD w int",
        "DROP TABLE t",
        "SELECT writes(3)",
        "SELECT adds()",
        "CALL after_commit()",
        "DO $$ BEGIN INSERT INTO public.t VALUES (3, 'no'); END $$",
        "DO $$ DECLARE n int; BEGIN n := nextval('public.s'); END $$",
        "DO $$ BEGIN EXECUTE 'DELETE FROM public.t'; END $$",
        "BEGIN READ WRITE; DELETE FROM t",
        "BEGIN; SET TRANSACTION READ WRITE; DELETE FROM t",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE; DELETE FROM t",
    ] {
        refused(&mut session, statement);
    }
    let error = session.execute(&put, &[&3]).unwrap_err();
    assert_eq!(error.code(), Some(&SqlState::READ_ONLY_SQL_TRANSACTION));
    cluster.allow_log("permission denied to set parameter");
    let error = session.batch_execute("SET spock.readonly = off").unwrap_err();
    assert_eq!(error.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE));
    // Reading goes on, and the transaction says what it is.
    assert_eq!(session.query_one("SELECT count(*) FROM t", &[]).unwrap().get::<_, i64>(0), 2);
    let shown = session.query_one("SHOW transaction_read_only", &[]).unwrap();
    assert_eq!(shown.get::<_, &str>(0), "on");

    // Superusers are exempt, also in a function of somebody who is not, until they become that one.
    node.sql("INSERT INTO t VALUES (4, 'superuser'); SELECT for_app(5)");
    let mut other = node.connect();
    other.batch_execute("SET ROLE app").unwrap();
    refused(&mut other, "INSERT INTO t VALUES (6, 'no')");
    other.batch_execute("RESET ROLE; INSERT INTO t VALUES (6, 'yes')").unwrap();

    set(&cluster, "off");
    cluster.wait_for("writing to be allowed again", || {
        session.batch_execute("INSERT INTO t VALUES (7, 'again')").is_ok()
    });
    assert_eq!(node.value::<i64>("SELECT count(*) FROM t"), 6);
}

/// Large objects are written by functions, which do not look at the transaction before version 16.
///
/// Seen to fail without the list of these functions: the server of version 15 lets them all through.
#[test]
fn large_objects_are_not_written() {
    let cluster = prepared();
    let node = cluster.node(0);
    let mut session = app(&node);
    session.batch_execute("SELECT lo_from_bytea(4711, 'before')").unwrap();
    set(&cluster, "local");
    cluster.wait_for("the session to hear of it", || {
        session.query_one("SHOW spock.readonly", &[]).unwrap().get::<_, &str>(0) == "local"
    });
    for statement in [
        "SELECT lo_creat(-1)",
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'no')",
        "SELECT lo_put(4711, 0, 'no')",
        "SELECT lo_unlink(4711)",
        "BEGIN; SELECT lowrite(lo_open(4711, x'20000'::int), 'no')",
        "BEGIN; SELECT lo_truncate(lo_open(4711, x'20000'::int), 0)",
        "BEGIN; SELECT lo_truncate64(lo_open(4711, x'20000'::int), 0)",
        "DO $$ DECLARE id oid; BEGIN id := lo_create(0); END $$",
        "BEGIN READ ONLY; SELECT lo_create(0)",
    ] {
        refused(&mut session, statement);
    }
    let text: &[u8] = b"before";
    let kept = session.query_one("SELECT lo_get(4711)", &[]).unwrap();
    assert_eq!(kept.get::<_, &[u8]>(0), text);
    // A superuser may.
    node.sql("SELECT lo_put(4711, 0, 'Before'); SELECT lo_create(4712)");
    set(&cluster, "off");
    cluster.wait_for("writing to be allowed again", || {
        session.batch_execute("SELECT lo_unlink(4711)").is_ok()
    });
}

/// A transaction that is open when the mode changes writes nothing more; what it wrote is kept.
#[test]
fn open_transactions_are_caught() {
    let cluster = prepared();
    let node = cluster.node(0);
    let mut session = app(&node);
    session.batch_execute("BEGIN; INSERT INTO t VALUES (2, 'before')").unwrap();
    set(&cluster, "local");
    // A session takes new settings between statements.
    cluster.wait_for("the session to hear of it", || {
        session.query_one("SHOW spock.readonly", &[]).unwrap().get::<_, &str>(0) == "local"
    });
    session.batch_execute("SAVEPOINT a").unwrap();
    let error = session.batch_execute("INSERT INTO t VALUES (3, 'after')").unwrap_err();
    assert_eq!(error.code(), Some(&SqlState::READ_ONLY_SQL_TRANSACTION));
    session.batch_execute("ROLLBACK TO a; COMMIT").unwrap();
    assert_eq!(node.table("SELECT id FROM t ORDER BY id"), "1\n2");
}

/// Words of boolean settings, and the older alias, mean what they look like.
#[test]
fn words_for_the_modes() {
    let cluster = prepared();
    let node = cluster.node(0);
    for (word, meaning) in [
        ("on", "local"),
        ("true", "local"),
        ("yes", "local"),
        ("1", "local"),
        ("T", "local"),
        ("user", "local"),
        ("LOCAL", "local"),
        ("all", "all"),
        ("false", "off"),
        ("no", "off"),
        ("0", "off"),
        ("off", "off"),
    ] {
        assert_eq!(
            node.table(&format!("SET spock.readonly = '{word}'; SHOW spock.readonly")),
            meaning,
            "{word}"
        );
    }
    let error = node.sql_error("SET spock.readonly = 'perhaps'");
    assert_eq!(error.code(), &SqlState::INVALID_PARAMETER_VALUE);
    assert_eq!(error.hint(), Some("Available values: off, local, all."));
    cluster.allow_log("invalid value for parameter \"spock.readonly\"");
}

/// Only ordinary sessions that are in a transaction are ended.
#[test]
fn active_transactions_are_terminated() {
    let cluster = prepared();
    let node = cluster.node(0);
    cluster.allow_log("terminating connection due to administrator command");
    node.sql("CREATE ROLE login_app LOGIN; GRANT ALL ON t TO login_app");
    let as_app = || {
        let dsn = format!("{} user=login_app", node.socket_conninfo(node.database_name()));
        Client::connect(&dsn, postgres::NoTls).unwrap()
    };
    let (mut writing, mut idle, mut superuser) = (as_app(), as_app(), node.connect());
    writing.batch_execute("BEGIN; INSERT INTO t VALUES (2, 'lost')").unwrap();
    idle.batch_execute("SELECT 1").unwrap();
    superuser.batch_execute("BEGIN; INSERT INTO t VALUES (3, 'kept')").unwrap();
    assert!(node.value::<bool>("SELECT spock.terminate_active_transactions()"));
    assert!(writing.batch_execute("COMMIT").is_err());
    idle.batch_execute("SELECT 1").unwrap();
    superuser.batch_execute("COMMIT").unwrap();
    assert_eq!(node.table("SELECT id FROM t ORDER BY id"), "1\n3");
    cluster.refuses(
        &node,
        "GRANT USAGE ON SCHEMA spock TO app; SET ROLE app; SELECT spock.terminate_active_transactions()",
        "42501",
        "permission denied for function terminate_active_transactions",
    );
}

/// `all` stops apply where it stands, keeps the stream, and goes on when it is taken back.
#[test]
fn apply_stands_still_in_mode_all() {
    let cluster = Cluster::builder().nodes(2).setting("wal_sender_timeout", "2s").start();
    cluster.create_nodes();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for node in [&n1, &n2] {
        node.sql("CREATE TABLE t (id int PRIMARY KEY)");
    }
    n1.sql("SELECT spock.repset_add_table('default', 't')");
    let name = cluster.subscribe(0, 1);
    n1.sql("INSERT INTO t VALUES (1)");
    cluster.catch_up(0, 1);
    let worker = "SELECT worker_pid FROM spock.get_apply_worker_status()";
    let pid = n2.value::<i64>(worker);
    n2.set(&[("spock.readonly", "all")]).unwrap();
    n2.reload().unwrap();
    cluster
        .wait_for("apply to stand still", || cluster.status(1, &name).as_deref() == Some("paused"));
    assert_eq!(
        n2.table("SELECT last_error FROM spock.sub_show_status()"),
        "nothing is applied while spock.readonly is \"all\""
    );
    n1.sql("INSERT INTO t SELECT generate_series(2, 1000)");
    // Longer than the provider waits for signs of life.
    std::thread::sleep(std::time::Duration::from_secs(5));
    assert_eq!(n2.table("SELECT id FROM t"), "1");
    assert_eq!(
        n1.value::<i64>("SELECT count(*) FROM pg_replication_slots WHERE active"),
        1,
        "the stream is kept"
    );
    // A superuser may still write here.
    n2.sql("INSERT INTO t VALUES (5000)");
    n2.set(&[("spock.readonly", "local")]).unwrap();
    n2.reload().unwrap();
    cluster.catch_up(0, 1);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 1001);
    assert_eq!(cluster.status(1, &name).as_deref(), Some("replicating"));
    assert_eq!(n2.value::<i64>(worker), pid, "the worker is the same");
}
