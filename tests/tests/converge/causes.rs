//! A change that builds on one which is still on its way (rules C1, C2, C4): A inserts, B changes, C
//! hears B first.

use std::time::{Duration, Instant};

use crate::trio::Trio;

const TABLE: &str = "CREATE TABLE t (id int PRIMARY KEY, v text, filler text)";

/// The three-node hole: the update of a row that is still on its way waits for it.
///
/// Seen to fail with a missing row that counts as proved at once.
#[test]
fn c1_an_update_waits_for_the_insert_of_a_third_node() {
    let trio = Trio::start(&[TABLE]);
    let gate = trio.hold_n1_at_n3();
    trio.node(0).sql("INSERT INTO t VALUES (1, 'a')");
    trio.catch_up(0, 1);
    trio.node(1).sql("UPDATE t SET v = 'b' WHERE id = 1");
    trio.n3_waits("sub_n2_n3", "n1");
    assert_eq!(trio.node(2).table("SELECT * FROM t"), "");
    // It says so everywhere, and the subscription counts as healthy.
    assert_eq!(trio.status(2, "sub_n2_n3").as_deref(), Some("replicating"));
    let shown = "SELECT count(*) FROM pg_stat_activity WHERE query = 'waiting for n1'";
    assert_eq!(trio.node(2).value::<i64>(shown), 1);
    gate.open();
    trio.drain();
    trio.assert_equal("SELECT id, v, pg_xact_commit_timestamp(xmin) FROM t");
    assert_eq!(trio.node(2).table("SELECT id, v FROM t"), "1|b");
    assert_eq!(trio.missing_at_n3(), "");
}

/// The same with a delete: called missing too early, the row would come back at C alone.
///
/// Seen to fail with a missing row that counts as proved at once.
#[test]
fn c1_a_delete_waits_for_the_insert_of_a_third_node() {
    let trio = Trio::start(&[TABLE]);
    let gate = trio.hold_n1_at_n3();
    trio.node(0).sql("INSERT INTO t VALUES (1, 'a'), (2, 'a')");
    trio.catch_up(0, 1);
    trio.node(1).sql("DELETE FROM t WHERE id = 1");
    trio.n3_waits("sub_n2_n3", "n1");
    gate.open();
    trio.drain();
    trio.assert_equal("SELECT id, v FROM t ORDER BY id");
    assert_eq!(trio.node(2).table("SELECT id FROM t"), "2");
    assert_eq!(trio.missing_at_n3(), "");
}

/// A transaction of many packets cannot be kept for a second run: it is asked for again.
///
/// Seen to fail with a missing row that counts as proved at once.
#[test]
fn c1_a_large_transaction_waits_for_the_insert_of_a_third_node() {
    let trio = Trio::start(&[TABLE]);
    let gate = trio.hold_n1_at_n3();
    trio.node(0)
        .sql("INSERT INTO t SELECT i, 'a', repeat('x', 100) FROM generate_series(1, 5000) i");
    trio.catch_up(0, 1);
    trio.node(1).sql("UPDATE t SET v = 'b'; ");
    trio.node(1)
        .sql("BEGIN; DELETE FROM t WHERE id % 2 = 0; INSERT INTO t VALUES (0, 'c'); COMMIT");
    trio.n3_waits("sub_n2_n3", "n1");
    gate.open();
    trio.drain();
    trio.assert_equal("SELECT id, v, pg_xact_commit_timestamp(xmin) FROM t ORDER BY id");
    assert_eq!(
        trio.node(2).table("SELECT v, count(*) FROM t GROUP BY v ORDER BY v"),
        "b|2500\nc|1"
    );
    assert_eq!(trio.missing_at_n3(), "");
}

