//! Initial copies and copies of single tables.

mod failures;
mod initial;
mod join;
mod kills;
mod mesh;
mod partitions;
mod table;
mod versions;

use spock_tests::{Cluster, Node, wait_for};

/// Makes two nodes of Spock: `n1` provides, `n2` subscribes.
pub(crate) fn make_nodes(cluster: &Cluster) -> (Node<'_>, Node<'_>) {
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for (name, node) in [("n1", &n1), ("n2", &n2)] {
        node.sql(&format!("SELECT spock.node_create('{name}', '{}')", node.dsn()));
    }
    (n1, n2)
}

pub(crate) fn subscribe(provider: &Node<'_>, subscriber: &Node<'_>, arguments: &str) {
    subscriber.sql(&format!("SELECT spock.sub_create('sub', '{}', {arguments})", provider.dsn()));
}

pub(crate) const FULL: &str = "synchronize_structure := true, synchronize_data := true";

pub(crate) fn wait_ready(node: &Node<'_>) {
    wait_for("the copy", || {
        let failed =
            node.table("SELECT sync_reason FROM spock.local_sync_status WHERE sync_status = 'f'");
        assert!(failed.trim().is_empty(), "{failed}");
        node.value::<bool>(
            "SELECT count(*) > 0 AND bool_and(sync_status = 'r') FROM spock.local_sync_status",
        )
    });
}

/// Waits through failures.
pub(crate) fn wait_at_last(node: &Node<'_>) {
    wait_for("the copy at last", || {
        node.value::<bool>("SELECT bool_and(sync_status = 'r') FROM spock.local_sync_status")
    });
}
