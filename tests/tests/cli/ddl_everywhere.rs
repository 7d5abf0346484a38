//! `spockctl ddl run --mode everywhere`: each node executes the text by itself, once, wherever the run is killed.

use serde_json::json;

use super::ddl_run::{counting, executed};
use super::killed::{kill, start};
use super::run::on;

const RUN: &[&str] =
    &["ddl", "run", "--yes", "--mode", "everywhere", "-c", "ALTER TABLE t ALTER v SET DEFAULT 'x'"];

#[test]
fn each_node_executes_it_once_and_sends_nothing() {
    let cluster = counting(3);
    let plan = on(&cluster, &[RUN, &["--dry-run", "-o", "json"]].concat()).ends(0).items();
    let steps: Vec<&str> = plan.iter().filter_map(|step| step["step"].as_str()).collect();
    assert_eq!(steps, ["n1.ddl_execute", "n2.ddl_execute", "n3.ddl_execute"]);
    assert!(plan[0]["sql"].to_string().contains("repair_mode(true)"), "{plan:#?}");
    on(&cluster, &[RUN, &["--repset", "default"]].concat()).ends(2).says("so there are no sets");
    on(&cluster, &[&RUN[..2], &RUN[3..]].concat()).ends(9).says("--yes");
    let mut times = 0;
    for step in steps {
        // The step waits for the table until the run is dead.
        let node: usize = step[1..2].parse().expect("a number");
        let mut holder = cluster.node(node - 1).connect();
        holder.batch_execute("BEGIN; LOCK TABLE t").expect("the lock");
        assert!(kill(&cluster, start(&cluster, RUN, step)));
        holder.batch_execute("COMMIT").expect("COMMIT");
        on(&cluster, RUN).ends(0).says("done on all 3 nodes");
        times += 1;
        // What one node does comes to no other one.
        cluster.drain();
        assert_eq!(executed(&cluster), [times; 3], "killed at {step}");
    }
    let notes = "SELECT count(*) FROM spock.operator_step";
    assert!(cluster.nodes().iter().all(|node| node.value::<i64>(notes) == 0));
    // Some nodes only.
    let one = on(&cluster, &[RUN, &["--node", "n2", "-o", "json"]].concat()).ends(0);
    assert_eq!(one.items(), [json!({"node": "n2", "state": "executed", "reason": null})]);
    assert_eq!(executed(&cluster), [times, times + 1, times]);
}

/// The first failure ends it; the nodes before have it, and are not asked again.
#[test]
fn a_node_that_fails_ends_the_run() {
    let cluster = counting(3);
    cluster.node(1).sql("CREATE INDEX odd ON t (v)");
    cluster.allow_log("relation \"odd\" already exists");
    let add = ["ddl", "run", "--yes", "--mode", "everywhere", "-c", "CREATE INDEX odd ON t (v)"];
    let failed = on(&cluster, &[&add[..], &["-o", "json"]].concat()).ends(5);
    let states: Vec<String> = failed
        .items()
        .iter()
        .map(|item| item["state"].as_str().unwrap_or("-").to_owned())
        .collect();
    assert_eq!(states, ["executed", "failed", "pending"]);
    let reason = failed.items()[1]["reason"].to_string();
    assert!(reason.contains("already exists"), "{reason}");
    let index = "SELECT count(*) FROM pg_class WHERE relname = 'odd'";
    assert_eq!(cluster.node(2).value::<i64>(index), 0);
    on(&cluster, &add).ends(5).says("run the same command again to go on");
    cluster.node(1).sql("DROP INDEX odd");
    on(&cluster, &add).ends(0).says("done on all 3 nodes");
    assert!(cluster.nodes().iter().all(|node| node.value::<i64>(index) == 1));
    // Nothing was executed anywhere: an ordinary failure.
    on(&cluster, &add).ends(1).says("already exists");
}
