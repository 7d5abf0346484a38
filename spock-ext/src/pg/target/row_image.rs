//! A row outside of its table, kept beyond the transaction that read it.

use pgrx::pg_sys;

use super::Target;
use crate::pg::compat;

unsafe extern "C-unwind" {
    fn toast_flatten_tuple(
        tuple: pg_sys::HeapTuple,
        descriptor: pg_sys::TupleDesc,
    ) -> pg_sys::HeapTuple;
}

/// `HEAP_HASEXTERNAL` (access/htup_details.h).
const HAS_EXTERNAL: u16 = 0x0004;

/// A row, with the types of its columns.
#[derive(Debug, Clone)]
pub(crate) struct RowImage {
    types: Vec<pg_sys::Oid>,
    /// The index by which the row is found.
    pub(in crate::pg) identity: pg_sys::Oid,
    /// The tuple, aligned as in the server, and its size in bytes.
    pub(in crate::pg) words: Vec<u64>,
    pub(in crate::pg) length: usize,
}

impl RowImage {
    /// Whether the row is still one of the relation.
    ///
    /// # Safety
    /// The relation is open.
    pub(in crate::pg) unsafe fn fits(&self, relation: pg_sys::Relation) -> bool {
        // SAFETY: the caller's promise.
        unsafe { column_types(relation) == self.types }
    }
}

impl Target {
    /// The new row, to be kept.
    pub(crate) fn new_row_image(&mut self) -> RowImage {
        // SAFETY: the new row is filled; the server's copy is read before it is freed.
        unsafe {
            let Some(copy) = (*(*self.new).tts_ops).copy_heap_tuple else {
                unreachable!("every kind of slot can be copied")
            };
            let mut tuple = copy(self.new);
            if (*(*tuple).t_data).t_infomask & HAS_EXTERNAL != 0 {
                // What stands out of line may be gone with the transaction.
                tuple = toast_flatten_tuple(tuple, (*self.relation).rd_att);
            }
            let length = (*tuple).t_len as usize;
            let mut words = vec![0u64; length.div_ceil(8)];
            let bytes = (*tuple).t_data.cast::<u8>();
            std::ptr::copy_nonoverlapping(bytes, words.as_mut_ptr().cast::<u8>(), length);
            pg_sys::heap_freetuple(tuple);
            let types = column_types(self.relation);
            RowImage { types, identity: self.identity_index, words, length }
        }
    }
}

/// # Safety
/// The relation is open.
unsafe fn column_types(relation: pg_sys::Relation) -> Vec<pg_sys::Oid> {
    // SAFETY: the caller's promise; a descriptor has natts columns.
    unsafe {
        let descriptor = (*relation).rd_att;
        (0..(*descriptor).natts as usize)
            .map(|at| compat::tuple_desc_attr(descriptor, at).atttypid)
            .collect()
    }
}
