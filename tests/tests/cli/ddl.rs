//! `spockctl ddl …`.

use serde_json::json;
use spock_tests::{Cluster, StopMode};

use super::run::{bare, command, on};
use super::transcript::Transcript;

/// A statement is run on all nodes, is shown, and where it fails is said.
#[test]
fn statements_are_run_on_all_nodes_or_it_is_said_where_not() {
    let cluster = bare(3);
    on(&cluster, &["cluster", "init"]).ends(0);
    let create = "CREATE TABLE product (id int PRIMARY KEY, v text)";
    on(&cluster, &["ddl", "run", "-c", create]).ends(9).says("--yes");
    on(&cluster, &["ddl", "run", "-c", create, "--dry-run"]).ends(0).says("Nothing was changed");
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
    on(&cluster, &["ddl", "run", "-c", add, "--yes"]).ends(5).says("already exists");
    on(&cluster, &["ddl", "run", "-c", " ", "--yes"]).ends(2);

    // What statements mean depends on settings of the database, not on those of the program.
    cluster.node(0).sql("ALTER DATABASE app SET TimeZone = 'Asia/Tokyo'");
    cluster.node(0).sql("ALTER DATABASE app SET DateStyle = 'ISO, DMY'");
    let clock = "CREATE TABLE clock (at timestamptz DEFAULT '02-03-2026 09:00')";
    on(&cluster, &["ddl", "run", "-c", clock, "--yes"]).ends(0);
    for node in cluster.nodes() {
        node.sql("INSERT INTO clock DEFAULT VALUES");
        let at = "SELECT at = '2026-03-02 00:00+00' FROM clock";
        assert!(node.value::<bool>(at), "{}", node.name());
    }
}

/// What the verbs print for people, without a node in the arguments and with one.
#[test]
fn what_is_said_of_statements() {
    let cluster = bare(2);
    on(&cluster, &["cluster", "init"]).ends(0);
    let mut transcript = Transcript::of(&cluster);
    transcript.run(&["ddl", "history"]).ends(0);
    transcript.run(&["ddl", "status"]).ends(0);
    let create = "CREATE TABLE product (id int PRIMARY KEY, v text)";
    transcript.run(&["ddl", "run", "-c", create, "--dry-run"]).ends(0);
    transcript.run(&["ddl", "run", "-c", create]).ends(9);
    transcript.run(&["ddl", "run", "-c", create, "--yes", "--no-progress"]).ends(0);
    let file = cluster.dir().join("042.sql");
    std::fs::write(&file, "ALTER TABLE product ADD a int;\n\nALTER TABLE prodcut ADD b int;\n")
        .expect("a file");
    cluster.allow_log("relation \"prodcut\" does not exist");
    let mut failed = command(&cluster, &["ddl", "run", "--yes", "--no-progress", "-F", "042.sql"]);
    failed.current_dir(cluster.dir());
    transcript.of_command("ddl run --yes -F 042.sql", failed).ends(1);
    cluster.allow_log("already exists");
    transcript.run(&["ddl", "run", "-c", create, "--yes", "--no-progress", "-o", "json"]).ends(1);
    transcript.run(&["ddl", "run", "-c", "SELECT 1", "--yes", "--no-progress"]).ends(1);
    cluster.allow_log("cannot execute SELECT statement");
    transcript.run(&["ddl", "run", "--yes"]).ends(2);
    transcript.run(&["ddl", "run", "-c", "", "--yes"]).ends(2);
    transcript.run(&["ddl", "run", "-F", "/nonexistent/042.sql", "--yes"]).ends(3);
    transcript.run(&["ddl", "run", "-c", create, "--node", "n1,n2", "--yes"]).ends(2);
    transcript.run(&["ddl", "run", "-c", create, "--node", "n3", "--yes"]).ends(3);
    transcript.run(&["ddl", "history", "--columns", "node,role,by,sets"]).ends(0);
    transcript.run(&["ddl", "history", "--node", "n2", "--limit", "0"]).ends(2);
    transcript.run(&["ddl", "status", "--node", "n2", "-o", "wide"]).ends(0);
    transcript.run(&["ddl", "status", "-o", "csv"]).ends(0);
    cluster.allow_log("could not connect to");
    cluster.allow_log("could not receive data from");
    cluster.node(1).stop(StopMode::Fast).expect("a stop");
    transcript.run(&["ddl", "status"]).ends(5);
    let drop = "DROP TABLE product";
    transcript.run(&["ddl", "run", "-c", drop, "--yes", "--no-progress"]).ends(4);
    transcript.run(&["ddl", "run", "-c", drop, "--yes", "--no-progress", "--no-wait"]).ends(0);
    transcript.is("ddl");
}

