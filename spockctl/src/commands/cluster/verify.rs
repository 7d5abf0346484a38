//! `spockctl cluster verify`.

use spock_admin::operations::preflight;
use spock_admin::operations::verify::{Options, Report, TableVerdict, verify};
use spock_admin::wait::Deadline;

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::{Cell, Column, Document, Table, Tone, count, emit};
use crate::ui;

/// Arguments of `cluster verify`.
#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    /// Compare the rows of every replicated table on all nodes
    #[arg(long)]
    data: bool,

    /// Check the settings of the servers; this is the default
    #[arg(long)]
    settings: bool,

    /// Compare what the servers are built for and how their databases keep text
    #[arg(long, conflicts_with_all = ["data", "settings"])]
    arch: bool,

    /// Check who reaches whom, from here and from each server by its subscriptions
    #[arg(long, conflicts_with_all = ["data", "settings", "arch"])]
    connectivity: bool,

    /// Do not wait for the streams to drain before comparing
    #[arg(long, requires = "data")]
    no_drain: bool,

    /// Look again this often at tables that differ, before their rows are compared
    #[arg(long, requires = "data", default_value_t = 0, value_name = "TIMES")]
    retries: u32,
}

pub(crate) async fn run(global: &Global, args: &VerifyArgs) -> Result {
    let context = Context::load(global, "cluster-verify")?;
    if args.connectivity {
        return super::connectivity::verify(global, &context).await;
    }
    let fleet = context.connect_all().await?;
    if args.arch {
        return super::arch::verify(global, &context, &fleet).await;
    }
    if args.settings || !args.data {
        preflight::check(&fleet)
            .await
            .map_err(|error| Failure { exit: Exit::Unhealthy, errors: vec![error] })?;
        ui::note(global, format!("the settings of all {} nodes are right", fleet.clients.len()));
    }
    if !args.data {
        if !global.output.is_for_people() {
            // No table was compared.
            emit_report(global, &context, &Report::default())?;
        }
        return Ok(Exit::Ok);
    }
    let progress = ui::progress::reporter(global);
    let options = Options {
        drain: !args.no_drain,
        retries: args.retries,
        deadline: Deadline::after(global.timeout),
    };
    let report = verify(&fleet, options, progress.as_ref()).await?;
    drop(progress);
    emit_report(global, &context, &report)?;
    for warning in warnings(&report) {
        ui::warning(warning);
    }
    let nodes = fleet.clients.len();
    if report.is_equal() {
        let rows: i64 = report.tables.iter().filter_map(|t| t.nodes.first()).map(rows).sum();
        let tables = report.tables.len();
        ui::note(
            global,
            format!("all {tables} tables are equal on all {nodes} nodes: {} rows", count(rows)),
        );
        return Ok(Exit::Ok);
    }
    let differing = report.tables.iter().filter(|table| !table.equal).count();
    ui::note(
        global,
        format!("{differing} of {} tables differ between the {nodes} nodes", report.tables.len()),
    );
    ui::hint(global, "see which rows with `spockctl table diff`");
    Ok(Exit::Unhealthy)
}

fn emit_report(global: &Global, context: &Context, report: &Report) -> Result<()> {
    emit(
        global,
        Document {
            schema: "spockctl/cluster-verify/1",
            cluster: Some(&context.cluster.name),
            table: table(report),
            items: &report.tables,
            warnings: &warnings(report),
            errors: &[],
        },
    )
}

fn rows(node: &spock_admin::operations::verify::NodeRows) -> i64 {
    node.checksum.as_ref().map_or(0, |checksum| checksum.rows)
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("TABLE"),
    Column::number("ROWS"),
    Column::new("RESULT"),
    Column::new("CHECKSUM").droppable(),
    Column::new("DIFFERENCE"),
];

fn table(report: &Report) -> Table {
    let mut table = Table::new(COLUMNS).named("table", 0);
    for verdict in &report.tables {
        let first = verdict.nodes.first().and_then(|node| node.checksum.as_ref());
        let common = first.filter(|_| verdict.equal);
        table.row(vec![
            Cell::text(verdict.table.to_string()),
            Cell::value(common.map(|sum| sum.rows), count),
            if verdict.equal {
                Cell::toned("* equal", Tone::Good)
            } else {
                Cell::toned("! differs", Tone::Bad)
            },
            Cell::value(common.map(|sum| sum.sum.clone()), |sum| sum),
            Cell::optional(difference(verdict).as_deref()),
        ]);
    }
    table
}

/// Which nodes have what, when they differ.
fn difference(verdict: &TableVerdict) -> Option<String> {
    if verdict.equal {
        return None;
    }
    let nodes: Vec<String> = verdict
        .nodes
        .iter()
        .map(|node| match &node.checksum {
            None => format!("{}: no such table", node.node),
            Some(sum) => format!("{}: {} rows", node.node, count(sum.rows)),
        })
        .collect();
    let rows = match verdict.differing_rows {
        Some(1) => ", 1 row differs".to_owned(),
        Some(rows @ 2..) => format!(", {rows} rows differ"),
        _ => String::new(),
    };
    Some(format!("differs on {} ({}){rows}", verdict.odd_nodes().join(", "), nodes.join(", ")))
}

/// Changes that wait for somebody, and columns left out because not every node has them.
fn warnings(report: &Report) -> Vec<String> {
    let pending = report.pending.iter().map(|(node, count)| {
        format!(
            "node {node}: DIVERGED ({count}): changes that could not be applied, see \
             spock.exceptions_pending"
        )
    });
    let repair = report
        .needs_repair
        .iter()
        .map(|(node, sub, why)| format!("node {node}: subscription {sub} needs repair: {why}"));
    let mut out: Vec<String> = pending.chain(repair).collect();
    out.extend(report.warnings.iter().cloned());
    if !report.differing_rules.is_empty() {
        let rules: Vec<String> =
            report.differing_rules.iter().map(|(node, rules)| format!("{node}: {rules}")).collect();
        out.push(format!("nodes decide conflicts in different ways: {}", rules.join("; ")));
    }
    for verdict in &report.tables {
        for node in verdict.nodes.iter().filter(|node| !node.extra_columns.is_empty()) {
            out.push(format!(
                "table {}: only node {} has {}, not compared",
                verdict.table,
                node.node,
                node.extra_columns.join(", ")
            ));
        }
    }
    out
}
