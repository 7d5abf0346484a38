//! Copies that fail, at every step, and are tried again.

use spock_tests::{Cluster, StopMode, wait_for};

use crate::{FULL, make_nodes, subscribe, wait_at_last};

#[test]
fn a_failed_copy_shows_its_reason_and_is_retried() {
    let cluster =
        Cluster::builder().nodes(2).setting("spock.restart_delay_default", "200ms").start();
    cluster.allow_log("synchroniz");
    cluster.allow_log("already exists");
    cluster.allow_log("failpoint");
    let (n1, n2) = make_nodes(&cluster);
    n1.sql(
        "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT i FROM generate_series(1, 100) i;
         CREATE TABLE u (v int); INSERT INTO u SELECT i FROM generate_series(1, 100) i;
         SELECT spock.repset_add_table('default', 't'), spock.repset_add_table('default_insert_only', 'u')",
    );
    // In the way of the structure.
    n2.sql("CREATE TABLE t (something int)");
    subscribe(&n1, &n2, FULL);
    let reason = "SELECT coalesce(string_agg(sync_reason, ' '), '') FROM spock.local_sync_status";
    wait_for("the reason", || n2.value::<String>(reason).contains("relation \"t\" already exists"));
    let failure = n2.sql_error("SELECT spock.sub_wait_for_sync('sub')");
    assert!(failure.detail().unwrap_or_default().contains("already exists"), "{failure:?}");
    assert_eq!(
        n2.value::<i64>("SELECT count(*) FROM pg_class WHERE relname = 'u'"),
        0,
        "half a structure"
    );
    // After the rows of both tables: the next try finds structure and rows of this one.
    n2.failpoint("sync.before_ready", "once error");
    n2.sql("DROP TABLE t");
    wait_at_last(&n2);
    assert!(n2.failpoint_hits("sync.before_ready") > 0);
    assert_eq!(n2.table("SELECT count(*), count(DISTINCT id) FROM t").trim(), "100|100");
    assert_eq!(n2.table("SELECT count(*), count(DISTINCT v) FROM u").trim(), "100|100");
    n1.sql("INSERT INTO u VALUES (0)");
    wait_for("the stream", || n2.value::<i64>("SELECT count(*) FROM u") == 101);
}

/// Fails a copy at each place in both ways; the next try must find its way.
fn fail_everywhere(structure: bool) {
    let cluster =
        Cluster::builder().nodes(2).setting("spock.restart_delay_default", "200ms").start();
    for piece in ["synchroniz", "failpoint", "copy", "terminat"] {
        cluster.allow_log(piece);
    }
    let (n1, n2) = make_nodes(&cluster);
    let tables = "CREATE EXTENSION IF NOT EXISTS pg_visibility;
         CREATE TYPE mood AS ENUM ('sad', 'ok');
         CREATE TABLE u (v int, m mood DEFAULT 'ok');
         CREATE TABLE p (id int PRIMARY KEY);
         CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p);
         CREATE VIEW w AS SELECT v FROM u;
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER t AFTER INSERT ON c FOR EACH ROW EXECUTE FUNCTION f();";
    let drop_tables = "DROP TABLE u, p, c CASCADE; DROP TYPE mood; DROP FUNCTION f;
         DROP EXTENSION pg_visibility";
    n1.sql(tables);
    n1.sql(
        "INSERT INTO u SELECT i FROM generate_series(1, 1000) i;
         INSERT INTO p SELECT i FROM generate_series(1, 100) i;
         INSERT INTO c SELECT i, i FROM generate_series(1, 100) i;
         SELECT spock.repset_add_table('default', 'p'), spock.repset_add_table('default', 'c'),
                spock.repset_add_table('default_insert_only', 'u')",
    );
    let places: &[&str] = if structure {
        &["sync.after_slot", "sync.after_pre_data", "sync.after_rows", "sync.before_ready"]
    } else {
        &["sync.after_rows", "sync.before_ready"]
    };
    // Rows of the subscriber's own, which no try may touch.
    let own = i64::from(!structure);
    for place in places {
        for order in ["once error", "once exit"] {
            n2.failpoint(place, order);
            let hits = n2.failpoint_hits(place);
            if structure {
                subscribe(&n1, &n2, FULL);
            } else {
                n2.sql(tables);
                n2.sql("INSERT INTO p VALUES (1000)");
                subscribe(&n1, &n2, "synchronize_data := true");
            }
            wait_for("the failpoint", || n2.failpoint_hits(place) > hits);
            wait_at_last(&n2);
            let counts = "SELECT (SELECT count(*) FROM u), (SELECT count(*) FROM p), (SELECT count(*) FROM c)";
            let expected = format!("1000|{}|100", 100 + own);
            assert_eq!(n2.table(counts).trim(), expected, "{place} {order}");
            n1.sql("INSERT INTO u VALUES (0)");
            wait_for("the stream", || n2.value::<i64>("SELECT count(*) FROM u") == 1001);
            n1.sql("DELETE FROM u WHERE v = 0");
            n2.sql("SELECT spock.sub_drop('sub')");
            n2.sql(drop_tables);
            n2.clear_failpoint(place);
        }
    }
    assert_eq!(n1.value::<i64>("SELECT count(*) FROM pg_replication_slots"), 0);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM pg_replication_origin"), 0);
}

#[test]
fn every_step_of_a_copy_can_fail() {
    fail_everywhere(true);
}

#[test]
fn every_step_of_a_copy_of_rows_can_fail() {
    fail_everywhere(false);
}

#[test]
fn a_copy_survives_restarts_of_either_server() {
    let cluster =
        Cluster::builder().nodes(2).setting("spock.restart_delay_default", "200ms").start();
    for piece in ["failpoint", "connect", "terminat", "shut", "copy", "closed", "starting up"] {
        cluster.allow_log(piece);
    }
    let (n1, n2) = make_nodes(&cluster);
    n1.sql(
        "CREATE TABLE t (id int); INSERT INTO t SELECT i FROM generate_series(1, 1000) i;
         SELECT spock.repset_add_table('default_insert_only', 't')",
    );
    for place in ["sync.after_rows", "sync.before_ready"] {
        for (victim, stop) in [
            (&n1, StopMode::Fast),
            (&n1, StopMode::Immediate),
            (&n2, StopMode::Fast),
            (&n2, StopMode::Immediate),
        ] {
            n2.failpoint(place, "wait");
            subscribe(&n1, &n2, FULL);
            wait_for("the failpoint", || n2.failpoint_hits(place) > 0);
            victim.restart(stop).unwrap();
            n2.clear_failpoint(place);
            wait_at_last(&n2);
            assert_eq!(n2.table("SELECT count(*), count(DISTINCT id) FROM t").trim(), "1000|1000");
            n1.sql("INSERT INTO t VALUES (0)");
            wait_for("the stream", || n2.value::<i64>("SELECT count(*) FROM t") == 1001);
            n1.sql("DELETE FROM t WHERE id = 0");
            n2.sql("SELECT spock.sub_drop('sub'); DROP TABLE t");
        }
    }
}
