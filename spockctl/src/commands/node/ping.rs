//! `spockctl node ping`.

use spock_admin::operations::Fleet;
use spock_admin::operations::answers::Answers;
use spock_admin::operations::reach::{self, Reach};

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, Tone, age, emit_of_nodes};
use crate::watch;

/// Arguments of `node ping`.
#[derive(Debug, clap::Args)]
pub(crate) struct PingArgs {
    /// From the server of this node, as far as its subscriptions say; from here unless it is given
    #[arg(long, value_name = "NODE", conflicts_with = "all")]
    from: Option<String>,

    /// From here, and from the server of each node to each other
    #[arg(long)]
    all: bool,
}

pub(super) async fn run(global: &Global, args: &PingArgs) -> Result {
    let context = Context::load(global, "node-ping")?;
    watch::run(global, "node ping", || show(global, &context, args)).await
}

async fn show(global: &Global, context: &Context, args: &PingArgs) -> Result {
    let nodes = context.nodes()?;
    let mut items = Vec::new();
    if let Some(from) = &args.from {
        let known = context.cluster.node(from)?;
        let fleet = Fleet::connect(&[known], &context.options).await;
        if !fleet.errors.is_empty() {
            return Err(crate::failure::Failure { exit: Exit::Connect, errors: fleet.errors });
        }
        items.extend(reach::from_node(&fleet, from, &nodes).await);
    } else {
        items.extend(reach::from_here(&nodes, &context.options).await);
    }
    if args.all {
        let all: Vec<_> = context.cluster.nodes.iter().collect();
        let fleet = Fleet::connect(&all, &context.options).await;
        items.extend(reach::from_nodes(&fleet, &all, &nodes).await);
    }
    let answers = Answers { items, errors: Vec::new(), answered: 1 };
    let table = table(&answers.items);
    let exit = emit_of_nodes(global, context, "spockctl/node-ping/1", &answers, table)?;
    let is = |state: &str| answers.items.iter().any(|item| item.state == state);
    Ok(match (is("unreachable"), is("reached")) {
        (false, _) => exit,
        (true, true) => Exit::Partial,
        (true, false) => Exit::Connect,
    })
}

/// What its table has.
pub(crate) const COLUMNS: &[Column] = &[
    Column::new("FROM"),
    Column::new("NODE"),
    Column::new("STATE"),
    Column::number("CONNECT"),
    Column::number("ANSWER"),
    Column::new("REASON"),
];

/// Each way, and how it stands.
pub(crate) fn table(items: &[Reach]) -> Table {
    let mut table = Table::new(COLUMNS).named("node", 1);
    for item in items {
        let tone = match item.state {
            "reached" => Tone::Good,
            "unreachable" => Tone::Bad,
            _ => Tone::Warning,
        };
        table.row(vec![
            Cell::text(item.from.as_deref().unwrap_or("here")),
            Cell::text(&item.node),
            Cell::toned(item.state, tone),
            Cell::value(item.connect_seconds, age),
            Cell::value(item.answer_seconds, age),
            Cell::optional(item.reason.as_deref()),
        ]);
    }
    table
}
