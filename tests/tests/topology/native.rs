//! Subscriptions of the server's own kind on slots of ours: the set-up of mmlite's README, with the
//! plugin's name as it is there and with ours.

use std::time::Duration;

use spock_tests::{Cluster, Node};

const TABLES: &str = "
    CREATE TABLE users (id int PRIMARY KEY, email text, secret text);
    CREATE TABLE departments (id int PRIMARY KEY, name text);
    CREATE TABLE others (id int PRIMARY KEY)";

const PLUGINS: [&str; 2] = ["mmlite", "spock_output"];

/// Subscribes `to` to the publication of `from` by the slot that is there for it.
fn subscribe(from: &Node<'_>, to: &Node<'_>, with_copy: bool) {
    to.sql(&format!(
        "CREATE SUBSCRIPTION from_{0} CONNECTION '{1}' PUBLICATION {0} \
         WITH (copy_data = {with_copy}, create_slot = false, slot_name = '{2}')",
        from.name(),
        from.dsn(),
        to.name()
    ));
}

fn publish(node: &Node<'_>, for_nodes: &[&str], plugin: &str) {
    node.sql(&format!("CREATE PUBLICATION {} FOR TABLE users, departments", node.name()));
    for other in for_nodes {
        node.sql(&format!("SELECT pg_create_logical_replication_slot('{other}', '{plugin}')"));
    }
}

/// Waits until every slot of every node has confirmed what was written by now.
fn drain(cluster: &Cluster) {
    for node in cluster.nodes() {
        let end = node.wal_lsn();
        cluster.wait_for("slots to confirm", || {
            node.value::<bool>(&format!(
                "SELECT bool_and(confirmed_flush_lsn >= '{end}') FROM pg_replication_slots WHERE slot_type = 'logical'"
            ))
        });
    }
}

/// Row changes that a node's server has applied, by its own statistics.
fn written(node: &Node<'_>) -> i64 {
    node.sql("SELECT pg_stat_clear_snapshot()");
    node.value("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::int8 FROM pg_stat_user_tables WHERE schemaname = 'public'")
}

/// The two nodes of the README, typed as it says: the first subscription copies, the second does not, both
/// directions flow, and nothing comes back. Fails without the origin filter: the first row bounces until a
/// duplicate key stops a subscription.
#[test]
fn m7_two_native_nodes_as_mmlite_sets_them_up() {
    for plugin in PLUGINS {
        let cluster = Cluster::builder().nodes(2).start();
        let (n1, n2) = (cluster.node(0), cluster.node(1));
        for node in cluster.nodes() {
            node.sql(TABLES);
        }
        n1.sql("INSERT INTO users SELECT i, 'mail' || i, 'x' FROM generate_series(1, 100) i");
        publish(&n1, &["n2"], plugin);
        assert_eq!(
            n1.table(
                "SELECT slot_name, plugin FROM pg_replication_slots WHERE slot_type = 'logical'"
            ),
            format!("n2|{plugin}")
        );
        publish(&n2, &["n1"], plugin);
        subscribe(&n1, &n2, true);
        cluster.wait_for("the copy", || n2.value::<i64>("SELECT count(*) FROM users") == 100);
        subscribe(&n2, &n1, false);

        n1.sql("INSERT INTO departments VALUES (1, 'one')");
        n2.sql("INSERT INTO departments VALUES (2, 'two'); UPDATE users SET email = 'n2' WHERE id = 1; DELETE FROM users WHERE id = 2");
        n1.sql("UPDATE users SET secret = 'n1' WHERE id = 3; INSERT INTO others VALUES (1)");
        drain(&cluster);
        cluster.wait_for("both directions", || {
            n1.value::<i64>("SELECT count(*) FROM departments") == 2
                && n2.value::<i64>("SELECT count(*) FROM departments") == 2
        });
        drain(&cluster);
        cluster.assert_equal("SELECT * FROM users ORDER BY id");
        cluster.assert_equal("SELECT * FROM departments ORDER BY id");
        assert_eq!(n2.value::<i64>("SELECT count(*) FROM others"), 0, "it is not published");
        // Nothing comes back: 100 rows, 4 changes of each other's, and at n1 a row of its own table.
        std::thread::sleep(Duration::from_secs(1));
        cluster.wait_for("statistics", || written(&n1) == 106);
        cluster.wait_for("statistics", || written(&n2) == 105);
        for node in cluster.nodes() {
            node.sql(&format!(
                "DROP SUBSCRIPTION from_{}",
                if node.name() == "n1" { "n2" } else { "n1" }
            ));
        }
    }
}

