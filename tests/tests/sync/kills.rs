//! Copies and hand-overs whose processes are killed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use spock_tests::{Cluster, Node, Signal, StopMode, Victim, wait_for};

use crate::{FULL, make_nodes, subscribe, wait_at_last, wait_ready};

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