/// Whoever waits holds nothing: the stream that brings the cause needs a row that the waiting
/// transaction had written before it met the hole.
///
/// Seen to fail with a wait inside of the transaction: the two streams wait for each other.
#[test]
fn c2_a_waiting_transaction_holds_no_row_locks() {
    let trio = Trio::start(&[TABLE]);
    trio.node(0).sql("INSERT INTO t VALUES (1, 'start')");
    trio.drain();
    let gate = trio.hold_n1_at_n3();
    trio.node(0)
        .sql("BEGIN; UPDATE t SET v = 'n1' WHERE id = 1; INSERT INTO t VALUES (2, 'n1'); COMMIT");
    trio.catch_up(0, 1);
    trio.node(1).sql(
        "BEGIN; UPDATE t SET v = 'n2' WHERE id = 1; UPDATE t SET v = 'n2' WHERE id = 2; COMMIT",
    );
    trio.n3_waits("sub_n2_n3", "n1");
    let opened = Instant::now();
    gate.open();
    trio.drain();
    assert!(opened.elapsed() < Duration::from_secs(20), "{:?}", opened.elapsed());
    trio.assert_equal("SELECT id, v FROM t ORDER BY id");
    assert_eq!(trio.node(2).table("SELECT v, count(*) FROM t GROUP BY v"), "n2|2");
}

/// Two streams that wait for each other: the one with the smaller time goes on at once.
///
/// n1 deletes a row that n3 never had, and then inserts one that n2 changes: at n3 the change of n2
/// waits for n1's insert, which stands behind n1's delete, which waits for n2.
///
/// Seen to fail with streams waited for although their head is later.
#[test]
fn c4_streams_that_wait_for_each_other_do_not_stall() {
    let trio = Trio::apart(&[TABLE]);
    for node in [0, 1] {
        trio.node(node).sql("INSERT INTO t VALUES (1, 'never at n3')");
    }
    trio.mesh();
    let gate = trio.hold_n1_at_n3();
    trio.node(0).sql("DELETE FROM t WHERE id = 1");
    trio.node(0).sql("INSERT INTO t VALUES (2, 'n1')");
    trio.catch_up(0, 1);
    trio.node(1).sql("UPDATE t SET v = 'n2' WHERE id = 2");
    trio.n3_waits("sub_n2_n3", "n1");
    let opened = Instant::now();
    gate.open();
    trio.drain();
    assert!(opened.elapsed() < Duration::from_secs(20), "{:?}", opened.elapsed());
    trio.assert_equal("SELECT id, v FROM t");
    assert_eq!(trio.node(2).table("SELECT id, v FROM t"), "2|n2");
    assert_eq!(trio.missing_at_n3(), "delete_missing|1");
}

/// With one peer alone there is nobody who could bring the cause, and nobody is asked.
///
/// Seen to fail with a wait also where there is no other subscription.
#[test]
fn c1_two_nodes_do_not_wait() {
    let cluster = spock_tests::Cluster::start(2);
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE t (id int PRIMARY KEY); SELECT spock.repset_add_table('default', 't')",
        );
    }
    cluster.node(0).sql("INSERT INTO t SELECT generate_series(1, 1000)");
    cluster.mesh();
    let began = Instant::now();
    let mut session = cluster.node(0).connect();
    for id in 1..=1000 {
        session.execute("DELETE FROM t WHERE id = $1", &[&id]).unwrap();
    }
    cluster.drain();
    println!("1000 deletes of missing rows took {:?}", began.elapsed());
    // No transaction was rolled back to wait.
    let rolled_back = "SELECT n_rollback FROM spock.subscription_stats";
    assert_eq!(cluster.node(1).value::<i64>(rolled_back), 0);
    let noted = "SELECT count(*) FROM spock.resolutions WHERE conflict_type = 'delete_missing'";
    assert_eq!(cluster.node(1).value::<i64>(noted), 1000);
}

