//! `upgrade …`: another version of the extension, one node at a time.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use serde_json::json;
use spock_tests::ledger::Ledger;
use spock_tests::{Cluster, ClusterBuilder, Node, OtherVersion};

use super::run::{Run, on};

fn mesh(nodes: usize) -> Cluster {
    let cluster = ClusterBuilder::apart(nodes).without_create_extension().start();
    cluster.node(0).sql("CREATE TABLE t (id bigint PRIMARY KEY, node text)");
    on(&cluster, &["cluster", "init", "--add-all-tables", "public"]).ends(0);
    cluster.allow_crashes();
    cluster
}

/// The next version, whose script leaves something behind that can be seen.
fn next() -> OtherVersion {
    OtherVersion::new("6.0.1")
        .script("6.0.0", "6.0.1", "CREATE TABLE spock.new_in_601 (v int);")
        .script("6.0.1", "6.0.0", "DROP TABLE spock.new_in_601;")
}

/// A command that stops or starts the server of a node.
struct Commands {
    dir: PathBuf,
}

impl Commands {
    /// Scripts `stop-NODE` and `start-NODE`, by the server's own program.
    fn of(cluster: &Cluster) -> Self {
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
        let stop = format!("{}/stop-{{node}}", self.dir.display());
        let start = format!("{}/start-{{node}}", self.dir.display());
        let args = ["upgrade", "run", "--to", "6.0.1", "--stop-cmd", &stop, "--start-cmd", &start];
        on(cluster, &[&args[..], &["--yes", "--timeout", "90s"], more].concat())
    }
}

fn versions(cluster: &Cluster) -> Vec<String> {
    let query = "SELECT spock.spock_version() || ' ' || extversion FROM pg_extension \
                 WHERE extname = 'spock'";
    cluster.nodes().iter().map(|node| node.value::<String>(query)).collect()
}

/// Seen to fail with a plan that looks at the scripts alone.
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
