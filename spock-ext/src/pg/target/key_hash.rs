//! Rows of a target by the numbers of their keys ([`row_key`]).

use std::ptr::null_mut;

use pgrx::pg_sys;

use super::Target;
use crate::pg::key_scan::clear;
use crate::pg::row_key;

impl Target {
    /// The number of the row that was found.
    pub(crate) fn local_key_hash(&mut self) -> i64 {
        // SAFETY: a row was found.
        unsafe {
            self.deform_local();
            self.key_hash(self.local)
        }
    }

    /// The number of the new row, which is complete.
    pub(crate) fn new_key_hash(&self) -> i64 {
        // SAFETY: all values of the new row are set.
        unsafe { self.key_hash(self.new) }
    }

    /// Where the rows stand that `picks` chooses by number and xmin, as [`Target::local_place`] has it. Reads
    /// the whole table.
    pub(crate) fn places_of(&mut self, picks: impl Fn(i64, u32) -> bool) -> Vec<u64> {
        let mut places = Vec::new();
        // SAFETY: no row was found, so the slot is empty, and is again after it; inside a transaction with
        // a snapshot. An error leaves the scan to the abort.
        unsafe {
            let snapshot = pg_sys::GetActiveSnapshot();
            let scan = pg_sys::table_beginscan(self.relation, snapshot, 0, null_mut());
            let forward = pg_sys::ScanDirection::ForwardScanDirection;
            while pg_sys::table_scan_getnextslot(scan, forward, self.local) {
                if picks(self.local_key_hash(), self.local_xmin()) {
                    places.push(self.local_place());
                }
            }
            clear(self.local);
            pg_sys::table_endscan(scan);
        }
        places
    }

    /// # Safety
    /// All values of the slot are there.
    pub(super) unsafe fn key_hash(&self, row: *mut pg_sys::TupleTableSlot) -> i64 {
        // SAFETY: the caller's promise; key attributes exist.
        unsafe { row_key::hash((*self.relation).rd_att, row, &self.identity_attributes) }
    }
}
