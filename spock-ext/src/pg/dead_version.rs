//! Finds out when, and by whom, a row that is not there any more was deleted (convergence rule D1).
//!
//! While the slot of [`super::retention`] holds, a deleted row stays in the table and in its indexes.
//! A scan with `SnapshotAny` shows every version of a key, all members of HOT chains included. A version
//! whose end is committed and young enough to be kept is a deletion, unless another version of the same
//! key was made by the transaction that ended it (then it was updated). Of several deletions the one
//! with the newest commit time counts, as everywhere.
//!
//! What the transaction that looks has itself deleted does not count: it is in progress.
//!
//! **The index may lack versions.** One built by REINDEX or CREATE INDEX CONCURRENTLY has only what was
//! visible then. Its row in `pg_index` was updated (marked valid, or swapped) since the horizon: then the
//! table itself is scanned. That is slow, and over as soon as the horizon has passed the build.

use std::ops::ControlFlow;
use std::ptr::null_mut;

use pgrx::pg_sys;

use super::compat::executor as compat;
use super::key_scan::clear;
use super::{raw, retention, transaction};

// Flags of a tuple's header (access/htup_details.h).
const XMAX_LOCK_ONLY: u16 = 0x0080;
const XMIN_FROZEN: u16 = 0x0300;
const XMAX_INVALID: u16 = 0x0800;
const XMAX_IS_MULTI: u16 = 0x1000;
const UPDATED: u16 = 0x2000;
/// `FirstNormalTransactionId` (access/transam.h).
const OLDEST: u32 = 3;

/// When and by whom a row was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DeadVersion {
    /// Commit time, microseconds since 2000-01-01.
    pub(crate) time: i64,
    /// Replication origin in the commit record.
    pub(crate) origin: u16,
    /// The transaction that deleted it.
    pub(crate) xid: u32,
}

/// One version of a key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    xmin: u32,
    /// The transaction that deleted or updated it, if any.
    pub(super) ended_by: u32,
    state: pg_sys::HTSV_Result::Type,
}

impl Seen {
    /// Whether a committed transaction from `horizon` on ended it.
    pub(super) fn is_dead_since(&self, horizon: u32) -> bool {
        self.state == pg_sys::HTSV_Result::HEAPTUPLE_RECENTLY_DEAD
            && !transaction::precedes(self.ended_by, horizon)
    }
}

/// Finds the newest deletion of the row with these keys; `slot` is empty, and is again after it.
///
/// # Safety
/// `index` is an open btree index of the open heap `relation` with at least `count` key columns; `keys`
/// are equality keys of its first columns, `slot` a buffer heap slot of the relation. Inside a
/// transaction, under a frame.
pub(super) unsafe fn newest(
    relation: pg_sys::Relation,
    index: pg_sys::Relation,
    keys: pg_sys::ScanKey,
    count: i32,
    slot: *mut pg_sys::TupleTableSlot,
) -> Option<DeadVersion> {
    let before = retention::horizon()?;
    let mut seen = Vec::new();
    // SAFETY: as the caller promises.
    unsafe {
        if is_complete(index, before) {
            let _ = by_index(relation, index, (keys, count), slot, before, |version| {
                seen.push(version);
                ControlFlow::Continue(())
            });
        } else {
            by_table(relation, index, (keys, count), slot, before, &mut seen);
        }
    }
    // Vacuum may have been let on while the versions were read: only what is kept still is told of.
    newest_of(&seen, &seen, retention::horizon()?)
}

