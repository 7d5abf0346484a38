//! Deltas on keys that are inserted or deleted concurrently: told on every node. And versions: a change
//! that only adds leaves the rest of a newer row, and the row's version, alone.

use spock_tests::{Cluster, Node};

use crate::{apart, mesh, mesh_of};

const TABLE: &str = "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, v text, w text);
     SELECT spock.delta_apply('t', 'n')";

fn told(node: &Node<'_>, id: i32) -> bool {
    node.value::<i64>(&format!(
        "SELECT count(*) FROM spock.resolutions
          WHERE conflict_type = 'delta_base_differs' AND remote_tuple LIKE '({id},%'"
    )) > 0
}

fn assert_told_everywhere(cluster: &Cluster, id: i32) {
    for node in cluster.nodes() {
        assert!(
            told(&node, id),
            "{}: {}",
            node.name(),
            node.table("SELECT conflict_type, remote_tuple, local_tuple FROM spock.resolutions")
        );
    }
}

/// Seen to fail with different bases not told of.
#[test]
fn x1_concurrent_inserts_of_one_key_are_told_on_every_node() {
    let cluster = mesh(3, TABLE, &["t"]);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    apart(&cluster, || {
        n1.sql("INSERT INTO t VALUES (1, 100, 'n1')");
        n2.sql("INSERT INTO t VALUES (1, 50, 'n2')");
    });
    cluster.assert_equal("SELECT * FROM t");
    assert_eq!(n1.table("SELECT * FROM t"), "1|50|n2|∅");
    assert_told_everywhere(&cluster, 1);
}

/// Seen to fail with different bases not told of.
#[test]
fn x1_a_delete_beside_deltas_is_told_on_every_node() {
    let builder = Cluster::builder().nodes(3).setting("spock.retention_hold", "300s");
    let cluster = mesh_of(builder, TABLE, &["t"]);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql("INSERT INTO t VALUES (1, 100), (2, 100), (3, 100)");
    apart(&cluster, || {
        // The delete is newer.
        n2.sql("UPDATE t SET n = n + 10 WHERE id = 1");
        n1.sql("DELETE FROM t WHERE id = 1");
        // Nobody added: nothing to tell.
        n1.sql("DELETE FROM t WHERE id = 3");
    });
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
    assert_eq!(n1.table("SELECT id FROM t"), "2");
    assert_told_everywhere(&cluster, 1);
    for node in cluster.nodes() {
        assert!(!told(&node, 3), "{}", node.name());
    }
}

/// A row comes back by a newer change that adds to it: it starts from what it had when it was deleted, with
/// what only the deleting node had added.
///
/// Seen to fail with the values that the change was sent with (110).
#[test]
fn d2_a_row_that_comes_back_keeps_what_was_added_before() {
    let builder = Cluster::builder().nodes(3).setting("spock.retention_hold", "300s");
    let cluster = mesh_of(builder, TABLE, &["t"]);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql("INSERT INTO t VALUES (1, 100)");
    apart(&cluster, || {
        n1.sql("UPDATE t SET n = n + 5");
        n1.sql("DELETE FROM t");
        n2.sql("UPDATE t SET n = n + 10, v = 'n2'");
    });
    for node in cluster.nodes() {
        assert_eq!(node.table("SELECT id, n, v FROM t"), "1|115|n2", "{}", node.name());
    }
    assert_told_everywhere(&cluster, 1);
}

