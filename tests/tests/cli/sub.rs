//! `sub …`: making, changing, copying, waiting for, and unblocking one subscription.

use serde_json::json;
use spock_tests::Cluster;

use super::run::{bare, on};
use super::transcript::Transcript;

/// Two nodes that replicate a table and a partitioned one to each other. Seen to fail with partitions that are added to
/// their set twice.
fn pair() -> Cluster {
    let cluster = bare(2);
    cluster.node(0).sql(
        "CREATE TABLE t (id int PRIMARY KEY, k int);
         CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id);
         CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (0) TO (10);
         CREATE TABLE parted_high PARTITION OF parted FOR VALUES FROM (10) TO (20);
         INSERT INTO t SELECT i, i FROM generate_series(1, 3) i; INSERT INTO parted VALUES (1), (11)",
    );
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    cluster
}

fn status(cluster: &Cluster) -> String {
    let items = on(cluster, &["sub", "status", "sub_n1_n2", "-o", "json"]).ends(0).items();
    items[0]["status"].as_str().unwrap_or_default().to_owned()
}

/// Seen to fail with a wait that ends at once.
#[test]
fn a_subscription_is_made_and_changed() {
    let cluster = pair();
    let n2 = cluster.node(1);
    cluster.allow_log("contains invalid character");
    let mut transcript = Transcript::of(&cluster);
    let mut run = |args: &[&str]| transcript.run(&[&["sub"], args].concat());
    run(&["drop", "sub_n1_n2"]).ends(9);
    run(&["drop", "sub_n1_n2", "--dry-run"]).ends(0);
    run(&["drop", "sub_n1_n2", "--yes"]).ends(0);
    run(&["drop", "sub_n1_n2", "--yes"]).ends(8);
    run(&["drop", "sub_n1_n2", "--yes", "--if-exists"]).ends(0);

    let create = ["create", "sub_n1_n2", "--provider", "n1"];
    let at_n2 = [&create[..], &["--node", "n2"]].concat();
    run(&create).ends(2);
    run(&["create", "sub_n1_n2", "--provider", "n2", "--node", "n2"]).ends(2);
    run(&["create", "sub_n1_n2", "--provider", "n3", "--node", "n2"]).ends(3);
    run(&["create", "Sub", "--provider", "n1", "--node", "n2"]).ends(1);
    run(&[&at_n2[..], &["--disabled", "--sync", "data"]].concat()).ends(2);
    run(&[&at_n2[..], &["--dry-run"]].concat()).ends(0);
    assert_eq!(n2.table("SELECT sub_name FROM spock.subscription"), "");
    let full = ["--repset", "default,ddl_sql", "--apply-delay", "50ms", "--skip-schema", "scratch"];
    n2.sql("SELECT spock.repair_mode(true); TRUNCATE t, parted");
    let copying = ["--sync", "data", "--force-text-transfer", "--wait"];
    on(&cluster, &[&["sub"], &at_n2[..], &full, &copying].concat()).ends(0).says("replicates");
    assert_eq!(status(&cluster), "replicating");
    assert_eq!(n2.table("SELECT count(*) FROM t"), "3");
    assert_eq!(
        n2.table(
            "SELECT sub_replication_sets, sub_apply_delay, sub_skip_schema, sub_force_text_transfer
               FROM spock.subscription"
        ),
        "{default,ddl_sql}|00:00:00.05|{scratch}|t"
    );
    run(&at_n2).ends(8);
    run(&[&at_n2[..], &["--if-not-exists", "-o", "json"]].concat()).ends(0).json();

    run(&["alter", "sub_n1_n2", "--apply-delay", "0", "--skip-schema", "", "--dry-run"]).ends(0);
    run(&["alter", "sub_n1_n2", "--apply-delay", "0", "--skip-schema", ""]).ends(0);
    run(&["alter", "sub_n1_n2", "--apply-delay", "0"]).ends(0).says("is set so already");
    on(&cluster, &["sub", "alter", "sub_n1_n2"]).ends(2);
    assert_eq!(
        n2.table("SELECT sub_apply_delay, sub_skip_schema FROM spock.subscription"),
        "00:00:00|{}"
    );
    n2.sql(
        "SELECT spock.node_add_interface('n1', 'private', if_dsn) FROM spock.node_interface
          WHERE if_name = 'n1'",
    );
    run(&["alter-interface", "sub_n1_n2", "privat"]).ends(8);
    run(&["alter-interface", "sub_n1_n2", "private"]).ends(0);
    run(&["alter-interface", "sub_n1_n2", "private"]).ends(0);
    run(&["add-repset", "sub_n1_n2", "default_insert_only", "-o", "json"]).ends(0).json();
    run(&["add-repset", "sub_n1_n2", "default_insert_only"]).ends(0);
    run(&["remove-repset", "sub_n1_n2", "ddl_sql"]).ends(9);
    run(&["remove-repset", "sub_n1_n2", "ddl_sql", "--yes", "-o", "name"]).ends(0);
    run(&["show", "sub_n1_n3"]).ends(8);
    run(&["show-table", "sub_n1_n2"]).ends(0);
    run(&["wait-for-sync", "sub_n1_n2", "--quiet", "--columns", "name,reached"]).ends(0);
    on(&cluster, &["sub", "show-status"]).ends(0).says("former name of `spockctl sub status`");
    transcript.is("sub_change");

    let shown = on(&cluster, &["sub", "show", "sub_n1_n2", "-o", "json"]).ends(0).items();
    assert_eq!(shown[0]["options"]["interface"], "private");
    assert_eq!(shown[0]["options"]["force_text_transfer"], true);
    assert_eq!(shown[0]["replication_sets"], json!(["default", "default_insert_only"]));
    let tables = shown[0]["tables"].as_array().expect("tables");
    assert!(
        tables.iter().any(|t| t["table"]["name"] == "t" && t["state"] == "ready"),
        "{tables:#?}"
    );
    let text = on(&cluster, &["sub", "show", "sub_n1_n2"]).ends(0).stdout;
    assert!(text.contains("public.parted_low: ready"), "{text}");
}

