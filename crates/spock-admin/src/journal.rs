//! Journals of runs: what was asked for, and each step before and after it is done.
//!
//! One file of JSON lines for each run, `<utc>-<command>-<id>.jsonl`, which its owner alone can read. Every
//! line is on disk before the step that it announces begins. The process that writes it holds a lock of
//! the file: a run without an end whose file is not locked was interrupted. Nothing secret is written.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::{AdminError, Result, redact};

/// Journals that are kept.
const KEPT: usize = 100;

/// What was asked for.
#[derive(Debug, Clone, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Asked {
    /// The command: `cluster init`.
    pub command: String,
    /// Its arguments, secrets masked.
    pub arguments: Vec<String>,
    /// Variables of the environment that count as arguments, secrets masked.
    pub environment: BTreeMap<String, String>,
    /// Something was masked, or came by standard input: the same command cannot be run from this alone.
    pub is_incomplete: bool,
    /// The working directory.
    pub directory: PathBuf,
    /// The cluster.
    pub cluster: String,
    /// The nodes of the cluster.
    pub nodes: Vec<String>,
}

/// One entry.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Entry {
    /// The run begins.
    Started {
        /// What was asked for.
        #[serde(flatten)]
        asked: Asked,
        /// `user@host`.
        holder: String,
        /// The process.
        pid: i32,
        /// Version of the program.
        version: String,
    },
    /// It was taken up again.
    Resumed {
        /// The process.
        pid: i32,
    },
    /// The steps.
    Planned {
        /// Number of steps.
        steps: usize,
    },
    /// The operators' lock is ours.
    Locked {
        /// The nodes that could be reached.
        nodes: Vec<String>,
    },
    /// A step begins.
    StepStarted {
        /// Its id.
        step: String,
        /// Its node.
        node: String,
        /// What it does.
        title: String,
    },
    /// A step ended well.
    StepFinished {
        /// Its id.
        step: String,
        /// Whether it had to do something.
        changed: bool,
    },
    /// A step failed.
    StepFailed {
        /// Its id.
        step: String,
        /// Why.
        error: String,
    },
    /// The run ended.
    Finished {
        /// How.
        state: RunState,
        /// Why, where it did not end well.
        error: Option<String>,
    },
}

/// An entry with its time.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Line {
    at: Timestamp,
    #[serde(flatten)]
    entry: Entry,
}

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Its process lives.
    Running,
    /// Its process died.
    Interrupted,
    /// It ended well.
    Done,
    /// A step failed.
    Failed,
    /// The operators' lock was not to be had.
    Refused,
    /// It was stopped by a signal.
    Cancelled,
}

impl RunState {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            RunState::Running => "running",
            RunState::Interrupted => "interrupted",
            RunState::Done => "done",
            RunState::Failed => "failed",
            RunState::Refused => "refused",
            RunState::Cancelled => "cancelled",
        }
    }
}

/// A step of a run, as its journal has it.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct StepRecord {
    /// Its id.
    pub step: String,
    /// Its node.
    pub node: String,
    /// What it does.
    pub title: String,
    /// running, done, already_done, or failed; interrupted for one in which the process died.
    pub state: &'static str,
    /// When it began, last.
    pub started_at: String,
    /// Why it failed.
    pub error: Option<String>,
}

/// A run, as its journal has it.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct Run {
    /// Its id.
    pub run: String,
    /// How it stands.
    pub state: RunState,
    /// When it began.
    pub started_at: String,
    /// When it ended.
    pub finished_at: Option<String>,
    /// `user@host`.
    pub holder: String,
    /// The process, the last one of several.
    pub pid: i32,
    /// What was asked for.
    #[serde(flatten)]
    pub asked: Asked,
    /// Steps of its plan.
    pub steps_planned: usize,
    /// Steps that were begun.
    pub steps: Vec<StepRecord>,
    /// Why it did not end well.
    pub error: Option<String>,
    /// The journal.
    pub journal: PathBuf,
}

/// A journal that is being written.
#[derive(Debug)]
pub struct Journal {
    id: String,
    file: File,
}

