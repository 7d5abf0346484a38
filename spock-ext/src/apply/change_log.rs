//! What `spock.apply_change_logging` asks for: a line of the server's log for each change that is written
//! here, as JSON.
//!
//! A line is written with the change, before its transaction commits; a transaction that has to be applied
//! again is logged again, under the same position. Changes that are not written (they lost a conflict, or
//! are pending) have no line. Inserts are not gathered meanwhile, so each has its row.

use serde_json::{Map, Value, json};
use spock_core::conflict::kind::Operation;

use super::applier::Applier;
use super::relation_map::RemoteRelation;
use crate::pg::encoding::as_utf8;
use crate::pg::transaction::time_text;
use crate::settings::ChangeLogging;

impl Applier {
    /// Logs a change that was just written; its row, or its key, still is the target's new row.
    #[cold]
    pub(super) fn log_change(&mut self, position: usize, operation: Operation) {
        let relation = self.relations.at(position);
        let name = relation.qualified_name();
        let Some(open) = &mut relation.open else { return };
        if open.is_queue {
            return;
        }
        let row = serde_json::from_str(&open.target.new_row_as_json()).unwrap_or(Value::Null);
        let Value::Object(row) = row else { return };
        let mut line = self.line(operation.name(), &name);
        line.insert("key".to_owned(), self.relations.at(position).key_of(&row).into());
        if self.change_logging == ChangeLogging::Verbose && operation != Operation::Delete {
            line.insert("row".to_owned(), row.into());
        }
        write(line);
    }

    /// Logs that a table was emptied.
    #[cold]
    pub(super) fn log_truncate(&self, table: &str) {
        write(self.line("TRUNCATE", table));
    }

    /// What all lines have.
    fn line(&self, operation: &str, table: &str) -> Map<String, Value> {
        let remote = &self.remote;
        let line = json!({
            "subscription": self.ends.subscription,
            "remote_xid": remote.xid,
            "remote_lsn": remote.final_lsn.to_string(),
            "remote_commit_ts": time_text(remote.commit_time),
            "change": self.command,
            "operation": operation,
            "table": table,
        });
        match line {
            Value::Object(line) => line,
            _ => Map::new(),
        }
    }
}

impl RemoteRelation {
    /// The columns of the provider's key in a row.
    fn key_of(&self, row: &Map<String, Value>) -> Map<String, Value> {
        self.columns
            .iter()
            .filter(|column| column.key)
            .filter_map(|column| {
                let name = as_utf8(&column.name);
                row.get(&name).map(|value| (name, value.clone()))
            })
            .collect()
    }
}

fn write(line: Map<String, Value>) {
    pgrx::log!("spock applied {}", Value::Object(line));
}
