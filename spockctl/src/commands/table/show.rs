//! `spockctl table show`.

use serde::Serialize;
use spock_admin::client::Client;
use spock_admin::operations::answers::ask_nodes;
use spock_admin::operations::doctor::tables;

use super::list::{identity, kind};
use crate::cli::Global;
use crate::context::Context;
use crate::failure::Result;
use crate::output::{Cell, Column, Table, Tone, emit_of_nodes};

/// Arguments of `table show`.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowArgs {
    /// The table, with its schema unless it is in public
    table: String,
}

/// The table on one node.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Item {
    node: String,
    schema: String,
    table: String,
    /// Whether this node has it; all that follows is empty where it has not.
    exists: bool,
    /// table, partitioned, partition, or unlogged.
    kind: Option<&'static str>,
    /// About how many rows it has.
    rows_estimate: Option<i64>,
    /// Columns by which rows are found.
    key: Vec<String>,
    /// default, index, full, or nothing.
    replica_identity: Option<&'static str>,
    columns: Vec<ColumnItem>,
    replication_sets: Vec<SetItem>,
    /// Unique indexes beside the key.
    unique_indexes: Vec<String>,
    /// Unique constraints that are checked at the end only.
    deferrable: Vec<String>,
}

/// A column.
#[derive(Serialize, schemars::JsonSchema)]
struct ColumnItem {
    name: String,
    #[serde(rename = "type")]
    type_name: String,
    is_generated: bool,
}

/// What a replication set takes of the table.
#[derive(Serialize, schemars::JsonSchema)]
struct SetItem {
    name: String,
    /// The columns; null for all.
    columns: Option<Vec<String>>,
    /// The condition on the rows.
    row_filter: Option<String>,
}

pub(super) async fn run(global: &Global, args: &ShowArgs) -> Result {
    let context = Context::load(global, "table-show")?;
    let fleet = context.connect().await?;
    let name = super::find(&fleet, &args.table).await?;
    let answers = ask_nodes(&fleet, async |client: &Client| {
        let mut item = Item {
            node: client.node().to_owned(),
            schema: name.schema.clone(),
            table: name.name.clone(),
            exists: false,
            kind: None,
            rows_estimate: None,
            key: Vec::new(),
            replica_identity: None,
            columns: Vec::new(),
            replication_sets: Vec::new(),
            unique_indexes: Vec::new(),
            deferrable: Vec::new(),
        };
        let facts = tables::read(client).await?.into_iter().find(|facts| facts.table == name);
        let shape = client.table_shape(&name).await?;
        let (Some(facts), Some(shape)) = (facts, shape) else { return Ok(vec![item]) };
        item.exists = true;
        item.kind = Some(kind(&facts));
        item.replica_identity = Some(identity(&facts));
        item.rows_estimate = Some(shape.rows);
        item.key = shape.key.into_iter().map(|column| column.name).collect();
        item.columns = shape
            .columns
            .into_iter()
            .map(|c| ColumnItem {
                name: c.name,
                type_name: c.type_name,
                is_generated: c.is_generated,
            })
            .collect();
        for set in facts.sets {
            let published = client.published(&name, std::slice::from_ref(&set)).await?;
            let (columns, row_filter) = published.map_or((None, None), |p| (p.columns, p.filter));
            item.replication_sets.push(SetItem { name: set, columns, row_filter });
        }
        item.unique_indexes = facts.more_unique;
        item.deferrable = facts.deferrable;
        Ok(vec![item])
    })
    .await;
    emit_of_nodes(global, &context, "spockctl/table-show/1", &answers, table(&answers.items))
}

/// One line for each property, so that nodes can be compared by eye.
fn table(items: &[Item]) -> Table {
    let columns = ["NODE", "PROPERTY", "VALUE"].map(Column::new);
    let mut table = Table::new(columns.to_vec()).named("property", 1);
    for item in items {
        let mut row = |property: &str, value: Cell| {
            table.row(vec![Cell::text(&item.node), Cell::text(property), value]);
        };
        if !item.exists {
            row("table", Cell::toned("does not exist", Tone::Bad));
            continue;
        }
        row("table", Cell::text(format!("{}.{}", item.schema, item.table)));
        row("kind", Cell::optional(item.kind));
        row("rows", Cell::value(item.rows_estimate, |rows| format!("about {rows}")));
        let key = (!item.key.is_empty()).then(|| item.key.join(", "));
        row("key", Cell::optional(key.as_deref()));
        row("replica identity", Cell::optional(item.replica_identity));
        for column in &item.columns {
            let generated = if column.is_generated { " generated" } else { "" };
            row(
                &format!("column {}", column.name),
                Cell::text(format!("{}{generated}", column.type_name)),
            );
        }
        for set in &item.replication_sets {
            let columns = set.columns.as_ref().map_or("all columns".to_owned(), |c| c.join(", "));
            let filter = set.row_filter.as_ref().map(|f| format!(" where {f}")).unwrap_or_default();
            row(&format!("set {}", set.name), Cell::text(format!("{columns}{filter}")));
        }
        for index in &item.unique_indexes {
            row("unique index", Cell::text(index));
        }
        for constraint in &item.deferrable {
            row("deferrable", Cell::text(constraint));
        }
    }
    table
}
