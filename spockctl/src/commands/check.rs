//! `spockctl check`: one line for monitoring, in the form and with the exit codes of its plugins.
//!
//! Whatever goes wrong ends with 3 and says why in that line: monitoring shows nothing else.

use std::io::Write as _;
use std::time::Duration;

use clap::{Args, Subcommand};
use spock_admin::error::AdminError;
use spock_admin::operations::Fleet;
use spock_admin::operations::check::{self, Check, Limits, Measure, State};
use spock_admin::operations::clock::skews;
use spock_admin::operations::observe::{Observation, observe};
use spock_admin::wait::{Deadline, parse_duration};

use crate::cli::{Format, Global};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::{Cell, Column, Document, Table, Tone, emit};

/// What is checked.
#[derive(Debug, Subcommand)]
pub(crate) enum CheckCommand {
    /// How far subscriptions are behind, in time or in bytes
    Lag(LagArgs),
    /// Whether every subscription replicates
    #[command(alias = "workers")]
    Subs,
    /// Changes that could not be applied and wait for somebody
    Exceptions(CountArgs),
    /// Conflicts in a second
    Conflicts(RateArgs),
    /// Slots that are lost, that nobody reads, or that keep much log
    Slots(SizeArgs),
    /// Whether every node answers
    Nodes,
    /// How far the clocks are apart
    Clock(ClockArgs),
    /// Rows that lack the parents which their foreign keys refer to; reads the whole tables
    Fk(FkArgs),
    /// All of these but fk, with the limits that they have by themselves
    All,
}

/// Arguments of `check lag`.
#[derive(Debug, Args)]
pub(crate) struct LagArgs {
    /// From which lag on it is a warning: a duration or a size
    #[arg(long, value_name = "LIMIT", default_value = "30s", value_parser = parse_lag)]
    warning: Lag,
    /// From which lag on it is critical
    #[arg(long, value_name = "LIMIT", default_value = "5m", value_parser = parse_lag)]
    critical: Lag,
}

/// Arguments of `check exceptions`.
#[derive(Debug, Args)]
pub(crate) struct CountArgs {
    /// From how many on it is a warning
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    warning: u32,
    /// From how many on it is critical
    #[arg(long, value_name = "NUMBER", default_value = "10")]
    critical: u32,
}

/// Arguments of `check fk`.
#[derive(Debug, Args)]
pub(crate) struct FkArgs {
    /// From how many rows of a foreign key on it is a warning
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    warning: u32,
    /// From how many on it is critical
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    critical: u32,
    /// So many of the keys of such rows are shown
    #[arg(long, value_name = "NUMBER", default_value = "3", value_parser = clap::value_parser!(i64).range(0..))]
    samples: i64,
    /// For how long streams are waited for when rows lack their parents
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = parse_duration)]
    settle: Duration,
}

/// Arguments of `check conflicts`.
#[derive(Debug, Args)]
pub(crate) struct RateArgs {
    /// From how many in a second on it is a warning
    #[arg(long, value_name = "NUMBER", default_value = "10")]
    warning: f64,
    /// From how many in a second on it is critical
    #[arg(long, value_name = "NUMBER", default_value = "100")]
    critical: f64,
    /// For how long they are counted
    #[arg(long, value_name = "DURATION", default_value = "1s", value_parser = parse_duration)]
    over: Duration,
}

/// Arguments of `check slots`.
#[derive(Debug, Args)]
pub(crate) struct SizeArgs {
    /// From how much log on that a slot keeps it is a warning
    #[arg(long, value_name = "SIZE", default_value = "1GB", value_parser = parse_size)]
    warning: f64,
    /// From how much log on it is critical
    #[arg(long, value_name = "SIZE", default_value = "10GB", value_parser = parse_size)]
    critical: f64,
}

/// Arguments of `check clock`.
#[derive(Debug, Args)]
pub(crate) struct ClockArgs {
    /// From which distance on it is a warning
    #[arg(long, value_name = "DURATION", default_value = "250ms", value_parser = parse_duration)]
    warning: Duration,
    /// From which distance on it is critical
    #[arg(long, value_name = "DURATION", default_value = "5s", value_parser = parse_duration)]
    critical: Duration,
}

/// A lag in time or in bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Lag {
    Seconds(f64),
    Bytes(f64),
}

/// A number of bytes with a unit, as the server writes it.
fn parse_size(text: &str) -> Result<f64, String> {
    let at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let factor = match unit.trim() {
        "B" => 1.0,
        "kB" | "KB" => 1024.0,
        "MB" => 1024.0 * 1024.0,
        "GB" => 1024.0 * 1024.0 * 1024.0,
        "TB" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        _ => return Err("a size is a number with B, kB, MB, GB or TB".to_owned()),
    };
    let number: f64 = number.parse().map_err(|_| "a size begins with a number".to_owned())?;
    Ok(number * factor)
}

