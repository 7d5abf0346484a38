//! `spockctl ddl …`.

use serde_json::json;

use super::run::{bare, on};

/// A statement is run on all nodes, is shown, and where it fails is said.
#[test]
fn statements_are_run_on_all_nodes_or_it_is_said_where_not() {
    let cluster = bare(3);
    on(&cluster, &["cluster", "init"]).ends(0);
    let create = "CREATE TABLE product (id int PRIMARY KEY, v text)";
    on(&cluster, &["ddl", "run", "-c", create]).ends(9).says("--yes");
    on(&cluster, &["ddl", "run", "-c", create, "--dry-run"]).ends(0).says("would run on node n1");
    on(&cluster, &["ddl", "run", "-c", create, "--yes", "--lock", "wait", "--node", "n2"])
        .ends(0)
        .says("done on all 3 nodes");
    for node in cluster.nodes() {
        assert_eq!(node.value::<i64>("SELECT count(*) FROM product"), 0);
    }
    let history = on(&cluster, &["ddl", "history", "-o", "json", "--limit", "5"]).ends(0).items();
    assert_eq!(history.len(), 3, "{history:?}");
    for item in &history {
        assert!(item["text"].as_str().is_some_and(|text| text.ends_with(create)), "{item}");
        assert_eq!(item["captured"], json!(false));
    }
    let mut holder = cluster.node(2).connect();
    holder
        .batch_execute("BEGIN; SELECT spock.ddl_lock_acquire('a migration')")
        .expect("the DDL lock");
    let status = on(&cluster, &["ddl", "status", "-o", "json"]).ends(0).items();
    assert_eq!(status.len(), 3);
    assert_eq!(status[0]["held_by"], "n3");
    assert_eq!(status[0]["held_for"], "a migration");
    assert_eq!(status[0]["automatic"], json!(false));
    assert_eq!(status[0]["lock"], "off");
    let add = "ALTER TABLE product ADD more int";
    cluster.allow_log("the DDL lock");
    on(&cluster, &["ddl", "run", "-c", add, "--yes", "--lock", "error"]).ends(1).says("is taken");
    holder.batch_execute("COMMIT").expect("COMMIT");
    cluster.node(1).sql("ALTER TABLE product ADD more text");
    cluster.allow_log("already exists");
    on(&cluster, &["ddl", "run", "-c", add, "--yes"]).ends(6).says("already exists");
    on(&cluster, &["ddl", "run", "-c", " ", "--yes"]).ends(2);
}
