//! Physical standbys: a node whose server follows the log of another one's.

use std::fs;
use std::process::Stdio;

use super::LocalNode;
use super::node::value;
use crate::error::{AdminError, Result};

impl LocalNode {
    /// Throws the data of this stopped node away and makes its server a standby of a running one, with a
    /// slot there that has this node's name; `start` starts it. `source` is the connection string by which
    /// it follows, which slots that it keeps need with a database; further settings are `set` before.
    pub fn become_standby_of(&self, primary: &LocalNode, source: &str) -> Result<()> {
        if self.is_running() {
            return Err(AdminError::precondition("the server is running").on(self.name()));
        }
        let backup = self.dir().join("backup");
        let mut command = primary.client("pg_basebackup", "postgres");
        command.args(["--wal-method=stream", "--checkpoint=fast", "--create-slot"]);
        command.arg("--slot").arg(self.name()).arg("--pgdata").arg(&backup).stdin(Stdio::null());
        let output = command.output().map_err(|e| {
            AdminError::failed(format!("could not run pg_basebackup: {e}")).on(self.name())
        })?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(AdminError::failed("the base backup failed")
                .on(self.name())
                .detail(crate::error::redact(&text)));
        }
        let signal = backup.join("standby.signal");
        fs::write(&signal, "").map_err(|e| super::io("write", &signal, e))?;
        let data = self.data_dir();
        fs::remove_dir_all(&data).map_err(|e| super::io("remove", &data, e))?;
        // Of the account that runs the server.
        self.copy_data(&backup, &data)?;
        fs::remove_dir_all(&backup).map_err(|e| super::io("remove", &backup, e))?;
        self.set(&[
            ("primary_conninfo", &format!("{source} application_name={}", value(self.name()))),
            ("primary_slot_name", self.name()),
            ("hot_standby_feedback", "on"),
        ])
    }
}