pub(crate) fn parse_lag(text: &str) -> Result<Lag, String> {
    match parse_size(text) {
        Ok(bytes) => Ok(Lag::Bytes(bytes)),
        Err(_) => parse_duration(text)
            .map(|time| Lag::Seconds(time.as_secs_f64()))
            .map_err(|e| format!("{e}; a lag is a duration (30s) or a size (64MB)")),
    }
}

impl CheckCommand {
    fn name(&self) -> &'static str {
        match self {
            CheckCommand::Lag(_) => "lag",
            CheckCommand::Subs => "subs",
            CheckCommand::Exceptions(_) => "exceptions",
            CheckCommand::Conflicts(_) => "conflicts",
            CheckCommand::Slots(_) => "slots",
            CheckCommand::Nodes => "nodes",
            CheckCommand::Clock(_) => "clock",
            CheckCommand::Fk(_) => "fk",
            CheckCommand::All => "all",
        }
    }

    /// Whether conflicts are counted, and for how long.
    fn counts_for(&self) -> Option<Duration> {
        match self {
            CheckCommand::Conflicts(args) => Some(args.over),
            CheckCommand::All => Some(Duration::from_secs(1)),
            _ => None,
        }
    }
}

pub(crate) async fn run(global: &Global, command: CheckCommand) -> Result {
    match look(global, &command).await {
        Ok(checks) => {
            let state = checks.iter().map(|check| check.state).max().unwrap_or(State::Unknown);
            match global.output {
                Format::Table => plugin(command.name(), state, &checks)?,
                _ => document(global, &checks)?,
            }
            Ok(Exit::Check(state.code()))
        }
        Err(failure) if failure.errors.is_empty() => Err(failure),
        Err(failure) => {
            let whys: Vec<String> = failure.errors.iter().map(AdminError::line).collect();
            line(&format!("SPOCK {} UNKNOWN - {}", head(command.name()), clean(&whys.join("; "))))?;
            Ok(Exit::Check(State::Unknown.code()))
        }
    }
}

async fn look(global: &Global, command: &CheckCommand) -> Result<Vec<Check>> {
    let context = Context::load(global, "check")?;
    let nodes = context.nodes()?;
    let fleet = Fleet::connect(&nodes, &context.options).await;
    if let CheckCommand::Fk(args) = command {
        let limits = Limits { warning: args.warning.into(), critical: args.critical.into() };
        let deadline = Deadline::after(args.settle);
        return Ok(vec![check::foreign_keys(&fleet, limits, args.samples, deadline).await]);
    }
    let first = observe(&nodes, &fleet).await;
    let (before, seen) = match command.counts_for() {
        None => (first.clone(), first),
        Some(time) => {
            tokio::time::sleep(time).await;
            (first, observe(&nodes, &fleet).await)
        }
    };
    of(command, &before, &seen, &fleet).await
}

async fn of(
    command: &CheckCommand,
    before: &Observation,
    seen: &Observation,
    fleet: &Fleet,
) -> Result<Vec<Check>> {
    Ok(vec![match command {
        CheckCommand::Lag(args) => match (args.warning, args.critical) {
            (Lag::Seconds(warning), Lag::Seconds(critical)) => {
                check::lag(seen, Limits { warning, critical }, false)
            }
            (Lag::Bytes(warning), Lag::Bytes(critical)) => {
                check::lag(seen, Limits { warning, critical }, true)
            }
            _ => {
                return Err(Failure::usage(
                    "--warning and --critical have to be two durations or two sizes",
                ));
            }
        },
        CheckCommand::Subs => check::subscriptions(seen),
        CheckCommand::Exceptions(args) => check::exceptions(
            seen,
            Limits { warning: args.warning.into(), critical: args.critical.into() },
        ),
        CheckCommand::Conflicts(args) => check::conflicts(
            before,
            seen,
            Limits { warning: args.warning, critical: args.critical },
        ),
        CheckCommand::Slots(args) => {
            check::slots(seen, Limits { warning: args.warning, critical: args.critical })
        }
        CheckCommand::Nodes => check::nodes(seen),
        CheckCommand::Clock(args) => {
            let limits = Limits {
                warning: args.warning.as_secs_f64(),
                critical: args.critical.as_secs_f64(),
            };
            check::clock(seen, &skews(&fleet.clients).await, limits)
        }
        // It is looked at before anything is observed.
        CheckCommand::Fk(_) => return Ok(Vec::new()),
        CheckCommand::All => {
            let limits = |warning, critical| Limits { warning, critical };
            let gigabyte = 1024.0 * 1024.0 * 1024.0;
            return Ok(vec![
                check::nodes(seen),
                check::subscriptions(seen),
                check::lag(seen, limits(30.0, 300.0), false),
                check::exceptions(seen, limits(1.0, 10.0)),
                check::conflicts(before, seen, limits(10.0, 100.0)),
                check::slots(seen, limits(gigabyte, 10.0 * gigabyte)),
                check::clock(seen, &skews(&fleet.clients).await, limits(0.25, 5.0)),
            ]);
        }
    }])
}

