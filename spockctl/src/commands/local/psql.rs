//! `spockctl local psql`.

use std::os::unix::process::CommandExt as _;

use spock_admin::error::AdminError;

use super::name_of;
use crate::cli::Global;
use crate::context::{database, open_local};
use crate::failure::Result;

/// Arguments of `local psql`.
#[derive(Debug, clap::Args)]
pub(crate) struct PsqlArgs {
    /// The node
    #[arg(value_name = "NODE")]
    on: String,

    /// Database, in place of the first one
    #[arg(long, value_name = "NAME")]
    database: Option<String>,

    /// Arguments for psql, behind `--`
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<String>,
}

pub(super) fn run(global: &Global, args: &PsqlArgs) -> Result {
    let cluster = open_local(name_of(global, None))?;
    let node = cluster.node(&args.on)?;
    let database = args.database.clone().unwrap_or_else(|| database(node));
    // Returns only when the program could not be replaced.
    let error = node.client("psql", &database).args(&args.arguments).exec();
    Err(AdminError::failed(format!("could not run psql: {error}")).into())
}
