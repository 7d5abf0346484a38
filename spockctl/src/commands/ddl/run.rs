//! `spockctl ddl run`.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use clap::ValueEnum;
use spock_admin::client::{Client, ExecutedDdl, NewDdl};
use spock_admin::error::AdminError;
use spock_admin::journal::{self, RunState};
use spock_admin::operations::ddl::{self, OnNode, Request};
use spock_admin::operations::run::Run;
use spock_admin::operations::{Fleet, ask_all};

use crate::cli::Global;
use crate::context::Context;
use crate::engine;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::{Cell, Column, Document, Table, Tone, emit};
use crate::{input, ui};

/// Arguments of `ddl run`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
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

    /// How the nodes come to execute it
    #[arg(long, value_enum, value_name = "MODE", default_value_t = Mode::Replicate)]
    mode: Mode,

    /// Where its names are looked up
    #[arg(long, value_name = "SCHEMAS", default_value = "\"$user\", public")]
    search_path: String,

    /// Run it as this role, on all nodes
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,

    /// Run it under the DDL lock of all nodes, whatever the node's setting says
    #[arg(long, value_enum, value_name = "MODE")]
    lock: Option<Lock>,

    /// Wait until all nodes have run it; this is the default
    #[arg(long, overrides_with = "no_wait")]
    wait: bool,

    /// Do not wait until all nodes have run it
    #[arg(long)]
    no_wait: bool,

    /// Execute what this run has executed once more, though it was not finished
    #[arg(long, value_name = "RUN")]
    again: Option<String>,

    #[command(flatten)]
    engine: engine::EngineArgs,
}

const EXAMPLES: &str = "\
Examples:
  spockctl ddl run -c 'CREATE INDEX ON orders (customer)'
  spockctl ddl run -F migrations/042.sql --lock wait --yes
  spockctl ddl run -F migrations/042.sql --dry-run
  spockctl ddl run -c 'CREATE INDEX ON orders (note)' --mode everywhere";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// One does, and the others as its subscribers, in the order of their changes
    Replicate,
    /// Each does by itself, one after the other; nothing is sent
    Everywhere,
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
    if args.mode == Mode::Everywhere {
        return everywhere(global, args, &context).await;
    }
    let node = match context.nodes()?.as_slice() {
        [first, ..] if global.node.len() < 2 => first.name.clone(),
        _ => return Err(Failure::usage("the statement is run on one node: choose it with --node")),
    };
    let new = new_ddl(args, args.repset.clone())?;
    // All nodes, so that one that is away is known before, and can be waited for.
    let fleet = if args.no_wait {
        context.connect_cluster().await?
    } else {
        Fleet::connect_all(&context.cluster, &context.options).await?
    };
    let client = match fleet.errors.iter().find(|e| e.node.as_deref() == Some(&node)) {
        Some(error) => return Err(error.clone().into()),
        None => fleet.client(&node)?,
    };
    let mut warnings = context.cluster.warnings.clone();
    let mut found = Found::but(args);
    found.judge(&client, client.executed_ddl(&new).await?, &new, &mut warnings)?;
    let run_id = Arc::new(OnceLock::new());
    let plan = ddl::plan(
        &fleet,
        Request {
            new: new.clone(),
            node: node.clone(),
            run: Arc::clone(&run_id),
            ended: found.ended,
            limit: global.timeout,
            wait: !args.no_wait,
        },
    )?;
    if global.dry_run {
        return engine::show(global, &args.engine, &context, &plan).await;
    }
    let what = ddl::first_line(&new.shown());
    ui::confirm::moderate(global, &format!("Run on all nodes: {what}?"))?;
    let run = begin(args, &context, &new, found.resume, &run_id).await?;
    let executed = engine::execute(global, &args.engine, &context, &run, &fleet, &plan).await;
    let is_past = !args.no_wait && executed.is_ok();
    let results = ddl::results(&fleet, &node, &new, is_past).await;
    if executed.is_ok() {
        forget(&fleet, &[client], &new, &mut warnings).await;
    }
    let failure = executed.err();
    // What failed before anything was executed says all.
    let results = match (results, failure) {
        (Ok(results), Some(failure)) if results.is_empty() => return Err(failure),
        (Ok(results), failure) => {
            let failure = failure.map(|failure| on_others(failure, &results));
            (results, failure)
        }
        (Err(_), Some(failure)) => return Err(failure),
        (Err(error), None) => return Err(error.into()),
    };
    report(global, &context, args, &warnings, results)
}

