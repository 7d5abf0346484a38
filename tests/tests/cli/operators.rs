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

fn locks(cluster: &Cluster) -> Vec<i64> {
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
