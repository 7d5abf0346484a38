//! The key of a table as texts, and all of its rows that were deleted lately: what a copy of the table takes
//! along (convergence rule I1). [`super::dead_version`] finds those of one key.
//!
//! A key's texts come from another server, of a table of the same shape, in the form of the columns' output
//! functions; datums, hashes and written-down keys made of them here are those of the rows themselves.

use std::collections::{HashMap, HashSet};
use std::ptr::null_mut;

use pgrx::pg_sys;

use super::compat::executor as compat;
use super::dead_version::{self, DeadVersion, Seen};
use super::encoding::{from_server, to_server};
use super::error::OrRaise;
use super::key_hash::KeyHash;
use super::key_scan::clear;
use super::key_text::KeyText;
use super::relation::RelationRef;
use super::{raw, retention};

/// How many tuples are read between two looks at interrupts.
const INTERRUPTS_EVERY: u32 = 10_000;

// Flag of a tuple's header (access/htup_details.h): it was deleted, or updated in a column of a key.
const KEYS_UPDATED: u16 = 0x2000;
const XMAX_INVALID: u16 = 0x0800;

/// The columns by which rows of a table are found.
pub(crate) struct TableKey {
    relation: u32,
    columns: Vec<KeyColumn>,
}

struct KeyColumn {
    name: String,
    /// From zero.
    attribute: usize,
    form: pg_sys::FormData_pg_attribute,
}

/// The key of a table; none where it has none.
pub(crate) fn key_of(relation: u32) -> Option<TableKey> {
    // SAFETY: inside a transaction; the relation stays locked until its end, an attribute of an index
    // exists in its table.
    unsafe {
        let lock = pg_sys::AccessShareLock as i32;
        let opened = pg_sys::try_relation_open(pg_sys::Oid::from(relation), lock);
        if opened.is_null() {
            return None;
        }
        let numbers = RelationRef::new(opened).locating_key();
        let columns: Vec<KeyColumn> = numbers
            .iter()
            .filter_map(|number| usize::try_from(i32::from(*number) - 1).ok())
            .map(|attribute| {
                let form = compat::attribute((*opened).rd_att, attribute);
                KeyColumn { name: from_server(form.attname.data.as_ptr()), attribute, form: *form }
            })
            .collect();
        pg_sys::relation_close(opened, pg_sys::NoLock as i32);
        (!columns.is_empty()).then_some(TableKey { relation, columns })
    }
}

impl TableKey {
    /// Names of the columns.
    pub(crate) fn names(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name.clone()).collect()
    }

    /// Values of columns with these names in the order of this key; none when one is missing.
    pub(crate) fn arrange(&self, names: &[String], values: &[String]) -> Option<Vec<String>> {
        self.columns
            .iter()
            .map(|column| {
                let at = names.iter().position(|name| *name == column.name)?;
                values.get(at).cloned()
            })
            .collect()
    }

    /// The number under which a version of the row with this key is kept.
    pub(crate) fn hash(&self, values: &[String]) -> i64 {
        let mut hash = KeyHash::new();
        for (column, value) in self.columns.iter().zip(values) {
            // SAFETY: the datum was made for the column's type.
            unsafe { hash.add(column.datum(value), column.form.attbyval, column.form.attlen) };
        }
        hash.finish()
    }

    /// The key as it is written down.
    pub(crate) fn text(&self, values: &[String]) -> String {
        let mut text = KeyText::default();
        for (column, value) in self.columns.iter().zip(values) {
            // SAFETY: as hash().
            unsafe { text.push(&column.form, column.datum(value)) };
        }
        text.finish()
    }
}

impl KeyColumn {
    /// The value as the column's type reads it.
    fn datum(&self, value: &str) -> pg_sys::Datum {
        let text = to_server(value).or_raise();
        // SAFETY: inside a transaction; stored types have an input function, which copies.
        unsafe {
            let mut input = pg_sys::InvalidOid;
            let mut parameter = pg_sys::InvalidOid;
            pg_sys::getTypeInputInfo(self.form.atttypid, &raw mut input, &raw mut parameter);
            pg_sys::OidInputFunctionCall(input, text.as_ptr().cast_mut(), parameter, -1)
        }
    }
}

