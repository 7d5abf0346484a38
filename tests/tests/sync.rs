//! Initial copies and copies of single tables.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use spock_tests::{Cluster, Node, Signal, StopMode, Victim, canary, wait_for};

/// Makes two nodes of Spock: `n1` provides, `n2` subscribes.
fn make_nodes(cluster: &Cluster) -> (Node<'_>, Node<'_>) {
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for (name, node) in [("n1", &n1), ("n2", &n2)] {
        node.sql(&format!("SELECT spock.node_create('{name}', '{}')", node.dsn()));
    }
    (n1, n2)
}

fn subscribe(provider: &Node<'_>, subscriber: &Node<'_>, arguments: &str) {
    subscriber.sql(&format!("SELECT spock.sub_create('sub', '{}', {arguments})", provider.dsn()));
}

const FULL: &str = "synchronize_structure := true, synchronize_data := true";

fn wait_ready(node: &Node<'_>) {
    wait_for("the copy", || {
        let failed =
            node.table("SELECT sync_reason FROM spock.local_sync_status WHERE sync_status = 'f'");
        assert!(failed.trim().is_empty(), "{failed}");
        node.value::<bool>(
            "SELECT count(*) > 0 AND bool_and(sync_status = 'r') FROM spock.local_sync_status",
        )
    });
}

/// Waits through failures.
fn wait_at_last(node: &Node<'_>) {
    wait_for("the copy at last", || {
        node.value::<bool>("SELECT bool_and(sync_status = 'r') FROM spock.local_sync_status")
    });
}

#[test]
fn structure_and_data_are_copied_and_the_stream_goes_on() {
    let cluster = Cluster::start(2);
    let (n1, n2) = make_nodes(&cluster);
    n1.sql(
        "CREATE SCHEMA \"Odd Schema\";
         CREATE TYPE mood AS ENUM ('sad', 'ok');
         CREATE DOMAIN positive AS int CHECK (VALUE > 0);
         CREATE TYPE pair AS (a int, b text);
         CREATE FUNCTION double(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
         CREATE TABLE plain (id int PRIMARY KEY, v text, at timestamptz DEFAULT now());
         CREATE TABLE \"Odd Schema\".\"Odd Table\" (\"Id\" bigint PRIMARY KEY, \"a b\" mood[], p positive,
             c pair, twice int GENERATED ALWAYS AS (p * 2) STORED);
         CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES plain, CHECK (double(id) > 0));
         CREATE INDEX by_v ON plain (v) WHERE v IS NOT NULL;
         CREATE VIEW plain_view AS SELECT id FROM plain;
         CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM plain;
         CREATE SEQUENCE seq;
         CREATE TABLE keyless (v int);
         INSERT INTO plain SELECT i, 'v' || i FROM generate_series(1, 5000) i;
         INSERT INTO child SELECT i, i FROM generate_series(1, 100) i;
         INSERT INTO \"Odd Schema\".\"Odd Table\" VALUES (1, '{ok,sad}', 3, (7, 'x')), (2, NULL, NULL, NULL);
         INSERT INTO keyless SELECT 1 FROM generate_series(1, 10);
         COMMENT ON TABLE plain IS 'a comment';
         SELECT spock.repset_add_all_tables('default', '{public,Odd Schema}');
         SELECT spock.repset_add_table('default_insert_only', 'keyless');",
    );
    subscribe(&n1, &n2, FULL);
    wait_ready(&n2);
    for query in [
        "SELECT md5(string_agg(p::text, ',' ORDER BY id)) FROM plain p",
        "SELECT md5(string_agg(t::text, ',' ORDER BY \"Id\")) FROM \"Odd Schema\".\"Odd Table\" t",
        "SELECT count(*), sum(parent) FROM child",
        "SELECT count(*), sum(v) FROM keyless",
        "SELECT relname, relkind FROM pg_class WHERE relnamespace IN
            ('public'::regnamespace, '\"Odd Schema\"'::regnamespace) ORDER BY 1",
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
          WHERE connamespace = 'public'::regnamespace ORDER BY 1",
        "SELECT obj_description('plain'::regclass)",
    ] {
        assert_eq!(n1.table(query), n2.table(query), "{query}");
    }
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM plain"), 5000);
    // Copied rows have a version, and it is older than any.
    let old = "SELECT count(*) FROM plain WHERE pg_xact_commit_timestamp(xmin) = 'epoch'";
    assert_eq!(n2.value::<i64>(old), 5000);

    n1.sql(
        "INSERT INTO plain VALUES (5001, 'later'); UPDATE plain SET v = 'changed' WHERE id = 1;
         DELETE FROM child WHERE id = 1; INSERT INTO keyless VALUES (2);",
    );
    wait_for("the stream", || {
        n2.table(
            "SELECT (SELECT count(*) FROM plain), (SELECT v FROM plain WHERE id = 1),
                  (SELECT count(*) FROM child), (SELECT sum(v) FROM keyless)",
        )
        .trim()
            == "5001|changed|99|12"
    });
}

