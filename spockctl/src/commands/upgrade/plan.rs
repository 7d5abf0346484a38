//! `spockctl upgrade plan`, and what `run` has in common with it.

use std::sync::{Arc, OnceLock};

use spock_admin::operations::Fleet;
use spock_admin::operations::upgrade::{self, MaxLag, Options, Pair, Restart};
use spock_admin::plan::Plan;

use crate::cli::Global;
use crate::commands::check::{Lag, parse_lag};
use crate::context::Context;
use crate::engine::show_plan;
use crate::failure::{Failure, Result};
use crate::ui;

/// Arguments of `upgrade plan`.
#[derive(Debug, clap::Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(super) wanted: Wanted,
}

/// What is to be reached, and in which order.
#[derive(Debug, clap::Args)]
pub(crate) struct Wanted {
    /// The version; the one before is the way back, where a script leads there
    #[arg(long, value_name = "VERSION")]
    pub(super) to: String,

    /// The order of the nodes, all of them; the order of the definition unless given
    #[arg(long, value_name = "NODES", value_delimiter = ',')]
    order: Vec<String>,

    /// How far the streams of a node may be behind before it is stopped: a duration or a size
    #[arg(long, value_name = "LIMIT", default_value = "64MB", value_parser = parse_lag)]
    max_lag: Lag,
}

pub(super) async fn run(global: &Global, args: &PlanArgs) -> Result {
    let context = Context::load(global, "upgrade-plan")?;
    let Made { plan, pairs, .. } = make(global, &context, &args.wanted, Restart::Manual).await?;
    tell_protocols(global, &pairs);
    show_plan(global, &context.cluster.name, &plan, &plan.render().await?)
}

/// Tells which protocol nodes of different versions will speak.
pub(super) fn tell_protocols(global: &Global, pairs: &[Pair]) {
    if global.output.is_for_people() {
        for pair in pairs.iter().filter(|pair| pair.one != pair.other) {
            let speak = match pair.protocol {
                Some(protocol) => format!("speak version {protocol} of the protocol"),
                None => "what they speak is known when the first node runs it".to_owned(),
            };
            ui::note(global, format!("spock {} and spock {}: {speak}", pair.one, pair.other));
        }
    }
}

/// A plan, and what it was made of.
pub(super) struct Made {
    pub(super) plan: Plan,
    pub(super) pairs: Vec<Pair>,
    pub(super) fleet: Fleet,
    /// Takes the id of the run once there is one.
    pub(super) run: Arc<OnceLock<String>>,
}

/// Checks all nodes and plans the steps.
pub(super) async fn make(
    global: &Global,
    context: &Context,
    wanted: &Wanted,
    restart: Restart,
) -> Result<Made> {
    let chosen: Vec<String> = context.nodes()?.iter().map(|node| node.name.clone()).collect();
    let order = if wanted.order.is_empty() { chosen.clone() } else { wanted.order.clone() };
    for (at, node) in order.iter().enumerate() {
        context.cluster.node(node)?;
        if order[..at].contains(node) || !chosen.contains(node) {
            return Err(Failure::usage(format!(
                "--order must name node \"{node}\" once, if at all"
            )));
        }
    }
    if let Some(missing) = chosen.iter().find(|node| !order.contains(node)) {
        return Err(Failure::usage(format!("--order does not name node \"{missing}\"")));
    }
    let run = Arc::new(OnceLock::new());
    let options = Options {
        target: wanted.to.clone(),
        order,
        restart,
        max_lag: match wanted.max_lag {
            Lag::Seconds(seconds) => {
                MaxLag::Time(std::time::Duration::try_from_secs_f64(seconds).unwrap_or_default())
            }
            Lag::Bytes(bytes) => MaxLag::Bytes(bytes),
        },
        timeout: global.timeout,
        run: Arc::clone(&run),
    };
    let fleet = context.connect_cluster().await?;
    let progress = ui::progress::reporter(global);
    let (plan, pairs) =
        upgrade::plan(&context.cluster, &fleet, &context.options, &options, progress.as_ref())
            .await?;
    Ok(Made { plan, pairs, fleet, run })
}
