//! What becomes of a transaction whose application failed.
//!
//! The packet that was being handled is still there: where it holds the whole transaction, that is
//! run again from it. A longer one is asked for again: the stream ends, and whoever runs it starts it
//! anew from the origin's progress. No memory and no file grows with a transaction.

use std::ops::ControlFlow;
use std::time::Duration;

use pgrx::{PgLogLevel, PgSqlErrorCode};

use super::cause::Causes;
use super::copy_wait;
use super::exception::Failure;
use super::image::is_transient;
use super::stream::{Ended, Stream};
use super::verdict::{Copy, MissingCause};
use crate::pg::error::{CaughtError, SpockError};
use crate::pg::latch;
use crate::pg::stream::failed_while_receiving;
use crate::pg::transaction;
use crate::pg::walreceiver::Connection;
use crate::settings;
use crate::sync::handover::TableStates;

/// Attempts at a transaction that failed for a transient reason before the stream starts afresh.
const TRANSIENT_ATTEMPTS: u32 = 5;

/// Careful runs of a transaction whose insert met a duplicate: somebody else may have inserted that key
/// after the look, and another one the next time.
const DUPLICATE_ATTEMPTS: u32 = 10;
/// The same where each of them takes a stream of its own.
const DUPLICATE_STREAMS: u32 = 3;

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

    /// After a failed transaction: a few times more where the reason is transient, else once more and
    /// carefully, else as an exception.
    pub(super) fn recover_packet(
        &mut self,
        error: CaughtError,
        packet: &[u8],
    ) -> Result<(), Ended> {
        let mut error = error;
        // Once it is committed it must not come a second time, whatever failed after that.
        let applier = &self.receiver.applier;
        let whole = applier.whole && applier.applied.transactions == self.receiver.applied_before;
        let remote = applier.remote;
        let in_remote = self.receiver.mid_transaction || applier.in_transaction();
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
        let mut careful_runs = 0;
        loop {
            let exception = if in_remote { self.exception(&error) } else { None };
            let in_exception = self.receiver.applier.is_exceptional();
            self.receiver.applier.abort();
            self.receiver.mid_transaction = false;
            if self.receiver.applier.is_stopped {
                return Err(Ended::Stopped(error));
            }
            if self.receiver.applier.is_committed() {
                return failed(error);
            }
            let missing =
                if in_remote { self.receiver.applier.missing_cause(&error) } else { None };
            if let Some(missing) = missing {
                if !whole {
                    return Err(Ended::Wait(missing));
                }
                self.wait_for_cause(&missing)?;
            } else if is_transient(&error) {
                if !whole || attempt == TRANSIENT_ATTEMPTS {
                    return failed(error);
                }
                attempt += 1;
                latch::wait(Duration::from_millis(5 << attempt));
                transaction::check_for_interrupts();
            } else if whole && !in_exception && careful_runs < careful_runs_for(&error) {
                careful_runs += 1;
            } else if !whole
                && exception.is_some()
                && !in_exception
                && error.is_duplicate()
                && self.receiver.applier.suspect() <= DUPLICATE_STREAMS
            {
                return Err(Ended::Again);
            } else if let Some(failure) = exception {
                self.tell_exception(&failure);
                self.receiver.applier.failure = Some(failure);
                if !whole || !settings::restart_delay_on_exception().is_zero() {
                    return Err(Ended::Again);
                }
            } else {
                return failed(error);
            }
            self.receiver.applier.careful = careful_runs > 0;
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
        self.clear_lanes("a transaction before it waits for others")?;
        if let Some(copy) = &missing.copy {
            return self.wait_for_copy(copy);
        }
        let applier = &mut self.receiver.applier;
        let (own, head) = (applier.ends.subscription_id, applier.head);
        let subscription = applier.ends.subscription.clone();
        let mut causes = std::mem::replace(&mut applier.causes, Causes::new(own));
        // What was received last is not applied yet, whatever its packet says of positions.
        self.receiver.mid_transaction = true;
        let result = causes.wait(missing, &subscription, head, &mut || {
            // Nothing is open: whoever closes a table need not wait for this stream.
            self.receiver.applier.tables.look().map_err(Ended::Lost)?;
            self.feedback()
        });
        self.receiver.mid_transaction = false;
        self.receiver.applier.causes = causes;
        self.receiver.heard_at = transaction::now();
        result.map(|_| ())
    }

    /// Waits until a table that the transaction changes may be written again.
    fn wait_for_copy(&mut self, copy: &Copy) -> Result<(), Ended> {
        let applier = &mut self.receiver.applier;
        let head = applier.head;
        let subscription = applier.ends.subscription.clone();
        let own = TableStates::all_applied(applier.ends.subscription_id);
        let mut tables = std::mem::replace(&mut applier.tables, own);
        self.receiver.mid_transaction = true;
        let result =
            copy_wait::wait(copy, &subscription, &mut tables, head, &mut || self.feedback());
        self.receiver.mid_transaction = false;
        self.receiver.applier.tables = tables;
        self.receiver.heard_at = transaction::now();
        result
    }

    /// What the error says about the transaction, if that is to be run as an exception; before the
    /// abort. A fault of the stream itself, and one of such a run, is none.
    fn exception(&mut self, error: &CaughtError) -> Option<Failure> {
        const CONNECTION_CLASS: &str = "08";
        if !self.takes_exceptions || error.sqlstate.starts_with(CONNECTION_CLASS) {
            return None;
        }
        let applier = &mut self.receiver.applier;
        let command = applier.failed_command()?;
        // What was applied in such a run cannot be committed: then nothing is.
        let may = !applier.is_exceptional() || command == 0 && applier.tries_changes();
        may.then(|| Failure::new(applier.remote.final_lsn, command, error))
    }

    fn tell_exception(&self, failure: &Failure) {
        let applier = &self.receiver.applier;
        let place = match failure.command {
            0 => "its commit".to_owned(),
            command => format!("its change {command}"),
        };
        SpockError::new(
            PgSqlErrorCode::ERRCODE_SUCCESSFUL_COMPLETION,
            format!(
                "subscription \"{}\" cannot apply remote transaction {}: {}",
                applier.ends.subscription, applier.remote.xid, failure.reason
            ),
        )
        .detail(format!(
            "The error came from {place}; its commit record is at {}.",
            failure.final_lsn
        ))
        .report(PgLogLevel::LOG);
    }
}

/// How often a transaction that failed so is run carefully before it counts as one that cannot be
/// applied.
fn careful_runs_for(error: &CaughtError) -> u32 {
    if error.is_duplicate() { DUPLICATE_ATTEMPTS } else { 1 }
}
