//! The loop of an apply worker: receive, apply, make durable, report.
//!
//! Commits are asynchronous. Before feedback goes out, one log flush makes everything applied so far
//! durable, so the provider is never told of what a crash could lose (DESIGN, invariant 3).

use std::time::Duration;

use spock_core::lsn::Lsn;

use pgrx::{PgLogLevel, PgSqlErrorCode};

use super::mutual_wait::MutualWait;
use super::own_standbys::OwnStandbys;
use super::policy::Policies;
use super::receiver::Receiver;
use super::verdict::MissingCause;
use crate::pg::bgworker;
use crate::pg::error::{CaughtError, SpockError};
use crate::pg::failpoint;
use crate::pg::latch;
use crate::pg::stream::Drained;
use crate::pg::transaction;
use crate::pg::walreceiver::Connection;
use crate::settings;
use crate::worker::head;
use crate::worker::pause;
use crate::worker::progress::{self, Progress};

/// Packets handled before interrupts, feedback and statistics get their turn.
const DRAIN_PACKETS: usize = 512;

/// Shortest and longest time between two flushes while changes keep coming.
const FLUSH_INTERVAL_MICROS: (i64, i64) = (5_000, 200_000);

/// So many times what the last flush took pass until the next one, while changes keep coming: a slow
/// disk may not cost more than a twentieth of the time.
const FLUSH_INTERVAL_FACTOR: i64 = 20;

/// This part of that time without any change, and what was applied is flushed: it looks as if nothing
/// else were to be done. A change that comes during the flush has to wait for it.
const FLUSH_IDLE_PART: i64 = 4;

/// Longest time between two status messages: below every sensible wal_sender_timeout.
const STATUS_INTERVAL_MICROS: i64 = 1_000_000;

/// Between two looks whether this server's own standbys have what was applied.
const STANDBY_LOOK: Duration = Duration::from_millis(5);

/// Time without changes after which relations are given back.
const COOL_AFTER: Duration = Duration::from_millis(20);

/// A pause that lasts so long goes on without a connection: the provider's server cannot stop while one
/// takes nothing of what it has sent (a fast shutdown waits for that until `wal_sender_timeout`).
const PAUSED_CONNECTION_MICROS: i64 = 10_000_000;

/// Why a stream ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// Apply failed.
    Failed(CaughtError),
    /// A transaction is to be asked for again: what was learnt about it is in the applier.
    Again,
    /// Nothing is to be applied, and has not been for a while.
    Paused,
    /// The subscription was disabled.
    Stopped(CaughtError),
    /// The connection failed.
    Lost(SpockError),
    /// These transactions could not be applied before their commit.
    GaveUp(Vec<u32>),
    /// A transaction that is not here as a whole waits for its cause: the stream has to start again.
    Wait(MissingCause),
}

impl From<SpockError> for Ended {
    fn from(error: SpockError) -> Self {
        Self::Lost(error)
    }
}

/// A running stream.
pub(super) struct Stream {
    pub(super) connection: Connection,
    pub(super) receiver: Receiver,
    /// Where progress is published.
    pub(super) worker_slot: usize,
    /// Transactions that cannot be applied take the way that `spock.exception_behaviour` says.
    pub(super) takes_exceptions: bool,
    /// A long pause ends this stream.
    pub(super) leaves_for_pauses: bool,
    /// Looks for a provider that waits for this node as this node waits for it.
    pub(super) mutual_wait: Option<MutualWait>,
    /// A transaction was applied while it ran.
    pub(super) streamed: bool,
    own_standbys: OwnStandbys,
    flushed_at: i64,
    /// How long to wait between two flushes while changes keep coming.
    flush_interval: i64,
    /// Commit time of the newest transaction, and when it was reported as applied.
    newest: (i64, i64),
    reported: (Lsn, Lsn),
    reported_at: i64,
    statistics_at: i64,
    warned_at: i64,
    /// Since when nothing is applied, as the slot says, if so.
    paused: Option<i64>,
}

