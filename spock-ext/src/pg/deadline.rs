//! A time limit for server calls that wait for as long as it takes (libpqwalreceiver's connect and
//! exec): the server's own timeout machinery (`utils/timeout.h`) turns the expiry into a query
//! cancel, which those calls look for in their wait loops.
//!
//! **Invariants**: one limit at a time; it is switched off before [`with_limit`] returns, and a
//! cancel that it caused is never left pending. A cancel that somebody else sent goes on untouched.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pgrx::pg_sys;
use pgrx::pg_sys::panic::CaughtError;
use pgrx::{PgSqlErrorCode, PgTryBuilder};

use super::compat;

unsafe extern "C-unwind" {
    fn RegisterTimeout(id: u32, handler: unsafe extern "C" fn()) -> u32;
    fn enable_timeout_after(id: u32, delay_ms: core::ffi::c_int);
    fn disable_timeout(id: u32, keep_indicator: bool);
}

static EXPIRED: AtomicBool = AtomicBool::new(false);

/// Runs in the signal handler of SIGALRM: sets flags, nothing else. The handler that calls it wakes
/// the latch.
unsafe extern "C" fn on_expiry() {
    EXPIRED.store(true, Ordering::Relaxed);
    // SAFETY: both are `volatile sig_atomic_t`, made to be set from signal handlers.
    unsafe {
        pg_sys::QueryCancelPending = 1;
        pg_sys::InterruptPending = 1;
    }
}

/// The limit ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Expired;

/// Runs `body`; `Err(Expired)` when it was cancelled because `limit` ran out. Other errors go on.
pub(crate) fn with_limit<T>(limit: Duration, body: impl FnOnce() -> T) -> Result<T, Expired> {
    use std::sync::OnceLock;
    static TIMEOUT: OnceLock<u32> = OnceLock::new();
    // SAFETY: registering is done once per process and allocates a free number; the handler is
    // async-signal-safe.
    let timeout =
        *TIMEOUT.get_or_init(|| unsafe { RegisterTimeout(compat::USER_TIMEOUT, on_expiry) });
    let millis = i32::try_from(limit.as_millis()).unwrap_or(i32::MAX).max(1);
    EXPIRED.store(false, Ordering::Relaxed);
    // SAFETY: `timeout` is registered.
    unsafe { enable_timeout_after(timeout, millis) };
    let result = PgTryBuilder::new(AssertUnwindSafe(|| Ok(body())))
        .catch_when(PgSqlErrorCode::ERRCODE_QUERY_CANCELED, |error: CaughtError| {
            if EXPIRED.load(Ordering::Relaxed) { Err(Expired) } else { error.rethrow() }
        })
        .finally(|| {
            // SAFETY: registered above; may be off already.
            unsafe { disable_timeout(timeout, false) };
        })
        .execute();
    if EXPIRED.swap(false, Ordering::Relaxed) {
        // The limit may run out after the last look at interrupts: that cancel is ours alone.
        // SAFETY: plain flag of this process.
        unsafe { pg_sys::QueryCancelPending = 0 };
    }
    result
}
