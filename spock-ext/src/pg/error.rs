//! Errors across the border: raising ours, catching the server's with every field kept.
//!
//! pgrx's own guard rebuilds an ERROR from five fields and loses the rest (constraint, column, cursor
//! position, context, custom SQLSTATE). Hooks and the apply path therefore use [`catch`] and
//! [`finally`], which are the server's PG_TRY blocks (`utils/elog.h`): the ErrorData is copied or
//! re-thrown untouched.
//!
//! **Invariants**: the closure given to [`catch`] or [`finally`] owns nothing with `Drop` at a point
//! where it calls the server through a *raw* extern, because an ERROR leaves it by `siglongjmp`. It
//! may call guarded functions too: their panic is carried over the frame. After a caught error the
//! caller rolls the (sub)transaction back before it calls the server again.

use std::any::Any;
use std::ffi::{CStr, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use cee_scape::{SigJmpBufFields, call_with_sigsetjmp};
use pgrx::pg_sys;
use pgrx::pg_sys::panic::{ErrorReport, ErrorReportWithLevel};
use pgrx::{PgLogLevel, PgSqlErrorCode};

/// An error of ours on its way to the server's error machinery.
#[derive(Debug, Clone)]
pub(crate) struct SpockError {
    /// SQLSTATE of the error.
    pub(crate) code: PgSqlErrorCode,
    /// Primary message, in the server's style (lower case, no full stop).
    pub(crate) message: String,
    /// Full sentences that say more, or nothing.
    pub(crate) detail: Option<String>,
    /// What to do about it, or nothing.
    pub(crate) hint: Option<String>,
}

impl SpockError {
    /// Makes an error with a SQLSTATE and a primary message.
    pub(crate) fn new(code: PgSqlErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), detail: None, hint: None }
    }

    /// Adds the detail.
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds the hint.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn into_report(self) -> ErrorReport {
        let mut report = ErrorReport::new(self.code, self.message, "spock");
        if let Some(detail) = self.detail {
            report = report.set_detail(detail);
        }
        if let Some(hint) = self.hint {
            report = report.set_hint(hint);
        }
        report
    }

    /// Raises it as an ERROR. Must run below a pgrx guard (SQL function, worker entry, callback).
    pub(crate) fn raise(self) -> ! {
        self.into_report().report(PgLogLevel::ERROR);
        unreachable!("an ERROR does not return")
    }

    /// Reports it at a level that returns (LOG, WARNING, NOTICE ...).
    pub(crate) fn report(self, level: PgLogLevel) {
        self.into_report().report(level);
    }
}

/// Raises the error of a `Result`, or hands its value on: the last step of every SQL function.
pub(crate) trait OrRaise<T> {
    /// Unwraps, or raises the error as an ERROR.
    fn or_raise(self) -> T;
}

impl<T> OrRaise<T> for Result<T, SpockError> {
    fn or_raise(self) -> T {
        match self {
            Ok(value) => value,
            Err(error) => error.raise(),
        }
    }
}

/// A server error that was caught.
#[derive(Debug, Clone, Default)]
pub(crate) struct CaughtError {
    /// Five characters.
    pub(crate) sqlstate: String,
    pub(crate) message: String,
    pub(crate) detail: Option<String>,
    pub(crate) hint: Option<String>,
    pub(crate) context: Option<String>,
}

unsafe extern "C-unwind" {
    pub(super) fn pg_re_throw() -> !;
    pub(super) fn ReThrowError(data: *mut pg_sys::ErrorData) -> !;
    pub(super) fn CopyErrorData() -> *mut pg_sys::ErrorData;
    pub(super) fn FlushErrorState();
    fn FreeErrorData(edata: *mut pg_sys::ErrorData);
}

/// How a body left its frame.
pub(super) enum Exit {
    Returned,
    /// An ERROR is pending on the server's error stack.
    Raised,
    /// A Rust panic, or an ERROR that a pgrx guard turned into one.
    Panicked(Box<dyn Any + Send>),
}

/// Runs `body` under a fresh exception frame.
///
/// # Safety
/// See the module's invariants.
#[inline(never)]
pub(super) unsafe fn run_in_frame(body: &mut dyn FnMut()) -> Exit {
    let mut panic = None;
    // SAFETY: the two stacks are restored on all ways out, as PG_TRY does; the jump buffer lives on
    // this frame for the whole call. No panic crosses the assembly of call_with_sigsetjmp.
    let jumped = unsafe {
        let exception_stack = pg_sys::PG_exception_stack;
        let context_stack = pg_sys::error_context_stack;
        let jumped = call_with_sigsetjmp(false, |buffer| {
            pg_sys::PG_exception_stack =
                std::mem::transmute::<*const SigJmpBufFields, *mut pg_sys::sigjmp_buf>(buffer);
            panic = catch_unwind(AssertUnwindSafe(&mut *body)).err();
            0
        });
        pg_sys::PG_exception_stack = exception_stack;
        pg_sys::error_context_stack = context_stack;
        jumped
    };
    match panic {
        Some(panic) => Exit::Panicked(panic),
        None if jumped == 0 => Exit::Returned,
        None => Exit::Raised,
    }
}

/// PG_FINALLY: `cleanup` runs in all cases, a pending ERROR goes on untouched.
///
/// # Safety
/// See the module's invariants; `cleanup` must not raise.
pub(crate) unsafe fn finally(body: &mut dyn FnMut(), cleanup: &mut dyn FnMut()) {
    // SAFETY: as promised by the caller; pg_re_throw has the error that run_in_frame left pending.
    unsafe {
        let exit = run_in_frame(body);
        cleanup();
        match exit {
            Exit::Returned => {}
            Exit::Raised => pg_re_throw(),
            Exit::Panicked(panic) => resume_unwind(panic),
        }
    }
}

