//! `spock.delta_apply(rel, att_name, to_drop)`: what it does, and what it refuses.

use spock_tests::Cluster;

use crate::refused;

const TABLE: &str = "CREATE TABLE t (
        id int PRIMARY KEY, n int NOT NULL DEFAULT 0, m numeric(12,2) NOT NULL DEFAULT 0,
        maybe int, word text NOT NULL DEFAULT '', twice int GENERATED ALWAYS AS (n * 2) STORED NOT NULL)";

fn single() -> Cluster {
    let cluster = Cluster::start(1);
    cluster.create_nodes();
    cluster
}

const COLUMNS: &str =
    "SELECT nspname, relname, attname, type FROM spock.delta_columns ORDER BY 2, 3";
const IDENTITY: &str = "SELECT relreplident FROM pg_class WHERE relname = 't'";

#[test]
fn x1_columns_are_declared_and_taken_back() {
    let cluster = single();
    let node = cluster.node(0);
    node.sql(TABLE);
    assert_eq!(node.table("SELECT spock.delta_apply('t', 'n')"), "t");
    assert_eq!(node.table("SELECT spock.delta_apply('t', 'm', false)"), "t");
    assert_eq!(node.table("SELECT spock.delta_apply('t', 'n')"), "t", "a second time");
    assert_eq!(node.table(COLUMNS), "public|t|m|numeric(12,2)\npublic|t|n|integer");
    assert_eq!(node.table(IDENTITY), "f");
    // The declaration follows the column.
    node.sql("ALTER TABLE t RENAME n TO \"N n\"; ALTER TABLE t RENAME TO \"T t\"");
    assert_eq!(node.table(COLUMNS), "public|T t|N n|integer\npublic|T t|m|numeric(12,2)");
    node.sql("ALTER TABLE \"T t\" RENAME TO t; ALTER TABLE t RENAME \"N n\" TO n");
    assert_eq!(node.table("SELECT spock.delta_apply('t', 'n', true)"), "t");
    assert_eq!(node.table(IDENTITY), "f", "another delta column is left");
    assert_eq!(node.table("SELECT spock.delta_apply('t', 'n', true)"), "f", "there was none");
    node.sql("ALTER TABLE t DROP COLUMN m");
    assert_eq!(node.table(COLUMNS), "", "it goes with its column");
    node.sql("SELECT spock.delta_apply('t', 'n')");
    node.sql("SELECT spock.delta_apply('t', 'n', true)");
    assert_eq!(node.table(IDENTITY), "d");
    assert_eq!(node.table("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"), "0");
}

#[test]
fn x1_columns_that_cannot_be_added_to_are_refused() {
    let cluster = single();
    let node = cluster.node(0);
    node.sql(TABLE);
    node.sql(
        "CREATE TABLE keyless (n int NOT NULL); CREATE VIEW v AS SELECT * FROM t;
         CREATE UNLOGGED TABLE unlogged (id int PRIMARY KEY, n int NOT NULL)",
    );
    // Null cannot be added to; the caller is told, and nothing happens.
    assert_eq!(node.table("SELECT spock.delta_apply('t', 'maybe')"), "f");
    for (call, message) in [
        ("'t', 'word'", "column word of table public.t cannot be a delta column: its type is text"),
        (
            "'t', 'id'",
            "column id of table public.t cannot be a delta column: it is part of the primary key",
        ),
        (
            "'t', 'twice'",
            "column twice of table public.t cannot be a delta column: it is generated",
        ),
        ("'t', 'nothing'", "has no column \"nothing\""),
        ("'keyless', 'n'", "table \"keyless\" has no primary key"),
        ("'unlogged', 'n'", "table \"unlogged\" cannot be replicated"),
        ("'v', 'n'", "\"v\" is not a table"),
        ("'spock.sequence_state', 'cache_size'", "cannot be replicated"),
    ] {
        let error = refused(&cluster, &format!("SELECT spock.delta_apply({call})"));
        assert!(error.message().contains(message), "{call}: {}", error.message());
    }
    assert_eq!(node.table(COLUMNS), "");
    assert_eq!(node.table(IDENTITY), "d");
    // Labels by hand obey the same rules.
    for (statement, message) in [
        ("ON COLUMN t.n IS 'x'", "spock has no security label \"x\""),
        ("ON TABLE t IS 'spock.delta_apply'", "for columns of tables only"),
        ("ON COLUMN t.n IS 'spock.delta_apply'", "needs REPLICA IDENTITY FULL"),
        (
            "ON COLUMN t.maybe IS 'spock.delta_apply'",
            "column maybe of table public.t is not NOT NULL",
        ),
        ("ON COLUMN v.n IS 'spock.delta_apply'", "public.v is not a table"),
    ] {
        let error = refused(&cluster, &format!("SECURITY LABEL FOR spock {statement}"));
        assert!(error.message().contains(message), "{statement}: {}", error.message());
    }
}

