//! How far commit times have come in this server's log (convergence rule C3).
//!
//! Commit times are not in the order of the log: a commit takes its time first and writes its record
//! later. A *horizon* is a time and a position such that every commit with an earlier time lies before
//! that position: the clock is read, and everybody who was inside the commit section then is waited for.
//! Whoever has applied our log up to the position has seen all of our commits before the time. The time
//! is a promise also if the clock is stepped back later, and if the server crashes in between: it raises
//! the mark that commits have to pass, and none is given that is not on disk ([`clock`]).
//!
//! `COMMIT PREPARED` reads the clock some instructions before it enters its section. A process marks
//! itself here before it does so, and horizons wait for the marks as well.
//!
//! Peers get horizons in two ways: they ask for one (`spock.commit_horizon()`) when a change waits for
//! its cause, and find those in the stream that [`super::announce`] writes.

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering, fence};
use std::time::{Duration, Instant};

use pgrx::PgSqlErrorCode;
use spock_core::lsn::Lsn;

use crate::pg::bgworker::my_pid;
use crate::pg::commit_section::Committing;
use crate::pg::error::SpockError;
use crate::pg::shmem::SharedState;
use crate::pg::{latch, session};

use super::clock;

/// How long commits in progress are waited for. A section lasts as long as one flush of the log.
const LIMIT: Duration = Duration::from_secs(5);
/// How long marks are waited for: a marked process may wait for a synchronous standby long after its
/// record is written, and reaches its section long before this is over.
const MARK_LIMIT: Duration = Duration::from_secs(1);
/// Between the reading of the clock and the look at the flags: what another processor stored before
/// it read an earlier time is visible by then.
const SETTLE: Duration = Duration::from_micros(20);
/// Pause between two looks.
const POLL: Duration = Duration::from_millis(1);

/// Processes that can be marked at once; more of them go unmarked.
const MARKS: usize = 64;

/// Ids of the processes that run COMMIT PREPARED, 0 where there is none.
pub(super) static PREPARED: SharedState<AtomicI32> =
    SharedState::new(c"spock prepared commits", || MARKS);

/// The mark of this process.
static MARKED: AtomicBool = AtomicBool::new(false);
static MARK: AtomicUsize = AtomicUsize::new(0);

/// Marks this process: it is about to take a commit time.
pub(super) fn enter() {
    leave();
    let free = (0..MARKS).find(|&index| {
        PREPARED.get(index).is_some_and(|mark| {
            let owner = mark.load(Ordering::Relaxed);
            // A process that ended inside left its mark.
            (owner == 0 || !latch::is_alive(owner))
                && mark
                    .compare_exchange(owner, my_pid(), Ordering::SeqCst, Ordering::Relaxed)
                    .is_ok()
        })
    });
    if let Some(index) = free {
        MARK.store(index, Ordering::Relaxed);
        MARKED.store(true, Ordering::Relaxed);
    }
}

/// Takes the mark away, if there is one. Never raises.
#[inline]
pub(super) fn leave() {
    if MARKED.load(Ordering::Relaxed) {
        MARKED.store(false, Ordering::Relaxed);
        if let Some(mark) = PREPARED.get(MARK.load(Ordering::Relaxed)) {
            mark.store(0, Ordering::Release);
        }
    }
}

/// A horizon that is being taken.
pub(crate) struct Taking {
    time: i64,
    began: Instant,
    /// Who was about to commit a prepared transaction, and who was inside the commit section.
    marked: Vec<(usize, i32)>,
    committing: Option<Committing>,
}

impl Taking {
    /// Reads the clock, and who may still commit with an earlier time.
    pub(super) fn begin(time: i64) -> Self {
        fence(Ordering::SeqCst);
        let began = Instant::now();
        std::thread::sleep(SETTLE);
        let marked = (0..MARKS)
            .map(|index| (index, owner_of(index)))
            .filter(|(_, owner)| *owner != 0 && *owner != my_pid())
            .collect();
        Self { time, began, marked, committing: None }
    }

    /// Whether all of these have left; not to be asked too often.
    pub(super) fn is_done(&mut self) -> Result<bool, SpockError> {
        if !self.marked.is_empty() {
            let is_inside = |(index, owner): &(usize, i32)| {
                owner_of(*index) == *owner && latch::is_alive(*owner)
            };
            if self.marked.iter().any(is_inside) && self.began.elapsed() < MARK_LIMIT {
                return Ok(false);
            }
            self.marked.clear();
        }
        if !self.committing.get_or_insert_with(Committing::now).any_left() {
            return Ok(true);
        }
        if self.began.elapsed() > LIMIT {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE,
                format!("a commit in progress did not end within {} seconds", LIMIT.as_secs()),
            ));
        }
        Ok(false)
    }

    /// The time that is behind the log's end, once it is done.
    pub(super) const fn time(&self) -> i64 {
        self.time
    }
}

/// Takes a horizon: a time of this server's clock, and the position behind all commits before it, which
/// is durable.
pub(crate) fn take() -> Result<(i64, Lsn), SpockError> {
    finish(Taking::begin(clock::promise()?))
}

fn finish(mut taking: Taking) -> Result<(i64, Lsn), SpockError> {
    while !taking.is_done()? {
        latch::wait(POLL);
    }
    let end = session::last_record_end();
    session::flush_wal(end);
    Ok((taking.time, end))
}

/// A time that all later commits here are newer than, for this server itself, and the position behind
/// all commits before it. No crash is outlived by it.
pub(crate) fn mark() -> Result<(i64, Lsn), SpockError> {
    finish(Taking::begin(clock::latest()))
}

fn owner_of(index: usize) -> i32 {
    PREPARED.get(index).map_or(0, |mark| mark.load(Ordering::SeqCst))
}
