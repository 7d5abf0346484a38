//! `spockctl upgrade run`.

use spock_admin::operations::upgrade::{Restart, Template};

use super::plan::{Made, Wanted, make, tell_protocols};
use crate::cli::Global;
use crate::commands::runs::show::print_done;
use crate::context::Context;
use crate::engine;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::ui;

/// Arguments of `upgrade run`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    wanted: Wanted,

    /// Stops the server of a node; `{node}` stands for its name. No shell reads the command
    #[arg(long, value_name = "COMMAND", value_parser = Template::parse, requires = "start_cmd", conflicts_with = "manual")]
    stop_cmd: Option<Template>,

    /// Starts it
    #[arg(long, value_name = "COMMAND", value_parser = Template::parse, requires = "stop_cmd")]
    start_cmd: Option<Template>,

    /// Tell when the server of a node is to be restarted, and wait until it was
    #[arg(long)]
    manual: bool,

    #[command(flatten)]
    engine: engine::EngineArgs,
}

const EXAMPLES: &str = "\
Examples:
  spockctl upgrade run --to 6.0.1 --stop-cmd 'ssh {node} systemctl stop postgresql' \\
      --start-cmd 'ssh {node} systemctl start postgresql'
  spockctl upgrade run --to 6.0.1 --manual --order n3,n2,n1
  spockctl upgrade run --to 6.0.1 --manual --node n3      one node first";

pub(super) async fn run(global: &Global, args: &RunArgs) -> Result {
    let restart = match (&args.stop_cmd, &args.start_cmd, args.manual) {
        (Some(stop), Some(start), _) => {
            Restart::Commands { stop: stop.clone(), start: start.clone() }
        }
        (_, _, true) => Restart::Manual,
        _ => return Err(Failure::usage("say --stop-cmd and --start-cmd, or --manual")),
    };
    let context = Context::load(global, "upgrade-run")?;
    let Made { plan, pairs, fleet, run: run_id } =
        make(global, &context, &args.wanted, restart).await?;
    if global.dry_run {
        tell_protocols(global, &pairs);
        return engine::show(global, &args.engine, &context, &plan).await;
    }
    ui::note(global, format!("plan: {}", plan.title));
    ui::confirm::moderate(global, "Restart these servers one after the other?")?;
    let run = engine::begin(&args.engine, &context, "upgrade run").await?;
    run_id.get_or_init(|| run.id().to_owned());
    let summary = engine::execute(global, &args.engine, &context, &run, &fleet, &plan).await?;
    print_done(global, run.id())?;
    ui::note(
        global,
        format!(
            "done: spock {} ({} steps done, {} were done before)",
            args.wanted.to, summary.changed, summary.already_done
        ),
    );
    Ok(Exit::Ok)
}
