//! Copies that become nodes.

use std::time::Duration;

use spock_tests::pgbench::Pgbench;
use spock_tests::{ClusterBuilder, Node, StopMode};

use super::site::{Run, Site, builder};

const TABLES: [&str; 4] =
    ["pgbench_accounts", "pgbench_branches", "pgbench_history", "pgbench_tellers"];

/// The log has each change of a row that another node wrote last.
fn told() -> ClusterBuilder {
    builder().setting("spock.log_origin_change", "remote_only_differs")
}

/// The conflicts that n2 has seen.
fn conflicts(site: &Site) -> Vec<String> {
    let log = site.pgdata().join("log/spock_create_subscriber_server.log");
    let text = std::fs::read_to_string(log).expect("n2 has a log");
    let conflicts = text.lines().filter_map(|line| line.split_once("CONFLICT: "));
    conflicts.map(|(_, conflict)| conflict.to_owned()).collect()
}

/// Which node a row's version is of.
fn author(node: &Node<'_>, table: &str, condition: &str) -> String {
    node.table(&format!(
        "SELECT n.node_name FROM {table} t,
                spock.xact_commit_timestamp_origin(t.xmin) v
           JOIN spock.node n ON n.node_id = v.roident
          WHERE {condition}"
    ))
}

/// Nothing is lost and nothing comes twice under load, and the rows of the copy are the provider's: changes
/// of them are no conflicts.
///
/// Seen to fail with an origin that is not advanced (changes come twice), and with versions of
/// origin 0 always taken as this node's (conflicts).
#[test]
fn m13_a_database_under_load_is_equal_afterwards() {
    let site = Site::of(told(), &["app"]);
    let n1 = site.n1();
    Pgbench::init(&n1, 1);
    n1.sql("ALTER TABLE pgbench_history ADD COLUMN id bigserial PRIMARY KEY");
    n1.sql("SELECT spock.repset_add_all_tables('default', '{public}')");
    let mut load = Pgbench::new(&n1).clients(2).seconds(600).arg("--rate=200").spawn();
    let child = site.spawn(&[]);
    let run = Run::of(child.wait_with_output().expect("it ends")).ends(0);
    assert!(run.stdout.contains("node n2 replicates from node n1"), "{run:?}");
    assert!(load.is_running(), "the load went on");
    std::thread::sleep(Duration::from_secs(2));
    n1.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pgbench'",
        &[],
    );
    site.cluster.allow_log("terminating connection");
    let _ = load.finish_anyhow();

    site.cluster.catch_up(0, 1);
    for table in TABLES {
        site.cluster.assert_equal(&format!("SELECT * FROM {table} t ORDER BY t::text"));
    }
    let n2 = site.n2();
    assert!(n2.value::<i64>("SELECT count(*) FROM pgbench_history") > 100);
    assert_eq!(conflicts(&site), Vec::<String>::new());
    assert_eq!(n2.table("SELECT * FROM spock.exception_log"), "");
    assert_eq!(author(&n2, "pgbench_branches", "bid = 1"), "n1");
    let identifier = "SELECT system_identifier::text FROM pg_control_system()";
    assert_ne!(n1.value::<String>(identifier), n2.value::<String>(identifier));
    assert_eq!(site.slots().lines().count(), 1, "{}", site.slots());

    // It survives a restart, with the library's workers.
    n2.disconnect();
    n2.restart(StopMode::Fast).expect("n2 restarts");
    n1.sql("UPDATE pgbench_branches SET filler = 'after'");
    site.cluster.catch_up(0, 1);
    assert_eq!(n2.table("SELECT trim(filler) FROM pgbench_branches"), "after");
    n2.stop(StopMode::Fast).expect("n2 stops");
}

/// A row of the copy has its writer's version: the newer of two changes stays, and a row that the new node
/// has changed is its own.
///
/// Seen to fail with versions of origin 0 always taken as this node's.
#[test]
fn v2_rows_of_a_copy_belong_to_the_source() {
    let site = Site::of(told().setting("max_prepared_transactions", "5"), &["app"]);
    let n1 = site.n1();
    n1.sql("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT g, 'old' FROM generate_series(1, 5) g");
    n1.sql("SELECT spock.repset_add_all_tables('default', '{public}')");
    // Slow enough for what happens meanwhile.
    let child = site.spawn(&["--max-rate=8M"]);
    site.cluster.wait_for("the base backup", || site.is_in_backup());
    // The copy has it prepared, and the stream brings it when it commits.
    n1.sql("BEGIN; INSERT INTO t VALUES (9, 'prepared'); PREPARE TRANSACTION 'later'");
    Run::of(child.wait_with_output().expect("it ends")).ends(0);
    let n2 = site.n2();
    assert_eq!(author(&n2, "t", "id = 1"), "n1");
    n1.sql("COMMIT PREPARED 'later'");
    site.cluster.catch_up(0, 1);
    assert_eq!(n2.table("SELECT v FROM t WHERE id = 9"), "prepared");

    n1.sql("UPDATE t SET v = 'of n1' WHERE id = 1");
    site.cluster.catch_up(0, 1);
    assert_eq!(n2.table("SELECT v FROM t WHERE id = 1"), "of n1");
    assert_eq!(conflicts(&site), Vec::<String>::new(), "a node changes its own row");

    n2.sql("SELECT spock.sub_disable('sub_n1_n2', true)");
    n1.sql("UPDATE t SET v = 'older' WHERE id = 2");
    n2.sql("UPDATE t SET v = 'newer' WHERE id = 2");
    n2.sql("UPDATE t SET v = 'older' WHERE id = 3");
    n1.sql("UPDATE t SET v = 'newer' WHERE id = 3");
    n2.sql("SELECT spock.sub_enable('sub_n1_n2', true)");
    site.cluster.catch_up(0, 1);
    assert_eq!(n2.table("SELECT id, v FROM t WHERE id IN (2, 3) ORDER BY id"), "2|newer\n3|newer");
    let conflicts = conflicts(&site);
    assert_eq!(conflicts.len(), 2, "{conflicts:?}");
    assert!(conflicts[0].ends_with("keep_local."), "{conflicts:?}");
    assert!(conflicts[1].ends_with("apply_remote."), "{conflicts:?}");
    n2.stop(StopMode::Fast).expect("n2 stops");
}

