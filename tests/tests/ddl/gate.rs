//! Statements that rewrite a table while all nodes write to it: under the DDL lock nothing is lost, nodes are equal,
//! and writers wait, for the drain and the rewrite and no longer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use postgres::Client;
use spock_tests::ledger::{Ledger, Outcome};
use spock_tests::{Signal, Victim};

use crate::trio::Trio;

/// Rows that all writers change.
const HOT: usize = 40;
/// What a statement and everything around it may take on a loaded machine, beyond what was measured of it.
const SLACK: Duration = Duration::from_secs(4);

const VERSIONS: &str = "SELECT t.id, t.v, t.writer, t.beside, x.commit_time, x.node_id
     FROM t, LATERAL spock.row_version('t'::regclass, t.ctid::text, t.xmin) x ORDER BY t.id";

fn trio() -> Trio {
    let trio = Trio::with(&[
        ("spock.enable_ddl_replication", "on"),
        ("spock.include_ddl_repset", "on"),
        ("spock.ddl_lock", "wait"),
    ]);
    trio.n1().sql(&format!(
        "CREATE TABLE t (id bigint PRIMARY KEY, v int, writer text, beside int);
         CREATE TABLE other (id int PRIMARY KEY, n int);
         INSERT INTO t SELECT -g, 0, 'nobody', 0 FROM generate_series(1, {HOT}) g;
         INSERT INTO other SELECT g, 0 FROM generate_series(1, 10) g"
    ));
    trio.spread(0);
    trio
}

/// Writes to the table until told to stop; the longest time that a transaction took.
fn write(ledger: &Ledger, mut session: Client, node: usize, stop: &AtomicBool) -> Duration {
    let mut longest = Duration::ZERO;
    while !stop.load(Ordering::Relaxed) {
        let began = Instant::now();
        let outcome = ledger.run(&mut session, |id| {
            let hot = id % HOT as i64 + 1;
            format!(
                "INSERT INTO t VALUES ({id}, {id}, 'n{node}', 1);
                 UPDATE t SET v = {id}, writer = 'n{node} {id}' WHERE id = -{hot}"
            )
        });
        assert_eq!(outcome, Outcome::Acknowledged, "a writer of n{node}");
        longest = longest.max(began.elapsed());
        // The streams are to keep up: a statement waits for them.
        std::thread::sleep(Duration::from_millis(5));
    }
    longest
}

fn message(error: &postgres::Error) -> String {
    let error = error.as_db_error().expect("an error of the server");
    format!("{} {} {}", error.code().code(), error.message(), error.detail().unwrap_or_default())
}

fn gates_are_open(trio: &Trio) {
    trio.wait_for("the gates to be open", || {
        trio.nodes().iter().all(|node| node.table("SELECT * FROM spock.ddl_gates").is_empty())
    });
}

/// Seen to fail without the gates: writers of other nodes then write between the drain and the statement's arrival.
#[test]
fn d6_a_table_is_rewritten_under_writes_on_all_nodes() {
    let trio = trio();
    let ledger = Ledger::new(trio.dir());
    let stop = AtomicBool::new(false);
    // Each of them makes of a value another one: a row that is written across the statement would have it on some
    // nodes only.
    let statements = [
        "ALTER TABLE t ALTER v TYPE bigint USING v + 1000000",
        "ALTER TABLE t ALTER v TYPE numeric USING v * 2",
        "ALTER TABLE t ADD made timestamptz DEFAULT clock_timestamp(), ALTER beside TYPE text",
        "ALTER TABLE t ALTER v TYPE bigint USING v + 7, DROP made",
        "SELECT spock.replicate_ddl('ALTER TABLE t ALTER v TYPE numeric USING v * 3')",
        "ALTER TABLE t ALTER v TYPE bigint USING v - 1",
    ];
    let (longest, statement) = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..6)
            .map(|writer| {
                let (ledger, stop, session) = (&ledger, &stop, trio.node(writer % 3).connect());
                scope.spawn(move || write(ledger, session, writer % 3 + 1, stop))
            })
            .collect();
        let mut longest = Duration::ZERO;
        for (round, statement) in statements.iter().enumerate() {
            std::thread::sleep(Duration::from_millis(700));
            let before = ledger.acknowledged();
            let began = Instant::now();
            let ran = trio.node(round % 3).connect().batch_execute(statement);
            if let Err(error) = ran {
                stop.store(true, Ordering::Relaxed);
                panic!("{statement}: {}", message(&error));
            }
            println!("{:.1?}: {statement}", began.elapsed());
            longest = longest.max(began.elapsed());
            trio.wait_for("writers to go on", || ledger.acknowledged() > before + 30);
        }
        stop.store(true, Ordering::Relaxed);
        let waits = writers.into_iter().map(|writer| writer.join().expect("a writer"));
        (waits.max().unwrap_or_default(), longest)
    });
    println!(
        "{} transactions; the longest statement took {statement:.1?}, the longest wait of a writer {longest:.1?}",
        ledger.acknowledged()
    );
    trio.drain();
    gates_are_open(&trio);
    assert_eq!(trio.exceptions(), "");
    ledger.check(&trio.nodes(), "SELECT id FROM t WHERE id > 0");
    trio.assert_equal("SELECT attname, atttypid::regtype FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname");
    trio.assert_equal(VERSIONS);
    assert!(
        longest < statement + SLACK,
        "a writer waited {longest:.1?}, a statement took {statement:.1?}"
    );
}

