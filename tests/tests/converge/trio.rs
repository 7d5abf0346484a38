//! Three nodes, and a gate that makes the third hear one of the others late.
//!
//! The gate is a table of every node. Whoever holds it locked at n3 stops every stream there that brings
//! a row of it, at exactly that transaction, until the lock is given back.

use std::ops::Deref;
use std::time::Duration;

use postgres::Client;
use spock_tests::Cluster;

/// Three nodes that all hear each other.
pub(crate) struct Trio(Cluster);

impl Deref for Trio {
    type Target = Cluster;

    fn deref(&self) -> &Cluster {
        &self.0
    }
}

/// Streams that bring rows of the gate stand still at n3 while this lives.
pub(crate) struct Gate(Client);

impl Gate {
    pub(crate) fn open(mut self) {
        self.0.batch_execute("COMMIT").unwrap();
    }
}

impl Trio {
    /// The nodes with these tables, in a mesh.
    pub(crate) fn start(tables: &[&str]) -> Trio {
        let trio = Trio::apart(tables);
        trio.mesh();
        trio
    }

    /// The nodes with these tables, without subscriptions.
    pub(crate) fn apart(tables: &[&str]) -> Trio {
        let cluster = Cluster::start(3);
        cluster.create_nodes();
        for node in cluster.nodes() {
            node.sql("CREATE TABLE gate (id int PRIMARY KEY); SELECT spock.repset_add_table('default', 'gate')");
            for table in tables {
                node.sql(table);
            }
            node.sql("SELECT spock.repset_add_all_tables('default', '{public}')");
        }
        Trio(cluster)
    }

    /// What n3 hears from n1 from now on it hears late.
    pub(crate) fn hold_n1_at_n3(&self) -> Gate {
        self.hold_at_n3(0)
    }

    /// What n3 hears from a node from now on it hears late.
    pub(crate) fn hold_at_n3(&self, provider: usize) -> Gate {
        let mut session = self.node(2).connect();
        session.batch_execute("BEGIN; LOCK TABLE gate IN ACCESS EXCLUSIVE MODE").unwrap();
        self.node(provider).sql("INSERT INTO gate SELECT coalesce(max(id), 0) + 1 FROM gate");
        Gate(session)
    }

    /// Waits until a subscription of n3 waits for a node.
    pub(crate) fn n3_waits(&self, subscription: &str, node: &str) {
        self.wait_at_most(
            Duration::from_secs(30),
            format!("{subscription} to wait for {node}"),
            || {
                let rows = self.node(2).query(
                    "SELECT waiting_for FROM spock.sub_show_status($1::text::name)",
                    &[&subscription],
                );
                rows[0].get::<_, Option<String>>(0).as_deref() == Some(node)
            },
        );
    }

    /// What n3 noted of changes whose row was not there.
    pub(crate) fn missing_at_n3(&self) -> String {
        self.node(2).table(
            "SELECT conflict_type, count(*) FROM spock.resolutions \
             WHERE conflict_type IN ('update_missing', 'delete_missing') GROUP BY 1 ORDER BY 1",
        )
    }
}
