//! `doctor` and `assess`: every fault is told once, with its true cause and what mends it.

use serde_json::Value;
use spock_tests::{Cluster, StopMode};

use super::run::{Run, bare, on};

/// The findings of this kind.
fn of<'a>(items: &'a [Value], id: &str) -> Vec<&'a Value> {
    items.iter().filter(|item| item["id"] == id).collect()
}

/// The one finding of this kind, as severity, nodes, object and problem.
#[track_caller]
fn one(run: &Run, id: &str) -> (String, String, String, String) {
    let items = run.items();
    let found = of(&items, id);
    assert_eq!(found.len(), 1, "{id} in {run:#?}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let nodes: Vec<String> = found[0]["nodes"].as_array().into_iter().flatten().map(text).collect();
    assert!(found[0]["remedy"].is_string(), "{id} has no remedy: {run:#?}");
    (
        text(&found[0]["severity"]),
        nodes.join(","),
        text(&found[0]["object"]),
        text(&found[0]["problem"]),
    )
}

fn told(
    severity: &str,
    nodes: &str,
    object: &str,
    problem: &str,
) -> (String, String, String, String) {
    (severity.into(), nodes.into(), object.into(), problem.into())
}

#[test]
fn a_cluster_that_is_well_has_no_findings_but_notes() {
    let cluster = bare(3);
    cluster.node(0).sql(
        "CREATE TABLE t (id bigint PRIMARY KEY, code text UNIQUE, later int UNIQUE DEFERRABLE);
         CREATE TABLE log (v text)",
    );
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    let doctor = on(&cluster, &["doctor"]).ends(0).says("0 errors, 0 warnings, 2 notes on 3 nodes");
    let lines: Vec<&str> = doctor.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{doctor:#?}");
    assert!(lines[0].starts_with("SEVERITY  NODE      ID "), "{doctor:#?}");
    assert!(
        lines[1].starts_with("- info    n1,n2,n3  deferrable-unique       table public.t has a"),
        "{doctor:#?}"
    );
    let doctor = on(&cluster, &["doctor", "--severity", "warning"]).ends(0);
    assert_eq!(doctor.stdout, "");
    let json = on(&cluster, &["doctor", "-o", "json"]).ends(0);
    assert_eq!(json.json()["schema"], "spockctl/doctor/1");
    assert_eq!(json.stderr, "");
    assert_eq!(one_note(&json, "several-unique-indexes"), "n1,n2,n3");
}

fn one_note(run: &Run, id: &str) -> String {
    let items = run.items();
    let found = of(&items, id);
    assert_eq!(found.len(), 1, "{run:#?}");
    let nodes = found[0]["nodes"].as_array().expect("an array");
    nodes.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")
}

/// What keeps servers from being nodes is told with the settings; those that can be set are set.
#[test]
fn settings_are_told_and_set() {
    let cluster = Cluster::builder()
        .nodes(2)
        .without_create_extension()
        .node_setting("n2", "autovacuum_freeze_max_age", "1000000")
        .node_setting("n2", "max_worker_processes", "6")
        .start();
    on(&cluster, &["cluster", "init"]).ends(0);
    cluster.node(1).sql("ALTER SYSTEM SET spock.ddl_lock = 'wait'");
    cluster.node(1).sql("SELECT pg_reload_conf()");
    cluster.wait_for("the setting", || {
        let json = on(&cluster, &["doctor", "-o", "json"]).ends(0);
        !of(&json.items(), "ddl-settings-differ").is_empty()
    });
    let json = on(&cluster, &["doctor", "-o", "json"]).ends(0);
    assert_eq!(
        one(&json, "commit-times-short"),
        told(
            "warning",
            "n2",
            "autovacuum_freeze_max_age",
            "autovacuum_freeze_max_age is 1000000: commit times, which decide conflicts, are kept \
             for so many transactions only"
        )
    );
    assert_eq!(
        one(&json, "no-room"),
        told(
            "warning",
            "n2",
            "max_worker_processes",
            "max_worker_processes is 6: no room for 7 workers and copies"
        )
    );
    assert_eq!(
        one(&json, "ddl-settings-differ"),
        told("warning", "n1,n2", "spock.ddl_lock", "spock.ddl_lock differs: off on n1; wait on n2")
    );

    let would = "would run on n2: ALTER SYSTEM SET autovacuum_freeze_max_age = 200000000";
    on(&cluster, &["doctor", "--fix", "--dry-run"]).ends(0).says(would);
    on(&cluster, &["doctor", "--fix"]).ends(9).says("--yes");
    let unchanged = one(&on(&cluster, &["doctor", "-o", "json"]), "no-room");
    assert!(unchanged.3.ends_with("no room for 7 workers and copies"), "{unchanged:?}");
    on(&cluster, &["doctor", "--fix", "--yes"])
        .ends(0)
        .says("node n2 has max_worker_processes = 14, from its next restart on");
    cluster.wait_for("the settings to wait for a restart", || {
        let json = on(&cluster, &["doctor", "-o", "json"]).ends(0);
        one(&json, "no-room").3.ends_with("; it was changed since, and waits for a restart")
    });
    on(&cluster, &["doctor", "--fix", "--yes"]).ends(0).says("nothing of it can be mended");
    cluster.allow_log("could not");
    cluster.node(1).stop(StopMode::Fast).unwrap();
    cluster.node(1).start().unwrap();
    on(&cluster, &["cluster", "wait", "--for", "replicating"]).ends(0);
    let json = on(&cluster, &["doctor", "-o", "json"]).ends(0);
    assert!(of(&json.items(), "no-room").is_empty(), "{json:#?}");
    assert!(of(&json.items(), "commit-times-short").is_empty(), "{json:#?}");
}

#[test]
fn servers_that_cannot_be_nodes_are_told_why() {
    let cluster =
        Cluster::builder().nodes(2).stock().node_setting("n2", "wal_level", "replica").start();
    let doctor = on(&cluster, &["doctor", "-o", "json"]).ends(6);
    assert_eq!(one(&doctor, "wal-level").3, "wal_level is \"replica\"");
    assert_eq!(one(&doctor, "preload").1, "n1,n2");
    assert_eq!(
        one(&doctor, "no-node"),
        told("error", "n1,n2", "", "the extension is not in the database")
    );
}

#[test]
fn assess_says_what_a_database_lacks() {
    let cluster = bare(1);
    let node = cluster.node(0);
    node.sql(
        "CREATE TABLE good (id uuid PRIMARY KEY);
         CREATE TABLE serial (id serial PRIMARY KEY);
         CREATE TABLE ident (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
         CREATE TABLE odd (id int PRIMARY KEY DEFAULT 1);
         CREATE SEQUENCE steps INCREMENT 10; ALTER TABLE odd ALTER id SET DEFAULT nextval('steps');
         CREATE TABLE late (id int PRIMARY KEY DEFERRABLE);
         CREATE TABLE nokey (v text);
         CREATE UNLOGGED TABLE fast (id int PRIMARY KEY);
         CREATE TABLE silent (id int PRIMARY KEY); ALTER TABLE silent REPLICA IDENTITY NOTHING;
         CREATE TABLE whole (id int PRIMARY KEY); ALTER TABLE whole REPLICA IDENTITY FULL;
         CREATE TABLE child (id int PRIMARY KEY, good uuid REFERENCES good);
         SELECT lo_create(0)",
    );
    let dsn = node.dsn();
    let assess = on(&cluster, &["assess", "-o", "json"]).ends(0);
    assert_eq!(assess.json()["schema"], "spockctl/assess/1");
    let mut found: Vec<String> = assess
        .items()
        .iter()
        .map(|item| {
            let text = |key: &str| item[key].as_str().unwrap_or("-").to_owned();
            format!("{} {} {}", text("severity"), text("id"), text("object"))
        })
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            "info deferrable-unique public.late",
            "info foreign-keys -",
            "info replica-identity-full public.whole",
            "warning large-objects -",
            "warning replica-identity-nothing public.silent",
            "warning sequence-key public.ident",
            "warning sequence-key public.serial",
            "warning table-without-key public.late",
            "warning table-without-key public.nokey",
            "warning unlogged-table public.fast",
        ]
    );
    // By connection string, without a definition.
    let mut command = super::run::spockctl();
    command.args(["assess", "--nodes", "30", "-d", &dsn]);
    let assess = super::run::run(command).ends(6).says("3 errors, 7 warnings, 3 notes on 1 node");
    assert!(
        assess.stdout.contains("max_replication_slots is 20, this cluster needs 59"),
        "{assess:#?}"
    );
}

/// Addresses: what a server does not reach, and what only this machine does not reach.
#[test]
fn directions_are_told_apart() {
    let cluster = bare(2);
    on(&cluster, &["cluster", "init"]).ends(0);
    cluster.allow_log("could not connect to");
    cluster.allow_log("could not receive data from");
    cluster.node(1).sql(
        "UPDATE spock.node_interface SET if_dsn = 'host=127.0.0.1 port=1 dbname=app connect_timeout=2'
          WHERE if_name = 'n1'",
    );
    on(&cluster, &["sub", "disable", "sub_n1_n2", "--yes"]).ends(0);
    on(&cluster, &["sub", "enable", "sub_n1_n2"]).ends(0);
    cluster.wait_for("the finding", || {
        let doctor = on(&cluster, &["doctor", "-o", "json"]);
        of(&doctor.items(), "peer-unreachable").len() == 1
    });
    let doctor = on(&cluster, &["doctor", "-o", "json"]).ends(6);
    let (severity, nodes, object, problem) = one(&doctor, "peer-unreachable");
    assert_eq!((severity.as_str(), nodes.as_str(), object.as_str()), ("error", "n2", "sub_n1_n2"));
    assert!(
        problem.starts_with("n2 does not reach n1: could not connect")
            && problem.contains("refused"),
        "{problem}"
    );
    // The other direction works, and nothing else is wrong.
    assert_eq!(doctor.items().len(), 1, "{doctor:#?}");
}

/// What is wrong with subscriptions that go on, with slots, and with tables.
#[test]
fn streams_slots_and_tables_are_told() {
    let cluster = bare(2);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql(
        "CREATE TABLE t (id serial PRIMARY KEY, k int);
         CREATE TABLE gone (id int PRIMARY KEY);
         CREATE TABLE bare (id int PRIMARY KEY)",
    );
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    n2.sql("ALTER TABLE t ADD CONSTRAINT small CHECK (k < 10); DROP TABLE gone");
    n1.sql("INSERT INTO t VALUES (1, 20)");
    cluster.catch_up(0, 1);
    n1.sql("ALTER TABLE bare DROP CONSTRAINT bare_pkey");
    n1.sql("SELECT pg_create_logical_replication_slot('old_subscriber', 'spock_output')");
    n2.sql(
        "INSERT INTO spock.repair_needed (sub_id, reloid, reason)
         SELECT sub_id, 't'::regclass, 'why' FROM spock.subscription WHERE sub_name = 'sub_n1_n2'",
    );
    on(&cluster, &["sub", "disable", "sub_n2_n1", "--yes"]).ends(0);
    let doctor = on(&cluster, &["doctor", "-o", "json"]).ends(6);
    let expected = [
        (
            "exceptions-pending",
            told(
                "error",
                "n2",
                "sub_n1_n2",
                "DIVERGED: 1 change of n1 could not be applied and wait for somebody",
            ),
        ),
        ("needs-repair", told("error", "n2", "sub_n1_n2", "rows may differ: public.t: why")),
        ("subscription-disabled", told("warning", "n1", "sub_n2_n1", "disabled by hand")),
        (
            "slot-without-consumer",
            told(
                "warning",
                "n1",
                "old_subscriber",
                "slot old_subscriber belongs to no subscription, and keeps 0 MB of log",
            ),
        ),
        ("table-missing", told("error", "n2", "public.gone", "there is no table public.gone here")),
        (
            "table-differs",
            told(
                "warning",
                "n1,n2",
                "public.bare",
                "table public.bare differs: column id is integer not null on n1; integer not null \
                 in key on n2",
            ),
        ),
        (
            "table-without-key",
            told(
                "error",
                "n1",
                "public.bare",
                "table public.bare has no key, and set default replicates updates or deletes: none \
                 of them can be applied",
            ),
        ),
        (
            "sequence-key",
            told(
                "warning",
                "n1,n2",
                "public.t",
                "key column id of table public.t takes its values from public.t_id_seq, which every \
                 node counts for itself",
            ),
        ),
    ];
    for (id, finding) in &expected {
        assert_eq!(one(&doctor, id), *finding, "{id}");
    }
    assert_eq!(doctor.items().len(), expected.len(), "{doctor:#?}");

    // A slot is nobody's only when all nodes were asked.
    let part = on(&cluster, &["doctor", "-o", "json", "--node", "n1"]).ends(6);
    assert!(of(&part.items(), "slot-without-consumer").is_empty(), "{part:#?}");
    // Nor is a node that was not asked taken for one that is away.
    cluster.allow_log("could not connect to");
    cluster.allow_log("could not receive data from");
    n1.stop(StopMode::Fast).unwrap();
    cluster.wait_for("the stream to be missed", || {
        let part = on(&cluster, &["doctor", "-o", "json", "--node", "n2"]);
        of(&part.items(), "peer-unreachable").len() == 1
    });
    let dsn = n2.dsn();
    let mut command = super::run::spockctl();
    command.args(["doctor", "-o", "json", "-d", &dsn]);
    let alone = super::run::run(command).ends(6);
    assert_eq!(one(&alone, "peer-unreachable").1, "node");
    assert!(of(&alone.items(), "node-name-differs").is_empty(), "{alone:#?}");
}

/// Two nodes whose commits wait for each other.
#[test]
fn s2_a_synchronous_pair_is_told() {
    let cluster = bare(2);
    on(&cluster, &["cluster", "init"]).ends(0);
    for (node, subscriber, sub) in [(0, 1, "sub_n1_n2"), (1, 0, "sub_n2_n1")] {
        let slot: String = cluster
            .node(subscriber)
            .value(&format!("SELECT slot_name FROM spock.sub_show_status('{sub}')"));
        let node = cluster.node(node);
        node.set(&[("synchronous_standby_names", &slot)]).unwrap();
        node.reload().unwrap();
    }
    cluster.wait_for("the finding on both nodes", || {
        let doctor = on(&cluster, &["doctor", "-o", "json"]);
        of(&doctor.items(), "synchronous-pair").len() == 2
    });
    let doctor = on(&cluster, &["doctor", "-o", "json", "--node", "n2"]).ends(6);
    assert_eq!(
        one(&doctor, "synchronous-pair"),
        told(
            "error",
            "n2",
            "sub_n1_n2",
            "commits of this node and of node \"n1\" wait for each other (synchronous_standby_names)"
        )
    );
}

/// A server that lists its output plugins: the setting that is set holds them one by one.
#[test]
fn output_plugins_are_set_as_a_list() {
    let cluster = Cluster::builder().nodes(2).without_create_extension().start();
    on(&cluster, &["cluster", "init"]).ends(0);
    let n1 = cluster.node(0);
    let known = "SELECT count(*) FROM pg_settings WHERE name = 'output_plugin_libraries'";
    if n1.value::<i64>(known) == 0 {
        spock_tests::skip("this server does not list its output plugins");
        return;
    }
    n1.sql("ALTER SYSTEM SET output_plugin_libraries = pgoutput, test_decoding");
    n1.sql("SELECT pg_reload_conf()");
    cluster.wait_for("the finding", || {
        let doctor = on(&cluster, &["doctor", "-o", "json"]);
        of(&doctor.items(), "output-plugin-libraries").len() == 1
    });
    on(&cluster, &["doctor", "--fix", "--yes"])
        .ends(6)
        .says("node n1 has output_plugin_libraries = ");
    cluster.wait_for("all to be well", || on(&cluster, &["doctor", "-o", "json"]).code == 0);
    let value: String = n1.value("SELECT current_setting('output_plugin_libraries')");
    assert_eq!(value, "pgoutput, test_decoding, spock_output, mmlite");
}
