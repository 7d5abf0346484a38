//! `spockctl` by way of a connection pooler in front of each node.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, sleep};
use std::time::Duration;

use postgres::NoTls;
use spock_tests::pgbouncer::{Pgbouncer, PoolMode};
use spock_tests::{Cluster, Node, wait_for};

use super::ddl_run::{RUN, counting, executed, notes};
use super::killed::kill;
use super::lease::{blocked, elsewhere, end, is_held};
use super::operators::locks;
use super::run::{bare, on, run};

const REFUSAL: &str =
    "is reached through a connection pooler that does not keep the session of a client";

/// A pooler in front of each node, and a definition that has this program go through them. The nodes themselves
/// reach each other without.
fn through(cluster: &Cluster, modes: &[PoolMode], settings: &[(&str, &str)]) -> Vec<Pgbouncer> {
    // Other ones than ours.
    for node in cluster.nodes() {
        node.sql("ALTER DATABASE app SET TimeZone = 'Asia/Tokyo'; ALTER DATABASE app SET DateStyle = 'German'");
    }
    let start = |(at, mode): (usize, &PoolMode)| Pgbouncer::start(cluster, at, *mode, settings);
    let poolers: Vec<_> = modes.iter().enumerate().map(start).collect();
    let mut text = "schema_version = 1\ncluster = { name = \"test\" }\n".to_owned();
    for (node, pooler) in cluster.nodes().iter().zip(&poolers) {
        let (name, admin, peer) = (node.name(), pooler.dsn(node), node.dsn());
        text.push_str(&format!("[[node]]\nname = {name:?}\nadmin = {admin:?}\npeer = {peer:?}\n"));
    }
    let file = cluster.dir().join("cluster.toml");
    fs::write(&file, text).expect("the definition is written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("chmod");
    poolers
}

/// What a session may set, as this one has it; but for what it has of its connection.
fn settings(session: &mut postgres::Client) -> Vec<String> {
    let all = "SELECT name || ' = ' || setting FROM pg_settings
                WHERE context IN ('user', 'superuser') AND name NOT LIKE 'tcp_%' ORDER BY name";
    session.query(all, &[]).expect("settings").iter().map(|row| row.get(0)).collect()
}

/// One that names its application, as clients do: one that names none is given the name that another one had,
/// whoever that was.
fn session(dsn: &str) -> postgres::Client {
    let dsn = format!("{dsn} application_name=test");
    let mut session = postgres::Client::connect(&dsn, NoTls).expect("a session");
    session.batch_execute("BEGIN").expect("BEGIN");
    session
}

/// The sessions that poolers have of a node.
fn kept(node: &Node<'_>) -> Vec<i32> {
    node.value(
        "SELECT coalesce(array_agg(pid ORDER BY pid), '{}') FROM pg_stat_activity
          WHERE backend_type = 'client backend' AND client_port > 0",
    )
}

/// Every session that the pooler keeps is as a new one of the server.
#[track_caller]
fn leaves_no_settings(node: &Node<'_>, pooler: &Pgbouncer) {
    let mut fresh = session(&node.socket_conninfo(node.database_name()));
    // Whoever runs functions has it and its settings.
    fresh.batch_execute("LOAD 'plpgsql'").expect("LOAD");
    let fresh = settings(&mut fresh);
    wait_for("the sessions that the pooler keeps", || {
        let kept = kept(node);
        let mut others: Vec<_> = kept.iter().map(|_| session(&pooler.dsn(node))).collect();
        let mut pids = Vec::new();
        for other in &mut others {
            let pid = other.query_one("SELECT pg_backend_pid()", &[]).expect("a pid");
            pids.push(pid.get::<_, i32>(0));
            let found = settings(other);
            let differ: Vec<_> = found.iter().filter(|setting| !fresh.contains(setting)).collect();
            assert!(differ.is_empty(), "{}: {differ:?}", node.name());
        }
        for mut other in others {
            other.batch_execute("ROLLBACK").expect("ROLLBACK");
        }
        pids.sort_unstable();
        // One that is being cleaned up or closed is neither lent nor gone.
        !kept.is_empty() && pids == kept
    });
}

#[test]
fn a_pool_of_sessions_is_as_good_as_the_servers() {
    let cluster = bare(3);
    let poolers = through(&cluster, &[PoolMode::Session; 3], &[]);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY, v text)");
    cluster.node(0).sql("INSERT INTO t SELECT g, 'seed' FROM generate_series(1, 100) g");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"])
        .ends(0)
        .says("cluster \"test\" is ready");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0).says("0 steps done");
    on(&cluster, &["ddl", "run", "--yes", "-c", "ALTER TABLE t ADD a int"])
        .ends(0)
        .says("done on all 3 nodes");
    cluster.node(2).sql("INSERT INTO t VALUES (1000, 'n3')");
    on(&cluster, &["cluster", "barrier"]).ends(0);
    cluster.assert_equal("SELECT * FROM t ORDER BY id");

    let status = on(&cluster, &["cluster", "status", "-o", "json"]).ends(0).json();
    assert_eq!(status["items"].as_array().map(Vec::len), Some(3), "{status}");
    assert_eq!(status["errors"], serde_json::json!([]), "{status}");
    on(&cluster, &["doctor"]).ends(0);
    on(&cluster, &["table", "diff", "t"]).ends(0);
    cluster
        .node(1)
        .sql("BEGIN; SELECT spock.repair_mode(true); DELETE FROM t WHERE id = 7; COMMIT");
    on(&cluster, &["table", "diff", "t"]).ends(6);
    let dir = cluster.dir().to_str().expect("UTF-8");
    let repair = ["table", "repair", "t", "--from", "n1", "--undo-dir", dir];
    on(&cluster, &[&repair[..], &["--confirm", "public.t"]].concat()).ends(0);
    on(&cluster, &["cluster", "verify", "--data"]).ends(0);
    let sql = on(&cluster, &["sql", "-c", "SELECT count(*) FROM t", "-o", "csv"]).ends(0);
    assert_eq!(sql.stdout.matches(",101").count(), 3, "{sql:#?}");
    on(
        &cluster,
        &["sql", "--write", "--yes", "--node", "n2", "-c", "SET work_mem = '77MB'; SELECT 1"],
    )
    .ends(0);
    for (node, pooler) in cluster.nodes().iter().zip(&poolers) {
        leaves_no_settings(node, pooler);
    }
    on(&cluster, &["cluster", "destroy", "--confirm", "test"]).ends(0);
}

