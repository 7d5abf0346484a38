//! The DDL lock between nodes: one node at a time, on tables that are the same everywhere; given back in
//! whatever way its holder ends.

use std::sync::Barrier;
use std::time::{Duration, Instant};

use postgres::Client;
use spock_tests::Cluster;
use spock_tests::proxy::Proxy;

use crate::trio::Trio;

/// Nodes that all hear each other.
fn mesh(nodes: usize) -> Cluster {
    let cluster = Cluster::start(nodes);
    cluster.create_nodes();
    cluster.mesh();
    cluster.drain();
    cluster
}

fn acquire(session: &mut Client, what: &str) -> Result<(), postgres::Error> {
    session.batch_execute(&format!("SELECT spock.ddl_lock_acquire('{what}')"))
}

/// A session in a transaction that has the lock.
fn holder(cluster: &Cluster, node: usize, what: &str) -> Client {
    let mut session = cluster.node(node).connect();
    session.batch_execute("BEGIN").expect("BEGIN");
    acquire(&mut session, what).expect("the lock");
    session
}

fn message(error: &postgres::Error) -> String {
    let error = error.as_db_error().expect("an error of the server");
    format!("{} {} {}", error.code().code(), error.message(), error.detail().unwrap_or_default())
}

/// Who has the lock of each node.
fn shown(cluster: &Cluster) -> Vec<String> {
    let view = "SELECT holder, node, statement FROM spock.ddl_locks";
    cluster.nodes().iter().map(|node| node.table(view)).collect()
}

fn nobody_has_it(cluster: &Cluster) {
    cluster.wait_for("the lock to be given back", || shown(cluster).iter().all(String::is_empty));
}

/// Held, shown, waited for with a limit, refused at once, and given back at the end of the transaction.
#[test]
fn n15_one_node_at_a_time_has_the_ddl_lock() {
    let cluster = mesh(3);
    cluster.allow_log("DDL lock");
    cluster.allow_log("lock timeout");
    let mut first = holder(&cluster, 1, "a statement");
    let seen = shown(&cluster);
    assert_eq!(seen[0], "n2|n1|a statement");
    assert!(seen[1].starts_with("n2|n2|"), "{seen:?}");
    assert_eq!(seen[2], "n2|n3|a statement");
    for node in [0, 1, 2] {
        let mut session = cluster.node(node).connect();
        session.batch_execute("SET spock.ddl_lock_timeout = '700ms'; BEGIN").expect("settings");
        let began = Instant::now();
        let error = acquire(&mut session, "another").expect_err("the lock is taken");
        assert!(began.elapsed() >= Duration::from_millis(600), "{error}");
        assert!(message(&error).starts_with("55P03"), "{}", message(&error));
    }
    // Whoever waits gets it when the first transaction ends.
    let mut second = cluster.node(2).connect();
    let waiter = std::thread::spawn(move || {
        second.batch_execute("BEGIN").expect("BEGIN");
        acquire(&mut second, "the next").expect("the lock");
        second
    });
    std::thread::sleep(Duration::from_millis(300));
    assert!(!waiter.is_finished());
    first.batch_execute("COMMIT").expect("COMMIT");
    let mut second = waiter.join().expect("the waiter");
    assert_eq!(shown(&cluster)[0], "n3|n1|the next");
    second.batch_execute("ROLLBACK").expect("ROLLBACK");
    nobody_has_it(&cluster);
}

/// A waiter can be cancelled, and leaves nothing behind.
#[test]
fn n15_waiting_for_the_ddl_lock_can_be_cancelled() {
    let cluster = mesh(2);
    cluster.allow_log("canceling statement due to user request");
    cluster.allow_log("connection to client lost");
    let mut first = holder(&cluster, 0, "a statement");
    let mut second = cluster.node(1).connect();
    let cancel = second.cancel_token();
    let waiter = std::thread::spawn(move || {
        second.batch_execute("BEGIN").expect("BEGIN");
        let error = acquire(&mut second, "the next").expect_err("a cancel");
        second.batch_execute("ROLLBACK").expect("ROLLBACK");
        message(&error)
    });
    std::thread::sleep(Duration::from_millis(500));
    assert!(!waiter.is_finished());
    cancel.cancel_query(postgres::NoTls).expect("a cancel");
    assert!(waiter.join().expect("the waiter").starts_with("57014"));
    first.batch_execute("COMMIT").expect("COMMIT");
    nobody_has_it(&cluster);
    holder(&cluster, 1, "again").batch_execute("COMMIT").expect("COMMIT");
}

