//! `spockctl node guc …`: settings of the servers.

use spock_admin::client::ServerSetting;
use spock_admin::error::AdminError;
use spock_admin::operations::answers::{Answers, ask_nodes};
use spock_admin::operations::guc::{self, Checked, SetResult, Wanted};

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::{Cell, Column, Table, Tone, emit_of_nodes};
use crate::{ui, watch};

/// Verbs of `node guc`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum GucCommand {
    /// Show the settings of the extension and those that it needs
    List(ListArgs),
    /// Show settings by name
    Get(GetArgs),
    /// Set a setting of one server, or those of the cluster definition on all servers
    ///
    /// By ALTER SYSTEM and a reload, so that it outlives a restart. A setting that counts after a restart only is set,
    /// and the command says so.
    Set(SetArgs),
    /// Compare the servers with [guc] of the cluster definition; ends with 6 when one differs
    Check,
}

/// Arguments of `node guc list`.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// All settings that have this in their names
    pattern: Option<String>,
}

/// Arguments of `node guc get`.
#[derive(Debug, clap::Args)]
pub(crate) struct GetArgs {
    /// The settings
    #[arg(required = true)]
    name: Vec<String>,
}

/// Arguments of `node guc set`.
#[derive(Debug, clap::Args)]
pub(crate) struct SetArgs {
    /// The setting
    #[arg(required_unless_present = "from_file", requires = "value")]
    name: Option<String>,

    /// Its value
    value: Option<String>,

    /// What [guc] of the cluster definition says
    #[arg(long, conflicts_with = "name")]
    from_file: bool,
}

pub(super) async fn run(global: &Global, command: GucCommand) -> Result {
    match command {
        GucCommand::List(args) => list(global, &args).await,
        GucCommand::Get(args) => get(global, &args).await,
        GucCommand::Set(args) => set(global, &args).await,
        GucCommand::Check => check(global).await,
    }
}

pub(super) async fn list(global: &Global, args: &ListArgs) -> Result {
    let context = Context::load(global, "node-guc-list")?;
    watch::run(global, "node guc list", || async {
        let fleet = context.connect().await?;
        let pattern = args.pattern.as_deref();
        let mut answers = Answers { items: Vec::new(), errors: fleet.errors.clone(), answered: 0 };
        for client in &fleet.clients {
            match client.server_settings(pattern).await {
                Ok(found) => {
                    answers.items.extend(found);
                    answers.answered += 1;
                }
                Err(error) => answers.errors.push(error),
            }
        }
        let table = settings(&answers.items);
        emit_of_nodes(global, &context, "spockctl/guc-list/1", &answers, table)
    })
    .await
}

async fn get(global: &Global, args: &GetArgs) -> Result {
    let context = Context::load(global, "node-guc-get")?;
    watch::run(global, "node guc get", || async {
        let fleet = context.connect().await?;
        let answers = ask_nodes(&fleet, |client| guc::get(client, &args.name)).await;
        let table = settings(&answers.items);
        emit_of_nodes(global, &context, "spockctl/guc-list/1", &answers, table)
    })
    .await
}

/// What the cluster definition says.
fn wanted(context: &Context) -> Result<Vec<Wanted>> {
    match context.cluster.settings.as_slice() {
        [] => Err(AdminError::config("the cluster definition has no [guc]").into()),
        settings => Ok(settings.to_vec()),
    }
}

