//! The harness itself: servers, faults, and checkers.

use std::time::{Duration, Instant};

use spock_tests::ledger::{Ledger, Outcome};
use spock_tests::pgbench::Pgbench;
use spock_tests::proxy::{Direction, Proxy};
use spock_tests::{Cluster, Signal, StopMode, Victim, canary, wait_for, wait_until};

#[test]
fn stock_servers_crash_pause_and_restart() {
    let cluster = Cluster::builder().nodes(2).stock().start();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)");
    n1.crash().unwrap();
    assert!(!n1.is_running());
    n1.start().unwrap();
    assert_eq!(n1.value::<i64>("SELECT count(*) FROM t"), 1);

    n1.pause().unwrap();
    let mut waiting = None;
    std::thread::scope(|scope| {
        let session = scope.spawn(|| n1.value::<i32>("SELECT 1"));
        assert!(!wait_until(Duration::from_millis(100), || session.is_finished()));
        n1.resume().unwrap();
        waiting = session.join().ok();
    });
    assert_eq!(waiting, Some(1));

    n2.set(&[("work_mem", "5MB")]).unwrap();
    n2.reload().unwrap();
    wait_for("the setting", || n2.value::<String>("SHOW work_mem") == "5MB");
    n2.kill_postmaster().unwrap();
    n2.start().unwrap();
    n2.restart(StopMode::Immediate).unwrap();
    assert_eq!(n2.value::<String>("SHOW work_mem"), "5MB");

    n2.stop(StopMode::Fast).unwrap();
    n2.keep_data("before").unwrap();
    n2.start().unwrap();
    n2.sql("CREATE TABLE later ()");
    n2.stop(StopMode::Fast).unwrap();
    n2.bring_back_data("before").unwrap();
    n2.start().unwrap();
    assert!(n2.value::<bool>("SELECT to_regclass('later') IS NULL"));

    let id = "SELECT system_identifier FROM pg_control_system()";
    assert_ne!(n1.value::<i64>(id), n2.value::<i64>(id));
    n1.sql_error("SELECT 1/0");
    assert_eq!(cluster.unexpected_errors().len(), 1);
    cluster.allow_log("division by zero");
}

#[test]
fn the_extension_is_installed_and_created() {
    let cluster = Cluster::start(1);
    let version: String =
        cluster.node(0).value("SELECT extversion FROM pg_extension WHERE extname = 'spock'");
    assert_eq!(version, "6.0.0");
}

#[test]
fn proxy_cuts_delays_and_blocks() {
    let cluster = Cluster::builder().stock().start();
    let node = cluster.node(0);
    let proxy = Proxy::to(node.port());
    let connect = || postgres::Client::connect(&proxy.dsn(&node), postgres::NoTls);
    let mut session = connect().unwrap();
    session.batch_execute("SELECT 1").unwrap();
    assert_eq!(node.find(Victim::Backend).len(), 1);

    proxy.delay(Duration::from_millis(50));
    let begun = Instant::now();
    session.batch_execute("SELECT 1").unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(100), "delayed both ways");
    proxy.heal();

    // The statement arrives and is done, but its answer waits.
    proxy.block(Direction::ToClient);
    let blocked = std::thread::spawn(move || {
        session.batch_execute("CREATE TABLE t ()").unwrap();
        session
    });
    wait_for("the table", || node.value::<bool>("SELECT to_regclass('t') IS NOT NULL"));
    assert!(!blocked.is_finished());
    proxy.heal();
    let mut session = blocked.join().unwrap();

    proxy.cut();
    assert!(session.batch_execute("SELECT 1").is_err());
    assert!(connect().is_err());
    proxy.heal();
    connect().unwrap();
    assert!(proxy.bytes(Direction::ToServer) > 0);
}

#[test]
fn clock_steps_under_a_running_server() {
    let cluster = Cluster::builder().stock().fake_clock().start();
    let node = cluster.node(0);
    let clock = node.clock().unwrap();
    let offset = || {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let theirs: f64 = node.value("SELECT extract(epoch FROM clock_timestamp())::float8");
        theirs - now.as_secs_f64()
    };
    assert!(offset().abs() < 1.0);
    clock.set_offset_ms(-10_000).unwrap();
    assert!((offset() + 10.0).abs() < 1.0, "stepped back in an open session: {}", offset());
    node.restart(StopMode::Fast).unwrap();
    assert!((offset() + 10.0).abs() < 1.0, "and after a restart: {}", offset());
    clock.set_offset_ms(0).unwrap();
    assert!(offset().abs() < 1.0);
}

