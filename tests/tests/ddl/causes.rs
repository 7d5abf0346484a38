//! A node that hears of rows before it hears of the statement that they build on.

use std::time::{Duration, Instant};

use postgres::Client;

use crate::trio::Trio;

/// n1 defines something, n2 hears it and writes rows that use it at once, and n3 hears n2 first: its stream of
/// n2 waits for n1, with nothing dropped, and no exception.
///
/// The order is forced: n3 is stopped at a row of n1 that comes before the statement. Seen to fail in the first round
/// where a stream does not wait for others (n3 lacks the rows).
#[test]
fn c1_rows_wait_for_the_statement_that_they_build_on() {
    forced_order(15);
}

#[test]
#[ignore = "more of the same"]
fn c1_rows_wait_for_the_statement_that_they_build_on_long() {
    forced_order(50);
}

fn forced_order(rounds: usize) {
    let trio = Trio::automatic();
    trio.n1().sql("CREATE TABLE gate (id int PRIMARY KEY)");
    trio.n1().sql("CREATE TABLE t (id int PRIMARY KEY, v text)");
    trio.n1().sql("CREATE TYPE mood AS ENUM ('ok')");
    trio.n1().sql("CREATE TABLE moody (id int PRIMARY KEY, m mood)");
    trio.n1().sql("INSERT INTO t VALUES (1, 'x')");
    trio.drain();
    let began = Instant::now();
    let mut held = 0;
    for round in 0..rounds {
        let (define, writes) = match round % 5 {
            0 => (
                format!("CREATE TABLE r{round} (id int PRIMARY KEY, v text)"),
                format!("INSERT INTO r{round} SELECT i, 'row' FROM generate_series(1, 20) i"),
            ),
            1 => (
                format!("ALTER TABLE t ADD COLUMN c{round} int"),
                format!(
                    "UPDATE t SET c{round} = {round}; INSERT INTO t (id, c{round}) VALUES ({round} + 10, 1)"
                ),
            ),
            2 => (
                format!("ALTER TYPE mood ADD VALUE 'mood {round}'"),
                format!("INSERT INTO moody VALUES ({round}, 'mood {round}')"),
            ),
            3 => (
                format!("CREATE SCHEMA s{round} CREATE TABLE inner_table (id int PRIMARY KEY)"),
                format!("INSERT INTO s{round}.inner_table VALUES (1), (2)"),
            ),
            _ => (
                format!(
                    "ALTER TABLE t RENAME TO u; ALTER TABLE u ADD COLUMN c{round} text DEFAULT 'd'; ALTER TABLE u RENAME TO t"
                ),
                format!("UPDATE t SET c{round} = 'changed'; DELETE FROM t WHERE id = {round} + 7"),
            ),
        };
        let gate = hold_n1_at(&trio, 2);
        trio.n1().sql(&define);
        trio.catch_up(0, 1);
        trio.n2().sql(&writes);
        held += usize::from(n3_waits(&trio));
        open(gate);
        trio.drain();
        trio.assert_equal("SELECT * FROM t ORDER BY id");
        trio.assert_equal("SELECT * FROM moody ORDER BY id");
        match round % 5 {
            0 => trio.assert_equal(&format!("SELECT * FROM r{round} ORDER BY id")),
            3 => trio.assert_equal(&format!("SELECT * FROM s{round}.inner_table ORDER BY id")),
            _ => {}
        }
    }
    println!("{rounds} rounds in {:.1?}, n3 was seen to wait in {held}", began.elapsed());
    assert_eq!(held, rounds, "n3 was to wait in each round");
    assert_eq!(trio.exceptions(), "");
    trio.assert_same_dumps("all rounds");
}

/// From now on a node stands still at the next row of n1, until the gate is opened.
pub(crate) fn hold_n1_at(trio: &Trio, node: usize) -> Client {
    let mut session = trio.node(node).connect();
    session.batch_execute("BEGIN; LOCK TABLE gate IN ACCESS EXCLUSIVE MODE").expect("the gate");
    trio.n1().sql("INSERT INTO gate SELECT coalesce(max(id), 0) + 1 FROM gate");
    session
}

pub(crate) fn open(mut gate: Client) {
    gate.batch_execute("COMMIT").expect("the gate");
}

/// Whether n3's stream of n2 comes to wait for n1.
fn n3_waits(trio: &Trio) -> bool {
    let until = Instant::now() + Duration::from_secs(20);
    while Instant::now() < until {
        let waits = trio
            .node(2)
            .value::<Option<String>>("SELECT waiting_for FROM spock.sub_show_status('sub_n2_n3')");
        if waits.as_deref() == Some("n1") {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}
