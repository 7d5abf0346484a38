//! Keeps deleted rows readable for a while (convergence rule D1); part of the supervisor.
//!
//! A delete must leave a version that later changes are compared with. The dead row is that version, as
//! long as vacuum may not take it: [`crate::pg::retention`] holds a replication slot whose xmin forbids
//! it. Holding has its price on hot rows, so it is short. Every second the xmin moves on to what was the
//! oldest running transaction at a moment that is behind every incoming stream ([`super::passages`]): no
//! change that is still to come can meet what was deleted before. While all peers are heard that is about
//! a second ago. A moment that is `spock.retention_hold` ago is passed in any case, and peers that are further
//! behind than that are waited for no more.
//!
//! Only servers with a subscription hold anything. The slot is dropped when the last subscription (or
//! the extension) is gone, when the setting is 0, and by `spock.release_retention()`. After a start an
//! existing slot is taken over before it is known whether it is needed.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use pgrx::{PgLogLevel, PgSqlErrorCode};

use crate::pg::bgworker;
use crate::pg::error::{CaughtError, SpockError};
use crate::pg::guc;
use crate::pg::retention as slot;
use crate::pg::session;
use crate::pg::shmem::SharedState;
use crate::settings;

use super::slots::{self, Kind};
use super::{clock, micros, passages, steady};

/// Between two complaints.
const COMPLAIN_AGAIN: Duration = Duration::from_secs(10);
/// Between two moves of the slot: each is flushed to disk several times.
const STEP: Duration = Duration::from_millis(900);
/// Between two samples.
const SAMPLING: Duration = Duration::from_millis(200);
/// A commit that was over at a sample may have a time so much later, if the clock was set back in it.
const SLACK: i64 = 10_000;

/// Whether dead rows are kept, or why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum State {
    /// The supervisor has not said yet.
    Starting,
    /// They are.
    Holding,
    /// No database of this server has a subscription.
    NoSubscription,
    /// `spock.retention_hold` is 0.
    Off,
    /// `spock.release_retention()` was called.
    Released,
    /// `old_snapshot_threshold` lets vacuum pass over the slot.
    OldSnapshotThreshold,
    /// The slot could not be made, or taken.
    NoSlot,
}

impl State {
    const ALL: [Self; 7] = [
        Self::Starting,
        Self::Holding,
        Self::NoSubscription,
        Self::Off,
        Self::Released,
        Self::OldSnapshotThreshold,
        Self::NoSlot,
    ];

    /// For people.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Holding => "holding",
            Self::NoSubscription => "off: no database of this server has a subscription",
            Self::Off => "off: spock.retention_hold is 0",
            Self::Released => "off: released by spock.release_retention()",
            Self::OldSnapshotThreshold => "off: old_snapshot_threshold must be -1",
            Self::NoSlot => "off: the replication slot cannot be taken, see the server log",
        }
    }
}

/// What all processes see.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    state: AtomicU32,
    /// All rows deleted since this time are kept; 0: none are.
    since: AtomicI64,
    /// Somebody wants no slot.
    released: AtomicBool,
}

/// The region.
pub(super) static SHARED: SharedState<Shared> = SharedState::new(c"spock retention", || 1);

/// What `spock.retention` shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Report {
    pub(crate) state: State,
    /// The slot's xmin.
    pub(crate) xmin: Option<u32>,
    /// All rows deleted since this time are kept.
    pub(crate) complete_since: Option<i64>,
}

/// How things stand.
pub(crate) fn report() -> Report {
    let shared = SHARED.get(0);
    let state = shared.map_or(0, |shared| shared.state.load(Ordering::Acquire));
    let since = shared.map_or(0, |shared| shared.since.load(Ordering::Acquire));
    let xmin = slot::horizon();
    Report {
        state: State::ALL.get(state as usize).copied().unwrap_or(State::Starting),
        xmin,
        complete_since: xmin.and(Some(since)).filter(|since| *since != 0),
    }
}

/// All rows deleted since this time are kept; `None` when none are.
pub(crate) fn complete_since() -> Option<i64> {
    let since = SHARED.get(0)?.since.load(Ordering::SeqCst);
    (since != 0).then_some(since)
}

/// Has the supervisor give the slot back, or take it again.
pub(crate) fn set_released(released: bool) {
    if let Some(shared) = SHARED.get(0) {
        shared.released.store(released, Ordering::Release);
    }
    super::control::wake_supervisor();
}

/// The oldest running transaction at a moment.
#[derive(Debug, Clone, Copy)]
struct Sample {
    steady: i64,
    /// What was committed here before has no later commit time.
    time: i64,
    xid: u32,
}

/// The supervisor's part.
#[derive(Debug, Default)]
pub(super) struct Retention {
    samples: VecDeque<Sample>,
    moved_at: i64,
    complained_at: Option<i64>,
}

