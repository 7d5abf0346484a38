//! `spockctl conflict replay`.

use clap::builder::PossibleValuesParser;
use serde_json::Value;
use spock_admin::operations::conflict::{self, ConflictId, Replayed};
use spock_core::conflict::Policy;

use crate::cli::Global;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Result;
use crate::output::{Cell, Column, Document, Table, Tone, emit};

/// Arguments of `conflict replay`.
#[derive(Debug, clap::Args)]
pub(crate) struct ReplayArgs {
    /// The conflict, as `conflict list` shows it
    #[arg(value_name = "NODE/NUMBER")]
    id: ConflictId,

    /// Only these policies (can be repeated); all unless given
    #[arg(
        long,
        value_name = "POLICY",
        value_delimiter = ',',
        value_parser = PossibleValuesParser::new(Policy::ALL.map(Policy::name))
    )]
    policy: Vec<String>,

    /// A function of the node that makes one row of the older and the newer one
    #[arg(long, value_name = "FUNCTION")]
    resolver: Option<String>,
}

pub(super) async fn run(global: &Global, args: &ReplayArgs) -> Result {
    let context = Context::load(global, "conflict-replay")?;
    let (fleet, found) = super::find(&context, &args.id).await?;
    let mut policies: Vec<Policy> =
        args.policy.iter().filter_map(|name| Policy::from_name(name)).collect();
    if policies.is_empty() && args.resolver.is_none() {
        policies = Policy::ALL.to_vec();
    }
    let mut items = conflict::replay(&found, &policies)?;
    if let Some(resolver) = &args.resolver {
        let client = fleet.client(&args.id.node)?;
        items.push(conflict::replay_resolver(&client, &found, resolver).await?);
    }
    emit(
        global,
        Document {
            schema: "spockctl/conflict-replay/1",
            cluster: Some(&context.cluster.name),
            table: table(&items),
            items: &items,
            warnings: &context.cluster.warnings,
            errors: &[],
        },
    )?;
    Ok(Exit::Ok)
}

fn table(items: &[Replayed]) -> Table {
    let mut table = Table::new(vec![
        Column::new("POLICY"),
        Column::new("WINNER"),
        Column::new("AS_RECORDED"),
        Column::new("NODES_END_EQUAL"),
        Column::new("ROW"),
    ])
    .named("policy", 0);
    let word = |yes| if yes { "yes" } else { "no" };
    for item in items {
        let name = match &item.resolver {
            Some(function) => format!("{} {function}", item.policy),
            None => item.policy.clone(),
        };
        let tone = if item.converges == Some(false) { Tone::Warning } else { Tone::Plain };
        table.row(vec![
            Cell::text(name),
            Cell::text(item.winner),
            Cell::text(word(item.is_as_recorded)),
            item.converges.map_or_else(|| Cell::optional(None), |yes| Cell::toned(word(yes), tone)),
            Cell::value(item.row.as_ref(), Value::to_string),
        ]);
    }
    table
}