impl Stream {
    pub(super) fn new(connection: Connection, mut receiver: Receiver, worker_slot: usize) -> Self {
        receiver.heard_at = transaction::now();
        receiver.applier.head = head::cell(worker_slot);
        Self {
            connection,
            receiver,
            worker_slot,
            takes_exceptions: false,
            leaves_for_pauses: false,
            mutual_wait: None,
            streamed: false,
            own_standbys: OwnStandbys::new(),
            flushed_at: 0,
            flush_interval: FLUSH_INTERVAL_MICROS.0,
            newest: (0, 0),
            reported: (Lsn(0), Lsn(0)),
            reported_at: 0,
            statistics_at: 0,
            warned_at: 0,
            paused: None,
        }
    }

    /// Runs until something fails or the process is told to stop.
    pub(super) fn run(&mut self) -> Ended {
        loop {
            match self.turn() {
                Ok(()) => {}
                Err(ended) => return ended,
            }
        }
    }

    /// One round: what is there, or a wait for more.
    pub(super) fn turn(&mut self) -> Result<(), Ended> {
        bgworker::reload_config_if_asked();
        transaction::check_for_interrupts();
        self.watch_lanes()?;
        if let Some(held) = &self.receiver.held {
            let left = held.until - transaction::now();
            if left >= 0 {
                self.warn_of_future();
                let wait = left.clamp(1_000, 500_000) + 1_000;
                self.look_at_tables()?;
                self.feedback()?;
                latch::wait(Duration::from_micros(wait.cast_unsigned()));
                return Ok(());
            }
            self.resume_held()?;
        }
        if (self.paused.is_some() || pause::is_wanted()) && self.stands_still()? {
            return Ok(());
        }
        if let Some((head, payload)) = self.receiver.beside.take() {
            return self.take_streamed(head, &payload);
        }
        self.settle_tables()?;
        self.settle_policies()?;
        let receiver = &mut self.receiver;
        receiver.applier.is_alone = receiver.lanes.are_empty();
        let mut heard = false;
        let drained = self.connection.drain(DRAIN_PACKETS, &mut |packet| {
            heard = true;
            receiver.packet(packet, 0)
        });
        let now = transaction::now();
        if heard {
            self.receiver.heard_at = now;
        }
        if drained.is_ok() {
            self.show_head();
        }
        match drained {
            Ok(Drained::End) => {
                return Err(Ended::Lost(SpockError::new(
                    PgSqlErrorCode::ERRCODE_CONNECTION_FAILURE,
                    "provider ended the replication stream",
                )));
            }
            Ok(Drained::Empty) => {
                self.keep_up(now)?;
                let wait = self.idle_wait(now);
                self.connection.wait_readable(wait);
                self.cool_down();
            }
            Ok(Drained::Limit | Drained::Paused) => self.keep_up(now)?,
            Err(error) => {
                self.recover(error)?;
                self.show_head();
            }
        }
        self.check_silence()
    }

    /// Waits a little while nothing is to be applied; the connection is kept alive, and what comes stays
    /// in it. A transaction that has begun is applied to its end first.
    fn stands_still(&mut self) -> Result<bool, Ended> {
        let wanted = pause::is_wanted();
        if self.paused.is_some() && !wanted {
            self.paused = None;
            pause::show(self.worker_slot, false);
            // A pause that began just before that took the worker for one that stands still: look again.
            return Ok(true);
        }
        let now = transaction::now();
        match self.paused {
            None => {
                if self.position().is_none() {
                    return Ok(false);
                }
                self.clear_lanes("nothing is applied at the moment")?;
                self.receiver.applier.idle();
                self.paused = Some(now);
                pause::show(self.worker_slot, true);
            }
            Some(since) if self.leaves_for_pauses && now - since >= PAUSED_CONNECTION_MICROS => {
                self.feedback()?;
                return Err(Ended::Paused);
            }
            Some(_) => {}
        }
        self.receiver.heard_at = now;
        self.feedback()?;
        pause::wait();
        Ok(true)
    }

    /// Up to where everything is applied; `None` in the middle of a transaction.
    pub(super) fn position(&self) -> Option<Lsn> {
        let receiver = &self.receiver;
        let between = !receiver.mid_transaction
            && receiver.held.is_none()
            && !receiver.applier.in_transaction();
        between.then(|| receiver.applier.applied.remote_end.max(receiver.received))
    }

    /// Shows others how far the stream has come.
    fn show_head(&self) {
        let Some(head) = self.receiver.applier.head else { return };
        if let Some(position) = self.position() {
            head.pass(position);
            head.clear();
        } else {
            head.pass(self.receiver.applier.applied.remote_end);
        }
    }

