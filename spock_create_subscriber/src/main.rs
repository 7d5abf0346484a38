//! Makes a new node out of a base backup of an existing one.
//!
//! [`checks`] look at both sides and change nothing; [`join`] does the work; what each step needs has a
//! file of its own. Connections, passwords, and errors are those of `spock-admin`.
//!
//! **Invariants**
//! - No password is in an argument, in the environment of another program, in a message or in a log.
//! - Everything can be taken back until the slots on the provider last, and then what is left is printed.

mod backup;
mod checks;
mod child;
mod cli;
mod control_file;
mod exit;
mod failure;
mod generate;
mod identity;
mod join;
mod journal;
mod plan;
mod server;
mod target;
mod terminal;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use owo_colors::OwoColorize as _;
use spock_admin::error::{AdminError, ErrorKind};
use spock_admin::progress::Event;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::checks::Report;
use crate::cli::{Cli, Start};
use crate::exit::Exit;
use crate::join::Join;
use crate::plan::Plan;
use crate::target::Target;

fn main() -> ExitCode {
    let cli = match start(std::env::args_os().collect()) {
        Ok(Start::Join(cli)) => *cli,
        Ok(Start::Child(args)) => return child::become_child(&args),
        Ok(Start::Generate(root)) => {
            let result = spock_admin::generated::write(&root, generate::files());
            failure::print(result.as_ref().err().cloned().as_slice(), false);
            return result.map_or_else(|error| error.kind.into(), |()| Exit::Ok).into();
        }
        Err(error) => {
            let is_help = !error.use_stderr();
            let _ = error.print();
            return if is_help { Exit::Ok } else { Exit::Usage }.into();
        }
    };
    let level = ["off", "spock_admin=debug", "debug,tokio_postgres=info"];
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(level[usize::from(cli.verbose).min(2)])
        .with_target(false)
        .without_time()
        .init();
    let (exit, errors) = run(&cli);
    failure::print(&errors, cli.verbose > 0);
    exit.into()
}

/// What the arguments make of this process.
fn start(args: Vec<OsString>) -> Result<Start, clap::Error> {
    match args.get(1).and_then(|arg| arg.to_str()) {
        Some(child::MARK) => Ok(Start::Child(args.into_iter().skip(2).collect())),
        Some("--generate") if args.len() == 3 => Ok(Start::Generate((&args[2]).into())),
        _ => Cli::try_parse_from(args).map(|cli| Start::Join(Box::new(cli))),
    }
}

fn run(cli: &Cli) -> (Exit, Vec<AdminError>) {
    // Of one thread: children end with the thread that started them.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(e) => return internal(&format!("could not start: {e}")),
    };
    let outcome = runtime.block_on(async {
        let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
        let (Ok(interrupt), Ok(terminate)) = signals else {
            return internal("could not listen for signals");
        };
        let outcome = Box::pin(work(cli, &mut Signals { interrupt, terminate })).await;
        spock_admin::client::disconnected(Duration::from_secs(1)).await;
        outcome
    });
    runtime.shutdown_background();
    outcome
}

fn internal(message: &str) -> (Exit, Vec<AdminError>) {
    (Exit::Internal, vec![AdminError::new(ErrorKind::Internal, message)])
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    async fn next(&mut self) -> Exit {
        tokio::select! {
            _ = self.interrupt.recv() => Exit::Interrupted,
            _ = self.terminate.recv() => Exit::Terminated,
        }
    }
}

