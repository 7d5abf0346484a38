//! A function of the user's that makes one row of two versions (convergence rule P1).
//!
//! It gets the older and the newer version, whichever of them is the local one, and its result takes the
//! place of the new row. The row as it was sent is kept aside: the change may have to be weighed again,
//! and reports tell of it.
//!
//! **Invariants**: as in this module: below a frame. Results live in the memory of the row.

use pgrx::{PgSqlErrorCode, pg_sys};

use super::{Target, clear, raw};
use crate::pg::error::SpockError;

/// The resolver of a relation, if it has one.
#[derive(Default)]
pub(super) struct Resolver {
    function: Option<Box<pg_sys::FmgrInfo>>,
    /// Values and null flags of the row that was sent, while the new row is a result.
    sent: Vec<(pg_sys::Datum, bool)>,
}

impl Target {
    /// Says which function resolves conflicts; once, after the relation was opened.
    pub(crate) fn set_resolver(&mut self, function: u32) {
        let mut info = Box::<pg_sys::FmgrInfo>::default();
        // SAFETY: what the function keeps lives as long as the relation stays open, as the box does.
        unsafe { pg_sys::fmgr_info_cxt(pg_sys::Oid::from(function), &raw mut *info, self.context) };
        self.resolver.function = Some(info);
    }

    /// Whether a function resolves conflicts.
    #[inline]
    pub(crate) fn has_resolver(&self) -> bool {
        self.resolver.function.is_some()
    }

    /// Makes the new row what the resolver makes of it and of the row that was found, with other values for
    /// some attributes of the latter. The key stays as it is.
    pub(crate) fn resolve(&mut self, new_is_newer: bool, local: &[(usize, Option<String>)]) {
        let before = self.act_as_owner();
        // SAFETY: a row was found, and the new row is complete; both rows are of the relation's type, and
        // so is the result, which was checked when the resolver was set.
        unsafe {
            self.resolver.sent.clear();
            for attribute in 0..self.attributes {
                self.resolver.sent.push((
                    *(*self.new).tts_values.add(attribute),
                    *(*self.new).tts_isnull.add(attribute),
                ));
            }
            let new = pg_sys::ExecFetchSlotHeapTupleDatum(self.new);
            let local = self.local_row_with(local);
            let (older, newer) = if new_is_newer { (local, new) } else { (new, local) };
            let Some(function) = &mut self.resolver.function else { return };
            let result =
                pg_sys::FunctionCall2Coll(&raw mut **function, pg_sys::InvalidOid, older, newer);
            self.take_result(result);
        }
        before.put_back();
    }

    /// # Safety
    /// The datum is a row.
    unsafe fn take_result(&mut self, result: pg_sys::Datum) {
        // SAFETY: the caller's promise; the type and the number of attributes are checked first.
        unsafe {
            let header: pg_sys::HeapTupleHeader =
                pg_sys::pg_detoast_datum(result.cast_mut_ptr()).cast();
            let row_type = (*(*self.relation).rd_rel).reltype;
            if (*header).t_choice.t_datum.datum_typeid != row_type
                || usize::from((*header).t_infomask2 & pg_sys::HEAP_NATTS_MASK as u16)
                    > self.attributes
            {
                SpockError::new(
                    PgSqlErrorCode::ERRCODE_DATATYPE_MISMATCH,
                    "conflict resolver returned a row of another type",
                )
                .raise();
            }
            let mut tuple = pg_sys::HeapTupleData {
                t_len: pgrx::varlena::varsize(header.cast()) as u32,
                t_data: header,
                ..Default::default()
            };
            clear(self.new);
            pg_sys::heap_deform_tuple(
                &raw mut tuple,
                (*self.relation).rd_att,
                (*self.new).tts_values,
                (*self.new).tts_isnull,
            );
            for attribute in &self.identity_attributes {
                let (value, is_null) = self.resolver.sent[*attribute];
                *(*self.new).tts_values.add(*attribute) = value;
                *(*self.new).tts_isnull.add(*attribute) = is_null;
            }
            raw::ExecStoreVirtualTuple(self.new);
        }
    }

    /// Makes the new row what was sent again; whether it was a result.
    pub(crate) fn unresolve(&mut self) -> bool {
        if self.resolver.sent.is_empty() {
            return false;
        }
        // SAFETY: the slot has arrays of `attributes` elements, and so has what was kept.
        unsafe {
            clear(self.new);
            for (attribute, (value, is_null)) in self.resolver.sent.drain(..).enumerate() {
                *(*self.new).tts_values.add(attribute) = value;
                *(*self.new).tts_isnull.add(attribute) = is_null;
            }
            raw::ExecStoreVirtualTuple(self.new);
        }
        true
    }

    /// Forgets what was sent: the row's memory goes.
    #[inline]
    pub(super) fn forget_sent(&mut self) {
        self.resolver.sent.clear();
    }

    /// Whether the new row differs from the one that was found.
    pub(crate) fn differs_from_local(&mut self) -> bool {
        let difference = self.weigh_older();
        difference.adds || difference.loses
    }
}
