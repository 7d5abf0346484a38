//! Delta columns of a row that is being written: the local value plus what the change added.
//!
//! The old values come with the change, in the row that is searched for; they are kept aside while the
//! slot takes the new ones. Nothing here is touched for relations without delta columns.
//!
//! **Invariants**: kept old values live in the arena or in the row's memory, so they are good until the
//! end of the row. As all of this module: below a frame, with nothing of ours to drop on an ERROR.

use pgrx::PgSqlErrorCode;
use pgrx::pg_sys::{self, Datum};

use super::Target;
use super::raw;
use crate::pg::compat::executor as compat;
use crate::pg::error::SpockError;

unsafe extern "C-unwind" {
    // Unguarded, for every row with delta columns.
    fn DirectFunctionCall2Coll(
        function: pg_sys::PGFunction,
        collation: pg_sys::Oid,
        first: Datum,
        second: Datum,
    ) -> Datum;
    fn numeric_add(call: pg_sys::FunctionCallInfo) -> Datum;
    fn numeric_sub(call: pg_sys::FunctionCallInfo) -> Datum;
    /// Fits a value to a precision and scale.
    fn numeric(call: pg_sys::FunctionCallInfo) -> Datum;
    fn datum_image_eq(first: Datum, second: Datum, by_value: bool, length: i32) -> bool;
}

/// The delta columns of a relation.
#[derive(Default)]
pub(super) struct Deltas {
    columns: Vec<DeltaColumn>,
}

struct DeltaColumn {
    attribute: usize,
    kind: Kind,
    typmod: i32,
    /// The value before the change, when it came along.
    old: Option<Datum>,
}

/// The type of a delta column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int2,
    Int4,
    /// Of `money` too.
    Int8,
    Float4,
    Float8,
    Numeric,
}

/// What a change that is older than the row does to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Older {
    /// A delta column gets another value.
    pub(crate) adds: bool,
    /// A value that cannot be added is not what the row has.
    pub(crate) loses: bool,
}

impl Target {
    /// Says which columns (numbers from 1) are delta columns; once, after the relation was opened.
    pub(crate) fn set_delta_columns(&mut self, numbers: &[i16]) {
        // SAFETY: the relation and its indexes are open; numbers are checked against its descriptor.
        unsafe {
            let descriptor = (*self.relation).rd_att;
            for number in numbers {
                let Ok(attribute) = usize::try_from(*number - 1) else { continue };
                if attribute >= self.attributes {
                    continue;
                }
                let form = compat::attribute(descriptor, attribute);
                let kind = match form.atttypid {
                    pg_sys::INT2OID => Kind::Int2,
                    pg_sys::INT4OID => Kind::Int4,
                    pg_sys::INT8OID | pg_sys::MONEYOID => Kind::Int8,
                    pg_sys::FLOAT4OID => Kind::Float4,
                    pg_sys::FLOAT8OID => Kind::Float8,
                    pg_sys::NUMERICOID => Kind::Numeric,
                    _ => continue,
                };
                let typmod = form.atttypmod;
                self.deltas.columns.push(DeltaColumn { attribute, kind, typmod, old: None });
            }
        }
    }

    /// Whether the relation has delta columns.
    #[inline]
    pub(crate) fn has_deltas(&self) -> bool {
        !self.deltas.columns.is_empty()
    }

    /// The attributes (from 0) of the delta columns.
    pub(crate) fn delta_attributes(&self) -> Vec<usize> {
        self.deltas.columns.iter().map(|column| column.attribute).collect()
    }

    /// Keeps the old values of delta columns, which stand in the new row while that is what is searched
    /// for.
    pub(crate) fn keep_old_values(&mut self) {
        for column in &mut self.deltas.columns {
            // SAFETY: the slot has arrays of `attributes` elements.
            unsafe {
                let is_null = *(*self.new).tts_isnull.add(column.attribute);
                let value = *(*self.new).tts_values.add(column.attribute);
                column.old = (!is_null).then_some(value);
            }
        }
    }

    /// Forgets the old values: the row's memory goes.
    #[inline]
    pub(super) fn forget_old_values(&mut self) {
        for column in &mut self.deltas.columns {
            column.old = None;
        }
    }

    /// Whether the change adds to columns.
    pub(crate) fn knows_old_values(&self) -> bool {
        self.deltas.columns.iter().any(|column| column.old.is_some())
    }

    /// Makes the delta columns of the new row what the row that was found has, plus the difference.
    pub(crate) fn add_deltas(&mut self) {
        // SAFETY: a row was found, and the new row is filled; both have all attributes.
        unsafe {
            self.deform_local();
            for position in 0..self.deltas.columns.len() {
                if let Some(sum) = self.sum(position) {
                    let attribute = self.deltas.columns[position].attribute;
                    *(*self.new).tts_values.add(attribute) = sum;
                }
            }
        }
    }

