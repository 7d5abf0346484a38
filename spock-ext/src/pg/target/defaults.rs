//! Defaults of local columns that the provider does not have.

use std::ptr::null_mut;

use pgrx::pg_sys;

use super::Target;
use crate::pg::compat::executor as compat;

/// Default of a column that the provider does not send.
pub(super) struct ColumnDefault {
    attribute: usize,
    expression: *mut pg_sys::ExprState,
}

impl Target {
    /// Evaluates the defaults, as the table's owner, into a slot whose other values are set.
    ///
    /// # Safety
    /// The slot is a virtual one of this relation.
    pub(super) unsafe fn fill_defaults(&self, slot: *mut pg_sys::TupleTableSlot) {
        let before = self.act_as_owner();
        // SAFETY: as finish_row(); the per-tuple context exists once asked for.
        unsafe {
            let econtext = if (*self.estate).es_per_tuple_exprcontext.is_null() {
                pg_sys::MakePerTupleExprContext(self.estate)
            } else {
                (*self.estate).es_per_tuple_exprcontext
            };
            for default in &self.defaults {
                let state = default.expression;
                let mut is_null = false;
                let value = match (*state).evalfunc {
                    Some(evaluate) => evaluate(state, econtext, &raw mut is_null),
                    None => pg_sys::Datum::from(0),
                };
                *(*slot).tts_values.add(default.attribute) = value;
                *(*slot).tts_isnull.add(default.attribute) = is_null;
            }
        }
        before.put_back();
    }
}

/// Default expressions of the columns that the provider does not send.
///
/// # Safety
/// The relation is open; expressions live in the estate's query context.
pub(super) unsafe fn column_defaults(
    relation: pg_sys::Relation,
    estate: *mut pg_sys::EState,
    sent: &[bool],
) -> Vec<ColumnDefault> {
    let mut defaults = Vec::new();
    // SAFETY: the relation is open; expressions live in the estate's query context.
    unsafe {
        let context = pg_sys::CurrentMemoryContext;
        pg_sys::CurrentMemoryContext = (*estate).es_query_cxt;
        for (position, sent) in sent.iter().enumerate() {
            let attribute = compat::attribute((*relation).rd_att, position);
            if *sent || attribute.attisdropped || attribute.attgenerated != 0 {
                continue;
            }
            let default = pg_sys::build_column_default(relation, position as i32 + 1);
            if default.is_null() {
                continue;
            }
            let planned = pg_sys::expression_planner(default.cast());
            let expression = pg_sys::ExecInitExpr(planned, null_mut());
            defaults.push(ColumnDefault { attribute: position, expression });
        }
        pg_sys::CurrentMemoryContext = context;
    }
    defaults
}
