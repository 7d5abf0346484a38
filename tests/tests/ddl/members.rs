//! Tables that join replication sets as they are made and altered (`spock.include_ddl_repset`).

use spock_tests::Node;

use crate::local::Session;
use crate::trio::Trio;

pub(crate) fn sets_of(node: &Node<'_>, table: &str) -> String {
    node.table(&format!(
        "SELECT coalesce(string_agg(set_name, ',' ORDER BY set_name), '-') FROM spock.tables \
         WHERE relname = '{table}'"
    ))
}

/// New tables join sets on every node, and what administrators did with a table stays.
#[test]
fn b31_tables_join_sets_and_stay_where_they_were_put() {
    let trio = Trio::automatic();
    let n1 = trio.node(0);
    let mut session = Session::to(&n1);
    let mut said = |statement: &str| {
        let mut lines = session.run(statement);
        lines.retain(|line| !line.starts_with("INFO"));
        lines
    };
    let on_all = |table: &str, sets: &str| {
        trio.spread(0);
        for node in trio.nodes() {
            assert_eq!(sets_of(&node, table), sets, "{table} at {}", node.name());
        }
    };
    said("CREATE TABLE keyed (id int PRIMARY KEY); CREATE TABLE keyless (id int);
          CREATE UNLOGGED TABLE unlogged (id int PRIMARY KEY); CREATE TABLE copied AS SELECT 1 AS id");
    on_all("keyed", "default");
    on_all("keyless", "default_insert_only");
    on_all("unlogged", "-");
    on_all("copied", "default_insert_only");
    // A key comes and goes.
    assert!(said("ALTER TABLE keyless ADD PRIMARY KEY (id)").is_empty());
    on_all("keyless", "default");
    let losing = "has no replica identity while in a replication set that replicates UPDATE/DELETE; \
                  moving to \"default_insert_only\"";
    assert_eq!(
        said("ALTER TABLE keyless DROP CONSTRAINT keyless_pkey"),
        [format!("WARNING: table \"keyless\" {losing}")]
    );
    on_all("keyless", "default_insert_only");
    said("CREATE UNIQUE INDEX CONCURRENTLY by_id ON keyless (id); ");
    said(
        "ALTER TABLE keyless ALTER id SET NOT NULL; ALTER TABLE keyless REPLICA IDENTITY USING INDEX by_id",
    );
    on_all("keyless", "default");
    assert_eq!(said("DROP INDEX by_id"), [format!("WARNING: table \"keyless\" {losing}")]);
    on_all("keyless", "default_insert_only");
    // What is in no set, or in others, stays so.
    n1.sql("SELECT spock.repset_remove_table('default', 'keyed')");
    assert!(said("ALTER TABLE keyed ADD a int; ALTER TABLE keyed ADD UNIQUE (a)").is_empty());
    trio.spread(0);
    assert_eq!([sets_of(&n1, "keyed"), sets_of(&trio.node(1), "keyed")], ["-", "default"]);
    n1.sql(
        "SELECT spock.repset_create('own', replicate_update := false, replicate_delete := false);
            SELECT spock.repset_remove_table('default_insert_only', 'copied');
            SELECT spock.repset_add_table('own', 'copied')",
    );
    assert_eq!(
        said("ALTER TABLE copied ADD PRIMARY KEY (id)"),
        [
            "NOTICE: table \"copied\" gained a primary key while in a custom replication set; leaving membership unchanged"
        ]
    );
    assert_eq!(sets_of(&n1, "copied"), "own");
    // A table goes with its membership.
    assert_eq!(
        said("DROP TABLE copied"),
        ["NOTICE: drop cascades to table public.copied membership in replication set own"]
    );
    trio.spread(0);
    trio.assert_same_dumps("members");
    assert_eq!(trio.exceptions(), "");
}

/// Partitions are where their table is, in the same way.
#[test]
fn b31_partitions_follow_their_table() {
    let trio = Trio::automatic();
    let n1 = trio.node(0);
    n1.sql(
        "CREATE TABLE p (id int, area text, PRIMARY KEY (id, area)) PARTITION BY LIST (area);
            CREATE TABLE p_a PARTITION OF p FOR VALUES IN ('a')",
    );
    trio.spread(0);
    for node in trio.nodes() {
        assert_eq!([sets_of(&node, "p"), sets_of(&node, "p_a")], ["default", "default"]);
    }
    n1.sql("SELECT spock.repset_create('own');
            SELECT spock.repset_remove_table('default', 'p');
            SELECT spock.repset_add_table('own', 'p', columns := '{id,area}', row_filter := 'id > 10')");
    n1.sql(
        "CREATE TABLE p_b (area text, gone int, id int, PRIMARY KEY (id, area));
            ALTER TABLE p_b DROP gone;
            SELECT spock.repset_remove_table('default', 'p_b');
            ALTER TABLE p ATTACH PARTITION p_b FOR VALUES IN ('b');
            CREATE TABLE p_c PARTITION OF p FOR VALUES IN ('c') PARTITION BY RANGE (id);
            CREATE TABLE p_c1 PARTITION OF p_c FOR VALUES FROM (0) TO (99)",
    );
    for partition in ["p_b", "p_c", "p_c1"] {
        assert_eq!(sets_of(&n1, partition), "own", "{partition}");
        assert_eq!(
            n1.table(&format!(
                "SELECT array_agg(c ORDER BY c)
                   FROM unnest((spock.repset_show_table('{partition}', '{{own}}')).att_list) AS c"
            )),
            "{area,id}",
            "{partition}"
        );
        assert_eq!(
            n1.table(&format!("SELECT spock.repset_row_filter('{partition}', '{{own}}')")),
            "(id > 10)",
            "{partition}"
        );
    }
    assert_eq!(n1.table("ALTER TABLE p DETACH PARTITION p_b; SELECT 1"), "1");
    assert_eq!(sets_of(&n1, "p_b"), "own");
    trio.spread(0);
    trio.assert_same_dumps("partitions");
    // On the others they are in the set of their table.
    assert_eq!(sets_of(&trio.node(2), "p_c1"), "default");
    assert_eq!(trio.exceptions(), "");
}
