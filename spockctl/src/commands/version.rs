//! `spockctl version`.

use crate::cli::{Format, Global};
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, emit};

/// Arguments of `version`.
#[derive(Debug, clap::Args)]
pub(crate) struct VersionArgs {
    /// Print json, as --output json does
    #[arg(long)]
    json: bool,
}

/// This program.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    program: &'static str,
    version: &'static str,
}

pub(crate) fn run(global: &Global, args: &VersionArgs) -> Result {
    let item = Item { program: "spockctl", version: env!("CARGO_PKG_VERSION") };
    let mut table =
        Table::new(vec![Column::new("PROGRAM"), Column::new("VERSION")]).named("version", 1);
    table.row(vec![Cell::text(item.program), Cell::text(item.version)]);
    let mut global = global.clone();
    if args.json {
        global.output = Format::Json;
    }
    emit(
        &global,
        Document {
            schema: "spockctl/version/1",
            cluster: None,
            items: &[item],
            table,
            warnings: &[],
            errors: &[],
        },
    )?;
    Ok(Exit::Ok)
}
