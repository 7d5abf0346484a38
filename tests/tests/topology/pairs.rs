//! Two nodes: what is chosen, what is copied, what is sent, and both writing at once.

use std::fs;
use std::time::Duration;

use spock_tests::pgbench::Pgbench;
use spock_tests::proxy::{Direction, Proxy};
use spock_tests::{Cluster, Node};

/// A script of pgbench's that keeps to keys of its own node, and notes what it did.
const SCRIPT: &str = "\\set id random(1, 500) * 100 + :node
\\set new random(1, 100000000)
BEGIN;
UPDATE account SET n = n + 1 WHERE id = :id;
INSERT INTO note VALUES (:node, :new) ON CONFLICT DO NOTHING;
DELETE FROM note WHERE node = :node AND n < :new / 1000;
COMMIT;
";

/// Tables for [`work`] on all nodes.
pub(crate) fn prepare(cluster: &Cluster) {
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE account (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);
             CREATE TABLE note (node int, n int, PRIMARY KEY (node, n));
             SELECT spock.repset_add_all_tables('default', '{public}')",
        );
    }
    fs::write(cluster.dir().join("own.sql"), SCRIPT).expect("a script");
}

/// All nodes write for some seconds, each to keys of its own; afterwards all are equal, every transaction was
/// counted once, and nobody saw a conflict.
pub(crate) fn work(cluster: &Cluster, seconds: u32) {
    let nodes = cluster.nodes();
    for (index, node) in nodes.iter().enumerate() {
        node.sql(&format!(
            "INSERT INTO account SELECT i * 100 + {index} FROM generate_series(1, 500) i"
        ));
    }
    cluster.drain();
    let script = cluster.dir().join("own.sql");
    let running: Vec<_> = nodes
        .iter()
        .enumerate()
        .map(|(index, node)| {
            Pgbench::new(node)
                .arg("--file")
                .arg(&script)
                .arg(format!("--define=node={index}"))
                .clients(2)
                .seconds(seconds)
                .spawn()
        })
        .collect();
    let done: u64 = running.into_iter().map(|run| run.finish().transactions).sum();
    assert!(done > 10 * nodes.len() as u64, "{done} transactions show little");
    cluster.drain();
    cluster.assert_equal("SELECT * FROM account ORDER BY id");
    cluster.assert_equal("SELECT * FROM note ORDER BY node, n");
    for node in &nodes {
        assert_eq!(node.table("SELECT sum(n) FROM account"), done.to_string(), "{}", node.name());
        assert_eq!(
            node.value::<i64>("SELECT count(*) FROM spock.resolutions"),
            0,
            "{}",
            node.name()
        );
        assert_eq!(
            node.value::<i64>("SELECT count(*) FROM spock.exception_log"),
            0,
            "{}",
            node.name()
        );
    }
}

const THREE: &str = "CREATE TABLE users (id int PRIMARY KEY, v text);
    CREATE TABLE departments (id int PRIMARY KEY, v text); CREATE TABLE others (id int PRIMARY KEY, v text)";

fn two() -> Cluster {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    cluster
}

/// Seen to fail with the third table in the set, too.
#[test]
fn m5_two_tables_of_three() {
    let cluster = two();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for node in [&n1, &n2] {
        node.sql(THREE);
    }
    n1.sql("SELECT spock.repset_add_table('default', 'users'), spock.repset_add_table('default', 'departments')");
    cluster.subscribe_with(0, 1, "synchronize_data := true");
    for table in ["users", "departments", "others"] {
        n1.sql(&format!("INSERT INTO {table} SELECT i, 'a' FROM generate_series(1, 10) i; UPDATE {table} SET v = 'b'"));
    }
    cluster.catch_up(0, 1);
    let counts = "SELECT (SELECT count(*) FROM users WHERE v = 'b'), \
                  (SELECT count(*) FROM departments WHERE v = 'b'), (SELECT count(*) FROM others)";
    assert_eq!(n1.table(counts), "10|10|10");
    assert_eq!(n2.table(counts), "10|10|0");
}

