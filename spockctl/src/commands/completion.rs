//! `spockctl completion SHELL`.

use std::io::Write as _;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// Arguments of `completion`.
#[derive(Debug, clap::Args)]
pub(crate) struct CompletionArgs {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: &CompletionArgs) -> Result {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "spockctl", &mut script);
    std::io::stdout().write_all(&script).map_err(|e| Failure::output(&e))?;
    Ok(Exit::Ok)
}
