//! Values that changes leave out because they stand out of line: which columns can have them, how to ask
//! another node for those of one row, and how its answer gets into the new row.

use std::ffi::CString;

use pgrx::pg_sys;

use super::Target;
use crate::pg::compat::executor as compat;
use crate::pg::encoding::{from_server, to_server};
use crate::pg::error::OrRaise;
use crate::pg::quoting::identifier;

/// Rows up to this size are not stored out of line (`TOAST_TUPLE_THRESHOLD`, with a margin).
const SMALL_ROW: usize = 1900;

unsafe extern "C-unwind" {
    fn toast_raw_datum_size(value: pg_sys::Datum) -> usize;
}

impl Target {
    /// Whether values of the relation can stand out of line.
    #[inline]
    pub(crate) fn has_toast(&self) -> bool {
        self.has_toast
    }

    /// Whether the new row is so large that values of it may stand out of line where it was written.
    pub(crate) fn new_row_is_large(&self) -> bool {
        let mut size = 0;
        // SAFETY: the new row is filled; values of variable length are varlena or C strings.
        unsafe {
            for attribute in 0..self.attributes {
                let form = compat::attribute((*self.relation).rd_att, attribute);
                if form.attlen == -1 && !*(*self.new).tts_isnull.add(attribute) {
                    size += toast_raw_datum_size(*(*self.new).tts_values.add(attribute));
                }
            }
        }
        size > SMALL_ROW
    }

    /// The columns whose values can stand out of line: attributes from 0, and quoted names.
    pub(crate) fn large_columns(&self) -> Vec<(usize, String)> {
        let mut columns = Vec::new();
        for attribute in 0..self.attributes {
            // SAFETY: the relation is open.
            let form = unsafe { compat::attribute((*self.relation).rd_att, attribute) };
            let large = form.attlen == -1 && form.attstorage as u8 != b'p';
            if large && !form.attisdropped && form.attgenerated == 0 {
                columns.push((attribute, self.column_name(attribute)));
            }
        }
        columns
    }

    /// The key in the new row as a condition of SQL; none where a part of it is null.
    pub(crate) fn key_condition(&self) -> Option<String> {
        self.condition_on(&self.identity_attributes)
    }

    /// The first column of the key.
    pub(crate) fn key_column(&self) -> String {
        self.column_name(self.identity_attributes.first().copied().unwrap_or(0))
    }

    /// The values of attributes in the new row as a condition of SQL; none where one is null.
    pub(crate) fn condition_on(&self, attributes: &[usize]) -> Option<String> {
        let mut parts = Vec::new();
        for &attribute in attributes {
            // SAFETY: the new row is filled; the output function belongs to the column's type.
            let text = unsafe {
                if *(*self.new).tts_isnull.add(attribute) {
                    return None;
                }
                let kind = compat::attribute((*self.relation).rd_att, attribute).atttypid;
                let mut output = pg_sys::InvalidOid;
                let mut is_varlena = false;
                pg_sys::getTypeOutputInfo(kind, &raw mut output, &raw mut is_varlena);
                let value = *(*self.new).tts_values.add(attribute);
                from_server(pg_sys::OidOutputFunctionCall(output, value))
            };
            parts.push(format!("{} = {}", self.column_name(attribute), literal(&text)));
        }
        (!parts.is_empty()).then(|| parts.join(" AND "))
    }

    fn column_name(&self, attribute: usize) -> String {
        // SAFETY: the relation is open; names are C strings.
        let name = unsafe {
            from_server(compat::attribute((*self.relation).rd_att, attribute).attname.data.as_ptr())
        };
        identifier(&name)
    }

    /// Makes an attribute of the new row what a text says, or null. The value lives as long as the row.
    pub(crate) fn set_text(&mut self, attribute: usize, text: Option<&str>) {
        let before = self.act_as_owner();
        let (value, null) = self.value_of(attribute, text);
        // SAFETY: the new row has the attribute.
        unsafe {
            *(*self.new).tts_values.add(attribute) = value;
            *(*self.new).tts_isnull.add(attribute) = null;
        }
        before.put_back();
    }

    /// Takes the value of an attribute from the new row of another partition of the table, where the column
    /// has the same name and type. It is good until that row ends.
    pub(crate) fn take_over(&mut self, attribute: usize, from: &Self) {
        // SAFETY: both new rows are filled; positions are those of the descriptors.
        unsafe {
            let form = compat::attribute((*self.relation).rd_att, attribute);
            let is_same = |other: &usize| {
                let other = compat::attribute((*from.relation).rd_att, *other);
                !other.attisdropped
                    && other.attname.data == form.attname.data
                    && other.atttypid == form.atttypid
            };
            if let Some(other) = (0..from.attributes).find(is_same) {
                *(*self.new).tts_values.add(attribute) = *(*from.new).tts_values.add(other);
                *(*self.new).tts_isnull.add(attribute) = *(*from.new).tts_isnull.add(other);
            }
        }
    }

    /// What a text says as a value of an attribute; and whether it is null.
    fn value_of(&self, attribute: usize, text: Option<&str>) -> (pg_sys::Datum, bool) {
        let Some(text) = text else { return (pg_sys::Datum::null(), true) };
        let text: CString = to_server(text).or_raise();
        // SAFETY: the relation has the attribute; the input function belongs to its type. The string is
        // leaked to an ERROR at worst.
        unsafe {
            let form = compat::attribute((*self.relation).rd_att, attribute);
            let mut input = pg_sys::InvalidOid;
            let mut parameter = pg_sys::InvalidOid;
            pg_sys::getTypeInputInfo(form.atttypid, &raw mut input, &raw mut parameter);
            let (text, typmod) = (text.as_ptr().cast_mut(), form.atttypmod);
            (pg_sys::OidInputFunctionCall(input, text, parameter, typmod), false)
        }
    }

    /// The row that was found as a value of its row type, with other values for some attributes.
    ///
    /// # Safety
    /// A row was found.
    pub(super) unsafe fn local_row_with(
        &self,
        values: &[(usize, Option<String>)],
    ) -> pg_sys::Datum {
        // SAFETY: the caller's promise; arrays have an element for each attribute.
        unsafe {
            if values.is_empty() {
                return pg_sys::ExecFetchSlotHeapTupleDatum(self.local);
            }
            let mut datums = vec![pg_sys::Datum::null(); self.attributes];
            let mut nulls = vec![false; self.attributes];
            let mut replaced = vec![false; self.attributes];
            for (attribute, text) in values {
                (datums[*attribute], nulls[*attribute]) =
                    self.value_of(*attribute, text.as_deref());
                replaced[*attribute] = true;
            }
            let mut is_copy = false;
            let local = pg_sys::ExecFetchSlotHeapTuple(self.local, false, &raw mut is_copy);
            let descriptor = (*self.relation).rd_att;
            let tuple = pg_sys::heap_modify_tuple(
                local,
                descriptor,
                datums.as_mut_ptr(),
                nulls.as_mut_ptr(),
                replaced.as_mut_ptr(),
            );
            pg_sys::heap_copy_tuple_as_datum(tuple, descriptor)
        }
    }
}

/// A text as a literal of SQL, whatever the other side's settings.
fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!(" E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}