impl Retention {
    /// One round; `settled` when the managers of all databases have said what they have.
    pub(super) fn round(&mut self, settled: bool) {
        let state = match why_not(settled) {
            Some(State::Starting) => State::Starting,
            Some(state) => self.give_back().map_or(State::NoSlot, |()| state),
            None => self.hold(),
        };
        if let Some(shared) = SHARED.get(0) {
            let before = shared.state.swap(state as u32, Ordering::AcqRel);
            if before != state as u32 && state == State::OldSnapshotThreshold {
                SpockError::new(
                    PgSqlErrorCode::ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "spock keeps no deleted rows: old_snapshot_threshold must be -1",
                )
                .hint("Run ALTER SYSTEM SET old_snapshot_threshold = -1; and restart the server.")
                .report(PgLogLevel::WARNING);
            }
        }
    }

    fn hold(&mut self) -> State {
        let fresh = !slot::is_owned();
        let now_steady = steady();
        if !fresh && now_steady - self.moved_at < micros(STEP) {
            return State::Holding;
        }
        self.moved_at = now_steady;
        if fresh {
            self.samples.clear();
            let before = slot::horizon();
            match bgworker::transaction(slot::own) {
                Ok(xmin) => {
                    // A supervisor that died may have left it well; otherwise only now is certain.
                    if before != Some(xmin) {
                        set_since(clock::so_far());
                    }
                    pgrx::log!("spock keeps rows deleted by transactions from {xmin} on");
                }
                Err(error) => {
                    self.complain(&error);
                    return State::NoSlot;
                }
            }
        }
        self.sample();
        // What the settled time is about may not be durable yet; after a crash it would come again.
        let settled = passages::readable_until().unwrap_or(i64::MIN);
        let hold = micros(settings::retention_hold());
        let mut due = None;
        while let Some(sample) = self.samples.front()
            && (sample.time + SLACK < settled || now_steady - sample.steady >= hold)
        {
            due = self.samples.pop_front();
        }
        if let Some(sample) = due {
            // In this order: who finds a row gone finds the time after it.
            set_since(sample.time);
            let moved = bgworker::transaction(|| {
                session::flush_wal(session::last_record_end());
                slot::advance(sample.xid);
            });
            if let Err(error) = moved {
                self.complain(&error);
            }
        }
        State::Holding
    }

    /// Notes the oldest running transaction of this moment, now and then, while rows are kept.
    pub(super) fn sample(&mut self) {
        let now = steady();
        let is_due = self.samples.back().is_none_or(|last| now - last.steady >= micros(SAMPLING));
        if is_due && slot::is_owned() {
            // What commits from now on was running at the sample, or began later.
            let xid = slot::oldest_running();
            self.samples.push_back(Sample { steady: now, time: clock::so_far(), xid });
        }
    }

    fn give_back(&mut self) -> Option<()> {
        self.samples.clear();
        set_since(0);
        if !slot::is_owned() && !slot::exists() {
            return Some(());
        }
        match bgworker::transaction(slot::release) {
            Ok(()) => {
                pgrx::log!("spock keeps no deleted rows any more");
                Some(())
            }
            Err(error) => {
                self.complain(&error);
                None
            }
        }
    }

    fn complain(&mut self, error: &CaughtError) {
        if self.complained_at.is_some_and(|at| steady() - at <= micros(COMPLAIN_AGAIN)) {
            return;
        }
        self.complained_at = Some(steady());
        let name = slot::SLOT.to_string_lossy();
        let report = SpockError::new(
            PgSqlErrorCode::ERRCODE_CONFIGURATION_LIMIT_EXCEEDED,
            format!("spock cannot use replication slot \"{name}\": {}", error.message),
        )
        .detail("Deleted rows are not kept: a late change may bring one back.");
        let report = if error.sqlstate == "53400" {
            report.hint("Raise max_replication_slots.")
        } else {
            report
        };
        report.report(PgLogLevel::WARNING);
    }
}

fn set_since(time: i64) {
    if let Some(shared) = SHARED.get(0) {
        shared.since.store(time, Ordering::SeqCst);
    }
}

/// Why nothing is to be kept; `Starting` when that is not known yet, and there is nothing to take over.
fn why_not(settled: bool) -> Option<State> {
    if settings::retention_hold().is_zero() {
        return Some(State::Off);
    }
    if SHARED.get(0).is_some_and(|shared| shared.released.load(Ordering::Acquire)) {
        return Some(State::Released);
    }
    if guc::get("old_snapshot_threshold").is_some_and(|value| value != "-1") {
        return Some(State::OldSnapshotThreshold);
    }
    let wanted = slots::list(|slot| slot.kind == Kind::Manager && slot.subscriptions > 0);
    if !wanted.is_empty() {
        return None;
    }
    if settled {
        return Some(State::NoSubscription);
    }
    (!slot::is_owned() && !slot::exists()).then_some(State::Starting)
}
