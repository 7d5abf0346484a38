//! Runs as their journals tell them.

use std::cmp::Reverse;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Serialize;

use super::file::{is_locked, paths};
use super::{Asked, Entry, Line, RunState};
use crate::error::{AdminError, Result};

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
    /// The digest of the text with passwords that it executes.
    #[serde(skip)]
    pub secret: Option<String>,
    /// Steps of its plan.
    pub steps_planned: usize,
    /// Steps that were begun.
    pub steps: Vec<StepRecord>,
    /// Why it did not end well.
    pub error: Option<String>,
    /// The journal.
    pub journal: PathBuf,
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
    // Names of files tell runs of one second not apart.
    runs.sort_by_key(|run| Reverse(run.started_at.parse::<Timestamp>().ok()));
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
            secret: None,
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
            Entry::Secret { digest } => self.secret = Some(digest),
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

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;
    use std::io::Write as _;

    use super::super::Journal;
    use super::super::tests::asked;
    use super::*;

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
    fn runs_of_one_second_are_in_order() {
        let dir = tempfile::tempdir().expect("a directory");
        let begin =
            |_| Journal::create(dir.path(), asked(), "me@here").expect("a journal").id().to_owned();
        let mut begun: Vec<String> = (0..10).map(begin).collect();
        begun.reverse();
        let (runs, _) = list(dir.path()).expect("the runs");
        let listed: Vec<String> = runs.into_iter().map(|run| run.run).collect();
        assert_eq!(listed, begun);
    }
}
