//! Commits in progress (`storage/procarray.h`).
//!
//! A commit sets its "delay checkpoint" flag before it takes its commit time, and clears it after its
//! record is in the log: while the flag stands, a record with an older time may still be written.

use std::ffi::c_int;

use pgrx::pg_sys;

/// The flag that stands for the commit section.
const IN_COMMIT: c_int = pg_sys::DELAY_CHKPT_START as c_int;

/// The transactions that were inside their commit section at one moment.
pub(crate) struct Committing(Vec<pg_sys::VirtualTransactionId>);

impl Committing {
    /// Those of this moment.
    pub(crate) fn now() -> Self {
        let mut count: c_int = 0;
        // SAFETY: the server returns an array of `count` plain values in the current memory context,
        // which is copied and given back.
        unsafe {
            let list = pg_sys::GetVirtualXIDsDelayingChkpt(&raw mut count, IN_COMMIT);
            let found = std::slice::from_raw_parts(list, usize::try_from(count).unwrap_or(0));
            let transactions = found.to_vec();
            pg_sys::pfree(list.cast());
            Self(transactions)
        }
    }

    /// Whether one of them still is.
    pub(crate) fn any_left(&mut self) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let count = c_int::try_from(self.0.len()).unwrap_or(c_int::MAX);
        // SAFETY: the array has `count` elements and is only read.
        unsafe { pg_sys::HaveVirtualXIDsDelayingChkpt(self.0.as_mut_ptr(), count, IN_COMMIT) }
    }
}
