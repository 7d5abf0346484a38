//! `node …`: making, showing, and setting single nodes.

use std::fs::OpenOptions;
use std::io::Write as _;

use serde_json::Value;
use spock_tests::{Cluster, StopMode};

use super::run::{define, on};
use super::transcript::Transcript;

fn state(items: &[Value], from: &str, node: &str) -> String {
    let item = items
        .iter()
        .find(|item| item["node"] == node && item["from"].as_str().unwrap_or("here") == from);
    item.and_then(|item| item["state"].as_str()).unwrap_or("none").to_owned()
}

/// Seen to fail with a connection string of another server that is taken.
#[test]
fn nodes_are_made_shown_reached_and_dropped() {
    let cluster = Cluster::builder().nodes(2).start();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    for message in
        ["slots for the node are still active", "already has interface", "could not connect to"]
    {
        cluster.allow_log(message);
    }
    cluster.allow_log("could not receive data from");
    let run = |args: &[&str]| on(&cluster, &[&["node"], args].concat());
    let (dsn1, dsn2) = (n1.dsn(), n2.dsn());
    run(&["create", "n1", "--peer-dsn", &dsn2])
        .ends(8)
        .says("does not lead to the database of node \"n1\"");
    let create = ["create", "n1", "--peer-dsn", &dsn1, "--tiebreaker", "3"];
    run(&[&create[..], &["--info", "[]"]].concat()).ends(2).says("write a JSON object");
    let full = [&create[..], &["--location", "Rack 7", "--country", "DE", "--info", "{\"a\": 1}"]];
    run(&[&full.concat()[..], &["--dry-run"]].concat()).ends(0).says("would create node n1");
    assert_eq!(n1.table("SELECT node_name FROM spock.node"), "");
    run(&full.concat()).ends(0).says("created node n1");
    assert_eq!(
        n1.table("SELECT location, country, info FROM spock.node"),
        "Rack 7|DE|{\"a\": 1, \"tiebreaker\": 3}"
    );
    run(&create).ends(8).says("is node \"n1\" already");
    run(&[&create[..], &["--if-not-exists", "-o", "json"]].concat()).ends(0).json();
    run(&["create", "n2", "--peer-dsn", &dsn2]).ends(0);

    run(&["alter", "n1"]).ends(2);
    run(&["alter", "n1", "--country", "FR", "--dry-run"]).ends(0).says("would alter node n1");
    run(&["alter", "n1", "--country", "FR"]).ends(0);
    run(&["alter", "n1", "--country", "FR"]).ends(0).says("already");
    run(&["alter", "n1", "--info", "{\"a\": 2}"]).ends(8).says("tiebreaker");
    run(&["alter", "n1", "--info", "{\"a\": 2, \"tiebreaker\": 3}"]).ends(0);
    let shown = run(&["show", "n1", "-o", "json"]).ends(0).items();
    assert_eq!(shown[0]["registration"]["info"]["a"], 2, "{shown:#?}");
    assert_eq!(shown[0]["registration"]["country"], "FR");
    assert!(run(&["show", "n2"]).ends(0).stdout.contains("registered_as"));
    run(&["show", "n3"]).ends(3);

    let interface = ["add-interface", "n1", "private", "--peer-dsn"];
    run(&[&interface[..], &[&dsn2]].concat()).ends(8);
    run(&[&interface[..], &[&dsn1]].concat()).ends(0);
    run(&[&interface[..], &[&dsn1]].concat()).ends(8).says("already has interface");
    run(&["add-interface", "n1", "far", "--peer-dsn", "host=127.0.0.1 port=1"])
        .ends(0)
        .says("could not be seen from here");
    let mut transcript = Transcript::of(&cluster);
    transcript.run(&["node", "interfaces"]).ends(0);
    transcript.run(&["node", "drop-interface", "n1", "far"]).ends(9);
    transcript.run(&["node", "drop-interface", "n1", "far", "--yes"]).ends(0);
    transcript.run(&["node", "drop-interface", "n1", "far", "--if-exists"]).ends(0);
    transcript.run(&["node", "version"]).ends(0);
    transcript.run(&["node", "pg-version", "-o", "name"]).ends(0);

    on(&cluster, &["sub", "create", "sub_n1_n2", "--node", "n2", "--provider", "n1", "--wait"])
        .ends(0);
    let items = run(&["ping", "--all", "-o", "json"]).ends(0).items();
    assert_eq!(items.len(), 4, "{items:#?}");
    for (from, node, expected) in [
        ("here", "n1", "reached"),
        ("here", "n2", "reached"),
        ("n2", "n1", "reached"),
        ("n1", "n2", "unknown"),
    ] {
        assert_eq!(state(&items, from, node), expected, "from {from} to {node}");
    }
    transcript.run(&["node", "ping", "--from", "n1"]).ends(0);
    transcript.run(&["node", "drop", "n1", "--yes"]).ends(8);
    n1.stop(StopMode::Fast).expect("a stop");
    run(&["ping"]).ends(5);
    cluster.wait_for("n2 to notice", || {
        let run = run(&["ping", "--from", "n2", "-o", "json"]);
        run.code == 4 && state(&run.items(), "n2", "n1") == "unreachable"
    });
    n1.start().expect("a start");
    on(&cluster, &["sub", "drop", "sub_n1_n2", "--yes"]).ends(0);
    transcript.run(&["node", "drop", "n1"]).ends(9);
    transcript.run(&["node", "drop", "n1", "--dry-run"]).ends(0);
    transcript.run(&["node", "drop", "n1", "--yes"]).ends(0);
    transcript.run(&["node", "drop", "n1", "--yes"]).ends(8);
    transcript.run(&["node", "drop", "n1", "--yes", "--if-exists"]).ends(0);
    transcript.is("node");
}

