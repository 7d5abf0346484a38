//! Replication sets: every function with its error cases.

use spock_tests::{Cluster, Node};

fn one_node() -> Cluster {
    let cluster = Cluster::start(1);
    cluster.create_nodes();
    cluster
}

fn members(node: &Node<'_>, set: &str) -> String {
    node.table(&format!(
        "SELECT nspname, relname FROM spock.tables WHERE set_name = '{set}' ORDER BY 1, 2"
    ))
}

#[test]
fn sets_are_created_altered_and_dropped() {
    let cluster = one_node();
    let n1 = cluster.node(0);
    let id: u32 = n1.value("SELECT spock.repset_create('s', true, false, true, false)");
    assert_eq!(
        n1.table(
            "SELECT set_id, replicate_insert, replicate_update, replicate_delete,
                         replicate_truncate FROM spock.replication_set WHERE set_name = 's'"
        ),
        format!("{id}|t|f|t|f")
    );
    cluster.refuses(
        &n1,
        "SELECT spock.repset_create('s')",
        "42710",
        "replication set s already exists",
    );
    cluster.refuses(
        &n1,
        "SELECT spock.repset_create('')",
        "22023",
        "replication set name cannot be empty",
    );
    // What is null stays.
    assert_eq!(n1.value::<u32>("SELECT spock.repset_alter('s', replicate_update := true)"), id);
    assert_eq!(
        n1.table(
            "SELECT replicate_insert, replicate_update, replicate_delete, replicate_truncate
                    FROM spock.replication_set WHERE set_name = 's'"
        ),
        "t|t|t|f"
    );
    cluster.refuses(
        &n1,
        "SELECT spock.repset_alter('nix')",
        "42704",
        "replication set nix not found",
    );
    cluster.refuses(&n1, "SELECT spock.repset_alter(NULL)", "22004", "set_name cannot be NULL");
    assert!(n1.value::<bool>("SELECT spock.repset_drop('s')"));
    cluster.refuses(&n1, "SELECT spock.repset_drop('s')", "42704", "replication set s not found");
    assert!(!n1.value::<bool>("SELECT spock.repset_drop('s', true)"));
}

#[test]
fn tables_are_added_and_removed() {
    let cluster = one_node();
    let n1 = cluster.node(0);
    n1.sql(
        r#"CREATE TABLE t (id int PRIMARY KEY, a text, b text,
                           g int GENERATED ALWAYS AS (id + 1) STORED);
           CREATE TABLE nokey (a int);
           CREATE TABLE byindex (a int NOT NULL, b int);
           CREATE UNIQUE INDEX byindex_a ON byindex (a);
           ALTER TABLE byindex REPLICA IDENTITY USING INDEX byindex_a;
           CREATE TABLE nothing (a int PRIMARY KEY);
           ALTER TABLE nothing REPLICA IDENTITY NOTHING;
           CREATE UNLOGGED TABLE unlogged (id int PRIMARY KEY);
           CREATE TABLE "Mixed ""Case" ("Id" int PRIMARY KEY);
           CREATE VIEW v AS SELECT 1 AS one"#,
    );
    for table in ["t", "byindex", r#""Mixed ""Case""#] {
        n1.query("SELECT spock.repset_add_table('default', $1::text::regclass)", &[&table]);
    }
    assert_eq!(members(&n1, "default"), "public|Mixed \"Case\npublic|byindex\npublic|t");
    let add = |arguments: &str| format!("SELECT spock.repset_add_table({arguments})");
    let cases = [
        ("NULL, 't'", "22004", "set_name cannot be NULL"),
        ("'default', NULL", "22004", "relation cannot be NULL"),
        ("'default', 't', NULL", "22004", "synchronize_data cannot be NULL"),
        ("'nix', 't'", "42704", "replication set nix not found"),
        ("'default', 't'", "42710", "table public.t is already in replication set default"),
        ("'default', 'v'", "42809", "\"v\" is not a table"),
        ("'default', 'unlogged'", "55000", "UNLOGGED and TEMP tables cannot be replicated"),
        ("'default', 'spock.node'", "55000", "relation spock.node cannot be added to any"),
        ("'default', 'pg_class'", "55000", "relation pg_catalog.pg_class cannot be added to any"),
        ("'default', 'nokey'", "55000", "table nokey cannot be added to replication set default"),
        ("'default', 'nothing'", "55000", "table nothing cannot be added to replication set"),
        ("'s', 't', columns := '{id,c}'", "42703", "table t does not have column c"),
        ("'s', 't', columns := '{a}'", "22023", "REPLICA IDENTITY columns must be replicated"),
        ("'s', 't', columns := '{id,g}'", "42P10", "column g cannot be declared as generated"),
        ("'s', 't', columns := '{id,NULL}'", "22004", "columns cannot contain NULL"),
        ("'s', 't', row_filter := 'id'", "42804", "cannot cast the row_filter to boolean"),
    ];
    n1.sql("SELECT spock.repset_create('s')");
    for (arguments, code, message) in cases {
        cluster.refuses(&n1, &add(arguments), code, message);
    }
    n1.sql("SELECT spock.repset_add_table('default_insert_only', 'nokey')");
    let error = cluster.refuses(
        &n1,
        "SELECT spock.repset_alter('default_insert_only', replicate_delete := true)",
        "55000",
        "replication set default_insert_only cannot be altered to replicate UPDATEs or DELETEs \
         because it contains tables without PRIMARY KEY",
    );
    assert_eq!(error.detail(), Some("One such table is public.nokey."));

    n1.sql("SELECT spock.repset_add_table('s', 't', columns := '{b,id}')");
    let show = |sets: &str| {
        n1.table(&format!(
            "SELECT nspname, relname, att_list, has_row_filter, relkind, relispartition
               FROM spock.repset_show_table('t', '{sets}')"
        ))
    };
    assert_eq!(show("{s}"), "public|t|{id,b}|f|r|f");
    // In no set that is asked for: everything there is, for whoever wants to know.
    assert_eq!(show("{ddl_sql}"), "public|t|{id,a,b}|f|r|f");
    assert!(n1.value::<bool>("SELECT spock.repset_remove_table('s', 't')"));
    cluster.refuses(
        &n1,
        "SELECT spock.repset_remove_table('s', 't')",
        "42704",
        "Table t not found in replication set s",
    );

    // A copy that was asked for is queued for the subscribers of the set.
    n1.sql("SELECT spock.repset_add_table('s', 't', true)");
    assert_eq!(
        n1.table("SELECT replication_sets, message_type, message::jsonb FROM spock.queue"),
        r#"{s}|A|{"table_name": "t", "schema_name": "public"}"#
    );
}

