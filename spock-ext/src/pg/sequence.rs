//! Sequences as the server stores them (`commands/sequence.h`): one row on one page.
//!
//! [`advance`] gives a sequence its next value by a rule of the caller's, in the way of the server's own
//! `nextval`: under the page's lock, logged ahead, without waiting for other transactions and without
//! being undone by a rollback. What it leaves on the page the server's functions understand. [`told`] reads
//! sequences that are replicated, and raises them to values of other nodes.
//!
//! **How values survive a crash.** A record of the log holds the value *up to which* values were reserved
//! (`last_value` plus `log_cnt` steps). Values below it need no record. The first one after a checkpoint
//! began does, because the record before that is not read again. Unlike the server's own, a value is given
//! out only when the record that covers it is durable: also what an uncommitted transaction has shown to
//! somebody never comes again.
//!
//! **Invariant**: the page is marked dirty before the position of the checkpoint is read. A checkpoint that
//! begins in between then finds the page, and waits for its lock.

pub(crate) mod told;

use std::ffi::{CStr, c_char, c_int};

use pgrx::pg_sys;
use spock_core::sequence::Shape;

use super::compat;
use super::encoding::from_server;
use super::raw;

/// `RowExclusiveLock` of `storage/lockdefs.h`: what a sequence is locked with to take values.
const ROW_EXCLUSIVE: c_int = 3;
/// `BUFFER_LOCK_EXCLUSIVE` of `storage/bufmgr.h`.
const LOCK_EXCLUSIVE: c_int = 2;
/// The mark on the page of a sequence (`SEQ_MAGIC` in the server's `sequence.c`).
const MAGIC: u32 = 0x1717;
/// `XLOG_SEQ_LOG` of `commands/sequence.h`.
const LOG_RECORD: u8 = 0;

/// The columns of a sequence's row.
#[repr(C)]
struct Data {
    last_value: i64,
    log_cnt: i64,
    is_called: bool,
}

/// `FormData_pg_sequence` of `catalog/pg_sequence.h`.
#[repr(C)]
struct Definition {
    relation: pg_sys::Oid,
    value_type: pg_sys::Oid,
    start: i64,
    increment: i64,
    max: i64,
    min: i64,
    cache: i64,
    cycles: bool,
}

unsafe extern "C-unwind" {
    fn LockRelationOid(relation: pg_sys::Oid, mode: c_int);
    fn relation_open(relation: pg_sys::Oid, mode: c_int) -> pg_sys::Relation;
    fn relation_close(relation: pg_sys::Relation, mode: c_int);
    fn pg_class_aclcheck(
        relation: pg_sys::Oid,
        role: pg_sys::Oid,
        mode: u64,
    ) -> pg_sys::AclResult::Type;
    fn GetUserId() -> pg_sys::Oid;
    fn PreventCommandIfReadOnly(command: *const c_char);
    fn PreventCommandIfParallelMode(command: *const c_char);
    fn SearchSysCache1(cache: c_int, key: pg_sys::Datum) -> pg_sys::HeapTuple;
    fn ReleaseSysCache(tuple: pg_sys::HeapTuple);
    fn UnlockReleaseBuffer(buffer: pg_sys::Buffer);
    fn MarkBufferDirty(buffer: pg_sys::Buffer);
    fn GetRedoRecPtr() -> u64;
    fn XLogNeedsFlush(record: u64) -> bool;
    fn XLogBeginInsert();
    fn XLogRegisterBuffer(block: u8, buffer: pg_sys::Buffer, flags: u8);
    fn XLogInsert(manager: u8, info: u8) -> u64;
}

/// Why a sequence gave no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is something else than a sequence.
    NotASequence { name: String },
    /// The current user may not use it.
    Denied { name: String },
    /// It has come to its end, or the rule has.
    AtEnd { name: String, max: i64 },
    /// It counts backwards.
    Descending { name: String },
    /// Its page is not that of a sequence.
    Damaged { name: String },
}

/// How values follow each other.
pub(crate) trait Rule {
    /// The value after `last`, and up to where to reserve when that has to be logged; the sequence counts
    /// in steps of `step`. Nothing at the end. Runs under the page's lock: nothing that may raise.
    fn next(&self, last: i64, step: i64) -> Option<(i64, i64)>;
}

/// A sequence that this transaction has locked against being dropped and altered.
///
/// Nothing here has a `Drop` that calls the server: after an ERROR the resource owner closes the relation.
struct Open(pg_sys::Relation);

impl Open {
    /// Opens it, and takes the lock unless this transaction, `locked_in`, has it.
    ///
    /// # Safety
    /// In a transaction, under a guard, as all of this type.
    unsafe fn new(oid: u32, locked_in: u32) -> Self {
        let oid = pg_sys::Oid::from(oid);
        // SAFETY: as the caller promises. The lock belongs to the whole transaction, so that a rollback of
        // a subtransaction does not take it away; after an ERROR the abort sets the owner anew.
        unsafe {
            if compat::local_transaction() != locked_in {
                let owner = pg_sys::CurrentResourceOwner;
                pg_sys::CurrentResourceOwner = pg_sys::TopTransactionResourceOwner;
                LockRelationOid(oid, ROW_EXCLUSIVE);
                pg_sys::CurrentResourceOwner = owner;
            }
            Self(relation_open(oid, 0))
        }
    }