    /// Takes in which tables are closed while a transaction is held that has not begun here.
    fn look_at_tables(&mut self) -> Result<(), Ended> {
        let applier = &mut self.receiver.applier;
        if applier.in_transaction() || !self.receiver.lanes.are_empty() {
            return Ok(());
        }
        applier.idle();
        applier.meet_gates();
        applier.tables.look().map_err(Ended::Lost)
    }

    /// Takes over tables whose copy is done, and leaves to a copy those that are to be copied again.
    fn settle_tables(&mut self) -> Result<(), Ended> {
        let Some(position) = self.position() else { return Ok(()) };
        if !self.receiver.lanes.are_empty() {
            return Ok(());
        }
        let Self { connection, receiver, reported: (received, done), .. } = self;
        let applier = &mut receiver.applier;
        applier.meet_gates();
        if !applier.tables.are_due(position) {
            return Ok(());
        }
        // What is open was opened under earlier answers, and a hand-over may take a moment.
        applier.relations.give_back();
        let mut keep_alive = || connection.send_status(received.0, done.0, done.0, false);
        applier.tables.settle(position, &mut keep_alive).map_err(Ended::Lost)
    }

    /// Decides conflicts as the setting says now, if it was changed.
    fn settle_policies(&mut self) -> Result<(), Ended> {
        if !self.receiver.applier.policies.are_stale() || self.position().is_none() {
            return Ok(());
        }
        let applier = &mut self.receiver.applier;
        applier.idle();
        self.clear_lanes("the rules for conflicts were changed")?;
        let applier = &mut self.receiver.applier;
        let policies =
            bgworker::transaction(Policies::load).map_err(Ended::Failed)?.map_err(Ended::Lost)?;
        applier.relations.set_policies(&policies);
        applier.policies = policies;
        Ok(())
    }

    /// How long to wait for the next packet.
    fn idle_wait(&self, now: i64) -> Duration {
        if self.own_standbys.are_behind() {
            return STANDBY_LOOK;
        }
        if self.receiver.applier.applied.local_end != Lsn(0) {
            let due = (self.flushed_at + self.flush_interval)
                .min(self.receiver.heard_at + self.flush_interval / FLUSH_IDLE_PART);
            return Duration::from_micros((due - now).clamp(1_000, 5_000).cast_unsigned());
        }
        if self.receiver.applier.is_warm() { COOL_AFTER } else { Duration::from_secs(1) }
    }

    /// Gives relations back when nothing came for a while.
    fn cool_down(&mut self) {
        let idle = transaction::now() - self.receiver.heard_at;
        if idle >= COOL_AFTER.as_micros() as i64 && !self.receiver.applier.in_transaction() {
            self.receiver.applier.idle();
            self.receiver.applier.causes.cool_down(transaction::now());
        }
    }

    /// Flushes, reports and counts, where it is time.
    fn keep_up(&mut self, now: i64) -> Result<(), Ended> {
        let local_end = self.receiver.applier.applied.local_end;
        let news = local_end != Lsn(0);
        let due = now - self.flushed_at >= self.flush_interval
            || now - self.receiver.heard_at >= self.flush_interval / FLUSH_IDLE_PART
            || (news && transaction::is_durable(local_end));
        if self.receiver.reply_requested
            || (news && due)
            || self.own_standbys.are_behind()
            || now - self.reported_at >= STATUS_INTERVAL_MICROS
        {
            self.feedback()?;
        }
        if now - self.statistics_at >= STATUS_INTERVAL_MICROS
            && !self.receiver.applier.in_transaction()
        {
            transaction::report_statistics();
            self.receiver.applier.causes.recall.cool_down(now);
            if let Some(mutual_wait) = &mut self.mutual_wait {
                mutual_wait.turn(now, self.worker_slot);
            }
            self.statistics_at = now;
        }
        Ok(())
    }

    /// Signs of life while the stream waits for others of this server.
    pub(super) fn keep_alive(&mut self) -> Result<(), Ended> {
        bgworker::reload_config_if_asked();
        let now = transaction::now();
        let news = self.receiver.applier.applied.local_end != Lsn(0);
        if now - self.reported_at >= STATUS_INTERVAL_MICROS
            || news && now - self.flushed_at >= self.flush_interval
        {
            self.feedback()?;
        }
        Ok(())
    }

