//! The operators' lock while its run works for long, stands still, or loses connections and nodes; and plans in files.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use spock_tests::{Cluster, Node, StopMode};

use super::ddl_run::{RUN, counting, executed, notes, runs, waits};
use super::killed::{begun, kill, signal};
use super::operators::locks;
use super::run::{command, on, run};

/// A run whose statement waits in the server until the session ends its transaction.
pub(super) fn blocked(cluster: &Cluster, args: &[&str]) -> (Child, postgres::Client) {
    let mut holder = cluster.node(0).connect();
    holder.batch_execute("BEGIN; LOCK TABLE t").expect("the lock");
    let mut run = command(cluster, &[RUN, args].concat());
    let run = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    waits(cluster);
    (run, holder)
}

/// How a run ended, and what it said.
pub(super) fn end(child: Child) -> (Option<i32>, String) {
    let ended = child.wait_with_output().expect("it ends");
    (ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned())
}

pub(super) fn is_held(node: &Node<'_>) -> bool {
    node.value("SELECT count(*) = 1 FROM spock.operator_lock WHERE expires > clock_timestamp()")
}

/// Until the lock of these nodes has been renewed so often: each time its lease ends later than before.
fn wait_for_renewals(cluster: &Cluster, nodes: &[usize], times: usize) {
    let ends = |at: &usize| -> f64 {
        cluster
            .node(*at)
            .value("SELECT extract(epoch FROM expires)::float8 FROM spock.operator_lock")
    };
    for _ in 0..times {
        let before: Vec<f64> = nodes.iter().map(ends).collect();
        cluster.wait_for("the lock to be renewed", || {
            nodes.iter().map(ends).zip(&before).all(|(now, before)| now > *before)
        });
    }
}

/// Has another operator take the lock of a node whose run has not renewed it, or could not.
fn take_away(node: &Node<'_>) {
    // At once: between two statements the run would find that nobody has it.
    node.sql(
        "UPDATE spock.operator_lock
            SET token = 't', run = 'abcd0123', operation = 'node remove', holder = 'ann@desk', pid = 4711,
                since = now(), expires = now() + interval '10min'",
    );
}

/// Another operator, on another machine.
pub(super) fn elsewhere(cluster: &Cluster, args: &[&str]) -> Command {
    let mut command = command(cluster, args);
    command.env("XDG_STATE_HOME", cluster.dir().join("elsewhere"));
    command
}

/// A statement that takes longer than the lease.
#[test]
fn a_run_longer_than_its_lease_keeps_the_lock() {
    let cluster = counting(2);
    let (first, mut holder) = blocked(&cluster, &["--lock-lease", "9s"]);
    let began: f64 = cluster.node(0).value("SELECT extract(epoch FROM clock_timestamp())::float8");
    cluster.wait_for("the first lease to be over", || {
        let is_over = format!("SELECT extract(epoch FROM clock_timestamp()) > {began} + 9");
        cluster.node(0).value(&is_over)
    });
    assert!(cluster.nodes().iter().all(is_held));
    run(elsewhere(&cluster, &[RUN, &["--wait-lock", "2s"]].concat()))
        .ends(8)
        .says("it was waited for 2s");

    // Connections of the lock that a pooler or the network takes away are made again.
    for node in cluster.nodes() {
        let ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                      WHERE application_name LIKE 'spockctl/%' AND application_name NOT LIKE '%#%'";
        assert_eq!(node.value::<i64>(ended), 1);
    }
    wait_for_renewals(&cluster, &[0, 1], 2);
    assert!(cluster.nodes().iter().all(is_held));
    holder.batch_execute("COMMIT").expect("COMMIT");
    let (code, said) = end(first);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!((executed(&cluster), locks(&cluster)), (vec![1, 1], vec![0, 0]));

    // The session of the statement: nothing was done, and the lock is let go.
    let (first, holder) = blocked(&cluster, &[]);
    let ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                  WHERE application_name LIKE 'spockctl/ddl-run#%'";
    assert_eq!(cluster.node(0).value::<i64>(ended), 1);
    let (code, said) = end(first);
    drop(holder);
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("terminating connection due to administrator command"), "{said}");
    assert_eq!((executed(&cluster), locks(&cluster)), (vec![1, 1], vec![0, 0]));
    on(&cluster, RUN).ends(0);
    assert_eq!(executed(&cluster), [2, 2]);
}

