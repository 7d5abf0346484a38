//! `sql`, `tail`, `check fk`.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::{Value, json};

use super::run::{bare, on, spockctl};
use super::transcript::Transcript;

#[test]
fn statements_run_everywhere_and_slots_and_foreign_keys_are_read() {
    let cluster = bare(2);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql(
        "CREATE TABLE parent (id int PRIMARY KEY);
         CREATE TABLE child (id int PRIMARY KEY, of int REFERENCES parent (id), v text);
         INSERT INTO parent VALUES (1), (2); INSERT INTO child VALUES (1, 1, 'a'), (2, NULL, NULL)",
    );
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    let mut transcript = Transcript::of(&cluster);

    // Statements.
    transcript.run(&["sql", "-c", "SELECT id, v FROM child ORDER BY id; SELECT 1 AS one"]).ends(0);
    let items = on(&cluster, &["sql", "-c", "SELECT v FROM child WHERE id = 2", "-o", "json"]);
    let items = items.ends(0).items();
    assert_eq!((items.len(), &items[1]["rows"]), (2, &json!([[null]])), "{items:#?}");
    transcript.run(&["sql", "-c", "SELECT id FROM parent", "-o", "csv", "--node", "n2"]).ends(0);
    cluster.allow_log("read-only transaction");
    transcript.run(&["sql", "-c", "DELETE FROM child", "--node", "n1"]).ends(1);
    assert_eq!(n1.value::<i64>("SELECT count(*) FROM child"), 2);
    n2.sql("CREATE TABLE here (v int)");
    cluster.allow_log("does not exist");
    transcript.run(&["sql", "-c", "SELECT count(*) FROM here"]).ends(5);
    transcript.run(&["sql", "--write", "-c", "INSERT INTO here VALUES (1), (2)"]).ends(9);
    let insert = "INSERT INTO here VALUES (1), (2)";
    transcript.run(&["sql", "--write", "-c", insert, "--node", "n2", "--dry-run"]).ends(0);
    transcript.run(&["sql", "--write", "-c", insert, "--node", "n2", "--yes"]).ends(0);
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM here"), 2);
    transcript.run(&["sql", "-F", "/nonexistent/file.sql"]).ends(3);
    transcript.run(&["sql", "-c", " "]).ends(2);

    // Foreign keys: applying does not look for parents.
    transcript.run(&["check", "fk"]).ends(0);
    on(&cluster, &["cluster", "pause", "--yes"]).ends(0);
    n1.sql("DELETE FROM parent WHERE id = 2");
    n2.sql("INSERT INTO child VALUES (3, 2, 'lost'), (4, 2, 'lost')");
    on(&cluster, &["cluster", "resume"]).ends(0);
    on(&cluster, &["cluster", "barrier", "--wait"]).ends(0);
    assert_eq!(n1.value::<i64>("SELECT count(*) FROM child WHERE of = 2"), 2);
    transcript.run(&["check", "fk"]).ends(2);
    transcript.run(&["check", "fk", "--critical", "3", "--samples", "1", "--node", "n1"]).ends(1);
    let json = on(&cluster, &["check", "fk", "-o", "json"]).ends(2).items();
    assert_eq!(json[0]["state"], "critical");
    n1.sql("DELETE FROM child WHERE of = 2");
    on(&cluster, &["check", "fk"]).ends(0);

    // A slot, while its subscriber reads it and when not.
    let slot = "spk_app_n1_sub_n1_n2";
    on(&cluster, &["sub", "disable", "sub_n1_n2", "--yes"]).ends(0);
    n1.sql("INSERT INTO parent VALUES (10); UPDATE child SET v = 'b' WHERE id = 1");
    n1.sql("DELETE FROM child WHERE id = 2; TRUNCATE child");
    let lines = |args: &[&str]| -> Vec<Value> {
        let run = on(&cluster, &[&["tail", slot], args].concat()).ends(0);
        run.stdout.lines().map(|line| serde_json::from_str(line).expect("a line")).collect()
    };
    let all = lines(&[]);
    let actions: Vec<&str> = all.iter().filter_map(|line| line["action"].as_str()).collect();
    assert_eq!(actions, ["insert", "update", "delete", "truncate"], "{all:#?}");
    assert_eq!(all[0]["new"], json!({"id": 10}));
    assert_eq!((&all[0]["table"], &all[0]["node"]), (&"public.parent".into(), &"n1".into()));
    assert!(all[0]["committed_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{all:#?}");
    assert_eq!(all[2]["old"]["id"], 2);
    assert_eq!(lines(&[]).len(), 4, "the slot was moved");
    assert_eq!(lines(&["--table", "child", "--limit", "2"]), all[1..3]);
    transcript.run(&["tail", "nothing"]).ends(8);
    transcript.run(&["tail", "spock_retention", "--node", "n1"]).ends(8);
    on(&cluster, &["sub", "enable", "sub_n1_n2"]).ends(0);
    on(&cluster, &["cluster", "barrier", "--wait"]).ends(0);
    let mut command = spockctl();
    command.arg("--cluster-file").arg(cluster.dir().join("cluster.toml"));
    let mut tail = command
        .args(["tail", slot, "--follow", "--limit", "1"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    cluster.wait_for("the copy of the slot", || {
        n1.value::<i64>("SELECT count(*) FROM pg_replication_slots WHERE slot_name ~ '^spockctl'")
            == 1
    });
    n1.sql("INSERT INTO parent VALUES (11)");
    let mut line = String::new();
    let mut out = BufReader::new(tail.stdout.take().expect("a pipe"));
    out.read_line(&mut line).expect("a line");
    assert!(line.contains("\"new\":{\"id\":11}"), "{line}");
    assert!(tail.wait().expect("an end").success());
    cluster.wait_for("the copy of the slot to be gone", || {
        n1.value::<i64>("SELECT count(*) FROM pg_replication_slots WHERE slot_name ~ '^spockctl'")
            == 0
    });
    cluster.drain();
    assert_eq!(n2.value::<i64>("SELECT count(*) FROM parent WHERE id = 11"), 1);
    // Ids are explained, those of a finding and of an exit code without a node.
    transcript.run(&["explain", "clock-skew"]).ends(0);
    transcript.run(&["explain", "n1/999999"]).ends(8);
    transcript.run(&["explain", "nothing"]).ends(8);
    assert_eq!(
        on(&cluster, &["explain", "6", "-o", "json"]).ends(0).items()[0]["kind"],
        "exit code"
    );
    on(&cluster, &["cluster", "pause", "--yes"]).ends(0);
    n1.sql("UPDATE parent SET id = 10 WHERE id = 10");
    n2.sql("UPDATE parent SET id = 10 WHERE id = 10");
    on(&cluster, &["cluster", "resume"]).ends(0);
    on(&cluster, &["cluster", "barrier", "--wait"]).ends(0);
    let conflict = &on(&cluster, &["conflict", "list", "-o", "json"]).ends(0).items()[0];
    let id = conflict["id"].as_str().expect("an id");
    let items = on(&cluster, &["explain", id, "-o", "json"]).ends(0).items();
    assert_eq!(items[0]["kind"], "conflict", "{items:#?}");
    transcript.is("statements");
}