/// Seen to fail with a wait that ends at once.
#[test]
fn tables_are_copied_again_and_waited_for() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    let run = |args: &[&str]| on(&cluster, &[&["sub"], args].concat());
    n2.sql("BEGIN; SELECT spock.repair_mode(true); DELETE FROM t; DELETE FROM parted; COMMIT");
    run(&["resync-table", "sub_n1_n2", "t", "nothing", "--yes"])
        .ends(8)
        .says("table public.nothing does not exist");
    run(&["resync-table", "sub_n1_n2", "t", "parted"]).ends(9);
    run(&["resync-table", "sub_n1_n2", "t", "parted", "--dry-run"]).ends(0).says(
        "would copy tables public.t, public.parted from n1 by subscription sub_n1_n2 on node n2",
    );
    assert_eq!(n2.table("SELECT count(*) FROM t"), "0");
    run(&["resync-table", "sub_n1_n2", "t", "public.parted", "--yes"]).ends(0);
    assert_eq!(n2.table("SELECT count(*) FROM t"), "3");
    assert_eq!(n2.table("SELECT * FROM parted ORDER BY 1"), "1\n11");

    n1.sql("CREATE TABLE late (id int PRIMARY KEY); INSERT INTO late VALUES (1)");
    n2.sql("CREATE TABLE late (id int PRIMARY KEY)");
    n1.sql("SELECT spock.repset_add_table('default', 'late')");
    run(&["sync", "sub_n1_n2", "--dry-run"]).ends(0).says("would start to copy the tables");
    run(&["sync", "sub_n1_n2", "--wait"]).ends(0);
    assert_eq!(n2.table("SELECT * FROM late"), "1");

    let mut holder = n2.connect();
    holder.batch_execute("BEGIN; LOCK TABLE t").expect("a lock");
    n1.sql("INSERT INTO t VALUES (4, 4)");
    let late = run(&["wait", "sub_n1_n2", "--for", "catch-up", "--timeout", "1s", "-o", "json"]);
    let items = late.ends(7).items();
    assert_eq!(items[0]["reached"], false);
    assert!(items[0]["state"].as_str().is_some_and(|s| s.contains(" of 0/")), "{items:#?}");
    run(&["wait", "sub_n1_n2", "--for", "catch-up", "--timeout", "1s"])
        .ends(7)
        .says("subscription \"sub_n1_n2\" is not at");
    holder.batch_execute("COMMIT").expect("COMMIT");
    run(&["wait", "sub_n1_n2", "--for", "catch-up"]).ends(0);
    assert_eq!(n2.table("SELECT count(*) FROM t"), "4");
    let place = format!("lsn={}", n1.value::<String>("SELECT spock.sync_event()::text"));
    let items = run(&["wait", "sub_n1_n2", "--for", &place, "-o", "json"]).ends(0).items();
    assert_eq!(items[0]["reached"], true);
    run(&["wait", "sub_n1_n2", "sub_n2_n1"]).ends(0);
    run(&["wait", "sub_n1_n2", "--table", "parted"]).ends(0);
    run(&["wait", "sub_n1_n2", "--table", "other"]).ends(8);
    run(&["wait", "sub_n1_n2", "--for", "tomorrow"]).ends(2);
    run(&["wait", "sub_n1_n3"]).ends(8).says("did you mean");

    let items = run(&["lag", "-o", "json"]).ends(0).items();
    assert_eq!(items.len(), 2, "{items:#?}");
    run(&["lag", "--warn", "0s", "--crit", "1h"]).ends(6);
    run(&["lag", "sub_n1_n2", "--crit", "1TB"]).ends(0);
    let inserted = |args: &[&str]| -> i64 {
        let items = run(&[&["stats", "sub_n1_n2", "-o", "json"], args].concat()).ends(0).items();
        items.iter().filter_map(|item| item["inserts"].as_i64()).sum()
    };
    cluster.wait_for("the insert to be counted", || inserted(&[]) >= 1);
    assert!(inserted(&["--by-table"]) >= 1);
    run(&["stats", "sub_n1_n2", "--reset"]).ends(9);
    run(&["stats", "sub_n1_n2", "--reset", "--yes"]).ends(0);
    assert_eq!(inserted(&[]), 0);
    run(&["stats", "--by-table", "--reset", "--yes", "--node", "n2"]).ends(0);
    assert_eq!(inserted(&["--by-table"]), 0);

    run(&["disable", "sub_n1_n2", "--immediate", "--yes"]).ends(0);
    let workers =
        "SELECT count(*) FROM spock.get_apply_worker_status() WHERE worker_status = 'running'";
    assert_eq!(n2.table(workers), "0");
    run(&["wait", "sub_n1_n2", "--for", "lsn=FF/0"]).ends(8).says("is disabled");
    run(&["lag", "sub_n1_n2", "--crit", "1h"]).ends(6);
    run(&["enable", "sub_n1_n2"]).ends(0);
    cluster.drain();
}

