//! One server of a local cluster: its life, its settings, its log, its processes.
//!
//! Methods take `&self` and may be called from several threads. What must outlive the program is
//! written to `node.json` in the node's directory at each change.
//!
//! **Invariants**
//! - A server that this program started is reaped by it; one that it found running is recognised by
//!   its working directory, so that a recycled process id is never signalled.
//! - Every wait has a limit.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde::{Deserialize, Serialize};

use super::cluster::Shared;
use super::conf::{self, Settings};
use super::process::{self, ServerProcess};
use super::tree::{self, Take};
use super::{FakeClock, ServerCopy, StopMode};
use crate::client::quote_identifier;
use crate::error::{AdminError, ErrorKind, Result};

/// How long a server may take to start; recovery after a crash under load counts in.
const START_LIMIT: Duration = Duration::from_secs(300);
/// How long a server may take to stop.
const STOP_LIMIT: Duration = Duration::from_secs(60);
/// How often a state is looked at.
const POLL: Duration = Duration::from_millis(10);

/// What a node remembers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct NodeState {
    pub(super) port: u16,
    pub(super) settings: Settings,
    pub(super) databases: Vec<String>,
    pub(super) fake_clock: bool,
    /// Where the node has another server than its cluster.
    #[serde(default)]
    pub(super) own_server: Option<ServerCopy>,
}

/// One server of a [`LocalCluster`](super::LocalCluster).
#[derive(Debug)]
pub struct LocalNode {
    name: String,
    dir: PathBuf,
    shared: Arc<Shared>,
    state: Mutex<NodeState>,
    child: Mutex<Option<Child>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic of another thread leaves plain data behind, which stays usable.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl LocalNode {
    pub(super) fn new(name: String, shared: Arc<Shared>, state: NodeState) -> LocalNode {
        let dir = shared.dir.join(&name);
        LocalNode { name, dir, shared, state: Mutex::new(state), child: Mutex::new(None) }
    }

    pub(super) fn open(name: String, shared: Arc<Shared>) -> Result<LocalNode> {
        let path = shared.dir.join(&name).join("node.json");
        let bytes = fs::read(&path).map_err(|e| super::io("read", &path, e))?;
        let state = serde_json::from_slice(&bytes).map_err(|e| {
            AdminError::config(format!("\"{}\" is no node's state", path.display()))
                .detail(e.to_string())
        })?;
        Ok(Self::new(name, shared, state))
    }

    /// Writes the configuration and what the node remembers.
    pub(super) fn save(&self) -> Result<()> {
        let state = lock(&self.state).clone();
        let conf = conf::render(&state.settings, state.port, &self.shared.sockets);
        let json = serde_json::to_string_pretty(&state).unwrap_or_default();
        for (path, text) in
            [(self.data_dir().join("postgresql.conf"), conf), (self.dir.join("node.json"), json)]
        {
            let new = path.with_extension("new");
            fs::write(&new, text).map_err(|e| super::io("write", &new, e))?;
            self.shared.account.own(&new)?;
            fs::rename(&new, &path).map_err(|e| super::io("write", &path, e))?;
        }
        Ok(())
    }

    /// Its name, such as `n1`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        lock(&self.state).port
    }

    /// The databases that were asked for, in that order; the first is the usual one.
    pub fn databases(&self) -> Vec<String> {
        lock(&self.state).databases.clone()
    }