/// The settings of all nodes, on and off again; what is so already is left alone.
#[test]
fn automatic_replication_is_switched_on_all_nodes() {
    let cluster = bare(3);
    on(&cluster, &["ddl", "enable"]).ends(8).says("is no spock node");
    on(&cluster, &["cluster", "init"]).ends(0);
    let automatic = |cluster: &Cluster| -> Vec<String> {
        let query =
            "SELECT setting FROM pg_settings WHERE name ~ 'ddl_rep|from_functions' ORDER BY name";
        cluster.nodes().iter().map(|node| node.table(query)).collect()
    };
    let (all_on, all_off) = (vec!["on\non\non"; 3], vec!["off\noff\noff"; 3]);
    // A session that is there already, and the workers, heed it as well.
    let mut old = cluster.node(1).connect();
    let rehearsal = on(&cluster, &["ddl", "enable", "--dry-run", "-o", "json"]).ends(0);
    assert_eq!(rehearsal.items().len(), 9);
    assert_eq!(rehearsal.says("would change 9 settings").items()[0]["after"], "on");
    assert_eq!(automatic(&cluster), all_off);
    let done = on(&cluster, &["ddl", "enable", "-o", "json"]).ends(0).says("changed 9 settings");
    let expected = json!({"node": "n1", "setting": "spock.enable_ddl_replication",
                          "before": "off", "after": "on", "changed": true});
    assert_eq!(done.items()[0], expected);
    assert_eq!(automatic(&cluster), all_on);
    on(&cluster, &["ddl", "enable"]).ends(0).says("nothing to change");
    old.batch_execute("CREATE TABLE product (id int PRIMARY KEY)").expect("a statement");
    cluster.drain();
    for node in cluster.nodes() {
        let set = "SELECT set_name FROM spock.tables WHERE relname = 'product'";
        assert_eq!(node.table(set), "default");
    }
    on(&cluster, &["ddl", "disable"]).ends(9).says("--yes");
    assert_eq!(automatic(&cluster), all_on);
    on(&cluster, &["ddl", "disable", "--node", "n2", "--yes"]).ends(0);
    assert_eq!(automatic(&cluster), ["on\non\non", "off\noff\noff", "on\non\non"]);
    on(&cluster, &["ddl", "disable", "--yes"]).ends(0).says("changed 6 settings");
    assert_eq!(automatic(&cluster), all_off);
}

/// Nodes that cannot be switched are named, and the others are switched.
#[test]
fn nodes_whose_automatic_replication_cannot_be_switched_are_named() {
    let cluster = bare(3);
    on(&cluster, &["cluster", "init"]).ends(0);
    cluster.allow_log("could not connect to");
    cluster.allow_log("could not receive data from");
    let value = |node: usize| -> String {
        cluster.node(node).value("SELECT current_setting('spock.enable_ddl_replication')")
    };
    cluster.node(1).sql("ALTER DATABASE app SET spock.include_ddl_repset = off");
    cluster.node(2).stop(StopMode::Fast).expect("a stop");
    let run = on(&cluster, &["ddl", "enable"])
        .ends(5)
        .says("spock.include_ddl_repset is off by ALTER DATABASE app")
        .says("ALTER DATABASE app RESET spock.include_ddl_repset")
        .says("could not connect to node \"n3\"");
    assert!(run.stdout.contains("spock.enable_ddl_replication"), "{run:?}");
    assert_eq!((value(0), value(1)), ("on".to_owned(), "off".to_owned()));
    cluster.node(1).sql("ALTER DATABASE app RESET spock.include_ddl_repset");
    cluster.node(2).start().expect("a start");
    on(&cluster, &["ddl", "enable"]).ends(0).says("changed 6 settings");
    // Nothing that the program can set moves this.
    cluster
        .node(0)
        .sql("ALTER ROLE postgres IN DATABASE app SET spock.enable_ddl_replication = on");
    on(&cluster, &["ddl", "disable", "--yes", "--node", "n1"])
        .ends(8)
        .says("is on by ALTER ROLE postgres IN DATABASE app");
}