/// The first subscription copies, the one back does not, as in M7's native form; the slots are ours (M6).
///
/// Seen to fail with a copy on the way back, too.
#[test]
fn m6_m7_there_with_a_copy_and_back_without() {
    let cluster = two();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for node in [&n1, &n2] {
        node.sql(THREE);
        node.sql("SELECT spock.repset_add_all_tables('default', '{public}')");
    }
    n1.sql("INSERT INTO users SELECT i, 'n1' FROM generate_series(1, 1000) i");
    cluster.subscribe_with(0, 1, "synchronize_data := true");
    n2.sql("SELECT spock.sub_wait_for_sync('sub_n1_n2')");
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM users"), 1000);
    cluster.subscribe_with(1, 0, "synchronize_data := false");
    n1.sql("INSERT INTO users VALUES (1001, 'n1'); UPDATE users SET v = 'n1 again' WHERE id = 1");
    n2.sql("INSERT INTO users VALUES (1002, 'n2'); DELETE FROM users WHERE id = 2");
    cluster.drain();
    cluster.assert_equal("SELECT * FROM users ORDER BY id");
    assert_eq!(n1.value::<i64>("SELECT count(*) FROM users"), 1001);
    for node in [&n1, &n2] {
        assert_eq!(
            node.table(
                "SELECT DISTINCT plugin, database FROM pg_replication_slots
                  WHERE slot_type = 'logical' AND slot_name LIKE 'spk\\_app%'"
            ),
            "spock_output|app"
        );
        assert_eq!(node.value::<i64>("SELECT count(*) FROM spock.resolutions"), 0);
    }
    // Nothing was copied back.
    assert_eq!(n1.value::<i64>("SELECT count(*) FROM users WHERE v = 'n1'"), 999);
    let applied = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM spock.channel_summary_stats WHERE sub_name = 'sub_n2_n1'";
    assert_eq!(n1.table(applied), "2");
}

#[test]
fn m8_two_nodes_write_at_once() {
    let cluster = two();
    prepare(&cluster);
    cluster.mesh();
    work(&cluster, 5);
}

/// Seen to fail with a subscription to the database of the same name.
#[test]
fn b4_databases_may_have_different_names() {
    let cluster = Cluster::builder().nodes(2).databases(&["here", "there"]).start();
    let (here, there) = (cluster.node(0).database("here"), cluster.node(1).database("there"));
    let (decoy, pair) = (cluster.node(1).database("here"), [&here, &there]);
    for node in pair {
        node.query("SELECT spock.node_create($1::text::name, $2)", &[&node.name(), &node.dsn()]);
    }
    for node in [&here, &there, &decoy] {
        node.sql("CREATE TABLE t (id int PRIMARY KEY, v text)");
    }
    for node in pair {
        node.sql("SELECT spock.repset_add_table('default', 't')");
    }
    here.sql("INSERT INTO t VALUES (1, 'copied')");
    there.query("SELECT spock.sub_create('sub', $1, synchronize_data := true)", &[&here.dsn()]);
    there.sql("SELECT spock.sub_wait_for_sync('sub')");
    here.query("SELECT spock.sub_create('back', $1)", &[&there.dsn()]);
    let replicates =
        |node: &Node<'_>| node.table("SELECT status FROM spock.sub_show_status()") == "replicating";
    cluster.wait_for("both directions", || replicates(&here) && replicates(&there));
    here.sql("INSERT INTO t VALUES (2, 'here')");
    there.sql("INSERT INTO t VALUES (3, 'there')");
    for node in pair {
        cluster.wait_for("the rows", || node.table("SELECT id FROM t ORDER BY id") == "1\n2\n3");
    }
    assert_eq!(decoy.value::<i64>("SELECT count(*) FROM t"), 0);
}