/// What is known of the text before it is run.
#[derive(Default)]
struct Found {
    /// Runs that executed it and have ended.
    ended: Vec<String>,
    /// The run to go on with.
    resume: Option<String>,
    /// Whether a run is taken up by its id.
    is_resumed: bool,
}

impl Found {
    /// Nothing yet but what is not to count.
    fn but(args: &RunArgs) -> Self {
        let ended = args.again.iter().cloned().collect();
        Found { ended, resume: None, is_resumed: args.engine.is_resumed() }
    }

    /// Takes in what a node knows of a run that executed the text and was not finished.
    fn judge(
        &mut self,
        client: &Client,
        executed: Option<ExecutedDdl>,
        new: &NewDdl,
        warnings: &mut Vec<String>,
    ) -> Result<()> {
        let Some(executed) = executed else { return Ok(()) };
        let ExecutedDdl { run, holder, at, .. } = executed;
        if self.ended.contains(&run) || self.resume.as_ref() == Some(&run) {
            return Ok(());
        }
        let journals = journal::directory()?;
        let known = journal::find(&journals, &run).ok().filter(|known| known.run == run);
        let same = match known.as_ref().and_then(|known| known.secret.as_ref()) {
            _ if !new.is_secret() => Some(true),
            Some(digest) => journal::digest::is_of(&journals, digest, new.text.trim())?,
            None => None,
        };
        let node = client.node();
        match (known.map(|known| known.state), same) {
            (Some(RunState::Done), _) => {
                self.ended.push(run);
                return Ok(());
            }
            // The lock keeps us from it.
            (Some(RunState::Running), _) => return Ok(()),
            (Some(_), Some(false)) if self.is_resumed => {
                let message = format!("run {run} executed this with other passwords");
                return Err(AdminError::precondition(message)
                    .on(node)
                    .hint("give the text to `spockctl ddl run`: it is executed anew")
                    .into());
            }
            (Some(_), Some(false)) => {
                let text = format!(
                    "run {run} of {holder} executed this with other passwords on node {node} at {at}, and was not \
                     finished: this executes it with those that are given now"
                );
                self.ended.push(run);
                ui::warning(&text);
                warnings.push(text);
                return Ok(());
            }
            (Some(_), _) => self.resume = Some(run.clone()),
            // It was begun on another machine.
            (None, _) => {}
        }
        let but = if same.is_none() { "; whether with these passwords is not known" } else { "" };
        let text = format!(
            "run {run} of {holder} executed this on node {node} at {at}, and was not finished{but}: this goes on \
             with it. To execute it once more: --again {run}"
        );
        ui::warning(&text);
        warnings.push(text);
        Ok(())
    }
}

/// Has each node execute the text by itself.
async fn everywhere(global: &Global, args: &RunArgs, context: &Context) -> Result {
    if args.repset != ["ddl_sql"] {
        return Err(Failure::usage("with --mode everywhere nothing is sent, so there are no sets"));
    }
    let new = new_ddl(args, Vec::new())?;
    let fleet = context.connect_all().await?;
    let mut warnings = context.cluster.warnings.clone();
    let mut found = Found::but(args);
    let executed = ask_all(&fleet, |client| client.executed_ddl(&new)).await?;
    for (client, executed) in fleet.clients.iter().zip(executed) {
        found.judge(client, executed, &new, &mut warnings)?;
    }
    let run_id = Arc::new(OnceLock::new());
    let plan = ddl::everywhere::plan(&fleet, &new, &run_id, &found.ended, global.timeout);
    if global.dry_run {
        return engine::show(global, &args.engine, context, &plan).await;
    }
    let what = ddl::first_line(&new.shown());
    let count = fleet.clients.len();
    ui::confirm::moderate(global, &format!("Run on each of {count} nodes by itself: {what}?"))?;
    let run = begin(args, context, &new, found.resume, &run_id).await?;
    let executed = engine::execute(global, &args.engine, context, &run, &fleet, &plan).await;
    let mut results = ddl::everywhere::results(&fleet, &new).await;
    match executed {
        Ok(_) => {
            forget(&fleet, &fleet.clients, &new, &mut warnings).await;
            report(global, context, args, &warnings, (results, None))
        }
        Err(failure) if results.iter().all(|result| result.state != "executed") => Err(failure),
        Err(failure) => {
            let failed = failure.errors.first().and_then(|error| error.node.clone());
            let failed = results.iter_mut().find(|result| Some(&result.node) == failed.as_ref());
            if let Some(failed) = failed.filter(|result| result.state == "pending") {
                failed.state = "failed";
                let error = failure.errors.first();
                failed.reason = error.and_then(|e| e.detail.clone().or(Some(e.message.clone())));
            }
            let failure =
                Failure { exit: Exit::Partial, ..failure }.hint("what was executed stays");
            report(global, context, args, &warnings, (results, Some(failure)))
        }
    }
}