/// The lock that keeps writers away, as others see it, while a statement of n1 runs.
#[test]
fn d6_writers_wait_for_the_end_of_the_statement_and_no_longer() {
    let trio = trio();
    trio.allow_log("division by zero");
    let mut holder = trio.n1().connect();
    holder
        .batch_execute("BEGIN; ALTER TABLE t ALTER v TYPE bigint USING v + 1000")
        .expect("the statement");
    let shown = "SELECT nspname, relname, holder, state FROM spock.ddl_gates";
    assert_eq!(trio.n1().table(shown), "");
    for node in [1, 2] {
        assert_eq!(trio.node(node).table(shown), "public|t|n1|closed");
    }
    // Readers and other tables are not concerned.
    let n2 = trio.n2();
    n2.sql("SELECT count(*) FROM t; UPDATE other SET n = n + 1");
    let mut writer = n2.connect();
    let waiting = std::thread::spawn(move || {
        let began = Instant::now();
        writer.batch_execute("UPDATE t SET v = v + 1 WHERE id = -1").expect("the writer");
        began.elapsed()
    });
    trio.wait_for("the writer to wait", || {
        n2.value::<i64>(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 't'::regclass",
        ) == 1
    });
    std::thread::sleep(Duration::from_millis(500));
    assert!(!waiting.is_finished());
    holder.batch_execute("COMMIT").expect("COMMIT");
    let waited = waiting.join().expect("the writer");
    assert!(waited > Duration::from_millis(500) && waited < SLACK, "{waited:?}");
    trio.drain();
    gates_are_open(&trio);
    assert_eq!(n2.table("SELECT v FROM t WHERE id = -1"), "1001");
    trio.assert_equal(VERSIONS);

    // A statement that fails, and one that is taken back, leave everything as it was.
    let before = n2.table("SELECT * FROM t ORDER BY id");
    let error = trio.n1().sql_error("ALTER TABLE t ALTER v TYPE int USING v / 0");
    assert_eq!((error.code().code(), error.message()), ("22012", "division by zero"));
    gates_are_open(&trio);
    holder
        .batch_execute(
            "BEGIN; SAVEPOINT s; ALTER TABLE t ALTER v TYPE numeric; ROLLBACK TO s; COMMIT",
        )
        .expect("the statement");
    gates_are_open(&trio);
    holder.batch_execute("BEGIN; ALTER TABLE t ALTER v TYPE numeric").expect("the statement");
    assert_eq!(n2.table(shown), "public|t|n1|closed");
    holder.batch_execute("ROLLBACK").expect("ROLLBACK");
    gates_are_open(&trio);
    for node in trio.nodes() {
        assert_eq!(node.table("SELECT * FROM t ORDER BY id"), before);
        node.sql("SET statement_timeout = '5s'; UPDATE t SET v = v WHERE id = -2; RESET statement_timeout");
    }
    trio.drain();
    trio.assert_equal(VERSIONS);
}

/// The node that runs the statement dies in the middle.
#[test]
fn d6_the_gates_of_a_dead_holder_are_open() {
    let trio = trio();
    trio.allow_crashes();
    let mark = trio.n1().log_size();
    let mut holder = trio.n1().connect();
    let pid: i32 = holder.query_one("SELECT pg_backend_pid()", &[]).expect("its pid").get(0);
    holder.batch_execute("BEGIN; ALTER TABLE t ALTER v TYPE bigint").expect("the statement");
    let gates = "SELECT nspname, relname, holder FROM spock.ddl_gates";
    assert_eq!(trio.n2().table(gates), "public|t|n1");
    assert_eq!(trio.n1().signal_children(Signal::SIGKILL, |process| process.pid == pid), 1);
    for node in [trio.n2(), trio.node(2)] {
        trio.wait_for("the gates to be open", || node.table(gates).is_empty());
        node.sql("SET statement_timeout = '5s'; UPDATE t SET v = v + 1; RESET statement_timeout");
    }
    trio.n1().await_restart(mark);
    trio.drain();
    trio.assert_equal(VERSIONS);
    trio.n1().sql("ALTER TABLE t ALTER v TYPE bigint USING v + 5");
    trio.drain();
    trio.assert_equal(VERSIONS);
    gates_are_open(&trio);
}

