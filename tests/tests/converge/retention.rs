//! The slot that keeps deleted rows (rule D1): who has it, for how long, and that it goes.

use std::time::{Duration, Instant};

use spock_tests::{Cluster, Node, wait_until};

use crate::two::{Two, state};

const SLOT: &str = "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'spock_retention'";

/// Dead rows that vacuum had to leave.
fn kept(node: &Node<'_>) -> i64 {
    node.sql("VACUUM t");
    node.value("SELECT count(*) FROM pg_stat_user_tables WHERE relname = 't' AND n_dead_tup >= 100")
}

/// While a node is away. When it has been away for that long it reads deletes from the log, and none are kept
/// for it any more.
///
/// Seen to fail with a hold of no time, with one that never ends, and with one that goes on.
#[test]
fn d1_deleted_rows_are_kept_for_as_long_as_asked() {
    let two = Two::build(|cluster| cluster.setting("spock.retention_hold", "3s"));
    two.table("t", "id int PRIMARY KEY");
    let n2 = two.n2();
    let begun = Instant::now();
    n2.sql("SELECT spock.sub_disable('sub_n1_n2', true)");
    n2.sql("INSERT INTO t SELECT generate_series(1, 100)");
    n2.sql("DELETE FROM t");
    let at_once = kept(&n2);
    assert!(at_once == 1 || begun.elapsed() > Duration::from_secs(3), "vacuum took them at once");
    two.wait_at_most(Duration::from_secs(20), "the rows to go", || kept(&n2) == 0);
    assert!(begun.elapsed() >= Duration::from_secs(3), "{:?}", begun.elapsed());
    // The slot keeps rows, and nothing of the log.
    assert_eq!(
        n2.table(
            "SELECT slot_type, active, restart_lsn IS NULL, catalog_xmin IS NULL, xmin IS NOT NULL \
             FROM pg_replication_slots WHERE slot_name = 'spock_retention'"
        ),
        "physical|t|t|t|t"
    );
    let shown = n2.table(
        "SELECT state, xmin IS NOT NULL, age_in_transactions >= 0, complete_since < now(), hold \
         FROM spock.retention",
    );
    assert_eq!(shown, "holding|t|t|t|00:00:03");
    two.wait_for("rows to be kept for nobody", || {
        n2.value::<bool>("SELECT age < '2 s' FROM spock.retention")
    });
}

/// Seen to fail with a slot that is not given back.
#[test]
fn d1_the_slot_goes_with_the_last_subscription() {
    let two = Two::start();
    let (n1, n2) = (two.n1(), two.n2());
    // Switched off by the setting, and on again.
    n2.sql("ALTER SYSTEM SET spock.retention_hold = 0");
    n2.sql("SELECT pg_reload_conf()");
    two.wait_for("the slot to go", || n2.value::<i64>(SLOT) == 0);
    two.wait_for("the state", || state(&n2) == "off: spock.retention_hold is 0");
    n2.sql("ALTER SYSTEM RESET spock.retention_hold");
    n2.sql("SELECT pg_reload_conf()");
    two.wait_for("the slot", || n2.value::<i64>(SLOT) == 1);
    // By the function.
    n2.sql("SELECT spock.release_retention()");
    two.wait_for("the slot to go", || n2.value::<i64>(SLOT) == 0);
    two.wait_for("the state", || state(&n2) == "off: released by spock.release_retention()");
    n2.sql("SELECT spock.release_retention(false)");
    two.wait_for("the slot", || n2.value::<i64>(SLOT) == 1);
    // With the subscription.
    n1.sql("SELECT spock.sub_drop('sub_n2_n1')");
    two.wait_for("the slot to go", || n1.value::<i64>(SLOT) == 0);
    two.wait_for("the state", || {
        state(&n1) == "off: no database of this server has a subscription"
    });
    // With the extension.
    n2.sql("DROP EXTENSION spock CASCADE");
    two.wait_for("the slot to go", || n2.value::<i64>(SLOT) == 0);
}

