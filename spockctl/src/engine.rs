//! How commands of several steps run their plans: shown by `--dry-run`, saved by `--plan-out`, and otherwise
//! run under the operators' lock with a journal.
//!
//! ```text
//! let plan = ...;
//! if global.dry_run { return engine::show(global, &args.engine, &context, "cluster init", &plan).await; }
//! confirm ...
//! let summary = engine::run(global, &args.engine, &context, "cluster init", &fleet, &plan).await?;
//! ```

use std::collections::BTreeMap;
use std::fs::{OpenOptions, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use spock_admin::error::{AdminError, redact};
use spock_admin::journal::{self, Asked};
use spock_admin::operations::Fleet;
use spock_admin::operations::run::{Options, Run};
use spock_admin::plan::{Plan, PlannedStep, Summary, fingerprint};
use spock_admin::wait::parse_duration;

use crate::cli::Global;
use crate::commands::runs::show::print_done;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::interrupt;
use crate::output::{Cell, Column, Document, Table, emit};
use crate::ui;

/// Options of every command that runs a plan.
#[derive(Debug, clap::Args)]
pub(crate) struct EngineArgs {
    /// Write the plan to this file
    #[arg(long, value_name = "PATH")]
    plan_out: Option<PathBuf>,

    /// Wait so long for another operator to finish
    #[arg(
        long,
        hide_env_values = true,
        env = "SPOCKCTL_WAIT_LOCK",
        default_value = "0s",
        value_name = "DURATION",
        value_parser = parse_duration
    )]
    wait_lock: Duration,

    /// How long other operators are kept away after this program has died
    #[arg(
        long,
        hide_short_help = true,
        hide_env_values = true,
        env = "SPOCKCTL_LOCK_LEASE",
        default_value = "30s",
        value_name = "DURATION",
        value_parser = parse_lease
    )]
    lock_lease: Duration,

    /// Go on with this run
    #[arg(long, hide = true, value_name = "ID")]
    resume_run: Option<String>,
}

fn parse_lease(text: &str) -> std::result::Result<Duration, String> {
    match parse_duration(text)? {
        lease if lease < Duration::from_secs(1) => Err("a lease is not below 1s".to_owned()),
        lease => Ok(lease),
    }
}

/// Begins a run of a command (`cluster init`): it has an id from now on.
pub(crate) async fn begin(args: &EngineArgs, context: &Context, command: &str) -> Result<Run> {
    begin_or_resume(args, context, command, None).await
}

/// The same; or goes on with a run that was found, unless another one was asked for.
pub(crate) async fn begin_or_resume(
    args: &EngineArgs,
    context: &Context,
    command: &str,
    found: Option<String>,
) -> Result<Run> {
    Ok(Run::begin(Options {
        asked: asked(context, command),
        journals: journal::directory()?,
        resume: args.resume_run.clone().or(found),
        connect: context.options.clone(),
        lease: args.lock_lease,
        wait: args.wait_lock,
        cancel: interrupt::handle(),
    })
    .await?)
}

/// Runs a plan that was begun; the result of the command is its own.
pub(crate) async fn execute(
    global: &Global,
    args: &EngineArgs,
    context: &Context,
    run: &Run,
    fleet: &Fleet,
    plan: &Plan,
) -> Result<Summary> {
    if let Some(path) = &args.plan_out {
        save(path, context, plan, &plan.render().await?)?;
    }
    let _heeded = interrupt::Heeded::new();
    let progress = ui::progress::reporter(global);
    Ok(run.execute(&context.cluster, fleet, plan, progress.as_ref()).await?)
}

/// Runs a plan of a command (`cluster apply`); the result of the command is its own.
pub(crate) async fn run(
    global: &Global,
    args: &EngineArgs,
    context: &Context,
    command: &str,
    fleet: &Fleet,
    plan: &Plan,
) -> Result<Summary> {
    let run = begin(args, context, command).await?;
    execute(global, args, context, &run, fleet, plan).await
}

/// The same for a command whose result is the run, in formats for programs.
pub(crate) async fn run_and_print(
    global: &Global,
    args: &EngineArgs,
    context: &Context,
    command: &str,
    fleet: &Fleet,
    plan: &Plan,
) -> Result<Summary> {
    let run = begin(args, context, command).await?;
    let summary = execute(global, args, context, &run, fleet, plan).await?;
    print_done(global, run.id())?;
    Ok(summary)
}

/// Shows what would be done, for `--dry-run`.
pub(crate) async fn show(
    global: &Global,
    args: &EngineArgs,
    context: &Context,
    plan: &Plan,
) -> Result {
    show_rendered(global, args, context, plan, &plan.render().await?)
}

/// The same with its steps as they were found.
pub(crate) fn show_rendered(
    global: &Global,
    args: &EngineArgs,
    context: &Context,
    plan: &Plan,
    steps: &[PlannedStep],
) -> Result {
    if let Some(path) = &args.plan_out {
        save(path, context, plan, steps)?;
    }
    show_plan(global, &context.cluster.name, plan, steps)
}

