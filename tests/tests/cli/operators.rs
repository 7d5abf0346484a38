//! Two operators at once, and what a run leaves behind.

use spock_tests::{Cluster, Node};

use super::run::{bare, command, on, run};

/// Another operator's lock of a node, as its program writes it.
fn hold(node: &Node<'_>, seconds: i32) {
    node.sql(&format!(
        "INSERT INTO spock.operator_lock
                (token, run, operation, holder, pid, since, expires)
         VALUES ('t', 'abcd0123', 'node remove', 'ann@desk', 4711, now(),
                 now() + make_interval(secs => {seconds}))"
    ));
}

pub(super) fn locks(cluster: &Cluster) -> Vec<i64> {
    let count = "SELECT count(*) FROM spock.operator_lock";
    cluster.nodes().iter().map(|node| node.value(count)).collect()
}

#[test]
fn an_operator_is_kept_away_by_the_lock_of_another() {
    let cluster = Cluster::start(2);
    hold(&cluster.node(1), 600);
    on(&cluster, &["cluster", "init"])
        .ends(8)
        .says("another operator is at work on the cluster: \"node remove\" of ann@desk")
        .says("Node \"n2\" is locked by run abcd0123")
        .says("(pid 4711) since ")
        .says("lease ends in ")
        .says("--wait-lock");
    assert_eq!(locks(&cluster), [0, 1], "all or nothing");
    let nodes = "SELECT count(*) FROM spock.node";
    assert_eq!(cluster.node(0).value::<i64>(nodes), 0, "nothing was done");

    // It may be waited for; and once its lease has run out it is nothing.
    cluster.node(1).sql("UPDATE spock.operator_lock SET expires = now() + interval '2 s'");
    on(&cluster, &["cluster", "init", "--wait-lock", "30s"])
        .ends(0)
        .says("waiting for the operators' lock");
    assert_eq!(locks(&cluster), [0, 0]);
}

/// Both find empty databases: what the lock needs is made by both at once.
#[test]
fn of_two_operators_who_make_a_cluster_one_is_refused() {
    let cluster = bare(3);
    let first = command(&cluster, &["cluster", "init"]).spawn().expect("it starts");
    let second = run(command(&cluster, &["cluster", "init"]));
    let first = first.wait_with_output().expect("it ends");
    let mut codes = [first.status.code().unwrap_or(-1), second.code];
    codes.sort_unstable();
    assert_eq!(codes, [0, 8], "{second:#?}");
    on(&cluster, &["cluster", "init"]).ends(0).says("0 steps done");
}

/// Of the lock of another machine's operator nothing is known but what stands in it.
#[test]
fn the_lock_of_a_dead_operator_is_removed() {
    let cluster = Cluster::start(2);
    on(&cluster, &["runs", "unlock"]).ends(0).says("no node is locked");
    hold(&cluster.node(1), 600);
    on(&cluster, &["runs", "unlock", "--dry-run"]).ends(0).says("would unlock 1 nodes");
    on(&cluster, &["runs", "unlock"]).ends(9).says("--yes");
    assert_eq!(locks(&cluster), [0, 1]);
    let run = on(&cluster, &["runs", "unlock", "--yes", "-o", "json"])
        .ends(0)
        .says("n2 is locked by \"node remove\" of ann@desk (pid 4711)");
    assert_eq!(run.items()[0]["removed"], true);
    assert_eq!(locks(&cluster), [0, 0]);
}

#[test]
fn a_failed_run_is_shown_and_taken_up_again() {
    let cluster = bare(2);
    let list = |n: usize| {
        let run = on(&cluster, &["runs", "list", "-o", "json"]).ends(0);
        assert_eq!(run.items().len(), n);
        run.items()[0].clone()
    };
    // A name that the definition does not have is in the way.
    cluster.node(1).sql("CREATE EXTENSION spock");
    cluster.node(1).sql("SELECT spock.node_create('other', 'host=nowhere')");
    let mut init = command(&cluster, &["cluster", "init"]);
    init.env("SPOCKCTL_TIMEOUT", "77s");
    run(init).ends(8);
    let failed = list(1);
    assert_eq!(failed["state"], "failed", "{failed}");
    assert_eq!(failed["environment"]["SPOCKCTL_TIMEOUT"], "77s");
    let id = failed["run"].as_str().expect("an id");
    let shown = on(&cluster, &["runs", "show", &id[..6], "-o", "json"]).ends(0);
    let steps = shown.items()[0]["steps"].as_array().expect("steps").clone();
    assert!(steps.iter().any(|step| step["state"] == "failed"), "{steps:?}");
    on(&cluster, &["runs", "show", id]).ends(0).says("cluster init, failed");
    on(&cluster, &["runs", "show", "nix"]).ends(8).says("run \"nix\" does not exist");

    cluster.node(1).sql("SELECT spock.node_drop('other')");
    on(&cluster, &["runs", "resume", id]).ends(0).says("cluster \"test\" is ready");
    let done = list(1);
    assert_eq!((&done["state"], &done["run"]), (&"done".into(), &failed["run"]));
    on(&cluster, &["runs", "resume", id]).ends(0).says("is done");
}
