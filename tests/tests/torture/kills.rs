//! Twenty kills under load: nothing lost, nothing twice, nothing invented.

use std::time::Duration;

use spock_tests::ledger::Ledger;
use spock_tests::pgbench::Pgbench;
use spock_tests::{Cluster, Node, Signal, Victim, wait_until};

/// What is killed in a round.
#[derive(Debug, Clone, Copy)]
enum Blow {
    /// The postmaster of a node and everything under it, at once.
    Postmaster(usize),
    /// One kind of process by SIGTERM: it alone ends.
    Terminate(usize, Victim),
    /// One kind of process by SIGKILL: its server recovers as from a crash.
    Shoot(usize, Victim),
}

use Blow::{Postmaster, Shoot, Terminate};
use Victim::{ApplyWorker, Manager, Walsender};

/// Both nodes are provider and subscriber of the other.
const BLOWS: [Blow; 20] = [
    Postmaster(1),
    Terminate(1, ApplyWorker),
    Postmaster(1),
    Postmaster(0),
    Postmaster(1),
    Terminate(0, Walsender),
    Postmaster(1),
    Shoot(1, ApplyWorker),
    Postmaster(1),
    Terminate(0, ApplyWorker),
    Postmaster(1),
    Postmaster(0),
    Postmaster(1),
    Shoot(0, Walsender),
    Postmaster(1),
    Terminate(1, Manager),
    Postmaster(1),
    Postmaster(0),
    Postmaster(1),
    Terminate(1, Walsender),
];

/// Origins that each node keeps in memory at most; fewer than there are ids in its history.
const ORIGIN_SLOTS: usize = 8;

/// Lets `subscriber` receive from `provider` under ever new node names, one after the other, so that
/// commit records name more origins than there are places for.
fn wear_out_origins(cluster: &Cluster, provider: &Node<'_>, subscriber: &Node<'_>) {
    provider.sql("CREATE TABLE visitors (id int PRIMARY KEY)");
    subscriber.sql("CREATE TABLE visitors (id int PRIMARY KEY)");
    subscriber.sql(&format!("SELECT spock.node_create('host', '{}')", subscriber.dsn()));
    for visit in 0..ORIGIN_SLOTS + 3 {
        provider.sql(&format!(
            "SELECT spock.node_create('visitor{visit}', '{}');
             SELECT spock.repset_add_table('default', 'visitors')",
            provider.dsn()
        ));
        subscriber.sql(&format!("SELECT spock.sub_create('visit{visit}', '{}')", provider.dsn()));
        cluster.wait_for("the visitor's subscription", || {
            cluster.status(1, &format!("visit{visit}")).as_deref() == Some("replicating")
        });
        provider.sql(&format!("INSERT INTO visitors VALUES ({visit})"));
        cluster.wait_for("the visitor's row", || {
            subscriber.value::<i64>(&format!("SELECT count(*) FROM visitors WHERE id = {visit}"))
                == 1
        });
        subscriber.sql(&format!("SELECT spock.sub_drop('visit{visit}')"));
        provider.sql(&format!("SELECT spock.node_drop('visitor{visit}')"));
    }
    subscriber.sql("SELECT spock.node_drop('host')");
}

fn strike(cluster: &Cluster, blow: Blow) {
    match blow {
        Postmaster(node) => {
            let node = cluster.node(node);
            node.crash().unwrap_or_else(|e| panic!("{}: crash: {e}", node.name()));
            node.start().unwrap_or_else(|e| panic!("{}: start: {e}", node.name()));
        }
        Terminate(node, victim) => {
            let node = cluster.node(node);
            wait_until(Duration::from_secs(20), || node.kill(victim, Signal::SIGTERM) > 0);
        }
        Shoot(node, victim) => {
            let node = cluster.node(node);
            let mark = node.log_size();
            if wait_until(Duration::from_secs(20), || node.kill(victim, Signal::SIGKILL) > 0) {
                node.await_restart(mark);
            }
        }
    }
}

/// Seen to fail with node ids for origins in commit records (V1), commit records without progress, and feedback
/// before the log is flushed.
#[test]
fn v1_b49_twenty_kills_lose_and_double_nothing() {
    let cluster = Cluster::builder()
        .nodes(2)
        .setting("checkpoint_timeout", "1h")
        .setting("max_replication_slots", &ORIGIN_SLOTS.to_string())
        .setting("spock.restart_delay_default", "100")
        .start();
    cluster.allow_crashes();
    let (first, second) = (cluster.node(0), cluster.node(1));
    wear_out_origins(&cluster, &first, &second);

    cluster.create_nodes();
    for node in cluster.nodes() {
        Pgbench::init(&node, 1);
        node.sql(
            "CREATE TABLE keyed (id int8 PRIMARY KEY, v text);
             CREATE TABLE plain (id int8, v text);
             SELECT spock.repset_add_table('default', t)
               FROM unnest('{keyed,pgbench_accounts,pgbench_branches,pgbench_tellers}'::regclass[]) t;
             SELECT spock.repset_add_table('default_insert_only', t)
               FROM unnest('{plain,pgbench_history}'::regclass[]) t",
        );
    }
    cluster.mesh();

    let ledger = Ledger::new(cluster.dir());
    let load = ledger.load(&[first.dsn(), second.dsn()], |id| {
        format!(
            "INSERT INTO keyed VALUES ({id}, 'row'); INSERT INTO plain VALUES ({id}, 'row');
             UPDATE keyed SET v = 'changed' WHERE id = {id} - 7"
        )
    });
    for (round, blow) in BLOWS.into_iter().enumerate() {
        let before = ledger.acknowledged();
        let traffic =
            [&first, &second].map(|node| Pgbench::new(node).clients(1).seconds(1).spawn());
        cluster.wait_for(format!("load before blow {round}, {blow:?}"), || {
            ledger.acknowledged() > before + 20
        });
        strike(&cluster, blow);
        for client in traffic {
            client.finish_anyhow();
        }
    }
    load.stop();
    for (node, name) in [(0, "sub_n2_n1"), (1, "sub_n1_n2")] {
        cluster.wait_for(format!("{name} to come back"), || {
            cluster.status(node, name).as_deref() == Some("replicating")
        });
    }
    cluster.drain();
    assert!(ledger.acknowledged() > 400, "the load stood still");
    ledger.check(&cluster.nodes(), "SELECT id FROM keyed");
    ledger.check(&cluster.nodes(), "SELECT id FROM plain");
    for table in ["keyed", "pgbench_accounts", "pgbench_branches", "pgbench_tellers"] {
        cluster.assert_equal(&format!(
            "SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {table} t"
        ));
    }
    cluster
        .assert_equal("SELECT count(*), sum(hashtextextended(t::text, 0)) FROM pgbench_history t");
}
