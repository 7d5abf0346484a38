//! `spockctl cluster status`, and `spockctl status`.

use spock_admin::operations::status::{self, NodeStatus};

use crate::cli::Global;
use crate::commands::{node, sub};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, Tone, emit};
use crate::watch;

/// Arguments of `cluster status`.
#[derive(Debug, clap::Args)]
pub(crate) struct StatusArgs {
    /// End with status 6 unless all is well
    #[arg(long, conflicts_with_all = ["topology", "lag", "versions", "clock"])]
    exit_code: bool,

    #[command(flatten)]
    view: View,
}

/// What is shown of the cluster.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct View {
    /// Whether each node is well, and why not; this is the default
    #[arg(long)]
    health: bool,

    /// Who subscribes to whom (as `cluster topology`)
    #[arg(long)]
    topology: bool,

    /// How far each subscription is behind (as `sub lag`)
    #[arg(long)]
    lag: bool,

    /// Versions of servers and extension (as `node version`)
    #[arg(long)]
    versions: bool,

    /// How far the clocks are apart for certain
    #[arg(long)]
    clock: bool,
}

pub(crate) async fn run(global: &Global, args: &StatusArgs) -> Result {
    let view = &args.view;
    if view.topology {
        return super::topology::run(global, &super::topology::TopologyArgs::default()).await;
    }
    if view.lag {
        return sub::lag::run(global, &sub::lag::LagArgs::default()).await;
    }
    if view.versions {
        return node::version::run(global).await;
    }
    if view.clock {
        return super::clock::run(global).await;
    }
    let context = Context::load(global, "cluster-status")?;
    watch::run(global, "cluster status", || show(global, &context, args)).await
}

async fn show(global: &Global, context: &Context, args: &StatusArgs) -> Result {
    let nodes = context.nodes()?;
    let fleet = spock_admin::operations::Fleet::connect(&nodes, &context.options).await;
    let items = status::nodes(&context.cluster, &nodes, &fleet).await;
    emit(
        global,
        Document {
            schema: "spockctl/cluster-status/1",
            cluster: Some(&context.cluster.name),
            table: table(&items),
            items: &items,
            warnings: &context.cluster.warnings,
            errors: &fleet.errors,
        },
    )?;
    let unreachable = items.iter().filter(|item| item.status == "unreachable").count();
    Ok(match unreachable {
        _ if args.exit_code && items.iter().any(|item| item.status != "ok") => Exit::Unhealthy,
        0 => Exit::Ok,
        n if n == items.len() => Exit::Connect,
        _ => Exit::Partial,
    })
}

fn table(items: &[NodeStatus]) -> Table {
    let mut table = Table::new(vec![
        Column::new("NODE"),
        Column::new("STATUS"),
        Column::new("SPOCK").droppable(),
        Column::new("POSTGRES").droppable(),
        Column::number("SUBS"),
        Column::number("TABLES"),
        Column::new("REASON"),
        Column::new("DSN").wide(),
    ])
    .named("node", 0);
    for item in items {
        let (symbol, tone) = match item.status {
            "ok" => ("*", Tone::Good),
            "degraded" => ("~", Tone::Warning),
            "unreachable" => ("x", Tone::Bad),
            _ => ("!", Tone::Bad),
        };
        let subs = format!("{}/{}", item.subscriptions_replicating, item.subscriptions);
        table.row(vec![
            Cell::text(&item.node),
            Cell::toned(format!("{symbol} {}", item.status), tone),
            Cell::optional(item.spock.as_deref()),
            // Distributions append the name of their package; the number is what counts.
            Cell::optional(item.postgres.as_deref().and_then(|v| v.split(' ').next())),
            Cell::text(subs),
            Cell::value(Some(item.tables), |n| n.to_string()),
            Cell::optional(item.reason.as_deref()),
            Cell::text(&item.dsn),
        ]);
    }
    table
}