async fn set(global: &Global, args: &SetArgs) -> Result {
    let context = Context::load(global, "node-guc-set")?;
    let (wanted, fleet) = match (&args.name, &args.value) {
        (Some(name), Some(value)) => {
            let node = context.one_node()?.name.clone();
            (vec![(name.clone(), value.clone())], context.connect_to(&node).await?)
        }
        _ => (wanted(&context)?, context.connect_all().await?),
    };
    let mut answers = Answers { items: Vec::new(), errors: Vec::new(), answered: 0 };
    // All servers are looked at before the first one is changed.
    for client in &fleet.clients {
        answers.items.extend(guc::set(client, &wanted, true).await?);
        answers.answered += 1;
    }
    let to_set = answers.items.iter().filter(|item| item.outcome == "planned").count();
    if !global.dry_run && to_set > 0 {
        let list: Vec<String> = answers
            .items
            .iter()
            .filter(|item| item.outcome == "planned")
            .map(|item| {
                format!("{} on {} ({} to {})", item.name, item.node, item.before, item.wanted)
            })
            .collect();
        ui::confirm::moderate(global, &format!("Set {}?", list.join(", ")))?;
        answers.items.clear();
        answers.answered = 0;
        for client in &fleet.clients {
            match guc::set(client, &wanted, false).await {
                Ok(items) => {
                    answers.items.extend(items);
                    answers.answered += 1;
                }
                // Never on past a failure.
                Err(error) => {
                    answers.errors.push(error);
                    break;
                }
            }
        }
    }
    let table = results(&answers.items);
    let exit = emit_of_nodes(global, &context, "spockctl/guc-set/1", &answers, table)?;
    let count = |outcome: &str| answers.items.iter().filter(|item| item.outcome == outcome).count();
    if !answers.errors.is_empty() && answers.items.is_empty() {
        return Ok(exit);
    }
    ui::note(
        global,
        match (global.dry_run, to_set) {
            (_, 0) => "nothing to change".to_owned(),
            (true, n) => format!("would set {n}"),
            (false, _) => format!("set {}", count("set") + count("restart")),
        },
    );
    let restart: Vec<&str> = answers
        .items
        .iter()
        .filter(|item| item.outcome == "restart")
        .map(|item| item.node.as_str())
        .collect();
    if let Some(first) = restart.first() {
        let mut nodes = restart.clone();
        nodes.dedup();
        ui::warning(format!("{} must be restarted before it counts", nodes.join(", ")));
        ui::hint(
            global,
            format!(
                "see what waits with `spockctl node guc list --node {first} --columns name,value,pending_restart`"
            ),
        );
    }
    Ok(exit)
}

async fn check(global: &Global) -> Result {
    let context = Context::load(global, "node-guc-check")?;
    let wanted = wanted(&context)?;
    watch::run(global, "node guc check", || async {
        let fleet = context.connect().await?;
        let answers = guc::check(&fleet, &wanted).await;
        let table = checked(&answers.items);
        let exit = emit_of_nodes(global, &context, "spockctl/guc-check/1", &answers, table)?;
        if exit == Exit::Ok && answers.items.iter().any(|item| !item.same) {
            ui::hint(global, "set them with `spockctl node guc set --from-file`");
            return Ok::<_, Failure>(Exit::Unhealthy);
        }
        Ok(exit)
    })
    .await
}

/// What its table has.
pub(crate) const SETTINGS: &[Column] = &[
    Column::new("NODE"),
    Column::new("NAME"),
    Column::new("VALUE"),
    Column::new("SOURCE"),
    Column::new("CONTEXT").droppable(),
    Column::new("PENDING_RESTART").wide(),
    Column::new("DESCRIPTION").wide(),
];

/// Settings as a table.
pub(super) fn settings(items: &[ServerSetting]) -> Table {
    let mut table = Table::new(SETTINGS).named("guc", 1);
    for item in items {
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.name),
            Cell::text(&item.value),
            Cell::text(&item.source),
            Cell::text(&item.context),
            yes(item.pending_restart),
            Cell::text(&item.description),
        ]);
    }
    table
}

fn yes(pending: bool) -> Cell {
    if pending { Cell::toned("yes", Tone::Warning) } else { Cell::text("no") }
}

/// What its table has.
pub(crate) const RESULTS: &[Column] = &[
    Column::new("NODE"),
    Column::new("NAME"),
    Column::new("BEFORE"),
    Column::new("WANTED"),
    Column::new("VALUE"),
    Column::new("OUTCOME"),
];

fn results(items: &[SetResult]) -> Table {
    let mut table = Table::new(RESULTS).named("guc", 1);
    for item in items {
        let tone = match item.outcome {
            "restart" => Tone::Warning,
            "set" => Tone::Good,
            _ => Tone::Plain,
        };
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.name),
            Cell::text(&item.before),
            Cell::text(&item.wanted),
            Cell::text(&item.value),
            Cell::toned(item.outcome, tone),
        ]);
    }
    table
}

fn checked(items: &[Checked]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("NAME"),
        Column::new("WANTED"),
        Column::new("VALUE"),
        Column::new("SAME"),
        Column::new("PENDING_RESTART"),
    ])
    .named("guc", 1);
    for item in items {
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.name),
            Cell::text(&item.wanted),
            Cell::optional(item.value.as_deref()),
            match item.same {
                true => Cell::toned("yes", Tone::Good),
                false => Cell::toned("no", Tone::Bad),
            },
            yes(item.pending_restart),
        ]);
    }
    table
}