#[test]
fn all_tables_of_schemas_are_added_but_for_those_that_cannot_be() {
    let cluster = one_node();
    let n1 = cluster.node(0);
    n1.sql(
        "CREATE SCHEMA x; CREATE TABLE x.a (id int PRIMARY KEY); CREATE TABLE x.nokey (a int);
         CREATE TABLE b (id int PRIMARY KEY); CREATE UNLOGGED TABLE c (id int PRIMARY KEY)",
    );
    n1.sql("SELECT spock.repset_add_all_tables('default', '{x,public,spock}')");
    assert_eq!(members(&n1, "default"), "public|b\nx|a");
    // Again: what is in stays in.
    n1.sql("SELECT spock.repset_add_all_tables('default', '{x,public}')");
    cluster.refuses(
        &n1,
        "SELECT spock.repset_add_all_tables('default', '{nix}')",
        "3F000",
        "schema \"nix\" does not exist",
    );
    cluster.refuses(
        &n1,
        "SELECT spock.repset_add_all_tables('nix', '{x}')",
        "42704",
        "replication set nix not found",
    );
    assert_eq!(
        n1.table("SELECT nspname, relname, set_name FROM spock.tables ORDER BY 1, 2"),
        "public|b|default\nx|a|default\nx|nokey|∅"
    );
}

#[test]
fn partitions_follow_their_table() {
    let cluster = one_node();
    let n1 = cluster.node(0);
    n1.sql(
        "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
         CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
         CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);
         SELECT spock.repset_add_table('default', 'p')",
    );
    assert_eq!(members(&n1, "default"), "public|p\npublic|p1\npublic|p2");
    n1.sql("SELECT spock.repset_remove_table('default', 'p')");
    assert_eq!(members(&n1, "default"), "");
    n1.sql("SELECT spock.repset_add_table('default', 'p', include_partitions := false)");
    assert_eq!(members(&n1, "default"), "public|p");

    // One by one, or all, in every set that the table is in.
    n1.sql("SELECT spock.repset_create('s'); SELECT spock.repset_add_table('s', 'p')");
    let count = |call: &str| n1.value::<i32>(&format!("SELECT spock.{call}"));
    assert_eq!(count("repset_add_partition('p', 'p1', row_filter := 'id < 5')"), 1);
    assert_eq!(members(&n1, "default"), "public|p\npublic|p1");
    n1.sql("CREATE TABLE p3 PARTITION OF p FOR VALUES FROM (20) TO (30)");
    assert_eq!(count("repset_add_partition('p')"), 3);
    assert_eq!(members(&n1, "s"), members(&n1, "default"));
    assert_eq!(count("repset_add_partition('p')"), 0);
    assert_eq!(count("repset_remove_partition('p', 'p1')"), 2);
    assert_eq!(count("repset_remove_partition('p')"), 4);
    assert_eq!(members(&n1, "default"), "public|p");
    n1.sql("CREATE TABLE plain (id int PRIMARY KEY)");
    assert_eq!(count("repset_add_partition('plain')"), 0);
    cluster.refuses(
        &n1,
        "SELECT spock.repset_add_partition(NULL)",
        "22004",
        "parent table cannot be NULL",
    );
    cluster.refuses(
        &n1,
        "SELECT spock.repset_add_partition('p', 'plain')",
        "22023",
        "table public.plain is not a partition of table public.p",
    );

    // A copy is asked for of each partition: the parent has no rows of its own.
    n1.sql("DELETE FROM spock.queue; SELECT spock.repset_remove_table('s', 'p')");
    n1.sql("SELECT spock.repset_add_table('s', 'p', synchronize_data := true)");
    assert_eq!(
        n1.table("SELECT message ->> 'table_name' FROM spock.queue ORDER BY 1"),
        "p1\np2\np3"
    );
}