/// The number of backends that copied, by the origins of the rows.
fn copiers(node: &Node<'_>, tables: &[&str]) -> i64 {
    let all: Vec<String> = tables
        .iter()
        .map(|table| {
            format!("SELECT (pg_xact_commit_timestamp_origin(xmin)).roident AS o FROM {table}")
        })
        .collect();
    node.value(&format!("SELECT count(DISTINCT o) FROM ({}) s", all.join(" UNION ALL ")))
}

#[test]
fn several_tables_are_copied_at_once_in_one_snapshot() {
    let cluster = Cluster::builder().nodes(2).setting("spock.sync_table_workers", "3").start();
    let (n1, n2) = make_nodes(&cluster);
    let names: Vec<String> = (1..=12).map(|i| format!("t{i}")).collect();
    for name in &names {
        n1.sql(&format!(
            "CREATE TABLE {name} (id int PRIMARY KEY, v int);
             INSERT INTO {name} SELECT i, 0 FROM generate_series(1, 20000) i;
             SELECT spock.repset_add_table('default', '{name}')"
        ));
    }
    // Every transaction adds one to the same row of all tables: a copy in several snapshots, or with
    // a gap before the stream, would show different sums.
    let updates: String =
        names.iter().map(|name| format!("UPDATE {name} SET v = v + 1 WHERE id = 7;")).collect();
    let total = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut session = n1.connect();
            let mut count = 0;
            let ready = "SELECT count(*) FROM spock.local_sync_status WHERE sync_status = 'r'";
            while n2.value::<i64>(ready) < 13 && count < 3000 {
                session.batch_execute(&format!("BEGIN; {updates} COMMIT")).unwrap();
                count += 1;
            }
            count
        });
        subscribe(&n1, &n2, FULL);
        wait_ready(&n2);
        writer.join().unwrap()
    });
    let sums: Vec<String> = names.iter().map(|name| format!("SELECT sum(v) FROM {name}")).collect();
    wait_for("the stream", || sums.iter().all(|query| n2.value::<i64>(query) == i64::from(total)));
    let tables: Vec<&str> = names.iter().map(String::as_str).collect();
    assert!(copiers(&n2, &tables) > 1, "one process copied everything");
    // Helpers leave no origin behind.
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM pg_replication_origin"), 1);
}

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
fn a_copy_does_not_travel_on() {
    let cluster = Cluster::start(2);
    let (n1, n2) = make_nodes(&cluster);
    n1.sql(
        "CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p SELECT i FROM generate_series(1, 100) i;
         CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p); INSERT INTO c SELECT id, id FROM p;
         CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id);
         CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (50);
         CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (50) TO (200);
         INSERT INTO parts SELECT id FROM p;
         SELECT spock.repset_add_all_tables('default', '{public}')",
    );
    subscribe(&n1, &n2, FULL);
    wait_ready(&n2);
    n2.sql("SELECT spock.repset_add_all_tables('default', '{public}')");
    n1.sql(&format!("SELECT spock.sub_create('back', '{}')", n2.dsn()));
    wait_ready(&n1);
    assert_eq!(
        n2.table("SELECT tableoid::regclass, count(*) FROM parts GROUP BY 1 ORDER BY 1").trim(),
        "parts_1|49\nparts_2|51"
    );
    // One that is truncated, and one that others reference.
    for table in ["c", "p"] {
        n2.sql(&format!("SELECT spock.sub_resync_table('sub', '{table}')"));
        wait_ready(&n2);
        n1.sql(&format!("INSERT INTO {table} VALUES (1000)"));
    }
    cluster.drain();
    cluster.assert_equal("SELECT count(*) FROM p");
    assert_eq!(
        n1.table("SELECT (SELECT count(*) FROM p), (SELECT count(*) FROM c)").trim(),
        "101|101"
    );
}