/// The directory of the journals.
pub fn directory() -> Result<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
    let state = match state {
        Some(state) => state,
        None => std::env::var_os("HOME")
            .map(|home| PathBuf::from(home).join(".local/state"))
            .ok_or_else(|| {
                AdminError::config("there is no place for the journal of the run")
                    .hint("set HOME or XDG_STATE_HOME")
            })?,
    };
    Ok(state.join("spockctl/runs"))
}

/// Hexadecimal digits that nobody else has.
pub(crate) fn random_hex(bytes: usize) -> Result<String> {
    let mut buffer = vec![0; bytes];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut buffer))
        .map_err(|e| AdminError::failed(format!("could not read random numbers: {e}")))?;
    Ok(buffer.iter().map(|byte| format!("{byte:02x}")).collect())
}

impl Journal {
    /// Begins a run.
    pub fn create(directory: &Path, asked: Asked, holder: &str) -> Result<Journal> {
        let failed = |e: std::io::Error| {
            AdminError::config(format!(
                "could not write the journal of the run in \"{}\": {e}",
                directory.display()
            ))
            .hint("choose another place with XDG_STATE_HOME")
        };
        DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(failed)?;
        let id = random_hex(4)?;
        let now = Timestamp::now();
        let name = format!(
            "{}-{}-{id}.jsonl",
            now.strftime("%Y%m%dT%H%M%SZ"),
            asked.command.replace(' ', "-")
        );
        let path = directory.join(name);
        let file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(failed)?;
        file.lock().map_err(failed)?;
        let journal = Journal { id, file };
        journal.write(Entry::Started {
            asked,
            holder: holder.to_owned(),
            pid: pid(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })?;
        // The name, too, is to be there after a crash of the machine.
        File::open(directory).and_then(|dir| dir.sync_all()).map_err(failed)?;
        remove_old(directory);
        Ok(journal)
    }

    /// Takes a run up again; fails while its process lives.
    pub async fn resume(directory: &Path, id: &str) -> Result<(Journal, Run)> {
        let run = find(directory, id)?;
        let failed = |e: std::io::Error| {
            AdminError::config(format!("could not open journal \"{}\": {e}", run.journal.display()))
        };
        let file = OpenOptions::new().append(true).open(&run.journal).map_err(failed)?;
        // Somebody may look at it at the moment.
        for attempt in 0.. {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if attempt < 10 => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(AdminError::precondition(format!("run {id} still runs"))
                        .detail(format!("It is process {}.", run.pid)));
                }
                Err(TryLockError::Error(e)) => return Err(failed(e)),
            }
        }
        let journal = Journal { id: run.run.clone(), file };
        journal.write(Entry::Resumed { pid: pid() })?;
        Ok((journal, run))
    }

    /// The id of the run.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Appends an entry; it is on disk afterwards.
    pub fn write(&self, entry: Entry) -> Result<()> {
        let line = Line { at: Timestamp::now(), entry };
        let mut text = serde_json::to_string(&line)
            .map_err(|e| AdminError::failed(format!("could not write the journal: {e}")))?;
        text.push('\n');
        (&self.file)
            .write_all(text.as_bytes())
            .and_then(|()| self.file.sync_data())
            .map_err(|e| AdminError::failed(format!("could not write the journal: {e}")))
    }
}

fn pid() -> i32 {
    nix::unistd::getpid().as_raw()
}

/// Removes the oldest journals; those of running processes stay.
fn remove_old(directory: &Path) {
    let paths = paths(directory).unwrap_or_default();
    for path in paths.iter().rev().skip(KEPT).filter(|path| !is_locked(path)) {
        if let Err(error) = fs::remove_file(path) {
            tracing::warn!(path = %path.display(), %error, "could not remove an old journal");
        }
    }
}

