//! `spockctl node readonly`.

use clap::ValueEnum;
use spock_admin::client::ServerSetting;
use spock_admin::operations::answers::ask_nodes;
use spock_admin::operations::read_only::{Mode, SETTING, switch};

use crate::cli::Global;
use crate::commands::ddl::switch::table;
use crate::context::Context;
use crate::failure::Result;
use crate::output::emit_of_nodes;
use crate::{ui, watch};

/// Arguments of `node readonly`.
#[derive(Debug, clap::Args)]
pub(crate) struct ReadonlyArgs {
    /// Who may write, or status
    #[arg(value_enum, value_name = "MODE")]
    mode: ModeArg,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ModeArg {
    /// The same as local
    On,
    /// Only superusers; what other nodes replicate is applied
    Local,
    /// Only superusers; what other nodes replicate waits
    All,
    /// Everybody
    Off,
    /// Show who may write
    Status,
}

pub(super) async fn run(global: &Global, args: &ReadonlyArgs) -> Result {
    let context = Context::load(global, "node-readonly")?;
    let mode = match args.mode {
        ModeArg::Status => {
            return watch::run(global, "node readonly status", || status(global, &context)).await;
        }
        ModeArg::On | ModeArg::Local => Mode::Local,
        ModeArg::All => Mode::All,
        ModeArg::Off => Mode::Off,
    };
    let node = context.one_node()?.name.clone();
    let fleet = context.connect_to(&node).await?;
    if !global.dry_run {
        let question = match mode {
            Mode::Off => format!("Let users write on node {node}?"),
            Mode::Local => format!("Keep users from writing on node {node}?"),
            Mode::All => format!(
                "Keep users from writing on node {node}, and stop applying what others wrote?"
            ),
        };
        ui::confirm::moderate(global, &question)?;
    }
    let answers = switch(&fleet, mode, global.dry_run).await;
    let schema = "spockctl/node-readonly/1";
    let exit = emit_of_nodes(global, &context, schema, &answers, table(&answers.items))?;
    let changed = answers.items.iter().any(|item| item.changed);
    let said = match (changed, global.dry_run) {
        (false, _) => format!("{SETTING} is {} already on node {node}", mode.as_str()),
        (true, true) => format!("would set {SETTING} to {} on node {node}", mode.as_str()),
        (true, false) => format!("set {SETTING} to {} on node {node}", mode.as_str()),
    };
    ui::note(global, said);
    Ok(exit)
}

async fn status(global: &Global, context: &Context) -> Result {
    let fleet = context.connect().await?;
    let names = [SETTING.to_owned()];
    let answers = ask_nodes(&fleet, async |client| -> Result<Vec<ServerSetting>, _> {
        spock_admin::operations::guc::get(client, &names).await
    })
    .await;
    let table = super::guc::settings(&answers.items);
    emit_of_nodes(global, context, "spockctl/guc-list/1", &answers, table)
}
