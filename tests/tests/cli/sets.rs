//! What `cluster init` puts into replication sets.

use std::fs::OpenOptions;
use std::io::Write as _;

use spock_tests::{Cluster, Node};

use super::run::{Run, bare, define, on};

const INIT: [&str; 4] = ["cluster", "init", "--add-all-tables", "public"];

fn sequences(node: &Node<'_>) -> String {
    node.table(
        "SELECT nspname, relname, set_name FROM spock.sequences \
         WHERE set_name IS NOT NULL ORDER BY 1, 2, 3",
    )
}

fn tables(node: &Node<'_>) -> String {
    node.table(
        "SELECT nspname, relname, set_name FROM spock.tables \
         WHERE set_name IS NOT NULL ORDER BY 1, 2, 3",
    )
}

/// Seen to fail with tables alone, and with the snowflake sequence added, too.
#[test]
fn init_adds_sequences_with_the_tables() {
    let cluster = bare(2);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql(
        "CREATE TABLE orders (id serial PRIMARY KEY, line int GENERATED ALWAYS AS IDENTITY);
         CREATE UNLOGGED TABLE scratch (id serial PRIMARY KEY);
         CREATE SEQUENCE invoice;
         CREATE SCHEMA other; CREATE SEQUENCE other.apart",
    );
    on(&cluster, &INIT).ends(0);
    let all =
        "public|invoice|default\npublic|orders_id_seq|default\npublic|orders_line_seq|default";
    assert_eq!(sequences(&n1), all);
    assert_eq!(sequences(&n2), all);
    on(&cluster, &INIT).ends(0).says("0 steps done");

    // Who takes over goes on behind.
    let taken: i64 = n1.value("SELECT max(nextval('invoice')) FROM generate_series(1, 500)");
    cluster.wait_for("the sequence to be ahead", || {
        n2.value::<i64>("SELECT last_value FROM invoice") > taken
    });

    // Values that no two nodes have in common need no set.
    n1.sql(
        "CREATE SEQUENCE flakes; CREATE SEQUENCE plain;
         CREATE TABLE flaky (id bigint PRIMARY KEY DEFAULT snowflake.nextval('flakes'))",
    );
    on(&cluster, &INIT).ends(0).says("1 steps done");
    assert_eq!(sequences(&n1), format!("{all}\npublic|plain|default"));
}

/// A definition with these tables behind its nodes.
fn defined(cluster: &Cluster, more: &str) {
    define(cluster, "");
    let file = cluster.dir().join("cluster.toml");
    let mut file = OpenOptions::new().append(true).open(file).expect("the definition");
    file.write_all(more.as_bytes()).expect("the definition");
}

/// Seen to fail with sets that are read and not acted on.
#[test]
fn init_makes_the_sets_of_the_definition() {
    let cluster = bare(2);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql(
        "CREATE SCHEMA audit;
         CREATE TABLE audit.log (id int PRIMARY KEY, v text);
         CREATE TABLE audit.\"Old.log\" (v text);
         CREATE TABLE orders (id int PRIMARY KEY, total int, note text DEFAULT 'none');
         CREATE TABLE account (id int PRIMARY KEY);
         CREATE SEQUENCE audit.numbers; CREATE SEQUENCE orders_id_seq; CREATE SEQUENCE free;
         INSERT INTO orders VALUES (1, 5, 'here'), (2, -5, 'here')",
    );
    let sets = "
[defaults.subscription]
replication_sets = ['default', 'audit_only']
[[repset]]
name = 'audit_only'
replicate = ['insert']
tables = ['audit.*', { name = 'public.orders', columns = ['id', 'total'], row_filter = 'total > 0' }]
sequences = ['audit.*', 'public.orders_id_seq']
[[repset]]
name = 'default'
sequences = ['public.orders_id_seq']
";
    defined(&cluster, &sets.replace("public.orders_id_seq", "public.order_seq"));
    let refused = |run: Run| {
        assert_ne!(run.code, 0);
        run.says(
            "replication set \"audit_only\" names what does not exist: sequence public.order_seq",
        )
    };
    refused(on(&cluster, &INIT));
    assert_eq!(tables(&n1), "");

    defined(&cluster, sets);
    let plan = on(&cluster, &[&INIT[..], &["--dry-run"]].concat()).ends(0);
    assert!(plan.stdout.contains("define replication set audit_only"), "{plan:#?}");
    on(&cluster, &INIT).ends(0);
    for node in [&n1, &n2] {
        assert_eq!(
            tables(node),
            "audit|Old.log|audit_only\naudit|log|audit_only\npublic|account|default\n\
             public|orders|audit_only"
        );
        // The last one was named in both, and `free` in none.
        assert_eq!(
            sequences(node),
            "audit|numbers|audit_only\npublic|free|default\npublic|orders_id_seq|audit_only\n\
             public|orders_id_seq|default"
        );
        assert_eq!(
            node.table(
                "SELECT replicate_insert, replicate_update, replicate_delete, replicate_truncate \
                 FROM spock.replication_set s JOIN spock.local_node l ON l.node_id = s.set_nodeid \
                 WHERE set_name = 'audit_only'"
            ),
            "t|f|f|f"
        );
    }
    on(&cluster, &INIT).ends(0).says("0 steps done");

    // Copy and stream go by the rule of the table.
    n1.sql(
        "INSERT INTO orders VALUES (3, 7, 'here'), (4, -7, 'here'); UPDATE orders SET total = 9;
         INSERT INTO audit.log VALUES (1, 'x')",
    );
    n2.sql("INSERT INTO audit.log VALUES (2, 'y'); INSERT INTO orders VALUES (5, 1, 'there')");
    cluster.drain();
    assert_eq!(n2.table("SELECT * FROM orders ORDER BY id"), "1|5|none\n3|7|none\n5|1|there");
    assert_eq!(n1.table("SELECT id, note FROM orders WHERE id = 5"), "5|none");
    cluster.assert_equal("SELECT * FROM audit.log ORDER BY id");
}
