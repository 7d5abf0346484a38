//! Slots that a node's standbys keep.

#![expect(clippy::unwrap_used, reason = "a test panics with what it did not find")]

use std::sync::{Arc, Mutex};

use spock_tests::{Cluster, Node};

/// The number of slots that were made failover slots, and what was said about it.
fn enable(node: &Node<'_>) -> (i32, Vec<String>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let mut config: postgres::Config = node.socket_conninfo(node.database_name()).parse().unwrap();
    config.notice_callback(move |notice| {
        sink.lock().unwrap().push(format!("{}: {}", notice.severity(), notice.message()));
    });
    let mut session = config.connect(postgres::NoTls).unwrap();
    let row = session.query_one("SELECT spock.slot_enable_failover()", &[]).unwrap();
    let seen = seen.lock().unwrap().clone();
    (row.get(0), seen)
}

#[test]
fn slots_of_subscribers_become_failover_slots_where_there_are_any() {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    cluster.subscribe(0, 1);
    if n1.value::<i32>("SELECT current_setting('server_version_num')::int / 10000") < 17 {
        let said = "NOTICE: this server has no failover slots: they came with PostgreSQL 17, nothing was changed";
        assert_eq!(enable(&n1), (0, vec![said.to_owned()]));
        return;
    }
    let slots = || {
        n1.table("SELECT slot_name, failover FROM pg_replication_slots WHERE plugin IS NOT NULL ORDER BY 1")
    };
    // New ones are made so.
    assert_eq!(enable(&n1), (0, vec![]));
    assert_eq!(slots(), "spk_app_n1_sub_n1_n2|t");
    // One that a person made, and one of somebody else's.
    n1.sql("SELECT pg_create_logical_replication_slot('spk_by_hand', 'spock_output')");
    n1.sql("SELECT pg_create_logical_replication_slot('theirs', 'test_decoding')");
    n2.sql("SELECT spock.sub_disable('sub_n1_n2', true)");
    assert_eq!(enable(&n1), (1, vec![]));
    assert_eq!(slots(), "spk_app_n1_sub_n1_n2|t\nspk_by_hand|t\ntheirs|f");
    assert_eq!(enable(&n1), (0, vec![]));

    // A subscription on a slot from before: not while it is in use.
    n2.sql("SELECT spock.sub_drop('sub_n1_n2')");
    n1.sql("SELECT pg_create_logical_replication_slot('spk_app_n1_sub_n1_n2', 'spock_output')");
    cluster.subscribe(0, 1);
    cluster.catch_up(0, 1);
    let said = "NOTICE: replication slot \"spk_app_n1_sub_n1_n2\" is in use and was left as it is: \
                disable its subscription first";
    assert_eq!(enable(&n1), (0, vec![said.to_owned()]));
    n2.sql("SELECT spock.sub_disable('sub_n1_n2', true)");
    cluster.wait_for("the stream to end", || enable(&n1).0 == 1);
    n2.sql("SELECT spock.sub_enable('sub_n1_n2', true)");
    cluster.catch_up(0, 1);
}
