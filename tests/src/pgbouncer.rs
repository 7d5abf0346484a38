//! A real pgbouncer in front of a node.
//!
//! ```no_run
//! use spock_tests::{Cluster, Pgbouncer, pgbouncer::PoolMode};
//!
//! let cluster = Cluster::start(1);
//! let pooler = Pgbouncer::start(&cluster, 0, PoolMode::Session, &[]);
//! println!("{}", pooler.dsn(&cluster.node(0))); // the node's connection string by way of the pooler
//! ```
//!
//! Its files stand in the cluster's directory. It is killed when the value is dropped, after its log was printed if the
//! test fails, or by the [`reaper`](crate::reaper) when the test process dies.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use spock_admin::local::{Account, clean_environment};

use crate::{Cluster, Node, wait_until};

/// How long it may take to listen.
const START_LIMIT: Duration = Duration::from_secs(20);

/// For how long a client has a session of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PoolMode {
    /// Until it disconnects.
    Session,
    /// Until the end of its transaction.
    Transaction,
    /// Until the end of its statement.
    Statement,
}

impl PoolMode {
    fn as_str(self) -> &'static str {
        match self {
            PoolMode::Session => "session",
            PoolMode::Transaction => "transaction",
            PoolMode::Statement => "statement",
        }
    }
}

/// A pgbouncer that runs.
#[derive(Debug)]
pub struct Pgbouncer {
    dir: PathBuf,
    port: u16,
    child: Option<Child>,
}

impl Pgbouncer {
    /// Puts one in front of a node, with more settings than the mode.
    #[track_caller]
    pub fn start(
        cluster: &Cluster,
        node: usize,
        mode: PoolMode,
        settings: &[(&str, &str)],
    ) -> Pgbouncer {
        let port = cluster.local().claim_port().unwrap_or_else(|e| panic!("{e}"));
        let target = cluster.node(node);
        let dir = cluster.dir().join(format!("pgbouncer-{}-{port}", target.name()));
        fs::create_dir(&dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
        let users = dir.join("userlist.txt");
        fs::write(&users, "\"postgres\" \"\"\n").unwrap_or_else(|e| panic!("{e}"));
        let mut ini = format!(
            "[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {}\n\
             pool_mode = {}\n",
            target.port(),
            users.display(),
            mode.as_str()
        );
        for (name, value) in settings {
            ini.push_str(&format!("{name} = {value}\n"));
        }
        fs::write(dir.join("pgbouncer.ini"), ini).unwrap_or_else(|e| panic!("{e}"));
        let mut pgbouncer = Pgbouncer { dir, port, child: None };
        pgbouncer.start_again();
        pgbouncer
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The node's connection string by way of it.
    pub fn dsn(&self, node: &Node<'_>) -> String {
        node.dsn().replace(&format!("port={}", node.port()), &format!("port={}", self.port))
    }

    /// What it has logged: logins, and why connections ended.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.join("pgbouncer.log")).unwrap_or_default()
    }

    /// Ends it at once, and all connections with it.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _gone = child.kill();
            let _status = child.wait();
            let _missing = fs::remove_file(self.dir.join("pgbouncer.pid"));
        }
    }

    /// Starts it where it was, after [`kill`](Self::kill).
    #[track_caller]
    pub fn start_again(&mut self) {
        let log = || {
            let log =
                File::options().create(true).append(true).open(self.dir.join("pgbouncer.log"));
            log.unwrap_or_else(|e| panic!("log of pgbouncer: {e}"))
        };
        let mut command = Command::new(program());
        clean_environment(&mut command);
        // The reaper knows it by its directory.
        command.arg("pgbouncer.ini").current_dir(&self.dir).process_group(0);
        command.stdin(Stdio::null()).stdout(log()).stderr(log());
        // As root it refuses to run.
        Account::choose().unwrap_or_else(|e| panic!("{e}")).apply(&mut command);
        let child = command.spawn().unwrap_or_else(|e| panic!("pgbouncer: {e}"));
        fs::write(self.dir.join("pgbouncer.pid"), format!("{}\n", child.id()))
            .unwrap_or_else(|e| panic!("{e}"));
        let child = self.child.insert(child);
        let mut has_ended = false;
        let listens = || {
            has_ended = !matches!(child.try_wait(), Ok(None));
            has_ended || TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok()
        };
        let is_there = wait_until(START_LIMIT, listens) && !has_ended;
        assert!(is_there, "pgbouncer does not listen: {}", self.log());
    }
}

impl Drop for Pgbouncer {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            eprintln!("==== {} ====", self.dir.display());
            for line in &lines[lines.len().saturating_sub(40)..] {
                eprintln!("   {line}");
            }
        }
    }
}

/// The program; Debian's stands where not every user's path leads to.
fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let known = [PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/sbin")];
    let mut files = std::env::split_paths(&path).chain(known).map(|dir| dir.join("pgbouncer"));
    files
        .find(|file: &PathBuf| Path::is_file(file))
        .unwrap_or_else(|| panic!("no pgbouncer: scripts/install-packages --test installs it"))
}