/// The lock of a process, and of a server, that dies is free.
#[test]
fn n15_the_ddl_lock_of_a_dead_holder_is_free() {
    let cluster = mesh(3);
    cluster.allow_crashes();
    cluster.allow_log("terminating connection");
    cluster.allow_log("DDL lock");
    let mut first = holder(&cluster, 0, "killed");
    let pid: i32 = first.query_one("SELECT pg_backend_pid()", &[]).expect("its pid").get(0);
    cluster.n1().sql(&format!("SELECT pg_terminate_backend({pid})"));
    nobody_has_it(&cluster);
    let _second = holder(&cluster, 0, "crashed");
    cluster.node(0).crash().expect("a crash");
    cluster.wait_at_most(Duration::from_secs(40), "the others to give it back", || {
        let view = "SELECT holder FROM spock.ddl_locks";
        cluster.n2().table(view).is_empty() && cluster.node(2).table(view).is_empty()
    });
    // A node that is down refuses, unless most of them are enough.
    let mut third = cluster.node(2).connect();
    third.batch_execute("BEGIN").expect("BEGIN");
    let error = acquire(&mut third, "without n1").expect_err("n1 is down");
    let text = message(&error);
    assert!(text.contains("of 3 nodes") && text.contains("node n1 cannot be asked"), "{text}");
    third
        .batch_execute("ROLLBACK; SET spock.ddl_lock_quorum = 'majority'; BEGIN")
        .expect("a setting");
    acquire(&mut third, "without n1").expect("most of them");
    third.batch_execute("COMMIT").expect("COMMIT");
    cluster.node(0).start().expect("a start");
    cluster.drain();
    holder(&cluster, 1, "all again").batch_execute("COMMIT").expect("COMMIT");
}

/// A transaction whose lock went cannot commit.
#[test]
fn n15_a_transaction_that_lost_the_ddl_lock_does_not_commit() {
    let cluster = mesh(2);
    cluster.allow_log("DDL lock of node n2 was lost");
    cluster.allow_log("terminating connection");
    cluster.n1().sql("CREATE TABLE kept (id int)");
    let mut first = holder(&cluster, 0, "a statement");
    first.batch_execute("DROP TABLE kept").expect("DROP");
    cluster.n2().sql("SELECT pg_terminate_backend(pid) FROM spock.ddl_locks");
    let error = first.batch_execute("COMMIT").expect_err("the lock is lost");
    assert!(message(&error).starts_with("55P03 the DDL lock of node n2 was lost"), "{error}");
    cluster.n1().sql("SELECT * FROM kept");
    // What is prepared has no session that could keep it.
    cluster.allow_log("cannot PREPARE");
    let mut second = holder(&cluster, 0, "a statement");
    assert!(second.batch_execute("PREPARE TRANSACTION 'x'").is_err());
    nobody_has_it(&cluster);
}

/// The lock comes when everybody has what was committed before it.
#[test]
fn n15_the_ddl_lock_comes_with_what_was_committed_before() {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    cluster.everywhere(
        "CREATE TABLE t (id int PRIMARY KEY); SELECT spock.repset_add_table('default', 't')",
    );
    cluster.subscribe(1, 0);
    let proxy = Proxy::to(cluster.n1().port());
    cluster.subscribe_via(0, 1, &proxy.dsn(&cluster.n1()), "");
    cluster.drain();
    proxy.delay(Duration::from_millis(500));
    for round in 1..=3 {
        cluster.n1().sql(&format!("INSERT INTO t VALUES ({round})"));
        let mut session = holder(&cluster, 1, "a statement");
        let rows: i64 = session.query_one("SELECT count(*) FROM t", &[]).expect("a count").get(0);
        assert_eq!(rows, round);
        session.batch_execute("COMMIT").expect("COMMIT");
        let mut session = holder(&cluster, 0, "a statement");
        assert_eq!(cluster.n2().value::<i64>("SELECT count(*) FROM t"), round);
        session.batch_execute("COMMIT").expect("COMMIT");
    }
}

