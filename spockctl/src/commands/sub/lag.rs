//! `spockctl sub lag`.

use serde::Serialize;
use spock_admin::operations::answers::Answers;
use spock_admin::operations::status::{self, SubStatus};

use crate::cli::Global;
use crate::commands::check::{Lag, parse_lag};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, Tone, age, bytes, emit_of_nodes};
use crate::watch;

/// Arguments of `sub lag`.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct LagArgs {
    /// Only these subscriptions
    name: Vec<String>,

    /// From which lag on it is a warning, and the command ends with 6: a duration or a size
    #[arg(long, value_name = "LIMIT", value_parser = parse_lag)]
    warn: Option<Lag>,

    /// From which lag on it is critical, and the command ends with 6: a duration or a size
    #[arg(long, value_name = "LIMIT", value_parser = parse_lag)]
    crit: Option<Lag>,
}

/// How far a subscription is behind.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    node: String,
    name: String,
    provider: String,
    status: String,
    lag_seconds: Option<f64>,
    lag_bytes: Option<i64>,
    received_lsn: Option<String>,
    /// ok, warning, critical; unknown where no lag is known.
    level: &'static str,
    reason: Option<String>,
}

pub(crate) async fn run(global: &Global, args: &LagArgs) -> Result {
    let context = Context::load(global, "sub-lag")?;
    watch::run(global, "sub lag", || show(global, &context, args)).await
}

async fn show(global: &Global, context: &Context, args: &LagArgs) -> Result {
    let fleet = context.connect().await?;
    let found = status::subscriptions(&fleet).await;
    super::status::require_known(&args.name, &found)?;
    let wanted = |sub: &SubStatus| args.name.is_empty() || args.name.contains(&sub.name);
    let items: Vec<Item> =
        found.items.into_iter().filter(wanted).map(|sub| item(sub, args)).collect();
    let answers = Answers { items, errors: found.errors, answered: found.answered };
    let exit =
        emit_of_nodes(global, context, "spockctl/sub-lag/1", &answers, table(&answers.items))?;
    let is_limited = args.warn.is_some() || args.crit.is_some();
    let is_over = answers.items.iter().any(|item| item.level != "ok");
    Ok(if exit == Exit::Ok && is_limited && is_over { Exit::Unhealthy } else { exit })
}

fn item(sub: SubStatus, args: &LagArgs) -> Item {
    let is_over = |limit: Option<Lag>| match limit {
        Some(Lag::Seconds(limit)) => sub.lag_seconds.is_some_and(|lag| lag >= limit),
        #[expect(clippy::cast_precision_loss, reason = "a limit is no exact number")]
        Some(Lag::Bytes(limit)) => sub.lag_bytes.is_some_and(|lag| lag as f64 >= limit),
        None => false,
    };
    let level = match (is_over(args.crit), is_over(args.warn)) {
        (true, _) => "critical",
        (false, true) => "warning",
        // Of what does not run, the lag is that of the last change that came: it says nothing.
        _ if sub.status != "replicating" => "unknown",
        _ => "ok",
    };
    Item {
        node: sub.node,
        name: sub.name,
        provider: sub.provider,
        status: sub.status,
        lag_seconds: sub.lag_seconds,
        lag_bytes: sub.lag_bytes,
        received_lsn: sub.received_lsn,
        level,
        reason: sub.reason,
    }
}

fn table(items: &[Item]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("NAME"),
        Column::new("PROVIDER"),
        Column::number("LAG"),
        Column::number("LAG_BYTES"),
        Column::new("LEVEL"),
        Column::new("STATUS").droppable(),
        Column::new("REASON"),
        Column::new("RECEIVED_LSN").wide(),
    ])
    .named("sub", 1);
    for item in items {
        let tone = match item.level {
            "ok" => Tone::Good,
            "critical" => Tone::Bad,
            _ => Tone::Warning,
        };
        table.row(vec![
            Cell::text(&item.node),
            Cell::text(&item.name),
            Cell::text(&item.provider),
            Cell::value(item.lag_seconds, age),
            Cell::value(item.lag_bytes, bytes),
            Cell::toned(item.level, tone),
            Cell::text(&item.status),
            Cell::optional(item.reason.as_deref()),
            Cell::optional(item.received_lsn.as_deref()),
        ]);
    }
    table
}
