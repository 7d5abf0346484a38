//! `spockctl cluster apply`.

use std::path::PathBuf;

use spock_admin::error::AdminError;
use spock_admin::operations::apply::{self, Applied, Options, Outcome, Prepared};
use spock_admin::operations::drift;
use spock_admin::plan::PlannedStep;

use super::diff;
use crate::cli::Global;
use crate::commands::node::define::require_same_database;
use crate::context::Context;
use crate::engine::{self, SavedPlan};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::{Cell, Column, Document, Table, Tone, emit};
use crate::ui;

/// Arguments of `cluster apply`.
#[derive(Debug, clap::Args)]
pub(crate) struct ApplyArgs {
    /// Remove what is there and the definition does not name
    #[arg(long)]
    prune: bool,

    /// Do what this plan says, which --plan-out has written; refused when anything has changed since
    #[arg(long, value_name = "PATH", conflicts_with_all = ["prune", "plan_out"])]
    plan: Option<PathBuf>,

    /// The name of the cluster, in place of the question for it, where something is removed
    #[arg(long, value_name = "CLUSTER")]
    confirm: Option<String>,

    #[command(flatten)]
    engine: engine::EngineArgs,
}

pub(super) const EXAMPLES: &str = "\
Examples:
  spockctl cluster apply --dry-run                        what would be done
  spockctl cluster apply --yes
  spockctl cluster apply --prune --confirm prod           what the file does not name goes, too
  spockctl cluster apply --dry-run --plan-out plan.json   one person looks at it ...
  spockctl cluster apply --plan plan.json                 ... and another one does it";

pub(super) async fn run(global: &Global, args: &ApplyArgs) -> Result {
    let context = Context::load(global, "cluster-apply")?;
    if !context.names().is_empty() {
        return Err(Failure::usage("this command is about all nodes of the cluster")
            .hint("leave out --node"));
    }
    let saved = args.plan.as_deref().map(SavedPlan::read).transpose()?;
    let prune = args.prune || saved.as_ref().is_some_and(SavedPlan::removes);
    let options = Options { prune, timeout: global.timeout };
    let fleet = context.connect_all().await?;
    let prepared = apply::plan(&context.cluster, &fleet, options).await?;
    for (node, address) in prepared.new_addresses() {
        let client = fleet.client(node)?;
        require_same_database(&client, node, address, &context.options).await?;
    }
    let Prepared { plan, drift } = prepared;
    let steps = plan.render().await?;
    if let Some(saved) = &saved {
        saved.require_same(&plan, &steps)?;
    }
    if global.dry_run {
        return engine::show_rendered(global, &args.engine, &context, &plan, &steps);
    }
    let mut after = drift.items.clone();
    if !steps.is_empty() || args.engine.is_resumed() {
        ask(global, args, &context, &plan.title, &plan.warnings, &steps)?;
        engine::run(global, &args.engine, &context, "cluster apply", &fleet, &plan).await?;
        let now = drift::compare(&context.cluster, &fleet).await;
        if let Some(error) = now.errors.into_iter().next() {
            return Err(error.context("could not see what became of it").into());
        }
        after = now.items;
    } else {
        plan.warnings.iter().for_each(ui::warning);
    }
    let items = apply::outcomes(&drift.items, &after, options.prune);
    tell(global, &context, &items, &plan.warnings)
}

/// Shows what is to be done and asks for it; who saved the plan has agreed to it, but for what removes something.
fn ask(
    global: &Global,
    args: &ApplyArgs,
    context: &Context,
    title: &str,
    warnings: &[String],
    steps: &[PlannedStep],
) -> Result<()> {
    ui::note(global, format!("plan: {title}"));
    for step in steps {
        let mark = if step.destructive { " (removes something)" } else { "" };
        ui::note(global, format!("  {}: {}{mark}", step.node, step.title));
    }
    warnings.iter().for_each(ui::warning);
    if steps.iter().any(|step| step.destructive) {
        ui::confirm::severe(global, args.confirm.as_deref(), &context.cluster.name)
    } else if args.plan.is_some() || steps.is_empty() {
        Ok(())
    } else {
        ui::confirm::moderate(global, "Do this?")
    }
}

/// Says what became of every difference.
fn tell(global: &Global, context: &Context, items: &[Applied], warnings: &[String]) -> Result {
    let name = &context.cluster.name;
    let warnings: Vec<String> = context.cluster.warnings.iter().chain(warnings).cloned().collect();
    emit(
        global,
        Document {
            schema: "spockctl/cluster-apply/1",
            cluster: Some(name),
            items,
            table: table(items),
            warnings: &warnings,
            errors: &[],
        },
    )?;
    let count =
        |outcomes: &[Outcome]| items.iter().filter(|item| outcomes.contains(&item.outcome)).count();
    let (made, removed) = (count(&[Outcome::Made]), count(&[Outcome::Removed]));
    let (left, open) = (count(&[Outcome::Left]), count(&[Outcome::Person, Outcome::Open]));
    if open > 0 {
        ui::note(
            global,
            format!("{made} differences mended, {removed} removed, {open} not mended"),
        );
        ui::hint(global, "see what differs still with `spockctl cluster diff`");
        return Ok(Exit::Unhealthy);
    }
    ui::note(
        global,
        match (made + removed, left) {
            (0, 0) => format!("cluster \"{name}\" is as the definition says"),
            (_, 0) => format!(
                "cluster \"{name}\" is as the definition says: {made} differences mended, {removed} removed"
            ),
            (_, left) => format!(
                "cluster \"{name}\" has all that the definition says: {made} differences mended, {removed} removed; \
                 {left} things that it does not name were left"
            ),
        },
    );
    Ok(Exit::Ok)
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &diff::columns("OUTCOME");

fn table(items: &[Applied]) -> Table {
    let mut table = Table::new(COLUMNS).named("difference", 1);
    for Applied { difference, outcome } in items {
        let (word, tone) = match outcome {
            Outcome::Made => ("made", Tone::Good),
            Outcome::Removed => ("removed", Tone::Good),
            Outcome::Left => ("left", Tone::Warning),
            Outcome::Person => ("person", Tone::Bad),
            Outcome::Open => ("open", Tone::Bad),
        };
        table.row(diff::row(difference, Cell::toned(word, tone)));
    }
    table
}

impl SavedPlan {
    /// Whether it was made with --prune and removes something: no other step of this command does.
    fn removes(&self) -> bool {
        self.steps.iter().any(|step| step.destructive)
    }

    fn require_same(
        &self,
        plan: &spock_admin::plan::Plan,
        steps: &[PlannedStep],
    ) -> std::result::Result<(), AdminError> {
        if self.is_of(plan, steps)? {
            return Ok(());
        }
        Err(AdminError::precondition("this is no longer the plan: something has changed since it was made")
            .detail(format!(
                "It is the plan to {}. The nodes, the definition, or the command are not the same now.",
                self.title
            ))
            .hint("make a new one with `spockctl cluster apply --dry-run --plan-out FILE`, and look at it"))
    }
}
