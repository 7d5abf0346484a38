//! What becomes of a transaction whose application failed.
//!
//! The packet that was being handled is still there: where it holds the whole transaction, that is
//! tried again from it. Otherwise the stream ends with the error, and whoever runs it decides.

use std::ops::ControlFlow;
use std::time::Duration;

use spock_core::exception::{ErrorClass, SqlState};

use pgrx::PgSqlErrorCode;

use super::cause::Causes;
use super::stream::{Ended, Stream};
use super::verdict::MissingCause;
use crate::pg::error::{CaughtError, SpockError};
use crate::pg::latch;
use crate::pg::stream::failed_while_receiving;
use crate::pg::transaction;
use crate::pg::walreceiver::Connection;

/// Attempts at a transaction that failed for a transient reason before the worker starts afresh.
const TRANSIENT_ATTEMPTS: u32 = 5;

impl Stream {
    /// After an error that left the loop: what to do depends on where it came from.
    pub(super) fn recover(&mut self, error: CaughtError) -> Result<(), Ended> {
        if failed_while_receiving() {
            self.receiver.applier.abort();
            return Err(Ended::Lost(SpockError::new(
                PgSqlErrorCode::ERRCODE_CONNECTION_FAILURE,
                error.message,
            )));
        }
        let packet = self.connection.last_message().to_vec();
        if packet.is_empty() {
            self.receiver.applier.abort();
            return Err(Ended::Failed(error));
        }
        self.recover_packet(error, &packet)
    }

    /// After a failed transaction: once more and carefully where it met a duplicate, a few times more
    /// where the reason is transient; both only if the packet holds all of it.
    pub(super) fn recover_packet(
        &mut self,
        error: CaughtError,
        packet: &[u8],
    ) -> Result<(), Ended> {
        let mut error = error;
        // Once it is committed it must not come a second time, whatever failed after that.
        let applier = &self.receiver.applier;
        let whole = applier.whole && applier.applied.transactions == self.receiver.applied_before;
        let remote = self.receiver.applier.remote;
        let in_remote = self.receiver.mid_transaction || self.receiver.applier.in_transaction();
        let failed = |mut error: CaughtError| {
            if in_remote {
                // What spock.sub_alter_skiplsn() wants to know.
                let which = format!(
                    "Remote transaction {} with its commit record at {}.",
                    remote.xid, remote.final_lsn
                );
                error.detail = Some(match error.detail {
                    Some(detail) => format!("{detail}\n{which}"),
                    None => which,
                });
            }
            Err(Ended::Failed(error))
        };
        let mut attempt = 0;
        let mut careful = false;
        loop {
            self.receiver.applier.abort();
            self.receiver.mid_transaction = false;
            if self.receiver.applier.is_committed() {
                return failed(error);
            }
            let missing =
                if in_remote { self.receiver.applier.missing_cause(&error) } else { None };
            if !whole {
                return missing.map_or_else(|| failed(error), |missing| Err(Ended::Wait(missing)));
            }
            let transient = SqlState::new(&error.sqlstate)
                .is_some_and(|code| ErrorClass::of(code).is_transient());
            if let Some(missing) = missing {
                self.wait_for_cause(&missing)?;
            } else if error.is_duplicate() && !careful {
                careful = true;
            } else if transient && attempt < TRANSIENT_ATTEMPTS {
                attempt += 1;
                latch::wait(Duration::from_millis(5 << attempt));
                transaction::check_for_interrupts();
            } else {
                return failed(error);
            }
            self.receiver.applier.careful = careful;
            let receiver = &mut self.receiver;
            // The transaction was let through before, so it is not held again.
            let result = Connection::handle(packet, &mut |packet| {
                let flow = receiver.packet(packet, 0);
                if flow.is_break()
                    && let Some(held) = receiver.held.take()
                {
                    return receiver.resume(&held);
                }
                ControlFlow::Continue(())
            });
            self.receiver.applier.careful = false;
            match result {
                Ok(_) => return Ok(()),
                Err(next) => error = next,
            }
        }
    }

    /// Waits for what the transaction builds on, with nothing open; the provider hears from us.
    fn wait_for_cause(&mut self, missing: &MissingCause) -> Result<(), Ended> {
        let applier = &mut self.receiver.applier;
        let (own, head) = (applier.ends.subscription_id, applier.head);
        let subscription = applier.ends.subscription.clone();
        let mut causes = std::mem::replace(&mut applier.causes, Causes::new(own));
        // What was received last is not applied yet, whatever its packet says of positions.
        self.receiver.mid_transaction = true;
        let result = causes.wait(missing, &subscription, head, &mut || self.feedback());
        self.receiver.mid_transaction = false;
        self.receiver.applier.causes = causes;
        self.receiver.heard_at = transaction::now();
        result.map(|_| ())
    }
}