/// What its table has.
pub(crate) const PLAN_COLUMNS: &[Column] =
    &[Column::new("NODE"), Column::new("STEP"), Column::new("DETAIL").droppable()];

/// Prints what would be done.
pub(crate) fn show_plan(
    global: &Global,
    cluster: &str,
    plan: &Plan,
    steps: &[PlannedStep],
) -> Result {
    let title = &plan.title;
    let mut table = Table::new(PLAN_COLUMNS).named("step", 1);
    for step in steps {
        let detail = if step.done { Some("already done") } else { step.sql.as_deref() };
        table.row(vec![
            Cell::text(&step.node),
            Cell::text(format!("would {}", step.title)),
            Cell::optional(detail),
        ]);
    }
    let is_for_people = global.output.is_for_people();
    if is_for_people {
        ui::note(global, format!("plan: {title}"));
    }
    emit(
        global,
        Document {
            schema: "spockctl/plan/1",
            cluster: Some(cluster),
            items: steps,
            table,
            warnings: &plan.warnings,
            errors: &[],
        },
    )?;
    plan.warnings.iter().for_each(ui::warning);
    if is_for_people {
        let destructive = steps.iter().filter(|step| step.destructive).count();
        let open = steps.iter().filter(|step| !step.done).count();
        ui::note(global, format!("{open} steps, {destructive} destructive. Nothing was changed."));
    }
    Ok(Exit::Ok)
}

const PLAN_FILE: &str = "spockctl/plan-file/1";

/// A plan in a file.
#[derive(Serialize)]
struct Saved<'a> {
    schema: &'static str,
    cluster: &'a str,
    title: &'a str,
    /// Another one when the plan, or what of it is done, is no longer the same.
    fingerprint: String,
    steps: &'a [PlannedStep],
}

fn save(path: &Path, context: &Context, plan: &Plan, steps: &[PlannedStep]) -> Result<()> {
    let saved = Saved {
        schema: PLAN_FILE,
        cluster: &context.cluster.name,
        title: &plan.title,
        fingerprint: fingerprint(steps, &plan.observed)?,
        steps,
    };
    let failed = |e: std::io::Error| {
        AdminError::config(format!("could not write plan \"{}\": {e}", path.display()))
    };
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(failed)?;
    // One that was there has the permissions of whoever made it.
    file.set_permissions(Permissions::from_mode(0o600)).map_err(failed)?;
    serde_json::to_writer_pretty(&file, &saved).map_err(|e| failed(e.into()))?;
    file.write_all(b"\n").map_err(failed)?;
    Ok(())
}

/// A plan that was saved, as far as it is looked at again.
#[derive(Debug, Deserialize)]
pub(crate) struct SavedPlan {
    schema: String,
    pub(crate) title: String,
    fingerprint: String,
    pub(crate) steps: Vec<SavedStep>,
}

/// A step of it.
#[derive(Debug, Deserialize)]
pub(crate) struct SavedStep {
    pub(crate) destructive: bool,
}

impl SavedPlan {
    /// Reads the file.
    pub(crate) fn read(path: &Path) -> std::result::Result<Self, AdminError> {
        let failed = |e: &dyn std::fmt::Display| {
            AdminError::config(format!("could not read plan \"{}\"", path.display()))
                .detail(e.to_string())
        };
        let text = std::fs::read(path).map_err(|e| failed(&e))?;
        let saved: Self = serde_json::from_slice(&text)
            .map_err(|e| failed(&e).hint("give a file that --plan-out has written"))?;
        if saved.schema == PLAN_FILE {
            return Ok(saved);
        }
        Err(failed(&format!("It is a document \"{}\", not \"{PLAN_FILE}\".", saved.schema))
            .hint("give a file that --plan-out has written"))
    }

    /// Whether it is this plan, made for the state that is found now.
    pub(crate) fn is_of(
        &self,
        plan: &Plan,
        steps: &[PlannedStep],
    ) -> std::result::Result<bool, AdminError> {
        Ok(self.fingerprint == fingerprint(steps, &plan.observed)?)
    }
}

impl EngineArgs {
    /// Whether a run is taken up again.
    pub(crate) fn is_resumed(&self) -> bool {
        self.resume_run.is_some()
    }
}

/// What was asked for, without secrets.
fn asked(context: &Context, command: &str) -> Asked {
    let given: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let (arguments, masked) = journal::redact_arguments(&given);
    let mut is_incomplete = masked || given.iter().any(|argument| argument == "-");
    let mut environment = BTreeMap::new();
    for (name, value) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("SPOCKCTL_") {
            let value = value.to_string_lossy();
            let shown = redact(&value);
            is_incomplete |= shown != value || shown == "-";
            environment.insert(name, shown);
        }
    }
    Asked {
        command: command.to_owned(),
        arguments,
        environment,
        is_incomplete,
        directory: std::env::current_dir().unwrap_or_default(),
        cluster: context.cluster.name.clone(),
        nodes: context.cluster.nodes.iter().map(|node| node.name.clone()).collect(),
    }
}
