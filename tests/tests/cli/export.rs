//! `cluster export`: the definition of what runs, which nothing differs from.

use std::fs;

use spock_tests::{Cluster, StopMode, canary};

use super::run::{Run, bare, define, on, run, spockctl};

/// Runs the program with this definition.
#[track_caller]
fn with(cluster: &Cluster, text: &str, args: &[&str]) -> Run {
    let file = cluster.dir().join("exported.toml");
    fs::write(&file, text).expect("the file is written");
    let mut command = spockctl();
    command.arg("--cluster-file").arg(file).args(args);
    run(command)
}

/// Runs the program on one node, by its connection string.
fn by_dsn(cluster: &Cluster, node: usize, args: &[&str]) -> Run {
    let mut command = spockctl();
    command.args(["--dsn", &cluster.node(node).dsn()]).args(args);
    run(command)
}

/// The text is a definition, and nothing differs from it.
#[track_caller]
fn is_what_runs(cluster: &Cluster, text: &str) {
    with(cluster, text, &["config", "validate"]).ends(0);
    let diff = with(cluster, text, &["cluster", "diff"]).ends(0);
    assert_eq!(diff.stdout, "", "{text}");
    let items = with(cluster, text, &["cluster", "diff", "-o", "json"]).ends(0).items();
    assert!(items.is_empty(), "{items:#?}\n{text}");
}

#[test]
fn a_mesh_is_exported_as_it_was_defined() {
    let cluster = bare(3);
    cluster.node(0).sql(
        "CREATE SCHEMA audit; CREATE TABLE audit.\"Old.log\" (id int PRIMARY KEY);
         CREATE TABLE orders (id int PRIMARY KEY, total int, note text);
         CREATE TABLE account (id int PRIMARY KEY); CREATE SEQUENCE audit.numbers",
    );
    define(&cluster, "");
    let file = cluster.dir().join("cluster.toml");
    let more = "location = 'Frankfurt'\ncountry = 'DE'\ninfo = { tiebreaker = 3, rack = 'a b' }
[[node.interface]]
name = 'private'
peer = 'host=10.1.1.3 port=5432 dbname=app'
[[repset]]
name = 'audit_only'
replicate = ['insert']
tables = ['audit.*', { name = 'public.orders', columns = ['id', 'total'], row_filter = 'total>0  and id <> 7' }]
sequences = ['audit.*']
[[subscription]]
subscriber = 'n3'
provider = 'n1'
replication_sets = ['audit_only']
apply_delay = '90m'
skip_schema = ['private']
";
    let text = fs::read_to_string(&file).expect("the definition") + more;
    fs::write(&file, &text).expect("the definition");
    let init = ["cluster", "init", "--add-all-tables", "public", "--no-wait"];
    on(&cluster, &init).ends(0);
    // The condition and the delay are not written as the server writes them.
    let diff =
        on(&cluster, &["cluster", "diff"]).ends(0).says("3 nodes are as the definition says");
    assert_eq!(diff.stdout, "");

    let export = on(&cluster, &["cluster", "export"]).ends(0).says("3 nodes are in the definition");
    is_what_runs(&cluster, &export.stdout);
    for line in [
        "topology = \"mesh\"",
        "location = \"Frankfurt\"",
        "info = { rack = \"a b\", tiebreaker = 3 }",
        "  'audit.\"Old.log\"',",
        "  { name = \"public.orders\", columns = [\"id\", \"total\"], row_filter = \"(total > 0) AND (id <> 7)\" },",
        "replicate = [\"insert\"]",
        "apply_delay = \"01:30:00\"",
    ] {
        let has = export.stdout.lines().any(|found| found == line);
        assert!(has, "no {line} in {}", export.stdout);
    }
    assert_eq!(export.stdout.matches("[[subscription]]").count(), 1, "{}", export.stdout);
    assert_eq!(export.stdout.matches("[[repset]]").count(), 1, "{}", export.stdout);

    // One node is enough to find the others, and the built-in sets are listed when that is asked for.
    let one = by_dsn(&cluster, 1, &["cluster", "export", "--name", "test", "--all-sets"]).ends(0);
    assert!(one.stdout.contains("  \"public.account\","), "{}", one.stdout);
    is_what_runs(&cluster, &one.stdout);
    let json = by_dsn(&cluster, 1, &["cluster", "export", "-o", "json"]).ends(0);
    assert!(json.items()[0]["text"].as_str().expect("a text").starts_with("schema_version = 1\n"));

    let masked = on(&cluster, &["cluster", "export", "--redact-dsn"]).ends(0).stdout;
    assert!(masked.contains("host=****") && !masked.contains("127.0.0.1"), "{masked}");
}