/// Checks, and the work itself, until it is done, has failed, or a signal ends it.
async fn work(cli: &Cli, signals: &mut Signals) -> (Exit, Vec<AdminError>) {
    let looked = tokio::select! {
        looked = look(cli) => looked,
        exit = signals.next() => return (exit, Vec::new()),
    };
    let (target, plan, report) = match looked {
        Ok(found) => found,
        Err(error) => return (error.kind.into(), vec![error]),
    };
    tell_warnings(cli, &report);
    if let Some(first) = report.errors.first() {
        return (first.kind.into(), report.errors);
    }
    if cli.dry_run {
        return match tell_plan(cli, &target, &plan) {
            Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
                (Exit::Failed, vec![AdminError::failed(format!("could not write output: {e}"))])
            }
            _ => (Exit::Ok, Vec::new()),
        };
    }
    let progress = terminal::reporter(cli);
    let mut join = Join::new(cli, &target, &plan, progress.as_ref());
    let (exit, mut errors) = tokio::select! {
        result = join.run() => match result {
            Ok(()) => {
                let _ = tell_end(cli, &plan);
                return (Exit::Ok, Vec::new());
            }
            Err(error) => (error.kind.into(), vec![error]),
        },
        exit = signals.next() => (exit, Vec::new()),
    };
    if let Some(error) = errors.first() {
        progress.event(Event::StepFailed { step: "", error });
    }
    if join.is_lasting() {
        let mut error = AdminError::failed("the new node is not complete, and something is left");
        for what in join.left() {
            error = error.hint(what);
        }
        errors.push(error);
        return (Exit::AfterPromotion, errors);
    }
    say(cli, "undoing what was done, press ^C to leave it as it is");
    tokio::select! {
        left = join.undo() => {
            if left.is_empty() && !cli.no_cleanup {
                say(cli, "everything was undone");
            }
            errors.extend(left);
        }
        _ = signals.next() => errors.push(
            AdminError::failed("the data directory is left as it is")
                .hint(format!("remove \"{}\"", target.pgdata.display())),
        ),
    }
    (exit, errors)
}

async fn look(cli: &Cli) -> spock_admin::error::Result<(Target, Plan, Report)> {
    let target = Target::find(cli)?;
    let (plan, report) = checks::inspect(cli, &target).await?;
    Ok((target, plan, report))
}

fn say(cli: &Cli, line: &str) {
    if !cli.quiet {
        let _ = writeln!(anstream::stderr(), "{line}");
    }
}

fn tell_warnings(cli: &Cli, report: &Report) {
    if cli.quiet {
        return;
    }
    let mut out = anstream::stderr().lock();
    for warning in &report.warnings {
        let _ = failure::write(&mut out, &"warning:".yellow().bold().to_string(), warning);
    }
}

/// What would be done.
fn tell_plan(cli: &Cli, target: &Target, plan: &Plan) -> std::io::Result<()> {
    let mut out = anstream::stdout().lock();
    let pgdata = target.pgdata.display();
    let name = &cli.subscriber_name;
    for database in &plan.databases {
        if database.drops_slot {
            writeln!(out, "would drop slot {} on the provider", database.slot)?;
        }
    }
    writeln!(
        out,
        "would take a base backup of {} MB from {} into \"{pgdata}\"",
        plan.bytes >> 20,
        plan.provider
    )?;
    for file in [&cli.postgresql_conf, &cli.hba_conf].into_iter().flatten() {
        writeln!(out, "would put \"{}\" into it", file.display())?;
    }
    if let Some(port) = plan.port {
        writeln!(out, "would set port = {port} there")?;
    }
    writeln!(out, "would recover it to a restore point, and promote it")?;
    if !cli.no_reset_system_identifier {
        writeln!(out, "would give it a system identifier of its own")?;
    }
    for database in &plan.databases {
        writeln!(
            out,
            "would make database \"{}\" node {name}, at {}",
            database.name, database.subscriber
        )?;
        writeln!(
            out,
            "would subscribe it to node {} by subscription {}, with slot {} on the provider",
            database.provider_node, database.subscription, database.slot
        )?;
    }
    if cli.stop {
        writeln!(out, "would stop the new server")?;
    }
    writeln!(out, "nothing was changed")
}

/// What there is now.
fn tell_end(cli: &Cli, plan: &Plan) -> std::io::Result<()> {
    let mut out = anstream::stdout().lock();
    for database in &plan.databases {
        writeln!(
            out,
            "node {} replicates from node {} in database \"{}\" (subscription {})",
            cli.subscriber_name, database.provider_node, database.name, database.subscription
        )?;
    }
    if let Some(database) = plan.databases.first() {
        writeln!(out, "see how it goes: spockctl -d '{}' sub status", database.subscriber)?;
    }
    Ok(())
}
