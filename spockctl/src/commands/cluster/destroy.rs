//! `spockctl cluster destroy`.

use spock_admin::operations::destroy;

use crate::cli::Global;
use crate::context::Context;
use crate::engine;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::ui;

/// Arguments of `cluster destroy`.
#[derive(Debug, clap::Args)]
pub(crate) struct DestroyArgs {
    /// Let the users' tables and rows stay; this is what it does anyhow
    #[arg(long)]
    keep_data: bool,

    /// Drop the extension from the databases, too
    #[arg(long)]
    drop_extension: bool,

    /// The name of the cluster, in place of the question for it
    #[arg(long, value_name = "CLUSTER")]
    confirm: Option<String>,

    #[command(flatten)]
    engine: engine::EngineArgs,
}

pub(super) async fn run(global: &Global, args: &DestroyArgs) -> Result {
    let context = Context::load(global, "cluster-destroy")?;
    if !context.names().is_empty() {
        return Err(Failure::usage("this command is about all nodes of the cluster")
            .hint("leave out --node"));
    }
    let fleet = context.connect_cluster().await?;
    let plan = destroy::plan(&context.cluster, &fleet, args.drop_extension, global.timeout).await?;
    let left = destroy::left_behind(&fleet);
    let partial = |left| Failure { exit: Exit::Partial, errors: left };
    if global.dry_run {
        engine::show(global, &args.engine, &context, &plan).await?;
        return if left.is_empty() { Ok(Exit::Ok) } else { Err(partial(left)) };
    }
    let name = &context.cluster.name;
    ui::note(global, &plan.title);
    for step in plan.steps() {
        ui::note(global, format!("  {}: {}", step.node, step.action.title()));
    }
    for error in &left {
        ui::warning(&error.message);
    }
    ui::note(global, "tables of users and their rows stay, on every node");
    ui::confirm::severe(global, args.confirm.as_deref(), name)?;
    let summary =
        engine::run_and_print(global, &args.engine, &context, "cluster destroy", &fleet, &plan)
            .await?;
    if !left.is_empty() {
        return Err(partial(left));
    }
    let changed = summary.changed;
    ui::note(global, format!("cluster \"{name}\" is no more: {changed} steps done"));
    Ok(Exit::Ok)
}
