//! The key of a row as a number, by which overrides of its version are kept (`catalog::version_override`).
//!
//! It is made of the key as it is stored, so equal keys with different bytes have different numbers: an
//! override is about one version of a row, whose bytes do not change.

use std::ptr::null_mut;

use pgrx::pg_sys;

use super::compat::executor as compat;
use super::key_hash::KeyHash;

/// The number of the row in a slot, from the 0-based attributes of its key.
///
/// # Safety
/// The slot holds a row with this descriptor, deformed as far as these attributes go.
pub(super) unsafe fn hash(
    descriptor: pg_sys::TupleDesc,
    slot: *mut pg_sys::TupleTableSlot,
    attributes: &[usize],
) -> i64 {
    let mut hash = KeyHash::new();
    // SAFETY: the caller's promise; stored values have the form that their attribute says.
    unsafe {
        for attribute in attributes {
            let form = compat::attribute(descriptor, *attribute);
            let value = *(*slot).tts_values.add(*attribute);
            if !*(*slot).tts_isnull.add(*attribute) {
                hash.add(value, form.attbyval, form.attlen);
            }
        }
    }
    hash.finish()
}

/// The 0-based attributes of an index, in its order.
///
/// # Safety
/// The index is open.
pub(super) unsafe fn attributes_of(index: pg_sys::Relation) -> Vec<usize> {
    // SAFETY: an index has so many key numbers as its row in pg_index says.
    unsafe {
        let form = (*index).rd_index;
        (0..(*form).indnkeyatts as usize)
            .filter_map(|column| {
                let number = *(*form).indkey.values.as_ptr().add(column);
                usize::try_from(number - 1).ok()
            })
            .collect()
    }
}

/// The number of the row at a place (its ctid), whoever sees it; none where the table has no key, or
/// nothing is there.
pub(crate) fn hash_at(table: u32, place: &str) -> Option<i64> {
    let (block, offset) = place.strip_prefix('(')?.strip_suffix(')')?.split_once(',')?;
    let (block, offset): (u32, u16) = (block.parse().ok()?, offset.parse().ok()?);
    // SAFETY: inside a transaction; the relation is locked before it is opened, slot and index are
    // given back, and an error leaves them to the abort.
    unsafe {
        let lock = pg_sys::AccessShareLock as i32;
        let relation = pg_sys::table_open(pg_sys::Oid::from(table), lock);
        let identity = compat::identity_index(relation);
        let mut found = None;
        if identity != pg_sys::InvalidOid {
            let index = pg_sys::index_open(identity, lock);
            let attributes = attributes_of(index);
            pg_sys::index_close(index, lock);
            let slot = pg_sys::table_slot_create(relation, null_mut());
            let mut tid = pg_sys::ItemPointerData::default();
            pgrx::itemptr::item_pointer_set_all(&mut tid, block, offset);
            let any = &raw mut pg_sys::SnapshotAnyData;
            if pg_sys::table_tuple_fetch_row_version(relation, &raw mut tid, any, slot) {
                pg_sys::slot_getallattrs(slot);
                found = Some(hash((*relation).rd_att, slot, &attributes));
            }
            pg_sys::ExecDropSingleTupleTableSlot(slot);
        }
        pg_sys::table_close(relation, pg_sys::NoLock as i32);
        found
    }
}