/// PG_CATCH with the whole error; the caller must roll the (sub)transaction back.
///
/// # Safety
/// See the module's invariants.
pub(crate) unsafe fn catch(body: &mut dyn FnMut()) -> Result<(), CaughtError> {
    // SAFETY: CurrentMemoryContext is the caller's, so CopyErrorData does not copy into
    // ErrorContext; the copy is freed after its strings were taken.
    unsafe {
        let context = pg_sys::CurrentMemoryContext;
        match run_in_frame(body) {
            Exit::Returned => return Ok(()),
            Exit::Panicked(panic) => {
                pg_sys::CurrentMemoryContext = context;
                return Err(CaughtError::from_panic(panic));
            }
            Exit::Raised => {}
        }
        pg_sys::CurrentMemoryContext = context;
        let data = CopyErrorData();
        FlushErrorState();
        let caught = CaughtError::of(data);
        FreeErrorData(data);
        Err(caught)
    }
}

/// PG_CATCH for errors that are `forgiven`: false then. `roll_back` runs after any error; one that is not forgiven goes
/// on untouched.
///
/// # Safety
/// See the module's invariants. `roll_back` rolls back what `body` did, and keeps the caller's memory context.
pub(super) unsafe fn catch_if(
    body: &mut dyn FnMut(),
    forgiven: &mut dyn FnMut() -> bool,
    roll_back: &mut dyn FnMut(),
) -> bool {
    // SAFETY: CurrentMemoryContext is the caller's, so the copy of the error outlives the roll-back.
    unsafe {
        let context = pg_sys::CurrentMemoryContext;
        let exit = run_in_frame(body);
        let is_forgiven = !matches!(exit, Exit::Returned) && forgiven();
        pg_sys::CurrentMemoryContext = context;
        match exit {
            Exit::Returned => return true,
            Exit::Panicked(panic) => {
                roll_back();
                if !is_forgiven {
                    resume_unwind(panic);
                }
            }
            Exit::Raised => {
                let data = CopyErrorData();
                FlushErrorState();
                roll_back();
                if !is_forgiven {
                    ReThrowError(data);
                }
                FreeErrorData(data);
            }
        }
        false
    }
}

impl CaughtError {
    /// The fields of an error of the server's.
    ///
    /// # Safety
    /// `data` is valid.
    pub(super) unsafe fn of(data: *const pg_sys::ErrorData) -> Self {
        // SAFETY: as promised by the caller; the server ends its strings.
        unsafe {
            let text = |p: *const c_char| {
                (!p.is_null()).then(|| CStr::from_ptr(p).to_string_lossy().into_owned())
            };
            Self {
                sqlstate: sqlstate_text((*data).sqlerrcode),
                message: text((*data).message).unwrap_or_default(),
                detail: text((*data).detail),
                hint: text((*data).hint),
                context: text((*data).context),
            }
        }
    }

    /// What a panic carried: an ERROR that went through a pgrx guard, or a bug of ours.
    fn from_panic(panic: Box<dyn Any + Send>) -> Self {
        use pg_sys::panic::CaughtError as Guarded;
        let panic = match panic.downcast::<Self>() {
            Ok(caught) => return *caught,
            Err(panic) => panic,
        };
        let panic = match panic.downcast::<ErrorReportWithLevel>() {
            Ok(report) => return Self::from_report(&report),
            Err(panic) => panic,
        };
        let panic = match panic.downcast::<Guarded>() {
            Ok(guarded) => {
                return match &*guarded {
                    Guarded::PostgresError(report)
                    | Guarded::ErrorReport(report)
                    | Guarded::RustPanic { ereport: report, .. } => Self::from_report(report),
                };
            }
            Err(panic) => panic,
        };
        let message = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("unknown panic");
        Self { sqlstate: "XX000".into(), message: message.to_owned(), ..Self::default() }
    }

    /// Whether it is a duplicate value in a unique index or a clash with an exclusion constraint.
    pub(crate) fn is_duplicate(&self) -> bool {
        matches!(self.sqlstate.as_str(), "23505" | "23P01")
    }

    /// As an error of ours, the context told in the detail.
    pub(crate) fn into_error(self) -> SpockError {
        let packed = self.sqlstate.bytes().rev().fold(0, |packed, character| {
            packed << 6 | i32::from(character.wrapping_sub(b'0')) & 0x3f
        });
        let code = PgSqlErrorCode::from(packed);
        let context = self.context.map(|context| format!("Context: {context}"));
        let detail = [self.detail, context].into_iter().flatten().reduce(|a, b| a + "\n" + &b);
        SpockError { code, message: self.message, detail, hint: self.hint }
    }

    /// Raises it again, every field kept, for the next [`catch`] up the stack.
    pub(crate) fn raise(self) -> ! {
        resume_unwind(Box::new(self))
    }

    fn from_report(report: &ErrorReportWithLevel) -> Self {
        Self {
            sqlstate: sqlstate_text(report.sql_error_code() as i32),
            message: report.message().to_owned(),
            detail: report.detail().map(ToOwned::to_owned),
            hint: report.hint().map(ToOwned::to_owned),
            ..Self::default()
        }
    }
}

/// The five characters of an error code.
pub(crate) fn sqlstate_of(code: PgSqlErrorCode) -> String {
    sqlstate_text(code as i32)
}

/// The five characters behind a packed SQLSTATE (`MAKE_SQLSTATE` in `utils/elog.h`).
pub(crate) fn sqlstate_text(mut packed: i32) -> String {
    let mut text = String::with_capacity(5);
    for _ in 0..5 {
        text.push(char::from((packed & 0x3f) as u8 + b'0'));
        packed >>= 6;
    }
    text
}
