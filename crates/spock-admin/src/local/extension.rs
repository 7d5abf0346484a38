//! The extension's files, and their installation into a server.

use std::fs;
use std::path::{Path, PathBuf};

use super::relocate::ServerCopy;
use crate::error::{AdminError, Result};

/// The names under which a server loads the one library: the extension and its two output plugins.
const LIBRARY_NAMES: [&str; 3] = ["spock.so", "spock_output.so", "mmlite.so"];

/// A build of the extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    library: PathBuf,
    control: PathBuf,
    scripts: PathBuf,
}

impl Extension {
    /// The library at `library`, with the control file and SQL scripts of the source tree `root`.
    pub fn from_source(root: &Path, library: &Path) -> Extension {
        Extension {
            library: library.to_owned(),
            control: root.join("spock-ext/spock.control"),
            scripts: root.join("spock-ext/sql"),
        }
    }

    /// The build that `SPOCK_LIBRARY` names or that lies beside this program, when this program
    /// stands in a source tree; `None` means: what the installed server has.
    pub fn find() -> Option<Extension> {
        let program = std::env::current_exe().ok()?;
        let root = program.ancestors().find(|dir| dir.join("spock-ext/spock.control").is_file());
        let library = match std::env::var_os("SPOCK_LIBRARY") {
            Some(path) => PathBuf::from(path),
            None => program.with_file_name("libspock.so"),
        };
        let root = root.map(Path::to_owned).or_else(|| std::env::current_dir().ok())?;
        let found = Extension::from_source(&root, &library);
        (found.library.is_file() && found.control.is_file()).then_some(found)
    }

    /// Puts the files into a private copy of a server; running servers keep what they have loaded.
    pub(super) fn install(&self, server: &ServerCopy) -> Result<()> {
        let lib = server.library_dir();
        let first = lib.join(LIBRARY_NAMES[0]);
        replace(&self.library, &first)?;
        for name in &LIBRARY_NAMES[1..] {
            // A second name of the same inode: the server loads one inode once.
            let (new, target) = (lib.join(format!(".{name}.new")), lib.join(name));
            let _ = fs::remove_file(&new);
            fs::hard_link(&first, &new)
                .and_then(|()| fs::rename(&new, &target))
                .map_err(|e| super::io("install", &target, e))?;
        }
        let dir = server.extension_dir();
        replace(&self.control, &dir.join("spock.control"))?;
        for entry in fs::read_dir(&self.scripts).map_err(|e| super::io("read", &self.scripts, e))? {
            let path = entry.map_err(|e| super::io("read", &self.scripts, e))?.path();
            let Some(name) = path.file_name().and_then(|n| n.to_str()) else { continue };
            if name.starts_with("spock--") && name.ends_with(".sql") {
                replace(&path, &dir.join(name))?;
            }
        }
        Ok(())
    }
}

/// Puts a copy of `from` in the place of `to` in one step.
fn replace(from: &Path, to: &Path) -> Result<()> {
    let (Some(dir), Some(name)) = (to.parent(), to.file_name()) else {
        return Err(AdminError::failed(format!("\"{}\" is no file name", to.display())));
    };
    let new = dir.join(format!(".{}.new", name.to_string_lossy()));
    fs::copy(from, &new)
        .and_then(|_| fs::rename(&new, to))
        .map_err(|e| super::io("install", from, e))
}
