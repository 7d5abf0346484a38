//! Messages of the provider to its subscribers: rows of `spock.queue`.
//!
//! The row is written like any other, and then what it says is done in the same transaction.

use pgrx::{PgLogLevel, PgSqlErrorCode};

use super::applier::Applier;
use crate::catalog::node;
use crate::catalog::queue::{self, Received};
use crate::ddl::command;
use crate::pg::error::{OrRaise, SpockError};
use crate::pg::write_gate;
use crate::sequence::receive;
use crate::sync;

impl Applier {
    /// Does what the row at `position` (a ctid) of `spock.queue` says.
    pub(super) fn obey(&mut self, position: String) {
        match queue::received(position) {
            Some(Received::SyncTable { schema, table }) => {
                sync::request_copy(self.ends.subscription_id, &schema, &table, false);
            }
            Some(Received::Sequence { schema, name, value }) => {
                receive::raise(&schema, &name, value, || node::name_of(self.ends.provider))
                    .or_raise();
            }
            Some(Received::Statement { role, text }) => {
                // Nothing of ours may be open while tables are altered.
                self.relations.give_back_but_locks();
                if write_gate::force(self.ends.provider.as_oid()) {
                    SpockError::new(
                        PgSqlErrorCode::ERRCODE_WARNING,
                        "writers are let in before a statement that rewrites their table",
                    )
                    .detail(
                        "The worker that they were kept away for is gone. What they write can be taken for newer \
                         than the statement on some nodes, and for older on others.",
                    )
                    .hint("Compare the table between the nodes.")
                    .report(PgLogLevel::WARNING);
                }
                command::run_received(&role, &text).or_raise();
                write_gate::was_run(self.ends.provider.as_oid());
            }
            Some(Received::Unreadable { kind, message }) => SpockError::new(
                PgSqlErrorCode::ERRCODE_INVALID_PARAMETER_VALUE,
                format!("provider queued a message of type \"{kind}\" that cannot be read"),
            )
            .detail(format!("The message is: {message}"))
            .raise(),
            Some(Received::Unknown { kind }) => SpockError::new(
                PgSqlErrorCode::ERRCODE_FEATURE_NOT_SUPPORTED,
                format!(
                    "provider queued a message of type \"{kind}\", which is not supported here"
                ),
            )
            .raise(),
            // A trigger of the owner's dropped the row.
            None => {}
        }
    }
}