    /// Its directory, with the data directory, the log and the clock inside.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The data directory.
    pub fn data_dir(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// The server's log.
    pub fn log_path(&self) -> PathBuf {
        self.dir.join("server.log")
    }

    /// The private copy of the server that it runs.
    pub fn server(&self) -> ServerCopy {
        let own = lock(&self.state).own_server.clone();
        own.unwrap_or_else(|| self.shared.server.clone())
    }

    /// The directory of the unix socket.
    pub fn socket_dir(&self) -> &Path {
        &self.shared.sockets
    }

    /// A connection string over TCP, without password.
    pub fn conninfo(&self, database: &str) -> String {
        format!("host=127.0.0.1 port={} user=postgres dbname={}", self.port(), value(database))
    }

    /// A connection string over the unix socket, which needs no password.
    pub fn socket_conninfo(&self, database: &str) -> String {
        format!(
            "host={} port={} user=postgres dbname={}",
            value(&self.shared.sockets.to_string_lossy()),
            self.port(),
            value(database)
        )
    }

    /// A client program of this server's version (`psql`, `pgbench`, `pg_dump`), with the
    /// environment that leads it to this node.
    pub fn client(&self, program: &str, database: &str) -> Command {
        let mut command = Command::new(self.server().program(program));
        command
            .env("PGHOST", &self.shared.sockets)
            .env("PGPORT", self.port().to_string())
            .env("PGUSER", "postgres")
            .env("PGDATABASE", database)
            .env_remove("PGPASSWORD")
            .env_remove("PGSERVICE")
            .env_remove("PGOPTIONS");
        command
    }

    /// Runs statements through `psql`, from standard input, so that they appear in no process list.
    pub fn psql(&self, database: &str, sql: &str) -> Result<String> {
        use std::io::Write as _;
        let mut command = self.client("psql", database);
        command.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let run = || -> std::io::Result<std::process::Output> {
            let mut child = command.spawn()?;
            if let Some(mut stdin) = child.stdin.take() {
                stdin.write_all(sql.as_bytes())?;
            }
            child.wait_with_output()
        };
        let output = { run }().map_err(|e| {
            AdminError::failed(format!("could not run psql: {e}")).on(self.name.as_str())
        })?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(AdminError::failed("a statement failed")
                .on(self.name.as_str())
                .detail(crate::error::redact(&text)));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }

    /// Creates a database, and remembers it.
    pub fn create_database(&self, database: &str) -> Result<()> {
        self.psql("postgres", &format!("CREATE DATABASE {}", quote_identifier(database)))?;
        {
            let mut state = lock(&self.state);
            if !state.databases.iter().any(|d| d == database) {
                state.databases.push(database.to_owned());
            }
        }
        self.save()
    }

    /// The value that the configuration file has for a setting.
    pub fn setting(&self, name: &str) -> Option<String> {
        lock(&self.state).settings.get(name).cloned()
    }

    /// Writes settings into the configuration file; [`reload`](Self::reload) or a restart makes
    /// them hold.
    pub fn set(&self, settings: &[(&str, &str)]) -> Result<()> {
        {
            let mut state = lock(&self.state);
            for (name, value) in settings {
                state.settings.insert((*name).to_owned(), (*value).to_owned());
            }
        }
        self.save()
    }

    /// Takes a setting out of the configuration file.
    pub fn unset(&self, name: &str) -> Result<()> {
        lock(&self.state).settings.remove(name);
        self.save()
    }

    /// Makes the server read its configuration again.
    pub fn reload(&self) -> Result<()> {
        process::signal(self.running_pid()?, Signal::SIGHUP);
        Ok(())
    }

    /// The clock that can be stepped, when the cluster was built with one.
    pub fn clock(&self) -> Option<FakeClock> {
        lock(&self.state).fake_clock.then(|| FakeClock::at(self.dir.join("clock")))
    }

    /// Starts the server and waits until it accepts connections.
    pub fn start(&self) -> Result<()> {
        if self.is_running() {
            return Ok(());
        }
        let begun = Instant::now();
        loop {
            match self.try_start() {
                // A connection of someone else may hold the port for a moment.
                Err(error) if error.kind == ErrorKind::Connect => {
                    if begun.elapsed() > Duration::from_secs(5) {
                        return Err(error);
                    }
                    sleep(Duration::from_millis(200));
                }
                other => return other,
            }
        }
    }

    /// [`start`](Self::start) of a new node, which may still change its port.
    pub(super) fn start_first_time(&self) -> Result<()> {
        for _ in 0..5 {
            match self.try_start() {
                Err(error) if error.kind == ErrorKind::Connect => {
                    lock(&self.state).port = super::ports::claim(&self.shared.dir)?;
                    self.save()?;
                }
                other => return other,
            }
        }
        self.try_start()
    }

    fn try_start(&self) -> Result<()> {
        let mark = self.log_size();
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log_path())
            .map_err(|e| super::io("open", &self.log_path(), e))?;
        let log_too = log.try_clone().map_err(|e| super::io("open", &self.log_path(), e))?;
        let mut command = Command::new(self.server().program("postgres"));
        command.arg("-D").arg(self.data_dir()).stdin(Stdio::null()).stdout(log).stderr(log_too);
        super::clean_environment(&mut command);
        if let Some(clock) = self.clock() {
            clock.apply(&mut command)?;
        }
        // A group of its own: an interrupt from the terminal is the caller's to handle.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        self.shared.account.apply(&mut command);
        let child =
            command.spawn().map_err(|e| super::io("run", &self.server().program("postgres"), e))?;
        let pid = child.id();
        *lock(&self.child) = Some(child);

        let begun = Instant::now();
        while begun.elapsed() < START_LIMIT {
            if self.pid_file_says_ready(pid) {
                return Ok(());
            }
            if !self.is_running() && self.reaped() {
                let said = self.log_since(mark);
                return Err(if said.contains("Address already in use") {
                    AdminError::new(ErrorKind::Connect, "the port is in use").on(self.name.as_str())
                } else {
                    AdminError::failed("the server did not start")
                        .on(self.name.as_str())
                        .detail(super::tail(&said, 20))
                        .hint(format!("see \"{}\"", self.log_path().display()))
                });
            }
            sleep(POLL);
        }
        Err(AdminError::timeout("the server did not become ready")
            .on(self.name.as_str())
            .detail(super::tail(&self.log_since(mark), 20)))
    }

