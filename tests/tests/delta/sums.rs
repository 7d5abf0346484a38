//! Balances that all nodes change at once.

use std::time::Duration;

use spock_tests::pgbench::Pgbench;
use spock_tests::{Cluster, Signal, Victim, wait_until};

use crate::{mesh, mesh_of};

const BALANCE: &str =
    "CREATE TABLE accounts (id int PRIMARY KEY, balance int8 NOT NULL, note text);
     SELECT spock.delta_apply('accounts', 'balance')";

/// Changes of a node: `count` of them, up by one and down by two in turns, on one row.
fn change(cluster: &Cluster, node: usize, count: usize) -> i64 {
    let mut session = cluster.node(node).connect();
    let mut sum = 0;
    for turn in 0..count {
        let step: i64 = if turn % 2 == 0 { 1 } else { -2 };
        session
            .execute("UPDATE accounts SET balance = balance + $1 WHERE id = 1", &[&step])
            .unwrap();
        sum += step;
    }
    sum
}

/// Seen to fail with changes that lose and add nothing.
#[test]
fn x1_a_thousand_changes_on_each_of_three_nodes_add_up() {
    let cluster = mesh(3, BALANCE, &["accounts"]);
    cluster.node(0).sql("INSERT INTO accounts VALUES (1, 1000000, 'one')");
    cluster.drain();
    let total: i64 = std::thread::scope(|scope| {
        let cluster = &cluster;
        let nodes: Vec<_> =
            (0..3).map(|node| scope.spawn(move || change(cluster, node, 1000))).collect();
        nodes.into_iter().map(|node| node.join().unwrap()).sum()
    });
    cluster.drain();
    for node in cluster.nodes() {
        assert_eq!(
            node.table("SELECT balance FROM accounts"),
            (1_000_000 + total).to_string(),
            "{}",
            node.name()
        );
        assert_eq!(
            node.table("SELECT sum(n_dca) FROM spock.channel_table_stats WHERE subid <> 0"),
            "2000",
            "{}",
            node.name()
        );
        // Everything was added: there is nothing to record.
        assert_eq!(node.value::<i64>("SELECT count(*) FROM spock.resolutions"), 0);
    }
}

/// Each change is noted in a table of its own, in the same transaction: whatever is killed, the balance is
/// the sum of the notes. The defect that this saw: overrides written outside of the row's transaction.
#[test]
fn x1_sums_are_exact_through_kills() {
    let cluster = mesh_of(
        Cluster::builder().nodes(3).setting("spock.restart_delay_default", "100"),
        &format!("{BALANCE}; CREATE TABLE notes (id text PRIMARY KEY, step int8)"),
        &["accounts", "notes"],
    );
    cluster.allow_crashes();
    cluster.node(0).sql("INSERT INTO accounts SELECT i, 0, 'x' FROM generate_series(1, 3) i");
    cluster.drain();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for node in 0..3 {
            let (cluster, done) = (&cluster, &done);
            scope.spawn(move || {
                let mut count = 0;
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    let Ok(mut session) = cluster.node(node).try_connect() else {
                        std::thread::sleep(Duration::from_millis(50));
                        continue;
                    };
                    loop {
                        count += 1;
                        let step = i64::from(count % 7) - 3;
                        let sql = format!(
                            "BEGIN; UPDATE accounts SET balance = balance + {step} WHERE id = {};
                             INSERT INTO notes VALUES ('{node}-{count}', {step}); COMMIT",
                            count % 3 + 1
                        );
                        if session.batch_execute(&sql).is_err()
                            || done.load(std::sync::atomic::Ordering::Relaxed)
                        {
                            break;
                        }
                    }
                }
            });
        }
        for round in 0..6 {
            let before: i64 = wait_for_notes(&cluster, 0);
            wait_for_notes(&cluster, before + 100);
            let node = cluster.node(round % 3);
            if round % 2 == 0 {
                wait_until(Duration::from_secs(20), || {
                    node.kill(Victim::ApplyWorker, Signal::SIGTERM) > 0
                });
            } else {
                node.crash().unwrap();
                node.start().unwrap();
            }
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    for (index, node) in cluster.nodes().iter().enumerate() {
        cluster.wait_for("subscriptions to come back", || {
            (0..3).filter(|other| *other != index).all(|other| {
                let name = format!("sub_n{}_{}", other + 1, node.name());
                cluster.status(index, &name).as_deref() == Some("replicating")
            })
        });
    }
    cluster.drain();
    cluster.assert_equal("SELECT * FROM accounts ORDER BY id");
    cluster.assert_equal("SELECT count(*), sum(step) FROM notes");
    for node in cluster.nodes() {
        assert_eq!(
            node.table("SELECT sum(balance) FROM accounts"),
            node.table("SELECT sum(step) FROM notes"),
            "{}",
            node.name()
        );
    }
}

fn wait_for_notes(cluster: &Cluster, count: i64) -> i64 {
    let mut notes = 0;
    cluster.wait_for("changes", || {
        let rows = cluster.node(0).try_query("SELECT count(*) FROM notes", &[]);
        notes = rows.map_or(0, |rows| rows[0].get(0));
        notes >= count
    });
    notes
}

/// TPC-B on three nodes at once, with the three balances as delta columns.
///
/// Seen to fail with changes that lose and add nothing.
#[test]
fn x1_tpc_b_balances_equal_the_history() {
    let cluster = Cluster::start(3);
    cluster.create_nodes();
    for node in cluster.nodes() {
        Pgbench::init(&node, 1);
        node.sql(
            "ALTER TABLE pgbench_accounts ALTER abalance SET NOT NULL,
                 ALTER abalance SET (log_old_value=true, delta_apply_function=spock.delta_apply);
             ALTER TABLE pgbench_tellers ALTER tbalance SET NOT NULL,
                 ALTER tbalance SET (log_old_value=true, delta_apply_function=spock.delta_apply);
             ALTER TABLE pgbench_branches ALTER bbalance SET NOT NULL,
                 ALTER bbalance SET (log_old_value=true, delta_apply_function=spock.delta_apply);
             SELECT spock.repset_add_table('default', t)
               FROM unnest('{pgbench_accounts,pgbench_branches,pgbench_tellers}'::regclass[]) t;
             SELECT spock.repset_add_table('default_insert_only', 'pgbench_history')",
        );
    }
    cluster.mesh();
    let runs: Vec<_> = cluster
        .nodes()
        .iter()
        .map(|node| Pgbench::new(node).clients(2).seconds(5).spawn())
        .collect();
    let transactions: u64 = runs.into_iter().map(|run| run.finish().transactions).sum();
    assert!(transactions > 100);
    cluster.drain();
    for node in cluster.nodes() {
        let sums = node.table(
            "SELECT (SELECT sum(abalance) FROM pgbench_accounts), (SELECT sum(bbalance) FROM pgbench_branches),
                    (SELECT sum(tbalance) FROM pgbench_tellers), (SELECT sum(delta) FROM pgbench_history),
                    (SELECT count(*) FROM pgbench_history)",
        );
        let sums: Vec<&str> = sums.split('|').collect();
        assert!(sums[..4].iter().all(|sum| *sum == sums[0]), "{}: {sums:?}", node.name());
        assert_eq!(sums[4], transactions.to_string(), "{}", node.name());
    }
    for table in ["pgbench_accounts", "pgbench_branches", "pgbench_tellers"] {
        cluster.assert_equal(&format!(
            "SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {table} t"
        ));
    }
}
