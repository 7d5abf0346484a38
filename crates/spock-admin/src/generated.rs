//! Files of the repository that a program makes from its own definitions: completion scripts, manual pages, schemas.
//!
//! Each program says what they are; here they are written, and compared with those that stand in the repository.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{AdminError, Result};

/// A path below the root of the repository, and what stands there.
pub type File = (PathBuf, Vec<u8>);

/// Writes the files below a directory.
pub fn write(root: &Path, files: Vec<File>) -> Result<()> {
    for (path, content) in files {
        let path = root.join(path);
        path.parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&path, content))
            .map_err(|e| {
                AdminError::failed(format!("could not write \"{}\": {e}", path.display()))
            })?;
    }
    Ok(())
}

/// The files that are missing below a directory or have another content.
pub fn stale(root: &Path, files: Vec<File>) -> Vec<PathBuf> {
    files
        .into_iter()
        .filter(|(path, content)| fs::read(root.join(path)).ok().as_ref() != Some(content))
        .map(|(path, _)| path)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_not_stale_until_it_changes() {
        let dir = tempfile::tempdir().expect("a directory");
        let files = |content: &str| vec![(PathBuf::from("a/b.1"), content.as_bytes().to_vec())];
        assert_eq!(stale(dir.path(), files("x")), [PathBuf::from("a/b.1")]);
        write(dir.path(), files("x")).expect("written");
        assert!(stale(dir.path(), files("x")).is_empty());
        assert_eq!(stale(dir.path(), files("y")).len(), 1);
    }
}
