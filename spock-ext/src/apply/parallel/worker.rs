//! The process that applies one streamed transaction.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use pgrx::PgSqlErrorCode;
use spock_core::lsn::Lsn;
use spock_core::proto::{Message, ProtoVersion, streamed};

use super::early::refuse;
use super::{GIVE_WAY_AFTER, word};
use crate::apply::applier::Applier;
use crate::apply::author::Authors;
use crate::apply::session;
use crate::catalog::exceptions;
use crate::pg::error::{CaughtError, SpockError};
use crate::pg::shared_queue::{Taken, Taker};
use crate::pg::walreceiver::Connection;
use crate::pg::{bgworker, failpoint, latch, session_origin, spi, transaction, write_gate};
use crate::sync::handover::TableStates;

/// Between two looks whether somebody waits for this transaction.
const LOOK: Duration = Duration::from_millis(200);

/// Applies the transaction that the queue brings, and says what became of it.
pub(crate) fn run(mut taker: Taker) {
    let result = bgworker::catching(|| work(&mut taker));
    // Rolled back, where it failed, before anybody hears of it.
    let reason = match result {
        Ok(Ok(local_end)) => {
            taker.shared().say(word::COMMITTED, local_end.0);
            latch::wake(taker.shared().sender);
            return;
        }
        Ok(Err(error)) => error.message,
        Err(caught) => caught.message,
    };
    crate::pg::callbacks::abandon_transaction();
    taker.shared().give_reason(&reason);
    taker.shared().say(word::GAVE_UP, 0);
    latch::wake(taker.shared().sender);
}

/// Returns the end of the commit record.
fn work(taker: &mut Taker) -> Result<Lsn, SpockError> {
    let shared = taker.shared();
    let (leader, xid) = (shared.sender, shared.subject);
    let Some(setup) = session::load(shared.subscription)? else {
        return Err(ended("the subscription is disabled"));
    };
    let subscription = &setup.subscription;
    let tables = TableStates::load(subscription.id, subscription.provider.id, None)?;
    if !tables.all_ready() {
        return Err(ended("tables are being copied"));
    }
    let held_back = bgworker::transaction(|| exceptions::held_back(Some(subscription.provider.id)))
        .map_err(CaughtError::into_error)?;
    let authors = Authors::new(&subscription.slot_name, setup.origin, false);
    let mut applier = session::receiver(&setup, authors, tables).applier;
    applier.skip_lsn = subscription.skip_lsn;
    applier.held_back = held_back;
    applier.begin_early(xid);
    // Its apply worker meets no gate while this one runs.
    write_gate::pass();
    bgworker::report_activity(Some(&format!(
        "applying transaction {xid} of subscription \"{}\" while it runs",
        subscription.name
    )));
    bgworker::transaction(|| session_origin::write_for(setup.origin, leader))
        .map_err(CaughtError::into_error)?;
    session_origin::write_as(setup.origin, leader);
    let mut waited_for: Option<Instant> = None;
    let mut looked_at = Instant::now();
    loop {
        transaction::check_for_interrupts();
        if looked_at.elapsed() >= LOOK {
            looked_at = Instant::now();
            look_around(&mut applier, &mut waited_for)?;
        }
        let is_there = taker.has_sender();
        match taker.take() {
            Taken::Message(payload) => {
                let mut committed = None;
                let _flow = Connection::handle(payload, &mut |payload| {
                    committed = apply(&mut applier, payload, is_there, setup.origin);
                    ControlFlow::Continue(())
                })
                .map_err(CaughtError::into_error)?;
                if let Some(local_end) = committed {
                    session_origin::give_back();
                    applier.close();
                    return Ok(local_end);
                }
            }
            Taken::Nothing => {
                latch::wait(LOOK);
            }
            Taken::Gone => return Err(ended("its apply worker is gone")),
        }
    }
}

fn ended(reason: &str) -> SpockError {
    SpockError::new(PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE, reason)
}

/// Gives way to those who wait for this transaction, which nobody knows when it ends.
fn look_around(applier: &mut Applier, since: &mut Option<Instant>) -> Result<(), SpockError> {
    if applier.early.is_none() || !applier.in_transaction() || !is_waited_for(applier)? {
        *since = None;
        return Ok(());
    }
    if since.get_or_insert_with(Instant::now).elapsed() >= GIVE_WAY_AFTER {
        return Err(ended("others wait for its locks"));
    }
    Ok(())
}

/// Whether somebody waits for a lock of this process.
fn is_waited_for(applier: &mut Applier) -> Result<bool, SpockError> {
    const WAITERS: &str = "SELECT 1 FROM pg_catalog.pg_locks w WHERE NOT w.granted \
         AND pg_catalog.pg_backend_pid() = ANY (pg_catalog.pg_blocking_pids(w.pid)) LIMIT 1";
    let mut found = false;
    let _flow = Connection::handle(&[], &mut |_| {
        applier.flush_gathered();
        applier.ready(true);
        found = spi::select_one(WAITERS, &[]).is_some();
        ControlFlow::Continue(())
    })
    .map_err(CaughtError::into_error)?;
    Ok(found)
}

/// Applies the messages of a packet; with the commit, the end of its record.
fn apply(applier: &mut Applier, payload: &[u8], is_there: bool, origin: u16) -> Option<Lsn> {
    let mut committed = None;
    for bytes in streamed::messages(payload) {
        let message = bytes.and_then(|bytes| Message::decode(bytes, ProtoVersion::V5));
        let message = match message {
            Ok((_, message)) => message,
            Err(error) => SpockError::new(
                PgSqlErrorCode::ERRCODE_PROTOCOL_VIOLATION,
                format!("invalid message from provider: {error}"),
            )
            .raise(),
        };
        match &message {
            Message::Begin { final_lsn, commit_time, .. } => {
                applier.learn_commit(*final_lsn, *commit_time);
                continue;
            }
            Message::Truncate(_) => applier.only_committed("it truncates a table"),
            Message::Commit { end_lsn, commit_time, .. } => {
                applier.only_committed("its commit came before its begin");
                if !is_there {
                    refuse("its apply worker is gone");
                }
                await_time(*commit_time);
                applier.flush_gathered();
                if applier.in_transaction() {
                    failpoint::hit("parallel.before_commit");
                    if session_origin::take(origin) >= *end_lsn {
                        refuse("it has been applied already");
                    }
                }
                applier.message(&message);
                committed = Some(applier.applied.local_end);
                continue;
            }
            _ => {}
        }
        applier.message(&message);
    }
    committed
}

/// Waits until the transaction is not from the future by our clock (convergence rule V5).
fn await_time(commit_time: i64) {
    loop {
        let left = commit_time - transaction::now();
        if left < 0 {
            return;
        }
        latch::wait(Duration::from_micros(left.clamp(1_000, 500_000).cast_unsigned()));
    }
}
