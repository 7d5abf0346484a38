//! The delete of a row that never stood here, as one that everybody hears of (convergence rule D4).
//!
//! The row is put into its table without a word to logical decoding, and deleted by the same transaction:
//! nobody ever sees it. What stays is what an ordinary delete leaves: its record in the log with the row's
//! replica identity, which every reader of the log understands, and a dead row that is found by its key
//! ([`super::dead_version`]) and has the transaction's version. Only the index by which rows are found gets
//! an entry; the others, where the row would clash, know nothing of it.

use pgrx::pg_sys;

use super::target::RowImage;
use super::{delete_marks, raw, write_gate};

/// `HEAP_INSERT_NO_LOGICAL` (access/heapam.h): what a rewrite of a table uses for its own.
const NO_LOGICAL: i32 = 0x0008;

/// Writes the delete of a row that is not here. Does nothing where the table has changed since the image
/// was taken; a row of its key that came meanwhile raises a duplicate.
pub(crate) fn write(relation: u32, row: &RowImage) {
    let lock = write_gate::write_mode(pg_sys::Oid::from(relation));
    // SAFETY: inside a transaction, under a guard. The tuple is a copy that fits the relation's
    // descriptor; an ERROR gives relation and index back.
    unsafe {
        let relation = pg_sys::try_relation_open(pg_sys::Oid::from(relation), lock);
        if relation.is_null() {
            return;
        }
        let is_heap = (*(*relation).rd_rel).relam == pg_sys::HEAP_TABLE_AM_OID;
        let indexes = pg_sys::RelationGetIndexList(relation);
        let has_identity = pg_sys::list_member_oid(indexes, row.identity);
        if is_heap && has_identity && row.fits(relation) {
            write_into(relation, row, lock);
        }
        pg_sys::relation_close(relation, pg_sys::NoLock as i32);
    }
}

unsafe fn write_into(relation: pg_sys::Relation, row: &RowImage, lock: i32) {
    // SAFETY: as write(); the arrays of index_insert have room for every key.
    unsafe {
        let mut tuple = pg_sys::HeapTupleData {
            t_len: row.length as u32,
            t_tableOid: (*relation).rd_id,
            t_data: pg_sys::palloc(row.length).cast(),
            ..Default::default()
        };
        let bytes = row.words.as_ptr().cast::<u8>();
        std::ptr::copy_nonoverlapping(bytes, tuple.t_data.cast::<u8>(), row.length);
        let index = pg_sys::index_open(row.identity, lock);
        let info = pg_sys::BuildIndexInfo(index);
        let mut values = [pg_sys::Datum::null(); pg_sys::INDEX_MAX_KEYS as usize];
        let mut nulls = [true; pg_sys::INDEX_MAX_KEYS as usize];
        for column in 0..(*(*index).rd_index).indnatts as usize {
            let number = *(*(*index).rd_index).indkey.values.as_ptr().add(column);
            let mut is_null = false;
            let at = i32::from(number);
            values[column] =
                pg_sys::heap_getattr(&raw mut tuple, at, (*relation).rd_att, &mut is_null);
            nulls[column] = is_null;
        }
        let command = raw::GetCurrentCommandId(true);
        pg_sys::heap_insert(relation, &raw mut tuple, command, NO_LOGICAL, std::ptr::null_mut());
        pg_sys::index_insert(
            index,
            values.as_mut_ptr(),
            nulls.as_mut_ptr(),
            &raw mut tuple.t_self,
            relation,
            pg_sys::IndexUniqueCheck::UNIQUE_CHECK_YES,
            false,
            info,
        );
        pg_sys::index_close(index, pg_sys::NoLock as i32);
        raw::CommandCounterIncrement();
        delete_marks::note((*relation).rd_id);
        pg_sys::simple_heap_delete(relation, &raw mut tuple.t_self);
        raw::CommandCounterIncrement();
    }
}