    /// Whether the file of the postmaster names this process and the state `ready`, or `standby`.
    fn pid_file_says_ready(&self, pid: u32) -> bool {
        let text = fs::read_to_string(self.data_dir().join("postmaster.pid")).unwrap_or_default();
        let mut lines = text.lines();
        lines.next().and_then(|l| l.trim().parse().ok()) == Some(pid)
            && lines.nth(6).is_some_and(|l| matches!(l.trim(), "ready" | "standby"))
    }

    /// Stops the server and waits until it is gone.
    pub fn stop(&self, mode: StopMode) -> Result<()> {
        let Ok(pid) = self.running_pid() else { return Ok(()) };
        process::signal(
            pid,
            match mode {
                StopMode::Fast => Signal::SIGINT,
                StopMode::Immediate => Signal::SIGQUIT,
            },
        );
        self.wait_gone(&[pid], STOP_LIMIT)
    }

    /// Stops and starts.
    pub fn restart(&self, mode: StopMode) -> Result<()> {
        self.stop(mode)?;
        self.start()
    }

    /// Kills all processes of the server at once, as a power failure does (what the operating
    /// system had taken survives).
    pub fn crash(&self) -> Result<()> {
        let pid = self.running_pid()?;
        // A stopped postmaster cannot start further children while they are counted.
        process::signal(pid, Signal::SIGSTOP);
        let mut all: Vec<i32> = process::children(pid).iter().map(|p| p.pid).collect();
        all.insert(0, pid);
        for &each in &all {
            process::signal(each, Signal::SIGKILL);
        }
        self.wait_gone(&all, STOP_LIMIT)
    }

    /// Kills the postmaster alone, and waits until its children have noticed and ended.
    pub fn kill_postmaster(&self) -> Result<()> {
        let pid = self.running_pid()?;
        process::signal(pid, Signal::SIGSTOP);
        let mut all: Vec<i32> = process::children(pid).iter().map(|p| p.pid).collect();
        all.insert(0, pid);
        process::signal(pid, Signal::SIGKILL);
        self.wait_gone(&all, STOP_LIMIT)
    }

    /// Stops all processes where they stand, until [`resume`](Self::resume).
    pub fn pause(&self) -> Result<()> {
        self.signal_all(Signal::SIGSTOP)
    }

    /// Lets paused processes go on.
    pub fn resume(&self) -> Result<()> {
        self.signal_all(Signal::SIGCONT)
    }

