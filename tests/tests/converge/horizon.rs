//! `spock.commit_horizon()` (rule C3).

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use spock_tests::{Cluster, Node, Signal};

/// Every commit with an earlier time lies before the position of a horizon, also while many commit and
/// while prepared transactions do. Sessions are stopped for a moment wherever they are just then, which now
/// and then is between the reading of a commit's time and its record.
///
/// Pairs of the clock and the log's end, which wait for nobody, are taken beside: those of them that lie show
/// that the test can fail. How many do is a matter of luck.
#[test]
fn c3_every_earlier_commit_lies_before_the_horizon() {
    // A clock that can be stepped takes long to read, and so there is time to be stopped in.
    let cluster =
        Cluster::builder().fake_clock().setting("max_prepared_transactions", "20").start();
    let n1 = cluster.node(0);
    cluster.create_nodes();
    n1.sql(
        "CREATE TABLE horizons (honest bool, ts timestamptz, lsn pg_lsn);
         CREATE TABLE p (id int)",
    );
    n1.sql("CREATE TABLE commits (lsn pg_lsn, ts timestamptz)");
    n1.sql("SELECT pg_create_logical_replication_slot('all_commits', 'test_decoding')");
    // How often somebody is stopped at the right place is a matter of luck.
    for _ in 0..6 {
        take_horizons(&n1);
        if judge(&n1) > 0 {
            break;
        }
    }
    n1.sql("SELECT pg_drop_replication_slot('all_commits')");
}

/// Takes horizons, and pairs that are none, while commits are stopped half way.
fn take_horizons(n1: &Node<'_>) {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let taker = |sql: &'static str| {
            let mut session = n1.connect();
            let over = &over;
            move || {
                while !over.load(Ordering::Relaxed) {
                    session.batch_execute(sql).unwrap();
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
        };
        scope.spawn(taker("INSERT INTO horizons SELECT true, * FROM spock.commit_horizon()"));
        scope.spawn(taker(
            "INSERT INTO horizons SELECT false, clock_timestamp(), pg_current_wal_insert_lsn()",
        ));
        let over = &over;
        let mut session = n1.connect();
        scope.spawn(move || {
            for number in 0.. {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let run = format!(
                    "BEGIN; INSERT INTO p VALUES ({number}); PREPARE TRANSACTION 'p{number}'"
                );
                session.batch_execute(&run).unwrap();
                session.batch_execute(&format!("COMMIT PREPARED 'p{number}'")).unwrap();
            }
        });
        // These do little else than commit.
        let mut writers = Vec::new();
        for _ in 0..3 {
            let mut session = n1.connect();
            session.batch_execute("SET synchronous_commit = off").unwrap();
            writers.push(session.query_one("SELECT pg_backend_pid()", &[]).unwrap().get(0));
            scope.spawn(move || {
                let write = session.prepare("INSERT INTO p VALUES (-1)").unwrap();
                while !over.load(Ordering::Relaxed) {
                    session.execute(&write, &[]).unwrap();
                }
            });
        }
        let begun = Instant::now();
        for turn in 0.. {
            if begun.elapsed() > Duration::from_secs(4) {
                break;
            }
            let pid: i32 = writers[turn % writers.len()];
            n1.signal_children(Signal::SIGSTOP, |process| process.pid == pid);
            std::thread::sleep(Duration::from_millis(4));
            n1.signal_children(Signal::SIGCONT, |process| process.pid == pid);
        }
        over.store(true, Ordering::Relaxed);
    });
}

