//! Sequences whose values other nodes are told of: where one stands, and raising it to what it was told.
//!
//! A sequence is raised under the lock of its page, as a value of it is taken: sessions that take values at
//! the same moment are before or after it, and nothing is set back that somebody has taken meanwhile. As with
//! `setval` a rollback does not undo it.
//!
//! **Locks.** Who tells, and who raises, has the sequence to himself ([`lock`]) until his transaction ends.
//! The lock lets all sessions take values and set them.

use std::ffi::c_int;

use pgrx::pg_sys;
use spock_core::sequence::Shape;

use super::{LOCK_EXCLUSIVE, LockRelationOid, Locked, MarkBufferDirty, Open, relation_close};
use crate::pg::raw::LOCK_SHARE;

/// `AccessShareLock` of `storage/lockdefs.h`: keeps a sequence from being dropped.
const ACCESS_SHARE: c_int = 1;
/// `ShareUpdateExclusiveLock`: for one at a time; also keeps the definition as it is.
const SHARE_UPDATE_EXCLUSIVE: c_int = 4;

unsafe extern "C-unwind" {
    fn ConditionalLockRelationOid(relation: pg_sys::Oid, mode: c_int) -> bool;
    fn UnlockRelationOid(relation: pg_sys::Oid, mode: c_int);
    fn try_relation_open(relation: pg_sys::Oid, mode: c_int) -> pg_sys::Relation;
    fn GetTopTransactionId() -> pg_sys::TransactionId;
}

/// Where a sequence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) shape: Shape,
    /// The newest value that may have been given out, also to a session that keeps some in advance; or the
    /// first of all.
    pub(crate) given: i64,
    /// Where it is stored: another place when it began anew (RESTART, TRUNCATE).
    pub(crate) storage: u32,
}

/// What a look at a sequence found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// It is this far.
    At(Standing),
    /// It is being dropped or altered, or told of by somebody else.
    Busy,
    /// There is no such sequence.
    Gone,
}

/// Has the sequence to oneself until the transaction ends. Waits for whoever has it.
pub(crate) fn lock(oid: u32) {
    // SAFETY: inside a transaction, under a guard; the lock goes with the transaction.
    unsafe { LockRelationOid(pg_sys::Oid::from(oid), SHARE_UPDATE_EXCLUSIVE) }
}

/// The same, without waiting; false when somebody has it.
pub(crate) fn try_lock(oid: u32) -> bool {
    // SAFETY: as above.
    unsafe { ConditionalLockRelationOid(pg_sys::Oid::from(oid), SHARE_UPDATE_EXCLUSIVE) }
}

/// Keeps the sequence from being dropped or altered until the transaction ends. Waits for whoever does that.
pub(crate) fn keep(oid: u32) {
    // SAFETY: as above.
    unsafe { LockRelationOid(pg_sys::Oid::from(oid), ACCESS_SHARE) }
}

/// Looks, and waits for nobody. No lock is left behind.
pub(crate) fn look(oid: u32) -> Look {
    let oid = pg_sys::Oid::from(oid);
    // SAFETY: inside a transaction, under a guard; what is opened and locked is given back here, or by the
    // abort after an ERROR.
    unsafe {
        if !ConditionalLockRelationOid(oid, ACCESS_SHARE) {
            return Look::Busy;
        }
        let relation = try_relation_open(oid, 0);
        if relation.is_null() {
            UnlockRelationOid(oid, ACCESS_SHARE);
            return Look::Gone;
        }
        let sequence = Open(relation);
        let standing = read(&sequence);
        relation_close(relation, ACCESS_SHARE);
        standing.map_or(Look::Gone, Look::At)
    }
}

/// # Safety
/// The relation is open and locked.
unsafe fn read(sequence: &Open) -> Option<Standing> {
    // SAFETY: as the caller promises; the page is let go before anything else is done.
    unsafe {
        if !sequence.is_sequence() {
            return None;
        }
        let shape = sequence.shape()?;
        let locked = Locked::new(sequence, LOCK_SHARE)?;
        let data = locked.data();
        let given = (*data).last_value;
        locked.release();
        let storage = (*(*sequence.0).rd_rel).relfilenode.to_u32();
        Some(Standing { shape, given, storage })
    }
}

/// What became of a sequence that was to be raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Raised {
    /// It stands here now.
    To(i64),
    /// It was there already, or beyond.
    Not,
    /// It is gone, or damaged.
    Gone,
}

/// Raises a sequence to a value that other nodes were told, never back. The caller has it to himself, and
/// knows that it has room for the value.
pub(crate) fn raise(oid: u32, told: i64) -> Raised {
    // SAFETY: inside a transaction, under a guard; the caller's lock keeps the sequence. Between the page's
    // lock and its release nothing is called that may raise but inside the critical section. The server's
    // own setval writes the same record.
    unsafe {
        let relation = try_relation_open(pg_sys::Oid::from(oid), 0);
        if relation.is_null() {
            return Raised::Gone;
        }
        let sequence = Open(relation);
        let shape = if sequence.is_sequence() { sequence.shape() } else { None };
        let Some(shape) = shape else {
            sequence.close();
            return Raised::Gone;
        };
        let is_logged = sequence.is_logged();
        if is_logged {
            // The commit waits for the record.
            GetTopTransactionId();
        }
        let Some(locked) = Locked::new(&sequence, LOCK_EXCLUSIVE) else {
            sequence.close();
            return Raised::Gone;
        };
        let data = locked.data();
        let to = shape.raise((*data).last_value, (*data).is_called, told);
        if let Some(to) = to {
            MarkBufferDirty(locked.buffer);
            pg_sys::CritSectionCount += 1;
            (*data).last_value = to;
            (*data).is_called = true;
            (*data).log_cnt = 0;
            if is_logged {
                locked.log(&sequence, to);
            }
            pg_sys::CritSectionCount -= 1;
        }
        locked.release();
        sequence.close();
        to.map_or(Raised::Not, Raised::To)
    }
}
