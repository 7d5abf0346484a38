//! Runs whose process is killed or interrupted, and taking a cluster apart, also one that was half made.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use spock_tests::{Cluster, StopMode};

use super::run::{bare, command, on};

const INIT: &[&str] = &["cluster", "init", "--add-all-tables", "public"];

/// The events of all journals, the oldest first.
pub(super) fn events(cluster: &Cluster) -> Vec<Value> {
    let Ok(files) = fs::read_dir(cluster.dir().join("state/spockctl/runs")) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    paths.sort();
    let text = |path| fs::read_to_string(path).expect("a journal");
    let texts: String = paths.iter().map(text).collect();
    // The last line may be half written.
    texts.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// How often a step was begun.
pub(super) fn begun(cluster: &Cluster, step: &str) -> usize {
    let is_it = |event: &&Value| event["event"] == "step_started" && event["step"] == step;
    events(cluster).iter().filter(is_it).count()
}

/// Starts the command and waits until the journal says that the step begins.
pub(super) fn start(cluster: &Cluster, args: &[&str], step: &str) -> Child {
    let before = begun(cluster, step);
    let mut command = command(cluster, args);
    let mut child = command.stderr(Stdio::null()).spawn().expect("it starts");
    let limit = Instant::now() + Duration::from_secs(60);
    loop {
        let has_ended = child.try_wait().expect("a child").is_some();
        if begun(cluster, step) != before {
            return child;
        }
        assert!(!has_ended, "it ended before {step}");
        assert!(Instant::now() < limit, "{step} never begins");
        sleep(Duration::from_millis(1));
    }
}

/// Kills a run; false when it had come to its end before. Its sessions end when the servers notice, or when the next run
/// ends them.
#[must_use]
pub(crate) fn kill(cluster: &Cluster, mut child: Child) -> bool {
    cluster.allow_log("connection to client lost");
    cluster.allow_log("terminating connection due to administrator command");
    child.kill().expect("SIGKILL");
    child.wait().expect("it is dead").signal() == Some(9)
}

/// Sends a signal (`-STOP`).
pub(crate) fn signal(child: &Child, name: &str) {
    let kill = Command::new("kill").arg(name).arg(child.id().to_string()).status();
    assert!(kill.expect("kill").success());
}

pub(crate) fn replicates(cluster: &Cluster, value: i32) {
    for (at, node) in cluster.nodes().iter().enumerate() {
        node.sql(&format!("INSERT INTO t VALUES ({}, 'n')", value * 10 + at as i32));
    }
    cluster.wait_for("rows everywhere", || {
        let count = format!("SELECT count(*) FROM t WHERE id / 10 = {value}");
        cluster.nodes().iter().all(|node| node.value::<i64>(&count) == 2)
    });
}

fn leaves_nothing(cluster: &Cluster) {
    let left =
        "SELECT slot_name::text FROM pg_replication_slots WHERE slot_name <> 'spock_retention'
                UNION ALL SELECT roname FROM pg_replication_origin
                UNION ALL SELECT sub_name::text FROM spock.subscription
                UNION ALL SELECT node_name::text FROM spock.node
                UNION ALL SELECT set_name::text FROM spock.replication_set
                UNION ALL SELECT if_name::text FROM spock.node_interface
                UNION ALL SELECT holder FROM spock.operator_lock
                UNION ALL SELECT operation FROM spock.operator_step";
    for node in cluster.nodes() {
        assert_eq!(node.rows(left), Vec::<Vec<Option<String>>>::new(), "{}", node.name());
    }
}

pub(crate) fn destroy(cluster: &Cluster) {
    on(cluster, &["cluster", "destroy", "--confirm", "test"]).ends(0).says("is no more");
    leaves_nothing(cluster);
}

/// One run is killed at each step that it comes to; the last one finishes, and the cluster replicates.
#[test]
fn init_that_is_killed_at_each_step_is_finished_by_the_same_command() {
    let cluster = bare(2);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY, v text)");
    cluster.node(0).sql("INSERT INTO t SELECT -g, 'seed' FROM generate_series(1, 1000) g");
    let plan = on(&cluster, &[INIT, &["--dry-run", "-o", "json"]].concat()).ends(0);
    let steps: Vec<String> =
        plan.items().iter().map(|step| step["step"].as_str().unwrap().to_owned()).collect();
    assert_eq!(steps.len(), 11, "{steps:?}");
    let killed: Vec<bool> =
        steps.iter().map(|step| kill(&cluster, start(&cluster, INIT, step))).collect();
    let runs = on(&cluster, &["runs", "list", "-o", "json"]).ends(0);
    assert_eq!(runs.items().len(), steps.len());
    // The newest comes first.
    for (run, was_killed) in runs.items().iter().zip(killed.iter().rev()) {
        assert_eq!(run["state"], if *was_killed { "interrupted" } else { "done" }, "{run}");
    }
    assert!(killed[..steps.len() - 1].iter().all(|killed| *killed), "{killed:?}");
    on(&cluster, INIT).ends(0).says("cluster \"test\" is ready");
    assert_eq!(cluster.node(1).value::<i64>("SELECT count(*) FROM t"), 1000);
    replicates(&cluster, 1);
    destroy(&cluster);
    assert_eq!(cluster.node(1).value::<i64>("SELECT count(*) FROM t"), 1002, "rows stay");
    on(&cluster, &["cluster", "destroy", "--confirm", "test"]).ends(0).says("0 steps done");
}