/// Journals, the oldest first.
fn paths(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    match fs::read_dir(directory) {
        Ok(entries) => {
            for entry in entries {
                let path = entry?.path();
                if path.extension().is_some_and(|extension| extension == "jsonl") {
                    paths.push(path);
                }
            }
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
        Err(e) => return Err(e),
    }
    paths.sort();
    Ok(paths)
}

/// Whether a process writes the journal.
fn is_locked(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// All runs, the newest first. A journal that cannot be read is left out, and why is told.
pub fn list(directory: &Path) -> Result<(Vec<Run>, Vec<String>)> {
    let paths = paths(directory).map_err(|e| {
        AdminError::config(format!("could not read \"{}\": {e}", directory.display()))
    })?;
    let (mut runs, mut faults) = (Vec::new(), Vec::new());
    for path in paths.iter().rev() {
        match read(path) {
            Ok(run) => runs.push(run),
            Err(error) => faults.push(error.to_string()),
        }
    }
    Ok((runs, faults))
}

/// The run of this id, or of the one id that begins so.
pub fn find(directory: &Path, id: &str) -> Result<Run> {
    let (runs, _) = list(directory)?;
    let mut found = runs.iter().filter(|run| !id.is_empty() && run.run.starts_with(id));
    match (found.next(), found.next()) {
        (Some(run), None) => Ok(run.clone()),
        (Some(_), Some(_)) => Err(AdminError::precondition(format!(
            "several runs have an id that begins with \"{id}\""
        ))),
        (None, _) => {
            let error = AdminError::precondition(format!("run \"{id}\" does not exist"));
            let near = crate::did_you_mean(id, runs.iter().map(|run| run.run.as_str()));
            Err(match near {
                Some(near) => error.hint(format!("did you mean {near}?")),
                None => error.hint("see what there is with `spockctl runs list`"),
            })
        }
    }
}

/// Whether a run of this machine's journals is known to have no process.
pub fn is_dead(directory: &Path, id: &str) -> bool {
    let suffix = format!("-{id}.jsonl");
    paths(directory)
        .unwrap_or_default()
        .iter()
        .find(|path| path.to_string_lossy().ends_with(&suffix))
        .is_some_and(|path| path.exists() && !is_locked(path))
}

fn read(path: &Path) -> Result<Run> {
    let failed = |why: String| {
        AdminError::config(format!("could not read journal \"{}\": {why}", path.display()))
    };
    let text = fs::read_to_string(path).map_err(|e| failed(e.to_string()))?;
    let id = path.file_stem().unwrap_or_default().to_string_lossy();
    let id = id.rsplit('-').next().unwrap_or_default();
    // What was being written when the machine stopped ends without a newline.
    let whole = &text[..text.rfind('\n').map_or(0, |at| at + 1)];
    let mut lines = whole.lines().map(serde_json::from_str::<Line>);
    let mut run = match lines.next() {
        Some(Ok(Line { at, entry: Entry::Started { asked, holder, pid, .. } })) => Run {
            run: id.to_owned(),
            state: RunState::Running,
            started_at: at.to_string(),
            finished_at: None,
            holder,
            pid,
            asked,
            steps_planned: 0,
            steps: Vec::new(),
            error: None,
            journal: path.to_owned(),
        },
        Some(Err(e)) => return Err(failed(e.to_string())),
        _ => return Err(failed("it has no beginning".to_owned())),
    };
    for line in lines {
        run.note(line.map_err(|e| failed(e.to_string()))?);
    }
    if run.state == RunState::Running && !is_locked(path) {
        run.state = RunState::Interrupted;
        for step in run.steps.iter_mut().filter(|step| step.state == "running") {
            step.state = "interrupted";
        }
    }
    Ok(run)
}

impl Run {
    fn note(&mut self, line: Line) {
        let at = line.at.to_string();
        match line.entry {
            Entry::Started { .. } | Entry::Locked { .. } => {}
            Entry::Resumed { pid } => {
                self.state = RunState::Running;
                self.pid = pid;
                self.finished_at = None;
                self.error = None;
            }
            Entry::Planned { steps } => self.steps_planned = steps,
            Entry::StepStarted { step, node, title } => {
                self.steps.retain(|known| known.step != step);
                let (state, error) = ("running", None);
                self.steps.push(StepRecord { step, node, title, state, started_at: at, error });
            }
            Entry::StepFinished { step, changed } => {
                self.set(&step, if changed { "done" } else { "already_done" }, None);
            }
            Entry::StepFailed { step, error } => self.set(&step, "failed", Some(error)),
            Entry::Finished { state, error } => {
                self.state = state;
                self.error = error;
                self.finished_at = Some(at);
            }
        }
    }

    fn set(&mut self, step: &str, state: &'static str, error: Option<String>) {
        if let Some(known) = self.steps.iter_mut().find(|known| known.step == step) {
            known.state = state;
            known.error = error;
        }
    }
}

/// Masks secrets in a command line; whether something was masked.
///
/// A statement that speaks of a password is left out as a whole: where the password stands in it only the
/// server knows.
pub fn redact_arguments(arguments: &[String]) -> (Vec<String>, bool) {
    let mut masked = false;
    let mut is_statement = false;
    let out = arguments
        .iter()
        .map(|argument| {
            let stands_in_one = argument.starts_with("--command=")
                || (argument.starts_with("-c") && argument.len() > 2);
            let text = if (is_statement || stands_in_one)
                && argument.to_ascii_lowercase().contains("password")
            {
                "****".to_owned()
            } else {
                redact(argument)
            };
            masked |= text != *argument;
            is_statement = matches!(argument.as_str(), "-c" | "--command");
            text
        })
        .collect();
    (out, masked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Asked {
        Asked {
            command: "cluster init".to_owned(),
            arguments: vec!["cluster".to_owned(), "init".to_owned()],
            environment: BTreeMap::new(),
            is_incomplete: false,
            directory: PathBuf::from("/"),
            cluster: "test".to_owned(),
            nodes: vec!["n1".to_owned()],
        }
    }

    #[test]
    fn a_run_without_an_end_is_interrupted_once_its_process_is_gone() {
        let dir = tempfile::tempdir().expect("a directory");
        let dir = dir.path().join("runs");
        let journal = Journal::create(&dir, asked(), "me@here").expect("a journal");
        let step = || "n1.a".to_owned();
        let start = Entry::StepStarted { step: step(), node: "n1".into(), title: "do it".into() };
        journal.write(start).expect("an entry");
        let run = find(&dir, &journal.id()[..5]).expect("the run");
        assert_eq!((run.state, run.steps[0].state), (RunState::Running, "running"));
        assert!(!is_dead(&dir, journal.id()));
        let id = journal.id().to_owned();
        drop(journal);
        // Half a line, as a crash of the machine leaves it.
        let mut file = OpenOptions::new().append(true).open(&run.journal).expect("the file");
        file.write_all(b"{\"at\":").expect("a write");
        let run = find(&dir, &id).expect("the run");
        assert_eq!((run.state, run.steps[0].state), (RunState::Interrupted, "interrupted"));
        assert!(is_dead(&dir, &id));
        assert!(!is_dead(&dir, "00"), "what is not known is not dead");
        use std::os::unix::fs::PermissionsExt as _;
        let mode =
            |path: &Path| fs::metadata(path).expect("it exists").permissions().mode() & 0o777;
        assert_eq!((mode(&dir), mode(&run.journal)), (0o700, 0o600));
    }

    #[test]
    fn the_newest_are_kept() {
        let dir = tempfile::tempdir().expect("a directory");
        for at in 0..KEPT + 3 {
            let name = format!("20200101T000000Z-x-{at:08}.jsonl");
            fs::write(dir.path().join(name), "").expect("a file");
        }
        let journal = Journal::create(dir.path(), asked(), "me@here").expect("a journal");
        let kept = paths(dir.path()).expect("the journals");
        assert_eq!(kept.len(), KEPT);
        assert!(kept[KEPT - 1].to_string_lossy().contains(journal.id()));
    }

    #[test]
    fn secrets_of_arguments_are_masked() {
        let mask = |args: &[&str]| {
            redact_arguments(&args.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>())
        };
        let (args, masked) = mask(&["ddl", "run", "-c", "CREATE ROLE x PASSWORD 'canary'", "-y"]);
        assert!(masked);
        assert_eq!(args, ["ddl", "run", "-c", "****", "-y"]);
        let (args, masked) = mask(&["--command=ALTER ROLE x PASSWORD 'canary'"]);
        assert!(masked && !args[0].contains("canary"));
        let (args, masked) = mask(&["-d", "host=x password=canary"]);
        assert!(masked && !args[1].contains("canary"), "{args:?}");
        let (args, masked) = mask(&["-d", "postgres://u:canary@h/db"]);
        assert!(masked && !args[1].contains("canary"), "{args:?}");
        let plain = ["--password-file", "/run/password", "-c", "CREATE TABLE t ()"];
        let (args, masked) = mask(&plain);
        assert!(!masked);
        assert_eq!(args, plain);
    }
}
