//! Copies of directory trees, and their atomic appearance in a cache that several processes share.

use std::fs;
use std::path::Path;

use super::account::Account;
use crate::error::Result;

/// How a copied file gets its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Take {
    /// Shares the inode where the file system and the permissions allow it.
    LinkOrCopy,
    /// Always its own content.
    Copy,
}

/// Copies the tree `from` to `to`, which must not exist yet; links are followed.
///
/// With an owner, directories and files are given to it.
pub(super) fn copy(from: &Path, to: &Path, take: Take, owner: Option<&Account>) -> Result<()> {
    let parent = to.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(parent).map_err(|e| super::io("create directory", parent, e))?;
    copy_dir(from, to, take, owner)
}

fn copy_dir(from: &Path, to: &Path, take: Take, owner: Option<&Account>) -> Result<()> {
    fs::create_dir(to).map_err(|e| super::io("create directory", to, e))?;
    for entry in fs::read_dir(from).map_err(|e| super::io("read directory", from, e))? {
        let entry = entry.map_err(|e| super::io("read directory", from, e))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let meta = fs::metadata(&source).map_err(|e| super::io("read", &source, e))?;
        if meta.is_dir() {
            copy_dir(&source, &target, take, owner)?;
            continue;
        }
        let link = entry.file_type().is_ok_and(|t| t.is_symlink());
        // The system may forbid links to files of others; a copy serves as well.
        if link || take == Take::Copy || fs::hard_link(&source, &target).is_err() {
            fs::copy(&source, &target).map_err(|e| super::io("copy", &source, e))?;
        }
        if let Some(account) = owner {
            account.own(&target)?;
        }
    }
    let mode = fs::metadata(from).map_err(|e| super::io("read", from, e))?.permissions();
    fs::set_permissions(to, mode).map_err(|e| super::io("set permissions of", to, e))?;
    owner.map_or(Ok(()), |account| account.own(to))
}

/// Makes `path` appear complete or not at all: `fill` builds it under another name.
///
/// When two processes build the same thing, the slower one's work is thrown away.
pub(super) fn publish(path: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    if path.exists() {
        return Ok(());
    }
    let parent = path.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(parent).map_err(|e| super::io("create directory", parent, e))?;
    let temp = tempfile::Builder::new()
        .prefix(".new-")
        .tempdir_in(parent)
        .map_err(|e| super::io("create a directory in", parent, e))?;
    let built = temp.path().join("tree");
    make_enterable(temp.path())?;
    fill(&built)?;
    match fs::rename(&built, path) {
        Ok(()) => Ok(()),
        Err(_) if path.exists() => Ok(()),
        Err(e) => Err(super::io("create", path, e)),
    }
}

/// Lets everyone pass through a directory.
pub(super) fn make_enterable(dir: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o755))
        .map_err(|e| super::io("set permissions of", dir, e))
}
