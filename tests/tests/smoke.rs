//! The harness itself, on stock servers.

use spock_tests::Cluster;

#[test]
fn stock_servers_start_crash_and_restart() {
    let cluster = Cluster::builder().nodes(2).stock().start();
    let n1 = cluster.node(0);
    n1.sql("CREATE TABLE t (id int PRIMARY KEY)");
    n1.sql("INSERT INTO t VALUES (1)");
    n1.crash().unwrap();
    assert!(!n1.is_running());
    n1.start().unwrap();
    assert_eq!(n1.value::<i64>("SELECT count(*) FROM t"), 1);
    let id = "SELECT system_identifier FROM pg_control_system()";
    assert_ne!(n1.value::<i64>(id), cluster.node(1).value::<i64>(id));
}

#[test]
fn the_extension_is_installed_and_created() {
    let cluster = Cluster::start(1);
    let version: String =
        cluster.node(0).value("SELECT extversion FROM pg_extension WHERE extname = 'spock'");
    assert_eq!(version, "6.0.0");
}
