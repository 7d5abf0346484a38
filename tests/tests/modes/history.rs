//! What is kept of conflicts, and how a row explains itself.

use spock_tests::Cluster;

fn pair() -> Cluster {
    let cluster = Cluster::builder().nodes(2).setting("spock.save_resolutions", "on").start();
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE \"odd Table\" (id int, kind text, v text, j json, PRIMARY KEY (id, kind));
             SELECT spock.repset_add_table('default', '\"odd Table\"')",
        );
    }
    cluster.mesh();
    cluster
}

/// Both nodes write without hearing of each other; n2 later than n1.
fn apart(cluster: &Cluster, earlier: &str, later: &str) {
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    cluster.drain();
    n1.sql("SELECT spock.sub_disable('sub_n2_n1', true)");
    n2.sql("SELECT spock.sub_disable('sub_n1_n2', true)");
    n1.sql(earlier);
    n2.sql(later);
    n1.sql("SELECT spock.sub_enable('sub_n2_n1')");
    n2.sql("SELECT spock.sub_enable('sub_n1_n2')");
    cluster.drain();
}

/// The three rows of a conflict, as text and by column; where JSON cannot be kept, the text is.
#[test]
fn resolutions_have_the_local_the_remote_and_the_resulting_row() {
    let cluster = pair();
    apart(
        &cluster,
        "INSERT INTO \"odd Table\" VALUES (1, 'a', 'n1', '{}'), (2, 'a', 'n1', '{\"c\": \"\\u0000\"}')",
        "INSERT INTO \"odd Table\" VALUES (1, 'a', 'n2', '{\"x\": 1}'), (2, 'a', 'n2', '{}')",
    );
    let rows =
        "SELECT conflict_resolution, local_row ->> 'v', remote_row ->> 'v', result_row ->> 'v',
                       result_tuple = CASE conflict_resolution WHEN 'apply_remote' THEN remote_tuple
                                                               ELSE local_tuple END
                  FROM spock.resolutions ORDER BY local_tuple";
    assert_eq!(cluster.node(0).table(rows), "apply_remote|n1|n2|n2|t\napply_remote|∅|n2|n2|t");
    assert_eq!(cluster.node(1).table(rows), "keep_local|n2|n1|n2|t\nkeep_local|n2|∅|n2|t");
    assert_eq!(
        cluster
            .node(0)
            .table("SELECT result_row FROM spock.resolutions WHERE result_row ->> 'id' = '1'"),
        "{\"j\": {\"x\": 1}, \"v\": \"n2\", \"id\": 1, \"kind\": \"a\"}"
    );
}

/// A row tells who wrote it, what it met, and what does not come at the moment.
#[test]
fn rows_explain_themselves() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql("INSERT INTO \"odd Table\" VALUES (1, 'a', 'start'), (1, 'b', 'other')");
    apart(
        &cluster,
        "DELETE FROM \"odd Table\" WHERE kind = 'a'",
        "UPDATE \"odd Table\" SET v = 'n2' WHERE kind = 'a'",
    );
    let explain = |key: &str| {
        n2.table(&format!(
            "SELECT what, at IS NOT NULL, node, value ->> 'v', note
               FROM spock.explain_row('\"odd Table\"', '{key}')"
        ))
    };
    let told = explain("{\"id\": 1, \"kind\": \"a\"}");
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 2, "{told}");
    assert!(lines[0].starts_with("row|t|n2|n2|written by local transaction "), "{told}");
    assert!(lines[1].starts_with("conflict|t|n1|n2|delete_exists: keep_local; remote "), "{told}");
    // Part of a key gives all its rows; the other one came from n1.
    let told = explain("{\"id\": 1}");
    assert!(told.contains("row|t|n1|other|"), "{told}");
    let told = explain("{\"id\": 3}");
    assert_eq!(told, "no row|f|n2|∅|no row has these values here");
    n2.sql("SELECT spock.sub_disable('sub_n1_n2', true)");
    let told = explain("{\"id\": 3}");
    assert!(
        told.ends_with("waits|f|n1|∅|stream of subscription \"sub_n1_n2\" is disabled"),
        "{told}"
    );
    for (key, message) in [
        ("[1]", "key must be a JSON object of columns and values"),
        ("{}", "key must be a JSON object of columns and values"),
        ("{\"nope\": 1}", "table \"public.odd Table\" has no column \"nope\""),
    ] {
        let call = format!("SELECT * FROM spock.explain_row('\"odd Table\"', '{key}')");
        cluster.refuses(&n2, &call, "22023", message);
    }
    // NULL is looked for as such.
    n2.sql("UPDATE \"odd Table\" SET v = NULL WHERE kind = 'b'");
    assert!(explain("{\"v\": null}").starts_with("row|t|n2|∅|"));
}

/// An exception of the row is part of its story.
#[test]
fn exceptions_are_told() {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for node in [&n1, &n2] {
        node.sql("CREATE TABLE t (id int PRIMARY KEY, v text)");
    }
    n1.sql("SELECT spock.repset_add_table('default', 't')");
    cluster.subscribe(0, 1);
    n2.sql("SELECT spock.set_conflict_policy('t', 'update_missing', 'error')");
    n1.sql("INSERT INTO t VALUES (1, 'a'), (2, 'a')");
    cluster.catch_up(0, 1);
    n2.sql("TRUNCATE t");
    cluster.allow_log("found no row");
    n1.sql("UPDATE t SET v = 'b' WHERE id = 1");
    cluster.catch_up(0, 1);
    let told = n2
        .table("SELECT what, node, value ->> 'v', note FROM spock.explain_row('t', '{\"id\": 1}')");
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines[0].starts_with("no row|n2|"), "{told}");
    assert!(
        lines.iter().any(
            |line| line.starts_with("exception|n1|b|UPDATE: ") && line.contains("found no row")
        ),
        "{told}"
    );
}