/// The worker that is to run the statement is started anew, and the statement waits for nobody who is kept away for it.
#[test]
fn d6_a_new_apply_worker_is_let_in() {
    let trio = trio();
    trio.allow_log("terminating");
    let mut holder = trio.n1().connect();
    holder
        .batch_execute("BEGIN; ALTER TABLE t ALTER v TYPE bigint USING v + 9")
        .expect("the statement");
    let n2 = trio.n2();
    let old = n2.find(Victim::ApplyWorker);
    assert_eq!(n2.kill(Victim::ApplyWorker, Signal::SIGTERM), 2);
    trio.wait_for("the workers to end", || {
        n2.find(Victim::ApplyWorker).iter().all(|new| old.iter().all(|old| old.pid != new.pid))
    });
    let mark = n2.log_size();
    holder.batch_execute("COMMIT").expect("COMMIT");
    assert_eq!(n2.table("SELECT state FROM spock.ddl_gates"), "awaits statement");
    trio.drain();
    gates_are_open(&trio);
    assert!(n2.log_since(mark).contains("writers are let in before a statement that rewrites"));
    trio.assert_equal(VERSIONS);
}

/// The statement does not come to an end: somebody lets the writers in.
#[test]
fn d6_gates_can_be_opened_by_hand() {
    if !spock_tests::failpoint::available() {
        return spock_tests::skip("the release build has no failpoints");
    }
    let trio = trio();
    let mut holder = trio.n1().connect();
    holder
        .batch_execute("BEGIN; ALTER TABLE t ALTER v TYPE bigint USING v + 9")
        .expect("the statement");
    let n2 = trio.n2();
    n2.failpoint("apply.before_commit", "wait");
    holder.batch_execute("COMMIT").expect("COMMIT");
    assert_eq!(n2.table("SELECT state FROM spock.ddl_gates"), "awaits statement");
    assert_eq!(n2.value::<i32>("SELECT spock.ddl_gates_open()"), 1);
    gates_are_open(&trio);
    assert_eq!(n2.value::<i32>("SELECT spock.ddl_gates_open()"), 0);
    n2.clear_failpoint("apply.before_commit");
    trio.drain();
    trio.assert_equal(VERSIONS);
}

/// Whoever has written to the table is waited for, and the statement gives up when that takes too long.
#[test]
fn d6_open_transactions_of_writers_are_waited_for() {
    let trio = trio();
    trio.allow_log("could not keep writers away");
    trio.allow_log("lock timeout");
    let mut writer = trio.n2().connect();
    writer.batch_execute("BEGIN; UPDATE t SET v = 5 WHERE id = -1").expect("a write");
    let mut holder = trio.n1().connect();
    let began = Instant::now();
    let error = holder
        .batch_execute("SET spock.ddl_lock_timeout = '1500ms'; ALTER TABLE t ALTER v TYPE bigint")
        .expect_err("somebody writes");
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    let text = message(&error);
    assert!(
        text.starts_with("55P03 node n2 could not keep writers away from table public.t"),
        "{text}"
    );
    gates_are_open(&trio);
    let waiting = std::thread::spawn(move || {
        holder.batch_execute(
            "RESET spock.ddl_lock_timeout; ALTER TABLE t ALTER v TYPE bigint USING v + 100",
        )
    });
    trio.wait_for("the statement to wait for the writer", || {
        !trio.n2().table("SELECT * FROM spock.ddl_gates").is_empty()
    });
    std::thread::sleep(Duration::from_millis(300));
    assert!(!waiting.is_finished());
    writer.batch_execute("COMMIT").expect("COMMIT");
    waiting.join().expect("the statement").expect("the statement");
    trio.drain();
    assert_eq!(trio.node(2).table("SELECT v FROM t WHERE id = -1"), "105");
    trio.assert_equal(VERSIONS);
}

