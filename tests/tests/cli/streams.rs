//! What every command does with its streams: a reader that is gone, a terminal that wants no colours or is narrow, and
//! nobody who could answer a question. A command that is in none of the lists below fails the test.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};

use spock_tests::Cluster;

use super::far::on_terminal;
use super::run::{command, on, run, spockctl};

/// Commands that read, with arguments that the cluster of [`world`] has an answer to.
const READS: &[&str] = &[
    "status",
    "top --print",
    "doctor",
    "assess -o csv",
    "check lag",
    "check subs",
    "check exceptions",
    "check conflicts",
    "check slots",
    "check nodes",
    "check clock",
    "check fk",
    "check all",
    "metrics",
    "cluster status",
    "cluster topology",
    "cluster verify -o json",
    "cluster export",
    "node list",
    "node show n1",
    "node interfaces",
    "node guc list",
    "node guc get spock.readonly",
    "node ping",
    "node version",
    "sub status",
    "sub show sub_n2_n1",
    "sub tables sub_n2_n1",
    "sub lag",
    "sub stats",
    "repset list",
    "repset show default",
    "ddl status",
    "ddl history",
    "table list",
    "table show t",
    "table check -o csv",
    "table diff t",
    "seq list",
    "seq show s",
    "conflict list",
    "conflict show CONFLICT",
    "conflict explain CONFLICT",
    "conflict stats",
    "conflict replay CONFLICT",
    "exception list",
    "exception show EXCEPTION",
    "slot list",
    "slot orphans",
    "explain node-unreachable",
    "sql -c 'SELECT 1'",
    "tail SLOT",
    "worker list",
    "upgrade status",
    "upgrade verify",
    "runs list",
    "version",
    "help",
    "context list",
    "trace t id=1",
    "local list",
    "config validate -o json",
    "config show",
    "completion bash",
];

/// What these print is for programs, or kept as it is whatever the terminal.
const UNFITTED: &[&str] = &[
    "assess -o csv",
    "check",
    "cluster export",
    "cluster verify -o json",
    "completion",
    "config validate -o json",
    "metrics",
    "table check -o csv",
    "tail",
];

/// Commands that ask, with arguments that make them ask, and the flag that answers.
const ASKS: &[(&str, &str)] = &[
    ("cluster readonly all", "--yes"),
    ("cluster pause", "--yes"),
    ("cluster apply", "--yes"),
    ("cluster destroy", "--confirm"),
    ("node drop n2", "--yes"),
    ("node drop-interface n2 n2", "--yes"),
    ("node guc set spock.readonly all --node n1", "--yes"),
    ("node readonly all --node n1", "--yes"),
    ("sub stats --reset sub_n2_n1", "--yes"),
    ("sub remove-repset sub_n2_n1 default", "--yes"),
    ("sub sync sub_n2_n1 --truncate", "--yes"),
    ("sub resync-table sub_n2_n1 t", "--yes"),
    ("sub skip-lsn sub_n2_n1 0/1", "--yes"),
    ("sub skip --next sub_n1_n2", "--yes"),
    ("sub disable sub_n2_n1", "--yes"),
    ("sub drop sub_n2_n1", "--yes"),
    ("repset drop default --node n1", "--yes"),
    ("repset remove-table default t --node n1", "--yes"),
    ("repset remove-seq default s --node n1", "--yes"),
    ("repset remove-partition parts --node n1", "--yes"),
    ("ddl run -c 'CREATE TABLE nobody_agreed ()'", "--yes"),
    ("ddl disable", "--yes"),
    ("table repair t --newest", "--confirm"),
    ("conflict purge --older-than 1s", "--yes"),
    ("exception retry --all", "--yes"),
    ("exception resolve EXCEPTION --note x", "--yes"),
    ("slot advance SLOT END", "--yes"),
    ("slot drop unread --node n1", "--yes"),
    ("worker pause --node n1", "--yes"),
    ("sql --write -c 'SELECT 1'", "--yes"),
];

/// Commands that neither only read nor ask here: what they make is asked for by its name, they wait, they are
/// for a person, or they need servers or a definition of their own (`upgrade run`, `runs`, `local down`, `node guc check`;
/// their tests are elsewhere).
const OTHERS: &[&str] = &[
    "cluster init",
    "cluster diff",
    "runs show",
    "runs resume",
    "runs unlock",
    "context use",
    "context show",
    "context add",
    "context remove",
    "cluster wait",
    "cluster barrier",
    "cluster resume",
    "node guc check",
    "node create",
    "node alter",
    "node add-interface",
    "sub create",
    "sub alter",
    "sub alter-interface",
    "sub add-repset",
    "sub wait",
    "sub enable",
    "repset create",
    "repset alter",
    "repset add-table",
    "repset add-all-tables",
    "repset add-seq",
    "repset add-all-seqs",
    "repset add-partition",
    "ddl enable",
    "seq sync",
    "slot enable-failover",
    "upgrade plan",
    "upgrade run",
    "worker resume",
    "local up",
    "local down",
    "local logs",
    "local psql",
];

