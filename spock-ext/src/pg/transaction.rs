//! Transactions of a worker: begin, commit, abort, subtransactions, snapshots and the session origin.
//!
//! The commit of a remote transaction carries its origin, end LSN and commit time in the very commit
//! record (`access/xact.h`, `replication/origin.h`): that record alone decides what was applied.
//!
//! **Invariants**: callers stand under [`super::error::catch`] or a pgrx guard. `replorigin_session_origin`
//! names an origin that this session acquired (convergence rule V1), or none.

use pgrx::pg_sys;
use spock_core::lsn::Lsn;

use super::raw;

/// Starts a local transaction and looks at pending invalidations.
pub(crate) fn begin() {
    // SAFETY: the worker is outside of any transaction; xact.c does all bookkeeping.
    unsafe {
        raw::StartTransactionCommand();
        raw::AcceptInvalidationMessages();
    }
}

/// Runs `body` in the transaction that is open, or in one of its own.
pub(crate) fn within<T>(body: impl FnOnce() -> T) -> T {
    // SAFETY: a transaction is begun only where none is, and ended by who began it; the caller's
    // memory context is put back because a commit changes it. Guarded calls; an error leaves the
    // transaction to the session's or worker's top level, which aborts whatever is open.
    unsafe {
        if pg_sys::IsTransactionState() {
            return body();
        }
        let context = pg_sys::CurrentMemoryContext;
        pg_sys::StartTransactionCommand();
        let value = body();
        pg_sys::CommitTransactionCommand();
        pg_sys::CurrentMemoryContext = context;
        value
    }
}

/// Commits the local transaction and returns the end of its commit record.
pub(crate) fn commit() -> Lsn {
    // SAFETY: begun by begin(); XactLastCommitEnd is this backend's own variable.
    unsafe {
        raw::CommitTransactionCommand();
        Lsn(pg_sys::XactLastCommitEnd)
    }
}

/// Whether a transaction is open, and not failed.
pub(crate) fn is_open() -> bool {
    // SAFETY: reads this process's own transaction state.
    unsafe { pg_sys::IsTransactionState() }
}

/// Whether a transaction is open, also one that failed.
pub(crate) fn is_begun() -> bool {
    // SAFETY: reads this process's own transaction state.
    unsafe { pg_sys::IsTransactionOrTransactionBlock() }
}

/// Rolls back whatever is open, on every nesting level; the session's origin stays where it is.
pub(crate) fn abort() {
    super::session_origin::forget_progress();
    // SAFETY: allowed in every transaction state (xact.c).
    unsafe { raw::AbortOutOfAnyTransaction() }
}

/// Pushes a fresh transaction snapshot.
pub(crate) fn push_snapshot() {
    // SAFETY: inside a transaction, by the caller's state machine.
    unsafe { raw::PushActiveSnapshot(raw::GetTransactionSnapshot()) }
}

/// Pops the snapshot of [`push_snapshot`].
pub(crate) fn pop_snapshot() {
    // SAFETY: pairs with push_snapshot() of the same transaction.
    unsafe { raw::PopActiveSnapshot() }
}

/// Makes what was written so far visible to the next command of this transaction.
pub(crate) fn next_command(snapshot_pushed: bool) {
    // SAFETY: inside a transaction; the active snapshot is ours when one was pushed.
    unsafe {
        raw::CommandCounterIncrement();
        if snapshot_pushed {
            raw::UpdateActiveSnapshotCommandId();
        }
    }
}

/// Assigns a transaction id, so that the commit writes a record even without changes.
pub(crate) fn assign_xid() {
    // SAFETY: inside a transaction.
    unsafe {
        raw::GetCurrentTransactionId();
    }
}

/// The id of the transaction that is open, without its epoch; it gets one if it has none.
pub(crate) fn current_xid() -> u32 {
    // SAFETY: inside a transaction.
    unsafe { raw::GetCurrentTransactionId().into_inner() }
}

/// The transaction id that is given out next, with its epoch.
pub(crate) fn next_xid() -> u64 {
    // SAFETY: reads shared state under its lock.
    unsafe { pg_sys::ReadNextFullTransactionId() }.value
}

/// Whether a transaction of this server has neither committed nor been rolled back.
pub(crate) fn is_running(xid: u32) -> bool {
    // SAFETY: looks into shared memory under its lock.
    unsafe { pg_sys::TransactionIdIsInProgress(pg_sys::TransactionId::from(xid)) }
}

/// Runs `body` in a subtransaction; on an error only that is rolled back.
pub(crate) fn in_subtransaction(body: &mut dyn FnMut()) -> Result<(), super::error::CaughtError> {
    // SAFETY: context and owner are those of the surrounding transaction and are restored on both
    // ways out, as the server's own users of internal subtransactions do (plpgsql, SPI callers).
    unsafe {
        let context = pg_sys::CurrentMemoryContext;
        let owner = pg_sys::CurrentResourceOwner;
        raw::BeginInternalSubTransaction(std::ptr::null());
        pg_sys::CurrentMemoryContext = context;
        let result = super::error::catch(body);
        match result {
            Ok(()) => raw::ReleaseCurrentSubTransaction(),
            Err(_) => raw::RollbackAndReleaseCurrentSubTransaction(),
        }
        pg_sys::CurrentMemoryContext = context;
        pg_sys::CurrentResourceOwner = owner;
        result
    }
}