/// Compares them with the commits in the log: no horizon lies. How many of the other pairs do.
fn judge(n1: &Node<'_>) -> i64 {
    n1.sql(
        "INSERT INTO commits SELECT lsn, pg_xact_commit_timestamp(xid) \
           FROM pg_logical_slot_get_changes('all_commits', NULL, NULL) WHERE data LIKE 'COMMIT%'",
    );
    // Behind the last commit before each time: the newest position among all earlier commits.
    n1.sql(
        "DROP TABLE IF EXISTS behind; CREATE TABLE behind AS SELECT honest, lsn, newest FROM ( \
           SELECT honest, lsn, max(own) OVER (ORDER BY ts, is_horizon DESC) AS newest, is_horizon \
             FROM (SELECT honest, lsn, ts, true AS is_horizon, NULL::pg_lsn AS own FROM horizons \
                   UNION ALL SELECT NULL, NULL, ts, false, lsn FROM commits) both_kinds) r \
          WHERE is_horizon",
    );
    let count = |what: &str| n1.value::<i64>(&format!("SELECT count(*) FROM {what}"));
    let lies = count("behind WHERE NOT honest AND newest > lsn");
    println!(
        "{} commits, {} horizons, {} naive ones of which {lies} lie",
        count("commits"),
        count("behind WHERE honest"),
        count("behind WHERE NOT honest"),
    );
    assert!(count("commits") > 200);
    assert!(count("behind WHERE honest") > 20);
    assert_eq!(count("behind WHERE honest AND newest > lsn"), 0);
    lies
}

/// It waits inside the server and flushes the log: for those only who were granted it.
#[test]
fn a_horizon_is_for_superusers_and_whom_they_trust() {
    let cluster = Cluster::start(1);
    let n1 = cluster.node(0);
    n1.sql(
        "CREATE ROLE someone; CREATE ROLE peer; GRANT USAGE ON SCHEMA spock TO someone, peer; \
         GRANT EXECUTE ON FUNCTION spock.commit_horizon TO peer",
    );
    n1.sql("SET ROLE peer; SELECT spock.commit_horizon(); RESET ROLE");
    cluster.refuses(
        &n1,
        "SET ROLE someone; SELECT spock.commit_horizon()",
        "42501",
        "permission denied for function commit_horizon",
    );
    n1.sql("RESET ROLE");
    // The position is never behind what a reader of an idle log comes to.
    n1.sql("SELECT pg_switch_wal()");
    let sane = "SELECT h.ts BETWEEN now() AND clock_timestamp() \
                   AND h.lsn <= pg_current_wal_insert_lsn() AND h.lsn <= pg_current_wal_flush_lsn() \
                  FROM spock.commit_horizon() h";
    assert!(n1.value::<bool>(sane));
}

/// What a horizon promised binds the node's later commits also when it crashed before it committed
/// anything, and its clock was set back meanwhile.
///
/// Fails with a mark that is only written down once a second.
#[test]
fn c3_a_promise_outlives_a_crash() {
    let cluster = Cluster::builder().fake_clock().start();
    let n1 = cluster.node(0);
    let clock = n1.clock().unwrap();
    n1.sql(&format!("SELECT spock.node_create('n1', '{}')", n1.dsn()));
    n1.sql("CREATE TABLE t (id int PRIMARY KEY)");
    for round in 0..3 {
        let promised: f64 = n1.value(
            "SELECT extract(epoch FROM ts)::float8 FROM (SELECT spock.commit_horizon() AS h) q,
                    LATERAL (SELECT (h).ts) s",
        );
        n1.crash().expect("a crash");
        clock.set_offset_ms(-8_000 * (round + 1)).unwrap();
        n1.start().expect("a start");
        n1.sql(&format!("INSERT INTO t VALUES ({round})"));
        let committed: f64 = n1.value(&format!(
            "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 FROM t WHERE id = {round}"
        ));
        assert!(committed > promised, "{committed} was committed after {promised} was promised");
    }
}

/// Nodes on which nobody writes write nothing either.
#[test]
fn c3_idle_nodes_are_silent() {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE t (id int PRIMARY KEY); SELECT spock.repset_add_table('default', 't')",
        );
    }
    cluster.mesh();
    cluster.node(0).sql("INSERT INTO t VALUES (1)");
    cluster.drain();
    let passed = "SELECT count(passed) FROM spock.horizons WHERE passed > now() - interval '1 min'";
    for node in cluster.nodes() {
        cluster.wait_for("a horizon", || node.value::<i64>(passed) == 1);
        let end = || node.value::<String>("SELECT pg_current_wal_insert_lsn()::text");
        // Something else may be written in between, but not all the time.
        cluster.wait_for("silence", || {
            let before = end();
            std::thread::sleep(Duration::from_millis(1500));
            end() == before
        });
    }
}