/// Versions of one key.
#[derive(Default)]
struct Ended {
    /// Those that were ended, by a delete as far as their header says.
    dead: Vec<Seen>,
    /// What transactions wrote that ended versions of any key. Not all that it was followed by is here: what was
    /// ended among these may have been updated.
    made: Vec<Seen>,
}

/// The rows of a table that were deleted, or got another key, and are kept: the newest delete of each key.
pub(crate) fn of_relation(key: &TableKey) -> Vec<(Vec<String>, DeadVersion)> {
    let Some(horizon) = retention::horizon() else { return Vec::new() };
    let mut seen: HashMap<Vec<String>, Ended> = HashMap::new();
    scan(key.relation, |slot| {
        // SAFETY: the slot holds a tuple; hint bits may change under us, which judge() looks at again.
        unsafe {
            let header = (*pg_sys::ExecFetchSlotHeapTuple(slot, false, null_mut())).t_data;
            if (*header).t_infomask2 & KEYS_UPDATED == 0 || (*header).t_infomask & XMAX_INVALID != 0
            {
                return;
            }
            let version = dead_version::judge(slot, horizon);
            if version.is_dead_since(horizon) {
                seen.entry(values(key, slot)).or_default().dead.push(version);
            }
        }
    });
    if seen.is_empty() {
        return Vec::new();
    }
    // What the same transactions wrote under these keys: those were updated, or inserted again.
    let ends: HashSet<u32> =
        seen.values().flat_map(|ended| &ended.dead).map(|version| version.ended_by).collect();
    scan(key.relation, |slot| {
        // SAFETY: as above.
        unsafe {
            let header = (*pg_sys::ExecFetchSlotHeapTuple(slot, false, null_mut())).t_data;
            if ends.contains(&(*header).t_choice.t_heap.t_xmin.into_inner())
                && let Some(ended) = seen.get_mut(&values(key, slot))
            {
                ended.made.push(dead_version::judge(slot, horizon));
            }
        }
    });
    let kept = retention::horizon().unwrap_or(horizon);
    seen.into_iter()
        .filter_map(|(values, ended)| {
            Some((values, dead_version::newest_of(&ended.dead, &ended.made, kept)?))
        })
        .collect()
}

/// Shows every version in a table, dead ones too.
fn scan(relation: u32, mut each: impl FnMut(*mut pg_sys::TupleTableSlot)) {
    // SAFETY: inside a transaction, under a guard: an error leaves everything to the abort. The relation
    // stays open as long as scan and slot.
    unsafe {
        let lock = pg_sys::AccessShareLock as i32;
        let opened = pg_sys::table_open(pg_sys::Oid::from(relation), lock);
        let slot = pg_sys::table_slot_create(opened, null_mut());
        let snapshot = &raw mut pg_sys::SnapshotAnyData;
        let scan = pg_sys::table_beginscan(opened, snapshot, 0, null_mut());
        let forward = pg_sys::ScanDirection::ForwardScanDirection;
        let mut count = 0_u32;
        while pg_sys::table_scan_getnextslot(scan, forward, slot) {
            each(slot);
            count = count.wrapping_add(1);
            if count.is_multiple_of(INTERRUPTS_EVERY) {
                super::latch::interrupts();
            }
        }
        clear(slot);
        pg_sys::table_endscan(scan);
        pg_sys::ExecDropSingleTupleTableSlot(slot);
        pg_sys::table_close(opened, lock);
    }
}

/// The key of the tuple in the slot.
///
/// # Safety
/// The slot holds a tuple of the key's table.
unsafe fn values(key: &TableKey, slot: *mut pg_sys::TupleTableSlot) -> Vec<String> {
    key.columns
        .iter()
        .map(|column| {
            // SAFETY: the attribute exists, and is not null in a key; output functions exist.
            unsafe {
                raw::slot_getsomeattrs_int(slot, column.attribute as i32 + 1);
                let value = *(*slot).tts_values.add(column.attribute);
                if *(*slot).tts_isnull.add(column.attribute) {
                    return String::new();
                }
                let mut output = pg_sys::InvalidOid;
                let mut is_varlena = false;
                pg_sys::getTypeOutputInfo(
                    column.form.atttypid,
                    &raw mut output,
                    &raw mut is_varlena,
                );
                from_server(pg_sys::OidOutputFunctionCall(output, value))
            }
        })
        .collect()
}
