//! The command line program of Spock clusters.
//!
//! A thin shell: [`cli`] says what can be asked, `commands/` holds one file per command that
//! gathers input, calls an operation of `spock-admin`, and hands the result to [`output`]. Logic
//! that something else could want lives in `spock-admin`.
//!
//! **Invariants**
//! - Standard output carries the result and nothing else.
//! - The program ends with one of the codes of [`exit`], whatever happens.
//! - It asks nothing unless a person is there to answer.

mod access;
mod cli;
mod commands;
mod context;
mod engine;
mod exit;
mod failure;
mod input;
mod interrupt;
mod log;
mod output;
mod schema;
mod settle;
mod ui;
mod watch;

use std::process::ExitCode;
use std::time::Duration;

use clap::{CommandFactory as _, FromArgMatches as _};
use spock_admin::error::{AdminError, ErrorKind};
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::Cli;
use crate::exit::Exit;
use crate::failure::Failure;

/// How long the servers may take to hear that we are gone.
const GOODBYE: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let (arguments, warnings) = settle::arguments(std::env::args_os());
    let parsed = Cli::command()
        .try_get_matches_from(arguments)
        .and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (mut cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            let is_help = !error.use_stderr();
            let _ = error.print();
            return match (is_help, is_check()) {
                (true, _) => Exit::Ok,
                // Monitoring takes 2, which is usage, for a critical state, and 1 for a warning.
                (false, true) => Exit::Check(3),
                (false, false) => Exit::Usage,
            }
            .into();
        }
    };
    let settled = settle::settle(&mut cli.global, &matches)
        .and_then(|()| commands::columns::settle(&mut cli.global, &matches));
    let global = cli.global.clone();
    ui::set_colors(global.color);
    warnings.iter().for_each(ui::warning);
    let started = settled.and_then(|()| log::start(&global)).map_err(|failure| match is_check() {
        true => Failure { exit: Exit::Check(3), ..failure },
        false => failure,
    });
    let result = started.and_then(|()| run(cli));
    let (exit, errors) = match result {
        Ok(exit) => (exit, Vec::new()),
        Err(Failure { exit, errors }) => (exit, errors),
    };
    failure::print(&errors, global.error_format(), global.verbose > 0);
    exit.into()
}

/// Whether the first word that names a command is `check`.
fn is_check() -> bool {
    let root = Cli::command();
    std::env::args()
        .skip(1)
        .find(|arg| root.find_subcommand(arg).is_some())
        .is_some_and(|name| name == "check")
}

/// Runs the command until it ends or a signal ends it.
fn run(cli: Cli) -> failure::Result {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|e| AdminError::new(ErrorKind::Internal, format!("could not start: {e}")))?;
    // Who only looks ends it so; who waits for something has not got it.
    let ends_by_interrupt = cli.global.watch.is_some() && cli.global.until.is_empty();
    let result = runtime.block_on(async {
        let (mut interrupt, mut terminate) =
            match (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) {
                (Ok(interrupt), Ok(terminate)) => (interrupt, terminate),
                (Err(e), _) | (_, Err(e)) => {
                    let message = format!("could not listen for signals: {e}");
                    return Err(AdminError::new(ErrorKind::Internal, message).into());
                }
            };
        let mut work = Box::pin(commands::run(cli));
        let by_signal = tokio::select! {
            result = &mut work => Err(result),
            _ = interrupt.recv() => Ok(if ends_by_interrupt { Exit::Ok } else { Exit::Interrupted }),
            _ = terminate.recv() => Ok(Exit::Terminated),
        };
        let result = match by_signal {
            Err(result) => result,
            Ok(exit) if interrupt::cancel() => {
                ui::say("cancelling, press again to force");
                tokio::select! {
                    result = &mut work => result.map_err(|failure| Failure { exit, ..failure }),
                    _ = interrupt.recv() => Ok(exit),
                    _ = terminate.recv() => Ok(exit),
                }
            }
            Ok(exit) => Ok(exit),
        };
        drop(work);
        spock_admin::client::disconnected(GOODBYE).await;
        result
    });
    // What still runs in a blocking call is not waited for.
    runtime.shutdown_background();
    result
}
