//! Why a row is as it is.

use pgrx::pg_extern;
use serde_json::{Map, Value as Json};
use spock_core::oid::{NodeId, Oid};

use super::checks::{invalid, require_local_node, require_table};
use crate::catalog::node;
use crate::catalog::row_history::{self, Present, Recorded};
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::function::{In, Rows};
use crate::pg::value::Value;

/// `spock.explain_row()`: the row and its version, what was recorded for it, and what stands still.
#[pg_extern(sql = false)]
fn explain_row(relation: In<Oid>, key: In<String>) -> Rows {
    Rows(explain(relation.0, &key.0).or_raise())
}

fn explain(relation: Oid, key: &str) -> Result<Vec<Vec<Value>>, SpockError> {
    let local = require_local_node()?;
    let table = require_table(relation)?;
    let columns = columns_of(key)?;
    let names: Vec<String> = columns.keys().cloned().collect();
    if let Some(unknown) = row_history::unknown_columns(relation, &names).first() {
        return Err(invalid(format!(
            "table \"{}.{}\" has no column \"{unknown}\"",
            table.schema, table.name
        )));
    }
    let here = local.node.name.as_str();
    let mut told = Vec::new();
    let rows = row_history::present(relation, &columns);
    if rows.is_empty() {
        told.push(line("no row", None, Some(here), None, "no row has these values here"));
    }
    told.extend(rows.iter().map(|row| present_line(row, here)));
    let recorded = |what: &str, recorded: Vec<Recorded>| -> Vec<Vec<Value>> {
        let line_of = |recorded: &Recorded| {
            let node = recorded.node.map(name_of);
            let value = recorded.value.as_deref();
            line(what, Some(recorded.at), node.as_deref(), value, &recorded.note)
        };
        recorded.iter().map(line_of).collect()
    };
    told.extend(recorded("conflict", row_history::conflicts(&table.schema, &table.name, key)));
    told.extend(recorded("exception", row_history::exceptions(&table.schema, &table.name, key)));
    for (provider, why) in row_history::standing_still() {
        told.push(line("waits", None, Some(&name_of(provider)), None, &why));
    }
    Ok(told)
}

/// The values that the row is to have.
fn columns_of(key: &str) -> Result<Map<String, Json>, SpockError> {
    match serde_json::from_str(key) {
        Ok(Json::Object(columns)) if !columns.is_empty() => Ok(columns),
        _ => Err(invalid("key must be a JSON object of columns and values")
            .hint("For example: SELECT * FROM spock.explain_row('orders', '{\"id\": 1}').")),
    }
}

fn line(
    what: &str,
    at: Option<i64>,
    node: Option<&str>,
    value: Option<&str>,
    note: &str,
) -> Vec<Value> {
    let at = at.map_or(Value::Null, Value::Timestamp);
    vec![what.into(), at, node.into(), value.into(), note.into()]
}

fn present_line(row: &Present, here: &str) -> Vec<Value> {
    let node = match row.node {
        Some(0) => Some(here.to_owned()),
        other => other.map(name_of),
    };
    let note = if row.time.is_some() {
        format!("written by local transaction {}", row.xid)
    } else {
        format!("written by local transaction {}, whose commit time is no longer known", row.xid)
    };
    line("row", row.time, node.as_deref(), Some(&row.value), &note)
}

/// The name of a node, or its number where it is not known any more.
fn name_of(id: Oid) -> String {
    NodeId::from_oid(id).and_then(node::by_id).map_or_else(|| id.to_string(), |node| node.name)
}
