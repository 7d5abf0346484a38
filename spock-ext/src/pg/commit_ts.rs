//! Commit times: of past transactions, and of the one that is committing (`access/commit_ts.h`).
//!
//! Times are microseconds since 2000-01-01. The functions use raw externs: they stand on the path of
//! every commit and of every conflict check. Only [`newest`], [`oldest`] and [`of`] may raise (commit times are
//! not tracked, broken files), and their callers stand under a frame.

use pgrx::pg_sys;

use super::compat;

unsafe extern "C-unwind" {
    fn TransactionIdGetCommitTsData(xid: u32, time: *mut i64, origin: *mut u16) -> bool;
    fn GetTopTransactionIdIfAny() -> u32;
    fn GetCurrentTransactionStopTimestamp() -> i64;
}

/// First id of an ordinary transaction; smaller ones are the server's own.
const FIRST_NORMAL: u32 = 3;

/// True when the server keeps commit times.
pub(crate) fn is_tracked() -> bool {
    // SAFETY: a plain variable of the server.
    unsafe { pg_sys::track_commit_timestamp }
}

/// Commit time and origin of a committed transaction, by the raw xmin of a row it wrote. `None` when
/// the server does not know any more, or never did. Raises when commit times are not tracked.
#[inline]
pub(crate) fn of(xid: u32) -> Option<(i64, u16)> {
    if xid < FIRST_NORMAL {
        return None;
    }
    let mut time = 0;
    let mut origin = 0;
    // SAFETY: both pointers are good for the call; the id is an ordinary one.
    let known = unsafe { TransactionIdGetCommitTsData(xid, &raw mut time, &raw mut origin) };
    (known && time != 0).then_some((time, origin))
}

/// Newest commit time among the last `count` transactions; 0 when none is known.
pub(crate) fn newest(count: u32) -> i64 {
    // SAFETY: reads shared state; the value only grows.
    let next = unsafe { pg_sys::ReadNextFullTransactionId() }.value;
    let oldest = next.saturating_sub(u64::from(count)).max(u64::from(FIRST_NORMAL));
    // Ids are 32 bits that wrap around; `of` leaves out the three that are not ordinary.
    (oldest..next).filter_map(|xid| of(xid as u32)).map(|(time, _)| time).max().unwrap_or(0)
}

/// Commit time of about the oldest transaction whose time is kept; `None` when none is known. Of a row
/// that is older nobody can tell the version any more.
pub(crate) fn oldest() -> Option<i64> {
    /// Transactions that were rolled back have no time.
    const LOOK_AHEAD: u32 = 1000;
    let oldest = compat::oldest_commit_ts_xid();
    if !is_tracked() || oldest < FIRST_NORMAL {
        return None;
    }
    (0..LOOK_AHEAD).find_map(|ahead| of(oldest.wrapping_add(ahead))).map(|(time, _)| time)
}

/// True when this process is in a transaction that has written (has an id).
#[inline]
pub(crate) fn is_writing() -> bool {
    // SAFETY: reads this process's own transaction state.
    unsafe { GetTopTransactionIdIfAny() != 0 }
}

/// Commit time of the transaction that has just committed; for commit callbacks.
#[inline]
pub(crate) fn just_taken() -> i64 {
    // SAFETY: reads a variable of this process, or the clock.
    unsafe { GetCurrentTransactionStopTimestamp() }
}

/// The commit time that the session's replication origin prescribes, when it does: such a commit does
/// not take its time from the clock.
#[inline]
pub(crate) fn prescribed() -> Option<i64> {
    // SAFETY: plain variables of this process.
    unsafe {
        let time = pg_sys::replorigin_session_origin_timestamp;
        (pg_sys::replorigin_session_origin != 0 && time != 0).then_some(time)
    }
}
