//! `check` and `metrics`: what monitoring reads.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;

use spock_tests::{Cluster, StopMode};

use super::run::{bare, on, run, spockctl};

/// Two nodes with a table, all well.
fn pair() -> Cluster {
    let cluster = bare(2);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY, k int)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    cluster.node(0).sql("INSERT INTO t VALUES (1, 1)");
    cluster.drain();
    cluster
}

/// A plugin's line without its numbers.
fn words(line: &str) -> &str {
    line.split(" | ").next().unwrap_or_default()
}

#[test]
fn checks_end_as_plugins_do() {
    let cluster = pair();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    let all = on(&cluster, &["check", "all"]);
    // It may take a moment until the first lag is settled.
    assert_eq!(all.code, 0, "{all:#?}");
    assert_eq!(all.stderr, "");
    assert_eq!(words(all.stdout.trim_end()), "SPOCK ALL OK - 2 nodes");
    for part in ["'nodes.up'=2;;;0", "'n2.sub_n1_n2.lag'=0", "'n1.sub_n2_n1.pending'=0;1;10;0"] {
        assert!(all.stdout.contains(part), "no {part} in {all:#?}");
    }
    let lag = on(&cluster, &["check", "lag", "--warning", "0s", "--critical", "1h"]).ends(1);
    assert!(lag.stdout.starts_with("SPOCK LAG WARNING - sub_n2_n1 on n1 is 0."), "{lag:#?}");
    let lag = on(&cluster, &["check", "lag", "--warning", "1MB", "--critical", "1GB"]).ends(0);
    assert!(lag.stdout.contains("B;1048576;1073741824;0 'n2.sub_n1_n2.lag'="), "{lag:#?}");
    let mixed = on(&cluster, &["check", "lag", "--warning", "1MB"]).ends(3);
    assert_eq!(
        mixed.stdout,
        "SPOCK LAG UNKNOWN - --warning and --critical have to be two durations or two sizes\n"
    );
    on(&cluster, &["check", "lag", "--warning", "much"]).ends(3).says("invalid value 'much'");
    on(&cluster, &["check", "slots", "--warning", "1B"]).ends(1);
    on(&cluster, &["check", "conflicts", "--over", "100ms"]).ends(0);
    on(&cluster, &["check", "clock"]).ends(0);

    n2.sql("ALTER TABLE t ADD CONSTRAINT small CHECK (k < 10)");
    n1.sql("INSERT INTO t VALUES (2, 20)");
    cluster.catch_up(0, 1);
    let pending = on(&cluster, &["check", "exceptions"]).ends(1);
    assert_eq!(
        pending.stdout,
        "SPOCK EXCEPTIONS WARNING - sub_n1_n2 on n2: 1 changes of n1 could not be applied | \
         'n1.sub_n2_n1.pending'=0;1;10;0 'n2.sub_n1_n2.pending'=1;1;10;0\n"
    );
    on(&cluster, &["check", "exceptions", "--critical", "1"]).ends(2);
    let subs = on(&cluster, &["check", "subs"]).ends(1);
    assert_eq!(subs.stdout, "SPOCK SUBS WARNING - sub_n1_n2 on n2 is replicating: DIVERGED (1)\n");
    let json = on(&cluster, &["check", "subs", "-o", "json"]).ends(1);
    assert_eq!(json.json()["schema"], "spockctl/check/1");
    assert_eq!(json.items()[0]["state"], "warning");
    assert_eq!(json.items()[0]["problems"][0]["state"], "warning");

    cluster.allow_log("could not connect to");
    cluster.allow_log("could not receive data from");
    n1.stop(StopMode::Fast).unwrap();
    let nodes = on(&cluster, &["check", "nodes"]).ends(2);
    let port = n1.port();
    assert_eq!(
        nodes.stdout,
        format!(
            "SPOCK NODES CRITICAL - n1: could not connect to node \"n1\" at 127.0.0.1:{port}: error \
             connecting to server: Connection refused (os error 111) | 'nodes.up'=1;;;0\n"
        )
    );
    on(&cluster, &["check", "exceptions", "--warning", "5"]).ends(3);
    cluster.wait_for("the stream to be missed", || {
        let subs = on(&cluster, &["check", "subs", "--node", "n2"]);
        subs.code == 2 && subs.stdout.contains("is down: could not connect")
    });
    on(&cluster, &["check", "lag", "--node", "n2"]).ends(2);
    let gone = on(&cluster, &["check", "nodes", "--node", "n9"]).ends(3);
    assert_eq!(gone.stdout, "SPOCK NODES UNKNOWN - unknown node \"n9\"\n");
}