/// The version of the row: what a third change is compared with.
///
/// n1 writes v, n2 writes w later and adds; n1's row then holds n2's version. An older change of n3 must
/// lose everywhere, also where an even older one was added to the row in between.
///
/// Seen to fail with no overrides of versions.
#[test]
fn x1_a_row_keeps_its_version_when_an_older_change_adds_to_it() {
    let cluster = mesh(3, TABLE, &["t"]);
    let nodes = cluster.nodes();
    nodes[0].sql("INSERT INTO t VALUES (1, 0, 'start', 'start')");
    apart(&cluster, || {
        nodes[0].sql("UPDATE t SET n = n + 1, v = 'n1'");
        nodes[2].sql("UPDATE t SET n = n + 100, v = 'n3'");
        nodes[1].sql("UPDATE t SET n = n + 10, v = 'n2'");
    });
    for node in &nodes {
        assert_eq!(node.table("SELECT * FROM t"), "1|111|n2|start", "{}", node.name());
    }
    // The other way round, one after the other: n2 gets the oldest first, then the middle one.
    let (n1, n2, n3) = (&nodes[0], &nodes[1], &nodes[2]);
    cluster.drain();
    for node in &nodes {
        node.sql("SELECT spock.sub_disable(sub_name, true) FROM spock.subscription");
    }
    n1.sql("UPDATE t SET n = n + 1000, v = 'oldest'");
    n3.sql("UPDATE t SET n = n + 10000, v = 'middle'");
    n2.sql("UPDATE t SET n = n + 100000, v = 'newest'");
    n2.sql("SELECT spock.sub_enable('sub_n1_n2')");
    cluster.catch_up(0, 1);
    assert_eq!(n2.table("SELECT * FROM t"), "1|101111|newest|start");
    // Without the override n2's row would have the oldest version now, and lose to the middle one.
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM spock.version_override"), 1);
    n2.crash().unwrap();
    n2.start().unwrap();
    n2.sql("SELECT spock.sub_enable('sub_n3_n2')");
    cluster.catch_up(2, 1);
    assert_eq!(n2.table("SELECT * FROM t"), "1|111111|newest|start");
    for node in &nodes {
        node.sql("SELECT spock.sub_enable(sub_name) FROM spock.subscription WHERE NOT sub_enabled");
    }
    cluster.drain();
    for node in &nodes {
        assert_eq!(node.table("SELECT * FROM t"), "1|111111|newest|start", "{}", node.name());
    }
    // A user's write makes an ordinary version of it again.
    n2.sql("UPDATE t SET v = 'after'");
    cluster.drain();
    cluster.assert_equal("SELECT * FROM t");
    for node in cluster.nodes() {
        // What was lost stands in the resolutions; what was only added does not.
        assert_eq!(
            node.value::<i64>(
                "SELECT count(*) FROM spock.resolutions WHERE conflict_type = 'delta_base_differs'"
            ),
            0
        );
    }
    cluster.allow_log("terminating connection");
    cluster.allow_log("the database system is");
    cluster.allow_log("could not receive data from WAL stream");
    cluster.allow_log("server closed the connection unexpectedly");
    cluster.allow_log("connection to server");
    cluster.allow_log("could not connect");
}

/// Without a declaration at the provider there are no old values: told, and the new value stands.
///
/// Seen to fail with nothing said.
#[test]
fn x1_a_provider_without_the_declaration_is_told_of() {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL);
             SELECT spock.repset_add_table('default', 't')",
        );
    }
    cluster.node(1).sql("SELECT spock.delta_apply('t', 'n')");
    cluster.subscribe(0, 1);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql("INSERT INTO t VALUES (1, 1)");
    cluster.catch_up(0, 1);
    n1.sql("UPDATE t SET n = 5");
    cluster.catch_up(0, 1);
    assert_eq!(n2.table("SELECT n FROM t"), "5");
    assert!(n2.log().contains("provider sends no old values of the delta columns of public.t"));
    // Declared while the stream runs.
    n1.sql("SELECT spock.delta_apply('t', 'n')");
    n2.sql("UPDATE t SET n = n + 100");
    n1.sql("UPDATE t SET n = n + 1");
    cluster.catch_up(0, 1);
    assert_eq!(n2.table("SELECT n FROM t"), "106");
}

/// A transaction of which one change cannot be applied is applied change by change, in subtransactions: the
/// override is that of the last one that wrote the row.
///
/// Seen to fail with one override for each row and transaction.
#[test]
fn x1_overrides_hold_where_changes_are_applied_one_by_one() {
    let builder = Cluster::builder().nodes(2).setting("spock.exception_behaviour", "discard");
    let cluster = mesh_of(builder, TABLE, &["t"]);
    cluster.allow_log("violates check constraint");
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql("INSERT INTO t VALUES (1, 0)");
    cluster.drain();
    n2.sql("ALTER TABLE t ADD CHECK (v <> 'bad')");
    apart(&cluster, || {
        n1.sql(
            "BEGIN; UPDATE t SET n = n + 1 WHERE id = 1; INSERT INTO t VALUES (2, 0, 'bad');
             UPDATE t SET n = n + 10 WHERE id = 1; COMMIT",
        );
        n2.sql("UPDATE t SET n = n + 100, v = 'n2' WHERE id = 1");
    });
    for node in cluster.nodes() {
        assert_eq!(node.table("SELECT n, v FROM t WHERE id = 1"), "111|n2", "{}", node.name());
    }
    assert_eq!(
        n2.table("SELECT count(*) FROM spock.version_override o JOIN t ON o.row_xmin = t.xmin"),
        "1"
    );
}
