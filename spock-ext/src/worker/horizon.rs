//! How far commit times have come in this server's log (convergence rule C3).
//!
//! Commit times are not in the order of the log: a commit takes its time first and writes its record
//! later. A *horizon* is a time and a position such that every commit with an earlier time lies before
//! that position: the clock is read, and everybody who was inside the commit section then is waited for.
//! Whoever has applied our log up to the position has seen all of our commits before the time. The time
//! is a promise also if the clock is stepped back later: it raises the mark that commits have to pass.
//!
//! `COMMIT PREPARED` reads the clock some instructions before it enters its section. A process marks
//! itself here before it does so, and horizons wait for the marks as well.

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

/// Takes a horizon: a time of this server's clock, and the position behind all commits before it, which
/// is durable.
pub(crate) fn take() -> Result<(i64, Lsn), SpockError> {
    let time = clock::promise();
    fence(Ordering::SeqCst);
    let began = Instant::now();
    std::thread::sleep(SETTLE);
    let marked: Vec<(usize, i32)> = (0..MARKS)
        .map(|index| (index, owner_of(index)))
        .filter(|(_, owner)| *owner != 0 && *owner != my_pid())
        .collect();
    while marked.iter().any(|(index, owner)| owner_of(*index) == *owner && latch::is_alive(*owner))
        && began.elapsed() < MARK_LIMIT
    {
        latch::wait(POLL);
    }
    let mut committing = Committing::now();
    while committing.any_left() {
        if began.elapsed() > LIMIT {
            return Err(SpockError::new(
                PgSqlErrorCode::ERRCODE_LOCK_NOT_AVAILABLE,
                format!("a commit in progress did not end within {} seconds", LIMIT.as_secs()),
            ));
        }
        latch::wait(POLL);
    }
    let end = session::last_record_end();
    session::flush_wal(end);
    Ok((time, end))
}

fn owner_of(index: usize) -> i32 {
    PREPARED.get(index).map_or(0, |mark| mark.load(Ordering::SeqCst))
}
