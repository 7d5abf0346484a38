//! Delta columns on real servers (convergence rule X1): declared in every way, added up exactly.

mod base;
mod declare;
mod dump;
mod options;
mod sums;
mod types;

use postgres::error::DbError;
use spock_tests::{Cluster, ClusterBuilder};

/// Nodes that replicate to each other, with tables that `ddl` makes on each of them.
pub(crate) fn mesh(nodes: usize, ddl: &str, tables: &[&str]) -> Cluster {
    mesh_of(Cluster::builder().nodes(nodes), ddl, tables)
}

/// [`mesh`] of servers of a special kind.
pub(crate) fn mesh_of(builder: ClusterBuilder, ddl: &str, tables: &[&str]) -> Cluster {
    let cluster = builder.start();
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(ddl);
        for table in tables {
            node.query("SELECT spock.repset_add_table('default', $1::text::regclass)", &[table]);
        }
    }
    cluster.mesh();
    cluster
}

/// Lets the nodes write without hearing of each other, and joins them again.
pub(crate) fn apart(cluster: &Cluster, writes: impl FnOnce()) {
    cluster.drain();
    for node in cluster.nodes() {
        node.sql("SELECT spock.sub_disable(sub_name, true) FROM spock.subscription");
    }
    writes();
    for node in cluster.nodes() {
        node.sql("SELECT spock.sub_enable(sub_name) FROM spock.subscription");
    }
    cluster.drain();
}

/// Runs statements that must fail on the first node, and gives the error.
#[track_caller]
pub(crate) fn refused(cluster: &Cluster, sql: &str) -> DbError {
    let error = cluster.node(0).sql_error(sql);
    cluster.allow_log(error.message());
    error
}