/// The step that runs ends, the next one does not begin, and the other's row stays.
#[test]
fn a_run_that_lost_the_lock_stops_before_its_next_step() {
    let cluster = counting(2);
    // It notices by itself, or when it stood still for longer than the lease.
    for stands_still in [false, true] {
        let before = begun(&cluster, "n1.ddl_barrier");
        let log = cluster.dir().join(format!("stands_still_{stands_still}.log"));
        let log_file = log.to_str().expect("UTF-8");
        let (first, mut holder) =
            blocked(&cluster, &["--lock-lease", "1s", "--log-file", log_file]);
        if stands_still {
            signal(&first, "-STOP");
            cluster.wait_for("the lease to run out", || !is_held(&cluster.node(1)));
        }
        take_away(&cluster.node(1));
        if !stands_still {
            cluster.wait_for("the run to notice it", || {
                fs::read_to_string(&log).expect("a log").contains("the operators' lock was lost")
            });
        }
        holder.batch_execute("COMMIT").expect("COMMIT");
        cluster.wait_for("the statement", || notes(&cluster) == 1);
        if stands_still {
            signal(&first, "-CONT");
        }
        let (code, said) = end(first);
        assert_eq!(code, Some(8), "{said}");
        assert!(said.contains("the operators' lock was lost"), "{said}");
        assert!(
            said.contains("It was taken over: \"node remove\" of ann@desk (pid 4711)"),
            "{said}"
        );
        assert_eq!(begun(&cluster, "n1.ddl_barrier"), before, "{said}");
        assert_eq!(runs(&cluster)[0].1, "failed");
        assert_eq!(locks(&cluster), [0, 1]);
        on(&cluster, RUN).ends(8).says("\"node remove\" of ann@desk");
        cluster.node(1).sql("DELETE FROM spock.operator_lock");
        on(&cluster, RUN).ends(0).says("was not finished");
    }
    assert_eq!((executed(&cluster), notes(&cluster)), (vec![2, 2], 0));
}

/// Whoever takes over from a run that stands still ends its sessions first: nothing is done twice.
#[test]
fn a_run_that_stands_still_is_taken_over() {
    let cluster = counting(2);
    let (first, mut holder) = blocked(&cluster, &["--lock-lease", "2s"]);
    signal(&first, "-STOP");
    let second = elsewhere(&cluster, &[RUN, &["--wait-lock", "60s"]].concat())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    cluster.wait_for("the other one's run", || {
        let runs: i64 = cluster.node(0).value(
            "SELECT count(DISTINCT application_name) FROM pg_stat_activity
              WHERE application_name LIKE 'spockctl/ddl-run#%' AND wait_event_type = 'Lock'
                AND application_name LIKE '%#' || (SELECT run FROM spock.operator_lock)
                AND (SELECT expires > clock_timestamp() FROM spock.operator_lock)",
        );
        runs == 1 && cluster.dir().join("elsewhere/spockctl/runs").exists() && taken_over(&cluster)
    });
    holder.batch_execute("COMMIT").expect("COMMIT");
    let (code, said) = end(second);
    assert_eq!(code, Some(0), "{said}");
    signal(&first, "-CONT");
    let (code, said) = end(first);
    assert!(matches!(code, Some(4 | 8)), "{code:?}: {said}");
    assert_eq!((executed(&cluster), notes(&cluster)), (vec![1, 1], 0), "{said}");
    assert_eq!(locks(&cluster), [0, 0]);
}

/// Whether the lock's run is one of the other machine.
fn taken_over(cluster: &Cluster) -> bool {
    let run: Option<String> =
        cluster.node(0).rows("SELECT run FROM spock.operator_lock")[0][0].clone();
    let run = run.expect("a run");
    let files = fs::read_dir(cluster.dir().join("elsewhere/spockctl/runs")).expect("journals");
    files.flatten().any(|file| file.file_name().to_string_lossy().contains(&run))
}

