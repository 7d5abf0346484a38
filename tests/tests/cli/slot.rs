//! `slot …` and `worker …`: who reads a slot, and which one nobody does.

use serde_json::Value;
use spock_tests::StopMode;

use super::run::{bare, on};
use super::transcript::Transcript;

const COLUMNS: &str = "node,slot,state,consumer,subscription,reason";

fn state_of(items: &[Value], slot: &str) -> String {
    let item = items.iter().find(|item| item["name"] == slot);
    item.and_then(|item| item["state"].as_str()).unwrap_or("none").to_owned()
}

#[test]
fn a_slot_is_an_orphan_only_when_everybody_was_asked() {
    let cluster = bare(3);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    let n1 = cluster.node(0);
    let mut transcript = Transcript::of(&cluster);
    on(&cluster, &["slot", "orphans"]).ends(0);
    cluster.wait_for("the slots to be read", || {
        let items = on(&cluster, &["slot", "list", "-o", "json"]).ends(0).items();
        items.iter().filter(|item| item["state"] == "used").count() == 6
    });
    let shown = transcript.run(&["slot", "list", "--node", "n1", "--columns", COLUMNS]).ends(0);
    assert!(shown.stdout.contains("sub_n1_n2"), "{shown:#?}");

    n1.sql("SELECT pg_create_logical_replication_slot('spk_app_n1_sub_gone', 'spock_output')");
    on(&cluster, &["sub", "disable", "sub_n1_n3", "--yes"]).ends(0);
    cluster.wait_for("the slot to be let go", || {
        let items = on(&cluster, &["slot", "list", "-o", "json"]).ends(0).items();
        state_of(&items, "spk_app_n1_sub_n1_n3") == "waiting"
    });
    transcript.run(&["slot", "list", "--node", "n1", "--columns", COLUMNS]).ends(0);
    transcript.run(&["slot", "orphans", "--columns", "node,slot,state,reason"]).ends(6);
    transcript.run(&["slot", "drop", "spk_app_n1_sub_n1_n3", "--yes"]).ends(8);
    transcript.run(&["slot", "drop", "spock_retention", "--node", "n1", "--yes"]).ends(8);
    transcript.run(&["slot", "drop", "nothing", "--yes"]).ends(8);
    transcript.run(&["slot", "drop", "nothing", "--yes", "--if-exists"]).ends(0);

    cluster.allow_log("could not connect to");
    cluster.allow_log("could not receive data from");
    cluster.node(2).stop(StopMode::Fast).unwrap();
    transcript.run(&["slot", "list", "--node", "n1", "--columns", COLUMNS]).ends(0);
    transcript.run(&["slot", "orphans", "--node", "n1"]).ends(0);
    transcript.run(&["slot", "drop", "spk_app_n1_sub_gone", "--yes", "--node", "n1"]).ends(8);
    cluster.node(2).start().unwrap();
    transcript.run(&["slot", "drop", "spk_app_n1_sub_gone"]).ends(9);
    let dropped = on(&cluster, &["slot", "drop", "spk_app_n1_sub_gone", "--dry-run"]).ends(0);
    dropped.says("would drop slot spk_app_n1_sub_gone (which keeps");
    on(&cluster, &["slot", "drop", "spk_app_n1_sub_gone", "--yes"]).ends(0).says("dropped slot");
    on(&cluster, &["slot", "orphans"]).ends(0);
    transcript.is("slot");
}

/// A node that was removed without a word leaves its slots behind; a lone connection string knows of no other node.
#[test]
fn a_lone_node_calls_no_slot_an_orphan() {
    let cluster = bare(2);
    on(&cluster, &["cluster", "init"]).ends(0);
    let n1 = cluster.node(0);
    n1.sql("SELECT pg_create_logical_replication_slot('spk_app_n1_sub_gone', 'spock_output')");
    let mut alone = super::run::spockctl();
    alone.args(["--dsn", &n1.dsn(), "slot", "list", "-o", "json"]);
    let items = super::run::run(alone).ends(0).items();
    assert_eq!(state_of(&items, "spk_app_n1_sub_gone"), "unknown", "{items:#?}");
}

#[test]
fn workers_are_listed_and_a_subscription_without_one_says_why() {
    let cluster = bare(2);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY, k int)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    let mut transcript = Transcript::of(&cluster);
    let columns = ["--columns", "node,kind,subscription,provider,status,reason"];
    transcript.run(&[&["worker", "list"], &columns[..]].concat()).ends(0);
    cluster.allow_log("could not connect to");
    cluster.allow_log("could not receive data from");
    let mut holder = cluster.node(1).connect();
    holder.batch_execute("BEGIN; LOCK TABLE t").expect("a lock");
    cluster.node(0).sql("INSERT INTO t VALUES (1, 1)");
    cluster.wait_for("the worker to be blocked", || {
        let items = on(&cluster, &["worker", "list", "-o", "json", "--node", "n2"]).ends(0).items();
        items.iter().any(|item| item["blocked_by"].as_array().is_some_and(|pids| pids.len() == 1))
    });
    holder.batch_execute("COMMIT").expect("COMMIT");
    on(&cluster, &["sub", "disable", "sub_n1_n2", "--yes"]).ends(0);
    cluster.wait_for("the worker to end", || {
        let items = on(&cluster, &["worker", "list", "-o", "json", "--node", "n2"]).ends(0).items();
        items.iter().any(|item| item["subscription"] == "sub_n1_n2" && item["pid"].is_null())
    });
    transcript.run(&[&["worker", "list", "--node", "n2"], &columns[..]].concat()).ends(0);
    transcript.is("worker");
}
