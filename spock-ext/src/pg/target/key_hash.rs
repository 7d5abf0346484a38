//! The key of a row as a number, by which overrides of its version are kept (`catalog::version_override`).
//!
//! It is made of the key as it is stored, so equal keys with different bytes have different numbers: an
//! override is about one version of a row, whose bytes do not change.

use std::ptr::null_mut;

use pgrx::{pg_sys, varlena};

use super::Target;
use crate::pg::compat::executor as compat;
use crate::pg::key_scan::clear;

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
        let mut hash = Fnv::new();
        // SAFETY: the caller's promise; key attributes exist.
        unsafe {
            for attribute in &self.identity_attributes {
                let form = compat::attribute((*self.relation).rd_att, *attribute);
                let value = *(*row).tts_values.add(*attribute);
                if *(*row).tts_isnull.add(*attribute) {
                    continue;
                }
                if form.attbyval {
                    hash.add(&value.value().to_le_bytes());
                } else if form.attlen > 0 {
                    let bytes = value.cast_mut_ptr::<u8>();
                    hash.add(std::slice::from_raw_parts(bytes, form.attlen as usize));
                } else {
                    let packed = pg_sys::pg_detoast_datum_packed(value.cast_mut_ptr());
                    let data = varlena::vardata_any(packed).cast::<u8>();
                    let length = varlena::varsize_any_exhdr(packed);
                    hash.add(std::slice::from_raw_parts(data, length));
                }
            }
        }
        hash.0.cast_signed()
    }
}

/// FNV-1a, 64 bits: the numbers outlive the process, so the standard library's hash is none.
struct Fnv(u64);

impl Fnv {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        let length = (bytes.len() as u64).to_le_bytes();
        for byte in length.iter().chain(bytes) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
