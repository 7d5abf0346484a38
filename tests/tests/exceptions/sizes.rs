//! Transactions that are too long to be kept anywhere: the last row fails.

#![expect(clippy::print_stderr, reason = "the figures are for people to read")]

use std::fs;
use std::time::{Duration, Instant};

use spock_tests::Victim;

use crate::link::Link;

/// Bytes of a row's text: below what the server compresses or stores out of line.
const ROW: u64 = 1900;

/// Memory of its own that a process holds, in MB.
fn own_memory_mb(pid: i32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("RssAnon:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024)
}

/// Lets a transaction of so many megabytes fail on its last row; gives the highest memory of the apply
/// worker.
fn fail_at_the_end(mode: &str, megabytes: u64) -> u64 {
    let link = Link::build(|cluster| {
        cluster.setting("spock.exception_behaviour", mode).setting("max_wal_size", "2GB")
    });
    link.table("t", "id int PRIMARY KEY, v text");
    let (n1, n2) = (link.n1(), link.n2());
    let rows = megabytes * 1_000_000 / ROW;
    n2.sql(&format!("ALTER TABLE t ADD CONSTRAINT small CHECK (id < {rows})"));
    link.good();
    link.sync();
    let begun = Instant::now();
    n1.connect()
        .batch_execute(&format!(
            "SET statement_timeout = 0; \
             INSERT INTO t SELECT i, repeat('x', {ROW}) FROM generate_series(1, {rows}) i"
        ))
        .expect("the rows");
    link.good();
    let mut highest = 0;
    let mut over = || {
        for process in n2.find(Victim::ApplyWorker) {
            highest = highest.max(own_memory_mb(process.pid).unwrap_or(0));
        }
        !n2.table("SELECT status FROM spock.exception_status").is_empty()
    };
    link.wait_at_most(Duration::from_secs(60 + megabytes * 3), "the exception", &mut over);
    link.sync();
    eprintln!("{mode}, {megabytes} MB: {:.1} s, {highest} MB", begun.elapsed().as_secs_f64());
    link.assert_healthy();
    let applied = if mode == "discard" { rows - 1 } else { 0 };
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), applied as i64);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM spock.exception_log"), rows as i64);
    assert_eq!(
        n2.table(
            "SELECT command_counter FROM spock.exception_log WHERE error_message LIKE '[SQLSTATE%'"
        ),
        rows.to_string()
    );
    assert_eq!(
        n2.value::<i64>("SELECT changes FROM spock.exceptions_pending"),
        (rows - applied) as i64
    );
    highest
}

/// Neither the changes nor what is logged of them is kept in memory. Fails when the packets of a
/// transaction are collected for its second run, as the existing system does up to its spill.
#[test]
fn spock_610_a_long_transaction_that_fails_takes_little_memory() {
    for mode in ["transdiscard", "discard"] {
        let highest = fail_at_the_end(mode, 60);
        assert!(highest < 60, "{mode}: the apply worker grew to {highest} MB");
    }
}

/// The promise, at its full size: for the nightly run (`--ignored`).
#[test]
#[ignore = "takes minutes"]
fn a_transaction_of_1_gb_that_fails_takes_little_memory() {
    for mode in ["transdiscard", "discard"] {
        let highest = fail_at_the_end(mode, 1000);
        assert!(highest < 100, "{mode}: the apply worker grew to {highest} MB");
    }
}
