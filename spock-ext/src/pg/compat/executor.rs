//! What differs between the server's major versions in the executor and the table access methods.

use std::ptr::null_mut;

use pgrx::pg_sys;

pub(in crate::pg) use super::tuple_desc_attr as attribute;

unsafe extern "C-unwind" {
    fn ExecInsertIndexTuples(
        result: *mut pg_sys::ResultRelInfo,
        slot: *mut pg_sys::TupleTableSlot,
        estate: *mut pg_sys::EState,
        update: bool,
        no_dup_error: bool,
        speculative_conflict: *mut bool,
        arbiters: *mut pg_sys::List,
        #[cfg(not(feature = "pg15"))] only_summarizing: bool,
    ) -> *mut pg_sys::List;
}

/// Begins a scan of an index by `keys` keys, without ordering.
///
/// # Safety
/// The relation and its index are open; the snapshot outlives the scan.
pub(in crate::pg) unsafe fn index_beginscan(
    relation: pg_sys::Relation,
    index: pg_sys::Relation,
    snapshot: pg_sys::Snapshot,
    keys: i32,
) -> pg_sys::IndexScanDesc {
    // SAFETY: the caller's promise; 18 added where to count, which is nowhere.
    unsafe {
        #[cfg(not(feature = "pg18"))]
        return pg_sys::index_beginscan(relation, index, snapshot, keys, 0);
        #[cfg(feature = "pg18")]
        return pg_sys::index_beginscan(relation, index, snapshot, null_mut(), keys, 0);
    }
}

/// Gives the executor state its one-entry range table.
///
/// # Safety
/// Both live in the current memory context.
pub(in crate::pg) unsafe fn init_range_table(
    estate: *mut pg_sys::EState,
    entry: *mut pg_sys::RangeTblEntry,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let table = pg_sys::lappend(null_mut(), entry.cast());
        #[cfg(feature = "pg15")]
        pg_sys::ExecInitRangeTable(estate, table);
        #[cfg(not(feature = "pg15"))]
        {
            let mut permissions: *mut pg_sys::List = null_mut();
            pg_sys::addRTEPermissionInfo(&mut permissions, entry);
            #[cfg(not(feature = "pg18"))]
            pg_sys::ExecInitRangeTable(estate, table, permissions);
            #[cfg(feature = "pg18")]
            pg_sys::ExecInitRangeTable(estate, table, permissions, pg_sys::bms_make_singleton(1));
        }
    }
}

/// Initialises the state for re-checks of concurrently updated rows.
///
/// # Safety
/// `epq` is zeroed memory that lives as long as `estate`.
pub(in crate::pg) unsafe fn init_epq(epq: *mut pg_sys::EPQState, estate: *mut pg_sys::EState) {
    // SAFETY: the caller's promise.
    unsafe {
        #[cfg(feature = "pg15")]
        pg_sys::EvalPlanQualInit(epq, estate, null_mut(), null_mut(), -1);
        #[cfg(not(feature = "pg15"))]
        pg_sys::EvalPlanQualInit(epq, estate, null_mut(), null_mut(), -1, null_mut());
    }
}

/// The index that identifies rows: the replica identity index, else the primary key.
///
/// # Safety
/// `relation` is open.
pub(in crate::pg) unsafe fn identity_index(relation: pg_sys::Relation) -> pg_sys::Oid {
    // SAFETY: the caller's promise.
    unsafe {
        let index = pg_sys::RelationGetReplicaIndex(relation);
        if index != pg_sys::InvalidOid {
            return index;
        }
        super::primary_key_index(relation)
    }
}

/// The index entries that an update leaves to be made.
#[derive(Clone, Copy)]
pub(in crate::pg) enum IndexEntries {
    None,
    All,
    /// The row stays reachable through the entry of an earlier version: only indexes that summarize
    /// blocks hear of it. An entry in another index would outlive the row and lead to whichever comes
    /// to its place.
    #[cfg(not(feature = "pg15"))]
    Summarizing,
}

