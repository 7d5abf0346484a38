//! Orders for the failpoints of the extension (`spock-ext/src/pg/failpoint.rs`).
//!
//! They work in builds with the feature `failpoints`, which the harness makes for debug runs;
//! [`available`] tells, so that a test of a release build can skip loudly.

use std::fs;
use std::path::PathBuf;

use crate::Node;

/// Whether the library under test has failpoints.
pub fn available() -> bool {
    cfg!(debug_assertions)
}

impl Node<'_> {
    /// Makes something happen at a failpoint, for example `error`, `once kill`, `sleep 500`,
    /// `wait`. It holds until [`clear_failpoint`](Self::clear_failpoint), or for `once` until it
    /// happened.
    pub fn failpoint(&self, name: &str, order: &str) {
        assert!(available(), "the release build has no failpoints");
        let path = self.failpoint_file(name);
        if let Some(dir) = path.parent() {
            fs::create_dir_all(dir).unwrap_or_else(|e| panic!("failpoint {name}: {e}"));
            // The server's account removes the file of an order for one time.
            use std::os::unix::fs::PermissionsExt;
            let _ = fs::set_permissions(dir, fs::Permissions::from_mode(0o777));
        }
        let new = path.with_extension("new");
        fs::write(&new, order)
            .and_then(|()| fs::rename(&new, &path))
            .unwrap_or_else(|e| panic!("failpoint {name}: {e}"));
    }

    /// Makes a failpoint do nothing again; a process that waits there goes on.
    pub fn clear_failpoint(&self, name: &str) {
        let _ = fs::remove_file(self.failpoint_file(name));
    }

    /// How often a process of this server met a failpoint's order, by its log.
    pub fn failpoint_hits(&self, name: &str) -> usize {
        self.log().matches(&format!("failpoint \"{name}\": ")).count()
    }

    fn failpoint_file(&self, name: &str) -> PathBuf {
        self.data_dir().join("failpoints").join(name)
    }
}
