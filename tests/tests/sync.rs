//! Initial copies and copies of single tables.

use spock_tests::{Cluster, Node, wait_for};

/// Makes two nodes of Spock: `n1` provides, `n2` subscribes.
fn make_nodes(cluster: &Cluster) -> (Node<'_>, Node<'_>) {
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for (name, node) in [("n1", &n1), ("n2", &n2)] {
        node.sql(&format!("SELECT spock.node_create('{name}', '{}')", node.dsn()));
    }
    (n1, n2)
}

fn subscribe(provider: &Node<'_>, subscriber: &Node<'_>, arguments: &str) {
    subscriber.sql(&format!("SELECT spock.sub_create('sub', '{}', {arguments})", provider.dsn()));
}

const FULL: &str = "synchronize_structure := true, synchronize_data := true";

fn status(node: &Node<'_>) -> String {
    node.table(
        "SELECT sync_kind, sync_nspname, sync_relname, sync_status, sync_rows, sync_reason
           FROM spock.local_sync_status ORDER BY 2 NULLS FIRST, 3",
    )
}

fn wait_ready(node: &Node<'_>) {
    wait_for("the copy", || {
        let failed =
            node.table("SELECT sync_reason FROM spock.local_sync_status WHERE sync_status = 'f'");
        assert!(failed.trim().is_empty(), "{failed}");
        node.value::<bool>(
            "SELECT count(*) > 0 AND bool_and(sync_status = 'r') FROM spock.local_sync_status",
        )
    });
}

#[test]
fn structure_and_data_are_copied_and_the_stream_goes_on() {
    let cluster = Cluster::start(2);
    let (n1, n2) = make_nodes(&cluster);
    n1.sql(
        "CREATE SCHEMA \"Odd Schema\";
         CREATE TYPE mood AS ENUM ('sad', 'ok');
         CREATE DOMAIN positive AS int CHECK (VALUE > 0);
         CREATE TYPE pair AS (a int, b text);
         CREATE FUNCTION double(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2';
         CREATE TABLE plain (id int PRIMARY KEY, v text, at timestamptz DEFAULT now());
         CREATE TABLE \"Odd Schema\".\"Odd Table\" (\"Id\" bigint PRIMARY KEY, \"a b\" mood[], p positive,
             c pair, twice int GENERATED ALWAYS AS (p * 2) STORED);
         CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES plain, CHECK (double(id) > 0));
         CREATE INDEX by_v ON plain (v) WHERE v IS NOT NULL;
         CREATE VIEW plain_view AS SELECT id FROM plain;
         CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM plain;
         CREATE SEQUENCE seq;
         CREATE TABLE keyless (v int);
         INSERT INTO plain SELECT i, 'v' || i FROM generate_series(1, 5000) i;
         INSERT INTO child SELECT i, i FROM generate_series(1, 100) i;
         INSERT INTO \"Odd Schema\".\"Odd Table\" VALUES (1, '{ok,sad}', 3, (7, 'x')), (2, NULL, NULL, NULL);
         INSERT INTO keyless SELECT 1 FROM generate_series(1, 10);
         COMMENT ON TABLE plain IS 'a comment';
         SELECT spock.repset_add_all_tables('default', '{public,Odd Schema}');
         SELECT spock.repset_add_table('default_insert_only', 'keyless');",
    );
    subscribe(&n1, &n2, FULL);
    wait_ready(&n2);
    for query in [
        "SELECT md5(string_agg(p::text, ',' ORDER BY id)) FROM plain p",
        "SELECT md5(string_agg(t::text, ',' ORDER BY \"Id\")) FROM \"Odd Schema\".\"Odd Table\" t",
        "SELECT count(*), sum(parent) FROM child",
        "SELECT count(*), sum(v) FROM keyless",
        "SELECT relname, relkind FROM pg_class WHERE relnamespace IN
            ('public'::regnamespace, '\"Odd Schema\"'::regnamespace) ORDER BY 1",
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
          WHERE connamespace = 'public'::regnamespace ORDER BY 1",
        "SELECT obj_description('plain'::regclass)",
    ] {
        assert_eq!(n1.table(query), n2.table(query), "{query}");
    }
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM plain"), 5000);
    println!("{}", status(&n2));
    // Copied rows have a version, and it is older than any.
    let old = "SELECT count(*) FROM plain WHERE pg_xact_commit_timestamp(xmin) = 'epoch'";
    assert_eq!(n2.value::<i64>(old), 5000);

    n1.sql(
        "INSERT INTO plain VALUES (5001, 'later'); UPDATE plain SET v = 'changed' WHERE id = 1;
         DELETE FROM child WHERE id = 1; INSERT INTO keyless VALUES (2);",
    );
    wait_for("the stream", || {
        n2.table(
            "SELECT (SELECT count(*) FROM plain), (SELECT v FROM plain WHERE id = 1),
                  (SELECT count(*) FROM child), (SELECT sum(v) FROM keyless)",
        )
        .trim()
            == "5001|changed|99|12"
    });
}
