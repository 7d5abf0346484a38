//! The provider's stream, read from a real server and compared with captured ones.
//!
//! Slots are read through `pg_logical_slot_peek_binary_changes`, with the start options that a
//! subscriber would send.
#![expect(clippy::unwrap_used, reason = "a test panics with what it knows")]

mod delta;
mod forms;
mod golden;
mod options;
mod other_version;
mod publication;
mod stream;
mod walsender;
