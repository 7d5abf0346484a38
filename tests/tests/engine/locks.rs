//! Applying beside sessions that lock the same rows and tables.

use std::time::{Duration, Instant};

use spock_tests::Node;

use crate::flag::Flag;
use crate::pair::{Pair, shared};

/// Whether some process of the node waits for a lock and is no client.
fn apply_waits(node: &Node<'_>) -> bool {
    node.value(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' \
         AND backend_type <> 'client backend')",
    )
}

/// Seen to fail with the change that waited always written: the row that was committed meanwhile is newer.
#[test]
fn applying_waits_for_row_locks() {
    let pair = shared("row_locks");
    pair.tables("CREATE TABLE row_locks.t (id int PRIMARY KEY, v text)", &["row_locks.t"]);
    pair.n1().sql("INSERT INTO row_locks.t SELECT i, 'before' FROM generate_series(1, 5) i");
    pair.sync();
    let mut session = pair.n2().connect();
    // An update, a delete, a lock alone, a key that is being inserted; two of them are taken back.
    for (held, change, end, expected) in [
        (
            "UPDATE row_locks.t SET v = 'held' WHERE id = 1",
            "UPDATE row_locks.t SET v = 'n1' WHERE id = 1",
            "ROLLBACK",
            "n1",
        ),
        (
            "DELETE FROM row_locks.t WHERE id = 1",
            "UPDATE row_locks.t SET v = 'n1 again' WHERE id = 1",
            "ROLLBACK",
            "n1 again",
        ),
        (
            "SELECT FROM row_locks.t WHERE id = 1 FOR SHARE",
            "DELETE FROM row_locks.t WHERE id = 1",
            "COMMIT",
            "",
        ),
        (
            "INSERT INTO row_locks.t VALUES (1, 'held')",
            "INSERT INTO row_locks.t VALUES (1, 'n1')",
            "ROLLBACK",
            "n1",
        ),
        (
            "UPDATE row_locks.t SET v = 'held' WHERE id = 1",
            "UPDATE row_locks.t SET v = 'earlier' WHERE id = 1",
            "COMMIT",
            "held",
        ),
    ] {
        session.batch_execute(&format!("BEGIN; {held}")).unwrap();
        pair.n1().sql(change);
        pair.wait_for("the apply worker to wait", || apply_waits(&pair.n2()));
        session.batch_execute(end).unwrap();
        pair.sync();
        pair.assert_equal("row_locks.t");
        assert_eq!(
            pair.n2().table("SELECT v FROM row_locks.t WHERE id = 1"),
            expected,
            "{held}; {end}"
        );
    }
}

/// The worker loses a deadlock against a session: its transaction is done again, once and whole.
///
/// Seen to fail with 40P01 taken for permanent.
#[test]
fn b26_apply_deadlock_is_retried() {
    let pair = Pair::build(|cluster| cluster.setting("spock.restart_delay_default", "200ms"));
    pair.tables("CREATE TABLE t (id int PRIMARY KEY, v text)", &["t"]);
    pair.tables("CREATE TABLE noted (v text)", &[]);
    pair.publish("default_insert_only", &["noted"]);
    pair.n1().sql("INSERT INTO t SELECT i, 'before' FROM generate_series(1, 3) i");
    pair.sync();
    pair.allow_log("deadlock detected");
    let mut session = pair.n2().connect();
    // The worker looks for a deadlock first.
    session
        .batch_execute("SET deadlock_timeout = '60s'; BEGIN; UPDATE t SET v = 'n2' WHERE id = 1")
        .unwrap();
    pair.n1().sql(
        "BEGIN; INSERT INTO noted VALUES ('once'); UPDATE t SET v = 'n1' WHERE id = 2; \
         UPDATE t SET v = 'n1' WHERE id = 1; UPDATE t SET v = 'n1' WHERE id = 3; COMMIT",
    );
    pair.wait_for("the apply worker to wait", || apply_waits(&pair.n2()));
    session.batch_execute("UPDATE t SET v = 'n2' WHERE id = 2; COMMIT").unwrap();
    pair.sync();
    pair.assert_equal("t");
    assert_eq!(pair.n2().table("SELECT id, v FROM t ORDER BY id"), "1|n2\n2|n2\n3|n1");
    assert_eq!(pair.assert_equal("noted"), 1);
    pair.wait_for("the count of deadlocks", || {
        pair.n2().value::<bool>("SELECT deadlocks > 0 FROM pg_stat_database WHERE datname = 'app'")
    });
}

/// The worker keeps relations open while changes keep coming, and lets commands through all the same.
#[test]
fn commands_get_their_locks_under_a_busy_stream() {
    let pair = Pair::start();
    pair.tables("CREATE TABLE t (id bigserial PRIMARY KEY, v text)", &["t"]);
    let done = Flag::default();
    std::thread::scope(|scope| {
        let _end = done.raise_at_end();
        for _ in 0..2 {
            scope.spawn(|| {
                let mut session = pair.n1().connect();
                while !done.is_raised() {
                    session.batch_execute("INSERT INTO t (v) VALUES ('x')").expect("an insert");
                }
            });
        }
        let n2 = pair.n2();
        pair.wait_for("the stream", || n2.value::<i64>("SELECT count(*) FROM t") > 100);
        for command in [
            "ALTER TABLE t ADD more int DEFAULT 1",
            "CREATE INDEX t_v ON t (v)",
            "LOCK TABLE t IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(0.2)",
            "VACUUM FULL t",
            "REINDEX TABLE CONCURRENTLY t",
            "ALTER TABLE t DROP more",
            "ANALYZE t",
        ] {
            let begun = Instant::now();
            n2.sql(command);
            assert!(begun.elapsed() < Duration::from_secs(15), "{command}: {:?}", begun.elapsed());
        }
    });
    pair.sync();
    assert!(pair.assert_equal("t") > 100);
}
