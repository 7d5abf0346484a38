//! The new server: private while it recovers and is made another node, then as it is to be.
//!
//! The private server listens on no address, and on a socket that only its account and root can use. It has
//! the libraries of the provider without `spock`: workers of the copied node would read from the slots
//! of the real one. Native subscriptions, archiving and the synchronization of slots are off for the same
//! reason. It ends with this program ([`crate::child`]).

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use spock_admin::client::{Client, ConnectOptions};
use spock_admin::conninfo::Conninfo;
use spock_admin::conninfo::resolve::Env;
use spock_admin::error::{AdminError, Result, redact};
use spock_admin::wait::{Deadline, POLL};
use tokio::process::Child;

use crate::child::{self, Farewell};
use crate::target::Target;

/// What the private server is started with.
#[derive(Debug)]
pub(crate) struct Private<'a> {
    pub(crate) socket_dir: &'a Path,
    pub(crate) hba_file: &'a Path,
    pub(crate) port: u16,
    pub(crate) user: &'a str,
    /// shared_preload_libraries without ours.
    pub(crate) libraries: &'a str,
    /// How it gets the log of the provider.
    pub(crate) primary_conninfo: &'a str,
    /// Where recovery ends.
    pub(crate) restore_point: &'a str,
    pub(crate) major: i32,
}

/// Who may connect: whoever can use the socket.
pub(crate) const HBA: &str = "local all all trust\n";

/// An environment in which nothing is set.
struct NoEnv;

impl Env for NoEnv {
    fn var(&self, _name: &str) -> Option<String> {
        None
    }
}

/// The private server while it runs.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    log: PathBuf,
    info: Conninfo,
}

impl Private<'_> {
    fn settings(&self) -> Vec<(&'static str, String)> {
        let text = str::to_owned;
        let mut settings = vec![
            ("listen_addresses", String::new()),
            ("port", self.port.to_string()),
            ("unix_socket_directories", format!("\"{}\"", self.socket_dir.display())),
            ("unix_socket_permissions", text("0700")),
            ("hba_file", self.hba_file.display().to_string()),
            ("external_pid_file", String::new()),
            ("ssl", text("off")),
            ("shared_preload_libraries", text(self.libraries)),
            ("max_logical_replication_workers", text("0")),
            ("archive_mode", text("off")),
            ("synchronous_standby_names", String::new()),
            ("hot_standby", text("on")),
            ("logging_collector", text("off")),
            ("log_destination", text("stderr")),
            ("primary_conninfo", text(self.primary_conninfo)),
            ("primary_slot_name", String::new()),
            ("restore_command", String::new()),
            ("recovery_min_apply_delay", text("0")),
            ("recovery_target", String::new()),
            ("recovery_target_time", String::new()),
            ("recovery_target_xid", String::new()),
            ("recovery_target_lsn", String::new()),
            ("recovery_target_name", text(self.restore_point)),
            ("recovery_target_action", text("promote")),
        ];
        if self.major >= 17 {
            settings.push(("sync_replication_slots", text("off")));
        }
        settings
    }

    /// Starts it; it recovers as a standby.
    pub(crate) fn start(&self, target: &Target) -> Result<Server> {
        target.write_private(&target.pgdata.join("standby.signal"), "")?;
        target.make_dir(&target.logdir)?;
        let log = target.logdir.join("spock_create_subscriber_recovery.log");
        target.write_private(&log, "")?;
        let open = || File::options().append(true).open(&log);
        let failed =
            |e: std::io::Error| AdminError::failed(format!("could not start the server: {e}"));
        let mut command =
            child::bound(&target.program("postgres"), &target.account, Farewell::Quit)?;
        command.arg("-D").arg(&target.pgdata).args(config_args(target));
        for (name, value) in self.settings() {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command.stdin(Stdio::null());
        command.stdout(open().map_err(failed)?).stderr(open().map_err(failed)?);
        let child = tokio::process::Command::from(command).spawn().map_err(failed)?;
        let info = Conninfo::new()
            .with("host", self.socket_dir.display())
            .with("port", self.port)
            .with("user", self.user)
            .with("sslmode", "disable")
            .with("dbname", "postgres");
        Ok(Server { child, log, info })
    }
}

