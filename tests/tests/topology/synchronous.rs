//! Commits that wait for other nodes: subscriptions in `synchronous_standby_names`, and standbys of the
//! subscriber's own.

use std::time::{Duration, Instant};

use spock_tests::{Cluster, Node, wait_until};

/// Long enough for what should not wait to be over.
const A_WHILE: Duration = Duration::from_secs(2);

/// Lists subscriptions or standbys on a node.
fn list(node: &Node<'_>, names: &str) {
    node.set(&[("synchronous_standby_names", names)]).unwrap();
    node.reload().unwrap();
    spock_tests::wait_for("the setting", || {
        node.value::<String>("SHOW synchronous_standby_names") == names
    });
}

/// The slot of a subscription, which is the name that its provider lists.
fn slot(node: &Node<'_>, sub: &str) -> String {
    node.value(&format!("SELECT slot_name FROM spock.sub_show_status('{sub}')"))
}

fn pair() -> Cluster {
    let cluster =
        Cluster::builder().nodes(2).setting("spock.restart_delay_default", "200ms").start();
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE unpublished (id int PRIMARY KEY); \
             SELECT spock.repset_add_table('default', 't')",
        );
    }
    cluster.subscribe(0, 1);
    cluster
}

/// A statement in a session of its own, which may take long.
struct Session {
    thread: std::thread::JoinHandle<Result<(), postgres::Error>>,
}

impl Session {
    fn run(node: &Node<'_>, sql: &str) -> Self {
        Self::repeat(node, sql, 1)
    }

    fn repeat(node: &Node<'_>, sql: &str, times: u32) -> Self {
        let (mut client, sql) = (node.connect(), sql.to_owned());
        let work = move || (0..times).try_for_each(|_| client.batch_execute(&sql));
        Self { thread: std::thread::spawn(work) }
    }

    fn is_over(&self) -> bool {
        self.thread.is_finished()
    }

    fn end(self) {
        spock_tests::wait_for("the statement to end", || self.is_over());
        self.thread.join().unwrap().unwrap();
    }
}

/// Runs a statement that must not wait for anybody.
fn at_once(node: &Node<'_>, sql: &str) {
    let begun = Instant::now();
    Session::run(node, sql).end();
    assert!(begun.elapsed() < Duration::from_secs(10), "{sql}: {:?}", begun.elapsed());
}

#[test]
fn s1_a_commit_waits_for_the_subscription_that_is_listed() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    list(&n1, &format!("FIRST 1 ({})", slot(&n2, "sub_n1_n2")));
    let count = || n2.value::<i64>("SELECT count(*) FROM t");

    // What is committed is there, and visible where that is asked for.
    for id in 1..=5 {
        at_once(
            &n1,
            &format!("SET synchronous_commit = remote_apply; INSERT INTO t VALUES ({id}, 'x')"),
        );
        assert_eq!(count(), id);
    }
    // A transaction that has nothing for the subscriber, and one that came from nowhere near it.
    at_once(&n1, "INSERT INTO unpublished VALUES (1)");
    at_once(
        &n1,
        "BEGIN; SELECT spock.repair_mode(true); INSERT INTO t VALUES (6, 'here only'); COMMIT",
    );

    // It is on disk there: nobody can send it again.
    at_once(&n1, "INSERT INTO t VALUES (7, 'durable')");
    n1.pause().unwrap();
    cluster.allow_crashes();
    n2.crash().unwrap();
    n2.start().unwrap();
    assert_eq!(n2.table("SELECT v FROM t WHERE id = 7"), "durable");
    n1.resume().unwrap();
    cluster.wait_for("the stream", || {
        cluster.status(1, "sub_n1_n2").as_deref() == Some("replicating")
    });

    // Without the subscriber nothing is acknowledged.
    n2.sql("SELECT spock.sub_disable('sub_n1_n2', true)");
    let waiting = Session::run(&n1, "INSERT INTO t VALUES (8, 'waits')");
    assert!(!wait_until(A_WHILE, || waiting.is_over()), "the commit did not wait");
    assert_eq!(n1.value::<i64>("SELECT count(*) FROM t WHERE id = 8"), 0);
    n2.sql("SELECT spock.sub_enable('sub_n1_n2', true)");
    waiting.end();
    assert_eq!(n2.table("SELECT v FROM t WHERE id = 8"), "waits");
}