    unsafe fn close(self) {
        // SAFETY: it is open; the lock stays until the transaction ends.
        unsafe { relation_close(self.0, 0) }
    }

    #[cold]
    unsafe fn refuse<T>(self, refusal: fn(String) -> Refusal) -> Result<T, Refusal> {
        // SAFETY: the relation is open until its name was read.
        unsafe {
            let name = from_server((*(*self.0).rd_rel).relname.data.as_ptr());
            self.close();
            Err(refusal(name))
        }
    }

    unsafe fn is_sequence(&self) -> bool {
        // SAFETY: the relation is open.
        unsafe { (*(*self.0).rd_rel).relkind as u8 == pg_sys::RELKIND_SEQUENCE }
    }

    unsafe fn allows(&self, rights: u32) -> bool {
        // SAFETY: a catalog look-up inside a transaction.
        unsafe {
            let answer = pg_class_aclcheck((*self.0).rd_id, GetUserId(), u64::from(rights));
            answer == pg_sys::AclResult::ACLCHECK_OK
        }
    }

    /// Whether changes of it are logged (`RelationNeedsWAL`).
    unsafe fn is_logged(&self) -> bool {
        // SAFETY: the relation is open; wal_level is set at start.
        unsafe {
            let relation = &*self.0;
            (*relation.rd_rel).relpersistence as u8 == pg_sys::RELPERSISTENCE_PERMANENT
                && (pg_sys::wal_level >= pg_sys::WalLevel::WAL_LEVEL_REPLICA as c_int
                    || relation.rd_createSubid == 0
                        && compat::first_storage_subtransaction(relation) == 0)
        }
    }

    /// How it counts.
    unsafe fn shape(&self) -> Option<Shape> {
        // SAFETY: the tuple is released after it was read; its columns are of fixed length and not null.
        unsafe {
            let cache = pg_sys::SysCacheIdentifier::SEQRELID as c_int;
            let tuple = SearchSysCache1(cache, pg_sys::Datum::from((*self.0).rd_id));
            if tuple.is_null() {
                return None;
            }
            let definition = &*pg_sys::GETSTRUCT(tuple).cast::<Definition>();
            let &Definition { min, max, increment: step, cycles, .. } = definition;
            ReleaseSysCache(tuple);
            Some(Shape { min, max, step, cycles })
        }
    }
}

/// The page of a sequence, locked and pinned.
struct Locked {
    buffer: pg_sys::Buffer,
    page: *mut pg_sys::PageHeaderData,
    tuple: *mut pg_sys::HeapTupleHeaderData,
    length: u32,
}

impl Locked {
    /// Nothing when the page is not that of a sequence.
    ///
    /// # Safety
    /// The sequence is open.
    unsafe fn new(sequence: &Open, mode: c_int) -> Option<Self> {
        // SAFETY: the page is locked before it is read. Line pointers and the special area lie inside a page
        // that has passed the checks.
        unsafe {
            let buffer = raw::ReadBuffer(sequence.0, 0);
            raw::LockBuffer(buffer, mode);
            let page = pg_sys::BufferGetPage(buffer);
            let header = page.cast::<pg_sys::PageHeaderData>();
            let special = usize::from((*header).pd_special);
            let has_mark = special + size_of::<u32>() <= pg_sys::BLCKSZ as usize
                && page.add(special).cast::<u32>().read_unaligned() == MAGIC;
            let item = (*header).pd_linp.as_ptr();
            if !has_mark || (*item).lp_flags() != pg_sys::LP_NORMAL {
                UnlockReleaseBuffer(buffer);
                return None;
            }
            let tuple = page.add((*item).lp_off() as usize).cast::<pg_sys::HeapTupleHeaderData>();
            Some(Self { buffer, page: header, tuple, length: (*item).lp_len() })
        }
    }

    unsafe fn data(&self) -> *mut Data {
        // SAFETY: the row of a sequence has these columns, none of them null, behind its header.
        unsafe { self.tuple.cast::<u8>().add(usize::from((*self.tuple).t_hoff)).cast() }
    }

    unsafe fn lsn(&self) -> u64 {
        // SAFETY: the page is locked.
        let lsn = unsafe { (*self.page).pd_lsn };
        u64::from(lsn.xlogid) << 32 | u64::from(lsn.xrecoff)
    }

