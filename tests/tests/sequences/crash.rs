//! No value comes twice, whatever happens to the server and its clock.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use spock_tests::{Cluster, wait_for};

use super::values::take;

/// Clients take values while all processes die at once and the clock goes back: also values of transactions
/// that never committed, or were read by nobody but the client, do not come again.
#[test]
fn no_value_comes_twice_after_crashes() {
    let cluster = Cluster::builder()
        .fake_clock()
        .setting("snowflake.node", "3")
        .setting("synchronous_commit", "off")
        .setting("max_wal_size", "32MB")
        .start();
    cluster.allow_crashes();
    let n1 = cluster.node(0);
    let clock = n1.clock().unwrap();
    n1.sql("CREATE SEQUENCE s");
    let seen = Mutex::new(HashSet::new());
    let mut behind = 0;
    for round in 0..5 {
        let stop = AtomicBool::new(false);
        let before = seen.lock().unwrap().len();
        std::thread::scope(|scope| {
            for kind in 0..3 {
                let (stop, seen, n1) = (&stop, &seen, &n1);
                scope.spawn(move || {
                    let mut session = n1.connect();
                    // Neither commits what it reads: the last one lets nothing but the values out.
                    let begin =
                        ["SELECT", "BEGIN", "BEGIN; CREATE TEMP TABLE x ON COMMIT DROP AS SELECT"];
                    let end = ["", "ROLLBACK", "ROLLBACK"];
                    while !stop.load(Ordering::Relaxed) {
                        let values = session
                            .batch_execute(begin[kind])
                            .and_then(|()| {
                                session.query(
                                    "SELECT snowflake.nextval('s') FROM generate_series(1, 50)",
                                    &[],
                                )
                            })
                            .and_then(|rows| {
                                let values: Vec<i64> = rows.iter().map(|row| row.get(0)).collect();
                                session
                                    .batch_execute(end[kind])
                                    .map(|()| values.clone())
                                    .or(Ok(values))
                            });
                        // The crash cuts a session off.
                        let Ok(values) = values else { return };
                        let mut seen = seen.lock().unwrap();
                        for value in values {
                            assert!(seen.insert(value), "{value} came twice in round {round}");
                        }
                    }
                });
            }
            wait_for("some values", || seen.lock().unwrap().len() > before + 5000);
            if round % 2 == 1 {
                n1.sql("CHECKPOINT");
                std::thread::sleep(Duration::from_millis(200));
            }
            n1.crash().unwrap();
            stop.store(true, Ordering::Relaxed);
        });
        behind -= 7000;
        clock.set_offset_ms(behind).unwrap();
        n1.start().unwrap();
    }
    let last = *seen.lock().unwrap().iter().max().unwrap();
    assert!(take(&n1, "s", 1)[0] > last);
}

/// One session that takes values slowly across checkpoints, and loses the server in between.
#[test]
fn values_before_and_after_a_checkpoint_are_covered() {
    let cluster = Cluster::builder().fake_clock().setting("snowflake.node", "3").start();
    cluster.allow_crashes();
    let n1 = cluster.node(0);
    n1.sql("CREATE SEQUENCE s");
    let mut last = 0;
    for offset in [-10_000, -20_000, -30_000] {
        take(&n1, "s", 1);
        n1.sql("CHECKPOINT");
        for value in take(&n1, "s", 20) {
            assert!(value > last, "{value} after {last}");
            last = value;
        }
        n1.crash().unwrap();
        n1.clock().unwrap().set_offset_ms(offset).unwrap();
        n1.start().unwrap();
    }
    assert!(take(&n1, "s", 1)[0] > last);
    // What was reserved is at most a second.
    let ahead = "SELECT snowflake.get_epoch(snowflake.nextval('s')) < extract(epoch FROM clock_timestamp()) + 40";
    assert_eq!(n1.table(ahead), "t");
}