/// Runs `body` in a subtransaction. False when it raised an error that is `forgiven`, and was rolled back; any other
/// error goes on untouched.
///
/// # Safety
/// As [`super::error::catch_if`]; `forgiven` and `body` leave nothing with a destructor behind.
pub(super) unsafe fn try_in_subtransaction(
    body: &mut dyn FnMut(),
    forgiven: &mut dyn FnMut() -> bool,
) -> bool {
    // SAFETY: as in_subtransaction().
    unsafe {
        let context = pg_sys::CurrentMemoryContext;
        let owner = pg_sys::CurrentResourceOwner;
        let restore = || {
            pg_sys::CurrentMemoryContext = context;
            pg_sys::CurrentResourceOwner = owner;
        };
        raw::BeginInternalSubTransaction(std::ptr::null());
        pg_sys::CurrentMemoryContext = context;
        let mut roll_back = || {
            raw::RollbackAndReleaseCurrentSubTransaction();
            restore();
        };
        if !super::error::catch_if(body, forgiven, &mut roll_back) {
            return false;
        }
        raw::ReleaseCurrentSubTransaction();
        restore();
        true
    }
}

/// Acquires the origin for this session and returns how far it has come.
pub(crate) fn acquire_session_origin(origin: u16) -> Lsn {
    super::session_origin::await_commits(origin);
    // SAFETY: called inside a transaction, once per process; the id exists in pg_replication_origin.
    unsafe {
        super::compat::acquire_origin(origin);
        super::session_origin::name(origin);
        Lsn(pg_sys::replorigin_session_get_progress(false))
    }
}

/// Runs `body`, whose transactions are this node's own: they name no origin, and travel to everybody.
pub(crate) fn without_origin<T>(body: impl FnOnce() -> T) -> T {
    /// Puts the origin back, whatever happens.
    struct Back(u16);
    impl Drop for Back {
        fn drop(&mut self) {
            // SAFETY: a plain variable of this backend.
            unsafe { pg_sys::replorigin_session_origin = self.0 }
        }
    }
    // SAFETY: as above; the session goes on holding its origin.
    let _back = unsafe {
        let back = Back(pg_sys::replorigin_session_origin);
        pg_sys::replorigin_session_origin = 0;
        back
    };
    body()
}

/// How far the origin that this session acquired has come.
pub(crate) fn session_origin_progress() -> Lsn {
    // SAFETY: the session acquired an origin.
    unsafe { Lsn(pg_sys::replorigin_session_get_progress(false)) }
}

/// What the next commit record says about its origin.
pub(crate) fn set_commit_origin(end_lsn: Lsn, commit_time: i64) {
    super::session_origin::set_progress(end_lsn);
    // SAFETY: a plain variable of this backend (replication/origin.h).
    unsafe { pg_sys::replorigin_session_origin_timestamp = commit_time }
}

/// The next commit records say nothing of progress at the provider.
///
/// Catalog work of an apply worker commits under the session's origin too: with the end of a failed
/// transaction still in the variable it would claim that one as applied.
pub(crate) fn clear_commit_origin() {
    set_commit_origin(Lsn::INVALID, 0);
}

/// Makes everything committed so far durable; the provider is told only of what is.
pub(crate) fn flush_commits(up_to: Lsn) {
    // SAFETY: up_to is the end of a record that this process wrote.
    unsafe { raw::XLogFlush(up_to.0) }
}

/// Whether the log is durable up to there, whoever flushed it.
pub(crate) fn is_durable(up_to: Lsn) -> bool {
    // SAFETY: reads shared memory under a spinlock; a null timeline is allowed.
    unsafe { raw::GetFlushRecPtr(std::ptr::null_mut()) >= up_to.0 }
}

/// The server's clock, in microseconds since 2000-01-01 (TimestampTz).
pub(crate) fn now() -> i64 {
    // SAFETY: no preconditions.
    unsafe { raw::GetCurrentTimestamp() }
}

/// A time as the server's log shows it.
pub(crate) fn time_text(micros: i64) -> String {
    // SAFETY: the result is a C string in a static buffer, which is copied at once.
    unsafe { super::encoding::from_server(pg_sys::timestamptz_to_str(micros).cast_mut()) }
}

/// Serves signals: may end the process.
#[inline]
pub(crate) fn check_for_interrupts() {
    // SAFETY: the flag is written by signal handlers of this process; ProcessInterrupts may raise,
    // and callers stand under a frame.
    unsafe {
        if std::ptr::read_volatile(&raw const pg_sys::InterruptPending) != 0 {
            raw::ProcessInterrupts();
        }
    }
}

/// Hands pending statistics over to those of the server; outside of transactions, about once a second.
///
/// Forced, because the server would wait until a second lies between two transactions, and the last
/// transaction of a burst has none after it.
pub(crate) fn report_statistics() {
    // SAFETY: not inside a transaction block, by the stream loop.
    unsafe {
        raw::pgstat_report_stat(true);
    }
}

/// Commit time and origin of a transaction, `None` when no longer known.
pub(crate) fn commit_stamp(xid: u32) -> Option<(i64, u16)> {
    let mut time = 0;
    let mut origin = 0;
    // SAFETY: any normal xid may be asked for (access/commit_ts.h); track_commit_timestamp is on,
    // which the subscription's start has checked.
    let known = unsafe {
        raw::TransactionIdGetCommitTsData(
            pg_sys::TransactionId::from(xid),
            &raw mut time,
            &raw mut origin,
        )
    };
    known.then_some((time, origin))
}

/// Whether transaction `a` is older than `b`: modulo 2^32, as the server compares them.
pub(crate) fn precedes(a: u32, b: u32) -> bool {
    a.wrapping_sub(b).cast_signed() < 0
}

/// Whether a transaction id belongs to the transaction being applied.
pub(crate) fn is_own(xid: u32) -> bool {
    // SAFETY: no preconditions.
    unsafe { raw::TransactionIdIsCurrentTransactionId(pg_sys::TransactionId::from(xid)) }
}