/// A value of the page; labels are looked for in this order.
#[track_caller]
fn value(page: &str, series: &str) -> f64 {
    let line = page.lines().find(|line| line.starts_with(&format!("{series} ")));
    let line = line.unwrap_or_else(|| panic!("no {series} in\n{page}"));
    line.rsplit(' ').next().and_then(|v| v.parse().ok()).expect("a number")
}

#[test]
fn metrics_are_openmetrics_once_and_served() {
    let cluster = pair();
    let once = on(&cluster, &["metrics"]).ends(0);
    assert_eq!(once.stderr, "");
    let page = &once.stdout;
    assert!(page.ends_with("# EOF\n"), "{page}");
    let sub = "node=\"n2\",subscription=\"sub_n1_n2\",provider=\"n1\"";
    assert_eq!(value(page, "spock_node_up{node=\"n1\"}"), 1.0);
    assert_eq!(
        value(page, &format!("spock_subscription_status{{{sub},status=\"replicating\"}}")),
        1.0
    );
    let inserts = format!("spock_subscription_changes_total{{{sub},operation=\"insert\"}}");
    assert_eq!(value(page, &inserts), 1.0);
    assert!(value(page, &format!("spock_subscription_commits_total{{{sub}}}")) >= 1.0);
    assert!(value(page, &format!("spock_subscription_lag_seconds{{{sub}}}")) >= 0.0);
    assert_eq!(value(page, &format!("spock_subscription_exceptions_pending{{{sub}}}")), 0.0);
    assert_eq!(value(page, "spock_slot_active{node=\"n1\",slot=\"spk_app_n1_sub_n1_n2\"}"), 1.0);
    // Every series has the type and the help of its family before it.
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split('{').next().unwrap_or_default().trim_end_matches("_total");
        assert!(page.contains(&format!("# TYPE {name} ")), "{line}");
        assert!(page.contains(&format!("# HELP {name} ")), "{line}");
    }

    let file = cluster.dir().join("cluster.toml");
    let mut command = spockctl();
    command.arg("-f").arg(file).args(["metrics", "--listen", "127.0.0.1:0"]);
    let mut child = command.stderr(Stdio::piped()).spawn().expect("the program starts");
    let mut stderr = BufReader::new(child.stderr.take().expect("piped"));
    let mut line = String::new();
    stderr.read_line(&mut line).expect("it says where");
    let address = line.trim().strip_prefix("metrics are at http://").expect(&line);
    let address = address.strip_suffix("/metrics").expect(&line).to_owned();
    let ask = |path: &str| {
        let mut stream = TcpStream::connect(&address).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("UTF-8");
        answer
    };
    cluster.node(0).sql("INSERT INTO t VALUES (3, 3)");
    cluster.catch_up(0, 1);
    let answer = ask("/metrics");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(
        answer.to_lowercase().contains("content-type: application/openmetrics-text; version=1.0.0")
    );
    assert_eq!(value(&answer, &inserts), 2.0);
    assert!(ask("/").starts_with("HTTP/1.1 404 "));
    // What says nothing does not keep others from being served.
    let _silent: Vec<TcpStream> =
        (0..8).map(|_| TcpStream::connect(&address).expect("it listens")).collect();
    assert!(ask("/metrics").contains("# EOF"));
    cluster.allow_log("could not connect to");
    cluster.allow_log("could not receive data from");
    cluster.node(0).stop(StopMode::Fast).unwrap();
    let answer = ask("/metrics");
    assert_eq!(value(&answer, "spock_node_up{node=\"n1\"}"), 0.0);
    assert_eq!(value(&answer, "spock_node_up{node=\"n2\"}"), 1.0);
    // It may be in the middle of a question.
    cluster.allow_log("connection to client lost");
    child.kill().expect("it ends");
    child.wait().expect("it ends");
    on(&cluster, &["metrics"]).ends(5);
    let mut taken = spockctl();
    taken.args(["metrics", "-d", "host=127.0.0.1 port=1 user=x dbname=x"]);
    let away = run(taken).ends(4);
    assert_eq!(value(&away.stdout, "spock_node_up{node=\"node\"}"), 0.0);
}
