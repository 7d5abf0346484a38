//! Writing the journal of a run: begun, or taken up again.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::{Asked, Entry, Line, Run, find, random_hex};
use crate::error::{AdminError, Result};

/// Journals that are kept.
const KEPT: usize = 100;

/// A journal that is being written.
#[derive(Debug)]
pub struct Journal {
    id: String,
    file: File,
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
pub(super) fn paths(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
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
pub(super) fn is_locked(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

#[cfg(test)]
mod tests {
    use super::super::tests::asked;
    use super::*;

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
}
