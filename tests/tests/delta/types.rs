//! Each type of delta column, as the fastest form and as text.

use spock_tests::Cluster;

use crate::apart;

const TYPES: [&str; 7] = ["int2", "int4", "int8", "float4", "float8", "numeric(12,3)", "money"];

/// Both nodes add to the same rows apart; `n2` gets text. The defect that this saw: a sum that is taken
/// from the new value instead of the local one.
///
/// Seen to fail with new values written over delta columns.
#[test]
fn x1_all_seven_types_are_added_up() {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    for node in cluster.nodes() {
        for (number, kind) in TYPES.iter().enumerate() {
            node.sql(&format!(
                "CREATE TABLE t{number} (id int PRIMARY KEY, n {kind} NOT NULL, v text);
                 SELECT spock.delta_apply('t{number}', 'n');
                 SELECT spock.repset_add_table('default', 't{number}')"
            ));
        }
    }
    cluster.subscribe(0, 1);
    cluster.subscribe_with(1, 0, "force_text_transfer := true");
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for (number, kind) in TYPES.iter().enumerate() {
        n1.sql(&format!(
            "INSERT INTO t{number} SELECT i, '100'::{kind}, 'both' FROM generate_series(1, 4) i"
        ));
    }
    apart(&cluster, || {
        for (number, kind) in TYPES.iter().enumerate() {
            let add = |n: i32, id: i32, v: &str| {
                format!("UPDATE t{number} SET n = n + '{n}'::{kind}, v = '{v}' WHERE id = {id}")
            };
            n1.sql(&add(7, 1, "n1"));
            n2.sql(&add(-20, 1, "n2"));
            n2.sql(&add(5, 2, "n2"));
            n1.sql(&add(-1, 2, "n1"));
            // Twice in one transaction, the second time back.
            n1.sql(&format!("BEGIN; {}; {}; COMMIT", add(50, 3, "n1"), add(-50, 3, "n1")));
            n2.sql(&add(3, 3, "n2"));
            // Only the other column on one side.
            n2.sql(&add(11, 4, "n2"));
            n1.sql(&format!("UPDATE t{number} SET v = 'n1' WHERE id = 4"));
        }
    });
    for (number, kind) in TYPES.iter().enumerate() {
        let rows = format!("SELECT id, n::numeric::float8, v FROM t{number} ORDER BY id");
        let rows = if *kind == "money" { rows } else { rows.replace("::numeric", "") };
        for node in cluster.nodes() {
            assert_eq!(
                node.table(&rows),
                "1|87|n2\n2|104|n1\n3|103|n2\n4|111|n1",
                "{kind} on {}",
                node.name()
            );
        }
    }
}

/// A sum that does not fit is an error, not a wrapped number.
///
/// Seen to fail with a sum that does not fit taken for zero.
#[test]
fn x1_sums_out_of_range_stop_the_subscription() {
    let cluster = crate::mesh(
        2,
        "CREATE TABLE t (id int PRIMARY KEY, n int2 NOT NULL); SELECT spock.delta_apply('t', 'n')",
        &["t"],
    );
    cluster.allow_log("sum in a delta column is out of the range of smallint");
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql("INSERT INTO t VALUES (1, 32000)");
    cluster.drain();
    n2.sql("SELECT spock.sub_disable('sub_n1_n2', true)");
    n1.sql("SELECT spock.sub_disable('sub_n2_n1', true)");
    n1.sql("UPDATE t SET n = n + 500");
    n2.sql("UPDATE t SET n = n + 500");
    n2.sql("SELECT spock.sub_enable('sub_n1_n2')");
    cluster.wait_for("the error", || {
        n2.log().contains("sum in a delta column is out of the range of smallint")
    });
    assert_eq!(n2.table("SELECT n FROM t"), "32500");
}