/// The lock is a row with a lease: whose connections come and go is no matter to it.
#[test]
fn the_lock_is_kept_and_taken_over_by_way_of_a_pool() {
    let cluster = counting(3);
    let mut poolers = through(&cluster, &[PoolMode::Session; 3], &[]);

    // A second operator while the first one's statement takes longer than the lease.
    let (first, mut holder) = blocked(&cluster, &["--lock-lease", "2s"]);
    let pid = first.id();
    for _ in 0..20 {
        assert!(cluster.nodes().iter().all(is_held));
        sleep(Duration::from_millis(200));
    }
    on(&cluster, RUN)
        .ends(8)
        .says("another operator is at work on the cluster: \"ddl run\" of ")
        .says(&format!("(pid {pid})"));
    holder.batch_execute("COMMIT").expect("COMMIT");
    let (code, said) = end(first);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!((executed(&cluster), locks(&cluster)), (vec![1; 3], vec![0; 3]));

    // The first one is killed: on its machine the next one takes over, from elsewhere the lease is waited for.
    for (times, is_elsewhere) in [(2, false), (3, true)] {
        let (first, mut holder) = blocked(&cluster, &["--lock-lease", "4s"]);
        assert!(kill(&cluster, first));
        if is_elsewhere {
            run(elsewhere(&cluster, RUN)).ends(8).says("another operator is at work");
        }
        holder.batch_execute("COMMIT").expect("COMMIT");
        let next = if is_elsewhere {
            run(elsewhere(&cluster, &[RUN, &["--wait-lock", "60s"]].concat()))
                .says("waiting for the operators' lock")
        } else {
            on(&cluster, RUN)
        };
        next.ends(0).says("done on all 3 nodes");
        assert_eq!((executed(&cluster), notes(&cluster)), (vec![times; 3], 0));
        assert_eq!(locks(&cluster), [0; 3]);
    }

    // A pooler dies and is back at once: what went through it is lost, and the lock is not.
    let (first, mut holder) = blocked(&cluster, &["--lock-lease", "3s"]);
    poolers[1].kill();
    poolers[1].start_again();
    for _ in 0..25 {
        assert!(cluster.nodes().iter().all(is_held));
        sleep(Duration::from_millis(200));
    }
    on(&cluster, RUN).ends(8).says("another operator is at work");
    holder.batch_execute("COMMIT").expect("COMMIT");
    let (code, said) = end(first);
    assert!(matches!(code, Some(0 | 4)), "{code:?}: {said}");
    assert_eq!(locks(&cluster), [0; 3], "{said}");
    let times = if code == Some(4) { 4 } else { 5 };
    on(&cluster, RUN).ends(0);
    assert_eq!((executed(&cluster), notes(&cluster)), (vec![times; 3], 0), "{said}");
    for (node, pooler) in cluster.nodes().iter().zip(&poolers) {
        leaves_no_settings(node, pooler);
    }
}

/// Nothing is done, set, or written down, on no node.
fn is_untouched(cluster: &Cluster, poolers: &[Pgbouncer], mode: PoolMode) {
    for (node, pooler) in cluster.nodes().iter().zip(poolers) {
        let extensions = "SELECT count(*) FROM pg_extension WHERE extname = 'spock'";
        assert_eq!(node.value::<i64>(extensions), 0, "{}", node.name());
        if mode == PoolMode::Statement {
            // It gives up the session of a client that begins a transaction.
            wait_for("the end of the sessions", || kept(node).is_empty());
        } else {
            leaves_no_settings(node, pooler);
        }
    }
}

