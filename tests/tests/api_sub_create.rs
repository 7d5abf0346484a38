//! `sub_create`: what it asks of its arguments, of this server, and of the provider.

#![expect(clippy::unwrap_used, reason = "a test panics with what it did not find")]

use std::sync::{Arc, Mutex};

use spock_tests::{Cluster, Node, StopMode};

fn create(name: &str, dsn: &str, more: &str) -> String {
    let comma = if more.is_empty() { "" } else { ", " };
    format!("SELECT spock.sub_create('{name}', '{}'{comma}{more})", dsn.replace('\'', "''"))
}

/// Runs a statement and gives the warnings that came with it.
fn warnings(node: &Node<'_>, sql: &str) -> Vec<String> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let mut config: postgres::Config = node.socket_conninfo(node.database_name()).parse().unwrap();
    config.notice_callback(move |notice| {
        if notice.severity() == "WARNING" {
            sink.lock().unwrap().push(notice.message().to_owned());
        }
    });
    config.connect(postgres::NoTls).unwrap().batch_execute(sql).unwrap();
    let seen = seen.lock().unwrap();
    seen.clone()
}

#[test]
fn arguments_are_checked_before_anybody_is_asked() {
    let cluster = Cluster::start(1);
    let n1 = cluster.node(0);
    let no_node = "current database is not configured as spock node";
    let error = cluster.refuses(&n1, &create("s", "dbname=app", ""), "55000", no_node);
    assert_eq!(error.hint(), Some("create spock node first"));
    cluster.create_nodes();
    // Nobody listens on this port.
    let nobody = "host=127.0.0.1 port=1 dbname=app connect_timeout=2";
    let cases = [
        ("", nobody, "", "42602", "subscription name \"\" is too short"),
        ("Sub", nobody, "", "42602", "subscription name \"Sub\" contains invalid character"),
        ("a-b", nobody, "", "42602", "subscription name \"a-b\" contains invalid character"),
        ("s", "host", "", "42601", "invalid connection string"),
        (
            "s",
            nobody,
            "forward_origins := '{all,n3}'",
            "22023",
            "invalid value \"n3\" for option \"forward_origins\"",
        ),
        (
            "s",
            nobody,
            "enabled := false, synchronize_data := true",
            "22023",
            "subscription \"s\" in disabled state is not allowed to synchronize structure or data",
        ),
        ("s", nobody, "", "08001", "could not connect to peer"),
    ];
    for (name, dsn, more, code, message) in cases {
        cluster.refuses(&n1, &create(name, dsn, more), code, message);
    }
    let canary = "host=127.0.0.1 port=1 dbname=app connect_timeout=2 password=hushhush1";
    let error = cluster.refuses(&n1, &create("s", canary, ""), "08001", "could not connect");
    assert!(!format!("{error:?}").contains("hushhush1"), "{error:?}");
    let log = n1.log();
    assert!(!log.contains("hushhush1"), "the log shows a password");
    // Strict: a null is no call.
    assert!(n1.value::<bool>("SELECT spock.sub_create(NULL, 'dbname=x') IS NULL"));
}

