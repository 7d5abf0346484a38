//! Errors of the statements of `spock.replicate_ddl()`, with every field.
//!
//! pgrx's guard around a SQL function makes an error anew from five fields. [`keep`] therefore keeps the server's own
//! where a statement raises it, and [`replicate_ddl_entry`], the function of the install script, which stands outside of
//! that guard, raises the one that was kept: the application that gave the statement sees the constraint, the column,
//! the place and the context as if it had run it itself.
//!
//! **Invariants**: between the two nobody catches the error and goes on. What is kept lies in the memory context of
//! [`keep`]'s caller, which is there until a roll-back.

use std::cell::Cell;
use std::ffi::CStr;
use std::panic::resume_unwind;
use std::ptr::null_mut;

use pgrx::pg_sys;

use super::encoding::{as_utf8, to_server};
use super::error::{
    CaughtError, CopyErrorData, Exit, FlushErrorState, ReThrowError, pg_re_throw, run_in_frame,
};

thread_local! {
    static KEPT: Cell<*mut pg_sys::ErrorData> = const { Cell::new(null_mut()) };
}

/// Runs `body`, which reads or runs a text; its ERROR is kept, with a sentence more in its detail, and goes on.
///
/// # Safety
/// See the invariants of [`super::error`]. The caller stands under a pgrx guard.
pub(super) unsafe fn keep(
    body: &mut dyn FnMut(),
    text: &CStr,
    more: &mut dyn FnMut() -> Option<String>,
) {
    // SAFETY: CurrentMemoryContext is the caller's, so the copy is not in ErrorContext.
    unsafe {
        let context = pg_sys::CurrentMemoryContext;
        match run_in_frame(body) {
            Exit::Returned => {}
            Exit::Panicked(panic) => resume_unwind(panic),
            Exit::Raised => {
                pg_sys::CurrentMemoryContext = context;
                let data = CopyErrorData();
                FlushErrorState();
                place(data, text);
                if let Some(more) = more() {
                    add_detail(data, more);
                }
                KEPT.set(data);
                CaughtError::of(data).into_error().raise()
            }
        }
    }
}

/// The place of an error is one in this text, which the client has not sent as a statement. A text that may have a
/// password goes nowhere.
///
/// # Safety
/// `data` is valid, and its strings are in the server's memory.
unsafe fn place(data: *mut pg_sys::ErrorData, text: &CStr) {
    // SAFETY: as promised by the caller; strings that are replaced go with their memory context.
    unsafe {
        if (*data).cursorpos > 0 {
            (*data).internalpos = std::mem::take(&mut (*data).cursorpos);
            (*data).internalquery = pg_sys::pstrdup(text.as_ptr());
        }
        if text.to_bytes().to_ascii_lowercase().windows(8).any(|word| word == b"password") {
            (*data).internalpos = 0;
            (*data).internalquery = null_mut();
            (*data).context = null_mut();
        }
    }
}

/// # Safety
/// As [`place`].
unsafe fn add_detail(data: *mut pg_sys::ErrorData, more: String) {
    // SAFETY: as promised by the caller.
    unsafe {
        let detail = match (*data).detail {
            detail if detail.is_null() => more,
            detail => format!("{}\n{more}", as_utf8(CStr::from_ptr(detail))),
        };
        if let Ok(detail) = to_server(&detail) {
            (*data).detail = pg_sys::pstrdup(detail.as_ptr());
        }
    }
}

unsafe extern "C-unwind" {
    /// What pgrx makes of the function in `api`.
    fn replicate_ddl_wrapper(call: pg_sys::FunctionCallInfo) -> pg_sys::Datum;
}

/// `spock.replicate_ddl()`, as the server calls it.
///
/// # Safety
/// Called by the server's function manager.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C-unwind" fn replicate_ddl_entry(
    call: pg_sys::FunctionCallInfo,
) -> pg_sys::Datum {
    KEPT.set(null_mut());
    let mut result = pg_sys::Datum::null();
    // SAFETY: the call is the server's, which has checked it; nothing here has a destructor when an error goes on.
    unsafe {
        let context = pg_sys::CurrentMemoryContext;
        match run_in_frame(&mut || result = replicate_ddl_wrapper(call)) {
            Exit::Returned => result,
            Exit::Raised => {
                let kept = KEPT.replace(null_mut());
                if kept.is_null() {
                    pg_re_throw();
                }
                pg_sys::CurrentMemoryContext = context;
                FlushErrorState();
                ReThrowError(kept)
            }
            // The wrapper has a guard of its own.
            Exit::Panicked(panic) => pg_sys::panic::pgrx_extern_c_guard(|| resume_unwind(panic)),
        }
    }
}

/// The calling convention of [`replicate_ddl_entry`] (`fmgr.h`).
#[unsafe(no_mangle)]
pub(crate) extern "C-unwind" fn pg_finfo_replicate_ddl_entry() -> &'static pg_sys::Pg_finfo_record {
    static VERSION: pg_sys::Pg_finfo_record = pg_sys::Pg_finfo_record { api_version: 1 };
    &VERSION
}