/// Seen to fail with a trigger made by hand.
#[test]
fn b5_tables_get_no_triggers() {
    let cluster = two();
    let triggers = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text !~ '^spock'";
    for node in cluster.nodes() {
        node.sql("CREATE TABLE t (id int PRIMARY KEY, v text, n int NOT NULL); CREATE TABLE keyless (v text)");
        node.sql(
            "SELECT spock.repset_add_table('default', 't', row_filter := 'id > 0'); \
             SELECT spock.repset_add_table('default_insert_only', 'keyless'); SELECT spock.delta_apply('t', 'n')",
        );
    }
    cluster.mesh();
    cluster.node(0).sql("INSERT INTO t VALUES (1, 'a', 0); INSERT INTO keyless VALUES ('a')");
    cluster.node(1).sql("INSERT INTO t VALUES (2, 'b', 0)");
    cluster.drain();
    cluster.assert_equal("SELECT * FROM t ORDER BY id");
    for node in cluster.nodes() {
        assert_eq!(node.value::<i64>(triggers), 0, "{}", node.name());
    }
}

/// Seen to fail with a row of the table written by a statement.
#[test]
fn b6_rows_are_written_without_statements() {
    let cluster = Cluster::builder()
        .nodes(2)
        .setting("shared_preload_libraries", "spock, pg_stat_statements")
        .setting("pg_stat_statements.track", "all")
        .start();
    cluster.create_nodes();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for node in [&n1, &n2] {
        node.sql("CREATE EXTENSION pg_stat_statements; CREATE TABLE written (id int PRIMARY KEY, v text)");
    }
    n1.sql("SELECT spock.repset_add_table('default', 'written')");
    cluster.subscribe(0, 1);
    for _ in 0..10 {
        n1.sql("INSERT INTO written SELECT i, 'a' FROM generate_series(1, 50) i");
        n1.sql("INSERT INTO written VALUES (0, 'a'); UPDATE written SET v = 'b'; DELETE FROM written WHERE id < 20");
        n1.sql("DELETE FROM written");
    }
    n1.sql("INSERT INTO written VALUES (1, 'last')");
    cluster.catch_up(0, 1);
    assert_eq!(n2.table("SELECT id, v FROM written"), "1|last");
    let seen = "SELECT count(*) FROM pg_stat_statements WHERE query ~* '^ *(insert|update|delete)[^;]* written'";
    assert!(n1.value::<i64>(seen) >= 3);
    assert_eq!(n2.value::<i64>(seen), 0);
}

/// Seen to fail with the limit below what an update of all rows takes.
#[test]
fn b10_maintenance_is_not_sent() {
    let cluster = two();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for node in [&n1, &n2] {
        node.sql("CREATE TABLE t (id int PRIMARY KEY, v text)");
    }
    n1.sql("SELECT spock.repset_add_table('default', 't')");
    let proxy = Proxy::to(n1.port());
    cluster.subscribe_via(0, 1, &proxy.dsn(&n1), "");
    n1.sql("INSERT INTO t SELECT i, repeat('x', 300) FROM generate_series(1, 60000) i");
    cluster.catch_up(0, 1);
    let sent = |statements: &[&str]| {
        let before = proxy.bytes(Direction::ToClient);
        let log: String = n1.wal_lsn();
        for statement in statements {
            n1.sql(statement);
        }
        cluster.catch_up(0, 1);
        let written: i64 =
            n1.value(&format!("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '{log}')::int8"));
        (proxy.bytes(Direction::ToClient) - before, written)
    };
    let (bytes, log) = sent(&[
        "CHECKPOINT",
        "SELECT count(*) FROM t",
        "VACUUM (FREEZE) t",
        "VACUUM FULL t",
        "CLUSTER t USING t_pkey",
        "REINDEX TABLE t",
        "CREATE INDEX ON t (v)",
        "ANALYZE t",
    ]);
    assert!(log > 20_000_000, "{log} bytes of log show little");
    assert!(bytes < 200_000, "{bytes} bytes were sent of {log} bytes of log");
    // What is meant for the subscriber is sent.
    let (bytes, _) = sent(&["UPDATE t SET v = v || 'y'"]);
    assert!(bytes > 10_000_000, "{bytes}");
    std::thread::sleep(Duration::from_millis(100));
    cluster.assert_equal("SELECT count(*), sum(length(v)) FROM t");
}
