//! What the running SQL session is doing (`access/xact.h`, `access/xlog.h`).

use pgrx::pg_sys;
use spock_core::lsn::Lsn;

/// Whether BEGIN was given: what is done now becomes visible only later.
pub(crate) fn in_transaction_block() -> bool {
    // SAFETY: reads the state of the transaction machinery.
    unsafe { pg_sys::IsTransactionBlock() }
}

/// Whether the current user is a superuser.
pub(crate) fn is_superuser() -> bool {
    // SAFETY: a catalog look-up inside a transaction.
    unsafe { pg_sys::superuser() }
}

/// Name of the isolation level when a snapshot lasts for the whole transaction.
pub(crate) fn fixed_snapshot_level() -> Option<&'static str> {
    // SAFETY: a variable of this backend.
    match unsafe { pg_sys::XactIsoLevel } as u32 {
        pg_sys::XACT_REPEATABLE_READ => Some("REPEATABLE READ"),
        pg_sys::XACT_SERIALIZABLE => Some("SERIALIZABLE"),
        _ => None,
    }
}

/// End of this session's last commit record, or `INVALID`.
pub(crate) fn last_commit_end() -> Lsn {
    // SAFETY: a variable of this backend.
    Lsn(unsafe { pg_sys::XactLastCommitEnd })
}

/// Where the WAL ends now.
pub(crate) fn insert_position() -> Lsn {
    // SAFETY: not in recovery, which callers check.
    Lsn(unsafe { pg_sys::GetXLogInsertRecPtr() })
}

/// Where the newest record of the WAL ends. Unlike [`insert_position`] this never lies behind the
/// header of a page that has no record yet, which no reader of the WAL would come to.
pub(crate) fn last_record_end() -> Lsn {
    let position = insert_position().0;
    let page = u64::from(pg_sys::XLOG_BLCKSZ);
    // SAFETY: a variable of the server that is set at start.
    let segment = u64::try_from(unsafe { pg_sys::wal_segment_size }).unwrap_or(page);
    let header = if position % segment < page {
        size_of::<pg_sys::XLogLongPageHeaderData>()
    } else {
        size_of::<pg_sys::XLogPageHeaderData>()
    };
    // Both sizes are multiples of eight already, as the server pads them.
    let behind_header = position % page == header as u64;
    Lsn(if behind_header { position - header as u64 } else { position })
}

/// Where the newest record begins that says something: one that only helps a reader of the WAL (what is
/// written while the server is idle) does not count.
pub(crate) fn last_important_record() -> Lsn {
    // SAFETY: reads shared state under its locks.
    Lsn(unsafe { pg_sys::GetLastImportantRecPtr() })
}

/// Makes the WAL durable up to a position.
pub(crate) fn flush_wal(up_to: Lsn) {
    // SAFETY: the position is not behind the end of the WAL.
    unsafe { pg_sys::XLogFlush(up_to.0) }
}

/// Whether the server replays WAL and cannot write any.
pub(crate) fn in_recovery() -> bool {
    // SAFETY: reads shared state.
    unsafe { pg_sys::RecoveryInProgress() }
}