#[test]
fn a_table_is_copied_again_under_load() {
    let cluster =
        Cluster::builder().nodes(2).setting("spock.restart_delay_default", "200ms").start();
    cluster.allow_log("failpoint");
    cluster.allow_log("copying table");
    let (n1, n2) = make_nodes(&cluster);
    n1.sql(
        "CREATE TABLE keyed (id int PRIMARY KEY, v int); INSERT INTO keyed SELECT i, 0 FROM generate_series(1, 5000) i;
         CREATE TABLE keyless (v bigserial); INSERT INTO keyless SELECT FROM generate_series(1, 5000) i;
         CREATE TABLE other (id bigserial PRIMARY KEY);
         SELECT spock.repset_add_all_tables('default', '{public}');
         SELECT spock.repset_add_table('default_insert_only', 'keyless');",
    );
    subscribe(&n1, &n2, FULL);
    wait_ready(&n2);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for writer in 0..2 {
            let (n1, stop) = (&n1, &stop);
            scope.spawn(move || {
                let mut session = n1.connect();
                let mut turn = writer;
                let begun = Instant::now();
                while !stop.load(Ordering::Relaxed)
                    && begun.elapsed().as_secs() < 120
                {
                    turn = (turn + 7) % 5000;
                    session
                        .batch_execute(&format!(
                            "BEGIN; UPDATE keyed SET v = v + 1 WHERE id = {turn} + 1;
                             INSERT INTO keyless DEFAULT VALUES; INSERT INTO other DEFAULT VALUES; COMMIT"
                        ))
                        .unwrap();
                }
            });
        }
        for (table, failing) in [
            ("keyless", ""),
            ("keyed", ""),
            ("keyless", "sync.table_copied"),
            ("keyless", "sync.before_hand_over"),
        ] {
            if !failing.is_empty() {
                n2.failpoint(failing, "once error");
            }
            // Something that only a copy can repair.
            n2.sql(&format!("DELETE FROM {table} WHERE v % 3 = 0"));
            n2.sql(&format!("SELECT spock.sub_resync_table('sub', '{table}')"));
            wait_for("the copy", || {
                n2.value::<bool>(&format!(
                    "SELECT sync_status = 'r' FROM spock.local_sync_status WHERE sync_relname = '{table}'"
                ))
            });
        }
        stop.store(true, Ordering::Relaxed);
    });
    cluster.catch_up(0, 1);
    for query in [
        "SELECT count(*), count(DISTINCT v), sum(v) FROM keyless",
        "SELECT md5(string_agg(id || ':' || v, ',' ORDER BY id)) FROM keyed",
        "SELECT count(*) FROM other",
    ] {
        assert_eq!(n1.table(query), n2.table(query), "{query}");
    }
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM pg_replication_origin"), 1);
    wait_for("the slots", || n1.value::<i64>("SELECT count(*) FROM pg_replication_slots") == 1);
}

