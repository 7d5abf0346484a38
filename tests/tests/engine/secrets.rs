//! A password in a connection string shows nowhere.

use spock_tests::{Cluster, canary};

use crate::flag::Flag;

fn quoted(password: &str) -> String {
    password.replace('\\', "\\\\").replace('\'', "\\'")
}

/// As libpq wants it in a URI.
fn percent(password: &str) -> String {
    password.bytes().map(|b| format!("%{b:02X}")).collect()
}

#[track_caller]
fn assert_hidden(cluster: &Cluster, password: &str) {
    let places = canary::find(cluster, password);
    assert!(places.is_empty(), "the password shows in:\n{}", places.join("\n"));
    let places = canary::find(cluster, &percent(password));
    assert!(places.is_empty(), "the password shows, encoded, in:\n{}", places.join("\n"));
}

#[test]
fn a_password_in_a_connection_string_is_shown_nowhere() {
    let password = canary::password();
    let cluster = Cluster::builder().nodes(2).password(&password).start();
    // Everything that could be logged is.
    for node in cluster.nodes() {
        node.set(&[
            ("log_connections", "on"),
            ("log_replication_commands", "on"),
            ("log_min_messages", "debug1"),
        ])
        .unwrap();
        node.reload().unwrap();
    }
    let dsn =
        |node: usize| format!("{} password='{}'", cluster.node(node).dsn(), quoted(&password));
    for (i, node) in cluster.nodes().iter().enumerate() {
        node.query(
            "SELECT spock.node_create(node_name := $1::text::name, dsn := $2)",
            &[&node.name(), &dsn(i)],
        );
        node.query(
            "SELECT spock.node_add_interface($1::text::name, 'other', $2)",
            &[&node.name(), &format!("{} application_name=other", dsn(i))],
        );
    }
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql(
        "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t SELECT i, 'v' FROM generate_series(1, 50000) i; \
         SELECT spock.repset_add_table('default', 't')",
    );
    // Structure and data, so that pg_dump and pg_restore run too: their command lines are watched
    // while they do.
    let done = Flag::default();
    std::thread::scope(|scope| {
        let end = done.raise_at_end();
        let watcher = scope.spawn(|| {
            let mut shown = Vec::new();
            while !done.is_raised() {
                shown.extend(command_lines_with(&password));
            }
            shown
        });
        cluster.subscribe_via(
            0,
            1,
            &dsn(0),
            "synchronize_structure := true, synchronize_data := true",
        );
        drop(end);
        let shown = watcher.join().unwrap();
        assert!(shown.is_empty(), "command lines with the password: {shown:?}");
    });
    cluster.catch_up(0, 1);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM t"), 50000);
    assert_hidden(&cluster, &password);
    // What shows a connection string shows it without.
    let shown = n2.table("SELECT provider_dsn FROM spock.sub_show_status()");
    assert!(shown.contains("host="), "{shown}");
    assert!(!shown.contains(&password[password.len() - 16..]), "{shown}");

    // Where connection strings are kept, only superusers look.
    n2.sql("CREATE ROLE reader LOGIN; GRANT USAGE ON SCHEMA spock TO reader");
    let mut session = n2.connect();
    session.batch_execute("SET ROLE reader").unwrap();
    cluster.allow_log("permission denied for");
    let error = session.batch_execute("SELECT * FROM spock.node_interface").unwrap_err();
    assert!(error.to_string().contains("permission denied") || error.as_db_error().is_some());
    if let Ok(messages) = session.simple_query("SELECT * FROM spock.sub_show_status()") {
        let text = format!("{messages:?}");
        assert!(!text.contains(&password[password.len() - 16..]), "{text}");
    }

    // The provider is gone, comes back, and changes its password.
    cluster.allow_log("could not connect");
    cluster.allow_log("connection to server");
    cluster.allow_log("password authentication failed");
    cluster.allow_log("could not receive data from WAL stream");
    n1.restart(spock_tests::StopMode::Fast).unwrap();
    cluster.catch_up(0, 1);
    n1.sql("ALTER ROLE CURRENT_USER PASSWORD 'another'");
    n1.sql("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active AND slot_type = 'logical'");
    cluster.wait_for("the subscription to be down", || {
        cluster.status(1, "sub_n1_n2").as_deref() == Some("down")
    });
    assert_hidden(&cluster, &password);
}

