//! Messages in the WAL that logical decoding hands to output plugins (`replication/message.h`).

use std::ffi::CStr;

use pgrx::pg_sys::ffi::pg_guard_ffi_boundary;
use spock_core::lsn::Lsn;

#[cfg(any(feature = "pg15", feature = "pg16"))]
unsafe extern "C-unwind" {
    fn LogLogicalMessage(
        prefix: *const std::ffi::c_char,
        message: *const std::ffi::c_char,
        size: usize,
        transactional: bool,
    ) -> u64;
}

#[cfg(not(any(feature = "pg15", feature = "pg16")))]
unsafe extern "C-unwind" {
    fn LogLogicalMessage(
        prefix: *const std::ffi::c_char,
        message: *const std::ffi::c_char,
        size: usize,
        transactional: bool,
        flush: bool,
    ) -> u64;
}

/// Writes a message and returns where its record ends.
pub(crate) fn write(prefix: &CStr, message: &[u8], transactional: bool) -> Lsn {
    // SAFETY: prefix and message live for the call, which copies them into the WAL; the closure owns
    // nothing that would have to be dropped.
    let end = unsafe {
        pg_guard_ffi_boundary(|| {
            LogLogicalMessage(
                prefix.as_ptr(),
                message.as_ptr().cast(),
                message.len(),
                transactional,
                #[cfg(not(any(feature = "pg15", feature = "pg16")))]
                false,
            )
        })
    };
    Lsn(end)
}
