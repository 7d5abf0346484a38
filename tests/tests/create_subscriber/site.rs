//! A provider, a place for its copy, and runs of the program.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

pub(crate) use spock_tests::Run;
use spock_tests::{Cluster, ClusterBuilder, Node, StopMode, library};

/// n1 with its nodes, and n2 without data.
pub(crate) struct Site {
    pub cluster: Cluster,
}

/// Short waits, so that tests are.
pub(crate) fn builder() -> ClusterBuilder {
    Cluster::builder().nodes(2).setting("spock.restart_delay_default", "200ms")
}

impl Site {
    /// A site with one node per database of n1.
    pub(crate) fn new() -> Site {
        Self::of(builder(), &["app"])
    }

    pub(crate) fn of(builder: ClusterBuilder, databases: &[&str]) -> Site {
        let cluster = builder.databases(databases).start();
        let n1 = cluster.node(0);
        for &database in databases {
            let n1 = n1.database(database);
            n1.query("SELECT spock.node_create('n1', $1)", &[&n1.dsn()]);
        }
        let n2 = cluster.node(1);
        n2.disconnect();
        n2.stop(StopMode::Fast).expect("n2 stops");
        fs::remove_dir_all(n2.data_dir()).expect("n2 has data");
        Site { cluster }
    }

    pub(crate) fn n1(&self) -> Node<'_> {
        self.cluster.node(0)
    }

    pub(crate) fn n2(&self) -> Node<'_> {
        self.cluster.node(1)
    }

    pub(crate) fn pgdata(&self) -> PathBuf {
        self.n2().data_dir()
    }

    /// The program with what every run needs.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        self.command_with(&self.n1().dsn(), &self.n2().dsn(), args)
    }

    pub(crate) fn command_with(&self, provider: &str, subscriber: &str, args: &[&str]) -> Command {
        static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
        let program = PROGRAM.get_or_init(|| library::program("spock_create_subscriber"));
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(&name);
            }
        }
        let bin = self.n1().server().program("postgres");
        command.arg("-D").arg(self.pgdata()).args(["-n", "n2"]);
        command.arg("--bindir").arg(bin.parent().expect("a directory"));
        command.args(["--provider-dsn", provider, "--subscriber-dsn", subscriber]);
        // The port of n2, which nobody else has.
        command.arg("-p").arg(self.n2().port().to_string());
        command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        Run::command(self.command(args))
    }

    /// Starts it.
    pub(crate) fn spawn(&self, args: &[&str]) -> Child {
        self.command(args).spawn().expect("the program runs")
    }

    /// Names of all slots of the provider but its own.
    pub(crate) fn slots(&self) -> String {
        self.n1().table(
            "SELECT slot_name, temporary FROM pg_replication_slots
              WHERE slot_name NOT LIKE 'spk\\_log%' AND slot_name <> 'spock_retention' ORDER BY 1",
        )
    }

    /// Files are being copied.
    pub(crate) fn is_in_backup(&self) -> bool {
        let phase = self.n1().table("SELECT phase FROM pg_stat_progress_basebackup");
        phase == "streaming database files"
    }

    /// Nothing of a run is there any more.
    #[track_caller]
    pub(crate) fn is_clean(&self) {
        self.cluster.wait_for("the slots to go", || self.slots().is_empty());
        let backup = "SELECT pid FROM pg_stat_progress_basebackup";
        self.cluster.wait_for("the base backup to end", || self.n1().table(backup).is_empty());
        self.cluster.wait_for("the new server to end", || !self.n2().is_running());
    }
}