/// Seen to fail with everything that is durable here reported.
#[test]
fn s1_what_the_subscribers_own_standbys_lack_is_not_reported() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    cluster.subscribe(1, 0);
    let reported = |lsn: &str| {
        n1.value::<bool>(&format!(
            "SELECT confirmed_flush_lsn >= '{lsn}' FROM pg_replication_slots WHERE slot_name = '{}'",
            slot(&n2, "sub_n1_n2")
        ))
    };
    let write = |id: i32| {
        n1.sql(&format!("INSERT INTO t VALUES ({id}, 'x')"));
        let lsn = n1.wal_lsn();
        cluster.wait_for("the row", || {
            n2.value::<bool>(&format!("SELECT EXISTS (SELECT FROM t WHERE id = {id})"))
        });
        lsn
    };
    let lsn = write(1);
    cluster.wait_for("the report", || reported(&lsn));

    // A subscription is no standby of the node: its confirmation is not waited for.
    list(&n2, &slot(&n1, "sub_n2_n1"));
    n1.sql("SELECT spock.sub_disable('sub_n2_n1', true)");
    let lsn = write(2);
    cluster.wait_for("the report", || reported(&lsn));

    // A standby that is not there: applied, and not reported.
    list(&n2, "elsewhere");
    std::thread::sleep(Duration::from_millis(300));
    let lsn = write(3);
    assert!(!wait_until(A_WHILE, || reported(&lsn)), "reported without the standby");
    list(&n1, &slot(&n2, "sub_n1_n2"));
    let waiting = Session::run(&n1, "INSERT INTO t VALUES (4, 'x')");
    assert!(!wait_until(A_WHILE, || waiting.is_over()), "acknowledged without the standby");

    n2.unset("synchronous_standby_names").unwrap();
    n2.reload().unwrap();
    waiting.end();
    assert!(reported(&lsn));
}

/// Both nodes keep a lock that the other's apply worker wants until that worker confirms.
#[test]
fn s2_two_nodes_that_wait_for_each_other_are_reported_and_go_on() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    cluster.subscribe(1, 0);
    n1.sql("INSERT INTO t VALUES (1, 'before')");
    cluster.drain();
    for node in [&n1, &n2] {
        node.set(&[("spock.synchronous_wait_limit", "0")]).unwrap();
    }
    let status = |node: &Node<'_>, sub: &str| {
        node.table(&format!("SELECT coalesce(warning, '') FROM spock.sub_show_status('{sub}')"))
    };
    assert_eq!(status(&n1, "sub_n2_n1"), "");
    list(&n1, &slot(&n2, "sub_n1_n2"));
    list(&n2, &slot(&n1, "sub_n2_n1"));

    // The set-up alone is worth a word.
    let mutual =
        "commits of this node and of node \"n1\" wait for each other (synchronous_standby_names)";
    cluster.wait_for("the warning", || status(&n2, "sub_n1_n2") == mutual);
    assert!(n2.log().contains("commits of this node and of node \"n1\" wait for each other"));

    // Neither hears of the other until both hold the row.
    let switch = |what: &str| {
        for (node, sub) in [(&n1, "sub_n2_n1"), (&n2, "sub_n1_n2")] {
            node.sql("SET synchronous_commit = local");
            node.sql(&format!("SELECT spock.sub_{what}('{sub}', true)"));
            node.sql("RESET synchronous_commit");
        }
    };
    switch("disable");
    let both = [
        Session::run(&n1, "UPDATE t SET v = 'n1' WHERE id = 1"),
        Session::run(&n2, "UPDATE t SET v = 'n2' WHERE id = 1"),
    ];
    for node in [&n1, &n2] {
        cluster.wait_for("the commit to wait", || {
            node.value::<bool>(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep')",
            )
        });
    }
    switch("enable");
    for (node, sub) in [(&n1, "sub_n2_n1"), (&n2, "sub_n1_n2")] {
        cluster.wait_for("the report", || {
            status(node, sub).starts_with("waits for a lock of process")
        });
        assert!(node.log().contains("whose commit waits for a synchronous subscriber"));
    }
    assert!(!wait_until(A_WHILE, || both.iter().any(Session::is_over)), "somebody went on");

    let mark = n1.log_size();
    n1.set(&[("spock.synchronous_wait_limit", "1s")]).unwrap();
    n1.reload().unwrap();
    for session in both {
        session.end();
    }
    let log = n1.log_since(mark);
    assert!(log.contains("does not wait for synchronous subscribers any longer"), "{log}");
    assert!(
        log.contains("canceling wait for synchronous replication due to user request"),
        "{log}"
    );
    cluster.drain();
    cluster.assert_equal("SELECT * FROM t");
    cluster.wait_for("the worker to be free", || {
        !status(&n1, "sub_n2_n1").starts_with("waits for a lock")
    });

    // Under a load of such conflicts everything ends.
    for node in [&n1, &n2] {
        node.set(&[("spock.synchronous_wait_limit", "200ms")]).unwrap();
        node.reload().unwrap();
    }
    let load: Vec<Session> = (0..4)
        .map(|i| {
            let node = if i % 2 == 0 { &n1 } else { &n2 };
            Session::repeat(node, &format!("UPDATE t SET v = 'load {i}' WHERE id = 1"), 5)
        })
        .collect();
    for session in load {
        session.end();
    }
    cluster.drain();
    cluster.assert_equal("SELECT * FROM t");
}