/// Nodes, sets, and subscriptions as somebody made them by hand, each in its own way.
#[test]
fn what_was_made_by_hand_is_adopted() {
    let cluster = Cluster::builder().nodes(3).start();
    let dsn = |node: usize| cluster.node(node).dsn();
    for (at, name) in ["north", "Süd west", "east"].iter().enumerate() {
        let node = cluster.node(at);
        node.sql("CREATE TABLE t (id int PRIMARY KEY, v int); CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id)");
        node.sql("CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM (0) TO (10)");
        node.sql(&format!("SELECT spock.node_create('{name}', '{}')", node.dsn()));
    }
    let (north, south, east) = (cluster.node(0), cluster.node(1), cluster.node(2));
    // A set of two nodes, of which each has another table; one of a single node; a built-in one with a filter.
    north.sql("SELECT spock.repset_create('half'); SELECT spock.repset_add_table('half', 't')");
    south.sql("SELECT spock.repset_create('half'); SELECT spock.repset_add_table('half', 'p')");
    east.sql("SELECT spock.repset_create('only here', replicate_delete := false)");
    east.sql(
        "SELECT spock.repset_add_table('default', 't', row_filter := 'id > 0', columns := '{id,v}')",
    );
    north.sql(&format!(
        "SELECT spock.sub_create('from_south', '{}', replication_sets := '{{half}}', enabled := false)",
        dsn(1)
    ));
    // The same address in other words.
    let other = dsn(0).replace("user=postgres", "user=postgres application_name=mine");
    east.sql(&format!("SELECT spock.sub_create('odd', '{other}', forward_origins := '{{all}}')"));
    south.sql(&format!(
        "SELECT spock.sub_create('text', '{}', force_text_transfer := true)",
        dsn(0)
    ));

    let export = by_dsn(&cluster, 2, &["cluster", "export"]).ends(0);
    for part in [
        "topology = \"custom\"",
        "enabled = false",
        "force_text_transfer = true",
        "nodes = [\"east\"]",
    ] {
        assert!(export.stdout.contains(part), "no {part} in {}", export.stdout);
    }
    assert!(!export.stderr.contains("cannot say"), "{}", export.stderr);
    is_what_runs(&cluster, &export.stdout);
}

#[test]
fn chains_and_stars_are_recognized() {
    for (topology, subscriptions) in [("star", 4), ("chain", 2)] {
        let cluster = bare(3);
        cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY)");
        let init = ["cluster", "init", "--add-all-tables", "public", "--topology", topology];
        on(&cluster, &init).ends(0);
        // Nobody knows who reads from it in a chain.
        let one = by_dsn(&cluster, 1, &["cluster", "export"]).ends(0);
        let unknown =
            "slot spk_app_n2_sub_n2_n3 of node n2 is read by no subscription of a known node";
        assert_eq!(one.stderr.contains(unknown), topology == "chain", "{}", one.stderr);
        let export = on(&cluster, &["cluster", "export"]).ends(0).stdout;
        assert!(export.contains(&format!("topology = \"{topology}\"")), "{export}");
        assert!(!export.contains("[[subscription]]"), "{export}");
        is_what_runs(&cluster, &export);
        with(&cluster, &export, &["config", "validate"])
            .ends(0)
            .says(&format!("{subscriptions} subscriptions"));
        if topology == "chain" {
            cluster.node(0).sql("INSERT INTO t VALUES (1)");
            cluster.wait_for("the row to come to the end", || {
                cluster.node(2).value::<i64>("SELECT count(*) FROM t") == 1
            });
        }
    }
}

