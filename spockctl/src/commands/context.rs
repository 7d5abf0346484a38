//! `spockctl context …`: the clusters that the user works with, each under a name.

use std::path::PathBuf;

use spock_admin::user_config::{self, ContextEntry, UserConfig};

use crate::cli::Global;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, emit};
use crate::settle::user_config_path;
use crate::ui;

/// Verbs of `context`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ContextCommand {
    /// List the contexts
    List,
    /// Make a context the one of commands that name no cluster
    Use {
        /// The context
        name: String,
    },
    /// Show one context, the current one unless named
    Show {
        /// The context
        name: Option<String>,
    },
    /// Add a context
    ///
    /// Example:
    ///   spockctl context add prod --cluster-file /etc/spock/prod.toml --read-only
    #[command(verbatim_doc_comment)]
    Add(AddArgs),
    /// Remove a context; the definition of its cluster stays
    Remove {
        /// The context
        name: String,
    },
}

/// Arguments of `context add`; its definition is that of `--cluster-file`.
#[derive(Debug, clap::Args)]
pub(crate) struct AddArgs {
    /// The context
    name: String,
    /// Node of commands that name none
    #[arg(long, value_name = "NAME")]
    default_node: Option<String>,
    /// Refuse every command that may write
    #[arg(long)]
    read_only: bool,
}

/// One context.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    name: String,
    is_current: bool,
    cluster_file: PathBuf,
    default_node: Option<String>,
    read_only: bool,
}

pub(crate) fn run(global: &Global, command: ContextCommand) -> Result {
    let path = user_config_path()?;
    let would = if global.dry_run { "would be " } else { "" };
    match command {
        ContextCommand::List => show(global, &UserConfig::load(&path)?, None)?,
        ContextCommand::Show { name } => {
            let config = UserConfig::load(&path)?;
            let name = name.or_else(|| global.context.clone()).or(config.current_context.clone());
            let name = name.ok_or_else(|| {
                spock_admin::error::AdminError::precondition("there is no current context")
                    .hint("choose one with `spockctl context use NAME`")
            })?;
            config.entry(&name)?;
            show(global, &config, Some(&name))?;
        }
        ContextCommand::Use { name } => {
            let mut config = UserConfig::load(&path)?;
            config.entry(&name)?;
            if !global.dry_run {
                user_config::make_current(&path, &name)?;
            }
            ui::note(global, format!("context \"{name}\" {would}used from now on"));
            config.current_context = Some(name.clone());
            show_changed(global, &config, &name)?;
        }
        ContextCommand::Add(args) => {
            let file = global.cluster_file.as_ref().ok_or_else(|| {
                crate::failure::Failure::usage(
                    "a context needs its definition: --cluster-file PATH",
                )
            })?;
            // A definition with mistakes is one that no command could use.
            spock_admin::cluster_file::load(file)?;
            let cluster_file = std::path::absolute(file).unwrap_or_else(|_| file.clone());
            let entry = ContextEntry {
                cluster_file,
                default_node: args.default_node,
                read_only: args.read_only,
            };
            if !global.dry_run {
                user_config::add(&path, &args.name, &entry)?;
            }
            ui::note(global, format!("context \"{}\" {would}added", args.name));
            let mut config = UserConfig::load(&path)?;
            config.context.insert(args.name.clone(), entry);
            show_changed(global, &config, &args.name)?;
        }
        ContextCommand::Remove { name } => {
            let config = UserConfig::load(&path)?;
            config.entry(&name)?;
            if !global.dry_run {
                user_config::remove(&path, &name)?;
            }
            ui::note(global, format!("context \"{name}\" {would}removed"));
            show_changed(global, &config, &name)?;
        }
    }
    Ok(Exit::Ok)
}

/// Prints a context that was changed, in a format for programs.
fn show_changed(global: &Global, config: &UserConfig, name: &str) -> Result<()> {
    if global.output.is_for_people() {
        return Ok(());
    }
    show(global, config, Some(name))
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("CURRENT"),
    Column::new("NAME"),
    Column::new("CLUSTER_FILE"),
    Column::new("DEFAULT_NODE").droppable(),
    Column::new("READ_ONLY"),
];

fn show(global: &Global, config: &UserConfig, only: Option<&str>) -> Result<()> {
    let mut table = Table::new(COLUMNS).named("context", 1);
    let mut items = Vec::new();
    for (name, entry) in &config.context {
        if only.is_some_and(|only| only != name) {
            continue;
        }
        let is_current = config.current_context.as_ref() == Some(name);
        table.row(vec![
            Cell::text(if is_current { "*" } else { "" }),
            Cell::text(name),
            Cell::text(entry.cluster_file.display().to_string()),
            Cell::optional(entry.default_node.as_deref()),
            Cell::text(if entry.read_only { "yes" } else { "no" }),
        ]);
        items.push(Item {
            name: name.clone(),
            is_current,
            cluster_file: entry.cluster_file.clone(),
            default_node: entry.default_node.clone(),
            read_only: entry.read_only,
        });
    }
    emit(
        global,
        Document {
            schema: "spockctl/context/1",
            cluster: None,
            items: &items,
            table,
            warnings: &[],
            errors: &[],
        },
    )
}
