//! `--watch --until`: a script waits for what a table shows, and ends with 7 when it does not come. `--jobs`: how many
//! nodes are connected to at once.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use spock_tests::{Cluster, StopMode};

use super::killed::signal;
use super::run::{Run, bare, command, on, run, spockctl};

/// Seen to fail with a condition that one row is enough for.
#[test]
fn a_watch_ends_when_every_row_is_as_wanted() {
    let cluster = bare(2);
    on(&cluster, &["cluster", "init"]).ends(0);
    on(&cluster, &["sub", "disable", "sub_n1_n2", "--yes", "--immediate"]).ends(0);
    let wait = ["sub", "status", "--watch=200ms", "--until", "status=replicating"];

    // One of the two replicates, which is not all; what was seen last is shown.
    let late = on(&cluster, &[&wait[..], &["--timeout", "3s", "-o", "json"]].concat()).ends(7);
    let late = late.says("not every row has status=replicating within 3s");
    let looks: Vec<serde_json::Value> =
        late.stdout.lines().map(|line| serde_json::from_str(line).expect("a document")).collect();
    assert!(looks.len() > 1, "{late:?}");
    let last = looks.last().expect("a look")["items"].as_array().expect("items").clone();
    assert_eq!(last.len(), 2);
    assert!(last.iter().any(|item| item["status"] == "disabled"), "{late:?}");

    let mut command = command(&cluster, &[&wait[..], &["--timeout", "30s", "-o", "yaml"]].concat());
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    let mut text = String::new();
    while !text.contains("disabled") {
        assert_ne!(stdout.read_line(&mut text).expect("UTF-8"), 0, "{text}");
    }
    on(&cluster, &["sub", "enable", "sub_n1_n2"]).ends(0);
    stdout.read_to_string(&mut text).expect("UTF-8");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]), "{text}");
    let looks: Vec<serde_json::Value> = serde_saphyr::from_multiple(&text).expect("documents");
    let states = |look: &serde_json::Value| {
        let items = look["items"].as_array().cloned().unwrap_or_default();
        items.iter().map(|item| item["status"].clone()).collect::<Vec<_>>()
    };
    assert!(states(&looks[0]).contains(&"disabled".into()), "{text}");
    let last = looks.last().expect("a look");
    assert_eq!(states(last), ["replicating", "replicating"], "{text}");

    // A node that does not answer may have rows that are otherwise.
    cluster.node(0).stop(StopMode::Fast).expect("it stops");
    let gone = on(&cluster, &[&wait[..], &["--timeout", "1s"]].concat()).ends(7);
    gone.says("not every row has status=replicating within 1s");
    cluster.node(0).start().expect("it starts");

    // Who interrupts a wait has not got what was waited for; who interrupts a look has seen it.
    let states = |words: &[&str]| {
        let mut command = self::command(&cluster, words);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        stdout.read_line(&mut String::new()).expect("UTF-8");
        signal(&child, "-INT");
        child.wait().expect("it ends").code()
    };
    assert_eq!(states(&["sub", "status", "--watch=200ms", "--until", "status=down"]), Some(130));
    assert_eq!(states(&["sub", "status", "--watch=200ms"]), Some(0));

    let strange = ["status", "--watch", "--until", "stats=ok"];
    on(&cluster, &strange).ends(2).says("unknown column \"stats\" (known: node, status");
}

/// Each statement has a table of its own. Seen to fail with documents of which the first table alone was looked at.
#[test]
fn a_watch_of_several_statements_looks_at_every_table_that_has_the_column() {
    let cluster = bare(1);
    cluster.allow_log("relation \"nothing\" does not exist");
    let look = |statements: &str, condition: &str, format: &str| {
        let watch = ["--watch=100ms", "--timeout", "300ms", "--until", condition, "-o", format];
        on(&cluster, &[&["sql", "-c", statements], &watch[..]].concat())
    };
    let (one, two, three) = ("SELECT 1 AS a", "SELECT 2 AS b", "SELECT 3 AS b");
    for format in ["json", "yaml", "jsonl", "table", "csv", "name"] {
        look(&format!("{one}; {two}"), "b=2", format).ends(0);
        look(&format!("{one}; {two}; {three}"), "b=2", format).ends(7);
        look(&format!("{one}; {two}"), "c=2", format).ends(2).says("(known: node, a, b)");
        // Which columns there will be no node has said.
        look("SELECT * FROM nothing", "b=2", format).ends(7);
    }
    let columns = on(&cluster, &["sql", "-c", &format!("{one}; {two}"), "--columns", "a"]).ends(2);
    assert_eq!(columns.stdout, "", "the first table has it, the second has not");
    let write = ["sql", "--write", "--yes", "-c", "CREATE TABLE made ()", "--columns", "a"];
    on(&cluster, &write).ends(2).says("detail: The statements have been run.");
}

/// Three nodes take connections and say nothing. Seen to fail with an option that is not heeded.
#[test]
fn jobs_limit_how_many_nodes_are_connected_to_at_once() {
    let cluster = Cluster::start(1);
    cluster.create_nodes();
    let silent: Vec<TcpListener> =
        (0..3).map(|_| TcpListener::bind("127.0.0.1:0").expect("a port")).collect();
    let mut text = "schema_version = 1\n\
                    cluster = { name = \"few\", topology = \"custom\" }\n"
        .to_owned();
    for (at, port) in silent.iter().enumerate() {
        let port = port.local_addr().expect("an address").port();
        text.push_str(&format!(
            "[[node]]\nname = \"s{at}\"\nadmin = \"host=127.0.0.1 port={port} user=u dbname=app\"\n"
        ));
    }
    text.push_str(&format!("[[node]]\nname = \"n1\"\nadmin = {:?}\n", cluster.node(0).dsn()));
    let file = cluster.dir().join("few.toml");
    fs::write(&file, text).expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("chmod");
    let ask = |args: &[&str]| -> (Run, Duration) {
        let mut command = spockctl();
        command.arg("-f").arg(&file).args(["--connect-timeout", "2s", "status", "-o", "json"]);
        let began = Instant::now();
        let run = run({
            command.args(args);
            command
        });
        (run, began.elapsed())
    };
    let (all, took) = ask(&[]);
    let all = all.ends(5);
    assert!(took < Duration::from_secs(6), "all at once: {took:?}");
    let (one, took) = ask(&["--jobs", "1"]);
    assert!(took >= Duration::from_secs(6), "one after the other: {took:?}");
    let one = one.ends(5);
    // In the order of the definition all the same.
    let names = |run: &Run| run.items().iter().map(|item| item["node"].clone()).collect::<Vec<_>>();
    assert_eq!(names(&one), names(&all));
    assert_eq!(names(&one), ["s0", "s1", "s2", "n1"]);
}
