//! Scripts: transcripts that say themselves what is run. A file of `scripts/` has command lines, each with what it
//! prints; all files of a directory run one after the other, by name, on one cluster.
//!
//! A file whose name ends with `_pg15` is for that version of the server alone.
//!
//! A line at the beginning of a block is one of these:
//!
//! - `$ spockctl ...`: the program. Below it stands what it printed, up to its exit code. In front of the program may
//!   stand variables of the environment.
//! - `n1=# SQL`: a statement on a node; with `\gset` at its end, the columns of its row become variables, and with
//!   `\until` it is repeated until it is true.
//! - `# ...`: a comment.
//!
//! Where a line has `:name` of a variable, its value is meant; `:dir` is the directory of the test, with
//! `settings.toml`, a definition that has settings, `:here` that of the scripts, and `:run` the run that a document began with last. `SNAPSHOTS=overwrite`
//! writes what commands printed, and leaves lines with `[..]` (which stands for anything) that are right.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use snapbox::Data;
use spock_tests::{Cluster, Node};

use super::killed::events;
use super::run::{Run, bare, define, run, spockctl};
use super::transcript::{transcript, without_version};
use super::upgrade;
use super::world::{commands, world};

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/scripts")
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).expect("a directory of scripts");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "txt"));
    files.sort();
    assert!(!files.is_empty(), "there is no script in {}", dir.display());
    files
}

/// A command line of a script, and what stands below it.
struct Block {
    line: String,
    /// Empty when nothing was noted yet.
    below: String,
}

/// The blocks of a file, in which also comments, statements, and empty lines have one.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let mut below = String::new();
        let is_noted = |next: &&str| !next.is_empty() && !is_order(next);
        if line.starts_with("$ ") && lines.peek().is_some_and(is_noted) {
            for line in lines.by_ref() {
                below.push_str(line);
                below.push('\n');
                if line.starts_with("--- exit ") {
                    break;
                }
            }
        }
        blocks.push(Block { line: line.to_owned(), below });
    }
    blocks
}

fn is_order(line: &str) -> bool {
    line.starts_with("$ ") || statement(line).is_some()
}

/// The node and the statement of a line.
fn statement(line: &str) -> Option<(&str, &str)> {
    line.split_once("=# ").filter(|(node, _)| node.starts_with('n') && !node.contains(' '))
}

/// The words of a command line: the environment, and the arguments of the program.
fn words(line: &str) -> (Vec<(String, String)>, Vec<String>) {
    let line = line.strip_prefix("$ ").expect("a command line");
    let words = shlex::split(line).unwrap_or_else(|| panic!("no words: {line}"));
    let at = words.iter().position(|word| word == "spockctl");
    let at = at.unwrap_or_else(|| panic!("not a line of spockctl: {line}"));
    let environment = words[..at].iter().map(|word| {
        let (name, value) = word.split_once('=').unwrap_or_else(|| panic!("no variable: {word}"));
        (name.to_owned(), value.to_owned())
    });
    (environment.collect(), words[at + 1..].to_vec())
}

/// How a command line prints its result.
fn format(args: &[String]) -> &str {
    let at = args.iter().rposition(|arg| arg == "-o" || arg == "--output");
    at.map_or("table", |at| args[at + 1].as_str())
}

/// Plays scripts on a cluster.
struct Player<'a> {
    cluster: &'a Cluster,
    variables: BTreeMap<String, String>,
    /// The version of the servers, in full.
    server: String,
}

