//! One cluster with one fault of each kind: every command that shows how it stands tells each of them
//! with its true cause, word by word, and ends with the right code.

use serde_json::Value;
use spock_tests::{Cluster, StopMode};

use super::run::{Run, on};

/// Four nodes in a mesh, then: n4 is down, n2's slot on n1 lost its log, n3 disabled its subscription to n2
/// for an exception, a table of n1 lacks a column, and the clock of n3 is 40 s ahead.
fn broken() -> Cluster {
    let cluster = Cluster::builder()
        .nodes(4)
        .without_create_extension()
        .fake_clock()
        .node_setting("n1", "max_slot_wal_keep_size", "32MB")
        .node_setting("n3", "spock.exception_behaviour", "sub_disable")
        .start();
    for line in [
        "could not connect to",
        "could not receive data from",
        "replication slot",
        "violates check constraint",
        "column",
        "wait",
        "clock",
        "ahead",
        "schema",
        "invalidat",
        "no longer",
    ] {
        cluster.allow_log(line);
    }
    let (n1, n2, n3) = (cluster.node(0), cluster.node(1), cluster.node(2));
    n1.sql("CREATE TABLE shape (id int PRIMARY KEY, v text); CREATE TABLE ok (id int PRIMARY KEY, k int)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);

    // A slot that lost its log: its subscriber was away for longer than the limit lets it.
    on(&cluster, &["sub", "disable", "sub_n1_n2", "--yes"]).ends(0);
    n1.sql("CREATE TABLE fill (v text)");
    // A file of the log at a time, when the other subscribers have come along: they are to keep theirs.
    const OTHERS_CAME_ALONG: &str = "SELECT bool_and(pg_current_wal_lsn() - restart_lsn < 8000000)
         FROM pg_replication_slots WHERE slot_name IN ('spk_app_n1_sub_n1_n3', 'spk_app_n1_sub_n1_n4')";
    cluster.wait_for("the slot to lose its log", || {
        if n1.value::<bool>(OTHERS_CAME_ALONG) {
            n1.sql("INSERT INTO fill VALUES ('more'); SELECT pg_switch_wal()");
        }
        n1.sql("CHECKPOINT");
        n1.value::<bool>(
            "SELECT coalesce(bool_or(wal_status = 'lost'), false) FROM pg_replication_slots
              WHERE slot_name = 'spk_app_n1_sub_n1_n2'",
        )
    });
    on(&cluster, &["sub", "enable", "sub_n1_n2"]).ends(0);
    // A subscription that an exception disabled.
    n3.sql("ALTER TABLE ok ADD CONSTRAINT small CHECK (k < 10)");
    n2.sql("INSERT INTO ok VALUES (1, 20)");
    // A table that differs.
    n1.sql("ALTER TABLE shape DROP COLUMN v");
    n3.sql("INSERT INTO shape VALUES (1, 'x')");
    cluster.wait_for("the subscriptions to stop", || {
        cluster.status(0, "sub_n3_n1").as_deref() == Some("schema mismatch")
            && cluster.status(2, "sub_n2_n3").as_deref() == Some("disabled")
            && cluster.status(1, "sub_n1_n2").as_deref() == Some("down")
    });
    // Its own slot that was lost with it is made again.
    cluster.wait_for("n1 to keep a log of its own", || {
        n1.value::<bool>(
            "SELECT coalesce(bool_and(wal_status <> 'lost'), false) FROM pg_replication_slots
              WHERE slot_name LIKE 'spk\\_log\\_%'",
        )
    });
    cluster.node(3).stop(StopMode::Fast).unwrap();
    n3.clock().unwrap().set_offset_ms(40_000).unwrap();
    cluster.wait_for("n4 to be missed everywhere", || {
        (0..3).all(|node| {
            let name = format!("sub_n4_n{}", node + 1);
            cluster.status(node, &name).as_deref() == Some("down")
        })
    });
    cluster
}

/// Each finding in one line, with what no two runs have in common left out.
fn findings(cluster: &Cluster, run: &Run) -> Vec<String> {
    let mut out: Vec<String> = run
        .items()
        .iter()
        .map(|item| {
            let text = |key: &str| item[key].as_str().unwrap_or("-").to_owned();
            let nodes = item["nodes"].as_array().expect("nodes");
            let nodes: Vec<&str> = nodes.iter().filter_map(Value::as_str).collect();
            let line = format!(
                "{} {} {} {}: {}",
                text("severity"),
                nodes.join(","),
                text("id"),
                text("object"),
                text("problem")
            );
            known(cluster, &line)
        })
        .collect();
    out.sort();
    out
}

/// A text with ports in place of what they are this time.
fn known(cluster: &Cluster, text: &str) -> String {
    let mut text = text.to_owned();
    for node in cluster.nodes() {
        text = text.replace(&node.port().to_string(), &format!("PORT_{}", node.name()));
    }
    text
}

#[test]
fn every_cause_is_told_word_by_word() {
    let cluster = broken();
    let doctor = on(&cluster, &["doctor", "-o", "json", "--severity", "warning"]).ends(6);
    assert_eq!(
        findings(&cluster, &doctor),
        [
            "error n1,n2,n3 table-differs public.shape: table public.shape differs: column v is \
             missing on n1; text on n2, n3; sub_n3_n1 on n1 stands still for it",
            "error n2 slot-lost sub_n1_n2: its slot spk_app_n1_sub_n1_n2 on n1 lost the log that it \
             still needs (max_slot_wal_keep_size is 32 MB)",
            "error n3 subscription-disabled sub_n2_n3: disabled: subscription \"sub_n2_n3\" was \
             disabled: [SQLSTATE 23514] new row for relation \"ok\" violates check constraint \"small\"",
            "error n4 node-unreachable -: n4 is not reached: error connecting to server: Connection \
             refused (os error 111); n1, n2, n3 do not reach it either",
            "warning n3 clock-skew -: the clock is 40.0 s ahead of that of n1: changes are applied \
             that much later",
        ],
        "{doctor:#?}"
    );
    doctor_table(&cluster);
    status(&cluster);
    checks(&cluster);
    top(&cluster);
    super::screens::check(&cluster);
}

/// `status` ends with 5 for the node that did not answer, and with 6 where it is asked to.
fn status(cluster: &Cluster) {
    let status = on(cluster, &["status", "-o", "json"]).ends(5);
    let reasons: Vec<String> = status
        .items()
        .iter()
        .map(|item| {
            let text = |key: &str| item[key].as_str().unwrap_or("-").to_owned();
            known(cluster, &format!("{} {}: {}", text("node"), text("status"), text("reason")))
        })
        .collect();
    let expected = [
        "n1 degraded: sub_n3_n1: replication target \"public.shape\" lacks column \"v\" of the \
         provider; sub_n4_n1: "
            .to_owned(),
        "n2 degraded: sub_n1_n2: peer reported: ERROR:  ".to_owned(),
        "n3 degraded: sub_n2_n3: subscription \"sub_n2_n3\" was disabled: [SQLSTATE 23514] new row \
         for relation \"ok\" violates check constraint \"small\"; sub_n4_n3: "
            .to_owned(),
        "n4 unreachable: error connecting to server: Connection refused (os error 111)".to_owned(),
    ];
    for (reason, expected) in reasons.iter().zip(&expected) {
        assert!(reason.starts_with(expected), "{reasons:#?}");
    }
    // In the server's words, which are others in each version.
    for words in
        ["replication slot \"spk_app_n1_sub_n1_n2\"\nDETAIL:  This ", "slot has been invalidated"]
    {
        assert!(reasons[1].contains(words), "{reasons:#?}");
    }
    assert!(reasons[2].ends_with("; its clock is 40.0 s ahead of that of n1"), "{reasons:#?}");
    on(cluster, &["status", "--exit-code"]).ends(6);
}

/// The screen tells each of them in a line of its own, and marks them where it shows numbers.
fn top(cluster: &Cluster) {
    let top = on(cluster, &["top", "--print=240x50"]).ends(0);
    let screen = known(cluster, &top.stdout);
    let begins = |start: &str| {
        assert!(screen.lines().any(|line| line.starts_with(start)), "no {start} in\n{screen}");
    };
    assert!(screen.contains("3 of 4 nodes up"), "{screen}");
    begins("n4: error connecting to server: Connection refused (os error 111)");
    begins("n3: its clock is 40.0 s ahead of that of n1");
    begins(
        "sub_n2_n3 from n2: subscription \"sub_n2_n3\" was disabled: [SQLSTATE 23514] new row for \
         relation \"ok\" violates check constraint \"small\"",
    );
    begins("sub_n1_n2 from n1: peer reported: ERROR:  ");
    begins(
        "sub_n3_n1 from n3: replication target \"public.shape\" lacks column \"v\" of the provider",
    );
    let words: Vec<String> =
        screen.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let has = |start: &str, word: &str| {
        assert!(
            words.iter().any(|line| line.starts_with(start) && line.contains(word)),
            "no {start} with {word} in\n{screen}"
        );
    };
    has("n4 ", "!down !down !down -");
    has("n1 sub_n3_n1 ", "schema mism");
    has("n3 sub_n2_n3 ", "disabled");
    has("n1 spk_app_n1_sub_n1_n2 ", "LOST");
}

/// Each check tells what concerns it, and ends as a plugin does.
fn checks(cluster: &Cluster) {
    let first = |args: &[&str], code| {
        let run = on(cluster, &[&["check"], args].concat()).ends(code);
        let line = run.stdout.lines().next().unwrap_or_default().to_owned();
        known(cluster, line.split(" | ").next().unwrap_or_default())
    };
    let away = "could not connect to node \"n4\" at 127.0.0.1:PORT_n4: error connecting to server: \
                Connection refused (os error 111)";
    assert_eq!(first(&["nodes"], 2), format!("SPOCK NODES CRITICAL - n4: {away}"));
    assert_eq!(
        first(&["slots", "--node", "n1,n2"], 2),
        "SPOCK SLOTS CRITICAL - slot spk_app_n1_sub_n1_n2 on n1 lost its log (and 3 more)"
    );
    assert_eq!(
        first(&["exceptions", "--node", "n3"], 2),
        "SPOCK EXCEPTIONS CRITICAL - sub_n2_n3 on n3 is disabled: subscription \"sub_n2_n3\" was \
         disabled: [SQLSTATE 23514] new row for relation \"ok\" violates check constraint \"small\""
    );
    assert_eq!(
        first(&["clock", "--node", "n1,n2,n3"], 2),
        "SPOCK CLOCK CRITICAL - the clock of n3 is 40.0 s ahead of that of n1"
    );
    assert_eq!(
        first(&["subs", "--node", "n1"], 2),
        "SPOCK SUBS CRITICAL - sub_n3_n1 on n1 is schema mismatch: replication target \
         \"public.shape\" lacks column \"v\" of the provider (and 1 more)"
    );
    let all = on(cluster, &["check", "all"]).ends(2);
    for part in ["CRITICAL nodes: n4: ", "CRITICAL slots: slot spk_app_n1", "CRITICAL clock: "] {
        assert!(all.stdout.contains(part), "no {part} in {all:#?}");
    }
}

/// The same for people: one line for each, the worst first.
fn doctor_table(cluster: &Cluster) {
    let doctor = on(cluster, &["doctor", "--severity", "error"])
        .ends(6)
        .says("4 errors, 0 warnings, 0 notes on 4 nodes");
    let text = known(cluster, &doctor.stdout);
    let lines: Vec<String> =
        text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        lines,
        [
            "SEVERITY NODE ID PROBLEM REMEDY",
            "! error n4 node-unreachable n4 is not reached: error connecting to server: Connection \
             refused (os error 111); n1, n2, n3 do not reach it either start the server of n4, or \
             correct its address: host=127.0.0.1 port=PORT_n4 dbname=app user=postgres",
            "! error n2 slot-lost its slot spk_app_n1_sub_n1_n2 on n1 lost the log that it still needs \
             (max_slot_wal_keep_size is 32 MB) spockctl sub drop sub_n1_n2 --node n2 --yes, then \
             spockctl cluster init, and compare: spockctl table diff",
            "! error n3 subscription-disabled disabled: subscription \"sub_n2_n3\" was disabled: \
             [SQLSTATE 23514] new row for relation \"ok\" violates check constraint \"small\" mend the \
             cause, then spockctl sub enable sub_n2_n3 --node n3",
            "! error n1,n2,n3 table-differs table public.shape differs: column v is missing on n1; \
             text on n2, n3; sub_n3_n1 on n1 stands still for it make the definitions alike with \
             spockctl ddl run",
        ],
        "{doctor:#?}"
    );
}
