//! Subscriptions that exist: shown, changed, waited for, and dropped.

use std::time::{Duration, Instant};

use spock_tests::{Cluster, Node, StopMode};

fn pair() -> Cluster {
    let cluster = Cluster::start(2);
    cluster.create_nodes();
    for node in cluster.nodes() {
        node.sql(
            "CREATE TABLE t (id int PRIMARY KEY, a text);
             SELECT spock.repset_add_table('default', 't')",
        );
    }
    cluster
}

fn status(node: &Node<'_>) -> String {
    node.table("SELECT status FROM spock.sub_show_status('sub_n1_n2')")
}

#[test]
fn a_subscription_is_shown_disabled_enabled_and_dropped() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    cluster.subscribe(0, 1);
    assert_eq!(
        n2.table(
            "SELECT subscription_name, status, provider_node, slot_name, replication_sets,
                    forward_origins, last_error FROM spock.sub_show_status()"
        ),
        "sub_n1_n2|replicating|n1|spk_app_n1_sub_n1_n2|{default,default_insert_only,ddl_sql}|{}|∅"
    );
    assert_eq!(n2.table("SELECT * FROM spock.sub_show_status('nix')"), "");
    let worker = "SELECT worker_pid, worker_dboid = (SELECT oid FROM pg_database
                         WHERE datname = current_database())::int,
                         worker_subid = (SELECT sub_id FROM spock.subscription), worker_status
                    FROM spock.get_apply_worker_status()";
    let shown = n2.table(worker);
    assert!(shown.ends_with("|t|t|running"), "{shown}");

    n1.sql("INSERT INTO t VALUES (1, 'x')");
    cluster.catch_up(0, 1);
    assert_eq!(n2.table("TABLE t"), "1|x");
    assert_eq!(
        n2.table(
            "SELECT origin_name, receiver_name, replication_lag_bytes >= 0,
                         replication_lag < '1 minute' FROM spock.lag_tracker"
        ),
        "n1|n2|t|t"
    );
    // On an idle link the lag stays that of the last transaction.
    n1.sql("SELECT pg_sleep(2)");
    cluster.catch_up(0, 1);
    assert_eq!(n2.table("SELECT replication_lag < '1.5 seconds' FROM spock.lag_tracker"), "t");
    // The version of the row names the node, not the local number of the origin.
    assert_eq!(
        n2.table("SELECT (spock.xact_commit_timestamp_origin(xmin)).roident FROM t"),
        "49708"
    );
    cluster.refuses(
        &n1,
        "SELECT spock.node_drop('n1')",
        "55006",
        "cannot drop node \"n1\" because one or more replication slots for the node are still \
         active",
    );
    for node in ["n1", "n2"] {
        cluster.refuses(
            &n2,
            &format!("SELECT spock.node_drop('{node}')"),
            "2BP01",
            &format!(
                "cannot drop node \"{node}\" because it still has subscriptions associated with it"
            ),
        );
    }
    cluster.refuses(
        &n2,
        "SELECT spock.node_drop_interface('n1', 'n1')",
        "2BP01",
        "cannot drop interface \"n1\" for node \"n1\" because subscription \"sub_n1_n2\" is using it",
    );

    for (function, name) in
        [("sub_enable", "alter_subscription_enable"), ("sub_disable", "alter_subscription_disable")]
    {
        cluster.refuses(
            &n2,
            &format!("BEGIN; SELECT spock.{function}('sub_n1_n2', true)"),
            "25001",
            &format!("{name} with immediate = true cannot be run inside a transaction block"),
        );
        n2.sql("ROLLBACK");
    }
    n2.query("SELECT spock.sub_disable('sub_n1_n2', true)", &[]);
    assert_eq!(status(&n2), "disabled");
    assert_eq!(
        n2.table("SELECT worker_pid, worker_status FROM spock.get_apply_worker_status()"),
        "0|stopped"
    );
    n1.sql("INSERT INTO t VALUES (2, 'y')");
    n2.sql("SELECT spock.sub_enable('sub_n1_n2', false)");
    cluster.catch_up(0, 1);
    assert_eq!(n2.table("SELECT count(*) FROM t"), "2");

    assert_eq!(n2.value::<u32>("SELECT spock.sub_drop('sub_n1_n2')"), 1);
    assert_eq!(n1.table("SELECT slot_name FROM pg_replication_slots"), "");
    assert_eq!(n2.table("SELECT roname FROM pg_replication_origin"), "");
    assert_eq!(n2.table("SELECT node_name FROM spock.node"), "n2");
    // What its commits mean is still known.
    assert_eq!(
        n2.table("SELECT (spock.xact_commit_timestamp_origin(xmin)).roident FROM t WHERE id = 1"),
        "49708"
    );
    cluster.refuses(
        &n2,
        "SELECT spock.sub_drop('sub_n1_n2')",
        "42704",
        "subscription \"sub_n1_n2\" not found",
    );
    assert_eq!(n2.value::<u32>("SELECT spock.sub_drop('sub_n1_n2', true)"), 0);
    // An origin's number is not used again.
    cluster.subscribe(0, 1);
    assert_eq!(n2.table("SELECT count(DISTINCT roident) FROM spock.origin_history"), "2");
}