/// Two nodes with a conflict, a transaction that n2 has left out, and a subscription that stands at another one.
struct World {
    cluster: Cluster,
    conflict: String,
    exception: String,
    slot: String,
    /// A position of n1's log after that of the slot.
    end: String,
}

fn world() -> World {
    let cluster = Cluster::builder()
        .nodes(2)
        .without_create_extension()
        .setting("spock.save_resolutions", "on")
        .setting("spock.exception_behaviour", "discard")
        .start();
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    n1.sql("CREATE TABLE t (id int PRIMARY KEY, k int); CREATE SEQUENCE s");
    n1.sql("CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY RANGE (id)");
    n1.sql("CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (10)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    cluster.everywhere("SELECT spock.sub_disable(sub_name, true) FROM spock.subscription");
    n1.sql("INSERT INTO t VALUES (1, 1)");
    n2.sql("INSERT INTO t VALUES (1, 2)");
    cluster.everywhere("SELECT spock.sub_enable(sub_name) FROM spock.subscription");
    cluster.drain();
    n2.sql("ALTER TABLE t ADD CONSTRAINT small CHECK (k < 10)");
    n1.sql("INSERT INTO t VALUES (2, 20)");
    cluster.catch_up(0, 1);
    // The worker that is to stand begins with the setting: one that runs may read it later than the next change.
    n2.sql("SELECT spock.sub_disable('sub_n1_n2', true)");
    n2.sql("ALTER SYSTEM SET spock.exception_behaviour = 'sub_disable'");
    n2.sql("SELECT pg_reload_conf()");
    n2.sql("SELECT spock.sub_enable('sub_n1_n2')");
    n1.sql("INSERT INTO t VALUES (3, 30)");
    cluster.wait_for("the subscription to stand", || {
        !n2.value::<bool>("SELECT sub_enabled FROM spock.subscription")
    });
    let id = |args: &[&str]| {
        let items = on(&cluster, args).ends(0).items();
        items[0]["id"].as_str().expect("an id").to_owned()
    };
    let conflict = id(&["conflict", "list", "-o", "json"]);
    let exception = id(&["exception", "list", "--pending", "-o", "json"]);
    let slot =
        n1.value("SELECT slot_name::text FROM pg_replication_slots WHERE slot_name ~ 'sub_n1_n2'");
    n1.sql("SELECT pg_create_logical_replication_slot('unread', 'spock_output')");
    let end = n1.value("SELECT pg_current_wal_insert_lsn()::text");
    World { cluster, conflict, exception, slot, end }
}

impl World {
    /// A command of the lists, with the names of this cluster.
    fn line(&self, line: &str) -> String {
        line.replace("CONFLICT", &self.conflict)
            .replace("EXCEPTION", &self.exception)
            .replace("SLOT", &self.slot)
            .replace("END", &self.end)
    }

    fn command(&self, line: &str) -> Command {
        let words = shell_words(&self.line(line));
        let mut command =
            command(&self.cluster, &words.iter().map(String::as_str).collect::<Vec<_>>());
        command.env("SPOCK_LOCAL_DIR", self.cluster.dir().join("local"));
        command
    }
}

/// Words between blanks, of which single quotes make one.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('\'').enumerate() {
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// Every command that the help shows, without arguments.
fn commands(path: &[&str], found: &mut BTreeSet<String>) {
    let mut help = spockctl();
    help.args(path).arg("-h");
    let help = run(help).ends(0).stdout;
    let Some((_, list)) = help.split_once("\nCommands:\n") else {
        found.insert(path.join(" "));
        return;
    };
    for line in list.lines().take_while(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')) {
            let name = name.split_whitespace().next().expect("a name");
            commands(&[path, &[name]].concat(), found);
        }
    }
}

/// Whoever adds a command says here what it does with its streams.
#[test]
fn every_command_is_known_to_read_to_ask_or_to_do_neither() {
    let mut found = BTreeSet::new();
    commands(&[], &mut found);
    assert!(found.len() > 50, "{found:?}");
    let mut listed = READS.iter().chain(ASKS.iter().map(|(line, _)| line)).chain(OTHERS);
    let is_of = |line: &str, name: &str| line == name || line.starts_with(&format!("{name} "));
    for name in &found {
        assert!(listed.clone().any(|line| is_of(line, name)), "{name} is in no list");
    }
    let stale = listed.find(|line| !found.iter().any(|name| is_of(line, name)));
    assert_eq!(stale, None, "there is no such command");
}

