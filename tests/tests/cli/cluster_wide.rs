//! `cluster barrier|readonly|pause|resume`: all nodes at once.

use serde_json::Value;
use spock_tests::{Cluster, StopMode};

use super::run::{bare, on};
use super::transcript::Transcript;

const PAUSE: [&str; 4] = ["cluster", "pause", "--columns", "node,subscription,before,after"];
const RESUME: [&str; 4] = ["cluster", "resume", "--columns", "node,subscription,before,after"];
const BARRIER: [&str; 5] =
    ["cluster", "barrier", "--quiet", "--columns", "provider,subscriber,state"];

fn with<'a>(command: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [command, more].concat()
}

/// The streams of a barrier that are in this state.
fn in_state(items: &[Value], state: &str) -> Vec<String> {
    let of = items.iter().filter(|item| item["state"] == state);
    of.map(|item| item["subscription"].as_str().unwrap_or_default().to_owned()).collect()
}

fn pauses(cluster: &Cluster) -> i64 {
    let count = "SELECT count(*) FROM spock.paused_subscription";
    cluster.nodes().iter().map(|node| node.value::<i64>(count)).sum()
}

fn workers(cluster: &Cluster) -> i64 {
    let count = "SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'spock apply%'";
    cluster.nodes().iter().map(|node| node.value::<i64>(count)).sum()
}

