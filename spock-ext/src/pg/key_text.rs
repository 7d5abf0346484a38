//! The key of a row as text, to be compared and kept: the values in the order of its index, each with its
//! length before it, so that no two keys have one text.

use pgrx::pg_sys;

use super::compat;
use super::encoding::from_server;
use super::relation::RelationRef;
use super::tuple::RowRef;

/// A text being written.
#[derive(Debug, Default)]
pub(super) struct KeyText(String);

impl KeyText {
    /// Adds a value in the form of its type's output function.
    ///
    /// # Safety
    /// `value` is one of the type `kind`, and not null. Inside a transaction, under a frame.
    pub(super) unsafe fn push(&mut self, kind: pg_sys::Oid, value: pg_sys::Datum) {
        // SAFETY: the caller's promise; types of stored values have an output function.
        let shown = unsafe {
            let mut output = pg_sys::InvalidOid;
            let mut is_varlena = false;
            pg_sys::getTypeOutputInfo(kind, &raw mut output, &raw mut is_varlena);
            from_server(pg_sys::OidOutputFunctionCall(output, value))
        };
        self.0.push_str(&format!("{}:{shown}", shown.len()));
    }

    /// The text.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

impl RowRef<'_> {
    /// The columns with these numbers as the text of a key; none when one is null, or there are none.
    pub(crate) fn key_text(self, relation: RelationRef<'_>, columns: &[i16]) -> Option<String> {
        let mut text = KeyText::default();
        // SAFETY: the row belongs to the relation, whose columns these are.
        unsafe {
            let descriptor = (*relation.raw()).rd_att;
            for column in columns {
                let mut is_null = false;
                let number = i32::from(*column);
                let value = pg_sys::heap_getattr(self.raw(), number, descriptor, &mut is_null);
                if is_null {
                    return None;
                }
                let kind = compat::tuple_desc_attr(descriptor, number as usize - 1).atttypid;
                text.push(kind, value);
            }
        }
        (!columns.is_empty()).then(|| text.finish())
    }
}