/// Begins the run, or goes on with one; it notes which text with passwords it executes.
async fn begin(
    args: &RunArgs,
    context: &Context,
    new: &NewDdl,
    resume: Option<String>,
    run_id: &OnceLock<(String, String)>,
) -> Result<Run> {
    let run = engine::begin_or_resume(&args.engine, context, "ddl run", resume).await?;
    run_id.get_or_init(|| (run.id().to_owned(), run.holder().to_owned()));
    if new.is_secret() {
        run.note_secret(new.text.trim())?;
    }
    Ok(run)
}

/// The run has ended: who runs the text again means it. What cannot be noted is told.
async fn forget(fleet: &Fleet, clients: &[Arc<Client>], new: &NewDdl, warnings: &mut Vec<String>) {
    let ends = clients.iter().map(|client| async move {
        if let Some(executed) = client.executed_ddl(new).await? {
            client.forget_ddl(&executed.run).await?;
        }
        Ok::<_, AdminError>(())
    });
    for (client, end) in clients.iter().zip(fleet.at_once.join(ends).await) {
        if let Err(error) = end {
            let node = client.node();
            warnings.push(format!("the end of the run is not noted on node {node}: {error}"));
        }
    }
}

/// A failure of other nodes: the step that failed first knows of its own node only.
fn on_others(failure: Failure, results: &[OnNode]) -> Failure {
    if failure.exit != Exit::Partial {
        return failure;
    }
    let errors = results.iter().filter_map(OnNode::error).collect();
    Failure { errors, ..failure }
        .hint("then run the same command again: it looks anew, and executes nothing twice")
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] =
    &[Column::new("NODE"), Column::new("STATE"), Column::new("REASON")];

/// Says what became of the text on each node.
fn report(
    global: &Global,
    context: &Context,
    args: &RunArgs,
    warnings: &[String],
    (results, failure): (Vec<OnNode>, Option<Failure>),
) -> Result {
    let mut table = Table::new(COLUMNS).named("node", 0);
    for OnNode { node, state, reason } in &results {
        let tone = match *state {
            "executed" => Tone::Good,
            "failed" | "unknown" => Tone::Bad,
            _ => Tone::Warning,
        };
        table.row(vec![
            Cell::text(node),
            Cell::toned(state.replace('_', " "), tone),
            Cell::optional(reason.as_deref()),
        ]);
    }
    let errors: &[AdminError] = failure.as_ref().map_or(&[], |failure| &failure.errors);
    emit(
        global,
        Document {
            schema: "spockctl/ddl-run/1",
            cluster: Some(&context.cluster.name),
            items: &results,
            table,
            warnings,
            errors,
        },
    )?;
    if let Some(failure) = failure {
        return Err(failure);
    }
    let executed = results.iter().filter(|result| result.state == "executed").count();
    let said = if args.no_wait {
        "done; the others will follow".to_owned()
    } else if executed == results.len() {
        format!("done on all {executed} nodes")
    } else {
        format!("done on {executed} of {} nodes", results.len())
    };
    ui::note(global, said);
    Ok(Exit::Ok)
}

/// What is to be executed, for the subscribers of these sets.
fn new_ddl(args: &RunArgs, sets: Vec<String>) -> Result<NewDdl> {
    Ok(NewDdl {
        text: input::statements(args.command.as_deref(), args.file.as_deref())?,
        sets,
        search_path: args.search_path.clone(),
        role: args.role.clone(),
        lock: args.lock.map(|lock| lock.word().to_owned()),
    })
}
