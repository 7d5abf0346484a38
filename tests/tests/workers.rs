//! The processes of the extension: which ones run where, and what becomes of them when databases and
//! the extension come and go, and when servers and processes die.

use std::time::Duration;

use spock_tests::{Cluster, Node, Signal, StopMode, Victim, wait_for};

/// Workers of the extension in a database, by kind; -1 while the server does not answer.
fn workers(node: &Node<'_>, database: &str, kind: &str) -> i64 {
    let count = format!(
        "SELECT count(*) FROM pg_stat_activity
         WHERE datname = '{database}' AND backend_type = 'spock {kind}'"
    );
    let answer = node.try_rows(&count).ok();
    answer.and_then(|rows| rows[0][0].as_ref()?.parse().ok()).unwrap_or(-1)
}

/// A manager that finds no extension leaves at once.
fn wait_for_no_manager(node: &Node<'_>, database: &str) {
    wait_for(format!("no manager in {database}"), || workers(node, database, "manager") == 0);
}

fn wait_for_manager(node: &Node<'_>, database: &str) {
    wait_for(format!("the manager of {database}"), || workers(node, database, "manager") == 1);
}

fn make_node(node: &Node<'_>, name: &str) {
    node.sql(&format!("SELECT spock.node_create('{name}', '{}')", node.dsn()));
}

/// A subscription whose provider is not there, written as `sub_create` would.
fn subscribe_to_nobody(node: &Node<'_>) {
    node.sql(
        "INSERT INTO spock.node VALUES (7, 'nobody');
         INSERT INTO spock.node_interface VALUES (7, 'nobody', 7, 'host=127.0.0.1 port=1 password=s3cr3t-canary');
         INSERT INTO spock.subscription (sub_id, sub_name, sub_origin, sub_target, sub_origin_if,
             sub_target_if, sub_slot_name, sub_replication_sets, sub_forward_origins)
         SELECT 77, 'lost', 7, l.node_id, 7, l.node_local_interface, 'spk_app_nobody_lost',
             '{default}', '{}' FROM spock.local_node l;
         SELECT pg_replication_origin_create('spk_app_nobody_lost')",
    );
}

#[test]
fn managers_run_where_the_extension_is_and_nowhere_else() {
    let cluster =
        Cluster::builder().databases(&["one", "two", "three"]).without_create_extension().start();
    let node = cluster.node(0);
    wait_for_no_manager(&node, "one");
    for database in ["one", "two"] {
        node.database(database).sql("CREATE EXTENSION spock");
        wait_for_manager(&node, database);
    }
    node.sql("BEGIN; CREATE EXTENSION IF NOT EXISTS spock; ROLLBACK");
    wait_for_no_manager(&node, "three");

    node.restart(StopMode::Fast).unwrap();
    for database in ["one", "two"] {
        wait_for_manager(&node, database);
    }
    wait_for_no_manager(&node, "three");

    // A manager that is terminated comes back by itself, and so does the supervisor.
    for victim in ["manager", "supervisor"] {
        let pid = format!(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'spock {victim}' ORDER BY pid LIMIT 1"
        );
        let before: i32 = node.value(&pid);
        node.sql(&format!("SELECT pg_terminate_backend({before})"));
        wait_for(format!("another {victim}"), || {
            node.rows(&pid)
                .first()
                .and_then(|row| row[0].clone())
                .is_some_and(|pid| pid != before.to_string())
                && workers(&node, "one", "manager") == 1
                && workers(&node, "two", "manager") == 1
        });
    }
}

