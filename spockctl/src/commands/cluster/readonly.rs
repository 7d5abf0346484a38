//! `spockctl cluster readonly`.

use clap::ValueEnum;
use spock_admin::operations::read_only::{Mode, switch};

use crate::cli::Global;
use crate::commands::ddl::switch::table;
use crate::context::Context;
use crate::failure::Result;
use crate::output::emit_of_nodes;
use crate::ui;

/// Arguments of `cluster readonly`.
#[derive(Debug, clap::Args)]
pub(crate) struct ReadonlyArgs {
    /// Who may write
    #[arg(value_enum, value_name = "MODE")]
    mode: ModeArg,
}

/// Values of `readonly`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ModeArg {
    /// The same as local
    On,
    /// Only superusers; what other nodes replicate is applied
    Local,
    /// Only superusers; what other nodes replicate waits
    All,
    /// Everybody
    Off,
}

impl From<ModeArg> for Mode {
    fn from(mode: ModeArg) -> Mode {
        match mode {
            ModeArg::On | ModeArg::Local => Mode::Local,
            ModeArg::All => Mode::All,
            ModeArg::Off => Mode::Off,
        }
    }
}

pub(super) async fn run(global: &Global, args: &ReadonlyArgs) -> Result {
    let context = Context::load(global, "cluster-readonly")?;
    let fleet = context.connect().await?;
    let mode = Mode::from(args.mode);
    if mode != Mode::Off && !global.dry_run {
        let nodes = fleet.clients.len();
        let more = if mode == Mode::All { ", and stop applying what others wrote" } else { "" };
        let question = format!("Keep users from writing on {nodes} nodes{more}?");
        ui::confirm::moderate(global, &question)?;
    }
    let answers = switch(&fleet, mode, global.dry_run).await;
    let schema = "spockctl/cluster-readonly/1";
    let exit = emit_of_nodes(global, &context, schema, &answers, table(&answers.items))?;
    let changed = answers.items.iter().filter(|item| item.changed).count();
    let said = match (changed, global.dry_run) {
        (0, _) => "nothing to change".to_owned(),
        (_, true) => format!("would change {changed} nodes"),
        (_, false) => format!("changed {changed} nodes"),
    };
    ui::note(global, said);
    Ok(exit)
}