/// Command lines of processes that hold the password (this one's holds none).
fn command_lines_with(password: &str) -> Vec<String> {
    let salt = &password[password.len() - 16..];
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    entries
        .filter_map(|entry| {
            let dir = entry.ok()?.path();
            let bytes = std::fs::read(dir.join("cmdline")).ok()?;
            let line = String::from_utf8_lossy(&bytes).replace('\0', " ");
            line.contains(salt).then_some(line)
        })
        .collect()
}

#[test]
fn errors_about_connection_strings_do_not_show_the_password() {
    let password = canary::password();
    let cluster = Cluster::builder().nodes(2).password(&password).start();
    cluster.create_nodes();
    for piece in [
        "spock",
        "connect",
        "password",
        "invalid",
        "missing",
        "dsn",
        "unterminated",
        "does not exist",
    ] {
        cluster.allow_log(piece);
    }
    let secret = quoted(&password);
    let host = cluster.node(0).dsn();
    let uri = format!("postgresql://nobody:{}@127.0.0.1", percent(&password));
    let wrong = [
        // Refused by the server, unreachable, no such database.
        format!("{host} password='{secret} wrong'"),
        format!("host=127.0.0.1 port=1 password='{secret}'"),
        format!("{host} password='{secret}' dbname=nowhere"),
        // Malformed in ways that make libpq quote what it did not understand.
        format!("{host} pasword='{secret}'"),
        format!("{host} password='{secret}"),
        format!("{host} password = '{secret}' sslmode"),
        format!("{host} password={}", password.replace('\'', "")),
        format!("{host} password='{secret}' sslmode=nonsense"),
        format!("{uri}:1/app"),
        format!("{uri}:port/app"),
        format!("{uri}:1/app?nonsense=1"),
        format!("{uri}:1/app?password={}&password=%zz", percent(&password)),
    ];
    let salt = &password[password.len() - 16..];
    let n2 = cluster.node(1);
    for dsn in &wrong {
        for call in [
            "SELECT spock.sub_create('sub_wrong', $1)",
            "SELECT spock.node_add_interface('n2', 'wrong', $1)",
        ] {
            match n2.try_query(call, &[dsn]) {
                Ok(_) => n2.sql("SELECT spock.node_drop_interface('n2', 'wrong')"),
                Err(error) => {
                    let text = format!("{error:?}");
                    assert!(!text.contains(salt), "{call}: {text}");
                    assert!(!text.contains(&percent(salt)), "{call}: {text}");
                }
            }
            // With the string in the statement, as people write it.
            let literal = format!("'{}'", dsn.replace('\'', "''"));
            if n2.try_sql(&call.replace("$1", &literal)).is_ok() {
                n2.sql("SELECT spock.node_drop_interface('n2', 'wrong')");
            }
        }
    }
    // The sub_create that fails leaves nothing behind that would show it.
    assert_hidden(&cluster, &password);
}

#[test]
fn the_password_in_extra_connection_options_is_shown_nowhere() {
    let password = canary::password();
    let cluster = Cluster::builder().nodes(2).password(&password).start();
    cluster.allow_log("could not connect");
    for node in cluster.nodes() {
        let options = format!("password='{}' keepalives_idle=33", quoted(&password));
        node.set(&[("spock.extra_connection_options", &options), ("log_connections", "on")])
            .unwrap();
        node.reload().unwrap();
    }
    cluster.wait_for("the setting", || {
        cluster.nodes().iter().all(|node| {
            node.value::<bool>("SELECT current_setting('spock.extra_connection_options') <> ''")
        })
    });
    // The connection strings themselves hold none: it works by the option alone.
    cluster.create_nodes();
    cluster.mesh();
    cluster.drain();
    let places = canary::find(&cluster, &password);
    // The setting itself is for superusers.
    let places: Vec<_> = places
        .into_iter()
        .filter(|place| {
            !place.ends_with("pg_catalog.pg_settings")
                && !place.ends_with("pg_catalog.pg_file_settings")
        })
        .collect();
    assert!(places.is_empty(), "the password shows in:\n{}", places.join("\n"));
    let mut session = cluster.node(0).connect();
    session.batch_execute("CREATE ROLE reader; SET ROLE reader").unwrap();
    for sql in
        ["SHOW spock.extra_connection_options", "SELECT * FROM pg_settings WHERE name ~ '^spock'"]
    {
        if let Ok(messages) = session.simple_query(sql) {
            let text = format!("{messages:?}");
            assert!(
                !text.contains(&password[password.len() - 16..]),
                "{sql} shows it to everybody"
            );
        }
    }
    cluster.allow_log("must be superuser or");
    cluster.allow_log("permission denied");
}
