//! `spockctl ddl run`.

use std::io::Read as _;
use std::path::PathBuf;
use std::time::Instant;

use clap::ValueEnum;
use spock_admin::client::NewDdl;
use spock_admin::error::AdminError;
use spock_admin::operations::Fleet;
use spock_admin::operations::wait::{Goal, wait};
use spock_admin::wait::Deadline;

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::ui;

/// Arguments of `ddl run`.
#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    /// The statement; one in which a password stands is better read from a file
    #[arg(short, long, value_name = "SQL", required_unless_present = "file")]
    command: Option<String>,

    /// Read the statements from this file; `-` reads standard input
    #[arg(short = 'F', long, value_name = "PATH", conflicts_with = "command")]
    file: Option<PathBuf>,

    /// Whose subscribers run it (can be repeated)
    #[arg(long, value_name = "SET", default_value = "ddl_sql", value_delimiter = ',')]
    repset: Vec<String>,

    /// Where its names are looked up
    #[arg(long, value_name = "SCHEMAS", default_value = "\"$user\", public")]
    search_path: String,

    /// Run it as this role, on all nodes
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,

    /// Run it under the DDL lock of all nodes, whatever the node's setting says
    #[arg(long, value_enum, value_name = "MODE")]
    lock: Option<Lock>,

    /// Do not wait until all nodes have run it
    #[arg(long)]
    no_wait: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Lock {
    /// Without it
    Off,
    /// Wait for it
    Wait,
    /// Fail while another node has it
    Error,
}

impl Lock {
    fn word(self) -> &'static str {
        match self {
            Lock::Off => "off",
            Lock::Wait => "wait",
            Lock::Error => "error",
        }
    }
}

pub(super) async fn run(global: &Global, args: &RunArgs) -> Result {
    let context = Context::load(global, "ddl-run")?;
    let node = match context.nodes()?.as_slice() {
        [first, ..] if global.node.len() < 2 => first.name.clone(),
        _ => return Err(Failure::usage("the statement is run on one node: choose it with --node")),
    };
    let new = NewDdl {
        text: text(args)?,
        sets: args.repset.clone(),
        search_path: args.search_path.clone(),
        role: args.role.clone(),
        lock: args.lock.map(|lock| lock.word().to_owned()),
    };
    if global.dry_run {
        ui::note(global, format!("would run on node {node}, for all: {}", first_line(&new.text)));
        return Ok(Exit::Ok);
    }
    ui::confirm::moderate(global, &format!("Run on all nodes: {}?", first_line(&new.text)))?;
    // All nodes, so that one that is away is known before, and can be waited for.
    let fleet = if args.no_wait {
        context.connect().await?
    } else {
        Fleet::connect_all(&context.cluster, &context.options).await?
    };
    let client = fleet.client(&node)?;
    let began = Instant::now();
    client
        .without_statement_timeout(client.replicate_ddl(&new))
        .await
        .map_err(|e| e.context("could not run the statement"))?;
    if args.no_wait {
        ui::note(global, format!("done on node {node}; the others will follow"));
        return Ok(Exit::Ok);
    }
    let progress = ui::progress::reporter(global);
    wait(&fleet, Goal::CaughtUp, Deadline::after(global.timeout), progress.as_ref()).await?;
    drop(progress);
    let mut errors = Vec::new();
    for other in fleet.clients.iter().filter(|other| other.node() != node) {
        // Clocks may differ a little between what is asked and when it was noted.
        for reason in other.failed_ddl(began.elapsed().as_secs_f64() + 1.0).await? {
            errors.push(
                AdminError::failed("a statement could not be run")
                    .detail(reason)
                    .hint("mend the cause there, then run `spockctl exception retry`")
                    .on(other.node()),
            );
        }
    }
    if errors.is_empty() {
        ui::note(global, format!("done on all {} nodes", fleet.clients.len()));
        return Ok(Exit::Ok);
    }
    Err(Failure { exit: Exit::Unhealthy, errors })
}

fn text(args: &RunArgs) -> Result<String> {
    let text = match (&args.command, &args.file) {
        (Some(command), _) => command.clone(),
        (None, Some(path)) if path.as_os_str() != "-" => {
            std::fs::read_to_string(path).map_err(|e| {
                AdminError::config(format!("could not read \"{}\": {e}", path.display()))
            })?
        }
        _ => {
            let mut text = String::new();
            std::io::stdin()
                .read_to_string(&mut text)
                .map_err(|e| AdminError::config(format!("could not read standard input: {e}")))?;
            text
        }
    };
    if text.trim().is_empty() {
        return Err(Failure::usage("there is no statement"));
    }
    Ok(text)
}

/// What is shown of a text.
fn first_line(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    let more = text.trim().lines().count() > 1;
    if more { format!("{line} ...") } else { line.to_owned() }
}
