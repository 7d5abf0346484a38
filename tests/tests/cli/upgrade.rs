//! `upgrade …`: another version of the extension, one node at a time.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::json;
use spock_tests::ledger::Ledger;
use spock_tests::{Cluster, ClusterBuilder, Node, OtherVersion, StopMode};

use super::killed::signal;
use super::run::{Run, command, on};

pub(crate) fn mesh(nodes: usize) -> Cluster {
    let cluster = ClusterBuilder::apart(nodes).without_create_extension().start();
    cluster.node(0).sql("CREATE TABLE t (id bigint PRIMARY KEY, node text)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    cluster.allow_crashes();
    cluster
}

/// The next version, whose script leaves something behind that can be seen.
pub(crate) fn next() -> OtherVersion {
    OtherVersion::new("6.0.1")
        .script("6.0.0", "6.0.1", "CREATE TABLE spock.new_in_601 (v int);")
        .script("6.0.1", "6.0.0", "DROP TABLE spock.new_in_601;")
}

/// A command that stops or starts the server of a node.
pub(crate) struct Commands {
    dir: PathBuf,
}

impl Commands {
    /// Scripts `stop-NODE` and `start-NODE`, by the server's own program.
    pub(crate) fn of(cluster: &Cluster) -> Self {
        let dir = cluster.dir().join("commands");
        fs::create_dir_all(&dir).expect("a directory");
        for node in cluster.nodes() {
            let program = node.server().program("pg_ctl");
            let (data, log) = (node.data_dir(), node.log_path());
            for verb in ["stop", "start"] {
                let path = dir.join(format!("{verb}-{}", node.name()));
                // The server does not run as root, and its files are not root's.
                let text = format!(
                    "#!/bin/sh\nset -e\ncd /\nexport LC_ALL=C.UTF-8 TZ=UTC\n\
                     if [ \"$(id -u)\" = 0 ]; then\n  \
                     exec setpriv --reuid=$(stat -c %u '{data}') --regid=$(stat -c %g '{data}') --clear-groups \
                     '{program}' -w -m fast -D '{data}' -l '{log}' {verb}\nfi\n\
                     exec '{program}' -w -m fast -D '{data}' -l '{log}' {verb}\n",
                    data = data.display(),
                    program = program.display(),
                    log = log.display(),
                );
                let text = if verb == "start" { text.replace("-m fast ", "") } else { text };
                fs::write(&path, text).expect("a command");
                fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("chmod");
            }
            // Who starts it appends to the log.
            fs::set_permissions(&log, fs::Permissions::from_mode(0o666)).expect("chmod");
        }
        Commands { dir }
    }

    fn run(&self, cluster: &Cluster, more: &[&str]) -> Run {
        self.run_to(cluster, "6.0.1", more)
    }

    fn run_to(&self, cluster: &Cluster, version: &str, more: &[&str]) -> Run {
        Run::command(self.command(cluster, version, &self.start(), more))
    }

    pub(crate) fn start(&self) -> String {
        format!("{}/start-{{node}}", self.dir.display())
    }

    pub(crate) fn stop(&self) -> String {
        format!("{}/stop-{{node}}", self.dir.display())
    }

    fn command(&self, cluster: &Cluster, version: &str, start: &str, more: &[&str]) -> Command {
        let stop = self.stop();
        let args = ["upgrade", "run", "--to", version, "--stop-cmd", &stop, "--start-cmd", start];
        let mut command = command(cluster, &args);
        command.args(["--yes", "--timeout", "90s"]).args(more);
        command
    }

    /// Kills a run as soon as it is where it shall be.
    fn killed(command: Command, is_there: impl FnMut(&str) -> bool) {
        let mut child = begun(command, is_there).0;
        child.kill().expect("kill");
        child.wait().expect("wait");
    }
}

/// A run that is where it shall be, and what it says.
fn begun(mut command: Command, mut is_there: impl FnMut(&str) -> bool) -> (Child, File) {
    let mut said = tempfile::tempfile().expect("a file");
    command.stderr(said.try_clone().expect("a file")).stdout(Stdio::null());
    let mut child = command.spawn().expect("the program runs");
    let begun = Instant::now();
    loop {
        let text = all_of(&mut said);
        if is_there(&text) {
            return (child, said);
        }
        let ended = child.try_wait().expect("a child");
        assert!(ended.is_none() && begun.elapsed().as_secs() < 90, "never there: {text}");
        sleep(Duration::from_millis(20));
    }
}

fn all_of(said: &mut File) -> String {
    let mut text = String::new();
    said.rewind().and_then(|()| said.read_to_string(&mut text)).expect("what it said");
    text
}

fn versions(cluster: &Cluster) -> Vec<String> {
    let query = "SELECT spock.spock_version() || ' ' || extversion FROM pg_extension \
                 WHERE extname = 'spock'";
    cluster.nodes().iter().map(|node| node.value::<String>(query)).collect()
}

#[test]
fn status_and_plan_tell_what_is_missing_before_anything_changes() {
    let cluster = mesh(2);
    let (n1, n2) = (cluster.node(0), cluster.node(1));
    let status = on(&cluster, &["upgrade", "status", "-o", "json"]).ends(0);
    for item in status.items() {
        assert_eq!(item["state"], "current", "{item:#}");
        assert_eq!(item["library"], "6.0.0", "{item:#}");
        let file = json!({"version": "6.0.0", "protocols": {"min": 4, "max": 5}});
        assert_eq!(item["file"], file, "{item:#}");
    }
    on(&cluster, &["upgrade", "verify"]).ends(0).says("all 2 nodes run spock 6.0.0");

    let plan = ["upgrade", "plan", "--to", "6.0.1"];
    on(&cluster, &plan).ends(8).says("node n1: no scripts of spock 6.0.1 are installed");
    next().install(&n1);
    next().install_scripts(&n2);
    let refused = on(&cluster, &plan).ends(8);
    assert!(!refused.stderr.contains("node n1"), "{refused:#?}");
    refused.says("node n2: the installed library is spock 6.0.0, not 6.0.1");
    let status = on(&cluster, &["upgrade", "status", "-o", "json"]).ends(0);
    assert_eq!(status.items()[0]["state"], "restart");
    assert_eq!(status.items()[0]["reason"], "6.0.1 is installed, 6.0.0 runs");
    let why = "the installed library is 6.0.0, the installed scripts make 6.0.1";
    assert_eq!(status.items()[1]["reason"], why);
    on(&cluster, &["upgrade", "verify"]).ends(6);

    next().install(&n2);
    let shown = on(&cluster, &plan).ends(0).says("speak version 5 of the protocol");
    assert!(shown.stdout.contains("would update extension spock to 6.0.1"), "{shown:#?}");
    on(&cluster, &[&plan[..], &["--order", "n2"]].concat()).ends(2).says("n1");
    on(&cluster, &[&plan[..], &["--order", "n2,n2"]].concat()).ends(2).says("n2");
    on(&cluster, &["upgrade", "run", "--to", "6.0.1"]).ends(2).says("--manual");
    on(&cluster, &["upgrade", "run", "--to", "6.0.1", "--manual"]).ends(9).says("--yes");

    // Nobody who speaks nothing that the others do.
    OtherVersion::new("6.0.1").speaks("6-7").install(&n2);
    on(&cluster, &plan).ends(10).says("no version of the protocol that both speak");
    assert_eq!(versions(&cluster), ["6.0.0 6.0.0", "6.0.0 6.0.0"]);
}

#[test]
fn nodes_are_upgraded_one_by_one_under_writes() {
    let cluster = mesh(3);
    for node in cluster.nodes() {
        next().install(&node);
    }
    let commands = Commands::of(&cluster);
    let dry = commands.run(&cluster, &["--dry-run"]).ends(0);
    assert!(dry.stdout.contains("would restart the server"), "{dry:#?}");
    assert_eq!(versions(&cluster), ["6.0.0 6.0.0"; 3]);
    let ledger = Ledger::new(cluster.dir());
    let dsns: Vec<String> = cluster.nodes().iter().map(Node::dsn).collect();
    let load = ledger.load(&dsns, |id| format!("INSERT INTO t VALUES ({id}, 'x')"));
    let done = commands.run(&cluster, &["--order", "n3,n1,n2"]).ends(0);
    let at = |text: &str| done.stderr.find(text).unwrap_or_else(|| panic!("{text}: {done:#?}"));
    assert!(at("* n3 verify") < at("* n1 check"), "{done:#?}");
    assert!(at("* n1 verify") < at("* n2 check"), "{done:#?}");
    load.stop();
    assert_eq!(versions(&cluster), ["6.0.1 6.0.1"; 3]);
    cluster.everywhere("SELECT FROM spock.new_in_601");
    cluster.drain();
    ledger.check(&cluster.nodes(), "SELECT id FROM t");
    on(&cluster, &["cluster", "verify", "--data"]).ends(0);
    on(&cluster, &["upgrade", "verify"]).ends(0).says("all 3 nodes run spock 6.0.1");
    commands.run(&cluster, &[]).ends(0);
}

/// Also the way back.
#[test]
fn a_failing_script_stops_it_and_the_same_command_finishes_it() {
    let cluster = mesh(3);
    cluster.allow_log("the script is broken");
    cluster.allow_log("the extension was not upgraded");
    let broken = OtherVersion::new("6.0.1").script(
        "6.0.0",
        "6.0.1",
        "DO $$BEGIN RAISE EXCEPTION 'the script is broken'; END$$;",
    );
    next().install(&cluster.node(0));
    broken.install(&cluster.node(1));
    next().install(&cluster.node(2));
    let commands = Commands::of(&cluster);
    let failed = commands.run(&cluster, &[]).ends(1);
    let failed = failed
        .says("could not update extension spock to 6.0.1 on node \"n2\"")
        .says("the script is broken")
        .says("run the same command again to go on")
        .says("n2: no script leads from spock 6.0.1 back to 6.0.0")
        .says("n1: install the files of spock 6.0.0, with the script that leads back")
        .says("`spockctl upgrade run --to 6.0.0 --node n1`");
    assert!(!failed.stderr.contains("* n3"), "{failed:#?}");
    assert_eq!(versions(&cluster), ["6.0.1 6.0.1", "6.0.1 6.0.0", "6.0.0 6.0.0"]);
    let write = |round: i32| {
        for (at, node) in (1..).zip(cluster.nodes()) {
            node.sql(&format!("INSERT INTO t VALUES ({round} * 10 + {at}, 'x')"));
        }
        cluster.drain();
        cluster.assert_equal("SELECT * FROM t ORDER BY id");
        assert_eq!(cluster.node(0).value::<i64>("SELECT count(*) FROM t"), i64::from(round) * 3);
    };
    write(1);
    let doctor = on(&cluster, &["doctor", "-o", "json"]);
    let found = doctor.items().into_iter().find(|item| item["id"] == "library-version");
    let found = found.unwrap_or_else(|| panic!("{doctor:#?}"));
    assert_eq!(found["nodes"], json!(["n2"]));
    assert_eq!(found["remedy"], "ALTER EXTENSION spock UPDATE TO '6.0.1'");
    on(&cluster, &["upgrade", "verify"]).ends(6);

    next().install(&cluster.node(1));
    let done = commands.run(&cluster, &[]).ends(0);
    assert!(done.stderr.contains("* n1 restart the server to load spock 6.0.1 (already done)"));
    assert_eq!(versions(&cluster), ["6.0.1 6.0.1"; 3]);
    write(2);

    // Back, where a script leads back.
    let old = OtherVersion::new("6.0.0");
    for node in cluster.nodes() {
        old.install(&node);
    }
    commands.run_to(&cluster, "6.0.0", &[]).ends(0);
    assert_eq!(versions(&cluster), ["6.0.0 6.0.0"; 3]);
    for node in cluster.nodes() {
        assert!(node.value::<bool>("SELECT to_regclass('spock.new_in_601') IS NULL"));
    }
    write(3);
}

#[test]
fn a_run_that_was_killed_is_finished_by_the_same_command() {
    let cluster = mesh(2);
    for node in cluster.nodes() {
        next().install(&node);
    }
    let commands = Commands::of(&cluster);
    let command = || commands.command(&cluster, "6.0.1", &commands.start(), &[]);
    Commands::killed(command(), |said| said.contains("* n1 check"));
    cluster.allow_log("connection to client lost");
    // Between the commands: one server is down.
    Commands::killed(commands.command(&cluster, "6.0.1", "sleep 1", &[]), |_| {
        !cluster.node(0).is_running()
    });
    assert!(!cluster.node(0).is_running());
    on(&cluster, &["upgrade", "plan", "--to", "6.0.1"]).ends(0).says("started first");
    Commands::killed(command(), |said| said.contains("* n1 restart"));
    Commands::killed(command(), |said| said.contains("* n1 wait until the streams"));
    Commands::killed(command(), |said| said.contains("* n1 update extension"));
    Commands::killed(command(), |said| said.contains("* n1 verify"));
    Commands::killed(command(), |said| said.contains("* n2 restart"));
    Commands::killed(command(), |said| said.contains("* n2 update extension"));
    commands.run(&cluster, &[]).ends(0).says("done: spock 6.0.1");
    assert_eq!(versions(&cluster), ["6.0.1 6.0.1"; 2]);
    cluster.node(0).sql("INSERT INTO t VALUES (1, 'a')");
    cluster.node(1).sql("INSERT INTO t VALUES (2, 'b')");
    on(&cluster, &["upgrade", "verify"]).ends(0);
    on(&cluster, &["cluster", "verify", "--data"]).ends(0);

    // Two servers that are away are no interrupted upgrade.
    OtherVersion::new("6.0.0").install(&cluster.node(0));
    cluster.node(0).stop(StopMode::Fast).unwrap();
    cluster.node(1).stop(StopMode::Fast).unwrap();
    on(&cluster, &["upgrade", "plan", "--to", "6.0.0"]).ends(4);
}

/// Tells a person, and asks nothing.
#[test]
fn by_hand_it_waits_for_the_restart() {
    let cluster = mesh(2);
    for node in cluster.nodes() {
        next().install(&node);
    }
    let args = ["upgrade", "run", "--to", "6.0.1", "--manual", "--yes", "--node", "n2"];
    on(&cluster, &[&args[..], &["--timeout", "2s"]].concat())
        .ends(7)
        .says("restart the server of n2 now; waiting for spock 6.0.1")
        .says("the server of n2 still runs spock 6.0.0");
    let run = command(&cluster, &[&args[..], &["--timeout", "60s"]].concat());
    let (mut child, mut said) = begun(run, |said| said.contains("restart the server of n2 now"));
    cluster.node(1).restart(StopMode::Fast).unwrap();
    let ended = child.wait().expect("it ends");
    let text = all_of(&mut said);
    assert!(ended.success() && text.contains("done: spock 6.0.1"), "{text}");
    assert_eq!(versions(&cluster), ["6.0.0 6.0.0", "6.0.1 6.0.1"]);
    let verify = on(&cluster, &["upgrade", "verify", "-o", "json"]).ends(6);
    let why = "the extension is 6.0.1, on the first node 6.0.0";
    assert_eq!(verify.items()[1]["problems"], json!([why]));
}

/// A node that is away for its restart keeps nobody's lock from being held: by the rows of the others.
#[test]
fn a_second_operator_is_refused_while_a_node_is_restarted() {
    let cluster = mesh(2);
    let n1 = cluster.node(0);
    next().install(&n1);
    next().install(&cluster.node(1));
    let args = ["upgrade", "run", "--to", "6.0.1", "--manual", "--yes"];
    let more = ["--node", "n1", "--timeout", "90s", "--lock-lease", "9s"];
    let first = [&args[..], &more].concat();
    let waits = |said: &str| said.contains("restart the server of n1 now");
    let locks = |node: &Node| node.value::<i64>("SELECT count(*) FROM spock.operator_lock");

    let (mut child, mut said) = begun(command(&cluster, &first), waits);
    signal(&child, "-TERM");
    let ended = child.wait().expect("it ends");
    let text = all_of(&mut said);
    assert_eq!(ended.code(), Some(143), "{text}");
    assert!(text.contains("cancelled"), "{text}");
    assert_eq!([locks(&n1), locks(&cluster.node(1))], [0, 0]);

    let (mut child, mut said) = begun(command(&cluster, &first), waits);
    let holder: String = n1.value("SELECT holder FROM spock.operator_lock");
    let refused = |args: &[&str]| {
        on(&cluster, args)
            .ends(8)
            .says("another operator is at work on the cluster: \"upgrade run\" of ")
            .says(&holder)
            .says(&format!("(pid {})", child.id()));
    };
    refused(&args);
    refused(&["cluster", "init"]);
    // As after a restart that took longer than the lease.
    n1.sql("UPDATE spock.operator_lock SET expires = now() - interval '1 s'");
    refused(&["cluster", "init"]);
    n1.stop(StopMode::Fast).unwrap();
    refused(&args);
    sleep(Duration::from_secs(10));
    refused(&args);
    n1.start().unwrap();
    let ended = child.wait().expect("it ends");
    assert!(ended.success(), "{}", all_of(&mut said));
    assert_eq!([locks(&n1), locks(&cluster.node(1))], [0, 0]);
    assert_eq!(versions(&cluster), ["6.0.1 6.0.1", "6.0.0 6.0.0"]);
}