    fn signal_all(&self, signal: Signal) -> Result<()> {
        let pid = self.running_pid()?;
        process::signal(pid, signal);
        for child in process::children(pid) {
            process::signal(child.pid, signal);
        }
        Ok(())
    }

    /// The server's processes but the postmaster.
    pub fn processes(&self) -> Vec<ServerProcess> {
        self.running_pid().map(process::children).unwrap_or_default()
    }

    /// Sends a signal to the children of this server that are picked, all found at one moment;
    /// says how many there were.
    pub fn signal_children(&self, signal: Signal, pick: impl Fn(&ServerProcess) -> bool) -> usize {
        let picked: Vec<ServerProcess> = self.processes().into_iter().filter(|p| pick(p)).collect();
        for child in &picked {
            process::signal(child.pid, signal);
        }
        picked.len()
    }

    /// The postmaster's process id while the server runs.
    pub fn pid(&self) -> Option<i32> {
        let text = fs::read_to_string(self.data_dir().join("postmaster.pid")).ok()?;
        let pid = text.lines().next()?.trim().parse().ok()?;
        process::is_postmaster_of(pid, &self.data_dir()).then_some(pid)
    }

    fn running_pid(&self) -> Result<i32> {
        self.pid().ok_or_else(|| {
            AdminError::precondition("the server is not running").on(self.name.as_str())
        })
    }

    /// Keeps a copy of the data directory of the stopped server under a name.
    pub fn keep_data(&self, name: &str) -> Result<()> {
        self.copy_data(&self.data_dir(), &self.dir.join("kept").join(name))
    }

    /// Puts a kept copy in the place of the data directory of the stopped server, as a restore
    /// from an old backup does.
    pub fn bring_back_data(&self, name: &str) -> Result<()> {
        let kept = self.dir.join("kept").join(name);
        if self.is_running() || !kept.is_dir() {
            return Err(AdminError::precondition(format!("cannot bring back \"{name}\""))
                .on(self.name.as_str())
                .detail("The server must be stopped, and the copy must have been made."));
        }
        let data = self.data_dir();
        fs::remove_dir_all(&data).map_err(|e| super::io("remove", &data, e))?;
        self.copy_data(&kept, &data)?;
        // Settings stay as they are now.
        self.save()
    }

    pub(super) fn copy_data(&self, from: &Path, to: &Path) -> Result<()> {
        if self.is_running() {
            return Err(AdminError::precondition("the server is running")
                .on(self.name.as_str())
                .detail("A data directory is copied while its server is stopped."));
        }
        tree::copy(from, to, Take::Copy, Some(&self.shared.account))
    }

    /// Whether the server runs; a paused one does.
    pub fn is_running(&self) -> bool {
        self.pid().is_some()
    }

    /// Collects the child's exit status; true when there is no child left.
    fn reaped(&self) -> bool {
        let mut child = lock(&self.child);
        if let Some(running) = child.as_mut()
            && matches!(running.try_wait(), Ok(None))
        {
            return false;
        }
        *child = None;
        true
    }

    fn wait_gone(&self, pids: &[i32], limit: Duration) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < limit {
            self.reaped();
            if !pids.iter().any(|&pid| process::is_alive(pid)) {
                return Ok(());
            }
            sleep(POLL);
        }
        Err(AdminError::timeout("the server did not stop")
            .on(self.name.as_str())
            .detail(super::tail(&self.log(), 20)))
    }

    /// The whole log.
    pub fn log(&self) -> String {
        self.log_since(0)
    }

    /// The log's length: a mark for [`log_since`](Self::log_since).
    pub fn log_size(&self) -> u64 {
        fs::metadata(self.log_path()).map_or(0, |m| m.len())
    }

    /// What was logged after the mark.
    pub fn log_since(&self, mark: u64) -> String {
        let read = || -> std::io::Result<Vec<u8>> {
            let mut file = File::open(self.log_path())?;
            file.seek(SeekFrom::Start(mark))?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        String::from_utf8_lossy(&read().unwrap_or_default()).into_owned()
    }
}

/// Quotes a connection string's value where it needs it.
pub(super) fn value(text: &str) -> String {
    let plain = !text.is_empty()
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
    if plain {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