#[test]
fn triggers_defaults_and_computed_columns_work_in_a_copy() {
    let cluster = Cluster::start(2);
    let (n1, n2) = make_nodes(&cluster);
    n1.sql(
        "CREATE TABLE t (id int PRIMARY KEY, v text, n int, iv interval, r regclass, twice int GENERATED ALWAYS AS (n * 2) STORED);
         INSERT INTO t SELECT i, 'v' || i, i, '-1 day 02:03:04', 'pg_class' FROM generate_series(1, 100) i;
         SELECT spock.repset_add_table('default', 't')",
    );
    n2.sql(
        "CREATE TABLE t (twice int GENERATED ALWAYS AS (n * 3) STORED, extra text DEFAULT 'default', n bigint,
             r regclass, gone int, v text, id int PRIMARY KEY, iv interval);
         ALTER TABLE t DROP COLUMN gone;
         CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN IF NEW.id % 10 = 0 THEN RETURN NULL; END IF; NEW.v := NEW.v || '!'; RETURN NEW; END $$;
         CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION change();
         ALTER TABLE t ENABLE ALWAYS TRIGGER a;
         CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'fired'; END $$;
         CREATE TRIGGER b BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION never();
         ALTER DATABASE app SET intervalstyle = 'sql_standard'; ALTER DATABASE app SET datestyle = 'German';",
    );
    subscribe(&n1, &n2, "synchronize_data := true");
    wait_ready(&n2);
    let row = n2
        .table("SELECT id, v, n, twice, extra, extract(epoch FROM iv)::int, r FROM t WHERE id = 3");
    assert_eq!(row.trim(), "3|v3!|3|9|default|-79016|pg_class");
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 90);
}

#[test]
fn tables_that_join_later_are_copied_on_request() {
    let cluster =
        Cluster::builder().nodes(2).setting("spock.restart_delay_default", "200ms").start();
    for piece in ["copying table", "already", "does not exist"] {
        cluster.allow_log(piece);
    }
    let (n1, n2) = make_nodes(&cluster);
    for node in [&n1, &n2] {
        node.sql(
            "CREATE TABLE announced (id int PRIMARY KEY); CREATE TABLE plain (id int PRIMARY KEY);
             CREATE TABLE keyless (id int)",
        );
    }
    n1.sql("CREATE TABLE missing (id int PRIMARY KEY)");
    for table in ["announced", "plain", "keyless", "missing"] {
        n1.sql(&format!("INSERT INTO {table} SELECT i FROM generate_series(1, 100) i"));
    }
    subscribe(&n1, &n2, "synchronize_data := true");
    wait_ready(&n2);
    let ready = |table: &str| {
        n2.value::<i64>(&format!(
            "SELECT count(*) FROM spock.local_sync_status WHERE sync_relname = '{table}' AND sync_status = 'r'"
        )) == 1
    };

    n1.sql("SELECT spock.repset_add_table('default', 'announced', synchronize_data := true)");
    wait_for("the copy", || ready("announced"));
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM announced"), 100);

    // Without the request only what comes from now on.
    n1.sql("SELECT spock.repset_add_table('default', 'plain'); INSERT INTO plain VALUES (101)");
    wait_for("the stream", || n2.value::<i64>("SELECT count(*) FROM plain") == 1);
    n2.sql("SELECT spock.sub_alter_sync('sub', truncate := true)");
    wait_for("the copy", || ready("plain"));
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM plain"), 101);

    // A copy that fails: the stream leaves the table alone, and the reason shows.
    n1.sql("SELECT spock.repset_add_table('default', 'missing', synchronize_data := true)");
    let reason = |table: &str| {
        n2.table(&format!(
            "SELECT sync_reason FROM spock.local_sync_status WHERE sync_relname = '{table}'"
        ))
    };
    wait_for("the reason", || reason("missing").contains("does not exist on the subscriber"));
    n1.sql("INSERT INTO missing VALUES (101); INSERT INTO plain VALUES (102)");
    wait_for("the stream", || n2.value::<i64>("SELECT count(*) FROM plain") == 102);
    n2.sql("CREATE TABLE missing (id int PRIMARY KEY)");
    wait_for("the copy", || ready("missing"));
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM missing"), 101);

    // Rows that a copy would double.
    n2.sql("INSERT INTO keyless VALUES (1)");
    n1.sql(
        "SELECT spock.repset_add_table('default_insert_only', 'keyless', synchronize_data := true)",
    );
    wait_for("the reason", || reason("keyless").contains("rows already"));
    n2.sql("SELECT spock.sub_resync_table('sub', 'keyless')");
    wait_for("the copy", || ready("keyless"));
    n1.sql("INSERT INTO keyless VALUES (101)");
    wait_for("the stream", || {
        n2.table("SELECT count(*), sum(id) FROM keyless").trim() == "101|5151"
    });
}

