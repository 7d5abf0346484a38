//! Named places in the code where a test makes something happen.
//!
//! A test writes what shall happen into `failpoints/NAME` of the data directory (the working
//! directory of every server process), and whichever process comes by does it. The first word may
//! be `once`: then the file is removed first, and of several processes only one acts.
//!
//! | content | effect |
//! |---|---|
//! | `error [TEXT]` | raises an ERROR |
//! | `exit` | ends the process as after a FATAL error |
//! | `kill` | kills the process by SIGKILL, which restarts the whole server |
//! | `sleep MS` | goes on after a while |
//! | `wait` | goes on when the file is gone |
//!
//! Some places only ask whether there is a file of their name ([`is_set`]).
//!
//! Compiled in by the feature `failpoints` alone; without it [`hit`] is nothing at all.

/// Passes the place `name`, such as `apply.before_commit`.
///
/// May raise, so it stands where any server call could fail.
#[inline(always)]
pub(crate) fn hit(name: &'static str) {
    #[cfg(feature = "failpoints")]
    active::hit(name);
    #[cfg(not(feature = "failpoints"))]
    let _ = name;
}

/// Whether a test has put something at the place `name`, whatever it says.
#[inline(always)]
pub(crate) fn is_set(name: &'static str) -> bool {
    #[cfg(feature = "failpoints")]
    return std::path::Path::new("failpoints").join(name).exists();
    #[cfg(not(feature = "failpoints"))]
    {
        let _ = name;
        false
    }
}

#[cfg(feature = "failpoints")]
mod active {
    use std::fs;
    use std::path::Path;
    use std::time::{Duration, Instant};

    use pgrx::{PgLogLevel, PgSqlErrorCode};

    use crate::pg::error::SpockError;

    /// No test waits longer; a forgotten file must not hang a server for ever.
    const LONGEST_WAIT: Duration = Duration::from_secs(300);

    pub(super) fn hit(name: &str) {
        let path = Path::new("failpoints").join(name);
        let Ok(text) = fs::read_to_string(&path) else { return };
        let mut order = text.trim();
        if let Some(rest) = order.strip_prefix("once ") {
            // Removing succeeds for one process alone.
            if fs::remove_file(&path).is_err() {
                return;
            }
            order = rest;
        }
        say(PgLogLevel::LOG, format!("failpoint \"{name}\": {order}"));
        let (verb, rest) = order.split_once(' ').unwrap_or((order, ""));
        match verb {
            "error" => say(PgLogLevel::ERROR, format!("failpoint \"{name}\" {rest}")),
            "exit" => say(PgLogLevel::FATAL, format!("failpoint \"{name}\" {rest}")),
            // SAFETY: ends this process, nothing runs after it.
            "kill" => unsafe {
                libc::kill(libc::getpid(), libc::SIGKILL);
            },
            "sleep" => {
                let millis = rest.trim().parse().unwrap_or(0);
                pause_while(|waited| waited < Duration::from_millis(millis));
            }
            "wait" => pause_while(|_| path.exists()),
            _ => say(PgLogLevel::WARNING, format!("failpoint \"{name}\": unknown \"{order}\"")),
        }
    }

    fn pause_while(go_on: impl Fn(Duration) -> bool) {
        let begun = Instant::now();
        while begun.elapsed() < LONGEST_WAIT && go_on(begun.elapsed()) {
            pgrx::check_for_interrupts!();
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn say(level: PgLogLevel, message: String) {
        SpockError::new(PgSqlErrorCode::ERRCODE_INTERNAL_ERROR, message).report(level);
    }
}
