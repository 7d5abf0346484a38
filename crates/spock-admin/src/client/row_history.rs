//! What a node knows of one row.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Client, TableRef};
use crate::error::Result;

/// One thing that a node knows of a row.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct RowFact {
    /// The node that knows it.
    pub node: String,
    /// `row`, `no row`, `conflict`, `exception`, or `waits`.
    pub what: String,
    /// When it happened.
    pub at: Option<jiff::Timestamp>,
    /// The node that it came from.
    pub from: Option<String>,
    /// The row, by column.
    pub value: Option<Value>,
    /// The rest in words.
    pub note: Option<String>,
}

impl Client {
    /// `spock.explain_row` of the row in which some columns have values, given as texts; `None` when there is no
    /// such table.
    pub async fn explain_row(
        &self,
        table: &TableRef,
        columns: &[(String, String)],
    ) -> Result<Option<Vec<RowFact>>> {
        if self.table_shape(table).await?.is_none() {
            return Ok(None);
        }
        let texts: Map<String, Value> = columns
            .iter()
            .map(|(name, value)| (name.clone(), Value::String(value.clone())))
            .collect();
        // What is recorded has numbers where the columns are numbers. A column that the table lacks stays, for
        // the function to refuse it.
        let rows = self
            .query(
                &format!(
                    "SELECT e.what, e.at, e.node::text, e.value, e.note
                       FROM (SELECT $1::jsonb || pg_catalog.jsonb_object_agg(c.key, c.value) AS key
                               FROM pg_catalog.jsonb_each(pg_catalog.to_jsonb(
                                      pg_catalog.jsonb_populate_record(NULL::{name}, $1::jsonb))) c
                              WHERE $1::jsonb ? c.key) k,
                            LATERAL spock.explain_row($2::text::regclass,
                                                      coalesce(k.key, $1::jsonb)) e",
                    name = table.quoted()
                ),
                &[&Value::Object(texts), &table.quoted()],
            )
            .await?;
        let fact = |row: &tokio_postgres::Row| RowFact {
            node: self.node().to_owned(),
            what: row.get(0),
            at: row.get(1),
            from: row.get(2),
            value: row.get(3),
            note: row.get(4),
        };
        Ok(Some(rows.iter().map(fact).collect()))
    }
}
