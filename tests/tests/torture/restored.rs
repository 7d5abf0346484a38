//! A provider that was restored to an earlier point (convergence rule V7).

use spock_tests::{Cluster, StopMode};

/// Seen to fail with identity and log of the provider not compared.
#[test]
fn v7_a_provider_that_went_back_stops_its_subscription() {
    let cluster = Cluster::builder().nodes(2).setting("spock.restart_delay_default", "100").start();
    cluster.allow_log("went back in time");
    cluster.allow_log("terminating");
    cluster.allow_log("could not connect");
    cluster.allow_log("provider ended the replication stream");
    cluster.allow_log("connection to server");
    let (provider, subscriber) = (cluster.node(0), cluster.node(1));
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE t (id int PRIMARY KEY);
             SELECT spock.repset_add_table('default', 't')",
        );
    }
    let name = cluster.subscribe(0, 1);
    provider.sql("INSERT INTO t VALUES (1)");
    cluster.catch_up(0, 1);

    provider.stop(StopMode::Fast).expect("the provider stops");
    provider.keep_data("earlier").expect("a copy of its data");
    provider.start().expect("the provider starts");
    provider.sql("INSERT INTO t SELECT generate_series(2, 5000)");
    cluster.catch_up(0, 1);

    provider.stop(StopMode::Fast).expect("the provider stops");
    provider.bring_back_data("earlier").expect("its earlier data");
    provider.start().expect("the provider starts");

    cluster.wait_for("the subscription to stop", || {
        cluster.status(1, &name).as_deref() == Some("disabled")
    });
    let reason: String = subscriber.value("SELECT stopped_reason FROM spock.provider_state");
    assert!(reason.contains("went back in time"), "{reason}");
    // Nothing that was applied is touched.
    assert_eq!(subscriber.value::<i64>("SELECT count(*) FROM t"), 5000);
}