/// The rows of the other nodes keep others away, and when it is back the work is finished.
#[test]
fn the_lock_survives_the_loss_of_any_node() {
    let cluster = counting(3);
    for piece in
        ["terminating connection", "could not", "server closed", "shutting down", "starting up"]
    {
        cluster.allow_log(piece);
    }
    for lost in 0..3 {
        // So long that it does not end before the other operator has come.
        let (first, mut holder) = blocked(&cluster, &["--lock-lease", "15s"]);
        signal(&first, "-STOP");
        cluster.node(lost).stop(StopMode::Immediate).expect("it stops");
        let other = if lost == 0 { "n2" } else { "n1" };
        run(elsewhere(&cluster, &[RUN, &["--no-wait", "--node", other]].concat()))
            .ends(8)
            .says("another operator is at work on the cluster: \"ddl run\" of ");
        signal(&first, "-CONT");
        let others: Vec<_> = (0..3).filter(|at| *at != lost).collect();
        // Where the statement's own node is lost the run ends.
        if lost != 0 {
            wait_for_renewals(&cluster, &others, 2);
            assert!(others.iter().all(|at| is_held(&cluster.node(*at))));
            holder.batch_execute("COMMIT").expect("COMMIT");
        }
        let (code, said) = end(first);
        assert_eq!(code, Some(4), "{said}");
        assert!(others.iter().all(|at| locks_of(&cluster.node(*at)) == 0), "{said}");
        cluster.node(lost).start().expect("it starts");
        on(&cluster, RUN).ends(0).says("done on all 3 nodes");
        let times = lost as i64 + 1;
        assert_eq!((executed(&cluster), notes(&cluster)), (vec![times; 3], 0), "{said}");
        assert_eq!(locks(&cluster), [0, 0, 0]);
    }
}

fn locks_of(node: &Node<'_>) -> i64 {
    node.value("SELECT count(*) FROM spock.operator_lock")
}

/// A file for its owner alone, also where there was one; another fingerprint when there is less to do.
#[test]
fn a_plan_is_saved_with_a_fingerprint() {
    let cluster = counting(2);
    let file = cluster.dir().join("plan.json");
    fs::write(&file, "what was there").expect("a file");
    fs::set_permissions(&file, Permissions::from_mode(0o644)).expect("chmod");
    let save = |args: &[&str]| -> Value {
        let out = ["--plan-out", file.to_str().expect("UTF-8")];
        on(&cluster, &[args, &out].concat()).ends(0);
        let mode = fs::metadata(&file).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        serde_json::from_str(&fs::read_to_string(&file).expect("a plan")).expect("json")
    };
    let rehearsal = [RUN, &["--dry-run"]].concat();
    let plan = save(&rehearsal);
    assert_eq!(
        (&plan["schema"], &plan["cluster"]),
        (&"spockctl/plan-file/1".into(), &"test".into())
    );
    let steps = plan["steps"].as_array().expect("steps");
    assert_eq!((steps.len(), &steps[0]["done"]), (3, &Value::Bool(false)));
    assert_eq!(save(&rehearsal)["fingerprint"], plan["fingerprint"]);
    // What is done counts, and who runs it saves it as well.
    let (child, mut holder) = blocked(&cluster, &[]);
    signal(&child, "-STOP");
    holder.batch_execute("COMMIT").expect("COMMIT");
    cluster.wait_for("the statement", || notes(&cluster) == 1);
    assert!(kill(&cluster, child));
    let later = save(&rehearsal);
    assert_eq!(later["steps"][0]["done"], true);
    assert_ne!(later["fingerprint"], plan["fingerprint"]);
    assert_eq!(save(RUN)["fingerprint"], later["fingerprint"]);
    assert_eq!(executed(&cluster), [1, 1]);
    let nowhere = ["--dry-run", "--plan-out", "/nonexistent/plan.json"];
    on(&cluster, &[RUN, &nowhere].concat()).ends(3).says("could not write plan");
}