/// Half a cluster is taken apart, whatever was being made.
#[test]
fn a_killed_init_is_taken_apart() {
    let cluster = bare(2);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY, v text)");
    // A walsender of the dead run's copy may find its slot dropped.
    cluster.allow_log("does not exist");
    for step in ["n1.node_create", "n2.sub_create.sub_n1_n2", "n1.sub_create.sub_n2_n1"] {
        assert!(kill(&cluster, start(&cluster, INIT, step)));
        destroy(&cluster);
        cluster.node(1).sql("DROP TABLE IF EXISTS t");
    }
    on(&cluster, INIT).ends(0);
    replicates(&cluster, 1);
    on(&cluster, &["cluster", "destroy"]).ends(9).says("--confirm 'test'");
    on(&cluster, &["cluster", "destroy", "--confirm", "prod"]).ends(9);
    on(&cluster, &["cluster", "destroy", "--node", "n1", "--confirm", "test"]).ends(2);
    let dry = on(&cluster, &["cluster", "destroy", "--drop-extension", "--dry-run", "-o", "json"]);
    assert_eq!(dry.ends(0).items().len(), 6);
    replicates(&cluster, 2);

    // Of a node that is down it is told what stays there.
    cluster.node(1).stop(StopMode::Fast).expect("it stops");
    on(&cluster, &["cluster", "destroy", "--drop-extension", "--confirm", "test"])
        .ends(5)
        .says("node \"n2\" could not be reached: it is a node of the cluster still");
    cluster.node(1).start().expect("it starts");
    on(&cluster, &["cluster", "destroy", "--drop-extension", "--confirm", "test"]).ends(0);
    for node in cluster.nodes() {
        let left = "SELECT (SELECT count(*) FROM pg_extension WHERE extname = 'spock')
                         + (SELECT count(*) FROM pg_replication_origin)
                         + (SELECT count(*) FROM pg_replication_slots
                             WHERE slot_name <> 'spock_retention')";
        assert_eq!(node.value::<i64>(left), 0, "{}", node.name());
    }
}

/// A node that cannot be reached from here, and reads the others' slots all the same.
#[test]
fn destroy_tells_who_reads_its_slots() {
    let cluster = bare(2);
    cluster.allow_log("slots for the node are still active");
    on(&cluster, &["cluster", "init"]).ends(0);
    let file = cluster.dir().join("cluster.toml");
    let known = fs::read_to_string(&file).expect("the definition");
    let port = |text: &str| format!("port={text} ");
    let dsn = cluster.node(1).dsn();
    let n2 = dsn.split("port=").nth(1).and_then(|rest| rest.split(' ').next()).expect("a port");
    fs::write(&file, known.replace(&port(n2), &port("1"))).expect("a file");
    let destroy = ["cluster", "destroy", "--confirm", "test"];
    on(&cluster, &destroy)
        .ends(8)
        .says("error: could not drop the node")
        .says("slots are read after 30s still")
        .says("Slot spk_app_n1_sub_n1_n2 is read from 127.0.0.1 (process ")
        .says("stop its server, or drop its subscription there with spock.sub_drop()");
    let locks = "SELECT count(*) FROM spock.operator_lock";
    assert_eq!(cluster.node(0).value::<i64>(locks), 0);
    cluster.node(1).sql("SELECT spock.sub_drop('sub_n1_n2')");
    on(&cluster, &destroy).ends(5).says("it is a node of the cluster still");
    fs::write(&file, known).expect("a file");
    on(&cluster, &destroy).ends(0);
    leaves_nothing(&cluster);
}

/// What a step waits for in a server is given up at the limit, and the same command goes on later.
#[test]
fn steps_end_at_the_timeout() {
    let cluster = bare(2);
    on(&cluster, INIT).ends(0);
    cluster.allow_log("canceling statement due to statement timeout");
    let mut session = cluster.node(1).connect();
    let destroy = ["cluster", "destroy", "--confirm", "test", "--timeout", "2s"];
    let mut blocked = session.transaction().expect("it begins");
    blocked.batch_execute("SELECT FROM spock.subscription FOR UPDATE").expect("rows");
    let begun = Instant::now();
    on(&cluster, &destroy).ends(7).says("not done within 2s").says("wait longer with --timeout");
    assert!(begun.elapsed() < Duration::from_secs(30));
    blocked.rollback().expect("it ends");
    on(&cluster, &destroy).ends(0);

    let mut blocked = session.transaction().expect("it begins");
    blocked.batch_execute("LOCK TABLE spock.subscription IN SHARE MODE").expect("a lock");
    let init = on(&cluster, &[INIT, &["--timeout", "2s"]].concat()).ends(7);
    init.says("not done within 2s").says("wait longer with --timeout");
    blocked.rollback().expect("it ends");
    on(&cluster, INIT).ends(0);
    on(&cluster, &["cluster", "wait", "--for", "replicating"]).ends(0);
}

/// Interrupted in the middle of a wait: the lock is let go, the end is written down.
#[test]
fn an_interrupted_init_lets_the_lock_go() {
    let cluster = bare(2);
    cluster.allow_log("canceling statement due to user request");
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY, v text)");
    let mut child = start(&cluster, INIT, "n2.sub_create.sub_n1_n2");
    signal(&child, "-INT");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    let locks = "SELECT count(*) FROM spock.operator_lock";
    assert!(cluster.nodes().iter().all(|node| node.value::<i64>(locks) == 0));
    let runs = on(&cluster, &["runs", "list", "-o", "json"]).ends(0);
    assert_eq!(runs.items()[0]["state"], "cancelled");
    on(&cluster, INIT).ends(0);
    replicates(&cluster, 1);
}
