//! Statements that write all rows of a table anew: refused where others may write meanwhile, unless the DDL
//! lock sees to it.

use crate::trio::Trio;

const TABLES: &str = "CREATE TABLE t (id int PRIMARY KEY, v int, w varchar(10));
     INSERT INTO t SELECT g, g, 'w' FROM generate_series(1, 10) g;
     CREATE TABLE p (id int PRIMARY KEY, v int) PARTITION BY RANGE (id);
     CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100);
     CREATE TABLE parent (id int PRIMARY KEY, v int);
     CREATE TABLE child () INHERITS (parent)";

/// A statement that rewrites, and the table that the error names.
const REWRITES: &[(&str, &str)] = &[
    ("ALTER TABLE t ALTER v TYPE bigint", "public.t"),
    ("ALTER TABLE t ALTER w TYPE varchar(5)", "public.t"),
    ("ALTER TABLE t ADD at timestamptz DEFAULT clock_timestamp()", "public.t"),
    ("ALTER TABLE t ADD twice int GENERATED ALWAYS AS (v * 2) STORED", "public.t"),
    ("ALTER TABLE t ADD n int GENERATED ALWAYS AS IDENTITY", "public.t"),
    ("ALTER TABLE t SET UNLOGGED", "public.t"),
    ("ALTER TABLE p ALTER v TYPE text", "public.p1"),
    ("ALTER TABLE p1 SET UNLOGGED", "public.p1"),
    ("ALTER TABLE parent ALTER v TYPE bigint", "public.parent"),
    ("ALTER TABLE child SET UNLOGGED", "public.child"),
    ("BEGIN; SAVEPOINT s; ALTER TABLE t ALTER v TYPE bigint; COMMIT", "public.t"),
    ("SELECT spock.replicate_ddl('ALTER TABLE t ALTER v TYPE bigint')", "public.t"),
];

/// What writes no row of a table that others know.
const HARMLESS: &[&str] = &[
    "ALTER TABLE t ADD c int NOT NULL DEFAULT 7",
    "ALTER TABLE t ALTER w TYPE varchar(20)",
    "ALTER TABLE t ALTER w TYPE text",
    "ALTER TABLE p1 SET (fillfactor = 50)",
    "CLUSTER t USING t_pkey",
    "VACUUM FULL t",
    "CREATE MATERIALIZED VIEW m AS SELECT * FROM t",
    "REFRESH MATERIALIZED VIEW m",
    "DROP MATERIALIZED VIEW m",
    "BEGIN; CREATE TABLE fresh (id int PRIMARY KEY); ALTER TABLE fresh ALTER id TYPE bigint; COMMIT",
    "CREATE TEMP TABLE mine (id int); ALTER TABLE mine ALTER id TYPE bigint",
    "SET spock.include_ddl_repset = off; CREATE TABLE kept (id int PRIMARY KEY);
     RESET spock.include_ddl_repset; ALTER TABLE kept ALTER id TYPE bigint",
];

#[test]
fn d6_a_rewrite_without_the_ddl_lock_is_refused() {
    let trio = Trio::automatic();
    trio.allow_log("without the DDL lock");
    trio.allow_log("permission denied to set parameter");
    let n1 = trio.node(0);
    n1.sql(TABLES);
    trio.spread(0);
    let rows = "SELECT id, v, w, xmin FROM t ORDER BY id";
    let before = n1.table(rows);
    for (statement, table) in REWRITES {
        let error = n1.sql_error(statement);
        assert_eq!(error.code().code(), "55000", "{statement}: {error}");
        assert_eq!(
            error.message(),
            format!("cannot rewrite replicated table {table} without the DDL lock"),
            "{statement}"
        );
        assert_eq!(
            error.detail(),
            Some(
                format!(
                    "ALTER TABLE gives every row of table {table} a new version, on all nodes. What other \
                     nodes write meanwhile would be taken for older and lost on some of them."
                )
                .as_str()
            ),
            "{statement}"
        );
        assert_eq!(
            error.hint(),
            Some(
                "SET spock.ddl_lock = wait. Where nobody writes to the table on any node, a superuser may set \
                 spock.allow_unlocked_rewrite."
            ),
            "{statement}"
        );
        n1.sql("ROLLBACK");
    }
    assert_eq!(n1.table(rows), before);
    for statement in HARMLESS {
        n1.sql(statement);
    }
    trio.spread(0);
    trio.assert_same_dumps("what rewrites nothing that others know");
    // A role that may alter the table cannot switch the check off.
    n1.sql("CREATE ROLE owner; ALTER TABLE t OWNER TO owner; SET ROLE owner");
    let error = n1.sql_error("SET spock.allow_unlocked_rewrite = on");
    assert_eq!(error.code().code(), "42501");
    n1.sql("RESET ROLE");
    n1.sql(
        "SET spock.allow_unlocked_rewrite = on; ALTER TABLE t ALTER v TYPE bigint;
            RESET spock.allow_unlocked_rewrite",
    );
    n1.sql("SET spock.ddl_lock = wait");
    n1.sql("ALTER TABLE p ALTER v TYPE text");
    n1.sql("RESET spock.ddl_lock");
    trio.spread(0);
    trio.assert_same_dumps("rewrites that were allowed");
    trio.assert_equal("SELECT * FROM t ORDER BY id");
    assert_eq!(trio.exceptions(), "");
    // What is not replicated is each node's own.
    for node in trio.nodes() {
        node.sql(
            "BEGIN; SELECT spock.repair_mode(true); ALTER TABLE parent ALTER v TYPE bigint; COMMIT",
        );
    }
    trio.assert_same_dumps("a statement in repair mode, on each node");
}

/// A node that hears nobody is the only one that writes.
#[test]
fn d6_a_node_without_subscriptions_rewrites_freely() {
    let cluster = spock_tests::Cluster::builder()
        .nodes(2)
        .setting("spock.enable_ddl_replication", "on")
        .setting("spock.include_ddl_repset", "on")
        .start();
    cluster.create_nodes();
    cluster.subscribe(0, 1);
    cluster.allow_log("without the DDL lock");
    cluster.n1().sql("CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 1)");
    cluster.n1().sql("ALTER TABLE t ALTER v TYPE bigint; INSERT INTO t VALUES (2, 2)");
    cluster.catch_up(0, 1);
    cluster.assert_equal("SELECT id, v, pg_typeof(v) FROM t ORDER BY id");
    // The other one has what comes from here.
    let error = cluster.n2().sql_error("ALTER TABLE t ALTER v TYPE numeric");
    assert!(error.message().contains("without the DDL lock"), "{error}");
}