#[test]
fn providers_that_cannot_serve_are_refused() {
    let cluster = Cluster::builder()
        .nodes(2)
        .databases(&["app", "plain", "latin"])
        .without_create_extension()
        .start();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for node in [&n1, &n2] {
        node.sql("CREATE EXTENSION spock");
    }
    n2.query("SELECT spock.node_create('n2', $1)", &[&n2.dsn()]);

    let plain = n1.database("plain");
    cluster.refuses(
        &n2,
        &create("s", &plain.dsn(), ""),
        "55000",
        "the provider has no extension spock",
    );
    plain.sql("CREATE EXTENSION spock");
    cluster.allow_log("local spock node not found");
    cluster.refuses(
        &n2,
        &create("s", &plain.dsn(), ""),
        "55000",
        "peer reported: ERROR:  local spock node not found",
    );
    cluster.refuses(
        &n2,
        &create("s", &n2.dsn(), ""),
        "22023",
        "provider_dsn points to the local node \"n2\"",
    );

    n1.disconnect();
    n1.database("postgres").sql("DROP DATABASE latin");
    n1.database("postgres").sql(
        "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0",
    );
    let latin = n1.database("latin");
    latin.sql("CREATE EXTENSION spock");
    latin.query("SELECT spock.node_create('l1', $1)", &[&latin.dsn()]);
    let error = cluster.refuses(
        &n2,
        &create("s", &latin.dsn(), ""),
        "0A000",
        "the databases of provider and subscriber have different encodings",
    );
    assert_eq!(error.detail(), Some("The provider has LATIN1, the subscriber UTF8."));

    n1.query("SELECT spock.node_create('n1', $1)", &[&n1.dsn()]);
    n1.set(&[("track_commit_timestamp", "off"), ("max_replication_slots", "1")]).unwrap();
    n1.restart(StopMode::Fast).unwrap();
    let error = cluster.refuses(
        &n2,
        &create("s", &n1.dsn(), ""),
        "55000",
        "the provider has track_commit_timestamp = off",
    );
    assert_eq!(
        error.hint(),
        Some("Run on the provider: ALTER SYSTEM SET track_commit_timestamp = on; and restart it.")
    );
    n1.set(&[("track_commit_timestamp", "on")]).unwrap();
    n1.restart(StopMode::Fast).unwrap();
    n1.sql("SELECT pg_create_physical_replication_slot('mine')");
    cluster.refuses(
        &n2,
        &create("s", &n1.dsn(), ""),
        "53400",
        "the provider's max_replication_slots is too low for one more subscription",
    );
    n1.sql("SELECT pg_drop_replication_slot('mine')");
    check_plugin_libraries(&cluster, &n1, &n2);

    // Somebody else's name, or id, under the provider's.
    n2.sql("INSERT INTO spock.node (node_id, node_name) VALUES (49708, 'other')");
    cluster.refuses(
        &n2,
        &create("s", &n1.dsn(), ""),
        "42710",
        "node id 49708 (computed from name \"n1\") collides with existing node",
    );
    n2.sql("UPDATE spock.node SET node_id = 17, node_name = 'n1' WHERE node_id = 49708");
    cluster.refuses(
        &n2,
        &create("s", &n1.dsn(), ""),
        "42710",
        "provider \"n1\" has the node id 49708, but the node of that name known here has 17",
    );
    n2.sql("DELETE FROM spock.node WHERE node_id = 17");
    n2.sql(&create("s", &n1.dsn(), ""));
}

/// On servers that have the setting, the error names the command that mends it.
fn check_plugin_libraries(cluster: &Cluster, n1: &Node<'_>, n2: &Node<'_>) {
    let setting = "SELECT count(*) FROM pg_settings WHERE name = 'output_plugin_libraries'";
    if n1.value::<i64>(setting) == 0 {
        return;
    }
    n1.sql("ALTER SYSTEM SET output_plugin_libraries = 'pgoutput', 'test_decoding'");
    n1.sql("SELECT pg_reload_conf()");
    cluster.wait_for("the setting", || {
        n1.table("SHOW output_plugin_libraries") == "pgoutput, test_decoding"
    });
    let error = cluster.refuses(
        n2,
        &create("s", &n1.dsn(), ""),
        "55000",
        "the provider does not allow the output plugin \"spock_output\"",
    );
    let hint = error.hint().unwrap();
    let commands = hint.strip_prefix("Run on the provider: ").unwrap();
    assert_eq!(
        commands,
        "ALTER SYSTEM SET output_plugin_libraries = 'pgoutput', 'test_decoding', 'spock_output'; \
         SELECT pg_reload_conf();"
    );
    for command in commands.split(';').filter(|command| !command.trim().is_empty()) {
        n1.sql(command);
    }
    cluster.wait_for("the setting", || {
        n1.table("SHOW output_plugin_libraries").contains("spock_output")
    });
}

#[test]
fn a_local_dsn_that_leads_elsewhere_is_noticed() {
    let cluster = Cluster::start(2);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.query("SELECT spock.node_create('n1', $1)", &[&n1.dsn()]);
    n2.query("SELECT spock.node_create('n2', $1)", &[&n1.dsn()]);
    cluster.refuses(
        &n2,
        &create("s", &n1.dsn(), ""),
        "55000",
        "interface \"n2\" of the local node does not lead to this database",
    );
    n2.sql("SELECT spock.node_drop('n2')");
    n2.sql("SELECT spock.node_create('n2', 'host=127.0.0.1 port=1 connect_timeout=2')");
    cluster.refuses(
        &n2,
        &create("s", &n1.dsn(), ""),
        "55000",
        "could not connect to the local node by its interface \"n2\"",
    );
}

