//! `spock.queue`: messages to subscribers, which travel as inserts of this table.

use crate::pg::spi;

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