/// The README's many-to-many: three nodes, each subscribed to both others.
#[test]
fn m9_three_native_nodes() {
    let cluster = Cluster::builder().nodes(3).start();
    for node in cluster.nodes() {
        node.sql(TABLES);
        let others: Vec<String> = cluster
            .nodes()
            .iter()
            .map(|n| n.name().to_owned())
            .filter(|n| *n != node.name())
            .collect();
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        publish(&node, &others, "mmlite");
    }
    for to in cluster.nodes() {
        for from in cluster.nodes() {
            if from.name() != to.name() {
                subscribe(&from, &to, false);
            }
        }
    }
    for (index, node) in cluster.nodes().iter().enumerate() {
        for n in 0..20 {
            let id = n * 3 + index;
            node.sql(&format!("INSERT INTO users VALUES ({id}, 'of {}')", node.name()));
        }
    }
    drain(&cluster);
    cluster.wait_for("all rows on all nodes", || {
        cluster.nodes().iter().all(|n| n.value::<i64>("SELECT count(*) FROM users") == 60)
    });
    drain(&cluster);
    cluster.assert_equal("SELECT * FROM users ORDER BY id");
    for node in cluster.nodes() {
        cluster.wait_for("statistics", || written(&node) == 60);
    }
    for node in cluster.nodes() {
        let subscriptions: Vec<Vec<Option<String>>> =
            node.rows("SELECT subname FROM pg_subscription");
        for name in subscriptions.into_iter().flatten().flatten() {
            node.sql(&format!("DROP SUBSCRIPTION {name}"));
        }
    }
}

/// A publication's row filter and column list hold on both doors.
#[test]
fn native_publications_filter_rows_and_columns() {
    for plugin in PLUGINS {
        let cluster = Cluster::builder().nodes(2).start();
        let (n1, n2) = (cluster.node(0), cluster.node(1));
        for node in cluster.nodes() {
            node.sql(TABLES);
        }
        n1.sql("INSERT INTO users VALUES (1, 'old', 's'), (2, 'old', 's')");
        n1.sql("CREATE PUBLICATION n1 FOR TABLE users (id, email) WHERE (id % 2 = 0)");
        n1.sql(&format!("SELECT pg_create_logical_replication_slot('n2', '{plugin}')"));
        subscribe(&n1, &n2, true);
        n1.sql("INSERT INTO users VALUES (3, 'new', 's'), (4, 'new', 's')");
        cluster.wait_for("the row that passes", || {
            n2.table("SELECT * FROM users ORDER BY id") == "2|old|∅\n4|new|∅"
        });
        n2.sql("DROP SUBSCRIPTION from_n1");
    }
}

/// A native subscription that streams: a transaction larger than the decoder's memory arrives, by both
/// doors, and one of another node does not. Fails when a door says that it cannot stream.
#[test]
fn native_subscriptions_stream() {
    for plugin in PLUGINS {
        let cluster =
            Cluster::builder().nodes(2).setting("logical_decoding_work_mem", "64kB").start();
        let (n1, n2) = (cluster.node(0), cluster.node(1));
        for node in cluster.nodes() {
            node.sql(TABLES);
        }
        n1.sql("CREATE PUBLICATION n1 FOR TABLE users; SELECT pg_replication_origin_create('elsewhere')");
        n1.sql(&format!("SELECT pg_create_logical_replication_slot('n2', '{plugin}')"));
        n2.sql(&format!(
            "CREATE SUBSCRIPTION from_n1 CONNECTION '{}' PUBLICATION n1 \
             WITH (copy_data = false, create_slot = false, slot_name = 'n2', streaming = on)",
            n1.dsn()
        ));
        n1.sql(
            "SELECT pg_replication_origin_session_setup('elsewhere');
             INSERT INTO users SELECT i, repeat('x', 100) FROM generate_series(1, 5000) i;
             SELECT pg_replication_origin_session_reset()",
        );
        n1.sql("INSERT INTO users SELECT i, repeat('y', 100) FROM generate_series(5001, 10000) i");
        cluster.wait_for("the transaction", || {
            n2.table("SELECT count(*), min(id) FROM users") == "5000|5001"
        });
        let streamed = "SELECT stream_txns FROM pg_stat_replication_slots WHERE slot_name = 'n2'";
        cluster.wait_for("statistics", || n1.value::<i64>(streamed) > 0);
        n2.sql("DROP SUBSCRIPTION from_n1");
    }
}