#[test]
fn a_second_subscription_to_a_provider_is_possible_but_warned_of() {
    let cluster = Cluster::start(3);
    cluster.create_nodes();
    let (n1, n2, n3) = (cluster.node(0), cluster.node(1), cluster.node(2));
    let name = cluster.subscribe(0, 1);
    cluster.refuses(
        &n2,
        &create(&name, &n1.dsn(), ""),
        "42710",
        "subscription sub_n1_n2 already exists",
    );
    let other = format!("{} application_name=x", n1.dsn());
    cluster.refuses(&n2, &create("s", &other, ""), "22023", "dsn \"");
    let warned = warnings(&n2, &create("s", &n1.dsn(), "'{default,mine}'"));
    assert_eq!(
        warned,
        ["existing subscription \"sub_n1_n2\" to node \"n1\" already subscribes to replication \
          set(s) \"default\""]
    );
    // By another interface that was announced.
    n2.query("SELECT spock.node_add_interface('n1', 'other', $1)", &[&other]);
    n2.sql(&create("s2", &other, "'{mine}'"));
    assert_eq!(
        n2.table(
            "SELECT subscription_name, replication_sets FROM spock.sub_show_status() ORDER BY 1"
        ),
        "s|{default,mine}\ns2|{mine}\nsub_n1_n2|{default,default_insert_only,ddl_sql}"
    );
    // One that forwards must be alone.
    cluster.refuses(
        &n2,
        &create("f", &n3.dsn(), "forward_origins := '{all}'"),
        "55000",
        "cannot activate forwarding on subscription \"f\" while another subscription is enabled",
    );
    // Providers of this version do not forward yet.
    cluster.allow_log("forwarding of changes from other nodes is not supported by this version");
    n3.sql(&create("f", &n1.dsn(), "forward_origins := '{all}'"));
    cluster.refuses(
        &n3,
        &create("g", &n2.dsn(), ""),
        "55000",
        "cannot enable subscription \"g\" while another subscription forwards changes",
    );
    n3.sql(&create("g", &n2.dsn(), "enabled := false"));
    cluster.refuses(
        &n3,
        "SELECT spock.sub_enable('g')",
        "55000",
        "cannot enable subscription \"g\" while another subscription forwards changes",
    );
    // A disabled one has its origin at once, to be advanced, and no slot yet.
    let origin = "SELECT count(*) FROM pg_replication_origin WHERE roname = 'spk_app_n2_g'";
    assert_eq!(n3.value::<i64>(origin), 1);
    assert_eq!(
        n3.table(
            "SELECT sync_kind, sync_status FROM spock.local_sync_status s
                    JOIN spock.subscription ON sub_id = sync_subid WHERE sub_name = 'g'"
        ),
        "i|r"
    );
}

#[test]
fn a_subscriber_without_room_says_which_setting_to_raise() {
    let cluster =
        Cluster::builder().nodes(2).node_setting("n2", "max_replication_slots", "1").start();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.query("SELECT spock.node_create('n1', $1)", &[&n1.dsn()]);
    // Node and subscription in one transaction.
    n2.sql(&format!(
        "BEGIN; SELECT spock.node_create('n2', '{}'); {}; COMMIT",
        n2.dsn(),
        create("s1", &n1.dsn(), "'{default}'")
    ));
    cluster
        .wait_for("it to replicate", || cluster.status(1, "s1").as_deref() == Some("replicating"));
    // One origin for each subscription.
    let limit = n2.table(
        "SELECT coalesce(max(name) FILTER (WHERE name = 'max_active_replication_origins'),
                         'max_replication_slots')
           FROM pg_settings WHERE name IN ('max_active_replication_origins', 'max_wal_senders')",
    );
    if limit == "max_replication_slots" {
        let error = cluster.refuses(
            &n2,
            &create("s2", &n1.dsn(), "'{mine}'"),
            "55000",
            "spock needs max_replication_slots to be at least 2, but it is 1",
        );
        assert_eq!(
            error.hint(),
            Some("Run ALTER SYSTEM SET max_replication_slots = 2; and restart the server.")
        );
    }
    n2.set(&[("max_replication_slots", "4"), ("max_worker_processes", "6")]).unwrap();
    n2.restart(StopMode::Fast).unwrap();
    cluster.refuses(
        &n2,
        &create("s2", &n1.dsn(), "'{mine}'"),
        "55000",
        "spock needs max_worker_processes to be at least 7, but it is 6",
    );
}
