//! One node that gathers from several, and several that take from one.

use spock_tests::Cluster;

/// The collector takes of each source the rows that are the source's own; a leaf takes some of what the
/// collector has, and nothing flows back.
///
/// Seen to fail with a source's filter left out.
#[test]
fn b60_a_collector_takes_some_rows_of_each() {
    let cluster = Cluster::start(4);
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE sale (site text, id int, total int, PRIMARY KEY (site, id));
             SELECT spock.repset_create('collected')",
        );
    }
    let (collector, sources, leaf) = (0, [1, 2], 3);
    for source in sources {
        let node = cluster.node(source);
        node.sql(&format!(
            "INSERT INTO sale SELECT site, i, i FROM generate_series(1, 20) i, unnest('{{{0},elsewhere}}'::text[]) site;
             SELECT spock.repset_add_table('collected', 'sale', row_filter := $$site = '{0}'$$)",
            node.name()
        ));
        cluster.subscribe_with(
            source,
            collector,
            "replication_sets := '{collected}', synchronize_data := true",
        );
        let wait = format!("SELECT spock.sub_wait_for_sync('sub_{}_n1')", node.name());
        cluster.node(collector).sql(&wait);
    }
    cluster
        .node(collector)
        .sql("SELECT spock.repset_add_table('collected', 'sale', row_filter := 'id <= 10')");
    cluster.subscribe_with(
        collector,
        leaf,
        "replication_sets := '{collected}', synchronize_data := true, forward_origins := '{all}'",
    );
    cluster.node(leaf).sql("SELECT spock.sub_wait_for_sync('sub_n1_n4')");
    for source in sources {
        let node = cluster.node(source);
        node.sql(
            "UPDATE sale SET total = total + 1000 WHERE id % 2 = 0; DELETE FROM sale WHERE id = 5;
             UPDATE sale SET site = 'elsewhere', id = 100 WHERE site <> 'elsewhere' AND id = 7",
        );
        cluster.catch_up(source, collector);
    }
    cluster.node(collector).sql("INSERT INTO sale VALUES ('n1', 1, 1), ('n1', 11, 1)");
    cluster.catch_up(collector, leaf);
    let sums = "SELECT site, count(*), sum(total) FROM sale GROUP BY site ORDER BY site";
    // Twenty rows but 5 and 7, and ten even ones of them with 1000 more.
    let of_source = format!("18|{}", 210 - 5 - 7 + 10 * 1000);
    assert_eq!(
        cluster.node(collector).table(sums),
        format!("n1|2|2\nn2|{of_source}\nn3|{of_source}")
    );
    let of_leaf = format!("8|{}", 55 - 5 - 7 + 5 * 1000);
    assert_eq!(cluster.node(leaf).table(sums), format!("n1|1|1\nn2|{of_leaf}\nn3|{of_leaf}"));
    for source in sources {
        assert_eq!(
            cluster.node(source).table("SELECT count(DISTINCT site), count(*) FROM sale"),
            "2|38"
        );
    }
}