    /// What the change, already added to the new row, does where it is older than the row that was found.
    pub(crate) fn weigh_older(&mut self) -> Older {
        let mut outcome = Older { adds: false, loses: false };
        // SAFETY: as add_deltas(); descriptors have `attributes` entries.
        unsafe {
            self.deform_local();
            for attribute in 0..self.attributes {
                if self.equals_local(attribute) {
                    continue;
                }
                if self.is_sum(attribute) {
                    outcome.adds = true;
                } else {
                    outcome.loses = true;
                }
            }
        }
        outcome
    }

    /// Makes the new row the one that was found, but for the sums.
    pub(crate) fn keep_newer(&mut self) {
        for attribute in 0..self.attributes {
            if !self.is_sum(attribute) {
                self.keep_local(attribute);
            }
        }
    }

    fn is_sum(&self, attribute: usize) -> bool {
        self.deltas.columns.iter().any(|c| c.attribute == attribute && c.old.is_some())
    }

    /// Whether delta columns of the row that was found differ from those of the new row, as far as
    /// these are known.
    pub(crate) fn delta_values_differ(&mut self) -> bool {
        // SAFETY: as add_deltas().
        unsafe {
            self.deform_local();
            self.deltas.columns.iter().any(|column| {
                !*(*self.new).tts_isnull.add(column.attribute)
                    && !self.equals_local(column.attribute)
            })
        }
    }

    pub(super) unsafe fn deform_local(&mut self) {
        // SAFETY: a row was found.
        unsafe {
            let count = self.attributes as i32;
            if i32::from((*self.local).tts_nvalid) < count {
                raw::slot_getsomeattrs_int(self.local, count);
            }
        }
    }

    /// Whether an attribute of the new row is that of the row that was found.
    unsafe fn equals_local(&self, attribute: usize) -> bool {
        // SAFETY: both rows are deformed.
        unsafe {
            let form = compat::attribute((*self.relation).rd_att, attribute);
            let null = *(*self.local).tts_isnull.add(attribute);
            if form.attisdropped || form.attgenerated != 0 {
                return true;
            }
            if null || *(*self.new).tts_isnull.add(attribute) {
                return null == *(*self.new).tts_isnull.add(attribute);
            }
            let local = *(*self.local).tts_values.add(attribute);
            let new = *(*self.new).tts_values.add(attribute);
            datum_image_eq(local, new, form.attbyval, form.attlen.into())
        }
    }

    /// Local value plus the difference; none where one of the three is not known.
    unsafe fn sum(&self, position: usize) -> Option<Datum> {
        let column = &self.deltas.columns[position];
        let old = column.old?;
        // SAFETY: both rows are deformed; values are of the column's type.
        unsafe {
            if *(*self.local).tts_isnull.add(column.attribute)
                || *(*self.new).tts_isnull.add(column.attribute)
            {
                return None;
            }
            let local = *(*self.local).tts_values.add(column.attribute);
            let new = *(*self.new).tts_values.add(column.attribute);
            Some(add(column.kind, column.typmod, local, new, old))
        }
    }
}

/// `local + (new - old)`.
unsafe fn add(kind: Kind, typmod: i32, local: Datum, new: Datum, old: Datum) -> Datum {
    let int8 = |datum: Datum| datum.value() as i64;
    match kind {
        Kind::Int2 => {
            let part = |datum: Datum| i32::from(datum.value() as i16);
            let sum = part(local) + part(new) - part(old);
            i16::try_from(sum).map_or_else(|_| out_of_range("smallint"), Datum::from)
        }
        Kind::Int4 => {
            let part = |datum: Datum| i64::from(datum.value() as i32);
            let sum = part(local) + part(new) - part(old);
            i32::try_from(sum).map_or_else(|_| out_of_range("integer"), Datum::from)
        }
        Kind::Int8 => {
            let sum = i128::from(int8(local)) + i128::from(int8(new)) - i128::from(int8(old));
            i64::try_from(sum).map_or_else(|_| out_of_range("bigint"), Datum::from)
        }
        Kind::Float4 => {
            let part = |datum: Datum| f32::from_bits(datum.value() as u32);
            let sum = part(local) + (part(new) - part(old));
            Datum::from(sum.to_bits())
        }
        Kind::Float8 => {
            let part = |datum: Datum| f64::from_bits(datum.value() as u64);
            let sum = part(local) + (part(new) - part(old));
            Datum::from(sum.to_bits())
        }
        // SAFETY: the three are of type numeric; the results live in the row's memory.
        Kind::Numeric => unsafe {
            let call = |function: pg_sys::PGFunction, first, second| {
                DirectFunctionCall2Coll(function, pg_sys::InvalidOid, first, second)
            };
            let difference = call(Some(numeric_sub), new, old);
            let sum = call(Some(numeric_add), local, difference);
            if typmod < 0 { sum } else { call(Some(numeric), sum, Datum::from(typmod)) }
        },
    }
}

#[cold]
fn out_of_range(kind: &str) -> Datum {
    SpockError::new(
        PgSqlErrorCode::ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE,
        format!("sum in a delta column is out of the range of {kind}"),
    )
    .raise()
}
