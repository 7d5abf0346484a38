//! Running the program, and the definition of a test's cluster.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

pub(crate) use spock_tests::Run;
use spock_tests::{Cluster, library};

/// The program on the server and the library under test, without anything else of the caller's
/// environment that it would heed.
pub(crate) fn spockctl() -> Command {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let mut command = Command::new(PROGRAM.get_or_init(|| library::program("spockctl")));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if (text.starts_with("PG") && text != "PG_CONFIG") || text.starts_with("SPOCK") {
            command.env_remove(&name);
        }
    }
    command.env("SPOCK_LIBRARY", library::library()).stdin(Stdio::null());
    command.env("XDG_STATE_HOME", library::root().join("target/tmp/state"));
    command.current_dir(library::root());
    command
}

/// Runs a command to its end.
pub(crate) fn run(command: Command) -> Run {
    Run::command(command)
}

/// Runs the program on a cluster, by a definition made for it.
pub(crate) fn on(cluster: &Cluster, args: &[&str]) -> Run {
    run(command(cluster, args))
}

/// The program on a cluster; its journals stand in the cluster's directory.
pub(crate) fn command(cluster: &Cluster, args: &[&str]) -> Command {
    let file = cluster.dir().join("cluster.toml");
    if !file.exists() {
        define(cluster, "");
    }
    let mut command = spockctl();
    command.env("XDG_STATE_HOME", cluster.dir().join("state"));
    command.arg("--cluster-file").arg(file).args(args);
    command
}

/// Writes a `cluster.toml` of the test's nodes, with more parameters for each connection string.
pub(crate) fn define(cluster: &Cluster, parameters: &str) {
    let mut text = "schema_version = 1\ncluster = { name = \"test\" }\n".to_owned();
    for node in cluster.nodes() {
        let dsn = format!("{} {parameters}", node.dsn());
        text.push_str(&format!("[[node]]\nname = \"{}\"\nadmin = {dsn:?}\n", node.name()));
    }
    let file = cluster.dir().join("cluster.toml");
    fs::write(&file, text).expect("the definition is written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("chmod");
}

/// Servers whose databases have nothing yet, not even the extension.
pub(crate) fn bare(nodes: usize) -> Cluster {
    Cluster::builder().nodes(nodes).without_create_extension().start()
}