#[test]
fn changes_of_a_subscription_take_effect() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for node in [&n1, &n2] {
        node.sql("CREATE TABLE u (id int PRIMARY KEY)");
    }
    n1.sql("SELECT spock.repset_create('mine'); SELECT spock.repset_add_table('mine', 'u')");
    cluster.subscribe(0, 1);
    n1.sql("INSERT INTO u VALUES (1)");
    cluster.catch_up(0, 1);
    assert!(n2.value::<bool>("SELECT spock.sub_add_repset('sub_n1_n2', 'mine')"));
    assert!(!n2.value::<bool>("SELECT spock.sub_add_repset('sub_n1_n2', 'mine')"));
    cluster.wait_for("the set to be subscribed", || {
        n1.sql("INSERT INTO u VALUES ((SELECT max(id) + 1 FROM u))");
        cluster.catch_up(0, 1);
        n2.value::<i64>("SELECT count(*) FROM u") > 0
    });
    assert!(n2.value::<bool>("SELECT spock.sub_remove_repset('sub_n1_n2', 'mine')"));
    assert!(!n2.value::<bool>("SELECT spock.sub_remove_repset('sub_n1_n2', 'mine')"));

    for call in [
        "sub_add_repset('nix', 'x')",
        "sub_remove_repset('nix', 'x')",
        "sub_enable('nix')",
        "sub_disable('nix')",
        "sub_alter_interface('nix', 'x')",
        "sub_alter_skiplsn('nix', '0/0')",
        "sub_alter_options('nix', '{}')",
        "sub_alter_sync('nix')",
        "sub_resync_table('nix', 't')",
        "sub_show_table('nix', 't')",
        "sub_wait_for_sync('nix')",
        "table_wait_for_sync('nix', 't')",
    ] {
        cluster.refuses(
            &n2,
            &format!("SELECT spock.{call}"),
            "42704",
            "subscription \"nix\" not found",
        );
    }

    let options = |json: &str| format!("SELECT spock.sub_alter_options('sub_n1_n2', '{json}')");
    assert!(!n2.value::<bool>(&options("{}")));
    let cases = [
        ("[]", "subscription options must be a JSON object"),
        (
            r#"{"forward_origins": "all"}"#,
            "option \"forward_origins\" must be a JSON array of strings",
        ),
        (r#"{"skip_schema": [1]}"#, "option \"skip_schema\" must contain only strings"),
        (r#"{"forward_origins": ["x"]}"#, "invalid value \"x\" for option \"forward_origins\""),
        (r#"{"apply_delay": 3}"#, "option \"apply_delay\" must be a string"),
        (r#"{"slot": "x"}"#, "unrecognized subscription option \"slot\""),
    ];
    for (json, message) in cases {
        cluster.refuses(&n2, &options(json), "22023", message);
    }
    let all = r#"{"apply_delay": "2 seconds", "skip_schema": ["x"], "forward_origins": ["all"]}"#;
    assert!(n2.value::<bool>(&options(all)));
    assert_eq!(
        n2.table(
            "SELECT sub_apply_delay, sub_skip_schema, sub_forward_origins FROM spock.subscription"
        ),
        "00:00:02|{x}|{all}"
    );
    assert!(n2.value::<bool>(&options(r#"{"forward_origins": []}"#)));
    let started = Instant::now();
    n1.sql("INSERT INTO t VALUES (7, 'late')");
    cluster.wait_for("the delayed row", || n2.value::<i64>("SELECT count(*) FROM t") == 1);
    assert!(started.elapsed() >= Duration::from_millis(1900), "the delay was not kept");
    n2.sql(&options(r#"{"apply_delay": "0"}"#));

    cluster.refuses(
        &n2,
        "SELECT spock.sub_alter_interface('sub_n1_n2', 'other')",
        "42704",
        "interface \"other\" for node \"n1\" not found",
    );
    n2.query("SELECT spock.node_add_interface('n1', 'other', $1)", &[&n1.dsn()]);
    assert!(n2.value::<bool>("SELECT spock.sub_alter_interface('sub_n1_n2', 'other')"));
    assert!(n2.value::<bool>("SELECT spock.sub_alter_skiplsn('sub_n1_n2', '0/10')"));
    assert_eq!(
        n2.table(
            "SELECT if_name, sub_skip_lsn FROM spock.subscription
                    JOIN spock.node_interface ON if_id = sub_origin_if"
        ),
        "other|0/10"
    );
    n1.sql("INSERT INTO t VALUES (8, 'by the other way')");
    cluster.catch_up(0, 1);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 2);
}

#[test]
fn tables_are_copied_again_and_waited_for() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for node in [&n1, &n2] {
        node.sql("CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE other (id int PRIMARY KEY)");
    }
    n1.sql("SELECT spock.repset_add_table('default', 'u'); INSERT INTO t VALUES (1, 'a')");
    cluster.subscribe_with(0, 1, "synchronize_data := true");
    n2.sql("SELECT spock.sub_wait_for_sync('sub_n1_n2')");
    assert_eq!(n2.table("TABLE t"), "1|a");
    assert_eq!(
        n2.table("SELECT nspname, relname, status FROM spock.sub_show_table('sub_n1_n2', 't')"),
        "public|t|replicating"
    );
    assert_eq!(
        n2.table("SELECT status FROM spock.sub_show_table('sub_n1_n2', 'other')"),
        "unknown"
    );
    cluster.refuses(
        &n2,
        "SELECT spock.table_wait_for_sync('sub_n1_n2', 'other')",
        "55000",
        "table public.other has no synchronization status on subscription sub_n1_n2",
    );
    for (level, name) in [("repeatable read", "REPEATABLE READ"), ("serializable", "SERIALIZABLE")]
    {
        cluster.refuses(
            &n2,
            &format!("BEGIN ISOLATION LEVEL {level}; SELECT spock.sub_wait_for_sync('sub_n1_n2')"),
            "25001",
            &format!("cannot wait for sync in {name}"),
        );
        n2.sql("ROLLBACK");
    }
    n2.sql("INSERT INTO t VALUES (2, 'only here')");
    n2.sql("SELECT spock.sub_resync_table('sub_n1_n2', 't')");
    n2.sql("SELECT spock.table_wait_for_sync('sub_n1_n2', 't')");
    assert_eq!(n2.table("TABLE t"), "1|a");

    // A table that joins later is copied when asked for.
    n1.sql("INSERT INTO other VALUES (5); SELECT spock.repset_add_table('default', 'other')");
    n2.sql("SELECT spock.sub_alter_sync('sub_n1_n2')");
    n2.sql("SELECT spock.sub_wait_for_sync('sub_n1_n2')");
    assert_eq!(n2.table("TABLE other"), "5");

    // The provider can ask its subscribers to copy a table that joins.
    for node in [&n1, &n2] {
        node.sql("CREATE TABLE asked (id int PRIMARY KEY)");
    }
    n1.sql("INSERT INTO asked VALUES (6); SELECT spock.repset_add_table('default', 'asked', true)");
    cluster.catch_up(0, 1);
    n2.sql("SELECT spock.table_wait_for_sync('sub_n1_n2', 'asked')");
    assert_eq!(n2.table("TABLE asked"), "6");

    // One that is being copied is not copied twice.
    n2.sql(
        "BEGIN; SELECT spock.sub_resync_table('sub_n1_n2', 'u');
         SAVEPOINT s",
    );
    cluster.refuses(
        &n2,
        "SELECT spock.sub_resync_table('sub_n1_n2', 'u')",
        "55000",
        "table public.u is already being synchronized",
    );
    n2.sql("ROLLBACK");
}

#[test]
fn sync_events_are_waited_for() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    cluster.refuses(
        &n2,
        "CALL spock.wait_for_sync_event(NULL, NULL::oid, '0/0', 1)",
        "22004",
        "Invalid NULL origin_id",
    );
    cluster.refuses(
        &n2,
        "CALL spock.wait_for_sync_event(NULL, 'nix', '0/0', 1)",
        "42704",
        "Origin node 'nix' not found",
    );
    cluster.refuses(
        &n2,
        "CALL spock.wait_for_sync_event(NULL, 4711::oid, '0/0', 1)",
        "42704",
        "No subscription found for replication 4711 => n2",
    );
    cluster.subscribe(0, 1);
    let wait = |lsn: &str, rest: &str| {
        n2.table(&format!("CALL spock.wait_for_sync_event(NULL, 'n1', '{lsn}'{rest})"))
    };
    let lsn: String = n1.value("SELECT spock.sync_event()::text");
    assert_eq!(wait(&lsn, ", 30"), "t");
    assert_eq!(
        n2.table(&format!("CALL spock.wait_for_sync_event(NULL, 49708::oid, '{lsn}', 30)")),
        "t"
    );
    assert_eq!(wait("FF/0", ", 1"), "f");
    // One in a transaction counts when that commits; one that is not counts though it does not.
    let lsn: String = n1.value("SELECT spock.sync_event(true)::text");
    assert_eq!(wait(&lsn, ", 30"), "t");
    let mut session = n1.connect();
    let mut rolled_back = session.transaction().unwrap();
    let lsn: String = rolled_back.query_one("SELECT spock.sync_event()::text", &[]).unwrap().get(0);
    rolled_back.rollback().unwrap();
    assert_eq!(wait(&lsn, ", 30"), "t");

    // The provider's side: everything written is confirmed; a wait in vain can be cancelled.
    n1.sql("SELECT spock.wait_slot_confirm_lsn(NULL, NULL)");
    n1.sql("SELECT spock.wait_slot_confirm_lsn('no_such_slot', 'FF/0')");
    cluster.refuses(
        &n1,
        "SET statement_timeout = '300ms'; SELECT spock.wait_slot_confirm_lsn(NULL, 'FF/0')",
        "57014",
        "canceling statement due to statement timeout",
    );
    n1.sql("RESET statement_timeout");

    n2.query("SELECT spock.sub_disable('sub_n1_n2', true)", &[]);
    cluster.refuses(
        &n2,
        "CALL spock.wait_for_sync_event(NULL, 'n1', 'FF/0', 5)",
        "55000",
        "Subscription n1 => n2 has been disabled",
    );
    assert_eq!(wait("FF/0", ", 1, true"), "f");
}

#[test]
fn a_subscription_can_be_dropped_while_its_provider_is_away() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    cluster.subscribe(0, 1);
    n1.stop(StopMode::Fast).unwrap();
    cluster.allow_log("could not");
    cluster.allow_log("could not connect");
    cluster.wait_for("the loss to be shown", || status(&n2) == "down");
    cluster.wait_for("the reason to be shown", || {
        n2.table("SELECT last_error FROM spock.sub_show_status()").contains("connect")
    });
    assert_eq!(n2.value::<u32>("SELECT spock.sub_drop('sub_n1_n2')"), 1);
    assert_eq!(n2.table("SELECT count(*) FROM spock.sub_show_status()"), "0");
    n1.start().unwrap();
    let slots = "SELECT slot_name FROM pg_replication_slots";
    assert_eq!(n1.table(slots), "spk_app_n1_sub_n1_n2");
    n1.sql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
}