/// What the source had from another node is that node's in the copy too, and the copy has nothing of the
/// source's subscriptions: not one of its workers asks that node for anything.
///
/// Seen to fail with a history of origins that is emptied.
#[test]
fn rows_that_the_source_had_from_others_are_theirs() {
    let site = Site::of(told().nodes(3), &["app"]);
    let (n1, n3) = (site.n1(), site.cluster.node(2));
    n3.query("SELECT spock.node_create('n3', $1)", &[&n3.dsn()]);
    for node in [&n1, &n3] {
        node.sql("CREATE TABLE t (id int PRIMARY KEY, v text)");
        node.sql("SELECT spock.repset_add_all_tables('default', '{public}')");
    }
    site.cluster.subscribe(2, 0);
    n3.sql("INSERT INTO t VALUES (3, 'of n3')");
    n1.sql("INSERT INTO t VALUES (1, 'of n1')");
    site.cluster.catch_up(2, 0);
    site.run(&[]).ends(0);

    let n2 = site.n2();
    assert_eq!(author(&n2, "t", "id = 3"), "n3");
    assert_eq!(author(&n2, "t", "id = 1"), "n1");
    n2.sql("INSERT INTO t VALUES (2, 'of n2')");
    assert_eq!(author(&n2, "t", "id = 2"), "", "0 stands for the node itself");
    assert_eq!(n2.table("SELECT sub_name FROM spock.subscription"), "sub_n1_n2");
    assert_eq!(
        n2.table("SELECT roname FROM pg_replication_origin"),
        "spk_app_n1_sub_n1_n2",
        "the source's are gone"
    );
    // The source has changed a row of n3: in the copy that is a conflict of two nodes, as it was there.
    n1.sql("UPDATE t SET v = 'of n1' WHERE id = 3");
    site.cluster.catch_up(0, 1);
    assert_eq!(n2.table("SELECT v FROM t WHERE id = 3"), "of n1");
    let conflicts = conflicts(&site);
    assert!(conflicts.len() == 1 && conflicts[0].ends_with("apply_remote."), "{conflicts:?}");
    n3.sql("INSERT INTO t VALUES (4, 'later')");
    site.cluster.catch_up(2, 0);
    n2.stop(StopMode::Fast).expect("n2 stops");
}

/// All databases that are nodes, with --stop; nothing of the provider's identity goes along.
#[test]
fn several_databases_become_nodes() {
    let site = Site::of(builder(), &["app", "shop"]);
    let n1 = site.n1();
    for database in ["app", "shop"] {
        let n1 = n1.database(database);
        n1.sql("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)");
        n1.sql("SELECT spock.repset_add_all_tables('default', '{public}')");
    }
    let hba = site.cluster.dir().join("hba.conf");
    std::fs::write(&hba, "local all all trust\nhost all all 127.0.0.1/32 trust # ours\n").unwrap();
    let hba = hba.to_str().expect("UTF-8");
    let named = ["--subscription", "of_{database}_{subscriber}", "--hba-conf", hba];
    site.run(&[&["--all", "--stop"][..], &named].concat()).ends(0);
    let hba = |name: &str| std::fs::read_to_string(site.pgdata().join(name)).expect("it is there");
    assert!(hba("pg_hba.conf").contains("# ours"));
    assert!(hba("pg_hba.conf.orig").contains("replication"));
    let n2 = site.n2();
    assert!(!n2.is_running());
    for database in ["app", "shop"] {
        n1.database(database).sql("INSERT INTO t VALUES (2)");
    }
    n2.start().expect("n2 starts");
    for database in ["app", "shop"] {
        let n2 = n2.database(database);
        site.cluster.wait_for("the row", || n2.value::<i64>("SELECT count(*) FROM t") == 2);
        assert_eq!(
            n2.table("SELECT sub_name FROM spock.subscription"),
            format!("of_{database}_n2")
        );
        assert_eq!(
            n2.table("SELECT node_name FROM spock.local_node JOIN spock.node USING (node_id)"),
            "n2"
        );
    }
    n2.stop(StopMode::Fast).expect("n2 stops");
}
