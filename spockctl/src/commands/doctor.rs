//! `spockctl doctor`, and `spockctl assess`: what is wrong, why, and what mends it.

use spock_admin::error::AdminError;
use spock_admin::operations::Fleet;
use spock_admin::operations::doctor::{self, Finding, Fix, Severity};

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{ErrorFormat, Result};
use crate::output::{Cell, Column, Document, Table, Tone, emit};
use crate::{ui, watch};

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
pub(crate) struct DoctorArgs {
    /// Only findings that are at least so bad
    #[arg(long, value_name = "SEVERITY", default_value = "info")]
    severity: AtLeast,

    /// Set what can be set while the servers run (ALTER SYSTEM, and a reload); nothing is restarted
    #[arg(long)]
    fix: bool,
}

/// Arguments of `assess`.
#[derive(Debug, clap::Args)]
pub(crate) struct AssessArgs {
    /// Nodes that the cluster is to have
    #[arg(long, value_name = "NUMBER", default_value = "2", value_parser = clap::value_parser!(u16).range(1..))]
    nodes: u16,
}

/// How bad a finding has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum AtLeast {
    /// All findings
    Info,
    /// Warnings and errors
    Warning,
    /// Errors
    Error,
}

impl AtLeast {
    fn lets_through(self, severity: Severity) -> bool {
        match self {
            AtLeast::Info => true,
            AtLeast::Warning => severity <= Severity::Warning,
            AtLeast::Error => severity == Severity::Error,
        }
    }
}

pub(crate) async fn run(global: &Global, args: &DoctorArgs) -> Result {
    let context = Context::load(global, "doctor")?;
    watch::run(global, "doctor", || examine(global, &context, args)).await
}

async fn examine(global: &Global, context: &Context, args: &DoctorArgs) -> Result {
    let nodes = context.nodes()?;
    let fleet = Fleet::connect(&nodes, &context.options).await;
    let mut findings = doctor::examine(&context.cluster, &nodes, &fleet).await;
    let fixes = if args.fix { doctor::fixes(&findings) } else { Vec::new() };
    findings.retain(|finding| args.severity.lets_through(finding.severity));
    show(global, &context.cluster.name, "spockctl/doctor/1", &findings, &fleet.errors)?;
    summary(global, &findings, nodes.len(), args.fix);
    if args.fix {
        mend(global, &fleet, &fixes).await?;
    }
    Ok(if fleet.clients.is_empty() {
        Exit::Connect
    } else if findings.iter().any(|finding| finding.severity == Severity::Error) {
        Exit::Unhealthy
    } else {
        Exit::Ok
    })
}

/// Sets what can be set, after it was shown and agreed to.
async fn mend(global: &Global, fleet: &Fleet, fixes: &[Fix]) -> Result<()> {
    if fixes.is_empty() {
        ui::note(global, "nothing of it can be mended by a setting");
        return Ok(());
    }
    for fix in fixes {
        let would = if global.dry_run { "would run" } else { "to run" };
        ui::note(global, format!("{would} on {}: ALTER SYSTEM SET {}", fix.node, fix.setting));
    }
    if global.dry_run {
        return Ok(());
    }
    ui::confirm::moderate(global, "Set this, and reload the servers?")?;
    for fix in fixes {
        let restart = doctor::fix(fleet, fix).await.map_err(|e| {
            e.context(format_args!("could not set {} on {}", fix.setting, fix.node))
        })?;
        let when = if restart { ", from its next restart on" } else { "" };
        ui::note(global, format!("node {} has {}{when}", fix.node, fix.setting));
    }
    Ok(())
}

pub(crate) async fn assess(global: &Global, args: &AssessArgs) -> Result {
    let context = Context::load(global, "assess")?;
    let fleet = context.connect().await?;
    let mut findings = Vec::new();
    for client in &fleet.clients {
        findings.extend(doctor::assess(client, usize::from(args.nodes)).await?);
    }
    show(global, &context.cluster.name, "spockctl/assess/1", &findings, &fleet.errors)?;
    summary(global, &findings, fleet.clients.len(), false);
    if global.error_format() == ErrorFormat::Text {
        crate::failure::print(&fleet.errors, ErrorFormat::Text, global.verbose > 0);
    }
    let is_bad = findings.iter().any(|finding| finding.severity == Severity::Error);
    Ok(match (is_bad, fleet.errors.is_empty()) {
        (true, _) => Exit::Unhealthy,
        (false, true) => Exit::Ok,
        (false, false) => Exit::Partial,
    })
}

/// How many findings of each kind, for people.
pub(crate) fn summary(global: &Global, findings: &[Finding], nodes: usize, is_fixing: bool) {
    if !global.output.is_for_people() {
        return;
    }
    let count = |severity| findings.iter().filter(|f| f.severity == severity).count();
    let words = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    let text = format!(
        "{}, {}, {} on {}",
        words(count(Severity::Error), "error"),
        words(count(Severity::Warning), "warning"),
        words(count(Severity::Info), "note"),
        words(nodes, "node"),
    );
    ui::note(global, text);
    if !is_fixing && findings.iter().any(|finding| finding.can_fix) {
        ui::hint(global, "`spockctl doctor --fix --dry-run` shows what it can set by itself");
    }
}

pub(crate) fn show(
    global: &Global,
    cluster: &str,
    schema: &'static str,
    findings: &[Finding],
    errors: &[AdminError],
) -> Result<()> {
    if findings.is_empty() && global.output.is_for_people() {
        return Ok(());
    }
    emit(
        global,
        Document {
            schema,
            cluster: Some(cluster),
            table: table(findings),
            items: findings,
            warnings: &[],
            errors,
        },
    )
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("SEVERITY"),
    Column::new("NODE"),
    Column::new("ID"),
    Column::new("OBJECT").wide(),
    Column::new("PROBLEM"),
    Column::new("REMEDY").droppable(),
];

fn table(findings: &[Finding]) -> Table {
    let mut table = Table::new(COLUMNS).named("finding", 2);
    for finding in findings {
        let (symbol, tone) = match finding.severity {
            Severity::Error => ("!", Tone::Bad),
            Severity::Warning => ("~", Tone::Warning),
            Severity::Info => ("-", Tone::Plain),
        };
        table.row(vec![
            Cell::toned(format!("{symbol} {}", finding.severity.as_str()), tone),
            Cell::text(finding.nodes.join(",")),
            Cell::text(finding.id),
            Cell::optional(finding.object.as_deref()),
            Cell::text(&finding.problem),
            Cell::optional(finding.remedy.as_deref()),
        ]);
    }
    table
}
