//! Nodes, interfaces, and what a server must be set to.

use spock_tests::Cluster;

#[test]
fn nodes_are_created_described_and_dropped() {
    let cluster = Cluster::start(1);
    let n1 = cluster.node(0);
    let dsn = n1.dsn();
    cluster.refuses(&n1, "SELECT * FROM spock.node_info()", "55000", "local spock node not found");
    cluster.refuses(
        &n1,
        "SELECT * FROM spock.sub_show_status()",
        "55000",
        "current database is not configured as spock node",
    );
    let null = "SELECT spock.node_create(NULL, 'dbname=x') IS NULL AND
                       spock.node_create('n1', NULL) IS NULL";
    assert!(n1.value::<bool>(null));
    cluster.refuses(
        &n1,
        "SELECT spock.node_create('n1', 'what is this')",
        "42601",
        "invalid connection string",
    );
    cluster.refuses(
        &n1,
        "SELECT spock.node_create('', 'dbname=x')",
        "22023",
        "node name cannot be empty",
    );
    n1.query(r#"SELECT spock.node_create('n1', $1, 'Oslo', 'NO', '{"tiebreaker": 7}')"#, &[&dsn]);
    cluster.refuses(
        &n1,
        "SELECT spock.node_create('n2', 'dbname=x')",
        "55000",
        "current database is already configured as spock node",
    );
    let info = n1.table(
        "SELECT node_id, node_name, sysid = (SELECT system_identifier::text FROM pg_control_system()),
                dbname, replication_sets, location, country, info FROM spock.node_info()",
    );
    // The id is that which existing clusters give the name; "default" is a reserved word.
    assert_eq!(
        info,
        r#"49708|n1|t|app|ddl_sql,"default",default_insert_only|Oslo|NO|{"tiebreaker": 7}"#
    );
    let sets = n1.table(
        "SELECT set_name, replicate_insert, replicate_update, replicate_delete, replicate_truncate
           FROM spock.replication_set ORDER BY 1",
    );
    assert_eq!(sets, "ddl_sql|t|f|f|f\ndefault|t|t|t|t\ndefault_insert_only|t|f|f|t");
    cluster.refuses(&n1, "SELECT spock.node_drop('nobody')", "42704", "node \"nobody\" not found");
    assert!(!n1.value::<bool>("SELECT spock.node_drop('nobody', true)"));

    // Somebody's slot is left alone, ours goes with the node.
    n1.sql("SELECT pg_create_logical_replication_slot('theirs', 'test_decoding')");
    n1.sql("SELECT pg_create_logical_replication_slot('spk_app_n1_x', 'spock_output')");
    assert!(n1.value::<bool>("SELECT spock.node_drop('n1')"));
    assert_eq!(
        n1.table("SELECT slot_name FROM pg_replication_slots WHERE slot_type = 'logical'"),
        "theirs"
    );
    n1.sql("SELECT pg_drop_replication_slot('theirs')");
    let left = "SELECT count(*) FROM spock.replication_set, spock.node_interface, spock.node";
    assert_eq!(n1.value::<i64>(left), 0);
}

#[test]
fn ids_that_mean_something_else_or_collide_are_refused() {
    let cluster = Cluster::start(1);
    let n1 = cluster.node(0);
    let (reserved, first, second) = odd_names();
    for name in reserved {
        cluster.refuses(
            &n1,
            &format!("SELECT spock.node_create('{name}', 'dbname=app')"),
            "22023",
            &format!("node name \"{name}\" cannot be used because its id would be reserved"),
        );
    }
    n1.sql(&format!(
        "INSERT INTO spock.node (node_id, node_name) VALUES ({}, '{first}')",
        spock_core::names::node_id(&first).unwrap().as_oid()
    ));
    cluster.refuses(
        &n1,
        &format!("SELECT spock.node_create('{second}', 'dbname=app')"),
        "42710",
        &format!(
            "node id {} (computed from name \"{second}\") collides with existing node",
            spock_core::names::node_id(&first).unwrap()
        ),
    );
    cluster.refuses(
        &n1,
        &format!("SELECT spock.node_create('{first}', 'dbname=app')"),
        "42710",
        &format!("node {first} already exists"),
    );
}

/// Names whose ids are reserved, and two names with one id.
fn odd_names() -> (Vec<String>, String, String) {
    let mut reserved = Vec::new();
    let mut seen = std::collections::HashMap::new();
    let mut twins = None;
    for number in 0.. {
        let name = format!("node{number}");
        match spock_core::names::node_id(&name) {
            None => reserved.push(name),
            Some(id) => {
                if let Some(other) = seen.insert(id, name.clone()) {
                    twins.get_or_insert((other, name));
                }
            }
        }
        if let (true, Some((first, second))) = (!reserved.is_empty(), &twins) {
            return (reserved, first.clone(), second.clone());
        }
    }
    unreachable!("the loop ends when it has found them")
}

#[test]
fn interfaces_are_added_and_dropped() {
    let cluster = Cluster::start(1);
    let n1 = cluster.node(0);
    cluster.create_nodes();
    n1.sql("SELECT spock.node_add_interface('n1', 'other', 'dbname=app')");
    cluster.refuses(
        &n1,
        "SELECT spock.node_add_interface('n1', 'other', 'dbname=app')",
        "42710",
        "node \"n1\" already has interface named \"other\"",
    );
    cluster.refuses(
        &n1,
        "SELECT spock.node_add_interface('nx', 'other', 'dbname=app')",
        "42704",
        "node \"nx\" not found",
    );
    assert!(n1.value::<bool>("SELECT spock.node_drop_interface('n1', 'other')"));
    cluster.refuses(
        &n1,
        "SELECT spock.node_drop_interface('n1', 'other')",
        "42704",
        "interface \"other\" for node \"n1\" not found",
    );
    cluster.refuses(
        &n1,
        "SELECT spock.node_drop_interface('n1', 'n1')",
        "2BP01",
        "cannot drop interface \"n1\" for node \"n1\" because it is the node's own",
    );
}

#[test]
fn each_setting_that_a_node_needs_is_named() {
    let cluster = Cluster::builder()
        .setting("wal_level", "replica")
        .setting("track_commit_timestamp", "off")
        .start();
    let n1 = cluster.node(0);
    let create = "SELECT spock.node_create('n1', 'dbname=app')";
    let error = cluster.refuses(
        &n1,
        create,
        "55000",
        "spock needs wal_level to be logical, but it is replica",
    );
    assert_eq!(
        error.hint(),
        Some("Run ALTER SYSTEM SET wal_level = 'logical'; and restart the server.")
    );
    // The log said so at start.
    let log = n1.log();
    assert!(log.contains("WARNING:  spock needs wal_level to be logical"), "{log}");
    let steps = [
        (("wal_level", "logical"), "spock needs track_commit_timestamp to be on, but it is off"),
        (("track_commit_timestamp", "on"), "spock needs max_worker_processes to be at least 4"),
    ];
    n1.set(&[("max_worker_processes", "3")]).unwrap();
    for (setting, message) in steps {
        n1.set(&[setting]).unwrap();
        n1.restart(spock_tests::StopMode::Fast).unwrap();
        cluster.refuses(&n1, create, "55000", message);
    }
    n1.set(&[("max_worker_processes", "8"), ("max_replication_slots", "0")]).unwrap();
    n1.restart(spock_tests::StopMode::Fast).unwrap();
    cluster.refuses(&n1, create, "55000", "spock needs max_replication_slots to be at least 1");
    n1.set(&[("max_replication_slots", "4")]).unwrap();
    n1.restart(spock_tests::StopMode::Fast).unwrap();
    n1.sql(create);
}

#[test]
fn without_preload_the_extension_says_so() {
    let cluster = Cluster::builder()
        .without_create_extension()
        .setting("shared_preload_libraries", "")
        .start();
    let n1 = cluster.node(0);
    let error = cluster.refuses(
        &n1,
        "CREATE EXTENSION spock",
        "55000",
        "spock is not in shared_preload_libraries",
    );
    assert_eq!(error.hint(), Some("Add spock to shared_preload_libraries and restart the server."));
}

/// Databases that are not in UTF-8 keep their names and texts.
#[test]
fn names_and_texts_survive_other_encodings() {
    let cluster = Cluster::builder().without_create_extension().start();
    let n1 = cluster.node(0);
    n1.database("postgres").sql(
        "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
    );
    let latin = n1.database("latin");
    latin.sql("CREATE EXTENSION spock");
    latin.query("SELECT spock.node_create('n\u{e4}chster', $1, 'K\u{f6}ln')", &[&latin.dsn()]);
    assert_eq!(
        latin.table("SELECT node_name, location FROM spock.node_info()"),
        "n\u{e4}chster|K\u{f6}ln"
    );
    latin.sql("CREATE TABLE \"Stra\u{df}e\" (\"gr\u{f6}\u{df}e\" int PRIMARY KEY)");
    latin.sql("SELECT spock.repset_add_table('default', '\"Stra\u{df}e\"')");
    assert_eq!(
        latin.table(
            "SELECT relname, att_list
               FROM spock.repset_show_table('\"Stra\u{df}e\"', '{default}')"
        ),
        "Stra\u{df}e|{gr\u{f6}\u{df}e}"
    );
}
