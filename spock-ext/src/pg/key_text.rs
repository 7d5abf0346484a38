//! The key of a row as text, to be compared and kept: the values in the order of its index, each with its
//! length before it, so that no two keys have one text.
//!
//! Equal keys have one text, too. Equal values of many types can look different (`1.0` and `1.00`, texts
//! of a collation without case), and others look as settings and names say (times, enums): only plain types
//! show themselves, all others their hash of 64 bits. A type without hash function (`tsvector`, `bit`) shows
//! itself as well.

use pgrx::pg_sys;

use super::compat;
use super::encoding::from_server;
use super::relation::RelationRef;
use super::tuple::RowRef;

/// A text being written.
#[derive(Debug, Default)]
pub(super) struct KeyText(String);

impl KeyText {
    /// Adds a value.
    ///
    /// # Safety
    /// `value` is one of the column `form`, and not null. Inside a transaction, under a frame.
    pub(super) unsafe fn push(
        &mut self,
        form: &pg_sys::FormData_pg_attribute,
        value: pg_sys::Datum,
    ) {
        // SAFETY: the caller's promise; types of stored values have an output function.
        let shown = unsafe {
            match hash(form, value) {
                Some(hash) => format!("#{hash:016x}"),
                None => {
                    let mut output = pg_sys::InvalidOid;
                    let mut is_varlena = false;
                    pg_sys::getTypeOutputInfo(form.atttypid, &raw mut output, &raw mut is_varlena);
                    from_server(pg_sys::OidOutputFunctionCall(output, value))
                }
            }
        };
        self.0.push_str(&format!("{}:{shown}", shown.len()));
    }

    /// The text.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// The hash of a value that does not show itself.
///
/// # Safety
/// As [`KeyText::push`].
unsafe fn hash(form: &pg_sys::FormData_pg_attribute, value: pg_sys::Datum) -> Option<u64> {
    // SAFETY: the caller's promise; entries of the type cache live as long as the process.
    unsafe {
        let kind = pg_sys::getBaseType(form.atttypid);
        let is_plain = match kind {
            pg_sys::INT2OID
            | pg_sys::INT4OID
            | pg_sys::INT8OID
            | pg_sys::OIDOID
            | pg_sys::BOOLOID
            | pg_sys::CHAROID
            | pg_sys::NAMEOID
            | pg_sys::UUIDOID => true,
            pg_sys::TEXTOID | pg_sys::VARCHAROID => {
                pg_sys::get_collation_isdeterministic(form.attcollation)
            }
            _ => false,
        };
        if is_plain {
            return None;
        }
        let flags = pg_sys::TYPECACHE_HASH_EXTENDED_PROC_FINFO as i32;
        let entry = pg_sys::lookup_type_cache(kind, flags);
        let function = &raw mut (*entry).hash_extended_proc_finfo;
        if (*function).fn_oid == pg_sys::InvalidOid {
            return None;
        }
        let seed = pg_sys::Datum::from(0);
        let hash = pg_sys::FunctionCall2Coll(function, form.attcollation, value, seed);
        Some(hash.value() as u64)
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
                text.push(compat::tuple_desc_attr(descriptor, number as usize - 1), value);
            }
        }
        (!columns.is_empty()).then(|| text.finish())
    }
}
