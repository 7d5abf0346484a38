//! Who holds a unique value of the new row: rows of other keys, by the server's own index machinery.
//!
//! An entry of the new row is formed as the server would form it for its index (expressions evaluated, the
//! predicate heeded), and looked for with the index's own operators, so that partial indexes, indexes on
//! expressions, exclusion constraints and NULLS NOT DISTINCT need nothing of their own here. Only called
//! when a write was refused, or a deferred constraint may be broken.

use std::ptr::null_mut;

use pgrx::pg_sys;

use super::{Target, place, row_text};
use crate::pg::compat::executor as compat;
use crate::pg::dead_version;
use crate::pg::encoding::from_server;
use crate::pg::key_scan::clear;
use crate::pg::raw;

unsafe extern "C-unwind" {
    fn ExecComputeStoredGenerated(
        result: *mut pg_sys::ResultRelInfo,
        estate: *mut pg_sys::EState,
        row: *mut pg_sys::TupleTableSlot,
        command: pg_sys::CmdType::Type,
    );
}

const MAX_KEYS: usize = pg_sys::INDEX_MAX_KEYS as usize;

/// A row of another key that holds a value which has to be unique.
#[derive(Debug, Clone)]
pub(crate) struct Rival {
    /// The index whose entry both rows claim.
    pub(crate) index: String,
    /// Where it stands, as [`Target::local_place`] says it.
    pub(crate) place: u64,
    pub(crate) xmin: u32,
    /// As [`Target::local_key_hash`].
    pub(crate) key_hash: i64,
    /// The row as it was before the transaction that wrote it: raw xmin, and text. None where that is not
    /// known, or claims a value of the new row, too.
    pub(crate) before: Option<(u32, String)>,
}

/// Entry of a row in an index.
struct Entry {
    values: [pg_sys::Datum; MAX_KEYS],
    nulls: [bool; MAX_KEYS],
}

impl Target {
    /// The rows that hold a unique value of the new row, but for the one at `own`: in constraints that are
    /// checked at once, or in those that are `deferred`. Waits for transactions that write such a row.
    pub(crate) fn rivals(&mut self, own: Option<u64>, deferred: bool) -> Vec<Rival> {
        let mut rivals: Vec<Rival> = Vec::new();
        let before = self.act_as_owner();
        // SAFETY: the relation, its indexes and the new row are this target's; the slots are dropped
        // here, or with their memory and pins by the abort that follows an ERROR.
        unsafe {
            if self.has_generated() {
                let insert = pg_sys::CmdType::CMD_INSERT;
                ExecComputeStoredGenerated(self.result, self.estate, self.new, insert);
            }
            let slots = [(); 2].map(|()| pg_sys::table_slot_create(self.relation, null_mut()));
            for position in 0..(*self.result).ri_NumIndices as usize {
                let (index, info) = self.index_at(position);
                let immediate = (*(*index).rd_index).indimmediate;
                if self.is_unique_beside_key(index, info) && immediate != deferred {
                    self.rivals_in(index, info, own, slots, &mut rivals);
                }
            }
            for slot in slots {
                pg_sys::ExecDropSingleTupleTableSlot(slot);
            }
        }
        before.put_back();
        rivals
    }

    /// Makes the row at a place, which this transaction wrote, the new row; false when it has gone on.
    pub(crate) fn take_written(&mut self, place: u64) -> bool {
        let block = (place >> 16) as u32;
        let mut tid = pg_sys::ItemPointerData {
            ip_blkid: pg_sys::BlockIdData { bi_hi: (block >> 16) as u16, bi_lo: block as u16 },
            ip_posid: place as u16,
        };
        // SAFETY: the place is one of this relation, the active snapshot shows what was written before;
        // the new row borrows from the other slot, which stays filled until the row ends.
        unsafe {
            let fetch = (*(*self.relation).rd_tableam).tuple_fetch_row_version;
            let snapshot = pg_sys::GetActiveSnapshot();
            let is_there =
                fetch.is_some_and(|fetch| fetch(self.relation, &raw mut tid, snapshot, self.local));
            if is_there {
                clear(self.new);
                for attribute in 0..self.attributes {
                    self.keep_local(attribute);
                }
                raw::ExecStoreVirtualTuple(self.new);
            }
            is_there
        }
    }

    /// Where the new row stands, which was written last; none when a trigger left it out.
    pub(crate) fn written_place(&self) -> Option<u64> {
        // SAFETY: the server sets the slot's tid when it writes the row.
        unsafe { ((*self.new).tts_tid.ip_posid != 0).then(|| place_of(self.new)) }
    }

