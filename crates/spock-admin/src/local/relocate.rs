//! Private copies of the installed server.
//!
//! A server finds its libraries and its share directory relative to its own program file, as long
//! as the directories stand to each other as they did when it was compiled. So a copy keeps the
//! three directories at their places under the deepest directory that holds them all: Debian's
//! `/usr/lib/postgresql/15/{bin,lib}` and `/usr/share/postgresql/15` become `lib/...` and
//! `share/...` of the copy. Neither the extension nor a failpoint build ever touches the system's
//! directories, and parallel clusters do not disturb each other.
//!
//! **Invariants**
//! - Symbolic links are resolved: a server follows links from its program file, and would find the
//!   system's directories again.
//! - A file of a copy is replaced by rename, never written in place: the others share its inode.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::install::Installation;
use super::tree::{self, Take};
use crate::error::{AdminError, Result};

/// A relocated server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServerCopy {
    prefix: PathBuf,
    bin: PathBuf,
    lib: PathBuf,
    share: PathBuf,
}

impl ServerCopy {
    /// Copies the server to `prefix`, from a copy in the cache that is made when it is missing.
    pub(super) fn create(
        server: &Installation,
        fingerprint: &str,
        cache: &Path,
        prefix: &Path,
    ) -> Result<ServerCopy> {
        let layout = layout(server);
        let cached = cache.join("server").join(fingerprint);
        tree::publish(&cached, |temp| {
            for (from, to) in [
                (&server.bin, &layout.bin),
                (&server.lib, &layout.lib),
                (&server.share, &layout.share),
            ] {
                tree::copy(from, &temp.join(to), Take::LinkOrCopy, None)?;
            }
            Ok(())
        })?;
        tree::copy(&cached, prefix, Take::LinkOrCopy, None)?;
        Ok(ServerCopy { prefix: prefix.to_owned(), ..layout })
    }

    /// A program of this server.
    pub fn program(&self, name: &str) -> PathBuf {
        self.prefix.join(&self.bin).join(name)
    }

    /// Where loadable libraries go.
    pub fn library_dir(&self) -> PathBuf {
        self.prefix.join(&self.lib)
    }

    /// Where control files and install scripts go.
    pub fn extension_dir(&self) -> PathBuf {
        self.prefix.join(&self.share).join("extension")
    }

    /// Whether the copied server came with the extension.
    pub(super) fn has_extension(&self) -> bool {
        self.extension_dir().join("spock.control").is_file()
    }

    /// Whether the server knows `output_plugin_libraries`; those that do not refuse to start with it.
    pub(super) fn limits_output_plugins(&self) -> Result<bool> {
        let output = Command::new(self.program("postgres"))
            .arg("--describe-config")
            .env_remove("LD_PRELOAD")
            .output()
            .map_err(|e| super::io("run", &self.program("postgres"), e))?;
        if !output.status.success() {
            return Err(AdminError::failed("the copied server does not run")
                .detail(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        Ok(String::from_utf8_lossy(&output.stdout)
            .lines()
            .any(|line| line.starts_with("output_plugin_libraries\t")))
    }
}

/// The three directories relative to the deepest one that holds them all.
fn layout(server: &Installation) -> ServerCopy {
    let mut common = server.bin.as_path();
    while !(server.lib.starts_with(common) && server.share.starts_with(common)) {
        common = common.parent().unwrap_or(Path::new("/"));
    }
    let below = |dir: &Path| dir.strip_prefix(common).unwrap_or(dir).to_owned();
    ServerCopy {
        prefix: PathBuf::new(),
        bin: below(&server.bin),
        lib: below(&server.lib),
        share: below(&server.share),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_keeps_directories_where_the_server_looks() {
        let debian = layout(&Installation {
            version: String::new(),
            bin: "/usr/lib/postgresql/15/bin".into(),
            lib: "/usr/lib/postgresql/15/lib".into(),
            share: "/usr/share/postgresql/15".into(),
        });
        assert_eq!(debian.bin, Path::new("lib/postgresql/15/bin"));
        assert_eq!(debian.lib, Path::new("lib/postgresql/15/lib"));
        assert_eq!(debian.share, Path::new("share/postgresql/15"));
        let own = layout(&Installation {
            version: String::new(),
            bin: "/opt/pg/bin".into(),
            lib: "/opt/pg/lib".into(),
            share: "/opt/pg/share".into(),
        });
        assert_eq!((own.bin.as_path(), own.lib.as_path()), (Path::new("bin"), Path::new("lib")));
    }
}
