//! Inserts gathered into batches and written with the server's multi-insert.
//!
//! **Invariant**: the values of gathered rows live in the caller's arena and row memory until
//! [`Target::clear_pending`].

use std::ptr::null_mut;

use pgrx::pg_sys;

use super::{RowValues, Target, clear};
use crate::pg::compat::executor as compat;
use crate::pg::raw;

/// Rows that one multi-insert takes at most.
pub(crate) const BATCH_ROWS: usize = 1000;

impl Target {
    /// Offers the values of the next row of a batch.
    pub(crate) fn start_pending_row(&mut self) -> RowValues<'_> {
        // SAFETY: slots of the batch are made on demand in the warm set and kept.
        unsafe {
            if self.pending_rows == self.pending.len() {
                let context = pg_sys::CurrentMemoryContext;
                let owner = pg_sys::CurrentResourceOwner;
                pg_sys::CurrentMemoryContext = self.context;
                // The slot's reference on the descriptor lives as long as the warm set.
                pg_sys::CurrentResourceOwner = self.warm_owner;
                let slot = pg_sys::MakeTupleTableSlot(
                    (*self.new).tts_tupleDescriptor,
                    &raw const pg_sys::TTSOpsVirtual,
                );
                pg_sys::CurrentMemoryContext = context;
                pg_sys::CurrentResourceOwner = owner;
                self.pending.push(slot);
            }
            let slot = self.pending[self.pending_rows];
            clear(slot);
            RowValues::of(slot, self.attributes)
        }
    }

    /// Adds the row of [`Target::start_pending_row`] to the batch; returns the rows gathered.
    pub(crate) fn finish_pending_row(&mut self) -> usize {
        // SAFETY: all values are set.
        unsafe {
            let slot = self.pending[self.pending_rows];
            if !self.defaults.is_empty() {
                self.fill_defaults(slot);
            }
            raw::ExecStoreVirtualTuple(slot);
        }
        self.pending_rows += 1;
        self.pending_rows
    }

    /// Takes the last row out of the batch again.
    pub(crate) fn drop_pending_row(&mut self) {
        self.pending_rows = self.pending_rows.saturating_sub(1);
        if let Some(slot) = self.pending.get(self.pending_rows) {
            // SAFETY: a slot of the batch.
            unsafe { clear(*slot) };
        }
    }

    /// Rows gathered.
    pub(crate) fn pending_rows(&self) -> usize {
        self.pending_rows
    }

    /// Which of them was being written last.
    pub(crate) fn pending_at(&self) -> usize {
        self.pending_at
    }

    /// Makes one gathered row the new row.
    pub(crate) fn take_pending_row(&mut self, position: usize) {
        self.pending_at = position;
        // SAFETY: both slots have the same descriptor; values stay in the arena.
        unsafe {
            clear(self.new);
            let slot = self.pending[position];
            for attribute in 0..self.attributes {
                *(*self.new).tts_values.add(attribute) = *(*slot).tts_values.add(attribute);
                *(*self.new).tts_isnull.add(attribute) = *(*slot).tts_isnull.add(attribute);
            }
            raw::ExecStoreVirtualTuple(self.new);
        }
    }

    /// Writes the gathered rows with the server's multi-insert.
    pub(crate) fn insert_pending(&mut self) {
        // SAFETY: the rows are complete; no trigger and no generated column (can_batch()).
        unsafe {
            self.as_owner(&mut |target| {
                let rows = target.pending_rows;
                let cid = raw::GetCurrentCommandId(true);
                (*target.estate).es_output_cid = cid;
                for row in 0..rows {
                    target.pending_at = row;
                    target.check_row(target.pending[row]);
                }
                let slots = target.pending.as_mut_ptr();
                raw::heap_multi_insert(target.relation, slots, rows as i32, cid, 0, null_mut());
                if (*target.result).ri_NumIndices > 0 {
                    for row in 0..rows {
                        target.pending_at = row;
                        let (result, estate) = (target.result, target.estate);
                        compat::insert_index_entries(result, target.pending[row], estate);
                        target.reset_row_memory();
                    }
                }
            });
        }
    }

    /// Forgets the gathered rows.
    pub(crate) fn clear_pending(&mut self) {
        for slot in &self.pending[..self.pending_rows] {
            // SAFETY: slots of this target.
            unsafe { clear(*slot) }
        }
        self.pending_rows = 0;
    }
}