/// The price of a proof while everybody is idle: a few milliseconds for each transaction that needs one.
///
/// Seen to fail with peers that are asked once in a second.
#[test]
fn c3_an_idle_peer_proves_at_once() {
    const ROWS: i64 = 200;
    let trio = Trio::apart(&[TABLE]);
    trio.node(0).sql(&format!("INSERT INTO t SELECT generate_series(1, {ROWS}), 'never at n3'"));
    trio.mesh();
    let mut session = trio.node(0).connect();
    let noted = || trio.node(2).value::<i64>("SELECT count(*) FROM spock.resolutions");
    let mut times = Vec::new();
    for id in 1..=ROWS {
        let began = Instant::now();
        session.execute("DELETE FROM t WHERE id = $1", &[&(id as i32)]).unwrap();
        while noted() < id {
            assert!(began.elapsed() < Duration::from_secs(30), "delete {id} is not noted");
        }
        times.push(began.elapsed());
    }
    times.sort();
    let (middle, worst) = (times[times.len() / 2], times[times.len() - 1]);
    println!(
        "from a delete to its proof that the row is missing: median {middle:?}, worst {worst:?}"
    );
    assert_eq!(trio.missing_at_n3(), format!("delete_missing|{ROWS}"));
    assert!(middle < Duration::from_millis(200), "{middle:?}");
}

/// A peer that knows no horizons (an older node) is asked for a sync event, with some slack.
///
/// Seen to fail with such peers taken for ones that cannot be asked.
#[test]
fn c3_a_peer_without_horizons_is_asked_for_a_sync_event() {
    let trio = Trio::start(&[TABLE]);
    trio.node(0).sql(
        "ALTER EXTENSION spock DROP FUNCTION spock.commit_horizon(); DROP FUNCTION spock.commit_horizon()",
    );
    trio.allow_log("spock.commit_horizon() does not exist");
    let gate = trio.hold_n1_at_n3();
    trio.node(0).sql("INSERT INTO t VALUES (1, 'a')");
    trio.catch_up(0, 1);
    trio.node(1).sql("UPDATE t SET v = 'b' WHERE id = 1");
    trio.n3_waits("sub_n2_n3", "n1");
    let waiting = Instant::now();
    gate.open();
    trio.drain();
    // By proof: to give a peer up that cannot be asked takes ten seconds.
    assert!(waiting.elapsed() < Duration::from_secs(7), "{:?}", waiting.elapsed());
    trio.assert_equal("SELECT id, v FROM t");
    assert_eq!(trio.node(2).table("SELECT id, v FROM t"), "1|b");
}

/// A peer that lets nobody ask is told of, and the wait ends as for one that cannot be reached (C5).
///
/// Seen to fail with a refusal that is kept to itself.
#[test]
fn c3_a_peer_that_refuses_to_be_asked_is_told_of() {
    let trio = Trio::apart(&[TABLE]);
    let n1 = trio.node(0);
    n1.sql(
        "CREATE ROLE asker LOGIN REPLICATION; GRANT SELECT ON ALL TABLES IN SCHEMA public TO asker",
    );
    let as_asker = n1.dsn().replace("user=postgres", "user=asker");
    for (from, to) in [(0, 1), (1, 0), (1, 2), (2, 0), (2, 1), (0, 2)] {
        trio.subscribe(from, to);
    }
    trio.allow_log("permission denied for schema spock");
    let n3 = trio.node(2);
    let gate = trio.hold_n1_at_n3();
    // The stream goes on as it is; whoever connects from now on is that role.
    n3.query(
        "UPDATE spock.node_interface i SET if_dsn = $1 FROM spock.node n \
          WHERE n.node_id = i.if_nodeid AND n.node_name = 'n1'",
        &[&as_asker],
    );
    n1.sql("INSERT INTO t VALUES (1, 'a')");
    trio.catch_up(0, 1);
    trio.node(1).sql("UPDATE t SET v = 'b' WHERE id = 1");
    trio.n3_waits("sub_n2_n3", "n1");
    trio.wait_for("the warning", || {
        n3.log().contains("node n1 does not let this node ask how far it has come")
    });
    trio.catch_up(1, 2);
    assert_eq!(n3.table("SELECT id, v FROM t"), "1|b");
    gate.open();
    trio.drain();
    trio.assert_equal("SELECT id, v FROM t");
}