/// Two nodes ask at once, again and again: one gets it after the other, both in time, never both together.
fn two_at_once(rounds: usize) {
    let cluster = mesh(3);
    cluster.everywhere("CREATE TABLE held (id int)");
    let barrier = Barrier::new(2);
    let began = Instant::now();
    let longest = std::thread::scope(|scope| {
        let contender = |node: usize| {
            let (cluster, barrier) = (&cluster, &barrier);
            scope.spawn(move || {
                let mut session = cluster.node(node).connect();
                let mut witness = cluster.node(2).connect();
                let mut longest = Duration::ZERO;
                for round in 0..rounds {
                    barrier.wait();
                    let asked = Instant::now();
                    session.batch_execute("BEGIN").expect("BEGIN");
                    acquire(&mut session, &format!("round {round} of {node}")).expect("the lock");
                    longest = longest.max(asked.elapsed());
                    // Nobody else may be there: n3 sees both.
                    let row = witness
                        .query_one(
                            "INSERT INTO held VALUES (1) RETURNING (SELECT count(*) FROM held)",
                            &[],
                        )
                        .expect("a row");
                    assert_eq!(row.get::<_, i64>(0), 0, "two have the lock at once");
                    witness.batch_execute("DELETE FROM held").expect("DELETE");
                    session.batch_execute("COMMIT").expect("COMMIT");
                }
                longest
            })
        };
        let (first, second) = (contender(0), contender(1));
        first.join().expect("n1").max(second.join().expect("n2"))
    });
    println!("{rounds} rounds in {:.1?}, the longest wait {longest:.1?}", began.elapsed());
    nobody_has_it(&cluster);
}

/// Seen to fail with a lock that is asked of the own node alone.
#[test]
fn n15_two_nodes_that_ask_at_once_get_the_ddl_lock_in_turn() {
    two_at_once(20);
}

#[test]
#[ignore = "more of the same"]
fn n15_two_nodes_that_ask_at_once_get_the_ddl_lock_in_turn_long() {
    two_at_once(200);
}

/// Two nodes alter the same table at once, to the same end, again and again: one does, the other is told that it is
/// done; no node differs, and no stream stands still.
fn two_alter_at_once(rounds: usize) {
    let trio = Trio::with(&[
        ("spock.enable_ddl_replication", "on"),
        ("spock.include_ddl_repset", "on"),
        ("spock.ddl_lock", "wait"),
    ]);
    trio.allow_log("already exists");
    trio.n1().sql("CREATE TABLE t (id int PRIMARY KEY)");
    trio.spread(0);
    let barrier = Barrier::new(2);
    let began = Instant::now();
    let columns = ["int", "text"];
    let done = std::thread::scope(|scope| {
        let contender = |node: usize| {
            let (trio, barrier, kind) = (&trio, &barrier, columns[node]);
            scope.spawn(move || {
                let mut session = trio.node(node).connect();
                let mut done = 0;
                for round in 0..rounds {
                    barrier.wait();
                    let alter = format!("ALTER TABLE t ADD COLUMN c{round} {kind}");
                    match session.batch_execute(&alter) {
                        Ok(()) => done += 1,
                        Err(error) => assert!(
                            message(&error).starts_with("42701"),
                            "round {round} of n{}: {}",
                            node + 1,
                            message(&error)
                        ),
                    }
                }
                done
            })
        };
        let (first, second) = (contender(0), contender(1));
        (first.join().expect("n1"), second.join().expect("n2"))
    });
    println!(
        "{rounds} rounds in {:.1?}: n1 was first in {}, n2 in {}",
        began.elapsed(),
        done.0,
        done.1
    );
    assert_eq!(done.0 + done.1, rounds, "each column is made once");
    trio.drain();
    trio.assert_same_dumps("two nodes alter at once");
    assert_eq!(trio.exceptions(), "");
    trio.node(2).sql("INSERT INTO t VALUES (1)");
    trio.drain();
    trio.assert_equal("SELECT * FROM t");
}

/// Seen to fail without the lock (spock.ddl_lock = off).
#[test]
fn n15_two_nodes_that_alter_a_table_at_once_do_not_differ() {
    two_alter_at_once(100);
}
