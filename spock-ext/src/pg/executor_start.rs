//! The server's hook for the start of the executor (`executor/executor.h`): one for all of ours that watch.
//!
//! Every statement of every session passes it: what nobody watches costs a few comparisons and a jump.

use std::ffi::c_int;

use pgrx::pg_sys;

use super::{delete_marks, read_only};

type Start = unsafe extern "C-unwind" fn(*mut pg_sys::QueryDesc, c_int);

unsafe extern "C-unwind" {
    fn standard_ExecutorStart(query: *mut pg_sys::QueryDesc, flags: c_int);
}

/// Whoever was there before us, or the server itself.
static mut NEXT: Start = standard_ExecutorStart;

/// Puts the hook in place; in `_PG_init`.
pub(crate) fn install() {
    // SAFETY: hook variables belong to whoever loads at this moment.
    unsafe {
        if let Some(previous) = pg_sys::ExecutorStart_hook {
            NEXT = previous;
        }
        pg_sys::ExecutorStart_hook = Some(on_start);
    }
}

/// Not guarded on purpose: an error of the statement passes untouched.
unsafe extern "C-unwind" fn on_start(query: *mut pg_sys::QueryDesc, flags: c_int) {
    // SAFETY: the arguments are handed on as they came; the plan is that of the statement.
    unsafe {
        if read_only::is_on() || delete_marks::is_concerned((*query).plannedstmt) {
            start_watched(query, flags);
        } else {
            NEXT(query, flags);
        }
    }
}

/// Apart from the above, so that other statements cost no frame.
#[inline(never)]
unsafe extern "C-unwind" fn start_watched(query: *mut pg_sys::QueryDesc, flags: c_int) {
    read_only::restrict();
    // SAFETY: as above; after the start the relations of the plan are open.
    unsafe {
        NEXT(query, flags);
        if delete_marks::is_concerned((*query).plannedstmt) {
            delete_marks::note_results(query);
        }
    }
}