/// Seen to fail with settings that count at once being told to need a restart.
#[test]
fn settings_of_servers_are_shown_set_and_compared() {
    let cluster = Cluster::builder().nodes(2).start();
    cluster.create_nodes();
    let n1 = cluster.node(0);
    let mut transcript = Transcript::of(&cluster);
    let mut run = |args: &[&str]| transcript.run(&[&["node"], args].concat());
    run(&["guc", "get", "spock.log_verbosity"]).ends(0);
    run(&["guc", "get", "spock.log_verbositi"]).ends(8);
    run(&["guc", "set", "spock.log_verbosity", "debug1"]).ends(2);
    let verbosity = ["guc", "set", "spock.log_verbosity", "debug1", "--node", "n1"];
    run(&verbosity).ends(9);
    run(&[&verbosity[..], &["--dry-run"]].concat()).ends(0);
    run(&[&verbosity[..], &["--yes"]].concat()).ends(0);
    run(&verbosity).ends(0);
    n1.disconnect();
    assert_eq!(n1.value::<String>("SHOW spock.log_verbosity"), "debug1");
    run(&["guc", "set", "spock.apply_idle_timeout", "77s", "--node", "n1", "--yes", "-o", "json"])
        .ends(0)
        .json();
    // What a session of ours sets for itself is not what the server has.
    run(&["guc", "set", "statement_timeout", "5min", "--node", "n1", "--yes"]).ends(0);
    run(&["guc", "set", "statement_timeout", "0", "--node", "n1", "--yes"]).ends(0);
    n1.sql("ALTER DATABASE app SET spock.log_verbosity = 'debug2'");
    run(&["guc", "set", "spock.log_verbosity", "normal", "--node", "n1", "--yes"]).ends(8);
    n1.sql("ALTER DATABASE app RESET spock.log_verbosity");
    run(&["guc", "set", "max_replication_slots", "33", "--node", "n1", "--yes"]).ends(0);
    run(&[
        "guc",
        "list",
        "max_replication_slots",
        "-o",
        "csv",
        "--columns",
        "node,name,pending_restart",
    ])
    .ends(0);
    run(&["guc", "check"]).ends(3);
    define(&cluster, "");
    let file = cluster.dir().join("cluster.toml");
    let mut file = OpenOptions::new().append(true).open(file).expect("the definition");
    file.write_all(
        b"[guc]\n'spock.log_verbosity' = 'debug1'\n'spock.apply_idle_timeout' = '77s'\n",
    )
    .expect("the definition");
    run(&["guc", "check"]).ends(6);
    run(&["guc", "set", "--from-file", "--yes"]).ends(0);
    run(&["guc", "check", "-o", "json"]).ends(0).json();

    run(&["readonly", "on"]).ends(2);
    run(&["readonly", "on", "--node", "n2"]).ends(9);
    run(&["readonly", "on", "--node", "n2", "--dry-run"]).ends(0);
    run(&["readonly", "on", "--node", "n2", "--yes"]).ends(0);
    run(&["readonly", "status"]).ends(0);
    run(&["readonly", "off", "--node", "n2", "--yes"]).ends(0);
    run(&["readonly", "off", "--node", "n2", "--yes"]).ends(0);
    transcript.is("node_guc");
    let listed = on(&cluster, &["node", "gucs", "-o", "json"]).ends(0).says("former name").items();
    assert!(listed.iter().any(|item| item["name"] == "track_commit_timestamp"), "{listed:#?}");
}