/// Updates the row in `old` to `new` without a tuple lock; tells which index entries are due.
///
/// # Safety
/// `old` is a heap slot with a stored row of `relation`, `new` complete.
pub(in crate::pg) unsafe fn tuple_update(
    relation: pg_sys::Relation,
    old: *mut pg_sys::TupleTableSlot,
    new: *mut pg_sys::TupleTableSlot,
    cid: pg_sys::CommandId,
) -> (pg_sys::TM_Result::Type, IndexEntries) {
    // SAFETY: the caller's promise; every table access method has the callback.
    unsafe {
        let mut failure = pg_sys::TM_FailureData::default();
        let mut lock_mode: pg_sys::LockTupleMode::Type = 0;
        #[cfg(feature = "pg15")]
        let mut due = false;
        #[cfg(not(feature = "pg15"))]
        let mut due: pg_sys::TU_UpdateIndexes::Type = 0;
        let update = (*(*relation).rd_tableam).tuple_update.unwrap_unchecked();
        let result = update(
            relation,
            &raw mut (*old).tts_tid,
            new,
            cid,
            null_mut(),
            null_mut(),
            true,
            &raw mut failure,
            &raw mut lock_mode,
            &raw mut due,
        );
        #[cfg(feature = "pg15")]
        let entries = if due { IndexEntries::All } else { IndexEntries::None };
        #[cfg(not(feature = "pg15"))]
        let entries = match due {
            pg_sys::TU_UpdateIndexes::TU_None => IndexEntries::None,
            pg_sys::TU_UpdateIndexes::TU_Summarizing => IndexEntries::Summarizing,
            _ => IndexEntries::All,
        };
        (result, entries)
    }
}

/// Deletes the row in `old` without a tuple lock.
///
/// # Safety
/// `old` is a heap slot with a stored row of `relation`.
pub(in crate::pg) unsafe fn tuple_delete(
    relation: pg_sys::Relation,
    old: *mut pg_sys::TupleTableSlot,
    cid: pg_sys::CommandId,
) -> pg_sys::TM_Result::Type {
    // SAFETY: the caller's promise; every table access method has the callback.
    unsafe {
        let mut failure = pg_sys::TM_FailureData::default();
        let delete = (*(*relation).rd_tableam).tuple_delete.unwrap_unchecked();
        delete(
            relation,
            &raw mut (*old).tts_tid,
            cid,
            null_mut(),
            null_mut(),
            true,
            &raw mut failure,
            false,
        )
    }
}

/// Makes the index entries of a row just inserted; a duplicate raises.
///
/// # Safety
/// The indexes of `result` are open; `slot` carries the TID of the row.
pub(in crate::pg) unsafe fn insert_index_entries(
    result: *mut pg_sys::ResultRelInfo,
    slot: *mut pg_sys::TupleTableSlot,
    estate: *mut pg_sys::EState,
) {
    // SAFETY: the caller's promise.
    unsafe {
        #[cfg(feature = "pg15")]
        ExecInsertIndexTuples(result, slot, estate, false, false, null_mut(), null_mut());
        #[cfg(not(feature = "pg15"))]
        ExecInsertIndexTuples(result, slot, estate, false, false, null_mut(), null_mut(), false);
    }
}

/// Makes the index entries that an update left to be made; a duplicate raises.
///
/// # Safety
/// As [`insert_index_entries`]; `entries` are those of the update that wrote the row.
pub(in crate::pg) unsafe fn update_index_entries(
    result: *mut pg_sys::ResultRelInfo,
    slot: *mut pg_sys::TupleTableSlot,
    estate: *mut pg_sys::EState,
    entries: IndexEntries,
) {
    #[cfg(not(feature = "pg15"))]
    let only_summarizing = matches!(entries, IndexEntries::Summarizing);
    // SAFETY: the caller's promise.
    unsafe {
        if matches!(entries, IndexEntries::None) || (*result).ri_NumIndices == 0 {
            return;
        }
        #[cfg(feature = "pg15")]
        ExecInsertIndexTuples(result, slot, estate, true, false, null_mut(), null_mut());
        #[cfg(not(feature = "pg15"))]
        {
            let (speculative, arbiters) = (null_mut(), null_mut());
            ExecInsertIndexTuples(
                result,
                slot,
                estate,
                true,
                false,
                speculative,
                arbiters,
                only_summarizing,
            );
        }
    }
}

/// Empties relations as one command, without asking for permissions and without cascading further.
///
/// # Safety
/// Inside a transaction; the relations are open and locked, the lists match each other.
pub(in crate::pg) unsafe fn truncate(
    relations: *mut pg_sys::List,
    oids: *mut pg_sys::List,
    logged: *mut pg_sys::List,
    restart_sequences: bool,
) {
    let behaviour = pg_sys::DropBehavior::DROP_RESTRICT;
    // SAFETY: the caller's promise.
    unsafe {
        #[cfg(feature = "pg15")]
        pg_sys::ExecuteTruncateGuts(relations, oids, logged, behaviour, restart_sequences);
        #[cfg(not(feature = "pg15"))]
        pg_sys::ExecuteTruncateGuts(relations, oids, logged, behaviour, restart_sequences, false);
    }
}
