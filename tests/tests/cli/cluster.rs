//! `cluster init`, `status`, `wait`, `verify`, and `sub …`.

use std::thread;

use serde_json::json;
use spock_tests::Cluster;

use super::run::{bare, on};

const TABLES: &str = "
    CREATE TABLE account (id int PRIMARY KEY, v text, note text DEFAULT 'x');
    INSERT INTO account SELECT g, 'seed' FROM generate_series(1, 2000) g;
    CREATE TABLE history (at timestamptz DEFAULT now(), v text);
    INSERT INTO history (v) VALUES ('seed');
    CREATE SCHEMA \"Odd One\";
    CREATE TABLE \"Odd One\".\"T\"\"x\" (\"Key\" int PRIMARY KEY, \"b c\" numeric, d bytea,
        twice numeric GENERATED ALWAYS AS (\"b c\" * 2) STORED);
    INSERT INTO \"Odd One\".\"T\"\"x\" VALUES (1, 1.50, 'y'), (2, NULL, NULL);";

/// Three nodes in a mesh, made by the program from a filled seed.
fn mesh() -> Cluster {
    let cluster = bare(3);
    cluster.node(0).sql(TABLES);
    on(&cluster, &["cluster", "init", "--add-all-tables", "public,Odd One"]).ends(0);
    cluster
}

#[test]
fn init_makes_a_mesh_and_verify_proves_it() {
    let cluster = bare(3);
    cluster.node(0).sql(TABLES);
    let init = ["cluster", "init", "--add-all-tables", "public,Odd One"];

    let plan = on(&cluster, &[&init[..], &["--dry-run", "-o", "json"]].concat()).ends(0);
    assert_eq!(plan.json()["schema"], "spockctl/plan/1");
    let ids: Vec<String> =
        plan.items().iter().map(|s| s["step"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 23, "{ids:?}");
    assert_eq!(ids[6], "n1.repset_add_all_tables");
    assert_eq!(ids[7], "n2.sub_create.sub_n1_n2");
    assert!(plan.items().iter().all(|step| step["done"] == false));
    let extension = "SELECT count(*) FROM pg_extension WHERE extname = 'spock'";
    assert_eq!(cluster.node(0).value::<i64>(extension), 0, "a dry run changes nothing");

    on(&cluster, &init).ends(0).says("cluster \"test\" is ready");
    let subs = on(&cluster, &["sub", "status", "-o", "json", "--exit-code"]).ends(0);
    assert_eq!(subs.items().len(), 6);
    for sub in subs.items() {
        assert_eq!(sub["status"], "replicating", "{sub}");
        assert_eq!(sub["reason"], json!(null), "{sub}");
    }
    let sets = "SELECT relname || ' ' || set_name FROM spock.tables ORDER BY 1";
    for node in cluster.nodes() {
        let rows: Vec<String> = node.rows(sets).into_iter().flatten().flatten().collect();
        assert_eq!(rows, ["T\"x default", "account default", "history default_insert_only"]);
    }

    // Done is done.
    let again = on(&cluster, &init).ends(0).says("0 steps done, 23 were done before");
    assert!(again.stderr.contains("(already done)"), "a line per step: {}", again.stderr);
    // Without progress there is the end alone.
    let silent = on(&cluster, &[&init[..], &["--no-progress"]].concat());
    let silent = silent.ends(0).says("0 steps done, 23 were done before");
    assert!(!silent.stderr.contains("already done)"), "{}", silent.stderr);

    let verify = on(&cluster, &["cluster", "verify", "--data", "-o", "json"]).ends(0);
    let rows: Vec<_> = verify
        .items()
        .iter()
        .map(|t| (t["table"]["name"].as_str().unwrap().to_owned(), t["equal"].clone()))
        .collect();
    assert_eq!(
        rows,
        [
            ("T\"x".to_owned(), json!(true)),
            ("account".into(), json!(true)),
            ("history".into(), json!(true))
        ]
    );
}

/// Workers that started before the last subscription was made must know its rows for what they are.
#[test]
fn v2_rows_of_every_node_are_known_right_after_init() {
    let cluster = mesh();
    thread::scope(|scope| {
        for node in cluster.nodes() {
            scope.spawn(move || {
                let name = node.name().to_owned();
                node.sql(&format!(
                    "INSERT INTO account SELECT g, '{name}' FROM generate_series(1, 3000) g
                         ON CONFLICT (id) DO UPDATE SET v = excluded.v;
                     INSERT INTO history (v) VALUES ('{name}')"
                ));
            });
        }
    });
    on(&cluster, &["cluster", "wait", "--for", "caught-up"]).ends(0);
    on(&cluster, &["cluster", "verify", "--data"]).ends(0).says("all 3 tables are equal on all 3");
    cluster.assert_equal("SELECT v, count(*) FROM account GROUP BY v");
}

/// The rows of a table that is partitioned on one node are those of its partitions.
#[test]
fn verify_compares_a_table_that_is_partitioned_on_one_node() {
    let cluster = mesh();
    cluster.node(0).sql("CREATE TABLE parts (id int PRIMARY KEY, v text)");
    cluster.node(2).sql("CREATE TABLE parts (id int PRIMARY KEY, v text)");
    let parted = "CREATE TABLE parts (v text, id int PRIMARY KEY) PARTITION BY HASH (id);
                  CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
                  CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1)";
    cluster.node(1).sql(parted);
    cluster.node(0).sql("SELECT spock.repset_add_table('default', 'parts')");
    cluster.node(0).sql("INSERT INTO parts SELECT i, 'v' FROM generate_series(1, 100) i");
    cluster.drain();
    on(&cluster, &["cluster", "verify", "--data"]).ends(0).says("all 4 tables are equal on all 3");
    cluster.node(1).sql("DELETE FROM parts WHERE id = 7");
    let verify = on(&cluster, &["cluster", "verify", "--data", "--retries", "0"]).ends(6);
    let line = verify.stdout.lines().find(|l| l.contains("parts")).unwrap_or_default();
    assert!(line.contains("99"), "{}", verify.stdout);
}

#[test]
fn verify_names_the_table_and_the_node_that_differ() {
    let cluster = mesh();
    on(&cluster, &["sub", "disable", "sub_n1_n2"]).ends(9).says("--yes");
    on(&cluster, &["sub", "disable", "sub_n1_n2", "--dry-run"]).ends(0).says("would disable");
    on(&cluster, &["sub", "disable", "sub_n1_n2", "--yes"]).ends(0);
    on(&cluster, &["sub", "disable", "sub_n1_n2", "--yes"]).ends(0).says("disabled already");
    let status = on(&cluster, &["sub", "status", "sub_n1_n2", "-o", "csv", "--no-headers"]).ends(0);
    assert!(status.stdout.starts_with("n2,sub_n1_n2,n1,disabled,"), "{}", status.stdout);
    on(&cluster, &["sub", "status", "--exit-code", "-q"]).ends(6);

    cluster.node(0).sql("UPDATE account SET v = 'late' WHERE id = 7");
    let verify = on(&cluster, &["cluster", "verify", "--data", "--retries", "0"]).ends(6);
    let line = verify.stdout.lines().find(|l| l.contains("account")).unwrap_or_default();
    assert!(line.contains("! differs") && line.contains("differs on n2"), "{line}");
    verify.says("1 of 3 tables differ");

    on(&cluster, &["sub", "enable", "sub_n1_n2"]).ends(0);
    on(&cluster, &["cluster", "wait", "--for", "replicating"]).ends(0);
    on(&cluster, &["cluster", "verify", "--data"]).ends(0);

    // Nodes that decide in different ways can differ tomorrow.
    let rule = "SELECT spock.set_conflict_policy('account', 'update_missing', 'error')";
    cluster.node(1).sql(rule);
    let different = "nodes decide conflicts in different ways: n1: last_update_wins; \
                     n2: last_update_wins; update_missing of public.account: error; n3: last_update_wins";
    on(&cluster, &["cluster", "verify", "--data"]).ends(0).says(different);
    for node in [0, 2] {
        cluster.node(node).sql(rule);
    }
    let verify = on(&cluster, &["cluster", "verify", "--data"]).ends(0);
    assert!(!verify.stderr.contains("different ways"), "{}", verify.stderr);
}

#[test]
fn wait_that_runs_out_tells_the_state() {
    let cluster = mesh();
    let mut blocker = cluster.node(1).connect();
    blocker.batch_execute("BEGIN; LOCK TABLE account IN EXCLUSIVE MODE").unwrap();
    cluster.node(0).sql("UPDATE account SET v = 'w' WHERE id = 1");
    let wait = ["cluster", "wait", "--for", "caught-up", "--timeout"];
    on(&cluster, &[&wait[..], &["2s"]].concat())
        .ends(7)
        .says("not caught up within 2s")
        .says("sub_n1_n2 at ");
    blocker.batch_execute("ROLLBACK").unwrap();
    on(&cluster, &[&wait[..], &["60s"]].concat()).ends(0).says("all 3 nodes are caught up");
}

/// Options in place of what the definition says: which sets, and whether statements are replicated by themselves.
#[test]
fn init_takes_sets_and_automatic_ddl_from_the_command_line() {
    let cluster = bare(2);
    let init = ["cluster", "init", "--auto-ddl", "on", "--repset", "default,default_insert_only"];
    let plan = on(&cluster, &[&init[..], &["--dry-run", "-o", "json"]].concat()).ends(0);
    let step = plan.items().into_iter().find(|step| step["step"] == "n2.automatic_ddl");
    let preview = step.expect("a step")["sql"].to_string();
    assert!(preview.contains("ALTER SYSTEM SET spock.include_ddl_repset = on"), "{preview}");
    let show = "SHOW spock.enable_ddl_replication";
    assert_eq!(cluster.node(1).table(show), "off");
    on(&cluster, &init).ends(0).says("* n1 switch automatic DDL on (");
    let subs = on(&cluster, &["sub", "show", "sub_n1_n2", "-o", "json"]).ends(0);
    assert!(subs.stdout.contains("default_insert_only") && !subs.stdout.contains("ddl_sql"));
    cluster.node(0).sql("CREATE TABLE made (id int PRIMARY KEY); INSERT INTO made VALUES (1)");
    cluster.drain();
    assert_eq!(cluster.node(1).value::<i64>("SELECT count(*) FROM made"), 1);
    on(&cluster, &init).ends(0).says("* n2 switch automatic DDL on (already done)");
    on(&cluster, &["cluster", "init", "--auto-ddl", "off", "--repset", init[5]]).ends(0);
    assert_eq!(cluster.node(1).table(show), "off");
    on(&cluster, &["cluster", "init", "--auto-ddl", "on", "--repset", "default", "--dry-run"])
        .ends(0)
        .says("do not ask for replication set \"default_insert_only\", by which statements travel");
}

#[test]
fn dropped_subscriptions_are_made_again_by_init() {
    let cluster = mesh();
    on(&cluster, &["sub", "drop", "sub_n3_n2", "--yes"]).ends(0);
    on(&cluster, &["sub", "drop", "sub_n3_n2", "--yes"]).ends(8).says("does not exist");
    on(&cluster, &["sub", "drop", "sub_n3_n2", "--yes", "--if-exists"]).ends(0);
    on(&cluster, &["cluster", "status", "--exit-code"]).ends(6);
    let status = on(&cluster, &["status", "-o", "json"]).ends(0);
    assert_eq!(status.items()[1]["status"], "degraded");
    assert_eq!(status.items()[1]["reason"], "1 of 2 subscriptions exist");
    // Those of subscribers: what is named spk_log_ keeps this node's own log.
    let slots = "SELECT count(*) FROM pg_replication_slots \
                 WHERE slot_type = 'logical' AND slot_name NOT LIKE 'spk\\_log\\_%'";
    assert_eq!(cluster.node(2).value::<i64>(slots), 1);
    on(&cluster, &["cluster", "init"])
        .ends(0)
        .says("subscription sub_n3_n2 is made without a copy: what was written on n3 while it was")
        .says("* n2 create subscription sub_n3_n2 to n3, without a copy (");
    assert_eq!(cluster.node(2).value::<i64>(slots), 2);
    on(&cluster, &["cluster", "status", "--exit-code"]).ends(0);
    let topology = on(&cluster, &["cluster", "topology", "--no-headers"]).ends(0);
    let cells: Vec<&str> = topology.stdout.split_whitespace().collect();
    assert_eq!(cells, ["n1", "-", "*", "*", "n2", "*", "-", "*", "n3", "*", "*", "-"]);
}