/// Seen to fail, at its limit, without enabling it.
#[test]
fn the_transaction_that_it_stands_at_is_skipped() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    cluster.allow_log("was disabled");
    n2.sql("ALTER SYSTEM SET spock.exception_behaviour = 'sub_disable'");
    n2.sql("SELECT pg_reload_conf()");
    n2.sql("ALTER TABLE t ADD CONSTRAINT small CHECK (k < 10)");
    on(&cluster, &["sub", "skip", "sub_n1_n2", "--next", "--yes"])
        .ends(8)
        .says("stands at no transaction that is known");
    on(&cluster, &["sub", "skip-lsn", "sub_n1_n2", "--from-error", "--yes"]).ends(8);
    let fail = |id: i32| {
        n1.sql(&format!(
            "BEGIN; INSERT INTO t VALUES ({id}, 20); INSERT INTO t VALUES ({id} + 1, 1); COMMIT"
        ));
        n1.sql(&format!("INSERT INTO t VALUES ({id} + 2, 1)"));
        cluster.wait_for("the subscription to be disabled", || status(&cluster) == "disabled");
    };
    fail(10);
    let mut transcript = Transcript::of(&cluster);
    let columns = ["--columns", "change,operation,table,status,new"];
    let skip = [&["sub", "skip", "--next", "sub_n1_n2"], &columns[..]].concat();
    transcript.run(&[&skip[..], &["--dry-run"]].concat()).ends(0);
    transcript.run(&skip).ends(9);
    assert_eq!(status(&cluster), "disabled");
    transcript.run(&[&skip[..], &["--yes"]].concat()).ends(0);
    cluster.wait_for("the subscription to go on", || status(&cluster) == "replicating");
    cluster.drain();
    assert_eq!(n2.table("SELECT id FROM t WHERE id >= 10 ORDER BY id"), "12");
    transcript.run(&[&skip[..], &["--yes"]].concat()).ends(8);

    fail(20);
    let document = on(&cluster, &["sub", "skip", "--next", "sub_n1_n2", "--dry-run", "-o", "json"]);
    let item = &document.ends(0).items()[0];
    assert_eq!(item["changes"].as_array().map(Vec::len), Some(3), "{item:#?}");
    let lsn = item["commit_lsn"].as_str().expect("a place");
    transcript.run(&["sub", "skip-lsn", "sub_n1_n2", "--from-error", "--dry-run"]).ends(0);
    transcript.run(&["sub", "skip-lsn", "sub_n1_n2", "--from-error"]).ends(9);
    transcript.run(&["sub", "skip-lsn", "sub_n1_n2", "--from-error", "--yes"]).ends(0);
    transcript.run(&["sub", "skip-lsn", "sub_n1_n2", lsn, "--yes"]).ends(0);
    transcript.run(&["sub", "skip-lsn", "sub_n1_n2", "0/0"]).ends(0);
    transcript.run(&["sub", "skip-lsn", "sub_n1_n2", "nowhere"]).ends(2);
    on(&cluster, &["sub", "skip-lsn", "sub_n1_n2", lsn, "--yes"]).ends(0);
    transcript.run(&["sub", "enable", "sub_n1_n2", "-o", "csv"]).ends(0);
    transcript.is("sub_skip");
    cluster.wait_for("the subscription to go on", || status(&cluster) == "replicating");
    cluster.drain();
    assert_eq!(n2.table("SELECT id FROM t WHERE id >= 20 ORDER BY id"), "22");
}
