//! `spock.queue`: messages to subscribers, which travel as inserts of this table.

use std::ffi::CStr;

use crate::pg::spi;
use crate::pg::value::Value;

/// What a message asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MessageType {
    /// Copy a table.
    TableSync,
}

impl MessageType {
    fn code(self) -> &'static str {
        match self {
            Self::TableSync => "A",
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
    /// Of a kind that this version does not know.
    Unknown { kind: char },
}

/// Whether a relation of that name is the queue.
pub(crate) fn is_queue(schema: &CStr, name: &CStr) -> bool {
    schema == c"spock" && name == c"queue"
}

/// Reads the message at a position (a ctid).
pub(crate) fn received(position: String) -> Option<Received> {
    let row = spi::select_one(
        "SELECT message_type, message ->> 'schema_name', message ->> 'table_name'
           FROM spock.queue WHERE ctid = $1::tid",
        &[Value::Text(position)],
    )?;
    let kind = char::from(row.get::<u8>(0));
    match (kind, row.get(1), row.get(2)) {
        ('A', Some(schema), Some(table)) => Some(Received::SyncTable { schema, table }),
        _ => Some(Received::Unknown { kind }),
    }
}
