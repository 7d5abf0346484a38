//! A row filter made ready for one relation, and run on rows of the decoded log.
//!
//! **Invariants**
//! - Running is unguarded: an ERROR of a function leaves [`RowFilter::matches`] by a long jump. Its frames
//!   own nothing with `Drop`, and the error context that it puts up is taken down by whoever catches.
//! - What a run allocates is given back after each row.

use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr::null_mut;

use pgrx::{PgLogLevel, PgSqlErrorCode, pg_sys};

use super::{fits_column, variables};
use crate::pg::compat::tuple_desc_attr;
use crate::pg::encoding::to_server;
use crate::pg::error::{SpockError, catch};
use crate::pg::raw;
use crate::pg::relation::RelationRef;
use crate::pg::row_image::is_unchanged;
use crate::pg::tuple::{OwnedContext, RowRef};

unsafe extern "C-unwind" {
    // Unguarded, for each row.
    fn ExecStoreHeapTuple(
        tuple: pg_sys::HeapTuple,
        slot: *mut pg_sys::TupleTableSlot,
        should_free: bool,
    ) -> *mut pg_sys::TupleTableSlot;
    fn errcontext_msg(format: *const c_char, ...) -> c_int;
}

/// The filter; see the module's page.
pub(crate) struct RowFilter {
    state: *mut pg_sys::ExprState,
    econtext: *mut pg_sys::ExprContext,
    slot: *mut pg_sys::TupleTableSlot,
    /// Columns that it reads, by number, and the last of them.
    columns: Vec<i16>,
    last: i32,
    /// Attributes (from 0) among them that a row may leave out.
    large: Vec<usize>,
    /// What errors say of it.
    place: CString,
    /// Home of all that the pointers above point to; goes last.
    _memory: OwnedContext,
}

impl RowFilter {
    /// Makes a kept tree ready for rows of `relation`, which it belongs to.
    pub(crate) fn compile(
        relation: RelationRef<'_>,
        set: &str,
        tree: &str,
    ) -> Result<Self, SpockError> {
        let memory = OwnedContext::new(c"spock row filter");
        let table = format!("{}.{}", relation.text_schema(), relation.text_name());
        let tree = to_server(tree)?;
        // SAFETY: guarded calls inside a transaction. Everything is made in `memory`, which goes with
        // the filter; the slot's descriptor is a copy of its own.
        unsafe {
            let context = pg_sys::CurrentMemoryContext;
            pg_sys::CurrentMemoryContext = memory.raw();
            let node: *mut pg_sys::Node = pg_sys::stringToNode(tree.as_ptr()).cast();
            let descriptor = (*relation.raw()).rd_att;
            let misfit = variables(node).any(|variable| !fits_column(variable, descriptor));
            if misfit {
                pg_sys::CurrentMemoryContext = context;
                return Err(SpockError::new(
                    PgSqlErrorCode::ERRCODE_DATATYPE_MISMATCH,
                    format!(
                        "row filter of table {table} in replication set {set} does not fit its columns"
                    ),
                ));
            }
            let mut columns: Vec<i16> =
                variables(node).map(|variable| (*variable).varattno).collect();
            columns.sort_unstable();
            columns.dedup();
            let large = columns
                .iter()
                .map(|number| *number as usize - 1)
                .filter(|attribute| tuple_desc_attr(descriptor, *attribute).attlen == -1)
                .collect();
            // The copy has the values that stand for columns which old rows lack.
            let slot = pg_sys::MakeSingleTupleTableSlot(
                pg_sys::CreateTupleDescCopyConstr(descriptor),
                &raw const pg_sys::TTSOpsHeapTuple,
            );
            let econtext = pg_sys::CreateStandaloneExprContext();
            (*econtext).ecxt_scantuple = slot;
            let planned = pg_sys::expression_planner(node.cast());
            let state = pg_sys::ExecInitExpr(planned, null_mut());
            pg_sys::CurrentMemoryContext = context;
            let last = columns.last().copied().unwrap_or(0).into();
            let place =
                to_server(&format!("row filter of table {table} in replication set {set}"))?;
            Ok(Self { state, econtext, slot, columns, last, large, place, _memory: memory })
        }
    }