/// Somebody who waits at the gate holds a row that a stream has to change first.
#[test]
fn d6_a_waiter_that_holds_up_a_stream_gives_way() {
    let trio = trio();
    trio.allow_log("canceling statement due to user request");
    trio.allow_log("deadlock detected");
    // n3 is asked before n2.
    let ids = "SELECT string_agg(node_name, ' ' ORDER BY node_id) FROM spock.node";
    assert_eq!(trio.n1().table(ids), "n3 n2 n1");
    let (n2, n3) = (trio.n2(), trio.node(2));
    let (mut first, mut blocker) = (n2.connect(), n3.connect());
    first.batch_execute("BEGIN; UPDATE t SET v = 1 WHERE id = -1").expect("a write");
    blocker.batch_execute("BEGIN; UPDATE other SET n = n + 1 WHERE id = 1").expect("a write");
    let mut holder = trio.n1().connect();
    let altering =
        std::thread::spawn(move || holder.batch_execute("ALTER TABLE t ALTER v TYPE bigint"));
    trio.wait_for("the gate of n2", || !n2.table("SELECT * FROM spock.ddl_gates").is_empty());
    // This cannot be applied at n3 before the blocker is done.
    n2.sql("UPDATE other SET n = n + 10 WHERE id = 1");
    let waiting = std::thread::spawn(move || {
        blocker.batch_execute("UPDATE t SET v = 2 WHERE id = -2; COMMIT")
    });
    trio.wait_for("the blocker to wait for the gate", || {
        n3.value::<i64>(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 't'::regclass",
        ) == 1
    });
    first.batch_execute("COMMIT").expect("COMMIT");
    altering.join().expect("the statement").expect("the statement");
    // It was canceled, or found to stand in a circle.
    let error = waiting.join().expect("the waiter").expect_err("the waiter");
    let code = error.code().map(|code| code.code().to_owned());
    assert!(matches!(code.as_deref(), Some("57014" | "40P01")), "{error:?}");
    trio.drain();
    gates_are_open(&trio);
    trio.assert_equal(VERSIONS);
    trio.assert_equal("SELECT * FROM other ORDER BY id");
}

/// Partitions, and tables that inherit.
#[test]
fn d6_partitions_and_children_have_gates_too() {
    let trio = trio();
    trio.n1().sql(
        "CREATE TABLE p (id int PRIMARY KEY, v int) PARTITION BY RANGE (id);
         CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100);
         CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (100) TO (200);
         CREATE TABLE parent (id int PRIMARY KEY, v int);
         CREATE TABLE child (PRIMARY KEY (id)) INHERITS (parent)",
    );
    trio.spread(0);
    let mut holder = trio.n1().connect();
    let gates = "SELECT string_agg(relname, ' ' ORDER BY relname) FROM spock.ddl_gates";
    for (statement, closed) in [
        ("ALTER TABLE p ALTER v TYPE bigint", "p p1 p2"),
        ("ALTER TABLE parent ALTER v TYPE bigint", "child parent"),
        ("ALTER TABLE p1 SET UNLOGGED", "p p1 p2"),
    ] {
        holder.batch_execute(&format!("BEGIN; {statement}")).expect(statement);
        let shown = trio.n2().table(gates);
        let shown = if shown.is_empty() { "∅".to_owned() } else { shown };
        assert_eq!(shown, closed, "{statement}");
        holder.batch_execute("ROLLBACK").expect("ROLLBACK");
        gates_are_open(&trio);
    }
    // Rows that were written on every node before, and are on their way when the gates are closed.
    for (node, from) in trio.nodes().iter().zip([0, 30, 60]) {
        node.sql(&format!(
            "INSERT INTO p SELECT g, g FROM generate_series({from}, {from} + 29) g;
             INSERT INTO p SELECT g + 100, g FROM generate_series({from}, {from} + 29) g;
             INSERT INTO child SELECT g, g FROM generate_series({from}, {from} + 29) g"
        ));
    }
    trio.n1().sql("ALTER TABLE p ALTER v TYPE bigint USING v + 1000");
    trio.n2().sql("ALTER TABLE parent ALTER v TYPE bigint USING v + 1000");
    trio.drain();
    gates_are_open(&trio);
    trio.assert_equal("SELECT tableoid::regclass::text, * FROM p ORDER BY id");
    trio.assert_equal("SELECT tableoid::regclass::text, * FROM parent ORDER BY id");
    assert_eq!(trio.n1().value::<i64>("SELECT count(*) FROM p WHERE v >= 1000"), 180);
    assert_eq!(trio.n1().value::<i64>("SELECT count(*) FROM parent WHERE v >= 1000"), 90);
    assert_eq!(trio.exceptions(), "");
}
