//! `spock.pause_apply_workers()`: nothing is applied until it is taken back.

use std::time::{Duration, Instant};

use spock_tests::{Cluster, StopMode};

const REASON: &str =
    "paused by spock.pause_apply_workers() until spock.resume_apply_workers() is called";
const PAUSE: &str = "SELECT spock.pause_apply_workers()";
const RESUME: &str = "SELECT spock.resume_apply_workers()";

/// Two nodes, of which the second subscribes to the first; the subscription's name.
fn pair() -> (Cluster, String) {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql("CREATE TABLE t (id int PRIMARY KEY)");
    }
    cluster.node(0).sql("SELECT spock.repset_add_table('default', 't')");
    let name = cluster.subscribe(0, 1);
    cluster.node(0).sql("INSERT INTO t VALUES (1)");
    cluster.catch_up(0, 1);
    (cluster, name)
}

#[test]
fn nothing_is_applied_until_workers_are_resumed() {
    let (cluster, name) = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    let worker = "SELECT worker_pid FROM spock.get_apply_worker_status()";
    let pid = n2.value::<i64>(worker);
    // Again and again, while there is work.
    for round in 0..20 {
        n1.sql(&format!("INSERT INTO t SELECT generate_series({0}, {0} + 9)", 1000 + round * 10));
        n2.sql(PAUSE);
        let count = n2.value::<i64>("SELECT count(*) FROM t");
        assert_eq!(cluster.status(1, &name).as_deref(), Some("paused"));
        n1.sql(&format!("INSERT INTO t VALUES ({})", 100 + round));
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), count, "round {round}");
        n2.sql(RESUME);
    }
    cluster.catch_up(0, 1);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 221);

    // Twice is once; the reason is told; the worker stays, and a new one stands still, too.
    n2.sql(PAUSE);
    n2.sql(PAUSE);
    assert_eq!(n2.table("SELECT last_error FROM spock.sub_show_status()"), REASON);
    assert_eq!(n2.value::<i64>(worker), pid, "the worker is the same");
    n2.sql(&format!("SELECT spock.sub_disable('{name}', true)"));
    n2.sql(&format!("SELECT spock.sub_enable('{name}', true)"));
    n1.sql("INSERT INTO t VALUES (500)");
    cluster.wait_for("the new worker to stand still", || {
        cluster.status(1, &name).as_deref() == Some("paused")
    });
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t WHERE id = 500"), 0);
    n2.sql(RESUME);
    n2.sql(RESUME);
    cluster.catch_up(0, 1);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t WHERE id = 500"), 1);
    assert_eq!(cluster.status(1, &name).as_deref(), Some("replicating"));

    // A restart of the server ends it.
    n2.sql(PAUSE);
    cluster.allow_log("could not receive data from");
    cluster.allow_log("could not connect to");
    n2.stop(StopMode::Fast).unwrap();
    n2.start().unwrap();
    n1.sql("INSERT INTO t VALUES (501)");
    cluster.catch_up(0, 1);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t WHERE id = 501"), 1);
}

/// A server waits on a fast shutdown until what it has sent is confirmed, and a subscriber that stands still
/// confirms nothing. Seen to fail: 60 s, which is `wal_sender_timeout`, while the connection is kept.
#[test]
fn a_provider_stops_while_its_subscriber_stands_still() {
    let (cluster, name) = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    let worker = "SELECT worker_pid FROM spock.get_apply_worker_status()";
    let pid = n2.value::<i64>(worker);
    n2.sql(PAUSE);
    n1.sql("INSERT INTO t VALUES (2)");
    assert_eq!(n1.table("SHOW wal_sender_timeout"), "1min");
    cluster.allow_log("could not receive data from");
    cluster.allow_log("could not connect to");
    let began = Instant::now();
    n1.stop(StopMode::Fast).unwrap();
    let took = began.elapsed();
    assert!(took < Duration::from_secs(30), "{took:?}");
    n1.start().unwrap();
    assert_eq!(cluster.status(1, &name).as_deref(), Some("paused"));
    assert_eq!(n2.value::<i64>(worker), pid, "the worker is the same");
    assert_eq!(n2.table("SELECT id FROM t"), "1");
    n2.sql(RESUME);
    cluster.catch_up(0, 1);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 2);
}

/// A time-out, a cancellation, and the end of the session.
#[test]
fn a_pause_that_fails_takes_itself_back() {
    let (cluster, name) = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    let mut holder = n2.connect();
    let mut blocked = 10;
    // The worker waits for a lock in the middle of a transaction.
    let mut block = |holder: &mut postgres::Client| {
        holder.batch_execute("BEGIN; LOCK TABLE t").unwrap();
        blocked += 1;
        n1.sql(&format!("INSERT INTO t VALUES ({blocked})"));
        cluster.wait_for("the worker to be blocked", || {
            n2.value::<i64>("SELECT count(*) FROM pg_locks WHERE NOT granted") == 1
        });
    };
    let goes_on = |holder: &mut postgres::Client| {
        holder.batch_execute("COMMIT").unwrap();
        cluster.catch_up(0, 1);
        assert_eq!(cluster.status(1, &name).as_deref(), Some("replicating"));
    };

    block(&mut holder);
    let began = Instant::now();
    let error = cluster.refuses(
        &n2,
        &format!("SET spock.pause_timeout = 2; {PAUSE}"),
        "55P03",
        "timed out waiting for apply workers to pause after 2 seconds",
    );
    assert!(error.detail().is_some_and(|detail| detail.contains(&name)), "{error:?}");
    let took = began.elapsed();
    assert!(took >= Duration::from_secs(2) && took < Duration::from_secs(9), "{took:?}");
    goes_on(&mut holder);

    // Cancelled by its session.
    block(&mut holder);
    cluster.refuses(
        &n2,
        &format!("SET statement_timeout = '500ms'; {PAUSE}"),
        "57014",
        "canceling statement due to statement timeout",
    );
    goes_on(&mut holder);

    // Its session is ended from outside, without a chance to clean up.
    block(&mut holder);
    cluster.allow_log("terminating connection due to administrator command");
    std::thread::scope(|scope| {
        let mut session = n2.connect();
        let pause = scope.spawn(move || session.batch_execute(PAUSE));
        let waits = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                      WHERE query LIKE 'SELECT spock.pause_apply%' AND pid <> pg_backend_pid()";
        cluster.wait_for("the session to be ended", || n2.table(waits) == "t");
        pause.join().unwrap().unwrap_err();
    });
    goes_on(&mut holder);
}

#[test]
fn only_superusers_and_whom_they_trust_pause() {
    let cluster = Cluster::start(1);
    let node = cluster.node(0);
    cluster.refuses(&node, PAUSE, "55000", "current database is not configured as spock node");
    cluster.create_nodes();
    node.sql("CREATE ROLE app; GRANT USAGE ON SCHEMA spock TO app");
    for function in ["pause_apply_workers", "resume_apply_workers"] {
        cluster.refuses(
            &node,
            &format!("SET ROLE app; SELECT spock.{function}()"),
            "42501",
            &format!("permission denied for function {function}"),
        );
    }
    // Nobody is there to be waited for.
    node.sql(PAUSE);
    node.sql(RESUME);
}
