//! Scans of small tables through the catalog snapshot.
//!
//! Inside an output plugin the catalog snapshot is the historic one, so a scan sees the tables of
//! schema `spock` (those marked `user_catalog_table`) as they were when the decoded transaction
//! committed; elsewhere it is the newest committed state.
//!
//! **Invariant**: nothing here has a `Drop` that calls the server: after an ERROR the resource owner
//! closes the table and ends the scan.

use std::ffi::{CStr, CString};

use pgrx::pg_sys;

use super::value::{FromValue, Value};

/// OID of a relation by schema and name, as the catalog snapshot shows it.
pub(crate) fn relation_oid(schema: &CStr, name: &CStr) -> Option<u32> {
    // SAFETY: guarded server calls inside a transaction; both strings end with a zero byte.
    unsafe {
        let schema = pg_sys::get_namespace_oid(schema.as_ptr(), true);
        if schema == pg_sys::InvalidOid {
            return None;
        }
        let oid = pg_sys::get_relname_relid(name.as_ptr(), schema).to_u32();
        (oid != 0).then_some(oid)
    }
}

/// Name of a schema in the database's encoding, or nothing when it does not exist.
pub(crate) fn schema_name(oid: u32) -> Option<CString> {
    // SAFETY: a guarded server call; the answer is a copy in the current memory context.
    unsafe {
        let name = pg_sys::get_namespace_name(pg_sys::Oid::from(oid));
        (!name.is_null()).then(|| CStr::from_ptr(name).to_owned())
    }
}

/// An equality condition on one column, by its number.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Condition {
    /// `column = oid`
    Oid(i16, u32),
    /// `column = bigint`
    BigInt(i16, i64),
}

/// Which way a scan goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// Through the whole table.
    Sequential,
    /// Through the primary key, when there is one; the conditions are on its leading columns.
    PrimaryKey,
}

/// One row under the scan.
pub(crate) struct Row {
    tuple: pg_sys::HeapTuple,
    descriptor: pg_sys::TupleDesc,
}

impl Row {
    fn datum(&self, column: i16) -> Option<pg_sys::Datum> {
        let mut is_null = false;
        // SAFETY: the tuple belongs to the relation that the descriptor describes and stays pinned
        // until the scan goes on; columns beyond the descriptor are refused first.
        unsafe {
            if column < 1 || i32::from(column) > (*self.descriptor).natts {
                return None;
            }
            let datum =
                pg_sys::heap_getattr(self.tuple, i32::from(column), self.descriptor, &mut is_null);
            (!is_null).then_some(datum)
        }
    }

    /// The value of a column; none when it is null or of another type.
    pub(crate) fn get<T: FromValue>(&self, column: i16) -> Option<T> {
        let datum = self.datum(column)?;
        // SAFETY: the column exists (datum checked), and the datum is of its type.
        let value = unsafe {
            let attribute = super::compat::tuple_desc_attr(self.descriptor, column as usize - 1);
            Value::from_datum(datum, false, attribute.atttypid)
        };
        T::from_value(value)
    }

    /// A column of type name, in the database's encoding.
    pub(crate) fn name(&self, column: i16) -> Option<CString> {
        let datum = self.datum(column)?;
        // SAFETY: the datum points to NameData, which ends with a zero byte.
        unsafe { Some(CStr::from_ptr(datum.cast_mut_ptr()).to_owned()) }
    }

    /// The transaction that wrote this version of the row, also after it was frozen.
    pub(crate) fn xmin(&self) -> u32 {
        // SAFETY: the tuple stays pinned until the scan goes on; a stored tuple's header has this field.
        unsafe { (*(*self.tuple).t_data).t_choice.t_heap.t_xmin.into_inner() }
    }
}

/// Calls `each` for every row of the table that meets the conditions.
pub(crate) fn scan(table: u32, way: Way, conditions: &[Condition], mut each: impl FnMut(&Row)) {
    // SAFETY: guarded server calls inside a transaction; the scan keys live until the scan ends, and
    // each row is used only before the scan moves on.
    unsafe {
        let lock = pg_sys::AccessShareLock as i32;
        let relation = pg_sys::table_open(pg_sys::Oid::from(table), lock);
        let index = match way {
            Way::PrimaryKey => super::compat::primary_key_index(relation),
            Way::Sequential => pg_sys::InvalidOid,
        };
        let mut keys: Vec<pg_sys::ScanKeyData> = conditions
            .iter()
            .map(|condition| {
                let (column, equal, value) = match *condition {
                    Condition::Oid(column, oid) => {
                        (column, pg_sys::F_OIDEQ, pg_sys::Datum::from(oid))
                    }
                    Condition::BigInt(column, value) => {
                        (column, pg_sys::F_INT8EQ, pg_sys::Datum::from(value))
                    }
                };
                let mut key = pg_sys::ScanKeyData::default();
                pg_sys::ScanKeyInit(
                    &mut key,
                    column,
                    pg_sys::BTEqualStrategyNumber as u16,
                    pg_sys::Oid::from(equal),
                    value,
                );
                key
            })
            .collect();
        let scan = pg_sys::systable_beginscan(
            relation,
            index,
            index != pg_sys::InvalidOid,
            std::ptr::null_mut(),
            keys.len() as i32,
            keys.as_mut_ptr(),
        );
        loop {
            let tuple = pg_sys::systable_getnext(scan);
            if tuple.is_null() {
                break;
            }
            each(&Row { tuple, descriptor: (*relation).rd_att });
        }
        pg_sys::systable_endscan(scan);
        pg_sys::table_close(relation, lock);
    }
}