    unsafe fn index_at(&self, position: usize) -> (pg_sys::Relation, *mut pg_sys::IndexInfo) {
        // SAFETY: the arrays have ri_NumIndices elements.
        unsafe {
            (
                *(*self.result).ri_IndexRelationDescs.add(position),
                *(*self.result).ri_IndexRelationInfo.add(position),
            )
        }
    }

    unsafe fn is_unique_beside_key(
        &self,
        index: pg_sys::Relation,
        info: *mut pg_sys::IndexInfo,
    ) -> bool {
        // SAFETY: an open index and its description.
        unsafe {
            ((*info).ii_Unique || !(*info).ii_ExclusionOps.is_null())
                && (*info).ii_ReadyForInserts
                && (*index).rd_id != self.identity_index
        }
    }

    unsafe fn rivals_in(
        &mut self,
        index: pg_sys::Relation,
        info: *mut pg_sys::IndexInfo,
        own: Option<u64>,
        [slot, earlier]: [*mut pg_sys::TupleTableSlot; 2],
        rivals: &mut Vec<Rival>,
    ) {
        // SAFETY: as rivals(); the scan is ended before this returns.
        unsafe {
            let Some(entry) = self.entry(index, info, self.new) else { return };
            let mut keys = scan_keys(index, info, &entry);
            let mut dirty = pg_sys::SnapshotData {
                snapshot_type: pg_sys::SnapshotType::SNAPSHOT_DIRTY,
                ..Default::default()
            };
            'look: loop {
                let found = rivals.len();
                let count = keys.len() as i32;
                let scan = compat::index_beginscan(self.relation, index, &raw mut dirty, count);
                pg_sys::index_rescan(scan, keys.as_mut_ptr(), count, null_mut(), 0);
                let forward = pg_sys::ScanDirection::ForwardScanDirection;
                while pg_sys::index_getnext_slot(scan, forward, slot) {
                    let busy = if dirty.xmin != pg_sys::InvalidTransactionId {
                        dirty.xmin
                    } else {
                        dirty.xmax
                    };
                    let place = place_of(slot);
                    if own == Some(place) || rivals.iter().any(|rival| rival.place == place) {
                        continue;
                    }
                    pg_sys::slot_getallattrs(slot);
                    if (*scan).xs_recheck && !self.have_one_entry(index, info, &entry, slot) {
                        continue;
                    }
                    if busy != pg_sys::InvalidTransactionId {
                        clear(slot);
                        pg_sys::index_endscan(scan);
                        rivals.truncate(found);
                        let operation = pg_sys::XLTW_Oper::XLTW_None;
                        raw::XactLockTableWait(busy, null_mut(), null_mut(), operation);
                        continue 'look;
                    }
                    let rival = Rival {
                        index: from_server((*(*index).rd_rel).relname.data.as_ptr()),
                        place,
                        xmin: xmin_of(slot),
                        key_hash: self.key_hash(slot),
                        before: self.row_before(slot, earlier),
                    };
                    rivals.push(rival);
                }
                clear(slot);
                pg_sys::index_endscan(scan);
                return;
            }
        }
    }

    /// The entry of a row in an index; none where the index has none, or one that clashes with no other.
    unsafe fn entry(
        &self,
        index: pg_sys::Relation,
        info: *mut pg_sys::IndexInfo,
        row: *mut pg_sys::TupleTableSlot,
    ) -> Option<Entry> {
        // SAFETY: the row is one of the relation, all of it deformed; expressions belong to the estate and
        // are evaluated in its memory for one row.
        unsafe {
            let econtext = if (*self.estate).es_per_tuple_exprcontext.is_null() {
                pg_sys::MakePerTupleExprContext(self.estate)
            } else {
                (*self.estate).es_per_tuple_exprcontext
            };
            (*econtext).ecxt_scantuple = row;
            if !(*info).ii_Predicate.is_null() {
                if (*info).ii_PredicateState.is_null() {
                    let state = pg_sys::ExecPrepareQual((*info).ii_Predicate, self.estate);
                    (*info).ii_PredicateState = state;
                }
                let state = (*info).ii_PredicateState;
                let mut is_null = false;
                if let Some(evaluate) = state.as_ref().and_then(|state| state.evalfunc)
                    && evaluate(state, econtext, &raw mut is_null).value() == 0
                {
                    return None;
                }
            }
            let mut entry =
                Entry { values: [pg_sys::Datum::null(); MAX_KEYS], nulls: [true; MAX_KEYS] };
            pg_sys::FormIndexDatum(
                info,
                row,
                self.estate,
                entry.values.as_mut_ptr(),
                entry.nulls.as_mut_ptr(),
            );
            let count = (*(*index).rd_index).indnkeyatts as usize;
            let nulls_clash = (*info).ii_NullsNotDistinct;
            (nulls_clash || !entry.nulls[..count].contains(&true)).then_some(entry)
        }
    }

    /// Whether a row's entry and another row clash in an index.
    unsafe fn have_one_entry(
        &self,
        index: pg_sys::Relation,
        info: *mut pg_sys::IndexInfo,
        entry: &Entry,
        row: *mut pg_sys::TupleTableSlot,
    ) -> bool {
        // SAFETY: as entry(); the functions are those of the index's operators.
        unsafe {
            let Some(other) = self.entry(index, info, row) else { return false };
            (0..(*(*index).rd_index).indnkeyatts as usize).all(|column| {
                if entry.nulls[column] || other.nulls[column] {
                    return entry.nulls[column] && other.nulls[column];
                }
                let (function, _) = operator(index, info, column);
                let collation = *(*index).rd_indcollation.add(column);
                let (existing, new) = (other.values[column], entry.values[column]);
                pg_sys::OidFunctionCall2Coll(function, collation, existing, new).value() != 0
            })
        }
    }

    /// The row in `slot` as it was before its last writer.
    unsafe fn row_before(
        &mut self,
        slot: *mut pg_sys::TupleTableSlot,
        earlier: *mut pg_sys::TupleTableSlot,
    ) -> Option<(u32, String)> {
        // SAFETY: the slots are of this relation, `earlier` is empty, and is again afterwards.
        unsafe {
            if self.has_deferred_unique {
                // Nothing would refuse a row that clashes.
                return None;
            }
            let (index, keys, count) = self.key_scan.as_mut()?.keys(slot)?;
            let writer = xmin_of(slot);
            if !dead_version::ended_by(self.relation, index, keys, count, earlier, writer) {
                return None;
            }
            pg_sys::slot_getallattrs(earlier);
            let clashes = (0..(*self.result).ri_NumIndices as usize).any(|position| {
                let (index, info) = self.index_at(position);
                self.is_unique_beside_key(index, info)
                    && self
                        .entry(index, info, self.new)
                        .is_some_and(|entry| self.have_one_entry(index, info, &entry, earlier))
            });
            let before = (!clashes).then(|| (xmin_of(earlier), row_text(earlier)));
            clear(earlier);
            before
        }
    }
}