#[test]
fn all_nodes_are_passed_paused_resumed_and_kept_from_writing() {
    let cluster = bare(3);
    let (n1, n2, n3) = (cluster.node(0), cluster.node(1), cluster.node(2));
    on(&cluster, &["cluster", "barrier"]).ends(8).says("is no spock node");
    n1.sql("CREATE TABLE t (id int PRIMARY KEY)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    cluster.allow_log("could not connect to");
    cluster.allow_log("could not receive data from");
    let mut transcript = Transcript::of(&cluster);

    // A barrier: what was written before it is everywhere.
    for at in 0..20 {
        cluster.node(at % 3).sql(&format!("INSERT INTO t VALUES ({at})"));
    }
    transcript.run(&with(&BARRIER, &["--wait"])).ends(0);
    for node in cluster.nodes() {
        assert_eq!(node.value::<i64>("SELECT count(*) FROM t"), 20);
    }
    let json = on(&cluster, &["cluster", "barrier", "--wait", "--transactional", "-o", "json"]);
    assert_eq!(in_state(&json.ends(0).items(), "passed").len(), 6);
    transcript.run(&["cluster", "barrier", "--dry-run"]).ends(0);
    let mut holder = n2.connect();
    holder.batch_execute("BEGIN; LOCK TABLE t").expect("a lock");
    n1.sql("INSERT INTO t VALUES (100)");
    let late = ["cluster", "barrier", "--wait", "--timeout", "2s", "-o", "json"];
    let run = on(&cluster, &late).ends(7);
    assert_eq!(in_state(&run.items(), "behind"), ["sub_n1_n2"], "{run:#?}");
    assert_eq!(run.json()["errors"][0]["node"], "n2");
    transcript.run(&with(&BARRIER, &["--wait", "--timeout", "2s"])).ends(7);
    assert_eq!(
        in_state(&on(&cluster, &["cluster", "barrier", "-o", "json"]).ends(0).items(), "disabled"),
        [""; 0]
    );
    holder.batch_execute("COMMIT").expect("COMMIT");
    on(&cluster, &["sub", "disable", "sub_n3_n1", "--yes"]).ends(0);
    transcript.run(&with(&BARRIER, &["--wait"])).ends(8);

    // A pause: what was disabled before stays so.
    transcript.run(&["cluster", "pause"]).ends(9);
    transcript.run(&with(&PAUSE, &["--dry-run"])).ends(0);
    assert_eq!((pauses(&cluster), workers(&cluster)), (0, 5));
    transcript.run(&with(&PAUSE, &["--yes"])).ends(0);
    assert_eq!((pauses(&cluster), workers(&cluster)), (5, 0));
    transcript.run(&with(&PAUSE, &["--yes"])).ends(0);
    n1.sql("INSERT INTO t VALUES (101)");
    let paused = on(&cluster, &["sub", "status", "-o", "json"]).ends(0).items();
    let reason = |sub: &str| {
        let item = paused.iter().find(|item| item["name"] == sub);
        item.and_then(|item| item["reason"].as_str()).unwrap_or_default().to_owned()
    };
    assert!(reason("sub_n1_n3").starts_with("paused by "), "{paused:#?}");
    assert_eq!(reason("sub_n3_n1"), "disabled by hand");
    let found = on(&cluster, &["doctor", "-o", "json"]).items();
    let mend = |sub: &str| {
        let found = found.iter().find(|item| item["object"] == sub);
        found.map_or_else(|| "nothing".to_owned(), ToString::to_string)
    };
    assert!(mend("sub_n1_n3").contains("spockctl cluster resume"), "{found:#?}");
    assert!(!mend("sub_n3_n1").contains("spockctl cluster resume"), "{found:#?}");
    // One that somebody has enabled meanwhile is his; a dropped one is nobody's.
    n2.sql("SELECT spock.sub_enable('sub_n1_n2')");
    n2.sql("SELECT spock.sub_disable('sub_n1_n2')");
    n3.sql("SELECT spock.sub_drop('sub_n2_n3')");
    assert_eq!(pauses(&cluster), 3);
    transcript.run(&with(&RESUME, &["--dry-run"])).ends(0);
    transcript.run(&RESUME).ends(0);
    assert_eq!(pauses(&cluster), 0);
    cluster.wait_for("the row of the pause", || {
        n3.value::<i64>("SELECT count(*) FROM t WHERE id = 101") == 1
    });
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t WHERE id = 101"), 0);
    transcript.run(&RESUME).ends(0);

    // One that cannot be resumed does not keep the others from it.
    on(&cluster, &["cluster", "pause", "--yes"]).ends(0);
    n1.sql(
        "UPDATE spock.provider_state SET stopped_reason = 'it went back' WHERE sub_id =
         (SELECT sub_id FROM spock.subscription WHERE sub_name = 'sub_n2_n1')",
    );
    cluster.allow_log("was stopped");
    transcript.run(&RESUME).ends(5);
    n1.sql("UPDATE spock.provider_state SET stopped_reason = NULL");
    on(&cluster, &RESUME).ends(0).says("resumed 1 subscriptions");
    n1.sql("SELECT spock.sub_enable('sub_n3_n1')");
    n2.sql("SELECT spock.sub_enable('sub_n1_n2')");

    // Users are kept from writing.
    for node in cluster.nodes() {
        node.sql("CREATE ROLE teller; GRANT ALL ON t TO teller");
    }
    let write = |node: &spock_tests::Node<'_>, id: i32| {
        node.try_sql(&format!("SET LOCAL ROLE teller; INSERT INTO t VALUES ({id})"))
    };
    let readonly = ["cluster", "readonly"];
    transcript.run(&with(&readonly, &["local"])).ends(9);
    transcript.run(&with(&readonly, &["maybe"])).ends(2);
    transcript.run(&with(&readonly, &["on", "--dry-run"])).ends(0);
    write(&n1, 200).expect("nothing was changed");
    transcript.run(&with(&readonly, &["on", "--yes"])).ends(0);
    transcript.run(&with(&readonly, &["local", "--yes"])).ends(0);
    cluster.allow_log("read-only transaction");
    for node in cluster.nodes() {
        assert!(write(&node, 201).is_err(), "{}", node.name());
    }
    n1.sql("INSERT INTO t VALUES (202)");
    cluster.wait_for("what a superuser wrote", || {
        n2.value::<i64>("SELECT count(*) FROM t WHERE id = 202") == 1
    });
    let all = on(&cluster, &["cluster", "readonly", "all", "--yes", "-o", "json"]).ends(0).items();
    assert_eq!((all.len(), &all[2]["after"]), (3, &Value::from("all")));
    n3.stop(StopMode::Fast).expect("a stop");
    on(&cluster, &["cluster", "readonly", "off"]).ends(5).says("could not connect to node \"n3\"");
    on(&cluster, &["cluster", "pause", "--yes"]).ends(5).says("could not connect to node \"n3\"");
    on(&cluster, &["cluster", "barrier", "--wait"]).ends(4);
    n3.start().expect("a start");
    on(&cluster, &["cluster", "readonly", "off"]).ends(0).says("changed 1 nodes");
    write(&n3, 203).expect("an insert");
    on(&cluster, &RESUME).ends(0);
    on(&cluster, &["cluster", "barrier", "--wait"]).ends(0);
    transcript.is("cluster_wide");
}