/// Where nobody can answer the command is declined, names the flag, and has changed nothing. Seen to fail with
/// commands that end before they ask.
#[test]
fn every_command_that_asks_is_declined_where_nobody_answers() {
    let world = world();
    let state = || {
        world
            .cluster
            .nodes()
            .into_iter()
            .map(|node| {
                node.table(
                    "SELECT sub_name, sub_enabled, sub_replication_sets, sub_skip_lsn FROM spock.subscription;",
                ) + &node.table("SELECT * FROM spock.tables ORDER BY 1, 2, 3")
                    + &node.table("SELECT count(*), (SELECT count(*) FROM t) FROM spock.resolutions")
                    + &node.table("SELECT name, setting FROM pg_settings WHERE name ~ 'spock' ORDER BY 1")
            })
            .collect::<Vec<_>>()
    };
    let before = state();
    let mut wrong = Vec::new();
    for (line, flag) in ASKS {
        let declined = run(world.command(line));
        if declined.code != 9 || !declined.stderr.contains(&format!("give {flag}")) {
            wrong.push(format!("{line}: {declined:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // On a terminal --no-input does the same.
    let declined = on_terminal(&world.cluster, "sub drop sub_n2_n1 --no-input", &[]);
    assert!(declined.contains("give --yes to go on without asking"), "{declined}");
    assert_eq!(state(), before);
}

/// A line of [`READS`] in another format; `None` for what prints text, whatever the format.
fn in_format(line: &str, format: &str) -> Option<String> {
    let is_text = ["completion", "help", "metrics", "tail", "top"]
        .iter()
        .any(|text| line.split(' ').next() == Some(text));
    let line = line.replace("-o csv", "").replace("-o json", "");
    (!is_text).then(|| format!("{line} -o {format}"))
}

/// Seen to fail with a command that has a branch for json alone.
#[test]
fn every_command_that_reads_has_the_same_as_json_and_as_yaml() {
    let world = world();
    let mut wrong = Vec::new();
    for line in READS {
        let (Some(json), Some(yaml)) = (in_format(line, "json"), in_format(line, "yaml")) else {
            continue;
        };
        let json = run(world.command(&json)).json();
        let yaml = run(world.command(&yaml)).stdout;
        let yaml: serde_json::Value = match serde_saphyr::from_str(&yaml) {
            Ok(document) => document,
            Err(e) => {
                wrong.push(format!("{line}: {e}\n{yaml}"));
                continue;
            }
        };
        // Counters and times move on between the two.
        let shape = |document: &serde_json::Value| {
            let items = document["items"].as_array().cloned().unwrap_or_default();
            let keys = |item: &serde_json::Value| {
                item.as_object().map(|item| item.keys().cloned().collect::<BTreeSet<_>>())
            };
            (document["schema"].clone(), items.len(), items.first().map(keys))
        };
        if shape(&json) != shape(&yaml) {
            wrong.push(format!("{line}: {:?} is not {:?}", shape(&yaml), shape(&json)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Seen to fail with a progress bar, whose escapes move the cursor, with a command that ends with an error, and with
/// reasons in one line, as pipes get them.
#[test]
fn every_command_that_reads_bears_a_closed_pipe_no_colours_and_eighty_columns() {
    let world = world();
    let local = world.cluster.dir().join("local").display().to_string();
    let mut wrong = Vec::new();
    for line in READS {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = world
            .command(line)
            .stdout(writer)
            .stderr(Stdio::piped())
            .output()
            .expect("the program runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        if output.status.code() != Some(0) || stderr.contains("error:") || stderr.contains("panic")
        {
            wrong.push(format!("{line}, closed pipe: {} {stderr}", output.status));
        }
        let piped = run(world.command(line));
        if piped.stdout.is_empty() {
            wrong.push(format!("{line} says nothing: {}", piped.stderr));
        }
        if piped.stdout.contains('\x1b') || piped.stderr.contains('\x1b') {
            wrong.push(format!("{line}, escapes in a pipe: {piped:?}"));
        }
        let plain = on_terminal(
            &world.cluster,
            &format!("--no-progress {}", world.line(line)),
            &[("NO_COLOR", "1"), ("SPOCK_LOCAL_DIR", &local)],
        );
        if plain.contains('\x1b') {
            wrong.push(format!("{line}, escapes with NO_COLOR: {plain:?}"));
        }
        if UNFITTED.iter().any(|unfitted| line.starts_with(unfitted)) {
            continue;
        }
        // What is said beside the result are sentences, which the terminal breaks.
        let result = format!("--no-progress {} 2>/dev/null", world.line(line));
        let result = on_terminal(&world.cluster, &result, &[("NO_COLOR", "1")]);
        if let Some(long) = result.lines().find(|line| line.chars().count() > 80) {
            wrong.push(format!("{line}, more than 80 columns: {long}\n{result}"));
        }
    }
    for line in ["status", "doctor", "top --print", "cluster topology", "sub show sub_n2_n1"] {
        for variable in [("TERM", "dumb"), ("CLICOLOR", "0")] {
            let plain = on_terminal(&world.cluster, line, &[variable]);
            if plain.contains('\x1b') {
                wrong.push(format!("{line}, escapes with {variable:?}: {plain:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