#[test]
fn b3_a_database_that_is_a_node_is_not_dropped() {
    let cluster = Cluster::builder().databases(&["app", "other"]).start();
    cluster.allow_log("because it is spock node \"keeper\"");
    let node = cluster.node(0);
    let other = node.database("other");
    make_node(&node, "keeper");
    wait_for_manager(&node, "app");
    for statement in
        ["DROP DATABASE app", "DROP DATABASE app WITH (FORCE)", "ALTER DATABASE app RENAME TO x"]
    {
        node.disconnect();
        let error = other.sql_error(statement);
        assert!(error.message().contains("because it is spock node \"keeper\""), "{error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("node_drop('keeper')")), "{error}");
    }
    // Also right after a start, before any manager has looked.
    node.restart(StopMode::Fast).unwrap();
    assert_eq!(other.sql_error("DROP DATABASE app").code().code(), "55006");

    node.sql("SELECT spock.node_drop('keeper')");
    node.disconnect();
    other.sql("DROP DATABASE app");
}

#[test]
fn managers_are_not_in_the_way_of_databases_that_are_no_nodes() {
    let cluster = Cluster::builder().databases(&["app", "other"]).start();
    let node = cluster.node(0);
    for database in ["app", "other"] {
        wait_for_manager(&node, database);
    }
    let app = node.database("app");
    node.database("other").disconnect();
    app.sql("ALTER DATABASE other RENAME TO renamed");
    wait_for_manager(&node, "renamed");
    app.sql("CREATE DATABASE copied TEMPLATE renamed");
    wait_for_manager(&node, "copied");
    wait_for_manager(&node, "renamed");
    app.sql("DROP DATABASE copied");
    app.sql("DROP DATABASE renamed");
    for round in 0..5 {
        app.sql(&format!("CREATE DATABASE churn{round}"));
        node.database(&format!("churn{round}")).sql("CREATE EXTENSION spock");
        node.database(&format!("churn{round}")).disconnect();
        app.sql(&format!("DROP DATABASE churn{round}"));
    }
    wait_for_manager(&node, "app");
}

#[test]
fn the_extension_is_dropped_and_created_again() {
    let cluster = Cluster::builder().start();
    let node = cluster.node(0);
    make_node(&node, "n1");
    subscribe_to_nobody(&node);
    wait_for_manager(&node, "app");
    let origins = "SELECT count(*) FROM pg_replication_origin";
    assert_eq!(node.value::<i64>(origins), 1);

    // A rolled back drop leaves everything as it was.
    node.sql("BEGIN; DROP EXTENSION spock; ROLLBACK");
    wait_for_manager(&node, "app");
    assert_eq!(node.value::<i64>(origins), 1);

    node.sql("DROP EXTENSION spock");
    wait_for("the workers to leave", || {
        workers(&node, "app", "manager") == 0 && workers(&node, "app", "apply") == 0
    });
    wait_for("the origins to go", || node.value::<i64>(origins) == 0);

    node.sql("CREATE EXTENSION spock");
    wait_for_manager(&node, "app");
    make_node(&node, "n1");
    node.sql("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
}

/// The manager has seen the extension and not yet read its tables.
///
/// Seen to fail with a warning that `spock.local_node` does not exist.
#[test]
fn a_manager_that_looks_while_the_extension_goes_is_quiet() {
    if !spock_tests::failpoint::available() {
        return spock_tests::skip("needs failpoints");
    }
    let cluster = Cluster::builder().start();
    let node = cluster.node(0);
    make_node(&node, "n1");
    wait_for_manager(&node, "app");
    node.failpoint("manager.before_read", "wait");
    node.sql("SELECT spock.repset_create('wakes_the_manager')");
    wait_for("the look", || node.failpoint_hits("manager.before_read") > 0);
    node.sql("DROP EXTENSION spock");
    node.clear_failpoint("manager.before_read");
    wait_for_no_manager(&node, "app");
    assert!(!node.log().contains("does not exist"), "{}", node.log());
    assert!(!node.log().contains("stopped"), "{}", node.log());
}

#[test]
fn what_stands_in_the_way_of_the_schema_for_snowflake_values_is_named() {
    let cluster = Cluster::builder().without_create_extension().start();
    let node = cluster.node(0);
    node.sql("CREATE SCHEMA snowflake");
    let create = "CREATE EXTENSION spock";
    let error =
        cluster.refuses(&node, create, "42P06", "schema \"snowflake\" exists in this database");
    assert_eq!(error.hint(), Some("Rename that schema, or drop it."));
    node.sql("ALTER SCHEMA snowflake RENAME TO flakes");
    node.sql(create);
    node.sql("DROP EXTENSION spock; DROP SCHEMA flakes");

    // As the extension of that name does.
    let files = cluster.local().server().extension_dir();
    let file = |name: &str, text: &str| std::fs::write(files.join(name), text).unwrap();
    file("snowflake.control", "default_version = '2.6'\nrelocatable = false\nschema = snowflake\n");
    file("snowflake--2.6.sql", "CREATE FUNCTION snowflake.nextval() RETURNS bigint RETURN 1;");
    node.sql("CREATE EXTENSION snowflake");
    cluster.refuses(
        &node,
        create,
        "55000",
        "extension \"snowflake\" is installed in this database",
    );
    node.sql("DROP EXTENSION snowflake; DROP SCHEMA IF EXISTS snowflake");
    node.sql(create);
}

#[test]
fn a_subscription_that_is_down_is_quiet_and_tells_why() {
    let cluster = Cluster::builder().setting("spock.restart_delay_default", "100ms").start();
    let node = cluster.node(0);
    make_node(&node, "n1");
    subscribe_to_nobody(&node);
    let lines = || {
        let log = node.log();
        log.lines().filter(|line| line.contains("subscription \"lost\" stopped")).count()
    };
    wait_for("the reason in the log", || lines() == 1);
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(lines(), 1, "one line in ten seconds");
    assert!(!node.log().contains("s3cr3t-canary"), "the log shows a password");
    let status =
        "SELECT worker_status FROM spock.get_apply_worker_status() WHERE worker_subid = 77";
    assert_eq!(node.value::<String>(status), "failed");

    // A row deleted, the worker gone, the slot free.
    node.sql("DELETE FROM spock.subscription WHERE sub_id = 77");
    wait_for("the slot to be free", || node.rows(status).is_empty());
}

#[test]
fn servers_crash_and_workers_come_back() {
    let cluster = Cluster::builder().start();
    let node = cluster.node(0);
    make_node(&node, "n1");
    wait_for_manager(&node, "app");
    assert_eq!(node.kill(Victim::Manager, Signal::SIGKILL), 1);
    wait_for("the server to start again", || node.try_sql("SELECT 1").is_ok());
    wait_for_manager(&node, "app");
    node.crash().unwrap();
    node.start().unwrap();
    wait_for_manager(&node, "app");
}

/// Waits until a row that one database wrote is in another.
fn wait_for_row(node: &Node<'_>, id: i64) {
    let found = format!("SELECT count(*) FROM t WHERE id = {id}");
    wait_for(format!("row {id} in {}", node.database_name()), || {
        node.try_rows(&found).is_ok_and(|rows| rows[0][0].as_deref() == Some("1"))
    });
}

#[test]
fn three_databases_two_replicated_survive_what_happens_to_a_server() {
    let cluster = Cluster::builder()
        .databases(&["one", "two", "three"])
        .setting("spock.restart_delay_default", "200ms")
        .start();
    let node = cluster.node(0);
    let pair = [node.database("one"), node.database("two")];
    for database in &pair {
        make_node(database, database.database_name());
        database.sql(
            "CREATE TABLE t (id bigint PRIMARY KEY, place text);
             SELECT spock.repset_add_table('default', 't')",
        );
    }
    for (from, to) in [(0, 1), (1, 0)] {
        let name = format!("sub_{}", pair[from].database_name());
        pair[to].sql(&format!("SELECT spock.sub_create('{name}', '{}')", pair[from].dsn()));
        let status = format!("SELECT status FROM spock.sub_show_status('{name}')");
        wait_for(format!("{name} to replicate"), || {
            pair[to].value::<String>(&status) == "replicating"
        });
    }
    let mut next = 0;
    let mut flows = |what: &str| {
        for (from, to) in [(0, 1), (1, 0)] {
            next += 1;
            wait_for(format!("a write after {what}"), || {
                // Its first try may be committed without an answer.
                let insert = format!("INSERT INTO t VALUES ({next}, 'x') ON CONFLICT DO NOTHING");
                pair[from].try_sql(&insert).is_ok()
            });
            wait_for_row(&pair[to], next);
        }
    };
    flows("the start");

    assert_eq!(node.kill(Victim::ApplyWorker, Signal::SIGTERM), 2);
    flows("terminating the apply workers");
    assert_eq!(node.kill(Victim::Manager, Signal::SIGTERM), 3);
    flows("terminating the managers");
    node.kill(Victim::Supervisor, Signal::SIGTERM);
    flows("terminating the supervisor");
    assert_eq!(node.kill(Victim::Walsender, Signal::SIGTERM), 2);
    flows("terminating the walsenders");
    node.restart(StopMode::Fast).unwrap();
    flows("a restart");
    node.crash().unwrap();
    node.start().unwrap();
    flows("a crash");
    assert_eq!(node.kill(Victim::ApplyWorker, Signal::SIGKILL), 2);
    flows("a worker's crash");

    // Disabled on commit, not on rollback.
    let status = "SELECT status FROM spock.sub_show_status('sub_one')";
    pair[1].sql("BEGIN; SELECT spock.sub_disable('sub_one'); ROLLBACK");
    flows("a rolled back disable");
    pair[1].sql("SELECT spock.sub_disable('sub_one', true)");
    assert_eq!(pair[1].value::<String>(status), "disabled");
    wait_for("one apply worker to leave", || node.find(Victim::ApplyWorker).len() == 1);
    pair[1].sql("SELECT spock.sub_enable('sub_one', true)");
    flows("disabling and enabling");

    // The third database goes without a sound; the others cannot.
    pair[0].sql("DROP DATABASE three");
    cluster.allow_log("because it is spock node");
    assert_eq!(pair[0].sql_error("DROP DATABASE two").code().code(), "55006");
    pair[1].sql("SELECT spock.sub_drop('sub_one')");
    pair[0].sql("SELECT spock.sub_drop('sub_two')");
    for database in &pair {
        let name = database.database_name();
        database.sql(&format!("SELECT spock.node_drop('{name}')"));
    }
    wait_for("the apply workers to leave", || node.find(Victim::ApplyWorker).is_empty());
    pair[1].disconnect();
    pair[0].sql("DROP DATABASE two");
    for table in ["pg_replication_slots", "pg_replication_origin"] {
        // The slot for deleted rows goes when the supervisor has seen it.
        wait_for(table, || pair[0].value::<i64>(&format!("SELECT count(*) FROM {table}")) == 0);
    }
}

/// The walsender of the stream before is slow to end: its slot is waited for, not asked for in vain.
///
/// Seen to fail with a worker that asks at once: errors in the provider's log, and restart delays here.
#[test]
fn a_subscription_that_is_enabled_again_waits_for_its_slot() {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    cluster.subscribe(0, 1);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    cluster.catch_up(0, 1);
    cluster.wait_for("the walsender", || n1.kill(Victim::Walsender, Signal::SIGSTOP) == 1);
    n2.sql("SELECT spock.sub_disable('sub_n1_n2', true)");
    cluster.wait_for("the worker to end", || n2.find(Victim::ApplyWorker).is_empty());
    n2.sql("SELECT spock.sub_enable('sub_n1_n2', true)");
    cluster.wait_for("its successor", || n1.find(Victim::Walsender).len() == 2);
    std::thread::sleep(Duration::from_millis(500));
    n1.kill(Victim::Walsender, Signal::SIGCONT);
    cluster.wait_for("the stream", || {
        cluster.status(1, "sub_n1_n2").as_deref() == Some("replicating")
    });
    assert!(!n1.log().contains("is active for PID"), "{}", n1.log());
    assert!(!n2.log().contains("stopped:"), "{}", n2.log());
}