#[test]
fn the_password_shows_nowhere() {
    let password = canary::password();
    let cluster = Cluster::builder()
        .nodes(2)
        .password(&password)
        .setting("spock.restart_delay_default", "200ms")
        .setting("spock.sync_table_workers", "2")
        .start();
    cluster.allow_log("already exists");
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    let quoted = password.replace('\\', "\\\\").replace('\'', "\\'");
    let dsn = |node: &Node<'_>| format!("{} password='{quoted}'", node.dsn());
    for (name, node) in [("n1", &n1), ("n2", &n2)] {
        node.query("SELECT spock.node_create($1::text::name, $2)", &[&name, &dsn(node)]);
    }
    n1.sql(
        "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY);
         SELECT spock.repset_add_all_tables('default', '{public}')",
    );
    n2.sql("CREATE TABLE t ()");
    n2.query(&format!("SELECT spock.sub_create('sub', $1, {FULL})"), &[&dsn(&n1)]);
    let reason = "SELECT coalesce(string_agg(sync_reason, ' '), '') FROM spock.local_sync_status";
    wait_for("the reason", || n2.value::<String>(reason).contains("already exists"));
    assert_eq!(canary::find(&cluster, &password), Vec::<String>::new());
    n2.sql("DROP TABLE t");
    wait_at_last(&n2);
    assert_eq!(canary::find(&cluster, &password), Vec::<String>::new());
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

#[test]
fn a_hand_over_survives_kills() {
    let cluster =
        Cluster::builder().nodes(2).setting("spock.restart_delay_default", "200ms").start();
    for piece in
        ["failpoint", "terminat", "copy", "gone", "shut", "connect", "starting up", "recovery"]
    {
        cluster.allow_log(piece);
    }
    let (n1, n2) = make_nodes(&cluster);
    n1.sql(
        "CREATE TABLE t (id bigserial); INSERT INTO t SELECT FROM generate_series(1, 1000);
         SELECT spock.repset_add_table('default_insert_only', 't')",
    );
    subscribe(&n1, &n2, FULL);
    wait_ready(&n2);
    let mut count = 1000;
    for place in ["sync.table_copied", "sync.before_hand_over"] {
        for victim in [Some(Victim::SyncWorker), Some(Victim::ApplyWorker), None] {
            n2.failpoint(place, "wait");
            let hits = n2.failpoint_hits(place);
            n2.sql("SELECT spock.sub_resync_table('sub', 't')");
            n1.sql("INSERT INTO t DEFAULT VALUES");
            wait_for("the failpoint", || n2.failpoint_hits(place) > hits);
            n1.sql("INSERT INTO t DEFAULT VALUES");
            match victim {
                Some(victim) => assert!(n2.kill(victim, Signal::SIGTERM) > 0),
                None => n2.restart(StopMode::Immediate).unwrap(),
            }
            n2.clear_failpoint(place);
            n1.sql("INSERT INTO t DEFAULT VALUES");
            count += 3;
            wait_at_last(&n2);
            wait_for("the stream", || n2.value::<i64>("SELECT count(*) FROM t") == count);
            cluster.assert_equal("SELECT count(*), count(DISTINCT id), sum(id) FROM t");
        }
    }
}

/// Writes to several tables in each transaction until told to stop, whatever happens to the server.
fn write_until(stop: &AtomicBool, node: &Node<'_>, seed: u32) {
    let begun = Instant::now();
    let mut turn = seed;
    while !stop.load(Ordering::Relaxed) && begun.elapsed() < LOAD_LIMIT {
        let Ok(mut session) = node.try_connect() else {
            std::thread::sleep(Duration::from_millis(50));
            continue;
        };
        while !stop.load(Ordering::Relaxed) && begun.elapsed() < LOAD_LIMIT {
            turn = (turn * 31 + 7) % 2000;
            let transaction = format!(
                "BEGIN; UPDATE keyed SET v = v + 1 WHERE id = {turn};
                 INSERT INTO keyless DEFAULT VALUES; INSERT INTO other (n) VALUES ({turn});
                 DELETE FROM other WHERE id = (SELECT min(id) FROM other); COMMIT"
            );
            if session.batch_execute(&transaction).is_err() {
                break;
            }
        }
    }
}

/// No writer outlives a test that fails by more than this.
const LOAD_LIMIT: Duration = Duration::from_secs(120);

#[test]
fn copies_under_load_survive_kills() {
    let cluster =
        Cluster::builder().nodes(2).setting("spock.restart_delay_default", "200ms").start();
    for piece in [
        "terminat",
        "copy",
        "gone",
        "shut",
        "connect",
        "starting up",
        "recovery",
        "deadlock",
        "crash",
        "in use",
        "active",
        "exit",
        "closed",
        "slot",
        "snapshot",
        "psql",
        "pg_dump",
        "already",
        "could not",
    ] {
        cluster.allow_log(piece);
    }
    let (n1, n2) = make_nodes(&cluster);
    n1.sql(
        "CREATE TABLE keyed (id int PRIMARY KEY, v int); INSERT INTO keyed SELECT i, 0 FROM generate_series(0, 2000) i;
         CREATE TABLE keyless (v bigserial); INSERT INTO keyless SELECT FROM generate_series(1, 20000);
         CREATE TABLE other (id bigserial PRIMARY KEY, n int); INSERT INTO other (n) SELECT i FROM generate_series(1, 5000) i;
         SELECT spock.repset_add_table('default', 'keyed'), spock.repset_add_table('default', 'other'),
                spock.repset_add_table('default_insert_only', 'keyless');",
    );
    let rounds = std::env::var("SPOCK_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(5);
    for round in 0..rounds {
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for writer in 0..2 {
                let (stop, n1) = (&stop, &n1);
                scope.spawn(move || write_until(stop, n1, round * 2 + writer));
            }
            subscribe(&n1, &n2, FULL);
            // Another moment of the copy in each round.
            std::thread::sleep(Duration::from_millis(u64::from(round * 317 % 1500)));
            match round % 5 {
                0 => drop(n2.kill(Victim::ApplyWorker, Signal::SIGTERM)),
                1 => n1.restart(StopMode::Immediate).unwrap(),
                2 => n2.restart(StopMode::Immediate).unwrap(),
                3 => drop(n1.kill(Victim::Walsender, Signal::SIGTERM)),
                _ => drop(n2.kill(Victim::SyncWorker, Signal::SIGTERM)),
            }
            wait_at_last(&n2);
            n2.sql("SELECT spock.sub_resync_table('sub', 'keyless')");
            std::thread::sleep(Duration::from_millis(u64::from(round * 191 % 700)));
            match round % 3 {
                0 => drop(n2.kill(Victim::SyncWorker, Signal::SIGTERM)),
                1 => n2.restart(StopMode::Immediate).unwrap(),
                _ => drop(n2.kill(Victim::ApplyWorker, Signal::SIGTERM)),
            }
            wait_at_last(&n2);
            stop.store(true, Ordering::Relaxed);
        });
        cluster.catch_up(0, 1);
        for query in [
            "SELECT count(*), count(DISTINCT v), sum(v) FROM keyless",
            "SELECT md5(string_agg(id || ':' || v, ',' ORDER BY id)) FROM keyed",
            "SELECT md5(string_agg(id || ':' || n, ',' ORDER BY id)) FROM other",
        ] {
            assert_eq!(n1.table(query), n2.table(query), "round {round}: {query}");
        }
        n2.sql("SELECT spock.sub_drop('sub'); DROP TABLE keyed, keyless, other");
        wait_for("the slots", || n1.value::<i64>("SELECT count(*) FROM pg_replication_slots") == 0);
    }
}
