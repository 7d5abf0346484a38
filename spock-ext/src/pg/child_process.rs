//! Programs run by a worker: pg_dump and its kin.
//!
//! No threads and no pipes: what a program says goes to a file, and the worker waits on its latch.
//!
//! **Invariants**: a program never outlives the worker that started it, however the worker ends (the
//! kernel is told so when it starts); it inherits none of the server's `PG*` environment except what
//! says where to find credentials; secrets travel in its environment, never in its arguments.

use std::ffi::OsString;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use pgrx::{PgSqlErrorCode, pg_sys};

use super::error::SpockError;

/// How much of a program's output an error repeats.
const REPEATED: usize = 2000;

/// Variables of the server's environment that a client program may use.
const KEPT: [&str; 6] =
    ["PGPASSFILE", "PGSERVICEFILE", "PGSYSCONFDIR", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY"];

/// A program to run.
pub(crate) struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(&'static str, String)>,
}

impl Program {
    /// The program at `path`.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, arguments: Vec::new(), environment: Vec::new() }
    }

    /// Adds an argument.
    pub(crate) fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Adds arguments.
    pub(crate) fn args<T: Into<OsString>>(
        mut self,
        arguments: impl IntoIterator<Item = T>,
    ) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Adds a variable of the environment.
    pub(crate) fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Runs the program to its end, standard output and error into `output`. An error carries what
    /// it said. `tick` is called about once a second.
    pub(crate) fn run(&self, output: &Path, tick: &mut dyn FnMut()) -> Result<(), SpockError> {
        let failed =
            |why: String| SpockError::new(PgSqlErrorCode::ERRCODE_EXTERNAL_ROUTINE_EXCEPTION, why);
        let file = File::create(output).and_then(|file| Ok((file.try_clone()?, file))).map_err(
            |error| failed(format!("could not create \"{}\": {error}", output.display())),
        )?;
        let mut command = Command::new(&self.path);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("PG") && !KEPT.contains(&&*text) || text.starts_with("LC_") {
                command.env_remove(&name);
            }
        }
        command
            .args(&self.arguments)
            .env("LANG", "C")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(file.0)
            .stderr(file.1);
        // SAFETY: the closure runs in the new process and makes one system call, which is
        // async-signal-safe.
        unsafe {
            command.pre_exec(|| match libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM) {
                0 => Ok(()),
                _ => Err(std::io::Error::last_os_error()),
            });
        }
        let child = command.spawn().map_err(|error| {
            failed(format!("could not run \"{}\": {error}", self.path.display()))
        })?;
        let status = Running(child)
            .wait(tick)
            .map_err(|error| failed(format!("could not wait for {}: {error}", self.name())))?;
        if status.success() {
            return Ok(());
        }
        let said = std::fs::read(output).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let said = spock_core::conninfo::mask(said.trim());
        let start = said.len().saturating_sub(REPEATED);
        let start = (start..said.len()).find(|at| said.is_char_boundary(*at)).unwrap_or(0);
        let tail = &said[start..];
        let error = failed(format!("{} failed ({status}): {}", self.name(), first_error(tail)));
        Err(error.detail(tail.to_owned()))
    }
}

/// The line that says most: the first with an error in it, else the last.
fn first_error(said: &str) -> &str {
    let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let telling = |line: &&str| line.contains("ERROR:") || line.contains("error:");
    lines.clone().find(telling).or_else(|| lines.next_back()).unwrap_or("no message")
}

/// A started program; it is ended when this goes.
struct Running(Child);

impl Running {
    fn wait(mut self, tick: &mut dyn FnMut()) -> std::io::Result<ExitStatus> {
        let mut pause = Duration::from_millis(5);
        let mut since_tick = Duration::ZERO;
        loop {
            if let Some(status) = self.0.try_wait()? {
                return Ok(status);
            }
            super::latch::wait(pause);
            since_tick += pause;
            if since_tick >= Duration::from_secs(1) {
                since_tick = Duration::ZERO;
                tick();
            }
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }
}

impl Drop for Running {
    /// Calls no server function, so it may run while an error unwinds. Both calls do nothing once
    /// the program was waited for.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The directory of the running server's programs.
pub(crate) fn server_programs() -> PathBuf {
    // SAFETY: a NUL-terminated array that the postmaster filled before it forked.
    let path = unsafe { std::ffi::CStr::from_ptr((&raw const pg_sys::my_exec_path).cast()) };
    let path = PathBuf::from(path.to_string_lossy().into_owned());
    path.parent().map(Path::to_path_buf).unwrap_or_default()
}
