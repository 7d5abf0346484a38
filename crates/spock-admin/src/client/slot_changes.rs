//! What a slot would send, read without moving it.
//!
//! A slot that somebody reads cannot be read by a second one. So a temporary copy is made of it, which begins where the slot
//! is, and ends with the session.

use serde::Serialize;
use serde_json::Value;
use spock_core::lsn::Lsn;
use tokio_postgres::types::PgLsn;

use super::{Client, quote_identifier, rfc3339};
use crate::error::Result;

/// A change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SlotChange {
    /// The node whose log it stands in.
    pub node: String,
    /// The slot.
    pub slot: String,
    /// Where in the log.
    pub lsn: String,
    /// The transaction.
    pub xid: i64,
    /// When that was committed, by the clock of its node.
    pub committed_at: Option<String>,
    /// insert, update, delete, or truncate.
    pub action: &'static str,
    /// The table with its schema; of a truncate all its tables, separated by commas.
    pub table: String,
    /// The key of the row before, or all of it.
    pub old: Option<Value>,
    /// The row afterwards.
    pub new: Option<Value>,
}

/// A temporary copy of a slot.
pub struct SlotReader<'a> {
    client: &'a Client,
    slot: String,
    copy: String,
    options: Vec<String>,
    xid: i64,
    committed_at: Option<String>,
}

impl Client {
    /// Copies a slot for as long as this session lasts, to read what a subscriber of these sets gets.
    pub async fn copy_slot<'a>(
        &'a self,
        slot: &str,
        sets: &[String],
        forwards: bool,
    ) -> Result<SlotReader<'a>> {
        let pid: i32 = self.query_one("SELECT pg_catalog.pg_backend_pid()", &[]).await?.get(0);
        let copy = format!("spockctl_tail_{pid}");
        self.query_one(
            "SELECT pg_catalog.pg_copy_logical_replication_slot($1::text::name, $2::text::name, true)",
            &[&slot, &copy],
        )
        .await?;
        let sets: Vec<String> = sets.iter().map(|set| quote_identifier(set)).collect();
        let options = [
            ("startup_params_format", "1"),
            ("min_proto_version", "4"),
            ("max_proto_version", "5"),
            ("proto_format", "json"),
            ("spock.forward_origins", if forwards { "all" } else { "" }),
            ("spock.replication_set_names", &sets.join(",")),
        ];
        let options = options.iter().flat_map(|(name, value)| [*name, *value]);
        let options = options.map(str::to_owned).collect();
        let slot = slot.to_owned();
        Ok(SlotReader { client: self, slot, copy, options, xid: 0, committed_at: None })
    }

    /// The sets of this node.
    pub async fn own_set_names(&self) -> Result<Vec<String>> {
        let rows = self
            .query(
                "SELECT s.set_name::text FROM spock.replication_set s
                   JOIN spock.local_node l ON l.node_id = s.set_nodeid ORDER BY 1",
                &[],
            )
            .await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}

impl SlotReader<'_> {
    /// The next changes up to that position, some hundreds at a time; whether there were more messages than that.
    pub async fn next(&mut self, end: Lsn) -> Result<(Vec<SlotChange>, bool)> {
        const AT_ONCE: i32 = 500;
        let rows = self
            .client
            .query(
                "SELECT lsn::text, xid::text::int8, data
                   FROM pg_catalog.pg_logical_slot_get_changes($1::text::name, $2, $3, VARIADIC $4)",
                &[&self.copy, &PgLsn::from(end.0), &AT_ONCE, &self.options],
            )
            .await?;
        let changes = rows.iter().filter_map(|row| {
            let message: Value = serde_json::from_str(row.get(2)).ok()?;
            self.change(row.get(0), row.get(1), &message)
        });
        let changes = changes.collect();
        Ok((changes, !rows.is_empty()))
    }

    fn change(&mut self, lsn: String, xid: i64, message: &Value) -> Option<SlotChange> {
        let action = match message["action"].as_str()? {
            "B" => {
                self.xid = message["xid"].as_str().and_then(|xid| xid.parse().ok()).unwrap_or(xid);
                self.committed_at = message["commit_time"].as_str().map(rfc3339);
                return None;
            }
            "I" => "insert",
            "U" => "update",
            "D" => "delete",
            "T" => "truncate",
            _ => return None,
        };
        let name = |pair: &Value| Some(format!("{}.{}", pair[0].as_str()?, pair[1].as_str()?));
        let table = match message["relations"].as_array() {
            Some(all) => all.iter().filter_map(name).collect::<Vec<_>>().join(","),
            None => name(&message["relation"])?,
        };
        let row = |key: &str| message.get(key).cloned();
        Some(SlotChange {
            node: self.client.node().to_owned(),
            slot: self.slot.clone(),
            lsn,
            xid: self.xid,
            committed_at: self.committed_at.clone(),
            action,
            table,
            old: row("oldtuple"),
            new: row("newtuple"),
        })
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_of_the_server_are_read() {
        let read = super::rfc3339("2026-11-26 20:40:13.25+00");
        assert_eq!(read, "2026-11-26T20:40:13.25Z");
        assert_eq!(super::rfc3339("infinity"), "infinity");
    }
}
