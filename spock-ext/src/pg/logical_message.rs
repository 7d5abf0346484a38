//! Messages in the WAL that logical decoding hands to output plugins (`replication/message.h`).

use std::ffi::CStr;

use pgrx::pg_sys::ffi::pg_guard_ffi_boundary;
use spock_core::lsn::Lsn;

use super::compat;

/// Writes a message and returns where its record ends.
pub(crate) fn write(prefix: &CStr, message: &[u8], transactional: bool) -> Lsn {
    // SAFETY: prefix and message live for the call, which copies them into the WAL; the closure owns
    // nothing that would have to be dropped.
    let end = unsafe {
        pg_guard_ffi_boundary(|| {
            compat::log_logical_message(
                prefix.as_ptr(),
                message.as_ptr().cast(),
                message.len(),
                transactional,
            )
        })
    };
    Lsn(end)
}
