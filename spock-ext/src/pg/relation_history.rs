//! When a relation got the file that it has now (`catalog/pg_class.h`).

use pgrx::pg_sys;

use super::commit_ts;

// Flags of a tuple's header (access/htup_details.h).
const XMIN_FROZEN: u16 = 0x0300;

/// A time at or after which the relation's rows were written into a new file, so that rows deleted
/// before are gone; `None` when that is longer ago than commit times are known, or never was. May be later
/// than the truth: any other change of the relation's definition counts.
pub(crate) fn rewritten_at(relation: u32) -> Option<i64> {
    // SAFETY: a look-up in the catalog cache inside a transaction; the entry is released after the last
    // use.
    let xmin = unsafe {
        let id = pg_sys::SysCacheIdentifier::RELOID as i32;
        let tuple = pg_sys::SearchSysCache1(id, pg_sys::Datum::from(relation));
        if tuple.is_null() {
            return None;
        }
        let form = pg_sys::GETSTRUCT(tuple).cast::<pg_sys::FormData_pg_class>();
        let header = (*tuple).t_data;
        let is_original = (*form).relfilenode.to_u32() == relation;
        let is_frozen = (*header).t_infomask & XMIN_FROZEN == XMIN_FROZEN;
        let xmin = (*header).t_choice.t_heap.t_xmin.into_inner();
        pg_sys::ReleaseSysCache(tuple);
        (!is_original && !is_frozen).then_some(xmin)
    };
    xmin.and_then(commit_ts::of).map(|(time, _)| time)
}
