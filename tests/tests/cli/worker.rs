//! `worker pause` and `worker resume`: nothing is applied on a node for a while.

use super::run::{bare, on};
use super::transcript::Transcript;

#[test]
fn workers_are_paused_and_resumed() {
    let cluster = bare(2);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql("CREATE TABLE t (id int PRIMARY KEY)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    let mut transcript = Transcript::of(&cluster);
    let there = |id: i32| n2.value::<i64>(&format!("SELECT count(*) FROM t WHERE id = {id}"));

    transcript.run(&["worker", "pause"]).ends(9);
    transcript.run(&["worker", "pause", "--dry-run"]).ends(0);
    transcript.run(&["worker", "pause", "--node", "nobody", "--yes"]).ends(3);
    let items = on(&cluster, &["sub", "status", "-o", "json"]).ends(0).items();
    assert!(items.iter().all(|item| item["status"] == "replicating"), "{items:#?}");

    transcript.run(&["worker", "pause", "--node", "n2", "--yes"]).ends(0);
    n1.sql("INSERT INTO t VALUES (1)");
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(there(1), 0);
    let again = on(&cluster, &["worker", "pause", "-n", "n2", "--yes", "-o", "json"]).ends(0);
    let items = again.items();
    assert_eq!(
        (items[0]["before"].as_str(), items[0]["after"].as_str(), items[0]["changed"].as_bool()),
        (Some("paused"), Some("paused"), Some(false))
    );
    let found = on(&cluster, &["doctor", "-o", "json"]).items();
    let paused = found.iter().find(|item| item["id"] == "subscription-paused");
    assert!(
        paused.is_some_and(|item| item.to_string().contains("spockctl worker resume --node n2")),
        "{found:#?}"
    );
    transcript.run(&["worker", "resume", "--dry-run"]).ends(0);
    assert_eq!(there(1), 0);
    transcript.run(&["worker", "resume"]).ends(0);
    cluster.wait_for("the row of the pause", || there(1) == 1);
    transcript.run(&["worker", "resume"]).ends(0);

    // A worker in the middle of a transaction: its node goes on, the other one is paused.
    cluster.allow_log("timed out waiting for apply workers to pause");
    n2.set(&[("spock.pause_timeout", "1")]).expect("the setting");
    n2.reload().expect("a reload");
    let mut holder = n2.connect();
    holder.batch_execute("BEGIN; LOCK TABLE t").expect("a lock");
    n1.sql("INSERT INTO t VALUES (2)");
    cluster.wait_for("the worker to be blocked", || {
        n2.value::<i64>("SELECT count(*) FROM pg_locks WHERE NOT granted") == 1
    });
    transcript.run(&["worker", "pause", "--node", "n2", "--yes"]).ends(7);
    transcript.run(&["worker", "pause", "--yes"]).ends(5);
    holder.batch_execute("COMMIT").expect("COMMIT");
    cluster.wait_for("the worker to go on", || there(2) == 1);
    transcript.run(&["worker", "resume"]).ends(0);
    transcript.is("worker_pause");
}