impl Server {
    /// Waits until recovery has ended with a promotion.
    pub(crate) async fn promoted(&mut self, limit: Option<Duration>) -> Result<()> {
        let deadline = limit.map(Deadline::after);
        let mut session: Option<Client> = None;
        loop {
            if let Some(status) = self.child.try_wait().ok().flatten() {
                return Err(AdminError::failed("the new server stopped before it was promoted")
                    .detail(format!("It ended with {status}.\n{}", self.log_tail())));
            }
            if session.is_none() {
                session = self.connect("postgres", Duration::from_secs(30)).await.ok();
            }
            if let Some(client) = &session {
                match client.query_one("SELECT pg_catalog.pg_is_in_recovery()", &[]).await {
                    Ok(row) if !row.get::<_, bool>(0) => return Ok(()),
                    Ok(_) => {}
                    Err(_) => session = None,
                }
            }
            if deadline.is_some_and(|deadline| deadline.is_over()) {
                return Err(AdminError::timeout("recovery of the new server did not end in time")
                    .detail(self.log_tail())
                    .hint("give it more with --recovery-timeout"));
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// A session of its superuser.
    pub(crate) async fn connect(
        &self,
        database: &str,
        statement_timeout: Duration,
    ) -> Result<Client> {
        let options = ConnectOptions {
            application_name: "spock_create_subscriber".to_owned(),
            statement_timeout,
            ..ConnectOptions::default()
        };
        let info = self.info.clone().with("dbname", database);
        Client::connect_to("the new server", &info, &options, &NoEnv).await
    }

    /// Stops it in order, so that nothing is to be recovered.
    pub(crate) async fn stop(&mut self, limit: Duration) -> Result<()> {
        self.signal(Signal::SIGINT);
        match tokio::time::timeout(limit, self.child.wait()).await {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(AdminError::failed("the new server did not stop in order")
                .detail(format!("It ended with {status}.\n{}", self.log_tail()))),
            Ok(Err(e)) => {
                Err(AdminError::failed(format!("could not wait for the new server: {e}")))
            }
            Err(_) => {
                Err(AdminError::timeout("the new server did not stop").detail(self.log_tail()))
            }
        }
    }

    /// Ends it at once.
    pub(crate) async fn abandon(&mut self) {
        self.signal(Signal::SIGQUIT);
        if tokio::time::timeout(Duration::from_secs(30), self.child.wait()).await.is_err() {
            let _ = self.child.kill().await;
        }
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = self.child.id().and_then(|pid| i32::try_from(pid).ok()) {
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }

    fn log_tail(&self) -> String {
        tail(&self.log)
    }
}

/// Starts the server as it is to be; it goes on after this program.
pub(crate) async fn start_for_good(target: &Target, limit: Duration) -> Result<()> {
    let log = target.logdir.join("spock_create_subscriber_server.log");
    target.write_private(&log, "")?;
    let seconds = limit.as_secs().max(1).to_string();
    let config = config_args(target)
        .iter()
        .map(|arg| shlex::try_quote(arg).map(std::borrow::Cow::into_owned))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| AdminError::config("the path of the configuration file cannot be quoted"))?
        .join(" ");
    let mut args: Vec<&OsStr> = vec!["start".as_ref(), "-s".as_ref(), "-w".as_ref()];
    args.extend([OsStr::new("-t"), seconds.as_ref(), "-D".as_ref(), target.pgdata.as_os_str()]);
    args.extend([OsStr::new("-l"), log.as_os_str()]);
    if !config.is_empty() {
        args.extend([OsStr::new("-o"), config.as_ref()]);
    }
    target.run("pg_ctl", &args).await.map_err(|error| {
        error.context("the new server did not start").hint(format!("see \"{}\"", log.display()))
    })
}

/// Stops it again.
pub(crate) async fn stop_for_good(target: &Target, limit: Duration) -> Result<()> {
    let seconds = limit.as_secs().max(1).to_string();
    let args: Vec<&OsStr> = vec![
        "stop".as_ref(),
        "-s".as_ref(),
        "-w".as_ref(),
        "-m".as_ref(),
        "fast".as_ref(),
        "-t".as_ref(),
        seconds.as_ref(),
        "-D".as_ref(),
        target.pgdata.as_os_str(),
    ];
    target.run("pg_ctl", &args).await
}

/// The configuration file where it lies outside; that one may name another data directory.
fn config_args(target: &Target) -> Vec<String> {
    let Some(file) = &target.config_file else { return Vec::new() };
    vec![
        "-c".to_owned(),
        format!("config_file={}", file.display()),
        "-c".to_owned(),
        format!("data_directory={}", target.pgdata.display()),
    ]
}

/// The last lines of a log.
fn tail(path: &Path) -> String {
    let bytes = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    redact(&lines[lines.len().saturating_sub(10)..].join("\n"))
}