    /// Makes what was applied durable and tells the provider.
    pub(super) fn feedback(&mut self) -> Result<(), Ended> {
        failpoint::hit("apply.before_feedback");
        let receiver = &mut self.receiver;
        let applied = &mut receiver.applier.applied;
        let now = transaction::now();
        let local_end = applied.local_end;
        if applied.local_end != Lsn(0) {
            self.flushed_at = now;
            // Somebody else may have flushed it; that says nothing of how long it takes.
            if !transaction::is_durable(applied.local_end) {
                transaction::flush_commits(applied.local_end);
                self.flushed_at = transaction::now();
                let (shortest, longest) = FLUSH_INTERVAL_MICROS;
                self.flush_interval =
                    ((self.flushed_at - now) * FLUSH_INTERVAL_FACTOR).clamp(shortest, longest);
            }
            applied.local_end = Lsn(0);
        }
        let done = if receiver.mid_transaction {
            applied.remote_end
        } else {
            applied.remote_end.max(receiver.received)
        };
        let done = self.own_standbys.report(local_end, done);
        let received = receiver.received.max(applied.remote_end);
        if self.newest.0 != applied.remote_time {
            self.newest = (applied.remote_time, now);
        }
        progress::publish(
            self.worker_slot,
            Progress {
                node: receiver.applier.ends.local.as_oid(),
                remote_node: receiver.applier.ends.provider.as_oid(),
                remote_commit_ts: applied.remote_time,
                prev_remote_ts: applied.previous_time,
                remote_commit_lsn: applied.remote_end.0,
                remote_insert_lsn: receiver.insert_lsn.max(received).0,
                received_lsn: received.0,
                // When the newest transaction was here, also on a link that is idle since.
                last_updated_ts: self.newest.1,
            },
        );
        let silent_for = now - receiver.heard_at;
        let ask = settings::apply_idle_timeout()
            .is_some_and(|limit| silent_for > limit.as_micros() as i64 / 2);
        if !receiver.reply_requested
            && self.reported == (received, done)
            && now - self.reported_at < STATUS_INTERVAL_MICROS
        {
            return Ok(());
        }
        receiver.reply_requested = false;
        self.reported = (received, done);
        self.reported_at = now;
        self.connection.send_status(received.0, done.0, done.0, ask).map_err(Ended::Lost)
    }

    /// Goes on with a transaction whose time has come.
    fn resume_held(&mut self) -> Result<(), Ended> {
        let Some(held) = self.receiver.held.take() else { return Ok(()) };
        let receiver = &mut self.receiver;
        let result = Connection::handle(&held.packet, &mut |_| receiver.resume(&held));
        match result {
            Ok(_) => Ok(()),
            Err(error) => self.recover_packet(error, &held.packet),
        }
    }

    /// Says, at most every 10 s, that the provider's clock is far ahead of ours.
    fn warn_of_future(&mut self) {
        let Some(held) = &self.receiver.held else { return };
        let now = transaction::now();
        let skew = held.commit_time - now;
        let limit = settings::max_clock_skew().as_micros() as i64;
        if skew <= limit || now - self.warned_at < 10_000_000 {
            return;
        }
        self.warned_at = now;
        SpockError::new(
            PgSqlErrorCode::ERRCODE_INVALID_DATETIME_FORMAT,
            format!(
                "subscription \"{}\" waits: the provider's clock is {} s ahead of this server's",
                self.receiver.applier.ends.subscription,
                skew / 1_000_000
            ),
        )
        .hint("Synchronize the clocks of both servers. The stream goes on by itself.")
        .report(PgLogLevel::WARNING);
    }

    /// Ends a stream on which nothing came for `spock.apply_idle_timeout`.
    fn check_silence(&mut self) -> Result<(), Ended> {
        let Some(limit) = settings::apply_idle_timeout() else { return Ok(()) };
        let silent = transaction::now() - self.receiver.heard_at;
        if silent <= limit.as_micros() as i64 {
            return Ok(());
        }
        Err(Ended::Lost(SpockError::new(
            PgSqlErrorCode::ERRCODE_CONNECTION_FAILURE,
            format!("provider was silent for {} s", limit.as_secs()),
        )))
    }
}
