//! Nodes of other versions: of the protocol, of the library, of the files on the disk.

use spock_core::proto::ProtoVersion;
use spock_tests::{Cluster, ClusterBuilder, OtherVersion, Signal, StopMode, Victim};

use crate::stream::{Peek, make_provider, make_slot};

const REASON: &str = "the library is spock 6.1.0, the extension in this database 6.0.0";

fn pair() -> Cluster {
    let cluster = ClusterBuilder::apart(2).start();
    cluster.create_nodes();
    cluster.everywhere(
        "CREATE TABLE t (id int PRIMARY KEY, v text);
         SELECT spock.repset_add_table('default', 't')",
    );
    cluster.mesh();
    cluster.allow_crashes();
    cluster
}

fn last_error(cluster: &Cluster, node: usize) -> String {
    let query = "SELECT status || ': ' || coalesce(last_error, '') FROM spock.sub_show_status()";
    cluster.node(node).value(query)
}

/// Large transactions and frames are not for an old peer; rows of all kinds are.
#[test]
fn a_peer_that_speaks_protocol_4_alone_replicates_both_ways() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    OtherVersion::new("6.0.0").speaks("4-4").install(&n2);
    n2.restart(StopMode::Fast).unwrap();
    assert_eq!(n2.value::<i32>("SELECT spock.spock_max_proto_version()"), 4);
    let write = |from: i32| {
        format!(
            "INSERT INTO t SELECT i, 'new' FROM generate_series({from}, {from} + 5000) i;
             UPDATE t SET v = repeat('x', 5000) WHERE id = {from};
             DELETE FROM t WHERE id = {from} + 1"
        )
    };
    n1.sql(&write(1));
    n2.sql(&write(10_001));
    cluster.drain();
    assert_eq!(n1.value::<i64>("SELECT count(*) FROM t"), 10_000);
    cluster.assert_equal("SELECT * FROM t ORDER BY id");

    // Nothing that is spoken by both.
    OtherVersion::new("6.0.0").speaks("6-7").install(&n2);
    cluster.allow_log("no common version of the replication protocol");
    n2.restart(StopMode::Fast).unwrap();
    cluster.wait_for("the reason to be told", || {
        last_error(&cluster, 0).contains("no common version of the replication protocol")
            && last_error(&cluster, 1).contains("no common version of the replication protocol")
    });
    OtherVersion::new("6.0.0").install(&n2);
    n2.restart(StopMode::Fast).unwrap();
    n2.sql("INSERT INTO t VALUES (0, 'again')");
    cluster.drain();
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
}

/// A stream loads the plugin by its own name, which is another file since the new package is there. Seen to fail
/// with the new file at work: it says 6.0.1, and knows neither settings nor shared memory.
#[test]
fn streams_that_start_before_the_restart_are_served_by_the_library_that_runs() {
    let cluster = ClusterBuilder::apart(1).start();
    let node = cluster.node(0);
    make_provider(&node);
    make_slot(&node);
    let next = OtherVersion::new("6.0.1").script("6.0.0", "6.0.1", "SELECT");
    next.install(&node);
    node.sql("CREATE TABLE later (id int PRIMARY KEY)");
    // A session that has loaded nothing yet.
    let peek = Peek::text(ProtoVersion::V5).with("proto_format", "json");
    let options: Vec<String> =
        peek.options().iter().map(|(name, value)| format!(", '{name}', '{value}'")).collect();
    let query = format!(
        "SELECT data FROM pg_logical_slot_peek_changes('s', NULL, NULL{})",
        options.concat()
    );
    let says = |version: &str| {
        let rows = node.connect().query(&query, &[]).unwrap();
        let start: String = rows[0].get(0);
        assert!(start.contains(&format!("\"spock_version\":\"{version}\"")), "{start}");
    };
    node.sql("SELECT pg_logical_emit_message(true, 'x', 'x')");
    says("6.0.0");
    node.restart(StopMode::Fast).unwrap();
    says("6.0.1");
}

#[test]
fn streams_go_on_between_the_new_files_and_the_restart() {
    let cluster = pair();
    let next = OtherVersion::new("6.0.1").script("6.0.0", "6.0.1", "SELECT");
    for node in cluster.nodes() {
        next.install(&node);
    }
    assert!(cluster.node(0).kill(Victim::Walsender, Signal::SIGTERM) > 0);
    cluster.node(0).sql("INSERT INTO t VALUES (1, 'a')");
    cluster.node(1).sql("INSERT INTO t VALUES (2, 'b')");
    cluster.drain();
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
    assert_eq!(cluster.node(0).value::<String>("SELECT spock.spock_version()"), "6.0.0");
}

/// Within one release library and catalogs go together.
#[test]
fn a_library_updates_its_extension_when_it_can_and_says_when_it_cannot() {
    let cluster = pair();
    let n2 = cluster.node(1);
    let next = OtherVersion::new("6.0.1");
    next.install(&n2);
    cluster.allow_log("the extension was not upgraded");
    n2.restart(StopMode::Fast).unwrap();
    cluster.node(0).sql("INSERT INTO t VALUES (1, 'a')");
    n2.sql("INSERT INTO t VALUES (2, 'b')");
    cluster.drain();
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
    let warning: String = n2.value("SELECT warning FROM spock.sub_show_status()");
    assert_eq!(warning, "the library is spock 6.0.1, the extension in this database 6.0.0");
    assert!(n2.log().contains("the extension was not upgraded to 6.0.1"));

    // Scripts of a version that does not run yet are left alone.
    let newer = OtherVersion::new("6.0.2")
        .script("6.0.0", "6.0.1", "CREATE TABLE spock.one (v int)")
        .script("6.0.1", "6.0.2", "CREATE TABLE spock.two (v int)");
    newer.install_scripts(&n2);
    n2.restart(StopMode::Fast).unwrap();
    cluster.wait_for("the extension to be upgraded", || {
        n2.value::<String>("SELECT extversion FROM pg_extension WHERE extname = 'spock'") == "6.0.1"
    });
    assert!(n2.value::<bool>("SELECT to_regclass('spock.two') IS NULL"));
    assert!(n2.value::<bool>("SELECT warning IS NULL FROM spock.sub_show_status()"));
}

#[test]
fn a_library_of_another_release_stands_still_and_says_why() {
    let cluster = pair();
    let n2 = cluster.node(1);
    OtherVersion::new("6.1.0").install(&n2);
    cluster.allow_log(REASON);
    cluster.allow_log("the extension was not upgraded");
    n2.restart(StopMode::Fast).unwrap();
    cluster.node(0).sql("INSERT INTO t VALUES (1, 'a')");
    n2.sql("INSERT INTO t VALUES (2, 'b')");
    let reason = format!("down: {REASON}");
    cluster.wait_for("the reason to be told", || {
        last_error(&cluster, 1) == reason && last_error(&cluster, 0).contains(REASON)
    });
    OtherVersion::new("6.0.0").install(&n2);
    n2.restart(StopMode::Fast).unwrap();
    cluster.drain();
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 2);
}
