//! Statements of the user, several at once, by the simple query protocol.

use std::time::Duration;

use tokio_postgres::SimpleQueryMessage;

use super::Client;
use crate::error::Result;

/// What one statement gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResultSet {
    /// Its columns; empty for one that gives no rows.
    pub columns: Vec<String>,
    /// Its rows as text.
    pub rows: Vec<Vec<Option<String>>>,
    /// Rows that it gave or changed.
    pub affected: u64,
}

impl Client {
    /// Runs the statements with the search path of the role, in transactions that cannot write unless `write`. The limit
    /// of each statement is given; zero for none.
    pub async fn run_script(
        &self,
        sql: &str,
        write: bool,
        limit: Duration,
    ) -> Result<Vec<ResultSet>> {
        let read_only = if write { "off" } else { "on" };
        self.batch(&format!(
            "SET search_path TO DEFAULT; SET default_transaction_read_only = {read_only};
             SET statement_timeout = {}",
            limit.as_millis()
        ))
        .await?;
        let messages = self.inner.simple_query(sql).await.map_err(|e| self.error(&e))?;
        let mut out = Vec::new();
        let mut current = ResultSet::default();
        for message in messages {
            match message {
                SimpleQueryMessage::RowDescription(columns) => {
                    current.columns = columns.iter().map(|c| c.name().to_owned()).collect();
                }
                SimpleQueryMessage::Row(row) => {
                    let cells = (0..row.len()).map(|at| row.get(at).map(str::to_owned));
                    current.rows.push(cells.collect());
                }
                SimpleQueryMessage::CommandComplete(affected) => {
                    current.affected = affected;
                    out.push(std::mem::take(&mut current));
                }
                _ => {}
            }
        }
        Ok(out)
    }
}
