//! How a node reaches another one.

use spock_tests::Cluster;

/// `spock.extra_connection_options` are added to every connection string of a peer.
#[test]
fn extra_connection_options_reach_the_peer() {
    let cluster = Cluster::builder()
        .nodes(2)
        .setting("log_connections", "on")
        .node_setting(
            "n2",
            "spock.extra_connection_options",
            "options='-c work_mem=7654kB' connect_timeout=9",
        )
        .start();
    cluster.create_nodes();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    // Notes the setting of every session that opens a table: those of the copy.
    n1.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1); SELECT spock.repset_add_table('default', 't')");
    n2.sql("CREATE TABLE t (id int PRIMARY KEY)");
    cluster.subscribe_with(0, 1, "synchronize_data := true");
    cluster.catch_up(0, 1);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 1);
    // A wrong one stops every connection, so they were all made with them.
    n2.set(&[("spock.extra_connection_options", "sslmode=require")]).unwrap();
    n2.reload().unwrap();
    cluster.allow_log("server does not support SSL");
    cluster.allow_log("could not connect");
    n1.sql("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active AND slot_type = 'logical'");
    cluster.wait_for("the subscription to be down", || {
        cluster.status(1, "sub_n1_n2").as_deref() == Some("down")
    });
    n1.sql("INSERT INTO t VALUES (2)");
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 1);
    // And right again.
    n2.set(&[("spock.extra_connection_options", "")]).unwrap();
    n2.reload().unwrap();
    cluster.catch_up(0, 1);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 2);
}

/// A peer's walsender shows who it serves.
#[test]
fn connections_are_named_after_their_slot() {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    cluster.subscribe(0, 1);
    cluster.catch_up(0, 1);
    let slot = cluster
        .node(0)
        .table("SELECT slot_name FROM pg_replication_slots WHERE active AND slot_type = 'logical'");
    assert_eq!(slot, "spk_app_n1_sub_n1_n2");
    assert_eq!(cluster.node(0).table("SELECT application_name FROM pg_stat_replication"), slot);
}
