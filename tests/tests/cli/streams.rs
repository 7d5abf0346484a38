//! What every command does with its streams: a reader that is gone, a terminal that wants no colours or is narrow, and
//! nobody who could answer a question. A command that is in none of the lists below fails the test.

use std::process::Stdio;

use spock_tests::Node;

use super::far::on_terminal;
use super::run::run;
use super::world::{World, commands, world};

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
    "config show --origin",
    "config path",
    "config schema",
    "completion bash",
];

/// What these print is for programs, or kept as it is whatever the terminal.
const UNFITTED: &[&str] = &[
    "assess -o csv",
    "check",
    "cluster export",
    "cluster verify -o json",
    "completion",
    "config schema",
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
    "config init",
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
    "repset apply",
    "repset copy",
    "repset diff",
    "repset edit",
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

/// Commands that change something without a question, or look for long, with arguments that this cluster has.
const UNASKED: &[&str] = &[
    "cluster init",
    "cluster barrier",
    "cluster resume",
    "cluster wait --for replicating",
    "cluster verify --data",
    "cluster verify --arch",
    "cluster verify --connectivity",
    "node create n9 --node n1 --peer-dsn host=h",
    "node alter n1 --location x --node n1",
    "sub alter sub_n2_n1 --apply-delay 1s",
    "sub add-repset sub_n2_n1 x",
    "sub enable sub_n1_n2",
    "sub wait sub_n2_n1",
    "repset create x --node n1",
    "repset add-seq ddl_sql s --node n1",
    "ddl enable",
    "table diff t",
    "doctor --fix --yes",
    "seq sync --all",
    "slot enable-failover",
    "worker resume",
    "runs unlock",
];

/// Whoever adds a command says here what it does with its streams.
#[test]
fn every_command_is_known_to_read_to_ask_or_to_do_neither() {
    let found = commands();
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
    let before = state(&world);
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
    assert_eq!(state(&world), before);
}

/// What the commands above would change.
fn state(world: &World) -> Vec<String> {
    let of_node = |node: Node<'_>| {
        [
            "SELECT sub_name, sub_enabled, sub_replication_sets, sub_skip_lsn FROM spock.subscription",
            "SELECT * FROM spock.tables ORDER BY 1, 2, 3",
            "SELECT count(*), (SELECT count(*) FROM t) FROM spock.resolutions",
            "SELECT name, setting FROM pg_settings WHERE name ~ 'spock' ORDER BY 1",
            "SELECT set_name FROM spock.replication_set ORDER BY 1",
            "SELECT node_name, location FROM spock.node ORDER BY 1",
            "SELECT count(*) FROM spock.exceptions_pending",
        ]
        .map(|query| node.table(query))
        .concat()
    };
    world.cluster.nodes().into_iter().map(of_node).collect()
}

/// A name that is no column is refused before anything is done. Seen to fail with a command that was not known to have
/// a table.
#[test]
fn a_column_that_a_command_does_not_have_is_refused_before_it_does_anything() {
    let world = world();
    let before = state(&world);
    let runs = || run(world.command("runs list -o json")).ends(0).items();
    let known_runs = runs();
    let asked = ASKS.iter().map(|(line, answer)| match *answer {
        "--confirm" => {
            format!("{line} --confirm {}", if line.contains("table") { "t" } else { "test" })
        }
        answer => format!("{line} {answer}"),
    });
    let lines = asked.chain(UNASKED.iter().map(|line| (*line).to_owned()));
    let mut wrong = Vec::new();
    // The columns of `sql` are those of its statements.
    for line in lines.filter(|line| !line.starts_with("sql ")) {
        // Where there is no server, the refusal shows that none was asked.
        for (option, nodes) in
            [("--columns", ""), ("--sort-by", ""), ("--sort-by", "-d host=/nowhere")]
        {
            let refused = run(world.command(&format!("{line} {nodes} -o csv {option} nothing")));
            let is_told = refused.stderr.contains("unknown column \"nothing\" (known: ");
            if refused.code != 2 || !is_told || !refused.stdout.is_empty() {
                wrong.push(format!("{line} {nodes} {option}: {refused:?}"));
            }
        }
    }
    for line in ["doctor", "node readonly status"] {
        let refused =
            run(world.command(&format!("{line} -d host=/nowhere --watch --until nothing=1")));
        assert_eq!(refused.code, 2, "{line}: {refused:?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(runs(), known_runs);
    assert_eq!(state(&world), before);
}

/// A line of [`READS`] in another format; `None` for what prints text, whatever the format.
fn in_format(line: &str, format: &str) -> Option<String> {
    let is_text = ["completion", "config schema", "help", "metrics", "tail", "top"]
        .iter()
        .any(|text| line.starts_with(text));
    let line = line.replace("-o csv", "").replace("-o json", "");
    (!is_text).then(|| format!("{line} -o {format}"))
}

/// Whether two documents have the same members, of the same kinds: counters and times move on between them, and what was
/// not known may be by then.
fn is_alike(one: &serde_json::Value, other: &serde_json::Value) -> bool {
    use serde_json::Value::{Array, Bool, Null, Number, Object, String};
    match (one, other) {
        (Object(one), Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(key, value)| other.get(key).is_some_and(|other| is_alike(value, other)))
        }
        (Array(one), Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| is_alike(a, b))
        }
        (Null, _) | (_, Null) | (Bool(_), Bool(_)) | (Number(_), Number(_)) => true,
        (String(_), String(_)) => true,
        _ => false,
    }
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
        let (json, yaml) = (run(world.command(&json)), run(world.command(&yaml)));
        if json.code != yaml.code {
            wrong.push(format!("{line}: {} is not {}", yaml.code, json.code));
        }
        let json = json.json();
        let yaml: serde_json::Value = match serde_saphyr::from_str(&yaml.stdout) {
            Ok(document) => document,
            Err(e) => {
                wrong.push(format!("{line}: {e}\n{}", yaml.stdout));
                continue;
            }
        };
        if json["schema"] != yaml["schema"] || !is_alike(&json, &yaml) {
            wrong.push(format!("{line}: {yaml:#} is not {json:#}"));
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