#[test]
fn a_pool_of_transactions_is_refused_before_anything_is_done() {
    let cluster = bare(2);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY)");
    let one = [("default_pool_size", "1")];
    let in_turn = [("server_round_robin", "1"), ("min_pool_size", "4")];
    let by_turns =
        [("server_round_robin", "1"), ("min_pool_size", "2"), ("default_pool_size", "2")];
    for (mode, settings) in [
        (PoolMode::Transaction, &[][..]),
        (PoolMode::Transaction, &one),
        (PoolMode::Transaction, &in_turn),
        (PoolMode::Transaction, &by_turns),
        (PoolMode::Statement, &[]),
    ] {
        let poolers = through(&cluster, &[mode; 2], settings);
        let commands: [&[&str]; 4] = [
            &["cluster", "init", "--add-all-tables", "public"],
            &["ddl", "run", "--yes", "-c", "CREATE TABLE u (id int)"],
            &["table", "diff", "t"],
            &["sql", "-c", "SELECT 1"],
        ];
        for command in commands {
            let refused = on(&cluster, command).ends(3).says(REFUSAL);
            let refused = refused
                .says("hint: give the address of the server itself, or of a pool of sessions");
            assert_eq!(refused.stdout, "", "{refused:#?}");
        }
        let status = on(&cluster, &["cluster", "status"]).ends(4);
        assert!(status.stdout.contains("  The pooler "), "{status:#?}");
        is_untouched(&cluster, &poolers, mode);
        drop(poolers);
        for node in cluster.nodes() {
            wait_for("the end of the sessions", || kept(&node).is_empty());
        }
    }

    // One of the nodes only.
    let poolers = through(&cluster, &[PoolMode::Session, PoolMode::Transaction], &[]);
    on(&cluster, &["cluster", "init"]).ends(3).says(&format!("node \"n2\" {REFUSAL}"));
    is_untouched(&cluster, &poolers, PoolMode::Transaction);
    let status = on(&cluster, &["sql", "-c", "SELECT 1", "-o", "json"]).ends(5).json();
    let error = &status["errors"][0];
    assert_eq!((&error["node"], &error["kind"]), (&"n2".into(), &"config".into()), "{status}");
    is_untouched(&cluster, &poolers, PoolMode::Transaction);
}

/// Other clients come and go so fast that the session is another's between two statements.
#[test]
fn a_busy_pool_of_transactions_is_refused() {
    for size in ["2", "3"] {
        let cluster = bare(1);
        let poolers = through(&cluster, &[PoolMode::Transaction], &[("default_pool_size", size)]);
        let is_over = AtomicBool::new(false);
        let dsn = poolers[0].dsn(&cluster.node(0));
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let mut client = postgres::Client::connect(&dsn, NoTls).expect("a session");
                    while !is_over.load(Ordering::Relaxed) {
                        client.simple_query("SELECT 1").expect("SELECT");
                        // There are others on this machine.
                        sleep(Duration::from_millis(1));
                    }
                });
            }
            let ask = || on(&cluster, &["sql", "-c", "SELECT 1"]);
            let runs: Vec<_> = (0..10).map(|_| ask()).collect();
            is_over.store(true, Ordering::Relaxed);
            for run in runs {
                run.ends(3).says(REFUSAL);
            }
        });
        is_untouched(&cluster, &poolers, PoolMode::Transaction);
    }
}

/// There is none left for a second connection, which would tell how the pooler lends them: that it waits tells it, too.
#[test]
fn the_last_session_of_a_pool_is_enough_for_one_connection() {
    let cluster = bare(1);
    let _poolers = through(&cluster, &[PoolMode::Session], &[("default_pool_size", "1")]);
    let sql = on(&cluster, &["sql", "-c", "SHOW search_path", "-o", "csv"]).ends(0);
    assert!(sql.stdout.contains("public"), "{sql:#?}");
}

/// A server that is down: the pooler takes connections all the same.
#[test]
fn a_server_that_is_down_behind_a_pooler_is_waited_for_no_longer_than_another() {
    let cluster = bare(2);
    let _poolers = through(&cluster, &[PoolMode::Session; 2], &[]);
    on(&cluster, &["cluster", "init"]).ends(0);
    cluster.node(1).stop(spock_tests::StopMode::Fast).expect("it stops");
    let begun = std::time::Instant::now();
    let status = on(&cluster, &["cluster", "status", "--connect-timeout", "3s", "-o", "json"]);
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(8), "{took:?}: {status:#?}");
    let status = status.ends(5).json();
    let error = &status["errors"][0];
    assert_eq!((&error["node"], &error["kind"]), (&"n2".into(), &"connect".into()), "{status}");
}
