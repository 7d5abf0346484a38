//! `spockctl config …`: the cluster definition itself.

use std::path::{Path, PathBuf};

use spock_admin::cluster::{Cluster, Node};
use spock_admin::cluster_file;
use spock_admin::cluster_file::origin::{Origin, Source, origins};
use spock_admin::conninfo::Conninfo;
use spock_admin::conninfo::resolve::{Env as _, ProcessEnv};
use spock_admin::error::{AdminError, redact};
use spock_admin::journal;

use crate::cli::Global;
use crate::context::{Context, Definition, locate};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::{Cell, Column, Document, Table, Tone, emit, text};
use crate::{input, settle, ui};

/// Verbs of `config`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ConfigCommand {
    /// Write a definition to begin with, with comments
    #[command(after_long_help = INIT_EXAMPLES)]
    Init(InitArgs),
    /// Show which files the program reads here, and why
    Path,
    /// Print the JSON Schema of definitions, for editors
    Schema,
    /// Show the nodes of the definition, passwords masked
    Show(ShowArgs),
    /// Read the cluster definition and say what is wrong with it
    Validate(ValidateArgs),
}

const INIT_EXAMPLES: &str = "\
Examples:
  spockctl config init --with n1='host=db1 dbname=app' --with n2='host=db2 dbname=app'
  spockctl config init - > prod.toml    with nodes to fill in";

/// Arguments of `config init`.
#[derive(Debug, clap::Args)]
pub(crate) struct InitArgs {
    /// The file; `-` is standard output
    #[arg(default_value = "cluster.toml")]
    file: PathBuf,

    /// Name of the cluster
    #[arg(long, default_value = "prod")]
    name: String,

    /// A node, and how it is reached (can be repeated); two to fill in unless given
    #[arg(long, value_name = "NAME=CONNINFO")]
    with: Vec<String>,

    /// Replace a file that is there
    #[arg(long)]
    force: bool,
}

/// Arguments of `config show`.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowArgs {
    /// Show every value that is in force, and where it comes from: line, service, variable, or default
    #[arg(long)]
    origin: bool,
}

/// Arguments of `config validate`.
#[derive(Debug, clap::Args)]
pub(crate) struct ValidateArgs {
    /// A definition, in place of that of --cluster-file
    file: Option<PathBuf>,
}

/// One node, as the definition has it.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    node: String,
    admin: String,
    peer: String,
    location: Option<String>,
    is_seed: bool,
}

/// One file that the program reads, or would read.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub(crate) struct PathItem {
    /// What it has: `cluster`, `user`, `passwords`, `services`, `runs`.
    kind: &'static str,
    /// Where it is; null when there is none.
    path: Option<String>,
    /// What says so: an option, a variable, a context, or `default`.
    origin: String,
    /// Whether it is there.
    exists: bool,
}

pub(crate) fn run(global: &Global, command: &ConfigCommand) -> Result {
    match command {
        ConfigCommand::Init(args) => init(global, args),
        ConfigCommand::Path => path(global),
        ConfigCommand::Schema => {
            let schema = cluster_file::schema();
            text(&format!("{schema:#}\n"))?;
            Ok(Exit::Ok)
        }
        ConfigCommand::Show(args) => {
            let context = Context::load(global, "config")?;
            if args.origin {
                show_origins(global, &context)?;
            } else {
                show(global, &context.cluster, &context.nodes()?)?;
            }
            Ok(Exit::Ok)
        }
        ConfigCommand::Validate(args) => match &args.file {
            None => validate(global),
            Some(file) => {
                let cluster_file = Some(file.clone());
                validate(&Global { cluster_file, dsn: None, local: None, ..global.clone() })
            }
        },
    }
}

fn validate(global: &Global) -> Result {
    let context = Context::load(global, "config")?;
    let cluster = &context.cluster;
    ui::note(
        global,
        format!(
            "cluster \"{}\": {} nodes, {} subscriptions",
            cluster.name,
            cluster.nodes.len(),
            cluster.subscriptions().len()
        ),
    );
    if !global.output.is_for_people() {
        show(global, cluster, &context.nodes()?)?;
    }
    Ok(Exit::Ok)
}

fn show(global: &Global, cluster: &Cluster, nodes: &[&Node]) -> Result<()> {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("ADMIN"),
        Column::new("PEER"),
        Column::new("LOCATION").droppable(),
    ])
    .named("node", 0);
    let mut items = Vec::new();
    for node in nodes {
        table.row(vec![
            Cell::text(&node.name),
            Cell::text(node.admin.redacted()),
            Cell::text(node.peer.redacted()),
            Cell::optional(node.location.as_deref()),
        ]);
        items.push(Item {
            node: node.name.clone(),
            admin: node.admin.redacted(),
            peer: node.peer.redacted(),
            location: node.location.clone(),
            is_seed: node.name == cluster.seed,
        });
    }
    emit(
        global,
        Document {
            schema: "spockctl/config/1",
            cluster: Some(&cluster.name),
            items: &items,
            table,
            warnings: &cluster.warnings,
            errors: &[],
        },
    )
}