#[test]
fn x1_what_a_delta_column_rests_on_stays() {
    let cluster = single();
    let node = cluster.node(0);
    node.sql(TABLE);
    node.sql("SELECT spock.delta_apply('t', 'n')");
    for (change, message) in [
        ("ALTER n DROP NOT NULL", "column n of table public.t is not NOT NULL"),
        ("ALTER n TYPE text", "its type is text"),
        (
            "REPLICA IDENTITY DEFAULT",
            "table public.t has delta columns and needs REPLICA IDENTITY FULL",
        ),
        ("REPLICA IDENTITY NOTHING", "needs REPLICA IDENTITY FULL"),
    ] {
        node.sql("ALTER TABLE t DROP COLUMN IF EXISTS twice");
        let error = refused(&cluster, &format!("ALTER TABLE t {change}"));
        assert!(error.message().contains(message), "{change}: {}", error.message());
    }
    node.sql("ALTER TABLE t ALTER n TYPE bigint, REPLICA IDENTITY FULL, ALTER maybe TYPE bigint");
    assert_eq!(node.table(COLUMNS), "public|t|n|bigint");
    // Errors of the statement itself keep every field.
    let error = refused(&cluster, "ALTER TABLE t ALTER nothing TYPE text");
    assert_eq!(error.code().code(), "42703");
    let error = refused(&cluster, "ALTER TABLE t ALTER n TYPE bigint USING nonsense");
    assert!(error.position().is_some(), "the cursor position is lost");
}

#[test]
fn x1_all_partitions_are_declared() {
    let cluster = single();
    let node = cluster.node(0);
    node.sql(
        "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL) PARTITION BY RANGE (id);
         CREATE TABLE low PARTITION OF t FOR VALUES FROM (0) TO (10);
         CREATE TABLE high PARTITION OF t FOR VALUES FROM (10) TO (20);
         SELECT spock.delta_apply('t', 'n')",
    );
    assert_eq!(node.table("SELECT relname FROM spock.delta_columns ORDER BY 1"), "high\nlow\nt");
    node.sql("SELECT spock.delta_apply('t', 'n', true)");
    assert_eq!(node.table(COLUMNS), "");
    assert_eq!(
        node.table(
            "SELECT DISTINCT relreplident FROM pg_class WHERE relname IN ('t', 'low', 'high')"
        ),
        "d"
    );
}

#[test]
fn x1_owners_declare_by_alter_table_and_only_superusers_by_function() {
    let cluster = single();
    let node = cluster.node(0);
    node.sql(
        "CREATE ROLE owner; CREATE ROLE other; GRANT USAGE ON SCHEMA spock TO owner, other;
         CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL); ALTER TABLE t OWNER TO owner;
         GRANT ALL ON t TO other",
    );
    let error = refused(&cluster, "SET ROLE owner; SELECT spock.delta_apply('t', 'n')");
    assert_eq!(error.code().code(), "42501");
    let alter = "ALTER TABLE t ALTER n SET (log_old_value=true)";
    let error = refused(&cluster, &format!("RESET ROLE; SET ROLE other; {alter}"));
    assert_eq!(error.code().code(), "42501");
    node.sql(&format!("RESET ROLE; SET ROLE owner; {alter}; RESET ROLE"));
    assert_eq!(node.table(COLUMNS), "public|t|n|integer");
}

/// The functions of each type, as scripts call them: old, new, local.
#[test]
fn x1_delta_apply_adds_the_difference() {
    let cluster = single();
    let node = cluster.node(0);
    for (kind, sum) in [
        ("int2", "13"),
        ("int4", "13"),
        ("int8", "13"),
        ("float4", "13"),
        ("float8", "13"),
        ("numeric", "13"),
        ("money", "$13.00"),
    ] {
        let call = |local: &str| {
            format!("SELECT spock.delta_apply(7::text::{kind}, 10::text::{kind}, {local})")
        };
        assert_eq!(node.table(&call(&format!("10::text::{kind}"))), sum, "{kind}");
        assert_ne!(node.table(&call(&format!("NULL::{kind}"))), "∅", "{kind}");
    }
    // Only the result has to fit.
    assert_eq!(
        node.table("SELECT spock.delta_apply(-2000000000, 2000000000, -2000000000)"),
        "2000000000"
    );
    let error = refused(&cluster, "SELECT spock.delta_apply(0::int2, 1::int2, 32767::int2)");
    assert_eq!(error.code().code(), "22003");
}