#[test]
fn ledger_sees_what_is_lost_invented_and_doubled() {
    let cluster = Cluster::builder().stock().start();
    let node = cluster.node(0);
    node.sql("CREATE TABLE t (id int8)");
    let ledger = Ledger::new(cluster.dir());
    let load = ledger.load(&[node.dsn(), node.dsn()], |id| format!("INSERT INTO t VALUES ({id})"));
    wait_for("some transactions", || ledger.acknowledged() > 50);
    node.crash().unwrap();
    node.start().unwrap();
    let before = ledger.acknowledged();
    wait_for("more transactions", || ledger.acknowledged() > before + 50);
    load.stop();
    ledger.check(&cluster.nodes(), "SELECT id FROM t");

    node.sql("DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (2), (99999999)");
    ledger.record(3, Outcome::Failed);
    let faults = ledger.faults(&cluster.nodes(), "SELECT id FROM t");
    assert_eq!(faults.len(), 4, "{faults:?}");
}

#[test]
fn canary_finds_the_password_in_logs_and_views() {
    let password = canary::password();
    let cluster = Cluster::builder().stock().password(&password).start();
    let node = cluster.node(0);
    let quoted = password.replace('\'', "\\'");
    let dsn = format!("{} password='{quoted}'", node.dsn());
    postgres::Client::connect(&dsn, postgres::NoTls).unwrap();
    assert!(postgres::Client::connect(&node.dsn(), postgres::NoTls).is_err());
    assert_eq!(canary::find(&cluster, &password), Vec::<String>::new());

    let shown = password.replace('\'', "''");
    node.sql(&format!("DO $$ BEGIN RAISE LOG '%', '{shown}'; END $$"));
    let places = canary::find(&cluster, &password);
    assert!(places.iter().any(|p| p.contains("log line")), "{places:?}");
}

#[test]
fn pgbench_runs_and_backends_can_be_killed() {
    let cluster = Cluster::builder().stock().start();
    let node = cluster.node(0);
    Pgbench::init(&node, 1);
    let report = Pgbench::new(&node).clients(2).seconds(1).run();
    assert!(report.transactions > 10 && report.per_second > 10.0, "{}", report.text);

    let mut session = postgres::Client::connect(&node.dsn(), postgres::NoTls).unwrap();
    assert_eq!(node.kill(Victim::Backend, Signal::SIGTERM), 1);
    assert!(session.batch_execute("SELECT 1").is_err());
}

#[test]
fn failpoints_strike_in_the_apply_worker() {
    if !spock_tests::failpoint::available() {
        spock_tests::skip("the release build has no failpoints");
        return;
    }
    let cluster = Cluster::builder().nodes(2).setting("spock.restart_delay_default", "100").start();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql("CREATE TABLE t (id int)");
    }
    n1.sql("SELECT spock.repset_add_table('default_insert_only', 't')");
    cluster.subscribe(0, 1);
    cluster.allow_log("failpoint \"apply.");
    for (id, (name, order)) in [
        ("apply.before_commit", "once error on purpose"),
        ("apply.after_commit", "once exit"),
        ("apply.before_commit", "once kill"),
        ("apply.before_feedback", "once kill"),
        ("apply.after_commit", "sleep 1"),
    ]
    .into_iter()
    .enumerate()
    {
        let before = n2.failpoint_hits(name);
        n2.failpoint(name, order);
        n1.sql(&format!("INSERT INTO t VALUES ({id})"));
        cluster.wait_for(order, || n2.failpoint_hits(name) > before);
        let count = format!("SELECT count(*) FROM t WHERE id = {id}");
        cluster.wait_for("the row", || {
            n2.try_query(&count, &[]).is_ok_and(|r| r[0].get::<_, i64>(0) == 1)
        });
    }
    n2.clear_failpoint("apply.after_commit");
    cluster.catch_up(0, 1);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 5);
}
