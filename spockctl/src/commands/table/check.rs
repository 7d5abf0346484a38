//! `spockctl table check`.

use spock_admin::operations::doctor::{self, Severity};

use crate::cli::Global;
use crate::commands::doctor::{show, summary};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{ErrorFormat, Result};
use crate::watch;

/// Arguments of `table check`.
#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    /// Only these, with their schemas unless they are in public; all in replication sets when none is given
    #[arg(value_name = "TABLE")]
    tables: Vec<String>,
}

/// Differences keep rows from being equal also where no stream stands still for them yet.
const DIFFERENCES: [&str; 2] = ["table-differs", "table-missing"];

pub(super) async fn run(global: &Global, args: &CheckArgs) -> Result {
    let context = Context::load(global, "table-check")?;
    watch::run(global, "table check", || check(global, &context, args)).await
}

async fn check(global: &Global, context: &Context, args: &CheckArgs) -> Result {
    let fleet = context.connect().await?;
    let mut only = Vec::new();
    for name in &args.tables {
        only.push(super::find(&fleet, name).await?);
    }
    let findings = doctor::examine_tables(&fleet, &only).await;
    let cluster = &context.cluster.name;
    show(global, cluster, "spockctl/table-check/1", &findings, &fleet.errors)?;
    summary(global, &findings, fleet.clients.len(), true);
    if global.error_format() == ErrorFormat::Text {
        crate::failure::print(&fleet.errors, ErrorFormat::Text, global.verbose > 0);
    }
    let is_bad = findings
        .iter()
        .any(|found| found.severity == Severity::Error || DIFFERENCES.contains(&found.id));
    Ok(match (is_bad, fleet.errors.is_empty()) {
        (true, _) => Exit::Unhealthy,
        (false, true) => Exit::Ok,
        (false, false) => Exit::Partial,
    })
}