    /// Numbers of the columns that it reads.
    pub(crate) fn columns(&self) -> &[i16] {
        &self.columns
    }

    /// Whether a row meets the condition; unknown is no. Values that `row` left out are taken from
    /// `rest`.
    pub(crate) fn matches(&mut self, row: RowRef<'_>, rest: Option<RowRef<'_>>) -> bool {
        // SAFETY: the row belongs to the relation that the slot's descriptor is a copy of, and outlives
        // the call. The error context stands on this frame and is taken off the stack before it goes.
        unsafe {
            ExecStoreHeapTuple(row.raw(), self.slot, false);
            if self.last > 0 {
                raw::slot_getsomeattrs_int(self.slot, self.last);
            }
            if !self.large.is_empty() {
                self.fill_left_out(rest);
            }
            let Some(evaluate) = (*self.state).evalfunc else { return true };
            let mut place = pg_sys::ErrorContextCallback {
                previous: pg_sys::error_context_stack,
                callback: Some(tell_place),
                arg: self.place.as_ptr().cast_mut().cast(),
            };
            pg_sys::error_context_stack = &raw mut place;
            let context = pg_sys::CurrentMemoryContext;
            let memory = (*self.econtext).ecxt_per_tuple_memory;
            pg_sys::CurrentMemoryContext = memory;
            let mut is_null = false;
            let value = evaluate(self.state, self.econtext, &raw mut is_null);
            pg_sys::CurrentMemoryContext = context;
            pg_sys::error_context_stack = place.previous;
            raw::MemoryContextReset(memory);
            !is_null && value.value() & 0xff != 0
        }
    }

    /// [`matches`](Self::matches), but unknown where the row's values make the filter fail, which is told as
    /// a warning. Other errors are raised again.
    #[cold]
    pub(crate) fn matches_unless_it_fails(
        &mut self,
        row: RowRef<'_>,
        rest: Option<RowRef<'_>>,
    ) -> bool {
        let mut is_met = false;
        // SAFETY: what fails is an immutable function of the server's own, which has read one row. It holds
        // nothing but memory; what else it might leave goes with the transaction of the decoder, which is
        // rolled back in any case.
        let caught = unsafe { catch(&mut || is_met = self.matches(row, rest)) };
        let Err(error) = caught else { return is_met };
        // SAFETY: the memory of this filter's runs.
        unsafe { raw::MemoryContextReset((*self.econtext).ecxt_per_tuple_memory) };
        let error = error.into_error();
        if !is_data_exception(error.code) {
            error.raise();
        }
        SpockError::new(
            error.code,
            format!("a row is not sent because its filter failed: {}", error.message),
        )
        .detail(format!("It is the {}.", self.place.to_string_lossy()))
        .hint("Write filters that cannot fail, and set spock.failed_row_filter to error again.")
        .report(PgLogLevel::WARNING);
        false
    }

    /// # Safety
    /// A row is in the slot, deformed up to the last column that is read.
    unsafe fn fill_left_out(&mut self, rest: Option<RowRef<'_>>) {
        // SAFETY: as the caller promises; `rest` is a row of the same relation.
        unsafe {
            for attribute in &self.large {
                let value = (*self.slot).tts_values.add(*attribute);
                let is_null = (*self.slot).tts_isnull.add(*attribute);
                if *is_null || !is_unchanged((*value).cast_mut_ptr()) {
                    continue;
                }
                *is_null = true;
                if let Some(rest) = rest {
                    *value = pg_sys::heap_getattr(
                        rest.raw(),
                        *attribute as i32 + 1,
                        (*self.slot).tts_tupleDescriptor,
                        &mut *is_null,
                    );
                }
            }
        }
    }
}

/// Class 22: what the values of a row bring about.
fn is_data_exception(code: PgSqlErrorCode) -> bool {
    // Six bits for each of five characters, the first one lowest.
    let two = i32::from(b'2' - b'0');
    code as i32 & 0xfff == two << 6 | two
}

/// Says in an error which filter it is of.
unsafe extern "C-unwind" fn tell_place(place: *mut c_void) {
    // SAFETY: the server calls it while it makes up an error; the text lives as long as the filter.
    unsafe { errcontext_msg(c"%s".as_ptr(), place.cast::<c_char>()) };
}
