//! The size of a transaction does not show in the size of the processes that carry it.

#![expect(clippy::print_stderr, reason = "the figures are for people to read")]

use std::fs;
use std::time::{Duration, Instant};

use spock_tests::{Cluster, Victim};

use crate::flag::Flag;
use crate::pair::publish;

/// Memory of its own that a process holds, in MB; shared buffers are not its own.
fn own_memory_mb(pid: i32) -> Option<u64> {
    Some(own_memory_kb(pid)? / 1024)
}

fn own_memory_kb(pid: i32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("RssAnon:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Carries transactions of this many rows, and gives the highest memory of the two processes.
fn carry(rows: u64) -> (u64, u64) {
    let cluster = Cluster::builder().nodes(2).setting("max_wal_size", "4GB").start();
    cluster.create_nodes();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for node in [&n1, &n2] {
        node.sql("CREATE TABLE t (id int PRIMARY KEY, v text, n int)");
    }
    publish(&n1, "default", &["t"]);
    cluster.subscribe(0, 1);
    n1.sql("INSERT INTO t VALUES (0, 'first', 0)");
    cluster.catch_up(0, 1);

    let done = Flag::default();
    let highest = |kind: Victim, node: usize| {
        let node = cluster.node(node);
        let mut highest = 0;
        while !done.is_raised() {
            for process in node.find(kind) {
                highest = highest.max(own_memory_mb(process.pid).unwrap_or(0));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        highest
    };
    let limit = Duration::from_secs(60 + rows / 5_000);
    let in_time = |what: &str, sql: &str, expected: &str| {
        let begun = Instant::now();
        n1.connect().batch_execute(&format!("SET statement_timeout = 0; {sql}")).expect(what);
        cluster.wait_at_most(limit, what, || {
            n2.table("SELECT count(*) > 1, max(n) FROM t WHERE id IN (0, 1)") == expected
        });
        eprintln!("{rows} rows {what} in {:.1} s", begun.elapsed().as_secs_f64());
    };
    let (apply, sender) = std::thread::scope(|scope| {
        let end = done.raise_at_end();
        let apply = scope.spawn(|| highest(Victim::ApplyWorker, 1));
        let sender = scope.spawn(|| highest(Victim::Walsender, 0));
        in_time(
            "inserted",
            &format!("INSERT INTO t SELECT i, 'value ' || i, 1 FROM generate_series(1, {rows}) i"),
            "t|1",
        );
        in_time("updated", "UPDATE t SET n = 2", "t|2");
        in_time("deleted", "DELETE FROM t WHERE id > 0", "f|2");
        drop(end);
        (apply.join().expect("no panic"), sender.join().expect("no panic"))
    });
    cluster.catch_up(0, 1);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 1);
    (apply, sender)
}

/// The usual run: large enough that a few bytes kept per row would show.
#[test]
fn a_transaction_of_many_rows_takes_little_memory() {
    let (apply, sender) = carry(400_000);
    eprintln!("apply worker {apply} MB, walsender {sender} MB");
    assert!(apply < 60, "the apply worker grew to {apply} MB");
    // Decoding holds logical_decoding_work_mem (64 MB) before it writes to disk.
    assert!(sender < 160, "the walsender grew to {sender} MB");
}

/// Nothing is kept of a transaction that is over: rows of every kind, conflicts, failed look-ups,
/// relations that change all the time.
#[test]
fn many_transactions_leave_no_memory_behind() {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for node in [&n1, &n2] {
        node.sql(
            "CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE DOMAIN small AS int CHECK (VALUE < 1000000000); \
             CREATE TABLE plain (id int PRIMARY KEY, v text, n int); \
             CREATE TABLE rich (id int PRIMARY KEY, m mood, s small, j jsonb, big text, a int[], n numeric); \
             CREATE TABLE other (id bigint PRIMARY KEY, v text)",
        );
    }
    n2.sql(
        "ALTER TABLE rich ADD made int GENERATED ALWAYS AS (id + 1) STORED, ADD own text DEFAULT md5('x'), \
             ADD CHECK (length(own) > 1); \
         CREATE INDEX ON rich (lower(own)); CREATE UNIQUE INDEX ON rich (id) WHERE n > 5; \
         ALTER TABLE other ALTER id TYPE numeric; \
         CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.own := tg_op; RETURN new; END $$; \
         CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON rich FOR EACH ROW EXECUTE FUNCTION touch(); \
         ALTER TABLE rich ENABLE ALWAYS TRIGGER touch",
    );
    publish(&n1, "default", &["plain", "rich", "other"]);
    cluster.subscribe(0, 1);
    n1.sql(
        "CREATE PROCEDURE work(from_id int, to_id int) LANGUAGE plpgsql AS $$ BEGIN \
             FOR i IN from_id .. to_id LOOP \
                 INSERT INTO plain VALUES (i, 'v' || i, 0); COMMIT; \
                 UPDATE plain SET n = n + 1 WHERE id = i - 1; COMMIT; \
                 INSERT INTO rich VALUES (i, 'sad', i, to_jsonb(i), repeat(md5(i::text), 100), ARRAY[i], i); \
                 INSERT INTO other VALUES (i, 'x'), (-i, 'y'); COMMIT; \
                 UPDATE rich SET m = 'glad', n = n + 1 WHERE id = i; DELETE FROM other WHERE id = -i; COMMIT; \
                 IF i % 100 = 0 THEN INSERT INTO plain SELECT -j, 'batch', i FROM generate_series(i, i + 50) j \
                     ON CONFLICT DO NOTHING; COMMIT; END IF; \
             END LOOP; END $$",
    );
    let work = |from: i32, to: i32| {
        // Rows that are missing there, or there already.
        n2.sql(&format!(
            "DELETE FROM plain WHERE id % 10 = 3; INSERT INTO plain SELECT i, 'there', 0 \
             FROM generate_series({from}, {to}) i WHERE i % 20 = 5"
        ));
        let half = i32::midpoint(from, to);
        n1.sql(&format!("CALL work({from}, {half})"));
        for round in 0..15 {
            n2.sql(&format!("ALTER TABLE plain ADD c{round} int; ALTER TABLE plain DROP c{round}"));
            n1.sql(&format!("COMMENT ON TABLE plain IS '{round}'; CREATE TABLE new_{from}_{round} (id int PRIMARY KEY)"));
            n2.sql(&format!("CREATE TABLE new_{from}_{round} (id int PRIMARY KEY)"));
            publish(&n1, "default", &[&format!("new_{from}_{round}")]);
            n1.sql(&format!("INSERT INTO new_{from}_{round} VALUES (1); UPDATE plain SET n = 0 WHERE id = {from}"));
        }
        n1.sql(&format!("CALL work({half} + 1, {to})"));
        cluster.catch_up(0, 1);
        let of = |node: usize, kind| {
            let found = cluster.node(node).find(kind);
            let kilobytes = |pid| own_memory_kb(pid).unwrap_or(0);
            (found[0].pid, kilobytes(found[0].pid))
        };
        (of(1, Victim::ApplyWorker), of(0, Victim::Walsender))
    };
    work(1, 2000);
    let (apply, sender) = work(2001, 4000);
    for step in 2..5 {
        let _ = work(step * 2000 + 1, (step + 1) * 2000);
    }
    let (apply_later, sender_later) = work(10001, 12000);
    assert_eq!((apply.0, sender.0), (apply_later.0, sender_later.0), "a process was replaced");
    eprintln!(
        "apply worker {} to {} kB, walsender {} to {} kB",
        apply.1, apply_later.1, sender.1, sender_later.1
    );
    // What the server's own caches keep of 60 more tables, and some slack.
    assert!(apply_later.1 < apply.1 + 2500, "apply worker: {} to {} kB", apply.1, apply_later.1);
    assert!(sender_later.1 < sender.1 + 2500, "walsender: {} to {} kB", sender.1, sender_later.1);
}

/// The promise, at its full size: for the nightly run (`--ignored`).
#[test]
#[ignore = "takes minutes"]
fn a_transaction_of_5_million_rows_takes_less_than_300_mb() {
    let (apply, sender) = carry(5_000_000);
    eprintln!("apply worker {apply} MB, walsender {sender} MB");
    assert!(apply < 300, "the apply worker grew to {apply} MB");
    assert!(sender < 300, "the walsender grew to {sender} MB");
}
