//! The PostgreSQL that is installed on this machine, as its own `pg_config` describes it.

use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{AdminError, ErrorKind, Result};

/// Where Debian's package puts it; asked before the search path, where a perl wrapper may stand.
const DEBIAN: &str = "/usr/lib/postgresql/15/bin/pg_config";

/// An installed server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// As `pg_config --version` says it, for example `PostgreSQL 15.20 (Debian ...)`.
    pub version: String,
    /// Programs.
    pub bin: PathBuf,
    /// Loadable libraries.
    pub lib: PathBuf,
    /// Extension scripts, time zone sets, and the rest that is the same on each architecture.
    pub share: PathBuf,
}

impl Installation {
    /// The server that `PG_CONFIG` names, else Debian's 15, else the one on the search path.
    pub fn find() -> Result<Installation> {
        if let Some(path) = std::env::var_os("PG_CONFIG").filter(|v| !v.is_empty()) {
            return Self::from_pg_config(path);
        }
        if Path::new(DEBIAN).exists() {
            return Self::from_pg_config(DEBIAN.into());
        }
        Self::from_pg_config("pg_config".into())
    }

    /// The server that this `pg_config` belongs to.
    pub fn from_pg_config(pg_config: OsString) -> Result<Installation> {
        let shown = pg_config.to_string_lossy().into_owned();
        let output = Command::new(&pg_config)
            .args(["--version", "--bindir", "--pkglibdir", "--sharedir"])
            .output()
            .map_err(|e| {
                AdminError::new(ErrorKind::Precondition, "no PostgreSQL server is installed")
                    .detail(format!("\"{shown}\" cannot be run: {e}."))
                    .hint("run scripts/install-packages, or set PG_CONFIG to a server's pg_config")
            })?;
        let text = String::from_utf8_lossy(&output.stdout);
        let mut lines = text.lines();
        let mut next = || {
            lines.next().map(str::trim).filter(|l| !l.is_empty()).ok_or_else(|| {
                AdminError::failed(format!("\"{shown}\" does not tell where the server is"))
            })
        };
        let found = Installation {
            version: next()?.to_owned(),
            bin: next()?.into(),
            lib: next()?.into(),
            share: next()?.into(),
        };
        if !found.bin.join("postgres").exists() {
            return Err(AdminError::precondition("no PostgreSQL server is installed")
                .detail(format!("\"{}\" has no server program.", found.bin.display()))
                .hint("run scripts/install-packages, or set PG_CONFIG to a server's pg_config"));
        }
        Ok(found)
    }

    /// Changes whenever a file of the server does.
    pub(super) fn fingerprint(&self) -> Result<String> {
        let mut hasher = DefaultHasher::new();
        self.version.hash(&mut hasher);
        for dir in [&self.bin, &self.lib, &self.share] {
            dir.hash(&mut hasher);
            hash_tree(dir, &mut hasher)?;
        }
        let number = self.version.split_whitespace().nth(1).unwrap_or("unknown");
        Ok(format!("{number}-{:016x}", hasher.finish()))
    }
}

fn hash_tree(dir: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    let mut entries = std::fs::read_dir(dir)
        .and_then(Iterator::collect::<std::io::Result<Vec<_>>>)
        .map_err(|e| super::io("read directory", dir, e))?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let meta = std::fs::metadata(&path).map_err(|e| super::io("read", &path, e))?;
        entry.file_name().hash(hasher);
        if meta.is_dir() {
            hash_tree(&path, hasher)?;
        } else {
            (meta.size(), meta.mtime(), meta.mtime_nsec()).hash(hasher);
        }
    }
    Ok(())
}
