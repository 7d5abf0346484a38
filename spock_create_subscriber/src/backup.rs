//! The base backup: `pg_basebackup`, its password in a file, its progress as ours.
//!
//! It takes the log at its end (`--wal-method=fetch`), which the temporary slots keep from before its beginning:
//! so it is one process, which needs no slot of its own, and has no child that would outlive it.

use std::path::Path;
use std::process::Stdio;

use spock_admin::conninfo::Conninfo;
use spock_admin::error::{AdminError, Result, redact};
use spock_admin::progress::{Event, Progress};
use tokio::io::{AsyncBufReadExt as _, BufReader};

use crate::child::{self, Farewell};
use crate::cli::Cli;
use crate::target::Target;

/// The id of the step that shows progress.
pub(crate) const STEP: &str = "backup";

/// The connection string for programs of the server: all but the database, the password in a file.
pub(crate) fn conninfo(provider: &Conninfo, passfile: &Path) -> Result<String> {
    let mut out = Conninfo::new();
    for key in spock_admin::conninfo::KEYWORDS {
        if matches!(
            *key,
            "service" | "dbname" | "passfile" | "application_name" | "target_session_attrs"
        ) {
            continue;
        }
        if let Some(value) = provider.get(key) {
            out.set(key, value)?;
        }
    }
    out.set("passfile", &passfile.to_string_lossy())?;
    Ok(out.dsn().reveal().to_owned())
}

/// The line of the password file; it is read for one server only.
pub(crate) fn passfile_line(provider: &Conninfo) -> String {
    let Some(password) = provider.password() else { return String::new() };
    let escaped = password.reveal().replace('\\', "\\\\").replace(':', "\\:");
    format!("*:*:*:*:{escaped}\n")
}

/// The arguments of pg_basebackup.
pub(crate) fn arguments(cli: &Cli, target: &Target, conninfo: &str) -> Result<Vec<String>> {
    let mut args = vec![
        format!("--pgdata={}", target.pgdata.display()),
        "--wal-method=fetch".to_owned(),
        "--progress".to_owned(),
        "--no-password".to_owned(),
        format!("--checkpoint={}", cli.checkpoint),
        format!("--dbname={conninfo}"),
    ];
    args.extend(cli.max_rate.iter().map(|rate| format!("--max-rate={rate}")));
    args.extend(cli.waldir.iter().map(|dir| format!("--waldir={}", dir.display())));
    args.extend(cli.tablespace_mapping.iter().map(|map| format!("--tablespace-mapping={map}")));
    if let Some(more) = &cli.extra_basebackup_args {
        args.extend(shlex::split(more).ok_or_else(|| {
            AdminError::config("--extra-basebackup-args has a quote that does not end")
        })?);
    }
    Ok(args)
}

/// Makes the base backup.
pub(crate) async fn take(target: &Target, args: &[String], progress: &dyn Progress) -> Result<()> {
    let mut command =
        child::bound(&target.program("pg_basebackup"), &target.account, Farewell::Kill)?;
    command.args(args);
    let mut command = tokio::process::Command::from(command);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let failed =
        |e: std::io::Error| AdminError::failed(format!("could not run pg_basebackup: {e}"));
    let mut child = command.spawn().map_err(failed)?;
    let stderr = child.stderr.take();
    let mut said: Vec<String> = Vec::new();
    let mut hear = |line: String| match parse_progress(&line) {
        Some((done, total)) => progress.event(Event::StepProgress {
            step: STEP,
            done,
            total,
            message: &format!("{} of {} MB", done / 1024, total / 1024),
        }),
        None => said.push(line),
    };
    let mut lines = stderr.map(|stderr| BufReader::new(stderr).lines());
    // Until it ends, and not until nobody can write to its standard error any more.
    let status = loop {
        let Some(open) = &mut lines else { break child.wait().await };
        tokio::select! {
            biased;
            line = open.next_line() => match line {
                Ok(Some(line)) => hear(line),
                _ => lines = None,
            },
            status = child.wait() => break status,
        }
    };
    let status = status.map_err(failed)?;
    if status.success() {
        return Ok(());
    }
    let last = said.len().saturating_sub(10);
    Err(AdminError::failed("the base backup failed").detail(redact(&match said.is_empty() {
        true => format!("pg_basebackup ended with {status}."),
        false => said[last..].join("\n"),
    })))
}

/// Kilobytes done and in all, of a line like ` 23145/46001 kB (50%), 0/1 tablespace`.
fn parse_progress(line: &str) -> Option<(u64, u64)> {
    let (counts, _) = line.split_once(" kB (")?;
    let (done, total) = counts.trim().split_once('/')?;
    Some((done.trim().parse().ok()?, total.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_read() {
        let line = "  23145/46001 kB (50%), 0/1 tablespace";
        assert_eq!(parse_progress(line), Some((23145, 46001)));
        assert_eq!(parse_progress("46001/46001 kB (100%), 1/1 tablespace"), Some((46001, 46001)));
        assert_eq!(parse_progress("pg_basebackup: error: connection refused"), None);
    }

    #[test]
    fn password_goes_to_the_file_alone() {
        let provider =
            Conninfo::parse("host=h user=u dbname=d password='ca:na\\\\ry'").unwrap_or_default();
        let conninfo = conninfo(&provider, Path::new("/t/pass file")).unwrap_or_default();
        assert_eq!(conninfo, "host=h user=u passfile='/t/pass file'");
        assert_eq!(passfile_line(&provider), "*:*:*:*:ca\\:na\\\\ry\n");
    }
}
