//! Programs that run while this one does, and end with it, however it ends.
//!
//! A child is started by way of this program itself: before it becomes the other program it takes the
//! server's account and asks the kernel for a signal at the death of its parent. So a `kill -9` of this
//! program takes `pg_basebackup` and the private server along.
//!
//! **Invariant**: children are started by the main thread, which lives as long as the process does.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, ExitCode};

use nix::sys::signal::Signal;
use nix::unistd::{Gid, Pid, Uid, getppid, setgid, setgroups, setuid};
use spock_admin::error::{AdminError, Result};
use spock_admin::local::{Account, clean_environment};

/// The first argument that tells a child.
pub(crate) const MARK: &str = "--become-child";

/// What a child hears when this program dies.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Farewell {
    /// Ends at once.
    Kill,
    /// A server shuts down immediately.
    Quit,
}

impl Farewell {
    fn text(self) -> &'static str {
        match self {
            Farewell::Kill => "kill",
            Farewell::Quit => "quit",
        }
    }
}

/// A command that runs `program` as the server's account, and not longer than this program.
pub(crate) fn bound(program: &Path, account: &Account, farewell: Farewell) -> Result<Command> {
    let own = std::env::current_exe()
        .map_err(|e| AdminError::failed(format!("could not find this program: {e}")))?;
    let mut command = Command::new(own);
    clean_environment(&mut command);
    // A group of its own: an interrupt from the terminal is this program's to handle.
    command.process_group(0);
    command.arg(MARK).arg(std::process::id().to_string()).arg(farewell.text());
    match account {
        Account::Caller => command.args(["-", "-"]),
        Account::Other { uid, gid, .. } => command.args([uid.to_string(), gid.to_string()]),
    };
    command.arg(program);
    Ok(command)
}

/// A command that runs `program` as the server's account, to its end.
pub(crate) fn plain(program: &Path, account: &Account) -> Command {
    let mut command = Command::new(program);
    clean_environment(&mut command);
    account.apply(&mut command);
    command
}

/// Becomes the program that the arguments after [`MARK`] name; comes back only when that fails.
pub(crate) fn become_child(args: &[OsString]) -> ExitCode {
    let error = match args {
        [parent, farewell, uid, gid, program, rest @ ..] => {
            match prepare(parent, farewell, uid, gid) {
                Ok(()) => Command::new(program).args(rest).exec().to_string(),
                Err(error) => error,
            }
        }
        _ => "wrong arguments".to_owned(),
    };
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "could not run a program: {error}");
    ExitCode::from(127)
}

fn prepare(parent: &OsStr, farewell: &OsStr, uid: &OsStr, gid: &OsStr) -> Result<(), String> {
    let number = |text: &OsStr| text.to_str().and_then(|text| text.parse::<u32>().ok());
    if let (Some(uid), Some(gid)) = (number(uid), number(gid)) {
        let gid = Gid::from_raw(gid);
        setgroups(&[gid])
            .and_then(|()| setgid(gid))
            .and_then(|()| setuid(Uid::from_raw(uid)))
            .map_err(|e| format!("cannot become the server's account: {e}"))?;
    }
    let signal = if farewell == "quit" { Signal::SIGQUIT } else { Signal::SIGKILL };
    nix::sys::prctl::set_pdeathsig(signal).map_err(|e| e.to_string())?;
    let parent = number(parent).and_then(|pid| i32::try_from(pid).ok());
    if parent.map(Pid::from_raw) != Some(getppid()) {
        return Err("the program that started this one is gone".to_owned());
    }
    Ok(())
}