/// The function and strategy of the operator by which an index decides that two entries clash.
unsafe fn operator(
    index: pg_sys::Relation,
    info: *mut pg_sys::IndexInfo,
    column: usize,
) -> (pg_sys::Oid, u16) {
    // SAFETY: arrays of an open index have an element for each key column.
    unsafe {
        if (*info).ii_ExclusionOps.is_null() {
            let family = *(*index).rd_opfamily.add(column);
            let kind = *(*index).rd_opcintype.add(column);
            let strategy = pg_sys::BTEqualStrategyNumber as i16;
            let operator = pg_sys::get_opfamily_member(family, kind, kind, strategy);
            (pg_sys::get_opcode(operator), strategy as u16)
        } else {
            (*(*info).ii_ExclusionProcs.add(column), *(*info).ii_ExclusionStrats.add(column))
        }
    }
}

unsafe fn scan_keys(
    index: pg_sys::Relation,
    info: *mut pg_sys::IndexInfo,
    entry: &Entry,
) -> Vec<pg_sys::ScanKeyData> {
    // SAFETY: as operator(); the keys borrow the entry's values.
    unsafe {
        (0..(*(*index).rd_index).indnkeyatts as usize)
            .map(|column| {
                let (function, strategy) = operator(index, info, column);
                let flags =
                    if entry.nulls[column] { pg_sys::SK_ISNULL | pg_sys::SK_SEARCHNULL } else { 0 };
                let mut key: pg_sys::ScanKeyData = std::mem::zeroed();
                pg_sys::ScanKeyEntryInitialize(
                    &mut key,
                    flags as i32,
                    column as i16 + 1,
                    strategy,
                    pg_sys::InvalidOid,
                    *(*index).rd_indcollation.add(column),
                    function,
                    entry.values[column],
                );
                key
            })
            .collect()
    }
}

/// Where the row in a slot stands, as [`Target::local_place`] says it.
unsafe fn place_of(slot: *mut pg_sys::TupleTableSlot) -> u64 {
    // SAFETY: the slot holds a row of a table.
    place(unsafe { (*slot).tts_tid })
}

/// The raw xmin of the row in a slot.
unsafe fn xmin_of(slot: *mut pg_sys::TupleTableSlot) -> u32 {
    // SAFETY: the slot is a buffer heap slot and holds its tuple.
    unsafe {
        let tuple = (*slot.cast::<pg_sys::HeapTupleTableSlot>()).tuple;
        (*(*tuple).t_data).t_choice.t_heap.t_xmin.into_inner()
    }
}