    /// Writes a record that holds `reserved` as the last value.
    ///
    /// # Safety
    /// Inside a critical section, the buffer marked dirty.
    unsafe fn log(&self, sequence: &Open, reserved: i64) {
        // SAFETY: as the caller promises; the registered memory lives until the record was inserted. The
        // record makes the page anew from the row, as that of the server's own nextval.
        unsafe {
            let data = self.data();
            (*data).last_value = reserved;
            (*data).is_called = true;
            (*data).log_cnt = 0;
            let storage = compat::storage_of(&*sequence.0);
            XLogBeginInsert();
            XLogRegisterBuffer(0, self.buffer, pg_sys::REGBUF_WILL_INIT as u8);
            compat::register_log_data((&raw const storage).cast(), size_of_val(&storage) as u32);
            compat::register_log_data(self.tuple.cast(), self.length);
            let end = XLogInsert(pg_sys::RmgrIds::RM_SEQ_ID as u8, LOG_RECORD);
            (*self.page).pd_lsn =
                pg_sys::PageXLogRecPtr { xlogid: (end >> 32) as u32, xrecoff: end as u32 };
        }
    }

    unsafe fn release(self) {
        // SAFETY: it is locked and pinned by this process.
        unsafe { UnlockReleaseBuffer(self.buffer) }
    }
}

/// This transaction, for whoever remembers that it locked a sequence.
#[inline]
pub(crate) fn transaction() -> u32 {
    // SAFETY: a field of this process's own entry, set as long as it can run SQL.
    unsafe { compat::local_transaction() }
}

/// Takes the next value of a sequence. `locked_in` is the [`transaction`] in which it was locked last;
/// `command` names the caller in errors of the server, which come for what does not exist, and in read-only
/// transactions and parallel workers.
pub(crate) fn advance(
    oid: u32,
    locked_in: u32,
    command: &CStr,
    rule: &impl Rule,
) -> Result<i64, Refusal> {
    // SAFETY: called from an SQL function, in its transaction and under its guard. What an ERROR leaves
    // locked, pinned or open the abort gives back; nothing here has a Drop while the server is called.
    unsafe {
        let sequence = Open::new(oid, locked_in);
        if !sequence.is_sequence() {
            return sequence.refuse(|name| Refusal::NotASequence { name });
        }
        if !sequence.allows(pg_sys::ACL_USAGE | pg_sys::ACL_UPDATE) {
            return sequence.refuse(|name| Refusal::Denied { name });
        }
        if !(*sequence.0).rd_islocaltemp {
            PreventCommandIfReadOnly(command.as_ptr());
        }
        PreventCommandIfParallelMode(command.as_ptr());
        let Some(Shape { step, max, .. }) = sequence.shape() else {
            return sequence.refuse(|name| Refusal::Damaged { name });
        };
        if step < 1 {
            return sequence.refuse(|name| Refusal::Descending { name });
        }
        let Some(locked) = Locked::new(&sequence, LOCK_EXCLUSIVE) else {
            return sequence.refuse(|name| Refusal::Damaged { name });
        };
        let data = locked.data();
        let is_called = (*data).is_called;
        // A value that was set and not given out yet is followed by itself at the earliest.
        let last =
            if is_called { (*data).last_value } else { (*data).last_value.saturating_sub(1) };
        let (next, ahead) = match rule.next(last, step) {
            Some((next, ahead)) if next <= max => (next, ahead.clamp(next, max)),
            _ => {
                locked.release();
                let name = from_server((*(*sequence.0).rd_rel).relname.data.as_ptr());
                sequence.close();
                return Err(Refusal::AtEnd { name, max });
            }
        };
        MarkBufferDirty(locked.buffer);
        let is_logged = sequence.is_logged();
        let mut reserved = last.saturating_add((*data).log_cnt.saturating_mul(step));
        pg_sys::CritSectionCount += 1;
        if !is_called || next > reserved || is_logged && locked.lsn() <= GetRedoRecPtr() {
            reserved = ahead;
            if is_logged {
                locked.log(&sequence, reserved);
            }
        }
        (*data).last_value = next;
        (*data).is_called = true;
        (*data).log_cnt = (reserved - next) / step;
        pg_sys::CritSectionCount -= 1;
        let record = locked.lsn();
        locked.release();
        sequence.close();
        if is_logged && XLogNeedsFlush(record) {
            raw::XLogFlush(record);
        }
        Ok(next)
    }
}

/// Checks that the current user may see what a sequence gave last, and that it is there.
pub(crate) fn check_readable(oid: u32, locked_in: u32) -> Result<(), Refusal> {
    // SAFETY: as in advance().
    unsafe {
        let sequence = Open::new(oid, locked_in);
        if !sequence.is_sequence() {
            return sequence.refuse(|name| Refusal::NotASequence { name });
        }
        if !sequence.allows(pg_sys::ACL_SELECT | pg_sys::ACL_USAGE) {
            return sequence.refuse(|name| Refusal::Denied { name });
        }
        sequence.close();
        Ok(())
    }
}

/// Name of a relation without schema.
#[cold]
pub(crate) fn name_of(oid: u32) -> String {
    // SAFETY: a guarded catalog look-up; the answer is a copy in the current memory context.
    unsafe {
        let name = pg_sys::get_rel_name(pg_sys::Oid::from(oid));
        if name.is_null() { oid.to_string() } else { from_server(name) }
    }
}
