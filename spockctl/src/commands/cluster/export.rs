//! `spockctl cluster export`.

use std::path::{Path, PathBuf};

use spock_admin::cluster::Cluster;
use spock_admin::cluster_file;
use spock_admin::operations::export::{self, Export, Options};

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{ErrorFormat, Result};
use crate::output::{self, Cell, Column, Document, Table, emit};
use crate::{input, ui};

pub(crate) const EXAMPLES: &str = "\
Examples:
  spockctl -d 'host=db1 dbname=app user=postgres' cluster export > cluster.toml
  spockctl cluster diff -f cluster.toml                    nothing: the file says what is
  spockctl cluster export --from-spockctrl spockctrl.json > cluster.toml";

/// Arguments of `cluster export`.
#[derive(Debug, clap::Args)]
pub(crate) struct ExportArgs {
    /// Name of the cluster in the file
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// List the tables and sequences of the built-in replication sets, too
    #[arg(long)]
    all_sets: bool,

    /// Mask addresses and users, for a file that is shown to others
    #[arg(long)]
    redact_dsn: bool,

    /// Make the file from the JSON node file of the former spockctrl, and ask no server; `-` reads standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["all_sets", "redact_dsn"])]
    from_spockctrl: Option<PathBuf>,
}

/// The file.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    /// The text of `cluster.toml`.
    text: String,
}

pub(super) async fn run(global: &Global, args: &ExportArgs) -> Result {
    let (cluster, export) = match &args.from_spockctrl {
        Some(path) => converted(path, args)?,
        None => {
            let context = Context::load(global, "cluster-export")?;
            let fleet = context.connect().await?;
            let name = args.name.clone().or_else(|| {
                // One connection string names no cluster; its database is a name.
                let database = || context.cluster.nodes.first()?.admin.get("dbname");
                global.dsn.is_some().then(|| database().unwrap_or("cluster").to_owned())
            });
            let options = Options { name, all_sets: args.all_sets, redact_dsn: args.redact_dsn };
            let export =
                export::export(&context.cluster, fleet, &context.options, &options).await?;
            (context.cluster.name, export)
        }
    };
    let Export { text, nodes, warnings, errors } = export;
    if global.output.is_document() {
        let mut table = Table::new(vec![Column::new("TEXT")]).named("file", 0);
        table.row(vec![Cell::text(&text)]);
        emit(
            global,
            Document {
                schema: "spockctl/cluster-export/1",
                cluster: Some(&cluster),
                items: &[Item { text }],
                table,
                warnings: &warnings,
                errors: &errors,
            },
        )?;
    } else {
        output::text(&text)?;
    }
    if global.error_format() == ErrorFormat::Text {
        crate::failure::print(&errors, ErrorFormat::Text, global.verbose > 0);
        warnings.iter().for_each(ui::warning);
    }
    ui::note(global, format!("{nodes} nodes are in the definition"));
    Ok(if errors.is_empty() { Exit::Ok } else { Exit::Partial })
}

/// The definition in a node file of spockctrl.
fn converted(path: &Path, args: &ExportArgs) -> Result<(String, Export)> {
    let text = input::read(path)?;
    let mut cluster: Cluster = cluster_file::from_spockctrl(&text, &input::name(path))?;
    if let Some(name) = &args.name {
        cluster.name.clone_from(name);
    }
    let (text, unsaid) = cluster_file::write(&cluster);
    let mut warnings = cluster.warnings;
    warnings.extend(unsaid);
    let nodes = cluster.nodes.len();
    Ok((cluster.name, Export { text, nodes, warnings, errors: Vec::new() }))
}
