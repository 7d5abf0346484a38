//! `spock.queue`: messages to subscribers, which travel as inserts of this table.

use std::ffi::CStr;

use serde_json::Value as Json;

use crate::pg::spi;
use crate::pg::value::Value;

/// What a message asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MessageType {
    /// Copy a table.
    TableSync,
    /// Raise a sequence to a value.
    Sequence,
    /// Run a statement that `spock.replicate_ddl()` was given.
    Command,
    /// Run a statement that was run here.
    Statement,
}

impl MessageType {
    fn code(self) -> &'static str {
        match self {
            Self::TableSync => "A",
            Self::Sequence => "S",
            Self::Command => "Q",
            Self::Statement => "D",
        }
    }
}

/// Queues a message for the subscribers of some sets; `json` is its content.
pub(crate) fn push(kind: MessageType, sets: &[String], json: &str) {
    spi::execute(
        "INSERT INTO spock.queue (queued_at, role, replication_sets, message_type, message)
         VALUES (now(), session_user, $1, $2::\"char\", $3::json)",
        &[sets.into(), kind.code().into(), json.into()],
    );
}

/// Queues a statement, which subscribers are to run as a role of that name.
pub(crate) fn push_statement(kind: MessageType, role: &str, sets: &[String], text: &str) {
    let json = Json::String(text.to_owned()).to_string();
    spi::execute(
        "INSERT INTO spock.queue (queued_at, role, replication_sets, message_type, message)
         VALUES (now(), $1::name, $2, $3::\"char\", $4::json)",
        &[role.into(), sets.into(), kind.code().into(), json.into()],
    );
}

/// Removes messages older than some days; how many. They travel by the log, so no subscriber needs
/// the rows.
pub(crate) fn remove_older_than(days: i32) -> u64 {
    spi::execute(
        "DELETE FROM spock.queue WHERE queued_at < now() - make_interval(days => $1::integer)",
        &[days.into()],
    )
}

/// A message that came from a provider.
pub(crate) enum Received {
    /// Copy a table.
    SyncTable { schema: String, table: String },
    /// Raise a sequence to a value.
    Sequence { schema: String, name: String, value: i64 },
    /// Run a text of statements as a role.
    Statement { role: String, text: String },
    /// Of a kind that this version does not know.
    Unknown { kind: char },
    /// Of a known kind, but not as such a message looks.
    Unreadable { kind: char, message: String },
}

/// Whether a relation of that name is the queue.
pub(crate) fn is_queue(schema: &CStr, name: &CStr) -> bool {
    schema == c"spock" && name == c"queue"
}

/// Reads the message at a position (a ctid).
pub(crate) fn received(position: String) -> Option<Received> {
    let row = spi::select_one(
        "SELECT message_type, message::text, role::text FROM spock.queue WHERE ctid = $1::tid",
        &[Value::Text(position)],
    )?;
    Some(Received::read(char::from(row.get::<u8>(0)), row.get(1), row.get(2)))
}

impl Received {
    /// Reads a message of a kind, queued by a role.
    pub(crate) fn read(kind: char, message: String, role: String) -> Self {
        let json = serde_json::from_str::<Json>(&message).unwrap_or_default();
        let text = |key: &str| json.get(key).and_then(Json::as_str).map(str::to_owned);
        let schema = text("schema_name");
        match kind {
            'A' => match (schema, text("table_name")) {
                (Some(schema), Some(table)) => Self::SyncTable { schema, table },
                _ => Self::Unreadable { kind, message },
            },
            'S' => {
                let number = || json.get("last_value").and_then(Json::as_i64);
                let value = text("last_value").map_or_else(number, |text| text.parse().ok());
                match (schema, text("sequence_name"), value) {
                    (Some(schema), Some(name), Some(value)) => {
                        Self::Sequence { schema, name, value }
                    }
                    _ => Self::Unreadable { kind, message },
                }
            }
            'Q' | 'D' => match json {
                Json::String(text) => Self::Statement { role, text },
                _ => Self::Unreadable { kind, message },
            },
            _ => Self::Unknown { kind },
        }
    }
}