/// Puts the version of these keys that a transaction ended into `slot`, whose pin the caller gives back.
///
/// # Safety
/// As for [`newest`].
pub(super) unsafe fn ended_by(
    relation: pg_sys::Relation,
    index: pg_sys::Relation,
    keys: pg_sys::ScanKey,
    count: i32,
    slot: *mut pg_sys::TupleTableSlot,
    xid: u32,
) -> bool {
    let Some(horizon) = retention::horizon() else { return false };
    // SAFETY: as the caller promises; an error leaves scan and slot to the abort.
    unsafe {
        by_index(relation, index, (keys, count), slot, horizon, |seen| {
            let is_it = seen.ended_by == xid
                && seen.xmin != xid
                && seen.state == pg_sys::HTSV_Result::HEAPTUPLE_RECENTLY_DEAD;
            if is_it { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .is_break()
    }
}

/// The version of these keys that this transaction ended and did not make itself, as `slot` says its place,
/// with its xmin: the row of the key for everybody else.
///
/// # Safety
/// As for [`newest`].
pub(super) unsafe fn ended_by_us(
    relation: pg_sys::Relation,
    index: pg_sys::Relation,
    keys: pg_sys::ScanKey,
    count: i32,
    slot: *mut pg_sys::TupleTableSlot,
) -> Option<(pg_sys::ItemPointerData, u32)> {
    let mut xmin = 0;
    // SAFETY: as the caller promises; an error leaves scan and slot to the abort.
    unsafe {
        let flow = by_index(relation, index, (keys, count), slot, OLDEST, |seen| {
            xmin = seen.xmin;
            let is_it = seen.state == pg_sys::HTSV_Result::HEAPTUPLE_DELETE_IN_PROGRESS
                && transaction::is_own(seen.ended_by)
                && !transaction::is_own(seen.xmin);
            if is_it { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let place = (*slot).tts_tid;
        clear(slot);
        flow.is_break().then_some((place, xmin))
    }
}

/// Whether the index has every version that is kept.
unsafe fn is_complete(index: pg_sys::Relation, horizon: u32) -> bool {
    // SAFETY: an open index has a copy of its row in pg_index, header included.
    unsafe {
        let row = (*(*index).rd_indextuple).t_data;
        let flags = (*row).t_infomask;
        flags & UPDATED == 0
            || flags & XMIN_FROZEN == XMIN_FROZEN
            || transaction::precedes((*row).t_choice.t_heap.t_xmin.into_inner(), horizon)
    }
}

/// Shows every version of the keys to `each`; the one that stops it stays in the slot.
unsafe fn by_index(
    relation: pg_sys::Relation,
    index: pg_sys::Relation,
    (keys, count): (pg_sys::ScanKey, i32),
    slot: *mut pg_sys::TupleTableSlot,
    horizon: u32,
    mut each: impl FnMut(Seen) -> ControlFlow<()>,
) -> ControlFlow<()> {
    // SAFETY: the scan is closed, and the slot emptied if nothing is wanted of it, before this returns;
    // an error leaves both to the abort.
    unsafe {
        let snapshot = &raw mut pg_sys::SnapshotAnyData;
        let scan = compat::index_beginscan(relation, index, snapshot, count);
        pg_sys::index_rescan(scan, keys, count, null_mut(), 0);
        let mut flow = ControlFlow::Continue(());
        while flow.is_continue()
            && pg_sys::index_getnext_slot(scan, pg_sys::ScanDirection::ForwardScanDirection, slot)
        {
            flow = each(judge(slot, horizon));
        }
        if flow.is_continue() {
            clear(slot);
        }
        pg_sys::index_endscan(scan);
        flow
    }
}

unsafe fn by_table(
    relation: pg_sys::Relation,
    index: pg_sys::Relation,
    (keys, count): (pg_sys::ScanKey, i32),
    slot: *mut pg_sys::TupleTableSlot,
    horizon: u32,
    seen: &mut Vec<Seen>,
) {
    // SAFETY: as by_index(); key columns of an index are attributes of its table.
    unsafe {
        let snapshot = &raw mut pg_sys::SnapshotAnyData;
        let scan = pg_sys::table_beginscan(relation, snapshot, 0, null_mut());
        let keys = std::slice::from_raw_parts_mut(keys, usize::try_from(count).unwrap_or(0));
        let numbers = (*(*index).rd_index).indkey.values.as_ptr();
        let forward = pg_sys::ScanDirection::ForwardScanDirection;
        while pg_sys::table_scan_getnextslot(scan, forward, slot) {
            let matches = keys.iter_mut().enumerate().all(|(column, key)| {
                let attribute = i32::from(*numbers.add(column));
                if i32::from((*slot).tts_nvalid) < attribute {
                    raw::slot_getsomeattrs_int(slot, attribute);
                }
                let place = attribute as usize - 1;
                if *(*slot).tts_isnull.add(place) {
                    return false;
                }
                let value = *(*slot).tts_values.add(place);
                pg_sys::FunctionCall2Coll(
                    &raw mut key.sk_func,
                    key.sk_collation,
                    value,
                    key.sk_argument,
                )
                .value()
                    != 0
            });
            if matches {
                seen.push(judge(slot, horizon));
            }
        }
        clear(slot);
        pg_sys::table_endscan(scan);
    }
}

/// Reads the header of the version in the slot, whose page is pinned by it.
///
/// # Safety
/// The buffer heap slot holds a tuple.
pub(super) unsafe fn judge(slot: *mut pg_sys::TupleTableSlot, horizon: u32) -> Seen {
    // SAFETY: the slot holds a tuple in a buffer; the page is locked while its hint bits may be set.
    unsafe {
        let tuple = pg_sys::ExecFetchSlotHeapTuple(slot, false, null_mut());
        let buffer = (*slot.cast::<pg_sys::BufferHeapTupleTableSlot>()).buffer;
        raw::LockBuffer(buffer, raw::LOCK_SHARE);
        let horizon = pg_sys::TransactionId::from(horizon);
        let state = pg_sys::HeapTupleSatisfiesVacuum(tuple, horizon, buffer);
        let header = (*tuple).t_data;
        let flags = (*header).t_infomask;
        let is_multi = flags & XMAX_IS_MULTI != 0;
        let ended_by = if flags & (XMAX_INVALID | XMAX_LOCK_ONLY) != 0 {
            // Who locks a row and then updates it has the new version locked as well.
            pg_sys::InvalidTransactionId
        } else if is_multi {
            pg_sys::HeapTupleGetUpdateXid(header)
        } else {
            (*header).t_choice.t_heap.t_xmax
        };
        let xmin = (*header).t_choice.t_heap.t_xmin;
        raw::LockBuffer(buffer, raw::UNLOCK);
        Seen { xmin: xmin.into_inner(), ended_by: ended_by.into_inner(), state }
    }
}

/// The newest deletion among versions of a key, by transactions from `horizon` on; `all` has at least what the
/// transactions wrote that ended them.
pub(super) fn newest_of(dead: &[Seen], all: &[Seen], horizon: u32) -> Option<DeadVersion> {
    use pg_sys::HTSV_Result::HEAPTUPLE_DEAD;
    dead.iter()
        .filter(|version| version.is_dead_since(horizon))
        // Updated only, not ended; but a version that was made and ended by one transaction is no
        // successor.
        .filter(|version| {
            !all.iter().any(|other| {
                other.xmin == version.ended_by
                    && other.ended_by != version.ended_by
                    && other.state != HEAPTUPLE_DEAD
            })
        })
        .filter_map(|version| {
            let (time, origin) = super::commit_ts::of(version.ended_by)?;
            Some(DeadVersion { time, origin, xid: version.ended_by })
        })
        .max_by_key(|dead| (dead.time, dead.xid))
}