impl<'a> Player<'a> {
    fn on(cluster: &'a Cluster) -> Self {
        let file = cluster.dir().join("cluster.toml");
        if !file.exists() {
            define(cluster, "");
        }
        let text = fs::read_to_string(&file).expect("the definition");
        let settings = "[guc]\n\"spock.readonly\" = \"off\"\nmax_wal_senders = 30\n";
        fs::write(cluster.dir().join("settings.toml"), text + settings).expect("a definition");
        let dir = cluster.dir().display().to_string();
        let server = cluster.node(0).value("SHOW server_version");
        Player { cluster, variables: [("dir".to_owned(), dir)].into(), server }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Plays all scripts of a directory, and tells then which of them went otherwise.
    #[track_caller]
    fn play(mut self, dir: &str) {
        let mut faults = Vec::new();
        self.variables.insert("here".to_owned(), scripts().join(dir).display().to_string());
        let major = self.server.split('.').next().unwrap_or_default().to_owned();
        let is_for = |path: &&PathBuf| {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            stem.rsplit_once("_pg").is_none_or(|(_, version)| version == major)
        };
        let files = files(&scripts().join(dir));
        for path in files.iter().filter(is_for) {
            let text = fs::read_to_string(path).expect("a script");
            let assert = snapbox::Assert::new().action_env("SNAPSHOTS").normalize_paths(false);
            let mut played = String::new();
            for block in blocks(&text) {
                played.push_str(&block.line);
                played.push('\n');
                if block.line.starts_with("$ ") {
                    // What stands for anything stays, where the rest of this command is as noted.
                    let noted: Data = block.below.into();
                    let printed = self.command(&block.line);
                    played.push_str(&assert.normalize(printed.into(), noted).0.to_string());
                } else if let Some((node, sql)) = statement(&block.line) {
                    self.statement(node, sql);
                }
            }
            let expected = Data::read_from(path, None).raw();
            if let Err(fault) = assert.try_eq(None, played.into(), expected) {
                faults.push(fault.to_string());
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    /// The text with the values of variables.
    fn filled(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (name, value) in &self.variables {
            text = text.replace(&format!(":{name}"), value);
        }
        text
    }

    fn node(&self, name: &str) -> Node<'a> {
        let node = self.cluster.nodes().into_iter().find(|node| node.name() == name);
        node.unwrap_or_else(|| panic!("no node {name}"))
    }

    fn statement(&mut self, node: &str, sql: &str) {
        let sql = self.filled(sql);
        let node = self.node(node);
        if let Some(sql) = sql.strip_suffix(r"\gset") {
            let row: String = node.value(&format!("SELECT row_to_json(q)::text FROM ({sql}) q"));
            let row: serde_json::Value = serde_json::from_str(&row).expect("a row");
            for (name, value) in row.as_object().expect("columns") {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                self.variables.insert(name.clone(), value);
            }
        } else if let Some(sql) = sql.strip_suffix(r"\until") {
            self.cluster.wait_for(sql, || node.value(sql));
        } else {
            node.sql(&sql);
        }
    }

    /// Runs a command line; a document is as its schema says.
    fn command(&mut self, line: &str) -> String {
        let (environment, args) = words(&self.filled(line));
        let dir = self.cluster.dir();
        let mut command = spockctl();
        command.env("SPOCKCTL_CLUSTER_FILE", dir.join("cluster.toml"));
        command.env("SPOCKCTL_CONFIG", dir.join("config.toml"));
        command.env("SPOCK_LOCAL_DIR", dir.join("local")).env("XDG_STATE_HOME", dir.join("state"));
        command.env("TMPDIR", dir).current_dir(dir).envs(environment).args(&args);
        let result = run(command);
        let is_document = format(&args) == "json" && !is_text(&args);
        if is_document
            && !result.stdout.is_empty()
            && let Some(run) = result.items().first().and_then(|item| item["run"].as_str())
        {
            self.variables.insert("run".to_owned(), run.to_owned());
        }
        self.steady(&result)
    }

    /// What a run printed, without what differs from run to run.
    fn steady(&self, run: &Run) -> String {
        let dir = self.cluster.dir().display().to_string();
        let holder =
            events(self.cluster).iter().find_map(|e| e["holder"].as_str().map(str::to_owned));
        let (version, _) = self.server.split_once(' ').unwrap_or((&self.server, ""));
        let without = |text: &str| {
            let here = self.variables.get("here").map_or("", String::as_str);
            let text = text
                .replace(&dir, "[DIR]")
                .replace(here, "[HERE]")
                .replace(&self.server, "[SERVER]");
            let text = without_stamp(&without_version(&text, version));
            let text =
                holder.as_ref().map_or(text.clone(), |holder| text.replace(holder, "[HOLDER]"));
            self.variables.get("run").map_or_else(|| text.clone(), |run| text.replace(run, "[RUN]"))
        };
        let run = Run {
            code: run.code,
            stdout: without(run.stdout.trim_start_matches('\n')),
            stderr: without(&run.stderr),
        };
        let mut lines: Vec<String> = transcript(&run)
            .lines()
            .map(|line| without_port(&member(line).unwrap_or_else(|| measured(line))))
            .collect();
        waits(&mut lines);
        sent(&mut lines);
        // Steps that are done at once end in any order.
        for steps in lines.chunk_by_mut(|a, b| a.starts_with("* ") && b.starts_with("* ")) {
            steps.sort();
        }
        lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
    }
}

/// Whether a wait found what it waited for when it began differs from run to run.
fn waits(lines: &mut [String]) {
    let mut of_wait = false;
    for line in lines {
        if line.starts_with("* ") && line.contains(" wait ") {
            *line = line.replace(" (already done)", " ([SPAN])");
        }
        if of_wait && line.trim_start().starts_with("\"state\": ") {
            *line = line.replace("\"already_done\"", "\"changed\"");
        }
        of_wait = line.trim_start().starts_with("\"title\": \"wait ");
    }
}

/// What a node has sent (the rows without a subscription) it may send again to a stream that comes back.
fn sent(lines: &mut [String]) {
    let mut is_sent = false;
    for line in lines {
        match line.trim_start() {
            name if name.starts_with("\"name\": ") => is_sent = name == "\"name\": null,",
            "}" | "}," => is_sent = false,
            count if is_sent && count.starts_with("\"inserts\": ") => {
                *line = "      \"inserts\": [NUMBER],".to_owned();
            }
            _ => {}
        }
    }
}

/// Replaces the times in names of files, as in `20261127T012320Z`.
fn without_stamp(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = &rest[at..];
        let end = digits.find(|c: char| !c.is_ascii_digit() && c != 'T').unwrap_or(digits.len());
        let is_stamp = end >= 15 && digits.as_bytes()[8] == b'T' && digits[end..].starts_with('Z');
        out.push_str(&rest[..at]);
        out.push_str(if is_stamp { "[STAMP]" } else { &digits[..end] });
        rest = &digits[if is_stamp { end + 1 } else { end }..];
    }
    out + rest
}

/// Replaces where a server listens.
fn without_port(line: &str) -> String {
    let mut parts = line.split("port=");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str("port=[PORT]");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}

/// A member of a document whose number is another one each time.
fn member(line: &str) -> Option<String> {
    const ENDS: &[&str] = &["_seconds", "_bytes", "_ms", "pid", "xid", "port"];
    let (key, value) = line.split_once("\": ").filter(|(key, _)| key.trim().starts_with('"'))?;
    let is_number = value.trim_end_matches(',').parse::<f64>().is_ok();
    let is_fraction = is_number && value.contains('.');
    if value.starts_with('"') {
        return None;
    }
    if !(is_fraction || is_number && ENDS.iter().any(|end| key.ends_with(end))) {
        return Some(line.to_owned());
    }
    let comma = if value.ends_with(',') { "," } else { "" };
    Some(format!("{key}\": [NUMBER]{comma}"))
}

/// Replaces durations and sizes.
fn measured(line: &str) -> String {
    const MARKS: &[char] = &['"', ',', ';', ':', '(', ')', '`', '\''];
    const UNITS: &[&str] = &["B", "kB", "MB", "GB"];
    let core = |word: &str| word.trim_matches(MARKS).to_owned();
    let words: Vec<&str> = line.split(' ').collect();
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        let next = words.get(at).map(|next| core(next));
        let is_number = core(word).parse::<f64>().is_ok() || core(word) == "[NUMBER]";
        if is_number && next.is_some_and(|next| UNITS.contains(&next.as_str())) {
            let before = &word[..word.find(&core(word)).unwrap_or(0)];
            out.push(format!("{before}{}", words[at].replace(&core(words[at]), "[SIZE]")));
            at += 1;
        } else if is_span(&core(word)) {
            out.push(word.replace(&core(word), "[SPAN]"));
        } else {
            out.push((*word).to_owned());
        }
    }
    out.join(" ")
}

/// Whether this is a duration, as in `40ms` and `1h30m`.
fn is_span(word: &str) -> bool {
    let mut rest = word;
    while !rest.is_empty() {
        let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let end = unit.find(|c: char| c.is_ascii_digit()).unwrap_or(unit.len());
        if unit.len() == rest.len() || !["ms", "s", "m", "h", "d"].contains(&&unit[..end]) {
            return false;
        }
        rest = &unit[end..];
    }
    !word.is_empty()
}

/// Reads, on nodes with a conflict, a transaction that one has left out, and a subscription that stands.
#[test]
fn commands_that_read() {
    let world = world();
    world.cluster.allow_log("spockctl/sql app ERROR:  syntax error at end of input");
    Player::on(&world.cluster)
        .with("conflict", &world.conflict)
        .with("exception", &world.exception)
        .with("slot", &world.slot)
        .with("end", &world.end)
        .play("read");
}

/// What the servers refuse of the mistakes in `scripts/change`: that is an error in the log, too.
const REFUSED: &[&str] = &[
    "cannot execute CREATE EXTENSION in a read-only transaction",
    "spockctl/node-add-interface app ERROR:  node \"n1\" already has interface named \"far\"",
    "spockctl/node-drop app ERROR:  cannot drop node \"n1\" because it still has subscriptions",
    "spockctl/node-drop-interface app ERROR:  interface \"far\" for node \"n1\" not found",
    "spockctl/node-guc-set app ERROR:  parameter \"spock.save_resolutions\" requires a Boolean value",
    "spockctl/repset-add-partition app ERROR:  relation \"public.nothing\" does not exist",
    "spockctl/repset-add-seq app ERROR:  relation \"public.ss\" does not exist",
    "spockctl/repset-add-table app ERROR:  relation \"public.nothing\" does not exist",
    "spockctl/repset-apply app ERROR:  column \"nothing\" does not exist",
    "spockctl/repset-apply app ERROR:  table orders does not have column nothing",
    "spockctl/repset-copy app ERROR:  relation \"public.orders\" does not exist",
    "spockctl/repset-create app ERROR:  replication set more already exists",
    "spockctl/repset-edit app ERROR:  relation \"public.free\" does not exist",
    "spockctl/repset-remove-seq app ERROR:  replication set sequence mapping",
    "spockctl/repset-remove-table app ERROR:  Table t not found in replication set audit",
];

/// Makes two servers into a cluster, changes everything, and takes them apart again.
#[test]
fn commands_that_write() {
    let cluster = bare(2);
    cluster.node(0).sql("CREATE TABLE t (id int PRIMARY KEY, k int); CREATE SEQUENCE s");
    REFUSED.iter().for_each(|piece| cluster.allow_log(piece));
    let _local = Local(cluster.dir().join("local"));
    Player::on(&cluster).play("change");
}

/// Servers that a script has started end with its test.
struct Local(PathBuf);

impl Drop for Local {
    fn drop(&mut self) {
        let mut command = spockctl();
        command.env("SPOCK_LOCAL_DIR", &self.0).args(["local", "down", "one", "--delete", "--yes"]);
        run(command);
    }
}

/// Another version of the extension, on servers whose library is their own.
#[test]
fn commands_that_upgrade() {
    let cluster = upgrade::mesh(2);
    cluster.nodes().iter().for_each(|node| upgrade::next().install(node));
    let commands = upgrade::Commands::of(&cluster);
    Player::on(&cluster)
        .with("stop", &commands.stop())
        .with("start", &commands.start())
        .play("upgrade");
}

/// Commands that print no document in JSON, and why.
const TEXT: &[(&str, &str)] = &[
    ("completion", "a program of the shell"),
    ("config schema", "a schema, in whatever format"),
    ("help", "a text for people"),
    ("local logs", "the lines of the server's log"),
    ("local psql", "what psql prints"),
    ("metrics", "the format of OpenMetrics"),
    ("tail", "an object of JSON for each change, a line each"),
    ("top", "a screen"),
];

fn is_text(args: &[String]) -> bool {
    TEXT.iter().any(|(command, _)| is_of(args, command))
}

fn is_of(args: &[String], command: &str) -> bool {
    let words: Vec<&str> = command.split(' ').collect();
    args.len() >= words.len() && args.iter().zip(words).all(|(arg, word)| arg == word)
}

/// Whoever adds a command adds it to a script, too: in table, in JSON, and with a mistake.
#[test]
fn every_command_stands_in_a_script() {
    let mut noted: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let known = commands();
    let directories = fs::read_dir(scripts()).expect("a directory of scripts");
    for path in directories.flat_map(|dir| files(&dir.expect("a directory").path())) {
        let text = fs::read_to_string(&path).expect("a script");
        for block in blocks(&text).iter().filter(|block| block.line.starts_with("$ ")) {
            let (_, args) = words(&block.line);
            let Some(command) =
                known.iter().filter(|name| is_of(&args, name)).max_by_key(|name| name.len())
            else {
                panic!("{}: no command: {}", path.display(), block.line);
            };
            let last = block.below.lines().last().unwrap_or_default();
            let noted = noted.entry(command.clone()).or_default();
            let is_well = ["--- exit 0", "--- exit 5", "--- exit 6"].contains(&last);
            if !is_well {
                noted.insert("a mistake");
            }
            // A check that finds something ends otherwise, too, and has a result.
            let is_result = is_well || !block.below.starts_with("--- ");
            match format(&args) {
                "table" | "wide" if is_result => noted.insert("table"),
                "json" if block.below.starts_with('{') => noted.insert("JSON"),
                _ => false,
            };
        }
    }
    let mut missing = Vec::new();
    for command in &known {
        let is_text = TEXT.iter().any(|(text, _)| text == command);
        for kind in ["table", "JSON", "a mistake"] {
            let is_there = noted.get(command).is_some_and(|kinds| kinds.contains(kind));
            if !(is_there || is_text && kind == "JSON") {
                missing.push(format!("{command}: {kind}"));
            }
        }
    }
    assert!(missing.is_empty(), "no script of tests/tests/cli/scripts has\n{}", missing.join("\n"));
}

#[test]
fn what_was_measured_is_replaced() {
    assert_eq!(
        measured("done in 1.5s (12 kB, 0 B) x 5m30s"),
        "done in [SPAN] ([SIZE], [SIZE]) x [SPAN]"
    );
    assert_eq!(measured("sub_n1_n2 2 rows, 3 s1"), "sub_n1_n2 2 rows, 3 s1");
    assert_eq!(without_stamp("runs/20261127T012320Z-x 7T 12"), "runs/[STAMP]-x 7T 12");
    assert_eq!(member("  \"lag_bytes\": 7,").as_deref(), Some("  \"lag_bytes\": [NUMBER],"));
    assert_eq!(member("  \"tables\": 7").as_deref(), Some("  \"tables\": 7"));
}
