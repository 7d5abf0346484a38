//! Waiting on this process's latch, and waking others.
//!
//! Every wait has a timeout, ends when the latch is set, answers interrupts (cancel, terminate) and
//! leaves at once when the postmaster is gone.

use std::time::Duration;

use pgrx::pg_sys;

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wake {
    /// Somebody set the latch.
    Latch,
    /// The time was up.
    Timeout,
}

/// Sleeps until the latch is set or the time is up, then answers interrupts (may raise).
pub(crate) fn wait(timeout: Duration) -> Wake {
    let millis = i64::try_from(timeout.as_millis()).unwrap_or(i64::MAX).clamp(1, 3_600_000);
    let events = pg_sys::WL_LATCH_SET | pg_sys::WL_TIMEOUT | pg_sys::WL_EXIT_ON_PM_DEATH;
    // SAFETY: MyLatch is set in every process that runs our code.
    let got = unsafe {
        let got =
            pg_sys::WaitLatch(pg_sys::MyLatch, events as i32, millis, pg_sys::PG_WAIT_EXTENSION);
        pg_sys::ResetLatch(pg_sys::MyLatch);
        got
    };
    interrupts();
    if got as u32 & pg_sys::WL_LATCH_SET != 0 { Wake::Latch } else { Wake::Timeout }
}

/// Answers a pending cancel or terminate request: raises, or ends the process.
#[inline]
pub(crate) fn interrupts() {
    pgrx::check_for_interrupts!();
}

/// Sets the latch of a process of this server; false when there is no such process.
pub(crate) fn wake(pid: i32) -> bool {
    if pid <= 0 {
        return false;
    }
    // SAFETY: entries of the process array are never freed; setting the latch of a process that has
    // just taken over the entry only wakes it for nothing.
    unsafe {
        let process = pg_sys::BackendPidGetProc(pid);
        if process.is_null() {
            return false;
        }
        pg_sys::SetLatch(&raw mut (*process).procLatch);
    }
    true
}

/// True when a process with that id is there. Not the process array is asked: a worker enters that
/// only some time after it has taken its slot.
pub(crate) fn is_alive(pid: i32) -> bool {
    // SAFETY: signal 0 only asks.
    pid > 0 && unsafe { libc::kill(pid, 0) == 0 }
}

/// Asks a process of this server to end (SIGTERM); false when there is none.
pub(crate) fn terminate(pid: i32) -> bool {
    // SAFETY: the id stands in a slot, which the process clears before it ends; the signal is one
    // that all processes of the server answer.
    is_alive(pid) && unsafe { libc::kill(pid, libc::SIGTERM) == 0 }
}

/// Microseconds of a clock that never steps and is the same for all processes: for delays and
/// time-outs in shared memory. Its zero means nothing.
pub(crate) fn steady_micros() -> i64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the kernel fills the struct; this clock exists on every system that the server runs on.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
}
