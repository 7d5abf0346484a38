//! `spockctl runs resume`.

use std::os::unix::process::CommandExt as _;
use std::process::Command;

use clap::ValueEnum as _;
use spock_admin::error::AdminError;
use spock_admin::journal::{self, RunState};

use crate::cli::{Format, Global};
use crate::exit::Exit;
use crate::failure::Result;
use crate::ui;

/// Arguments of `runs resume`.
#[derive(Debug, clap::Args)]
pub(crate) struct ResumeArgs {
    /// The run, or what its id begins with
    id: String,
}

pub(super) fn run(global: &Global, args: &ResumeArgs) -> Result {
    let run = journal::find(&journal::directory()?, &args.id)?;
    let (id, asked) = (&run.run, &run.asked);
    match run.state {
        RunState::Done => {
            ui::note(global, format!("run {id} is done"));
            super::show::print_done(global, id)?;
            return Ok(Exit::Ok);
        }
        RunState::Running => {
            return Err(AdminError::precondition(format!("run {id} still runs"))
                .detail(format!("It is process {}.", run.pid))
                .into());
        }
        _ => {}
    }
    if asked.is_incomplete {
        return Err(AdminError::precondition(format!(
            "run {id} cannot be taken up from its journal"
        ))
        .detail(
            "Its arguments held a secret, which is not written down, or came by standard input.",
        )
        .hint(format!("run the same `spockctl {}` again: what is done is skipped", asked.command))
        .into());
    }
    let failed =
        |e: std::io::Error| AdminError::failed(format!("could not run the command again: {e}"));
    let mut command = Command::new(std::env::current_exe().map_err(failed)?);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SPOCKCTL_") {
            command.env_remove(name);
        }
    }
    command.args(&asked.arguments).envs(&asked.environment).current_dir(&asked.directory);
    // The format of this command, where that one did not ask for another.
    if global.output != Format::Table
        && let Some(value) = global.output.to_possible_value()
    {
        command.env("SPOCKCTL_OUTPUT", value.get_name());
    }
    if global.dry_run {
        command.arg("--dry-run");
    }
    ui::note(global, format!("again: spockctl {}", asked.arguments.join(" ")));
    Err(failed(command.arg("--resume-run").arg(id).exec()).into())
}
