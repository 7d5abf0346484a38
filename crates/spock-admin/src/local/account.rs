//! The operating system account that runs the servers.
//!
//! PostgreSQL refuses to run as root, so root hands each server to an unprivileged account
//! (`postgres` where the packages made one, `nobody` otherwise); everyone else runs servers as
//! themself. The identity is changed between fork and exec, with no `su` or `sudo` in between.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::unistd::{User, geteuid};

use crate::error::{AdminError, Result};

/// Who runs the servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// The caller, who is not root.
    Caller,
    /// An unprivileged account, because the caller is root.
    Other {
        /// Its name.
        name: String,
        /// Its number.
        uid: u32,
        /// The number of its group.
        gid: u32,
    },
}

impl Account {
    /// Chooses the account by who calls.
    pub fn choose() -> Result<Account> {
        if !geteuid().is_root() {
            return Ok(Account::Caller);
        }
        for name in ["postgres", "nobody"] {
            if let Ok(Some(user)) = User::from_name(name) {
                return Ok(Account::Other {
                    name: user.name,
                    uid: user.uid.as_raw(),
                    gid: user.gid.as_raw(),
                });
            }
        }
        Err(AdminError::precondition("no unprivileged account can run the servers")
            .detail("PostgreSQL refuses to run as root.")
            .hint("create an account \"postgres\", or run this as an ordinary user"))
    }

    /// Makes the command run as this account.
    pub fn apply(&self, command: &mut Command) {
        if let Account::Other { uid, gid, .. } = self {
            // Setting the uid as root drops the supplementary groups too.
            command.gid(*gid).uid(*uid);
        }
    }

    /// Gives a file or directory to this account.
    pub fn own(&self, path: &Path) -> Result<()> {
        if let Account::Other { uid, gid, .. } = self {
            chown(path, Some(*uid), Some(*gid)).map_err(|e| super::io("give away", path, e))?;
        }
        Ok(())
    }

    /// Fails when this account cannot enter the directory, as under root's home.
    pub fn check_can_enter(&self, dir: &Path) -> Result<()> {
        let Account::Other { name, .. } = self else { return Ok(()) };
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "cd -- \"$1\"", "sh"]).arg(dir);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).current_dir("/");
        self.apply(&mut command);
        match command.status() {
            Ok(status) if status.success() => Ok(()),
            _ => Err(AdminError::precondition(format!(
                "account \"{name}\" cannot enter \"{}\"",
                dir.display()
            ))
            .detail("The servers run as this account, because PostgreSQL refuses to run as root.")
            .hint("choose a directory whose parents everyone may enter, such as under /var/lib")),
        }
    }
}
