//! The size of a transaction does not show in the size of the processes that carry it.

#![expect(clippy::print_stderr, reason = "the figures are for people to read")]

use std::fs;
use std::time::{Duration, Instant};

use spock_tests::{Cluster, Victim};

use crate::flag::Flag;
use crate::pair::publish;

/// Memory of its own that a process holds, in MB; shared buffers are not its own.
fn own_memory_mb(pid: i32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("RssAnon:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
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

/// The promise, at its full size: for the nightly run (`--ignored`).
#[test]
#[ignore = "takes minutes"]
fn a_transaction_of_5_million_rows_takes_less_than_300_mb() {
    let (apply, sender) = carry(5_000_000);
    eprintln!("apply worker {apply} MB, walsender {sender} MB");
    assert!(apply < 300, "the apply worker grew to {apply} MB");
    assert!(sender < 300, "the walsender grew to {sender} MB");
}