fn show_origins(global: &Global, context: &Context) -> Result<()> {
    let cluster = &context.cluster;
    let items: Vec<Origin> = match &context.definition {
        Definition::File(path) => {
            let text = input::read(path)?;
            let name = path.display().to_string();
            origins(cluster, Source::File(&text, &name), &ProcessEnv)?
        }
        Definition::Input => {
            return Err(Failure::usage("--origin tells lines of a file, not of standard input"));
        }
        Definition::Dsn(_) | Definition::Local(_) => {
            origins(cluster, Source::Other(&context.named_by), &ProcessEnv)?
        }
    };
    let mut table =
        Table::new(vec![Column::new("SETTING"), Column::new("VALUE"), Column::new("ORIGIN")]);
    for item in &items {
        table.row(vec![
            Cell::text(&item.setting),
            Cell::optional(Some(item.value.as_str()).filter(|value| !value.is_empty())),
            Cell::text(&item.origin),
        ]);
    }
    emit(
        global,
        Document {
            schema: "spockctl/config-origin/1",
            cluster: Some(&cluster.name),
            items: &items,
            table,
            warnings: &cluster.warnings,
            errors: &[],
        },
    )
}

fn path(global: &Global) -> Result {
    let of = |kind, path: Option<PathBuf>, origin: &str| PathItem {
        kind,
        exists: path.as_ref().is_some_and(|path| path.exists()),
        path: path.map(|path| path.display().to_string()),
        origin: origin.to_owned(),
    };
    // A file that a variable names, or else below the home directory.
    let named = |kind, variable: &str, usual: &str| match ProcessEnv.var(variable) {
        Some(path) => of(kind, Some(path.into()), variable),
        None => {
            let home = ProcessEnv.var("HOME").map(|home| Path::new(&home).join(usual));
            of(kind, home, "default")
        }
    };
    let cluster = match locate(global) {
        Ok((Definition::File(path), from)) => of("cluster", Some(path), &from),
        Ok((Definition::Input, from)) => of("cluster", Some("-".into()), &from),
        Ok((Definition::Dsn(_) | Definition::Local(_), from)) => of("cluster", None, &from),
        Err(_) => of("cluster", None, "not given"),
    };
    let from = ["SPOCKCTL_CONFIG", "XDG_CONFIG_HOME"]
        .into_iter()
        .find(|variable| ProcessEnv.var(variable).is_some())
        .unwrap_or("default");
    let user = of("user", settle::user_config_path().ok(), from);
    // One that is not absolute is not heeded.
    let state = match ProcessEnv.var("XDG_STATE_HOME") {
        Some(path) if Path::new(&path).is_absolute() => "XDG_STATE_HOME",
        _ => "default",
    };
    let items = [
        cluster,
        user,
        named("passwords", "PGPASSFILE", ".pgpass"),
        named("services", "PGSERVICEFILE", ".pg_service.conf"),
        of("runs", journal::directory().ok(), state),
    ];
    let mut table = Table::new(vec![
        Column::new("KIND"),
        Column::new("PATH"),
        Column::new("ORIGIN"),
        Column::new("EXISTS"),
    ])
    .named("", 1);
    for item in &items {
        table.row(vec![
            Cell::text(item.kind),
            Cell::optional(item.path.as_deref()),
            Cell::text(&item.origin),
            match item.exists {
                true => Cell::text("yes"),
                false => Cell::toned("no", Tone::Warning),
            },
        ]);
    }
    emit(
        global,
        Document {
            schema: "spockctl/config-path/1",
            cluster: None,
            items: &items,
            table,
            warnings: &[],
            errors: &[],
        },
    )?;
    Ok(Exit::Ok)
}

/// Writes a definition of the nodes that --with names, or of two to fill in.
fn init(global: &Global, args: &InitArgs) -> Result {
    let nodes = if args.with.is_empty() {
        vec![
            ("n1".to_owned(), "host=db1.example port=5432".to_owned()),
            ("n2".to_owned(), "host=db2.example port=5432".to_owned()),
        ]
    } else {
        let pair = |node: &String| {
            // Where the name is left out the rest may begin as if it had one.
            let is_name = |name: &str| !name.is_empty() && !name.contains([' ', ':']);
            let (name, dsn) =
                node.split_once('=').filter(|(name, _)| is_name(name)).ok_or_else(|| {
                    Failure::usage(format!("--with \"{}\" has no connection string", redact(node)))
                        .hint("write --with NAME='host=... dbname=...'")
                })?;
            Ok((name.to_owned(), dsn.to_owned()))
        };
        args.with.iter().map(pair).collect::<Result<Vec<_>>>()?
    };
    let nodes = nodes
        .iter()
        .map(|(name, dsn)| Ok(Node::new(name, Conninfo::parse(dsn)?)))
        .collect::<Result<Vec<_>>>()?;
    if nodes.iter().any(|node| node.admin.has_secret()) {
        return Err(Failure::usage("a definition has no passwords")
            .hint("put them into ~/.pgpass, or a service, or password_command"));
    }
    let written = cluster_file::template(&Cluster::mesh(&args.name, nodes));
    // What is written can be read.
    let cluster = cluster_file::parse(&written, "the definition")?;
    if args.file.as_os_str() == "-" {
        text(&written)?;
        return Ok(Exit::Ok);
    }
    let name = args.file.display();
    if args.file.exists() && !args.force {
        return Err(AdminError::precondition(format!("\"{name}\" is already there"))
            .hint("name another file, or give --force to replace it")
            .into());
    }
    if global.dry_run {
        ui::note(global, format!("would write \"{name}\""));
        return Ok(Exit::Ok);
    }
    let failed = |e: std::io::Error| AdminError::failed(format!("could not write \"{name}\": {e}"));
    std::fs::write(&args.file, &written).map_err(failed)?;
    if !global.output.is_for_people() {
        show(global, &cluster, &cluster.nodes.iter().collect::<Vec<_>>())?;
    }
    ui::note(global, format!("wrote \"{name}\""));
    ui::hint(global, "look at it, then: spockctl config validate, spockctl cluster init --dry-run");
    Ok(Exit::Ok)
}
