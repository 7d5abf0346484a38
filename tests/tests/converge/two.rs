//! Two nodes that replicate to each other, and can be kept from hearing of each other.

use std::ops::Deref;

use spock_tests::{Cluster, ClusterBuilder, Node};

pub(crate) struct Two(Cluster);

impl Deref for Two {
    type Target = Cluster;

    fn deref(&self) -> &Cluster {
        &self.0
    }
}

impl Two {
    /// Two nodes that keep deleted rows for a minute.
    pub(crate) fn start() -> Two {
        Self::build(|cluster| cluster)
    }

    pub(crate) fn build(shape: impl FnOnce(ClusterBuilder) -> ClusterBuilder) -> Two {
        let cluster = Cluster::builder().nodes(2).setting("spock.retention_hold", "60s");
        let cluster = shape(cluster).start();
        cluster.create_nodes();
        cluster.mesh();
        let two = Two(cluster);
        for node in two.nodes() {
            two.wait_for("deleted rows to be kept", || state(&node) == "holding");
            two.wait_for("the log to be kept", || log_slots(&node) > 0);
        }
        two
    }

    /// Makes a table on both nodes, with all its changes published.
    pub(crate) fn table(&self, name: &str, columns: &str) {
        for node in self.nodes() {
            node.sql(&format!(
                "CREATE TABLE {name} ({columns}); SELECT spock.repset_add_table('default', '{name}')"
            ));
        }
    }

    /// Lets the nodes write without hearing of each other, then joins them.
    pub(crate) fn apart(&self, writes: impl FnOnce()) {
        self.drain();
        self.n1().sql("SELECT spock.sub_disable('sub_n2_n1')");
        self.n2().sql("SELECT spock.sub_disable('sub_n1_n2')");
        for node in self.nodes() {
            self.wait_for("the stream to end", || {
                node.value::<i64>(
                    "SELECT count(*) FROM pg_replication_slots WHERE slot_type = 'logical' AND active",
                ) == 0
            });
        }
        writes();
        self.n1().sql("SELECT spock.sub_enable('sub_n2_n1')");
        self.n2().sql("SELECT spock.sub_enable('sub_n1_n2')");
        self.drain();
    }
}

/// What the view says of deleted rows.
pub(crate) fn state(node: &Node<'_>) -> String {
    node.value("SELECT state FROM spock.retention")
}

/// Nothing that mattered was unknown.
pub(crate) fn assert_known(cluster: &Cluster) {
    for node in cluster.nodes() {
        assert_eq!(node.table("SELECT reloid::regclass, reason FROM spock.repair_needed"), "");
    }
}

/// Slots that keep the log for streams which are behind.
pub(crate) fn log_slots(node: &Node<'_>) -> i64 {
    node.value("SELECT count(*) FROM pg_replication_slots WHERE slot_name LIKE 'spk_log_%'")
}