fn head(name: &str) -> String {
    name.to_uppercase()
}

/// A text that does not end the part before the numbers.
fn clean(text: &str) -> String {
    text.replace('|', "/").replace(['\n', '\r'], " ")
}

/// The line of a plugin with its numbers, and a line for each problem.
fn plugin(name: &str, state: State, checks: &[Check]) -> Result<()> {
    let mut problems: Vec<(&str, &check::Problem)> = checks
        .iter()
        .flat_map(|check| check.problems.iter().map(|problem| (check.check, problem)))
        .collect();
    problems.sort_by_key(|(_, problem)| std::cmp::Reverse(problem.state));
    // A node that is away is a problem of every check; once is enough.
    let mut told: Vec<&str> = Vec::new();
    problems.retain(|(_, problem)| {
        let is_new = !told.contains(&problem.text.as_str());
        told.push(&problem.text);
        is_new
    });
    let text = match problems.as_slice() {
        [] => checks.first().map(|check| check.summary.clone()).unwrap_or_default(),
        [(_, only)] => only.text.clone(),
        [(_, first), ..] => format!("{} (and {} more)", first.text, problems.len() - 1),
    };
    let numbers: Vec<String> =
        checks.iter().flat_map(|check| &check.measures).map(number).collect();
    let mut out = format!("SPOCK {} {} - {}", head(name), state.word(), clean(&text));
    if !numbers.is_empty() {
        out.push_str(" | ");
        out.push_str(&numbers.join(" "));
    }
    if problems.len() > 1 {
        for (check, problem) in &problems {
            out.push_str(&format!("\n{} {check}: {}", problem.state.word(), clean(&problem.text)));
        }
    }
    line(&out)
}

/// `'label'=value[unit];warning;critical;0`
fn number(measure: &Measure) -> String {
    let limits = measure
        .limits
        .map(|limits| format!("{};{}", rounded(limits.warning), rounded(limits.critical)));
    format!(
        "'{}'={}{};{};0",
        measure.label.replace(['\'', '='], "_"),
        rounded(measure.value),
        measure.unit,
        limits.unwrap_or_else(|| ";".to_owned())
    )
}

/// Three digits at most behind the point.
fn rounded(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn line(text: &str) -> Result<()> {
    let mut out = anstream::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(|e| Failure::output(&e))
}

fn document(global: &Global, checks: &[Check]) -> Result<()> {
    let mut table =
        Table::new(vec![Column::new("CHECK"), Column::new("STATE"), Column::new("PROBLEMS")])
            .named("check", 0);
    for check in checks {
        let tone = match check.state {
            State::Ok => Tone::Good,
            State::Critical => Tone::Bad,
            State::Warning | State::Unknown => Tone::Warning,
        };
        let problems: Vec<&str> = check.problems.iter().map(|p| p.text.as_str()).collect();
        table.row(vec![
            Cell::text(check.check),
            Cell::toned(check.state.word().to_lowercase(), tone),
            Cell::optional((!problems.is_empty()).then(|| problems.join("; ")).as_deref()),
        ]);
    }
    emit(
        global,
        Document {
            schema: "spockctl/check/1",
            cluster: None,
            table,
            items: checks,
            warnings: &[],
            errors: &[],
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_durations_are_told_apart() {
        assert_eq!(parse_lag("64MB"), Ok(Lag::Bytes(64.0 * 1024.0 * 1024.0)));
        assert_eq!(parse_lag("90s"), Ok(Lag::Seconds(90.0)));
        assert!(parse_lag("many").is_err());
    }

    #[test]
    fn numbers_are_as_plugins_write_them() {
        let limits = Some(Limits { warning: 30.0, critical: 300.0 });
        let measure = Measure { label: "n1.a'b".into(), value: 0.0404, unit: "s", limits };
        assert_eq!(number(&measure), "'n1.a_b'=0.04s;30;300;0");
        let measure = Measure { label: "n".into(), value: 3.0, unit: "", limits: None };
        assert_eq!(number(&measure), "'n'=3;;;0");
    }
}