/// Nodes that all hear each other keep deleted rows until all have passed the delete, not for the whole
/// time that is allowed.
#[test]
fn d1_healthy_nodes_let_go_as_soon_as_all_have_passed() {
    let cluster = Cluster::builder().nodes(3).setting("spock.retention_hold", "60s").start();
    cluster.create_nodes();
    cluster.mesh();
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE t (id int PRIMARY KEY); SELECT spock.repset_add_table('default', 't')",
        );
        cluster.wait_for("deleted rows to be kept", || state(&node) == "holding");
    }
    let n2 = cluster.node(1);
    let write = |id: i32| n2.sql(&format!("INSERT INTO t VALUES ({id})"));
    n2.sql("INSERT INTO t SELECT generate_series(1, 100)");
    cluster.drain();
    let begun = Instant::now();
    n2.sql("DELETE FROM t");
    let mut id = 1000;
    for node in cluster.nodes() {
        cluster.wait_at_most(Duration::from_secs(30), "the rows to go", || {
            id += 1;
            write(id);
            kept(&node) == 0
        });
    }
    let took = begun.elapsed().as_secs_f64();
    let mut ages: Vec<f64> = (0..20)
        .map(|_| {
            id += 1;
            write(id);
            std::thread::sleep(Duration::from_millis(100));
            n2.value("SELECT extract(epoch FROM age)::float8 FROM spock.retention")
        })
        .collect();
    ages.sort_by(f64::total_cmp);
    println!("all let go {took:.1} s after the delete; rows are kept for {:.1} s", ages[10]);
    // One that is away is waited for by all.
    n2.sql("SELECT spock.sub_disable('sub_n3_n2', true)");
    let settled = "SELECT min(settled) FROM spock.horizons";
    std::thread::sleep(Duration::from_secs(3));
    write(1);
    let before: Option<std::time::SystemTime> = n2.value(settled);
    std::thread::sleep(Duration::from_secs(2));
    write(2);
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(n2.value::<Option<std::time::SystemTime>>(settled), before);
    n2.sql("DELETE FROM t");
    std::thread::sleep(Duration::from_secs(3));
    for node in cluster.nodes() {
        assert_eq!(node.value::<i64>("SELECT count(*) FROM t"), 0);
        node.sql("VACUUM t");
        let dead = "SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 't'";
        assert!(node.value::<i64>(dead) > 2, "{} let go too early", node.name());
    }
}

/// A server that was stopped and started holds on, and lets go only when it knows.
///
/// Seen to fail with a slot given back before the managers have said what they have.
#[test]
fn d1_a_restart_keeps_the_slot() {
    let two = Two::start();
    two.table("t", "id int PRIMARY KEY");
    let n2 = two.n2();
    n2.sql("INSERT INTO t SELECT generate_series(1, 100); DELETE FROM t");
    let before =
        n2.table("SELECT xmin FROM pg_replication_slots WHERE slot_name = 'spock_retention'");
    n2.stop(spock_admin::local::StopMode::Fast).expect("a stop");
    n2.start().expect("a start");
    two.wait_for("the view", || state(&n2) == "holding");
    assert_eq!(kept(&n2), 1);
    let xmin = "SELECT xmin FROM spock.retention";
    assert_eq!(n2.table(xmin), before);
}

#[test]
fn d1_no_free_slot_is_said() {
    let cluster =
        Cluster::builder().nodes(2).node_setting("n2", "max_replication_slots", "2").start();
    let n2 = cluster.node(1);
    n2.sql(
        "SELECT pg_create_physical_replication_slot('a'); SELECT pg_create_physical_replication_slot('b')",
    );
    cluster.create_nodes();
    cluster.subscribe(0, 1);
    cluster.wait_for("the state", || {
        state(&n2) == "off: the replication slot cannot be taken, see the server log"
    });
    let log = n2.log();
    assert!(log.contains("spock cannot use replication slot \"spock_retention\""), "{log}");
    assert!(log.contains("Raise max_replication_slots."), "{log}");
    n2.sql("SELECT pg_drop_replication_slot('a')");
    cluster.wait_for("the state", || state(&n2) == "holding");
}

#[test]
fn d1_old_snapshot_threshold_is_refused() {
    // Set when it runs: 17 and later do not know it, and would not start.
    let cluster = Cluster::builder().start();
    let known = "SELECT EXISTS (SELECT FROM pg_settings WHERE name = 'old_snapshot_threshold')";
    if !cluster.node(0).value::<bool>(known) {
        spock_tests::skip("the server has no old_snapshot_threshold");
        return;
    }
    cluster.node(0).sql("ALTER SYSTEM SET old_snapshot_threshold = '1min'");
    cluster.node(0).restart(spock_admin::local::StopMode::Fast).expect("a restart");
    let n1 = cluster.node(0);
    cluster.allow_log("spock needs old_snapshot_threshold");
    let error = n1.sql_error(&format!("SELECT spock.node_create('n1', '{}')", n1.dsn()));
    assert_eq!(error.message(), "spock needs old_snapshot_threshold to be -1, but it is 1");
    assert_eq!(
        error.hint(),
        Some("Run ALTER SYSTEM SET old_snapshot_threshold = -1; and restart the server.")
    );
}

/// Nobody who may not administrate releases it; monitors may look.
#[test]
fn d1_rights() {
    let two = Two::start();
    let n1 = two.n1();
    n1.sql("CREATE ROLE watcher LOGIN IN ROLE pg_monitor");
    let mut session = n1.connect();
    session.batch_execute("SET ROLE watcher; SELECT * FROM spock.retention").expect("a look");
    assert!(session.batch_execute("SELECT spock.release_retention()").is_err());
    two.allow_log("permission denied");
    assert!(wait_until(Duration::from_secs(1), || state(&n1) == "holding"));
}
