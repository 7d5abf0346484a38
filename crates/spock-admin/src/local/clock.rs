//! A server's clock that tests and demonstrations can step, by way of libfaketime.
//!
//! The offset stands in a file that the library reads again every few milliseconds, so the clock of
//! a running server jumps, in all its processes. Monotonic time stays real, or waits would hang.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{AdminError, Result};

/// Where Debian's package puts the library, by multiarch directory.
fn library() -> Option<PathBuf> {
    let dirs = fs::read_dir("/usr/lib").ok()?.filter_map(|e| Some(e.ok()?.path()));
    dirs.chain([PathBuf::from("/usr/lib"), PathBuf::from("/usr/local/lib")])
        .map(|dir| dir.join("faketime/libfaketime.so.1"))
        .find(|path| path.is_file())
}

/// The clock of one node.
#[derive(Debug, Clone)]
pub struct FakeClock {
    file: PathBuf,
}

impl FakeClock {
    pub(super) fn at(file: PathBuf) -> FakeClock {
        FakeClock { file }
    }

    /// Sets the offset to real time in milliseconds; it holds across restarts of the server.
    pub fn set_offset_ms(&self, offset: i64) -> Result<()> {
        let sign = if offset < 0 { '-' } else { '+' };
        let abs = offset.unsigned_abs();
        let text = format!("{sign}{}.{:03}\n", abs / 1000, abs % 1000);
        // By rename: a reader must never see a half written file.
        let new = self.file.with_extension("new");
        fs::write(&new, text)
            .and_then(|()| fs::rename(&new, &self.file))
            .map_err(|e| super::io("write", &self.file, e))
    }

    /// Makes a server that is about to start use this clock.
    pub(super) fn apply(&self, command: &mut Command) -> Result<()> {
        let library = library().ok_or_else(|| {
            AdminError::precondition("libfaketime is not installed")
                .hint("run scripts/install-packages")
        })?;
        command
            .env("LD_PRELOAD", library)
            .env("FAKETIME_TIMESTAMP_FILE", &self.file)
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("FAKETIME_DONT_RESET", "1")
            .env("NO_FAKE_STAT", "1");
        Ok(())
    }

    /// The file that holds the offset.
    pub fn file(&self) -> &Path {
        &self.file
    }
}
