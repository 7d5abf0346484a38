//! p1: functions that make one row of two versions.

use spock_tests::Cluster;

/// Nodes with a table of carts whose items are merged.
fn carts(nodes: usize) -> Cluster {
    let cluster = Cluster::builder().nodes(nodes).setting("spock.save_resolutions", "on").start();
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE carts (id int PRIMARY KEY, items text[], note text);
             CREATE FUNCTION merge_carts(older carts, newer carts) RETURNS carts IMMUTABLE
             LANGUAGE plpgsql AS $$ BEGIN
                 newer.items := ARRAY(SELECT DISTINCT unnest(older.items || newer.items) ORDER BY 1);
                 RETURN newer;
             END $$;
             SELECT spock.repset_add_table('default', 'carts')",
        );
    }
    cluster.mesh();
    for node in cluster.nodes() {
        assert!(node.value::<bool>(
            "SELECT spock.set_conflict_resolver('carts', 'merge_carts(carts,carts)')"
        ));
    }
    cluster
}

fn switch(cluster: &Cluster, function: &str) {
    for node in cluster.nodes() {
        for row in node.rows("SELECT sub_name FROM spock.subscription") {
            let name = row[0].clone().unwrap();
            node.sql(&format!("SELECT spock.{function}('{name}', true)"));
        }
    }
}

/// p1: on all nodes, in whatever order versions arrive, the row is made of all of them.
///
/// Seen to fail with the two arguments given as (local, remote).
#[test]
fn p1_resolvers_merge_rows_on_all_nodes() {
    let cluster = carts(3);
    cluster.node(0).sql("INSERT INTO carts VALUES (1, '{a}', 'start'), (2, '{}', 'start')");
    cluster.drain();
    for round in 0..3 {
        switch(&cluster, "sub_disable");
        for n in [round % 3, (round + 1) % 3, (round + 2) % 3] {
            cluster.node(n).sql(&format!(
                "UPDATE carts SET items = items || 'n{n} {round}'::text, note = 'n{n} {round}' WHERE id = 1;
                 INSERT INTO carts VALUES (10 + {round}, '{{n{n}}}', 'n{n}')"
            ));
        }
        switch(&cluster, "sub_enable");
        cluster.drain();
        cluster.assert_equal("SELECT * FROM carts ORDER BY id");
        let newest = (round + 2) % 3;
        let of_node = |n: usize| (0..=round).map(move |r| format!("n{n} {r}"));
        let items: Vec<String> =
            std::iter::once("a".to_owned()).chain((0..3).flat_map(of_node)).collect();
        assert_eq!(
            cluster
                .node(0)
                .table("SELECT array_to_string(items, ','), note FROM carts WHERE id = 1"),
            format!("{}|n{newest} {round}", items.join(","))
        );
        assert_eq!(
            cluster
                .node(0)
                .table(&format!("SELECT items, note FROM carts WHERE id = 10 + {round}")),
            format!("{{n0,n1,n2}}|n{newest}")
        );
    }
    // A later update of one node is no conflict: it says what it says.
    cluster.node(1).sql("UPDATE carts SET items = '{}' WHERE id = 1");
    cluster.drain();
    cluster.assert_equal("SELECT * FROM carts ORDER BY id");
    // What was sent, and what became of it.
    let merged = "SELECT count(*) FROM spock.resolutions
                   WHERE result_row -> 'items' <> remote_row -> 'items' AND local_row IS NOT NULL";
    assert!(cluster.node(0).value::<i64>(merged) > 0);
    // Functions of one name that are not the same are noticed.
    let n3 = cluster.node(2);
    assert!(!n3.log().contains("decides conflicts in another way"), "{}", n3.log());
    n3.sql(
        "CREATE OR REPLACE FUNCTION merge_carts(older carts, newer carts) RETURNS carts IMMUTABLE
         LANGUAGE plpgsql AS $$ BEGIN RETURN newer; END $$",
    );
    switch(&cluster, "sub_disable");
    switch(&cluster, "sub_enable");
    cluster.wait_for("the difference to be told", || {
        n3.log().contains("decides conflicts in another way")
    });
}

/// p1: a function that does not fit is refused, and the check finds what breaks a function.
#[test]
fn p1_resolvers_are_checked() {
    let cluster = carts(1);
    let n1 = cluster.node(0);
    let check = |function: &str| {
        n1.table(&format!(
            "SELECT property, holds, counterexample IS NULL
               FROM spock.check_conflict_resolver('carts', '{function}(carts,carts)')"
        ))
    };
    cluster.refuses(
        &n1,
        "SELECT * FROM spock.check_conflict_resolver('carts', 'merge_carts(carts,carts)')",
        "55000",
        "table carts has no rows to try the function on",
    );
    n1.sql(
        "INSERT INTO carts SELECT i, ARRAY['i' || 100 + i, 'i' || 101 + i], 'note ' || i FROM generate_series(1, 20) i;
         CREATE FUNCTION glue(older carts, newer carts) RETURNS carts IMMUTABLE LANGUAGE plpgsql
         AS $$ BEGIN newer.note := older.note || newer.note; RETURN newer; END $$;
         CREATE FUNCTION mean(older carts, newer carts) RETURNS carts IMMUTABLE LANGUAGE plpgsql
         AS $$ BEGIN newer.note := md5(older.note || newer.note); RETURN newer; END $$;
         CREATE FUNCTION moody(older carts, newer carts) RETURNS carts LANGUAGE sql AS 'SELECT newer';
         CREATE FUNCTION other(older carts, newer text) RETURNS carts IMMUTABLE LANGUAGE sql AS 'SELECT older'",
    );
    assert_eq!(check("merge_carts"), "idempotent|t|t\nassociative|t|t\ncommutative|t|t");
    assert_eq!(check("glue"), "idempotent|f|f\nassociative|t|t\ncommutative|f|f");
    assert_eq!(check("mean"), "idempotent|f|f\nassociative|f|f\ncommutative|f|f");
    for (function, message) in [
        ("moody(carts,carts)", "function cannot resolve conflicts: it must be IMMUTABLE"),
        (
            "other(carts,text)",
            "function cannot resolve conflicts: it must take two rows of public.carts",
        ),
    ] {
        let call = format!("SELECT spock.set_conflict_resolver('carts', '{function}')");
        cluster.refuses(&n1, &call, "22023", message);
    }
    assert!(n1.value::<bool>("SELECT spock.set_conflict_resolver('carts', NULL)"));
    assert!(!n1.value::<bool>("SELECT spock.set_conflict_resolver('carts', NULL)"));
}