/// Seen to fail with an export that leaves it out, and with one that takes it from the first node.
#[test]
fn automatic_ddl_is_written_where_the_nodes_are_alike() {
    let cluster = bare(2);
    on(&cluster, &["cluster", "init"]).ends(0);
    let export = || on(&cluster, &["cluster", "export"]).ends(0);
    for (verb, lines) in [("disable", "[ddl]\nauto = false\n"), ("enable", "[ddl]\nauto = true\n")]
    {
        on(&cluster, &["ddl", verb, "--yes"]).ends(0);
        let export = export();
        assert!(export.stdout.contains(lines), "no {lines} in {}", export.stdout);
        is_what_runs(&cluster, &export.stdout);
    }
    let before = export().stdout;
    let one = ["node", "guc", "set", "spock.include_ddl_repset", "off", "--node", "n2", "--yes"];
    on(&cluster, &one).ends(0);
    with(&cluster, &before, &["cluster", "diff"]).ends(6);
    let told = "automatic DDL is not alike on all nodes, and [ddl] is left out: n1 on, n2 in part";
    let export = export().says(told);
    assert!(!export.stdout.contains("[ddl]"), "{}", export.stdout);
    is_what_runs(&cluster, &export.stdout);
}

#[test]
fn a_node_that_is_down_is_written_as_the_others_know_it() {
    let cluster = bare(2);
    on(&cluster, &["cluster", "init"]).ends(0);
    cluster.allow_log("could not connect to");
    cluster.allow_log("could not receive data from");
    cluster.node(1).stop(StopMode::Fast).unwrap();
    let export = by_dsn(&cluster, 0, &["cluster", "export"]).ends(5);
    assert!(export.stdout.contains("name = \"n2\""), "{}", export.stdout);
    export.says("node \"n2\" could not be asked");
    by_dsn(&cluster, 1, &["cluster", "export"]).ends(4);
    cluster.node(1).start().unwrap();
}

#[test]
fn passwords_are_left_out() {
    let password = canary::password();
    let salt = password.rsplit(' ').next().unwrap().to_owned();
    let cluster =
        Cluster::builder().nodes(2).without_create_extension().password(&password).start();
    define(&cluster, &format!("password='{}'", password.replace('\'', "\\'")));
    on(&cluster, &["cluster", "init"]).ends(0);
    for more in [&[][..], &["-o", "json"], &["-vvv"], &["--redact-dsn"]] {
        let export = on(&cluster, &[&["cluster", "export"], more].concat()).ends(0);
        assert!(!export.stdout.contains(&salt) && !export.stderr.contains(&salt), "{export:#?}");
        assert!(
            format!("{}{}", export.stdout, export.stderr).contains("are left out"),
            "{export:#?}"
        );
    }
    let diff = on(&cluster, &["cluster", "diff", "-vvv"]).ends(0);
    assert!(!diff.stderr.contains(&salt), "{diff:#?}");
}

#[test]
fn a_node_file_of_the_former_program_becomes_a_definition() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("spockctrl.json");
    let text = r#"{"global": {"spock": {"cluster_name": "pgedge", "version": "1.0.0"}},
        "spock-nodes": [{"node_name": "n1", "postgres": {"postgres_ip": "127.0.0.1", "postgres_port": 5431,
        "postgres_user": "app", "postgres_password": "canary", "postgres_db": "pgedge"}}]}"#;
    fs::write(&file, text).expect("written");
    let convert = |path: &str| {
        let mut command = spockctl();
        command.args(["cluster", "export", "--from-spockctrl", path]);
        run(command)
    };
    let done = convert(file.to_str().expect("UTF-8"))
        .ends(0)
        .says("the password of node \"n1\" is left out");
    assert!(
        done.stdout.contains("peer = \"host=127.0.0.1 port=5431 dbname=pgedge user=app\""),
        "{done:#?}"
    );
    assert!(!done.stdout.contains("canary"), "{done:#?}");
    fs::write(dir.path().join("cluster.toml"), &done.stdout).expect("written");
    let mut validate = spockctl();
    validate.arg("-f").arg(dir.path().join("cluster.toml")).args(["config", "validate"]);
    run(validate).ends(0).says("cluster \"pgedge\": 1 nodes");
    fs::write(&file, "{\"workflow_name\": \"x\", \"steps\": []}").expect("written");
    convert(file.to_str().expect("UTF-8")).ends(3).says("lists no node");
    convert("/nowhere.json").ends(3).says("could not read");
}
